"""A session's reports with the trainer's words, pictures and brand, and words to send along."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from smr_vision.desk.branding import brand_of
from smr_vision.desk.desk import Desk
from smr_vision.desk.drawings import Drawings, as_svg
from smr_vision.desk.notes import for_report
from smr_vision.desk.stills import still_at
from smr_vision.errors import InputError
from smr_vision.report import words
from smr_vision.report.brand import Brand
from smr_vision.report.facts import SessionFacts
from smr_vision.report.forms import FORMS, for_paper
from smr_vision.report.html import DrawnPicture, Extras, ReportKind
from smr_vision.report.pictures import data_uri
from smr_vision.report.progress import earlier_alike, until
from smr_vision.report.summary import summary_of
from smr_vision.session import Session


class Reporting:
    """Writes reports of the desk's sessions."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._drawings = Drawings(desk.records)

    @property
    def brand(self) -> Brand:
        """The practice's own name, logo and colours."""
        return brand_of(self._desk.settings, self._desk.places.logo)

    def html(self, identity: str, kind: ReportKind) -> bytes:
        """A report as a page, which finds its clip where it lies beside it."""
        facts, history = self._asked(identity, kind)
        return FORMS[".html"](facts, facts[-1].folder / "report.html", history, self._extras(identity, kind))

    def paper(self, identity: str, kind: ReportKind) -> Iterator[str]:
        """The pages that a report may be on paper."""
        facts, history = self._asked(identity, kind)
        return for_paper(facts, facts[-1].folder / "report.pdf", history, self._extras(identity, kind))

    def _asked(self, identity: str, kind: ReportKind) -> tuple[list[SessionFacts], list[Session]]:
        """The session, after the first one of the same person with the same move where progress is asked for; and all
        sessions until then."""
        last = self._desk.facts(identity)
        person = last.session.person
        history = self._desk.store.sessions(person) if person is not None else []
        if kind != "progress":
            return [last], history
        first = self._first(last.session) if person is not None else None
        return [*([first] if first is not None else []), last], until(last.session, history)

    def _first(self, last: Session) -> SessionFacts | None:
        """The earliest session of the person with one of the same moves that is still there with its files."""
        for entry in earlier_alike(last, reversed(self._desk.store.page(person=last.person, most=1000))):
            with suppress(InputError):
                return self._desk.facts(entry.id)
        return None

    def _extras(self, identity: str, kind: ReportKind) -> Extras:
        return Extras(
            note=for_report(self._desk.records.notes(identity)),
            trainer=self._desk.settings.trainer or None,
            kind=kind,
            drawn=tuple(self._drawn(identity)),
            brand=self.brand,
        )

    def _drawn(self, identity: str) -> list[DrawnPicture]:
        """The chosen pictures that can still be had."""
        found = []
        for drawing in self._drawings.of(identity):
            if not drawing.in_report:
                continue
            try:
                picture, size = self.still(identity, drawing.t_s)
            except InputError:
                continue
            title = drawing.words or f"The clip at {words.clock(drawing.t_s)}"
            svg = as_svg(data_uri("image/jpeg", picture), size, drawing.shapes, title)
            found.append(DrawnPicture(drawing.t_s, drawing.words, svg))
        return found

    def still(self, identity: str, t_s: float) -> tuple[bytes, tuple[int, int]]:
        """A picture of the clip, as JPEG, and its size: of the original, else of the annotated clip."""
        clips = [self._desk.clip(identity), self._desk.store.folder(identity) / "annotated.mp4"]
        there = [clip for clip in clips if clip is not None and clip.is_file()]
        return still_at(there, t_s, self._desk.places.stills(identity))

    def message(self, identity: str, kind: ReportKind) -> str:
        """A short text to send with a report, for the trainer to change."""
        facts = self._desk.facts(identity)
        session, chosen = facts.session, self._desk.settings
        summary = summary_of(facts)
        name = (session.person or "").split(" ")[0]
        day = words.day(session.recorded_at)
        said = {
            "full": f"here is the report of your foam rolling on {day}.",
            "page": f"here is your foam rolling on {day}, on one page.",
            "progress": f"here is how your foam rolling has been going until {day}.",
        }
        lines = [
            f"Hello {name}," if name else "Hello,",
            "",
            said[kind],
            "",
        ]
        if facts.sets:
            lines.append(f"What went well: {summary.well[0]}")
        if summary.fix is not None:
            lines.append(f"One thing to work on: {summary.fix.fault.cue.rstrip('.')}.")
        lines += [f"Next time: {summary.goal}", "", "Kind regards", *filter(None, (chosen.trainer, chosen.practice))]
        return "\n".join(lines)
