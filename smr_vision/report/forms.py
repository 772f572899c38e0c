"""The forms a report can take, by the ending of the file's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from smr_vision.report.facts import SessionFacts
from smr_vision.report.html import Extras, compare_page, session_page
from smr_vision.report.pdf import pdf
from smr_vision.report.sheet import sheet
from smr_vision.session import Session

__all__ = ["FORMS", "Extras"]

Form = Callable[[Sequence[SessionFacts], Path, Sequence[Session], Extras], bytes]


def _page(facts: Sequence[SessionFacts], out: Path, history: Sequence[Session], extras: Extras) -> str:
    if len(facts) == 1:
        return session_page(facts[0], out, history, extras)
    return compare_page(facts, extras)


def _html(facts: Sequence[SessionFacts], out: Path, history: Sequence[Session], extras: Extras) -> bytes:
    return _page(facts, out, history, extras).encode()


def _pdf(facts: Sequence[SessionFacts], out: Path, history: Sequence[Session], extras: Extras) -> bytes:
    return pdf(_page(facts, out, history, replace(extras, for_print=True)))


def _csv(facts: Sequence[SessionFacts], out: Path, history: Sequence[Session], extras: Extras) -> bytes:
    del out, history, extras  # a table holds the figures only
    return sheet(facts).encode("utf-8-sig")


FORMS: Mapping[str, Form] = {".html": _html, ".htm": _html, ".pdf": _pdf, ".csv": _csv}
