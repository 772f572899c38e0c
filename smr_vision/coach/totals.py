"""Adding up one set: seconds by zone, on target and by check, the views, and the advice it earns.

Everything is kept as stretches of time, so that what lies beyond the end of the set can be left out of all sums.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain
from math import inf, isnan, nan
from typing import Final, Literal

from smr_vision.body import Body, View
from smr_vision.coach.checks import FaultSpan, Verdict, judge_means
from smr_vision.coach.sets import ToldLate, ZoneName, place_hidden
from smr_vision.moves import Check, Move
from smr_vision.tool import Contact
from smr_vision.tool.evidence import SEEN_S

Span = tuple[float, float]

# Where none was counted, and for more of the time in the zone nobody knows where it was or whether weight was on it:
# unknown [E].
UNSURE_SHARE: Final = 0.5
# So long before the tool is seen for the first time its place is known, too: as long as looks take to decide that it is
# there at all (tool/evidence.py).
BEFORE_S: Final = SEEN_S


class Spans:
    """Stretches of time, in the order in which they end; neighbours are joined."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._before: list[float] = []  # seconds covered by those before each
        self.seconds = 0.0

    def add(self, start: float, end: float) -> None:
        """Add the stretch from `start` to `end`, seconds."""
        self.seconds += end - start
        if self._spans and abs(self._spans[-1][1] - start) < 1e-6:
            self._spans[-1] = self._spans[-1][0], end
            return
        self._before.append(self._covered(len(self._spans) - 1, inf))
        self._spans.append((start, end))

    def followed_by(self, spans: Iterable[Span]) -> Spans:
        """These and some more; these stay as they are."""
        more = Spans()
        more._spans, more._before, more.seconds = [*self._spans], [*self._before], self.seconds
        for span in spans:
            more.add(*span)
        return more

    def and_those(self, others: Iterable[Span]) -> Spans:
        """These and others between them, in order; these stay as they are."""
        return Spans().followed_by(sorted([*self._spans, *others]))

    def within(self, start: float, end: float) -> list[Span]:
        """What of them lies between two times."""
        return [(max(a, start), min(b, end)) for a, b in self._spans if a < end and b > start]

    def until(self, end: float) -> float:
        """Seconds of them before `end`, where none overlaps another."""
        return self._covered(bisect_left(self._spans, (end, -inf)) - 1, end)

    def _covered(self, newest: int, end: float) -> float:
        """Seconds of them as far as number `newest`, and that only to `end`."""
        if newest < 0:
            return 0.0
        start, stop = self._spans[newest]
        last = self._spans[newest - 1][1] if newest else -inf
        return self._before[newest] + max(min(stop, end) - max(start, last), 0.0)


def length_of(spans: Iterable[Span]) -> float:
    """Seconds covered by stretches, however they overlap."""
    covered, last = 0.0, -inf
    for start, end in sorted(spans):
        covered += max(end - max(start, last), 0.0)
        last = max(last, end)
    return covered


class SetTotals:
    """Sums of one set of `move`."""

    def __init__(self, move: Move) -> None:
        self._move = move
        self._on_target = Spans()
        self._unsure = Spans()  # in the zone, if the tool was where it is followed to, with or without weight on it
        self._waiting = Spans()  # on target if the tool is seen soon, or turns out to be hidden from this view
        self._first_seen = inf
        self._zones: dict[str, Spans] = defaultdict(Spans)
        self._placed = Spans()  # the tool's place on the body was known, or is assumed and called so;
        self._unplaced = Spans()  # the tool was seen, and its place not known
        self._sources: dict[str, Spans] = defaultdict(Spans)
        self._right: dict[str, Spans] = defaultdict(Spans)
        self._views: Counter[View] = Counter()
        self._means: dict[str, tuple[float, int]] = {}  # sum and count of a measure
        self._meant = [b.measure for b in (*(b for a in move.advice for b in a.bounds), *move.passes.seen)]

    def see(self, body: Body) -> None:
        """Add the view of a moment."""
        self._views[body.view or "side"] += 1

    def measure(self, body: Body, side: str | None) -> None:
        """Add what is looked at in the mean over the set: by the move's advice, and for whether passes are seen."""
        for name in self._meant:
            value = body.measure(name, side)
            if not isnan(value):
                total, count = self._means.get(name, (0.0, 0))
                self._means[name] = total + value, count + 1

    def right(self, check: Check, start: float, end: float) -> None:
        """A check was right from `start` to `end`, by one of its rules."""
        self._right[check.id].add(start, end)

    def assume(self) -> None:
        """The tool is assumed, for this view hides it: so it was in what came before, too."""
        self._on_target, self._waiting = self._on_target.and_those(self._waiting.within(-inf, inf)), Spans()

    def only_placed(self, told: tuple[ToldLate, ...], *, sure: bool) -> tuple[ToldLate, ...]:
        """How it was of a tool that was seen: on target where a sight before, or soon after, tells its place; in no
        zone where that is not `sure` even once it was seen."""
        soon = self._first_seen
        return tuple(
            replace(
                one, on_target=one.on_target and (one.placed or 0.0 <= soon - one.t <= BEFORE_S),
                zone=one.zone if sure else None,
            )
            for one in told
        )  # fmt: skip

    def roll(
        self, contact: Contact, verdicts: Iterable[Verdict], seconds: float, tool: Literal["seen", "assumed"] | None
    ) -> bool:
        """Add the last seconds, on the tool, in posture; whether they are on target: followed from where the tool was
        seen, or while it is `assumed`. Where it is not known yet which (None) they may be."""
        start, end = contact.t - seconds, contact.t
        zone = self.zone(contact, tool)
        if zone is None:
            self._unplaced.add(start, end)
        else:
            self._sources[contact.source].add(start, end)
            self._zones[zone].add(start, end)
        if contact.sure or tool == "assumed":
            self._placed.add(start, end)
        known = {v.check.id: v for v in verdicts}
        lifted = any(known[i].violated for i in self._move.load)
        unsure = not lifted and any(isnan(known[i].measured) for i in self._move.load)
        safe = not any(v.violated and v.check.severity == "safety" for v in known.values())
        if contact.followed and self._first_seen == inf:
            self._seen_first(start)
        if zone == "red" or lifted or not safe:
            return False
        placed = contact.followed or tool == "assumed"
        if placed and not unsure:
            self._on_target.add(start, end)
            return True
        waits = not placed and not unsure and self._first_seen == inf
        (self._waiting if waits else self._unsure).add(start, end)
        return waits and tool is None

    def zone(self, contact: Contact, tool: Literal["seen", "assumed"] | None) -> ZoneName | None:
        """The zone in which the tool lies; None where it is seen to be there, and its place on the body is not known.
        Where it is not known yet whether it is there, its place is what is assumed of it."""
        return None if place_hidden(contact, tool) else self._move.zone.colour(contact.position)

    def _seen_first(self, t: float) -> None:
        """The tool is seen for the first time: where it was a moment before follows from how the body moved."""
        self._first_seen, waiting, self._waiting = t, self._waiting, Spans()
        self._on_target = self._on_target.and_those(waiting.within(t - BEFORE_S, inf))
        self._unsure = self._unsure.and_those(waiting.within(-inf, t - BEFORE_S))

    @property
    def on_target_known(self) -> bool:
        """Whether `on_target_s` is a measurement so far: unknown is not zero."""
        return self._known(self._on_target.seconds, inf)

    def _known(self, on_target: float, end: float) -> bool:
        """Whether `on_target` seconds until `end` are a measurement."""
        if on_target > 0:
            return True
        zones, unplaced = {zone: spans.until(end) for zone, spans in self._zones.items()}, self._unplaced.until(end)
        inside = zones.get("green", 0.0) + zones.get("amber", 0.0) + unplaced
        return sum(zones.values()) + unplaced > 0 and self.unsure_until(end) <= UNSURE_SHARE * inside

    @property
    def on_target_s(self) -> float:
        """Seconds on target so far."""
        return self._on_target.seconds

    def on_target_until(self, end: float) -> float:
        """Seconds on target of a set that ends at `end`; NaN where that can't be known."""
        seconds = self._on_target.until(end)
        return seconds if self._known(seconds, end) else nan

    def unsure_until(self, end: float) -> float:
        """Seconds in the zone, until `end`, in which nobody could see whether they were on target."""
        return self._unsure.until(end) + self._waiting.until(end)

    def zone_s(self, end: float) -> dict[str, float]:
        """Seconds by zone of a set that ends at `end`; none where it is `unplaced`."""
        none = self.unplaced(end)
        return {zone: 0.0 if none else self._zones[zone].until(end) for zone in ("green", "amber", "red")}

    def unplaced(self, end: float = inf) -> bool:
        """Whether for most of the time until `end` the tool was seen, and its place on the body not known."""
        return self._unplaced.until(end) > max(self._placed.until(end), SEEN_S)

    def source_s(self, source: str, end: float) -> float:
        """Seconds, until `end`, in which the contact was known in this way; none where it is `unplaced`."""
        return 0.0 if self.unplaced(end) else self._sources[source].until(end)

    @property
    def view(self) -> View | None:
        """The view it was mostly seen from."""
        return self._views.most_common(1)[0][0] if self._views else None

    def check_s(
        self, faults: Iterable[FaultSpan], start: float, end: float, right: Mapping[str, list[Span]]
    ) -> Mapping[str, tuple[float, float, float]]:
        """Right, wrong and unknown seconds by check, of a set from `start` to `end`: each second is one of them,
        however many rules a check has. `right` is what a sweep under way adds to what was right."""
        wrong: dict[str, list[Span]] = defaultdict(list)
        for fault in faults:
            wrong[fault.check.id].append((max(fault.start_s, start), max(min(fault.end_s, end), start)))
        times: dict[str, tuple[float, float, float]] = {}
        for check in self._move.checks:
            bad = length_of(wrong[check.id])
            good = self._right[check.id].followed_by(right.get(check.id, ()))
            judged = length_of(chain(wrong[check.id], good.within(start, end)))
            times[check.id] = (judged - bad, bad, max(end - start - judged, 0.0))
        return times

    @property
    def _averages(self) -> Mapping[str, float]:
        return {name: total / count for name, (total, count) in self._means.items()}

    @property
    def uncounted(self) -> bool:
        """Whether passes can't be known, for the rolling can't be seen from this view."""
        return judge_means(self._move.passes.seen, self._averages)[0] == "fault"

    @property
    def advice(self) -> tuple[str, ...]:
        """What to say at the end: the advice whose bounds hold on average."""
        means = self._averages
        return tuple(a.text for a in self._move.advice if judge_means(a.bounds, means)[0] == "ok")
