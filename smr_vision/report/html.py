"""The report as one HTML file: no network, no other file needed, complete without JavaScript."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from smr_vision.errors import InputError, shown
from smr_vision.report import bars, plots, unseen, words
from smr_vision.report.brand import Brand
from smr_vision.report.cards import load_cards, readable
from smr_vision.report.compare import groups_of, still_of
from smr_vision.report.facts import SessionFacts
from smr_vision.report.pictures import data_uri, picture, picture_s, setup_picture
from smr_vision.report.progress import curves_of, progress_of, row_of
from smr_vision.report.summary import Summary, summary_of
from smr_vision.session import Session
from smr_vision.session.set_record import passes_of
from smr_vision.store import Entry
from smr_vision.store.trends import target_words, trend_values, what

CLIP = "annotated.mp4"
MOST_IN_PROGRESS = 24  # sessions in a curve of the report on progress
MANY_SETS = 30  # beyond these a phone gets the wide plots, and the page stays below 3 MB


ReportKind = Literal["full", "page", "progress"]
"""All there is to say; one page; how it went over the sessions."""


@dataclass(frozen=True, slots=True)
class DrawnPicture:
    """A picture of the clip that the trainer chose and drew on, as SVG, with words."""

    t_s: float
    words: str
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Extras:
    """What the trainer adds, and how the clip is shown. `leave_out` says how much a page that has to hold all leaves
    away: 0 nothing, 1 all but one of the drawn pictures, 2 these and the fault's picture, 3 the note too."""

    note: str | None = None
    trainer: str | None = None
    embed_clip: bool = False
    for_print: bool = False
    kind: ReportKind = "full"
    drawn: tuple[DrawnPicture, ...] = ()
    brand: Brand | None = None
    leave_out: int = 0


def session_page(facts: SessionFacts, out: Path, history: Sequence[Session], extras: Extras) -> str:
    """The report of one session, to be written to `out`; for progress, see `progress_page`."""
    summary = summary_of(facts)
    still, is_fix = _still(facts, summary)
    return page(
        "onepage.html.j2" if extras.kind == "page" else "session.html.j2",
        title=f"Foam-rolling report, {words.day(facts.session.recorded_at)}",
        facts=facts,
        summary=summary,
        fix_picture=still,
        fix_shown=is_fix,
        frames=(plots.WIDE,) if extras.for_print or len(facts.sets) > MANY_SETS else (plots.WIDE, plots.NARROW),
        top=facts.top_faults,
        progress=progress_of(facts, history),
        curves=curves_of(facts, history),
        kinds=list(dict.fromkeys(s.kind for s in facts.sets)),
        clip=None if extras.for_print or extras.kind == "page" else _clip(facts.folder, out, extras),
        extras=extras,
    )


def progress_page(first: SessionFacts, last: SessionFacts, sessions: Sequence[Session], extras: Extras) -> str:
    """How one person does over the sessions, oldest first; `first` and `last` are held against each other."""
    several = first.session.recorded_at != last.session.recorded_at
    groups = groups_of([first, last]) if several else []
    return page(
        "progress.html.j2",
        title="Foam-rolling report, progress",
        facts=last,
        summary=summary_of(last),
        kinds=[],
        several=several,
        heads=heads_of([first, last]),
        groups=groups,
        changes=[(g.label, [line for line in g.lines if line.change in ("better", "less good")]) for g in groups],
        same=any(line.change == "same" and line.weighed for g in groups for line in g.lines),
        rows=[row_of(s) for s in sessions],
        curves=curves_of(last, sessions, most=MOST_IN_PROGRESS),
        clip=None,
        frames=(),
        extras=extras,
    )


def compare_page(sessions: Sequence[SessionFacts], extras: Extras) -> str:
    """Several sessions side by side, oldest first."""
    ordered = sorted(sessions, key=lambda facts: facts.session.recorded_at)
    people = {facts.session.person for facts in ordered}
    return page(
        "compare.html.j2",
        title="Foam-rolling report, sessions compared",
        name=next(iter(people)) or "Your sessions" if len(people) == 1 else "Sessions compared",
        same_person=len(people) == 1,
        sessions=ordered,
        heads=heads_of(ordered),
        stills=[still_of(facts) for facts in ordered],
        groups=groups_of(ordered),
        extras=extras,
        clip=None,
        frames=(),
    )


def history_page(entries: Sequence[Entry], person: str | None) -> str:
    """The sessions kept, newest first, with the trend of each person."""
    people = dict.fromkeys(entry.person for entry in entries)
    cards = load_cards()
    groups = []
    for name in people:
        theirs = [entry for entry in entries if entry.person == name]
        groups.append({"person": name, "trends": trend_values(theirs), "entries": theirs[::-1]})
    return page(
        "history.html.j2",
        title="Foam-rolling history",
        name=person or "Everybody",
        total=len(entries),
        first=entries[0].recorded_at if entries else None,
        last=entries[-1].recorded_at if entries else None,
        groups=groups,
        what=what,
        target=target_words,
        passes=passes_of,
        dose={name: card.aim_s for name, card in cards.items()},
        titles={name: card.title for name, card in cards.items()},
        clip=None,
        frames=(),
    )


def heads_of(ordered: Sequence[SessionFacts]) -> list[str]:
    """The day of each session, with the time of day where two share one."""
    days = [words.day(facts.session.recorded_at) for facts in ordered]
    return [
        f"{day}, {facts.session.recorded_at[11:16]}" if days.count(day) > 1 else day
        for day, facts in zip(days, ordered, strict=True)
    ]


@cache
def _environment() -> Environment:
    """Made once: to compile the templates takes longer than to fill them."""
    environment = Environment(
        loader=PackageLoader("smr_vision.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(
        words=words,
        unseen=unseen,
        bars=bars,
        plots=plots,
        readable=readable,
        picture=picture,
        setup=setup_picture,
        picture_s=picture_s,
    )
    return environment


def page(template: str, *, extras: Extras | None = None, **values: object) -> str:
    """Fill a template; style and script go in with their hashes, and nothing else may run."""
    environment = _environment()
    style, script = (_asset(environment, name) for name in ("style.css", "script.js"))
    brand = extras.brand if extras else None
    own = brand.style if brand else ""
    styles = " ".join(f"'{_hash(text)}'" for text in (style, own) if text)
    policy = (
        f"default-src 'none'; img-src data:; media-src 'self' file: data:; style-src {styles};"
        f" script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    )
    return environment.get_template(template).render(
        style=style, own_style=own, script=script, policy=policy, brand=brand, extras=extras or Extras(), **values
    )


def _asset(environment: Environment, name: str) -> Markup:
    assert environment.loader is not None
    return Markup(environment.loader.get_source(environment, name)[0])  # noqa: S704 - our own file


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _still(facts: SessionFacts, summary: Summary) -> tuple[str | None, bool]:
    """The picture at the top, and whether it shows the thing to fix (else it is the set-up)."""
    found = picture(facts.folder, summary.fix.fault.picture) if summary.fix else None
    return (found, True) if found else (setup_picture(facts.folder), False)


def _clip(folder: Path, out: Path, extras: Extras) -> str | None:
    """Where the page finds the annotated clip: inside itself, or beside it; None without one."""
    path = folder / CLIP
    if extras.embed_clip:
        if not path.is_file():
            raise InputError(f"{shown(path)} is not there to embed. Analyse the clip again, without --no-video.")
        from smr_vision.report.clip import small_clip  # noqa: PLC0415 - brings the video library

        return data_uri("video/mp4", small_clip(path))
    if not path.is_file():
        return None
    try:
        relative = os.path.relpath(path.resolve(), out.resolve().parent)
    except ValueError:  # another drive
        return None
    return quote(relative.replace(os.sep, "/"))
