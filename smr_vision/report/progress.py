"""How this session compares with the earlier ones of the same person and moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smr_vision.report.facts import SessionFacts, on_target
from smr_vision.session import Session

MOST = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One session of the progress table."""

    recorded_at: str
    sets: int
    on_target_s: float | None
    faults: int
    discomfort: int | None


def progress_of(facts: SessionFacts, history: Sequence[Session]) -> tuple[Row, ...]:
    """The latest sessions with the same moves, oldest first, this one last; empty without an earlier one."""
    now = facts.session
    moves = {s.move for s in now.sets}
    earlier = [
        s
        for s in history
        if s.person == now.person and s.recorded_at < now.recorded_at and moves & {one.move for one in s.sets}
    ]
    if now.person is None or not earlier:
        return ()
    earlier.sort(key=lambda s: s.recorded_at)
    return tuple(row_of(s) for s in [*earlier[-(MOST - 1) :], now])


def row_of(session: Session) -> Row:
    after = [s.discomfort.after for s in session.sets if s.discomfort and s.discomfort.after is not None]
    return Row(
        recorded_at=session.recorded_at,
        sets=len(session.sets),
        on_target_s=on_target(session.sets),
        faults=sum(f.dismissed_by is None for s in session.sets for f in s.faults),
        discomfort=max(after) if after else None,
    )
