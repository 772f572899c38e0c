"""One set of one move: phases, checks, passes, holds, time on target. One sample at a time.

The same coach runs live and on clips. It never looks ahead; what it decides late (a fault after it
has lasted, a pass at its turning point) it dates back to when it happened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nan
from typing import Final, Literal

from smr_vision.body import Body, View
from smr_vision.checks import FaultSpan, PostureJudge, State, Verdict, judge_means, merged, scaled
from smr_vision.moves import PASS_MEASURES, Check, Move, Rule
from smr_vision.passes import Hold, HoldFinder, Sweep, SweepFinder
from smr_vision.recent import Recent
from smr_vision.roller import STATURE_CM, Contact

Phase = Literal["ready", "setup", "rolling", "holding", "out"]
ZoneName = Literal["green", "amber", "red"]

OPENS_S: Final = 2.0  # a set opens when the posture has held this long (contract)
CLOSES_S: Final = 3.0  # and ends when it has been left this long (contract)
STILL_S: Final = 1.0  # a still set-up (contract)
STILL_REACH: Final = 0.03  # contact moves less than this while still, segment lengths [E]
SAMPLES_S: Final = 60.0  # no sweep worth judging takes longer
SPOILT_SHARE: Final = 0.2  # of a pass: with more of it spent in a fault named by `only_if` it is not judged
KNOWN_SHARE: Final = 0.5  # of a pass must have been measured for its mean to count


@dataclass(frozen=True)
class PassDone:
    """One pass; `extent` in segment lengths, `speed_cm_s` for a body of 1.70 m."""

    start_s: float
    end_s: float
    direction: str
    extent: float
    speed_cm_s: float


@dataclass(frozen=True)
class Feedback:
    """What the coach says at one moment; enough to draw, speak and write it down."""

    t: float
    phase: Phase
    move: Move
    side: Literal["left", "right"] | None
    contact: Contact
    zone: ZoneName | None
    on_target: bool
    verdicts: tuple[Verdict, ...]
    pass_count: int
    time_on_target_s: float
    speed_cm_s: float
    hold_s: float
    set_open: bool
    set_s: float
    new_faults: tuple[FaultSpan, ...] = ()


@dataclass(frozen=True)
class SetDone:
    """One finished set."""

    move: Move
    side: Literal["left", "right"] | None
    start_s: float
    end_s: float
    view: View | None
    passes: tuple[PassDone, ...]
    time_on_target_s: float
    time_by_zone_s: Mapping[str, float]
    holds: tuple[Hold, ...]
    check_s: Mapping[str, tuple[float, float, float]]  # ok, fault, unknown seconds
    faults: tuple[FaultSpan, ...]
    seen_s: float
    inferred_s: float
    advice: tuple[str, ...]
    confidence: float


@dataclass(frozen=True)
class _Sample:
    t: float
    values: Mapping[str, float]
    in_posture: bool
    violated: frozenset[str]


class SetCoach:
    """Coaches one set from the moment its posture begins."""

    def __init__(self, move: Move, side: Literal["left", "right"] | None, strictness: str = "standard") -> None:
        self.move = move
        self.side = side
        self._strictness = strictness
        rules = [(check, rule) for check in move.checks for rule in check.rules]
        self._judges = [(PostureJudge(c, r, strictness), r.when) for c, r in rules if r.when in ("always", "setup")]
        self._pass_rules = [(c, r) for c, r in rules if r.when in ("pass", "sweep")]
        self._sweeps = SweepFinder(move.passes.least)
        self._holds = HoldFinder(move.passes)
        self._still = Recent(STILL_S)
        self._still_means = {b.measure: Recent(STILL_S) for _, r in rules if r.when == "setup" for b in r.bounds}
        self._advice_sums: dict[str, list[float]] = defaultdict(list)
        self._samples: list[_Sample] = []
        self._speed = Recent(0.6)
        self._moved_at: float | None = None
        self._place = nan
        self._swept = False
        self._rest = nan  # where the contact last came to rest, for `idle_s`
        self.started: float | None = None
        self._last: float | None = None
        self._last_in: float = 0.0
        self._views: dict[View, int] = defaultdict(int)
        self._passes: list[PassDone] = []
        self._hold_list: list[Hold] = []
        self._faults: list[FaultSpan] = []
        self._ok_s: dict[str, float] = defaultdict(float)
        self._zone_s: dict[str, float] = defaultdict(float)
        self._source_s: dict[str, float] = defaultdict(float)
        self._on_target_s = 0.0
        self._pass_verdicts: dict[str, Verdict] = {}
        self._new_faults: list[FaultSpan] = []
        self._announced: set[tuple[str, float]] = set()
        self._confidence = 0.0

    @property
    def open(self) -> bool:
        """Whether this is a set already: its posture has held, or a pass was made."""
        if self.started is None:
            return False
        return bool(self._passes) or self._last_in - self.started >= OPENS_S

    @property
    def over(self) -> bool:
        """Whether the posture has been left long enough to end the set."""
        if self.started is None or self._last is None:
            return False
        gone = self._last - self._last_in
        return gone >= (CLOSES_S if self.open else 1.0)

    def update(self, body: Body | None, contact: Contact, in_posture: bool, confidence: float = 0.0) -> Feedback:
        """Add a moment; `body` is None when nobody is seen."""
        t = contact.t
        seconds = 0.0 if self._last is None else min(t - self._last, 0.5)
        self._last = t
        self._new_faults = []
        in_posture = in_posture and body is not None
        if in_posture:
            self.started = t if self.started is None else self.started
            self._last_in = t
            self._confidence = max(self._confidence, confidence)
        if body is not None:
            self._views[body.view or "side"] += 1
        values = self._values(body, contact, t) if in_posture else {}
        verdicts = self._judge(t, values, seconds)
        violated = frozenset(v.check.id for v in verdicts if v.violated)
        self._samples.append(_Sample(t, values, in_posture, violated))
        if self._samples[0].t < t - 2 * SAMPLES_S:
            self._samples = [s for s in self._samples if s.t >= t - SAMPLES_S]
        along = contact.along if in_posture else nan
        on_target = self._account(t, along, contact, violated, verdicts, seconds)
        self._roll(t, along, contact, on_target)
        return self._feedback(t, contact, in_posture, along, on_target, verdicts)

    def _values(self, body: Body | None, contact: Contact, t: float) -> dict[str, float]:
        """All measures that this move's rules look at."""
        if body is None:
            return {}
        values: dict[str, float] = {}
        for check in self.move.checks:
            for rule in check.rules:
                for bound in rule.bounds:
                    if bound.measure not in PASS_MEASURES:
                        values[bound.measure] = body.measure(bound.measure, self.side)
        values["contact"] = contact.along if contact.sure else nan
        values["idle_s"] = self._idle(t)
        for advice in self.move.advice:
            for bound in advice.bounds:
                value = body.measure(bound.measure, self.side)
                if not isnan(value):
                    self._advice_sums[bound.measure].append(value)
        return values

    def _idle(self, t: float) -> float:
        """Seconds without movement beyond the longest welcome hold."""
        if self._moved_at is None:
            return 0.0
        return max(t - self._moved_at - self.move.passes.hold_most_s, 0.0)

    def _judge(self, t: float, values: Mapping[str, float], seconds: float) -> tuple[Verdict, ...]:
        still = self._still_setup(t, values)
        verdicts: dict[str, list[Verdict]] = {check.id: [] for check in self.move.checks}
        for judge, when in self._judges:
            verdict, ended = judge.update(t, values if when == "always" else still)
            if ended is not None:
                self._faults.append(ended)
            running = judge.running
            if running is not None and (running.check.id, running.start_s) not in self._announced:
                self._announced.add((running.check.id, running.start_s))
                self._new_faults.append(running)
            verdicts[judge.check.id].append(verdict)
            if verdict.state == "ok":
                self._ok_s[judge.check.id] += seconds
        for check_id, verdict in self._pass_verdicts.items():
            verdicts[check_id].append(verdict)
        return tuple(_together(self.move.by_id[i], found) for i, found in verdicts.items())

    def _still_setup(self, t: float, values: Mapping[str, float]) -> dict[str, float]:
        """Means of the set-up measures over a still second before the first pass; empty when not still."""
        if self._passes or not values or isnan(self._place):
            self._still.clear()
            return {}
        self._still.add(t, self._place)
        for name, recent in self._still_means.items():
            recent.add(t, values.get(name, nan))
        if self._still.span < 0.95 * STILL_S or self._still.spread > STILL_REACH:
            return {}
        return {name: recent.mean for name, recent in self._still_means.items()}

    def _account(
        self, t: float, along: float, contact: Contact, violated: frozenset[str], verdicts: tuple[Verdict, ...], seconds: float
    ) -> bool:
        """Add this moment to the times by zone and on target; whether it is on target."""
        if isnan(along):
            return False
        self._source_s[contact.source] += seconds
        zone = self.move.zone.colour(along)
        self._zone_s[zone] += seconds
        known = {v.check.id: v for v in verdicts}
        loaded = all(i not in violated and not isnan(known[i].measured) for i in self.move.load)
        safe = not any(v.violated and v.check.severity == "safety" for v in verdicts)
        on_target = zone != "red" and loaded and safe
        if on_target:
            self._on_target_s += seconds
        return on_target

    def _roll(self, t: float, along: float, contact: Contact, on_target: bool) -> None:
        """Follow the contact: sweeps, passes, holds, speed, rest."""
        self._place = along
        if isnan(along):
            return
        if contact.corrected:
            self._sweeps.shift(contact.corrected)
            self._holds.shift(contact.corrected)
            self._still.clear()
            self._speed.clear()
            self._rest += contact.corrected
        self._speed.add(t, along)
        reach = 0.25 * self.move.passes.least
        if self._moved_at is None or isnan(self._rest) or abs(along - self._rest) > reach:
            self._moved_at, self._rest = t, along
        sweep = self._sweeps.update(t, along if contact.steady else nan)
        if sweep is not None:
            self._finish_sweep(sweep, t)
        hold = self._holds.update(t, along, on_target)
        if hold is not None:
            self._hold_list.append(hold)

    def _on_tool(self, sweep: Sweep) -> bool:
        """Whether the person was in posture, and loaded where the move needs it, for most of a sweep."""
        inside = [s for s in self._samples if sweep.start_s <= s.t <= sweep.end_s]
        needs = set(self.move.passes.needs)
        good = sum(s.in_posture and not (needs & s.violated) for s in inside)
        return bool(inside) and good >= KNOWN_SHARE * len(inside)

    def _on_tool_now(self) -> bool:
        last = self._samples[-1]
        return last.in_posture and not (set(self.move.passes.needs) & last.violated)

    def _finish_sweep(self, sweep: Sweep, t: float) -> None:
        on_tool = self._on_tool(sweep)
        is_pass = on_tool and sweep.extent >= self.move.passes.least
        if is_pass:
            self._passes.append(self._pass(sweep))
        if on_tool:
            for check, rule in self._pass_rules:
                # The first sweep starts wherever the tool lay: it can't be too short.
                if is_pass if rule.when == "pass" else self._swept:
                    self._judge_sweep(check, rule, sweep, t)
        self._swept = True
        self._samples = [s for s in self._samples if s.t >= sweep.turns_s]

    def _pass(self, sweep: Sweep) -> PassDone:
        segment = self.move.segment
        direction = segment.grows if sweep.grows else segment.shrinks
        if self.side is not None and direction in ("outward", "inward"):
            outward = direction == "outward"
            direction = self.side if outward else ("right" if self.side == "left" else "left")  # type: ignore[assignment]
        return PassDone(sweep.start_s, sweep.end_s, direction, sweep.extent, self._cm(sweep.extent) / sweep.seconds)

    def _cm(self, extent: float) -> float:
        return extent * self.move.segment.length_h * STATURE_CM

    def _judge_sweep(self, check: Check, rule: Rule, sweep: Sweep, t: float) -> None:
        """Judge a rule on the means over a sweep."""
        inside = [s for s in self._samples if sweep.turned_s <= s.t <= sweep.turns_s]
        if sum(bool(set(rule.only_if) & s.violated) for s in inside) > SPOILT_SHARE * len(inside):
            return  # something weightier was wrong: one thing at a time
        means = {"pass_s": sweep.seconds, "pass_speed": self._cm(sweep.extent) / sweep.seconds, "sweep_extent": sweep.extent}
        for bound in rule.bounds:
            measured = [v for s in inside if not isnan(v := s.values.get(bound.measure, nan))]
            if measured and len(measured) >= KNOWN_SHARE * len(inside):
                means[bound.measure] = sum(measured) / len(measured)
        bounds = tuple(scaled(b, self._strictness, check.severity) for b in rule.bounds)
        state, value = judge_means(bounds, means)
        self._pass_verdicts[check.id] = Verdict(check, state, value)
        if state == "fault":
            fault = FaultSpan(check, sweep.start_s, sweep.end_s, t, value, (sweep.start_s + sweep.end_s) / 2)
            self._faults.append(fault)
            self._new_faults.append(fault)
        elif state == "ok":
            self._ok_s[check.id] += sweep.seconds

    def _feedback(
        self, t: float, contact: Contact, in_posture: bool, along: float, on_target: bool, verdicts: tuple[Verdict, ...]
    ) -> Feedback:
        under_way = self._sweeps.under_way
        counting = under_way >= self.move.passes.least and self._on_tool_now()
        held = self._holds.since
        if not in_posture:
            phase: Phase = "out" if self.open else "ready"
        elif held is not None:
            phase = "holding"
        else:
            phase = "rolling" if self._passes or under_way > 0 else "setup"
        zone = None if isnan(along) else self.move.zone.colour(along)
        return Feedback(
            t, phase, self.move, self.side, contact, zone, on_target, verdicts,
            len(self._passes) + int(counting), self._on_target_s, self._speed_now(t),
            t - held if held is not None else 0.0, self.open, t - self.started if self.started is not None else 0.0,
            tuple(self._new_faults),
        )  # fmt: skip

    def _speed_now(self, t: float) -> float:
        if self._speed.span < 0.2:
            return nan
        return self._cm(self._speed.spread) / self._speed.span

    def finish(self) -> SetDone | None:
        """End the set; None when it never became one."""
        sweep = self._sweeps.flush()
        if sweep is not None:
            self._last_sweep(sweep)
        if not self.open or self.started is None:
            return None
        hold = self._holds.flush()
        if hold is not None:
            self._hold_list.append(hold)
        for judge, _ in self._judges:
            fault = judge.flush()
            if fault is not None:
                self._faults.append(fault)
        faults = merged(self._faults)
        length = self._last_in - self.started
        times: dict[str, tuple[float, float, float]] = {}
        for check in self.move.checks:
            bad = min(sum(f.end_s - f.start_s for f in faults if f.check.id == check.id), length)
            good = min(self._ok_s[check.id], length - bad)
            times[check.id] = (good, bad, max(length - good - bad, 0.0))
        view = max(self._views, key=lambda v: self._views[v]) if self._views else None
        return SetDone(
            self.move, self.side, self.started, self._last_in, view, tuple(self._passes), self._on_target_s,
            {z: self._zone_s[z] for z in ("green", "amber", "red")}, tuple(self._hold_list), times, tuple(faults),
            self._source_s["seen"], self._source_s["inferred"], self._advice(), self._confidence,
        )  # fmt: skip

    def _last_sweep(self, sweep: Sweep) -> None:
        """The sweep that the end cut short: a pass when long enough, never one to blame as too short."""
        self._swept = False
        if sweep.extent >= self.move.passes.least:
            self._finish_sweep(sweep, self._last or sweep.end_s)

    def _advice(self) -> tuple[str, ...]:
        means = {name: sum(v) / len(v) for name, v in self._advice_sums.items() if v}
        return tuple(a.text for a in self.move.advice if judge_means(a.bounds, means)[0] == "ok")


def _together(check: Check, found: list[Verdict]) -> Verdict:
    """One verdict of several rules: a fault outweighs, then a violation, then ok, then unknown."""
    order: dict[State, int] = {"fault": 2, "ok": 1, "unknown": 0}
    if not found:
        return Verdict(check, "unknown", nan)
    return max(found, key=lambda v: (order[v.state], v.violated))
