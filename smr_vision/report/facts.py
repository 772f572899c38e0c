"""What there is to say about a session, worked out once and free of any layout."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from smr_vision.coach.sets import place_words
from smr_vision.errors import InputError, shown
from smr_vision.report.cards import Limit, MoveCard, card_of
from smr_vision.report.coverage import Bin, coverage_of
from smr_vision.report.tempo import SetTempo, tempo_of
from smr_vision.session import Fault, Hold, Session, Set
from smr_vision.session.series import Series, read_series
from smr_vision.session.set_record import passes_of

TOP_FAULTS = 3
UNEVEN_PERCENT = 15.0
SEVERITIES = ("safety", "form", "tempo")


@dataclass(frozen=True, slots=True)
class CheckFact:
    """How a check went; `unknown_s` of one that is judged by whole passes is what of them was not seen."""

    title: str
    ok_s: float
    fault_s: float
    unknown_s: float
    of_tempo: bool
    faults: int = 0  # that the trainer has not set aside
    of_passes: bool = False  # judged by whole passes: rests and turns between them are no part of it

    @property
    def seen_s(self) -> float:
        return self.ok_s + self.fault_s

    @property
    def whole(self) -> bool:
        """Whether it was seen all through the set, but for a moment."""
        return self.unknown_s < 1

    @property
    def verdict(self) -> Literal["ok", "fault", "unknown"]:
        """Failing where a fault stands; right only where it was seen for most of the set; else nobody knows."""
        if self.faults:
            return "fault"
        return "ok" if self.ok_s > 0 and (self.of_tempo or self.ok_s >= self.unknown_s) else "unknown"

    @property
    def share(self) -> float | None:
        """Right, as a share of the time it could be seen; None when it never could."""
        return self.ok_s / self.seen_s if self.seen_s > 0 else None


@dataclass(frozen=True, slots=True)
class FaultFact:
    """A fault with its number in the report and the key that `--dismiss` takes."""

    number: int
    key: str
    title: str
    set_number: int
    fault: Fault
    limits: tuple[Limit, ...]
    ends: tuple[str, str]

    @property
    def rank(self) -> tuple[int, float]:
        return SEVERITIES.index(self.fault.severity), self.fault.start_s - self.fault.end_s


@dataclass(frozen=True, slots=True)
class SetFacts:
    """One set: the record, its move's card, and what follows from both and from the series.

    `done` counts the session's sets of this move and side.
    """

    number: int
    label: str
    done: int
    set: Set
    card: MoveCard
    tempo: SetTempo
    coverage: tuple[Bin, ...]
    checks: tuple[CheckFact, ...]
    faults: tuple[FaultFact, ...]
    series: Series

    @property
    def contact_known(self) -> bool:
        return contact_known(self.set)

    @property
    def on_target_s(self) -> float | None:
        """Seconds on target; None where they could not be known."""
        return on_target([self.set])

    @property
    def unsure_s(self) -> float:
        """Seconds in the zone in which nobody could see whether they were on target; 0 where that is not told."""
        return self.set.time_unsure_s or 0.0

    @property
    def holds(self) -> tuple[Hold, ...]:
        """Holds in which nothing was wrong; the others are `stood`: standing still in a fault is no hold."""
        return tuple(h for h in self.set.holds if h not in self.stood)

    @property
    def stood(self) -> tuple[Hold, ...]:
        """Standing still while something was wrong."""
        faults = [f.fault for f in self.counted]
        return tuple(h for h in self.set.holds if any(f.start_s < h.end_s and h.start_s < f.end_s for f in faults))

    @property
    def place(self) -> str:
        """What has to stand beside its seconds on target."""
        return place_words(assumed=self.set.tool == "assumed", unplaced=self.set.unplaced)

    @property
    def kind(self) -> str:
        """The move, and the side where it has one."""
        return f"{self.card.title}, {self.set.side}" if self.set.side else self.card.title

    @property
    def counted(self) -> tuple[FaultFact, ...]:
        """The faults the trainer has not dismissed."""
        return tuple(f for f in self.faults if f.fault.dismissed_by is None)


@dataclass(frozen=True, slots=True)
class Evenness:
    """Left against right: 100 (L - R) / mean, None when either side was not measured, or hardly."""

    title: str
    what: str
    unit: str
    left: float | None
    right: float | None
    seen: bool = True  # whether for most of the time it could be seen, on both sides

    @property
    def percent(self) -> float | None:
        if not self.seen or self.left is None or self.right is None or self.left + self.right == 0:
            return None
        return 100 * (self.left - self.right) / ((self.left + self.right) / 2)

    @property
    def uneven(self) -> bool:
        return self.percent is not None and abs(self.percent) > UNEVEN_PERCENT


@dataclass(frozen=True, slots=True)
class SessionFacts:
    session: Session
    folder: Path
    sets: tuple[SetFacts, ...]
    evenness: tuple[Evenness, ...]
    has_series: bool

    @property
    def top_faults(self) -> tuple[FaultFact, ...]:
        """Safety first, then form, then tempo; the longer first."""
        return tuple(sorted((f for s in self.sets for f in s.counted), key=lambda f: f.rank)[:TOP_FAULTS])


def session_facts(
    session: Session, folder: Path, cards: Mapping[str, MoveCard], *, curves: bool = True
) -> SessionFacts:
    """Work out everything a report says of the session kept in `folder`; without `curves` its series is not read."""
    series = read_series(folder / "series.csv") if curves else None
    if series is not None and None not in (series.session, session.id) and series.session != session.id:
        raise InputError(
            f"{shown(folder / 'series.csv')} is of another analysis than the session.json beside it. "
            "Put each back into its own folder, or analyse the clip again."
        )
    labels = _labels(session, cards)
    sets: list[SetFacts] = []
    number = 0
    for order, one in enumerate(session.sets):
        card = card_of(one.move, cards)
        faults = tuple(
            FaultFact(
                number + i,
                fault_key(f),
                card.check_title(f.check),
                order + 1,
                f,
                card.limits.get(f.check, ()),
                card.ends,
            )
            for i, f in enumerate(one.faults, start=1)
        )
        number += len(faults)
        part = series.between(one.start_s, one.end_s) if series else Series()
        sets.append(
            SetFacts(
                number=order + 1,
                label=labels[order],
                done=sum((o.move, o.side) == (one.move, one.side) for o in session.sets),
                set=one,
                card=card,
                tempo=tempo_of(one, card, session.strictness),
                coverage=coverage_of(part, card),
                checks=tuple(_check(name, one, card) for name in one.checks),
                faults=faults,
                series=part,
            )
        )
    return SessionFacts(session, folder, tuple(sets), tuple(_evenness(sets)), has_series=series is not None)


def _check(name: str, one: Set, card: MoveCard) -> CheckFact:
    found, passes_s = one.checks[name], sum(p.end_s - p.start_s for p in one.passes)
    of_passes = name in card.pass_checks and passes_s > 0
    unseen = min(max(passes_s - found.ok_s - found.fault_s, 0.0), found.unknown_s) if of_passes else found.unknown_s
    faults = sum(f.check == name and f.dismissed_by is None for f in one.faults)
    of_tempo = name in card.tempo_checks
    return CheckFact(card.check_title(name), found.ok_s, found.fault_s, unseen, of_tempo, faults, of_passes)


def fault_key(fault: Fault) -> str:
    """How the command line names one fault: its check and when it began."""
    return f"{fault.check}@{fault.start_s:.1f}"


def _labels(session: Session, cards: Mapping[str, MoveCard]) -> list[str]:
    """A heading for each set: move, side, and which set of how many where there are several."""
    kinds = [(s.move, s.side) for s in session.sets]
    labels = []
    for i, (move, side) in enumerate(kinds):
        words = [card_of(move, cards).title, *([side] if side else [])]
        if kinds.count((move, side)) > 1:
            words.append(f"set {kinds[: i + 1].count((move, side))} of {kinds.count((move, side))}")
        labels.append(", ".join(words))
    return labels


def _evenness(sets: Sequence[SetFacts]) -> list[Evenness]:
    """Left against right for each move that was done on both sides."""
    found = []
    for move in dict.fromkeys(s.set.move for s in sets):
        left = [s for s in sets if s.set.move == move and s.set.side == "left"]
        right = [s for s in sets if s.set.move == move and s.set.side == "right"]
        if not (left and right):
            continue
        title = left[0].card.title
        found += [
            Evenness(
                title,
                "Time on target",
                "s",
                _on_target(left),
                _on_target(right),
                mostly_seen(left) and mostly_seen(right),
            ),
            Evenness(title, "Passes", "", all_passes(left), all_passes(right)),
            Evenness(title, "Median tempo", "cm/s", _speed(left), _speed(right)),
        ]
    return found


def _on_target(sets: Sequence[SetFacts]) -> float | None:
    return on_target(s.set for s in sets)


def mostly_seen(sets: Sequence[SetFacts]) -> bool:
    """Whether more was seen to be on target than could not be seen: less is too little to hold against another."""
    return (_on_target(sets) or 0.0) >= sum(s.unsure_s for s in sets)


def contact_known(one: Set) -> bool:
    """Whether the tool's place on the body was known at any time."""
    zones = one.time_by_zone_s
    return zones.green + zones.amber + zones.red > 0


def on_target(sets: Iterable[Set]) -> float | None:
    """Seconds on target over the sets; None where they could be known in none of them. A set without a known place and
    with 0 seconds tells nothing, as in the history: sessions from before None was written have that."""
    told = [(s, s.time_on_target_s) for s in sets]
    known = [seconds for s, seconds in told if seconds is not None and (contact_known(s) or (s.unplaced and seconds))]
    return sum(known) if known else None


def all_passes(sets: Sequence[SetFacts]) -> float | None:
    """Passes of the sets; None where they are not known in one: a part of them says nothing beside another sum."""
    told = [s.set.pass_count for s in sets]
    return None if None in told else passes_of(s.set for s in sets)


def _speed(sets: Sequence[SetFacts]) -> float | None:
    speeds = [p.speed_cm_s for s in sets for p in s.set.passes if p.speed_cm_s is not None]
    return statistics.median(speeds) if speeds else None
