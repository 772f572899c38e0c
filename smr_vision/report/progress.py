"""How this session compares with the earlier ones of the same person and moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from smr_vision.report.facts import SessionFacts, on_target
from smr_vision.session import Session, Set
from smr_vision.store import Entry

MOST = 8


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session of the progress table."""

    recorded_at: str
    sets: int
    on_target_s: float | None
    faults: int
    discomfort: int | None


def progress_of(facts: SessionFacts, history: Sequence[Session]) -> tuple[SessionRow, ...]:
    """The latest sessions with the same moves, oldest first, this one last; empty without an earlier one."""
    sessions = _alike(facts, history)
    return tuple(row_of(s) for s in sessions) if len(sessions) > 1 else ()


def until(last: Session, kept: Sequence[Session]) -> list[Session]:
    """The kept sessions up to this one that share a move with it, oldest first; this one alone where none is kept."""
    moves = {s.move for s in last.sets}
    alike = [s for s in kept if s.recorded_at <= last.recorded_at and moves & {one.move for one in s.sets}]
    return alike or [last]


def earlier_alike(last: Session, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Of the history's entries of one person, those before this session that share a move with it."""
    moves = {s.move for s in last.sets}
    return (e for e in entries if e.recorded_at < last.recorded_at and moves & {s.move for s in e.sets})


def _alike(facts: SessionFacts, history: Sequence[Session], most: int = MOST) -> list[Session]:
    now = facts.session
    moves = {s.move for s in now.sets}
    earlier = [
        s
        for s in history
        if s.person == now.person and s.recorded_at < now.recorded_at and moves & {one.move for one in s.sets}
    ]
    if now.person is None:
        return [now]
    earlier.sort(key=lambda s: s.recorded_at)
    return [*earlier[-(most - 1) :], now]


def curves_of(
    facts: SessionFacts, history: Sequence[Session], *, most: int = MOST
) -> list[tuple[str, str, list[float | None]]]:
    """Title, unit and values, oldest first, of each curve: every move and side of this session by itself."""
    sessions = _alike(facts, history, most)
    if len(sessions) < 2:
        return []
    found: list[tuple[str, str, list[float | None]]] = []
    for kind, move, side in dict.fromkeys((s.kind, s.set.move, s.set.side) for s in facts.sets):
        parts = [s.model_copy(update={"sets": _of(s, move, side)}) for s in sessions]
        rows = [row_of(s) if s.sets else None for s in parts]
        found += [
            (f"{kind}: seconds on target", " s", [r.on_target_s if r else None for r in rows]),
            (f"{kind}: faults", "", [r.faults if r else None for r in rows]),
            (f"{kind}: discomfort after", " of 10", [r.discomfort if r else None for r in rows]),
        ]
    return found


def _of(session: Session, move: str, side: str | None) -> tuple[Set, ...]:
    return tuple(s for s in session.sets if (s.move, s.side) == (move, side))


def row_of(session: Session) -> SessionRow:
    after = [s.discomfort.after for s in session.sets if s.discomfort and s.discomfort.after is not None]
    return SessionRow(
        recorded_at=session.recorded_at,
        sets=len(session.sets),
        on_target_s=on_target(session.sets),
        faults=sum(f.dismissed_by is None for s in session.sets for f in s.faults),
        discomfort=max(after) if after else None,
    )
