"""Sessions side by side: the same move and side in each, figure by figure."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from smr_vision.coach.sets import place_words
from smr_vision.report.facts import CheckFact, SessionFacts, SetFacts, all_passes, mostly_seen, on_target
from smr_vision.report.pictures import picture, setup_picture
from smr_vision.report.words import NOT_MEASURED, check_share, percent, seconds

HAIR = 0.05  # a change smaller than this share is none

Better = Literal["more", "less", "neither"]


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """One figure over the sessions, and what changed from the first to the last; `weighed`: whether that is for better
    or worse."""

    name: str
    values: tuple[str, ...]
    change: str
    better: bool
    weighed: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one move and side."""

    label: str
    lines: tuple[ComparedFigure, ...]


@dataclass(frozen=True, slots=True)
class Still:
    caption: str
    uri: str | None


def groups_of(sessions: Sequence[SessionFacts]) -> list[Group]:
    """A group for each move and side that any of the sessions holds."""
    kinds = dict.fromkeys((s.set.move, s.set.side) for facts in sessions for s in facts.sets)
    groups = []
    for move, side in kinds:
        columns = [[s for s in facts.sets if (s.set.move, s.set.side) == (move, side)] for facts in sessions]
        title = next(s.card.title for column in columns for s in column)
        lines = _figures(columns) + _checks(columns)
        groups.append(Group(f"{title}, {side}" if side else title, tuple(lines)))
    return groups


def _figures(columns: Sequence[Sequence[SetFacts]]) -> list[ComparedFigure]:
    def row(
        name: str,
        of: Callable[[Sequence[SetFacts]], float | None],
        show: Callable[[float], str],
        better: Better,
        missing: str = NOT_MEASURED,
    ) -> ComparedFigure:
        values = [of(column) if column else None for column in columns]
        return line_of(name, values, [bool(column) for column in columns], show, better, missing=missing)

    target = row("On target", lambda c: on_target(s.set for s in c), seconds, "more")
    outside = row("Time outside the zone", _off_zone, seconds, "less")
    faults = row("Faults", lambda c: sum(len(s.counted) for s in c), _whole, "less")
    known = [[s for s in c if s.on_target_s is not None] for c in columns]
    assumed = [any(s.set.tool == "assumed" for s in c) for c in known]
    hidden = [any(s.set.unplaced for s in c) for c in known]
    places = (place_words(assumed=a, unplaced=u) for a, u in zip(assumed, hidden, strict=True))
    target = replace(target, values=tuple(f"{v}{p}" for v, p in zip(target.values, places, strict=True)))
    ends = (columns[0], columns[-1])
    # Of what was not seen nobody knows what became of it.
    if assumed[0] or assumed[-1] or not all(mostly_seen(c) for c in ends):
        target, outside = (replace(line, change="", better=False) for line in (target, outside))
    if not all(_judged(c) for c in ends):
        faults = replace(faults, change="", better=False)
    return [
        row("Sets", len, _whole, "neither"),
        target,
        outside,
        row("Passes", all_passes, _whole, "neither"),
        row("Median tempo", _tempo, lambda v: f"{v:.1f} cm/s", "neither"),
        faults,
        row("Discomfort after", _discomfort, lambda v: f"{v:.0f} of 10", "less", "not asked"),
    ]


def _checks(columns: Sequence[Sequence[SetFacts]]) -> list[ComparedFigure]:
    titles = dict.fromkeys(check.title for column in columns for s in column for check in s.checks)
    lines = []
    for title in titles:
        found = [_joined(column, title) for column in columns]
        line = line_of(
            title,
            [None if c is None else c.share for c in found],
            [bool(column) for column in columns],
            percent,
            "more",
        )
        cells = tuple(
            value if check is None else check_share(check) for value, check in zip(line.values, found, strict=True)
        )
        # Of two shares the one may be of a few seconds: then nobody knows whether it got better.
        known = all(c is not None and (c.of_tempo or c.seen_s >= c.unknown_s) for c in (found[0], found[-1]))
        lines.append(replace(line, values=cells) if known else ComparedFigure(title, cells, "", False))
    return lines


def line_of(
    name: str,
    values: Sequence[float | None],
    done: Sequence[bool],
    show: Callable[[float], str],
    better: Better,
    *,
    missing: str = NOT_MEASURED,
) -> ComparedFigure:
    """A line, in which `missing` stands for what is not known; the change is told where both the first and the last
    session were measured."""
    first, last = values[0], values[-1]
    change, improved = "", False
    if first is not None and last is not None:
        improved = last > first if better == "more" else last < first if better == "less" else False
        shown = (show(first), show(last))
        if shown[0] == shown[1] or abs(last - first) < HAIR * max(abs(first), abs(last)):
            change, improved = "same", False
        elif better == "neither":
            change = "more" if last > first else "less"
        else:
            change = "better" if improved else "less good"
    cells = tuple(
        "not done" if not there else missing if value is None else show(value)
        for value, there in zip(values, done, strict=True)
    )
    return ComparedFigure(name, cells, change, improved, better != "neither")


def still_of(facts: SessionFacts) -> Still:
    """The picture that stands for a session: its set-up, else its first fault."""
    setup = setup_picture(facts.folder)
    if setup:
        return Still("Set-up", setup)
    for fact in facts.top_faults:
        found = picture(facts.folder, fact.fault.picture)
        if found:
            return Still(fact.title, found)
    return Still("No picture was kept", None)


def _whole(value: float) -> str:
    return f"{value:.0f}"


def _off_zone(sets: Sequence[SetFacts]) -> float | None:
    known = [s.set.time_by_zone_s.red for s in sets if s.contact_known]
    return sum(known) if known else None


def _tempo(sets: Sequence[SetFacts]) -> float | None:
    speeds = [p.speed_cm_s for s in sets for p in s.set.passes if p.speed_cm_s is not None]
    return statistics.median(speeds) if speeds else None


def _judged(sets: Sequence[SetFacts]) -> bool:
    """Whether the checks of posture were seen for most of the time: faults that nobody could see are not fewer."""
    checks = [c for s in sets for c in s.checks if not c.of_tempo]
    return sum(c.seen_s for c in checks) >= sum(c.unknown_s for c in checks)


def _discomfort(sets: Sequence[SetFacts]) -> float | None:
    felt = [s.set.discomfort.after for s in sets if s.set.discomfort and s.set.discomfort.after is not None]
    return max(felt) if felt else None


def _joined(sets: Sequence[SetFacts], title: str) -> CheckFact | None:
    """A check over all sets in which it is looked at."""
    checks = [c for s in sets for c in s.checks if c.title == title]
    if not checks:
        return None
    ok_s, fault_s, unknown_s = (
        sum(part) for part in zip(*((c.ok_s, c.fault_s, c.unknown_s) for c in checks), strict=True)
    )
    of_tempo, of_passes = checks[0].of_tempo, all(c.of_passes for c in checks)
    return CheckFact(title, ok_s, fault_s, unknown_s, of_tempo, sum(c.faults for c in checks), of_passes)
