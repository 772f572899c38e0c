"""Adding up one set: seconds by zone, on target and by check, the views, and the advice it earns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from math import isnan

from smr_vision.body import Body, View
from smr_vision.coach.checks import FaultSpan, Verdict, judge_means
from smr_vision.moves import Check, Move
from smr_vision.roller import Contact


class Account:
    """Sums of one set of `move`."""

    def __init__(self, move: Move) -> None:
        self._move = move
        self.on_target_s = 0.0
        self._zone_s: dict[str, float] = defaultdict(float)
        self._source_s: dict[str, float] = defaultdict(float)
        self._right_s: dict[str, float] = defaultdict(float)
        self._views: Counter[View] = Counter()
        self._advice: dict[str, list[float]] = defaultdict(list)

    def see(self, body: Body) -> None:
        """Add the view of a moment."""
        self._views[body.view or "side"] += 1

    def advise(self, body: Body, side: str | None) -> None:
        """Add what the move's advice looks at."""
        for advice in self._move.advice:
            for bound in advice.bounds:
                value = body.measure(bound.measure, side)
                if not isnan(value):
                    self._advice[bound.measure].append(value)

    def right(self, check: Check, seconds: float) -> None:
        """Add seconds in which a check was right."""
        self._right_s[check.id] += seconds

    def roll(self, contact: Contact, verdicts: Iterable[Verdict], seconds: float) -> bool:
        """Add seconds on the tool, in posture; whether they are on target."""
        self._source_s[contact.source] += seconds
        zone = self._move.zone.colour(contact.along)
        self._zone_s[zone] += seconds
        known = {v.check.id: v for v in verdicts}
        loaded = all(not known[i].violated and not isnan(known[i].measured) for i in self._move.load)
        safe = not any(v.violated and v.check.severity == "safety" for v in known.values())
        on_target = zone != "red" and loaded and safe
        if on_target:
            self.on_target_s += seconds
        return on_target

    @property
    def zone_s(self) -> dict[str, float]:
        """Seconds by zone."""
        return {zone: self._zone_s[zone] for zone in ("green", "amber", "red")}

    @property
    def seen_s(self) -> float:
        return self._source_s["seen"]

    @property
    def inferred_s(self) -> float:
        return self._source_s["inferred"]

    @property
    def view(self) -> View | None:
        """The view it was mostly seen from."""
        return self._views.most_common(1)[0][0] if self._views else None

    def check_s(self, faults: Iterable[FaultSpan], length: float) -> Mapping[str, tuple[float, float, float]]:
        """Right, wrong and unknown seconds by check, of a set of so many seconds."""
        wrong: dict[str, float] = defaultdict(float)
        for fault in faults:
            wrong[fault.check.id] += fault.end_s - fault.start_s
        times: dict[str, tuple[float, float, float]] = {}
        for check in self._move.checks:
            bad = min(wrong[check.id], length)
            good = min(self._right_s[check.id], length - bad)
            times[check.id] = (good, bad, max(length - good - bad, 0.0))
        return times

    @property
    def advice(self) -> tuple[str, ...]:
        """What to say at the end: the advice whose bounds hold on average."""
        means = {name: sum(values) / len(values) for name, values in self._advice.items()}
        return tuple(a.text for a in self._move.advice if judge_means(a.bounds, means)[0] == "ok")
