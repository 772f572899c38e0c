"""What a corrected set amounts to, worked out of `series.csv` and the move: times, extents, speeds, checks."""

from __future__ import annotations

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import zip_longest
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from smr_vision.corrections.deeds import AddFault, AddSet
from smr_vision.errors import UsageError
from smr_vision.moves import Move
from smr_vision.session import CheckTime, Fault, Hold, Pass, Set, ZoneTime
from smr_vision.session.series import LONGEST_STEP_S

if TYPE_CHECKING:
    from smr_vision.coach import ZoneName

NEAR_S: Final = 0.2  # a contact this near to a moment holds for it
BODY_CM: Final = 170.0  # speeds are told for a body of this height
LATE_S: Final = (
    1.5  # before a tool was told it may have been there for so long [E: the longest of the sample clips is .8]
)
SET_UP: Final = "setup"
ROLLS: Final = ("rolling", "holding")
CHANGE: Final = "contact_change"


class _Row(NamedTuple):
    """What `series.csv` says of a picture; of a `relative` contact the ways and turns are true, not the place."""

    t: float
    phase: str
    move: str
    contact: float | None
    on_target: bool
    relative: bool


@dataclass(frozen=True, slots=True)
class _Rolled:
    """A picture in which it rolled: when, for how many seconds, where (None: not known), and whether that counts."""

    t: float
    seconds: float
    zone: ZoneName | None
    on_target: bool


class Amounts:
    """Works out what changed sets, passes and faults hold."""

    def __init__(self, folder: Path, moves: Mapping[str, Move], recorded: Sequence[Set]) -> None:
        """`recorded` are the sets as they were found, before any correction."""
        self._folder = folder
        self._moves = moves
        self._recorded = recorded

    @cached_property
    def _rows(self) -> Sequence[_Row]:
        path = self._folder / "series.csv"
        try:
            return _rows_of(path, path.stat().st_mtime_ns)
        except (OSError, ValueError, IndexError, csv.Error):
            return ()

    def sided(self, move: str) -> bool:
        return self._move(move).sided

    def _move(self, name: str) -> Move:
        if name not in self._moves:
            raise UsageError(f"There is no move called {name:.40}.")
        return self._moves[name]

    def new_set(self, deed: AddSet, side: str | None) -> Set:
        checks = {
            c.id: CheckTime(ok_s=0, fault_s=0, unknown_s=deed.end_s - deed.start_s)
            for c in self._move(deed.move).checks
        }
        return Set.model_validate(
            {"move": deed.move, "side": side, "start_s": deed.start_s, "end_s": deed.end_s, "view": None, "passes": (),
             "pass_count": 0, "time_on_target_s": None, "time_by_zone_s": ZoneTime(green=0, amber=0, red=0),
             "holds": (), "checks": checks, "faults": ()}
        )  # fmt: skip

    def said(self, one: Set) -> tuple[Fault, ...]:
        """Faults that the trainer dismissed, added or moved, of those in which nothing is on target: the body off the
        tool, or in danger."""
        move = self._moves.get(one.move)
        known = [f for s in self._recorded for f in s.faults]
        bear = [f for f in one.faults if move is not None and (f.severity == "safety" or f.check in move.load)]
        new = tuple(f for f in bear if f not in known)
        return new if new and self._rows else ()

    def times(self, one: Set, said: tuple[Fault, ...] = ()) -> dict[str, Any]:
        """Seconds by zone and on target between the borders; on target is None where the contact was of another move,
        or unknown, or the set itself could not tell. What was `said` of its faults holds."""
        known = one.time_on_target_s is not None
        zones, on_target = dict.fromkeys(("green", "amber", "red"), 0.0), 0.0
        for row in self._rolled(one, said):
            if row.zone is not None:
                zones[row.zone] += row.seconds
            on_target += row.seconds * row.on_target
        known = known and bool(one.unplaced or sum(zones.values()))
        return {
            "time_by_zone_s": ZoneTime(**{zone: round(s, 3) for zone, s in zones.items()}),
            "time_on_target_s": round(on_target, 3) if on_target or known else None,
            "time_unsure_s": None,  # the rows don't tell why a second does not count
        }

    def on_target_at(self, one: Set) -> frozenset[float]:
        """The times of the pictures that count as on target in a set, by the same rule as its seconds."""
        return frozenset(row.t for row in self._rolled(one, self.said(one)) if row.on_target)

    def _rolled(self, one: Set, said: tuple[Fault, ...]) -> Iterator[_Rolled]:
        """The pictures between the borders in which it rolled or was held.

        In what was recorded as a set, on target is what was found then. Beyond it the trainer says that there was a
        set: there the place alone tells.
        """
        move = self._moves.get(one.move)
        rows = self._between(one.start_s, one.end_s)
        first = next((r for r in rows if r.contact is not None and r.move == one.move), None)
        for row, after in zip_longest(rows, rows[1:]):
            t = row.t
            found = any(s.start_s <= t <= s.end_s for s in self._recorded)
            at = _measured(one.move, row, None if found else first, found=found)
            if move is None or at is None or at.contact is None:
                continue
            zone = None if one.unplaced or at.relative else move.zone.colour(at.contact)
            now = [f.dismissed_by is None for f in said if f.start_s <= t <= f.end_s]
            counts = zone != "red" and not any(now) if now or not found else row.on_target
            yield _Rolled(t, min((after.t if after else one.end_s) - t, LONGEST_STEP_S), zone, counts)

    def checks(self, one: Set) -> dict[str, CheckTime]:
        """Right, wrong and not seen: what was dismissed is right, what was added is wrong."""
        length = one.end_s - one.start_s
        move = self._moves.get(one.move)
        found = {}
        for name in [c.id for c in move.checks] if move is not None else one.checks:
            wrong = sum(
                max(min(f.end_s, one.end_s) - max(f.start_s, one.start_s), 0.0)
                for f in one.faults
                if f.check == name and f.dismissed_by is None
            )
            wrong = min(wrong, length)
            known = one.checks.get(name)
            before = known.ok_s + known.fault_s + known.unknown_s if known is not None else 0.0
            share = known.unknown_s / before if known is not None and before > 0 else 1.0
            unknown = min(share * length, length - wrong)
            found[name] = CheckTime(
                ok_s=round(length - wrong - unknown, 3), fault_s=round(wrong, 3), unknown_s=round(unknown, 3)
            )
        return found

    def rolled(self, one: Set, start_s: float, end_s: float) -> Pass:
        """A pass between two moments; its extent where the contact was known at both."""
        move = self._move(one.move)
        first, last = self.contact(start_s), self.contact(end_s)
        known = first is not None and last is not None
        change = (last or 0.0) - (first or 0.0) if known else 0.0
        way = move.segment.shrinks if change < 0 else move.segment.grows
        if way in ("outward", "inward"):
            other = "right" if one.side == "left" else "left"
            way = (one.side or "left") if way == "outward" else other  # type: ignore[assignment]
        cm = abs(change) * move.segment.length_h * BODY_CM
        return Pass.model_validate(
            {"start_s": start_s, "end_s": end_s, "direction": way, "extent": round(abs(change), 4),
             "speed_cm_s": round(cm / (end_s - start_s), 2) if known else None}
        )  # fmt: skip

    def held(self, one: Set, start_s: float, end_s: float) -> Hold:
        along = self.contact((start_s + end_s) / 2)
        return Hold(start_s=start_s, end_s=end_s, along=None if one.unplaced else round(along or 0.0, 4))

    def fault(self, one: Set, deed: AddFault) -> Fault:
        check = self._move(one.move).by_id.get(deed.check)
        if check is None:
            raise UsageError(f"The move of that set has no check called {deed.check}.")
        return Fault(
            check=check.id, severity=check.severity, start_s=deed.start_s, end_s=deed.end_s, decided_s=deed.end_s,
            measured=None, target=check.target, cue=deed.words.strip() or check.cue,
        )  # fmt: skip

    def _between(self, start_s: float, end_s: float) -> Sequence[_Row]:
        times = self._times
        return self._rows[bisect_left(times, start_s) : bisect_right(times, end_s)]

    @cached_property
    def _times(self) -> list[float]:
        return [r.t for r in self._rows]

    def contact(self, t: float) -> float | None:
        """The contact nearest to a moment, if it was known within a fifth of a second."""
        rows = self._between(t - NEAR_S, t + NEAR_S)
        near = [(abs(row.t - t), row.contact) for row in rows if row.contact is not None]
        return min(near)[1] if near else None


@lru_cache(maxsize=2)  # one correction follows another, and an hour's rows take a while
def _rows_of(path: Path, changed: int) -> Sequence[_Row]:
    """All of a series.

    Raises OSError, ValueError, IndexError or csv.Error where they can't be read.
    """
    del changed  # a new file is read anew
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        pick = itemgetter(*(header.index(name) for name in ("t_s", "phase", "move", "contact", "on_target")))
        told = header.index(CHANGE) if CHANGE in header else None  # older ones have none
        found = []
        for row in filter(None, rows):
            t, phase, move, contact, on = pick(row)
            change = "" if told is None else row[told]
            place = contact or change
            found.append(_Row(float(t), phase, move, float(place) if place else None, on == "1", bool(change)))
    return tuple(found)


def _measured(move: str, row: _Row, first: _Row | None, *, found: bool) -> _Row | None:
    """The row that says where the tool was in a picture in which it rolled; None where it didn't or that is not known.

    Beyond what was `found` as a set, the `first` place measured holds for the moments before it: a tool is told some
    time after it can be seen.
    """
    if row.contact is not None and row.move == move:
        return row if row.on_target or row.phase in ROLLS or (row.phase == SET_UP and not found) else None
    return first if first is not None and 0 < first.t - row.t <= LATE_S else None
