"""Sessions as they were kept, with the trainer's corrections, in the form that `compare` takes: nothing is run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from compare import Result, compare
from truth import Truth

from smr_vision.corrections import corrected
from smr_vision.moves import Move
from smr_vision.session import Session, Set, read_session
from smr_vision.session.series import read_series


def kept_result(folder: Path, truth: Truth, moves: Mapping[str, Move]) -> Result:
    """The session in `folder`, as `smr analyse` wrote it and as it was corrected since, beside the truth."""
    session = corrected(read_session(folder / "session.json"), folder, moves)
    return compare(truth, _moments(folder, session), tuple(_set(s) for s in session.sets), dict(moves))


def _set(one: Set) -> Any:
    faults = [
        SimpleNamespace(check=SimpleNamespace(id=f.check), start_s=f.start_s, end_s=f.end_s, decided_s=f.decided_s)
        for f in one.faults
        if f.dismissed_by is None
    ]
    return SimpleNamespace(
        move=SimpleNamespace(id=one.move), side=one.side, passes=one.passes, faults=faults,
        time_on_target_s=one.time_on_target_s or 0.0, uncounted=one.pass_count is None,
    )  # fmt: skip


def _moments(folder: Path, session: Session) -> list[Any]:
    """The pictures with the contact as it was measured, within the sets as they are now; without bodies."""
    series = read_series(folder / "series.csv")
    if series is None:
        return []
    found = []
    for t, along, seen in zip(series.t_s, series.contact, series.seen, strict=True):
        one = next((s for s in session.sets if s.start_s <= t <= s.end_s), None)
        contact = SimpleNamespace(
            position=float("nan") if along is None else along,
            source="seen" if seen else "",
            sure=not (one and one.unknown),
        )
        feedback = None if one is None else SimpleNamespace(move=SimpleNamespace(id=one.move), contact=contact)
        found.append(SimpleNamespace(t=t, feedback=feedback, body=None))
    return found
