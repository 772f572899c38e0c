"""The forms a report can take, by the ending of the file's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from smr_vision.report.facts import SessionFacts
from smr_vision.report.html import Extras, compare_page, progress_page, session_page
from smr_vision.report.pdf import laid_out_to_fit, pdf_of
from smr_vision.report.sheet import sheet
from smr_vision.session import Session

__all__ = ["FORMS", "Extras", "for_paper"]

MOST_LEFT_OUT: Final = 3

Form = Callable[[Sequence[SessionFacts], Path, Sequence[Session], Extras], bytes]


def _page(facts: Sequence[SessionFacts], out: Path, history: Sequence[Session], extras: Extras) -> str:
    if extras.kind == "progress":
        ordered = sorted(facts, key=lambda f: f.session.recorded_at)
        return progress_page(ordered[0], ordered[-1], history or [f.session for f in ordered], extras)
    if len(facts) == 1:
        return session_page(facts[0], out, history, extras)
    return compare_page(facts, extras)


def _html(facts: Sequence[SessionFacts], out: Path, history: Sequence[Session], extras: Extras) -> bytes:
    return _page(facts, out, history, extras).encode()


def _pdf(facts: Sequence[SessionFacts], out: Path, history: Sequence[Session], extras: Extras) -> bytes:
    return pdf_of([laid_out_to_fit(for_paper(facts, out, history, extras))])


def for_paper(facts: Sequence[SessionFacts], out: Path, history: Sequence[Session], extras: Extras) -> Iterator[str]:
    """The pages a report may be on paper, all there is to say first. A report of one page has several, of which each
    leaves out more: pictures first, then the note."""
    for leave_out in range(MOST_LEFT_OUT + 1 if extras.kind == "page" else 1):
        yield _page(facts, out, history, replace(extras, for_print=True, leave_out=leave_out))


def _csv(facts: Sequence[SessionFacts], out: Path, history: Sequence[Session], extras: Extras) -> bytes:
    del out, history, extras  # a table holds the figures only
    return sheet(facts).encode("utf-8-sig")


FORMS: Mapping[str, Form] = {".html": _html, ".htm": _html, ".pdf": _pdf, ".csv": _csv}
