"""People: new ones, their cards and names, everything of one to take along, forgetting."""

from __future__ import annotations

import json
import shutil
import zipfile
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from smr_vision.desk.desk import Desk
from smr_vision.desk.drawings import Drawings
from smr_vision.desk.people import person_id
from smr_vision.desk.places import tame
from smr_vision.desk.programmes import Programmes
from smr_vision.desk.report_routes import scratch, sent
from smr_vision.desk.web import RequestBody, Web
from smr_vision.errors import InputError, UsageError

PersonName = Annotated[str, Field(min_length=1, max_length=120)]


class New(RequestBody):
    name: PersonName


class Card(RequestBody):
    consent_on: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")] | None = None
    words: Annotated[str, Field(max_length=5000)] = ""


class Sure(RequestBody):
    """Deleting wants the name typed."""

    name: str


def routes(web: Web) -> list[BaseRoute]:
    desk = web.desk

    def export(request: Request) -> Response:
        """Everything of one person, as one ZIP."""
        name = web.name_given(request)
        path = scratch(desk.places) / "all.zip"
        try:
            with zipfile.ZipFile(path, "w") as out:
                _take_along(desk, name, out)
        except BaseException:
            shutil.rmtree(path.parent, ignore_errors=True)
            raise
        return sent(path, f"{tame(name)}.zip", "application/zip")

    def add(request: Request, given: New) -> object:
        del request
        name = given.name.strip()
        if not name or not name.isprintable():
            raise InputError("A person needs a name.")
        return {"id": desk.store.add_person(name)}

    def card(request: Request, given: Card) -> None:
        desk.records.put_card(web.name_given(request), given.consent_on, given.words)

    def rename(request: Request, given: New) -> object:
        """Another name; where somebody has it already, the two become one."""
        old, new = web.name_given(request), given.name.strip()
        if not new or not new.isprintable():
            raise InputError("A person needs a name.")
        if new != old:
            desk.store.rename(old, new)
            desk.records.rename(old, new)
        return {"id": person_id(new)}

    def forget(request: Request, given: Sure) -> object:
        name = web.name_given(request)
        if given.name.strip() != name:
            raise UsageError("The name typed is another one. Nothing was deleted.")
        gone = desk.forget(name)
        left = [f"{folder}: {why}" for folder, why in gone.left]
        return {"sessions": gone.sessions, "files": len(gone.removed), "left": left}

    return [
        Route("/api/people", web.does(New, add), methods=["POST"]),
        Route("/api/people/{person}/card", web.does(Card, card), methods=["POST"]),
        Route("/api/people/{person}/name", web.does(New, rename), methods=["POST"]),
        Route("/api/people/{person}/forget", web.does(Sure, forget), methods=["POST"]),
        Route("/api/people/{person}/export", web.told(export), methods=["GET"]),
    ]


def _take_along(desk: Desk, name: str, out: zipfile.ZipFile) -> None:
    """Results and clips of a person's sessions, and in one file what the desk keeps beside them."""
    told = []
    for entry in desk.store.page(person=name, most=100_000):
        told.append(
            {
                "session": entry.recorded_at,
                "notes": [{"t_s": n.t_s, "words": n.words} for n in desk.records.notes(entry.id)],
                "drawings": [
                    {"t_s": d.t_s, "words": d.words, "shapes": [s.model_dump() for s in d.shapes]}
                    for d in Drawings(desk.records).of(entry.id)
                ],
            }
        )
        if entry.folder is None or not entry.folder.is_dir():
            continue
        place = f"{entry.recorded_at[:10]} {entry.id[:6]}"
        clip = desk.clip(entry.id) if (entry.folder / "session.json").is_file() else None
        for file in [*sorted(entry.folder.rglob("*")), *([clip] if clip else [])]:
            if file.is_file() and not file.is_symlink():
                inside = file.relative_to(entry.folder) if file.is_relative_to(entry.folder) else file.name
                out.write(file, f"{place}/{inside}")
    consent_on, words = desk.records.card(name)
    programme, _ = Programmes(desk.records).of(name)
    about = {
        "name": name, "consent_on": consent_on, "words": words, "sessions": told,
        "programme": programme.model_dump(mode="json") if programme is not None else None,
    }  # fmt: skip
    out.writestr("about.json", json.dumps(about, ensure_ascii=False, indent=1))
