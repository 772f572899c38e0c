"""What goes out, and what goes for ever: reports at once, a person's export, forgetting; and the settings."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from smr_vision.desk.notes import for_report
from smr_vision.desk.people import person_id
from smr_vision.desk.places import tame
from smr_vision.desk.settings import write_settings
from smr_vision.desk.web import RequestBody, Web, checked_id, given_person
from smr_vision.errors import InputError, UsageError
from smr_vision.report.forms import FORMS, Extras

PersonName = Annotated[str, Field(min_length=1, max_length=120)]


class Wanted(RequestBody):
    ids: Annotated[list[str], Field(min_length=1, max_length=60)]
    form: Literal["pdf", "html"] = "pdf"


class New(RequestBody):
    name: PersonName


class Card(RequestBody):
    consent_on: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")] | None = None
    words: Annotated[str, Field(max_length=5000)] = ""


class Sure(RequestBody):
    """Deleting wants the name typed."""

    name: str


class SettingsChoice(RequestBody):
    trainer: str
    model: str
    strictness: str


def routes(web: Web) -> list[BaseRoute]:  # noqa: PLR0915 - one small function an address
    desk = web.desk

    def named(request: Request) -> str:
        name = desk.store.name_of(given_person(request))
        if name is None:
            raise UsageError("Sessions without a name are not a person. Give each its name first.")
        return name

    def reports(request: Request, given: Wanted) -> Response:
        """The reports of several sessions, in one ZIP."""
        del request
        ids = [checked_id(i) for i in given.ids]
        path = _scratch(".zip")
        try:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
                for identity in ids:
                    content, name = report(identity, given.form)
                    out.writestr(_free_name(out, name, f".{given.form}"), content)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return _sent(path, "reports.zip", "application/zip")

    def report(identity: str, form: str) -> tuple[bytes, str]:
        facts = desk.facts(identity)
        person = facts.session.person
        history = desk.store.sessions(person) if person is not None else []
        extras = Extras(for_report(desk.records.notes(identity)), desk.settings.trainer or None)
        # Written as if it lay elsewhere: a report that is sent has no clip beside it.
        content = FORMS[f".{form}"]([facts], facts.folder / f"report.{form}", history, extras)
        return content, f"{person or 'report'} {facts.session.recorded_at[:10]}"

    def export(request: Request) -> Response:
        """Everything of one person: results, clips, notes."""
        name = named(request)
        path = _scratch(".zip")
        told = []
        try:
            with zipfile.ZipFile(path, "w") as out:
                for entry in desk.store.page(person=name, most=100_000):
                    notes = [{"t_s": n.t_s, "words": n.words} for n in desk.records.notes(entry.id)]
                    told.append({"session": entry.recorded_at, "notes": notes})
                    if entry.folder is None or not entry.folder.is_dir():
                        continue
                    place = f"{entry.recorded_at[:10]} {entry.id[:6]}"
                    clip = desk.clip(entry.id) if (entry.folder / "session.json").is_file() else None
                    for file in [*sorted(entry.folder.rglob("*")), *([clip] if clip else [])]:
                        if file.is_file() and not file.is_symlink():
                            inside = file.relative_to(entry.folder) if file.is_relative_to(entry.folder) else file.name
                            out.write(file, f"{place}/{inside}")
                consent_on, words = desk.records.card(name)
                about = {"name": name, "consent_on": consent_on, "words": words, "sessions": told}
                out.writestr("about.json", json.dumps(about, ensure_ascii=False, indent=1))
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return _sent(path, f"{tame(name)}.zip", "application/zip")

    def _scratch(ending: str) -> Path:
        with tempfile.NamedTemporaryFile(dir=desk.places.own, suffix=ending, prefix=".give-", delete=False) as file:
            return Path(file.name)

    def add(request: Request, given: New) -> object:
        del request
        name = given.name.strip()
        if not name or not name.isprintable():
            raise InputError("A person needs a name.")
        return {"id": desk.store.add_person(name)}

    def card(request: Request, given: Card) -> None:
        desk.records.put_card(named(request), given.consent_on, given.words)

    def rename(request: Request, given: New) -> object:
        """Another name; where somebody has it already, the two become one."""
        old, new = named(request), given.name.strip()
        if not new or not new.isprintable():
            raise InputError("A person needs a name.")
        if new != old:
            desk.store.rename(old, new)
            desk.records.rename(old, new)
        return {"id": person_id(new)}

    def forget(request: Request, given: Sure) -> object:
        name = named(request)
        if given.name.strip() != name:
            raise UsageError("The name typed is another one. Nothing was deleted.")
        gone = desk.forget(name)
        left = [f"{folder}: {why}" for folder, why in gone.left]
        return {"sessions": gone.sessions, "files": len(gone.removed), "left": left}

    def choose(request: Request, given: SettingsChoice) -> object:
        del request
        return write_settings(desk.places.settings, given.model_dump()).model_dump()

    return [
        Route("/api/reports", web.does(Wanted, reports), methods=["POST"]),
        Route("/api/people", web.does(New, add), methods=["POST"]),
        Route("/api/people/{person}/card", web.does(Card, card), methods=["POST"]),
        Route("/api/people/{person}/name", web.does(New, rename), methods=["POST"]),
        Route("/api/people/{person}/forget", web.does(Sure, forget), methods=["POST"]),
        Route("/api/people/{person}/export", web.told(export), methods=["GET"]),
        Route("/api/settings", web.does(SettingsChoice, choose), methods=["POST"]),
    ]


def _free_name(out: zipfile.ZipFile, name: str, ending: str) -> str:
    stem, taken = tame(name + ".x")[:-2], set(out.namelist())
    number = 1
    while (found := f"{stem}{f' {number}' if number > 1 else ''}{ending}") in taken:
        number += 1
    return found


def _sent(path: Path, name: str, kind: str) -> Response:
    return FileResponse(path, media_type=kind, filename=name, background=BackgroundTask(path.unlink, missing_ok=True))
