"""Judging a sweep of the contact once it is over: whether it is a pass, and the rules that look at
the whole of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Final, Literal

from smr_vision.coach.checks import FaultSpan, Verdict, judge_means, scaled
from smr_vision.coach.passes import Sweep
from smr_vision.coach.sets import PassDone
from smr_vision.coach.totals import SetTotals, Span
from smr_vision.moves import Check, Move, Rule
from smr_vision.tool import FASTEST_CM_S, STATURE_CM

SAMPLES_S: Final = 60.0  # no sweep worth judging takes longer
SPOILT_SHARE: Final = 0.2  # of a pass: with more of it spent in a fault named by `only_if` it is not judged
FIDGET_SHARE: Final = 0.5  # of the least extent of a pass: less is getting into place, no rolling yet [E]
KNOWN_SHARE: Final = 0.5  # of a pass must have been measured for its mean to count

LEAST_MOMENTS: Final = 4  # of a pass must have been seen to tell how long it took


@dataclass(frozen=True)
class Sample:
    """What was measured at a moment, which checks it violates, and whether lengths along the segment can be told."""

    t: float
    values: Mapping[str, float]
    in_posture: bool
    violated: frozenset[str]
    to_scale: bool = True


def _to_scale(moments: Sequence[Sample]) -> bool:
    """Whether for most of them it was known how far the contact rolled."""
    return sum(m.to_scale for m in moments) > KNOWN_SHARE * len(moments)


@dataclass(frozen=True)
class Judged:
    """What came of a sweep: the pass that it was, its faults, and what checks say of it."""

    done: PassDone | None = None
    faults: tuple[FaultSpan, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    span: Span = (0.0, 0.0)
    rolled: bool = False

    @property
    def right(self) -> dict[str, list[Span]]:
        """Its seconds, once for each rule that held, by check."""
        held: dict[str, list[Span]] = {}
        for verdict in self.verdicts:
            if verdict.state == "ok":
                held.setdefault(verdict.check.id, []).append(self.span)
        return held


class SweepJudge:
    """Remembers the moments of the sweep under way and judges it when it is over. `verdicts` are those
    of the last sweep, by check; seconds that were right go into `totals`."""

    def __init__(self, move: Move, side: Literal["left", "right"] | None, strictness: str, totals: SetTotals) -> None:
        self._move = move
        self._side = side
        self._strictness = strictness
        self._totals = totals
        self._rules = [(c, r) for c in move.checks for r in c.rules if r.when in ("pass", "sweep")]
        self._moments: list[Sample] = []
        self._swept = False
        self.passes: list[PassDone] = []
        self.verdicts: dict[str, Verdict] = {}

    def add(self, moment: Sample) -> None:
        """Remember a moment."""
        self._moments.append(moment)
        if self._moments[0].t < moment.t - 2 * SAMPLES_S:
            self._moments = [m for m in self._moments if m.t >= moment.t - SAMPLES_S]

    @property
    def pressed(self) -> bool:
        """Whether the body is on the tool as far as the checks that passes need can tell."""
        return not self._moments or not (set(self._move.passes.needs) & self._moments[-1].violated)

    def _on_tool(self, sweep: Sweep) -> bool:
        """Whether that was so for most of a sweep."""
        inside = [m for m in self._moments if sweep.start_s <= m.t <= sweep.end_s]
        needs = set(self._move.passes.needs)
        good = sum(m.in_posture and not (needs & m.violated) for m in inside)
        return bool(inside) and good >= KNOWN_SHARE * len(inside)

    def finish(self, sweep: Sweep, t: float) -> tuple[FaultSpan, ...]:
        """Judge a sweep that has ended; its faults, decided at time `t`."""
        return self._note(self._judged(sweep, t, self._swept), sweep)

    def cut_short(self, sweep: Sweep, t: float) -> tuple[FaultSpan, ...]:
        """The same for the sweep that the end of the set cut short."""
        judged = self.as_if_cut_short(sweep, t)
        self._swept = False
        return self._note(judged, sweep) if judged is not None else ()

    def as_if_cut_short(self, sweep: Sweep, t: float) -> Judged | None:
        """What would come of the sweep under way if the set ended now: a pass when long enough, never one
        to blame as too short; nothing is remembered."""
        return self._judged(sweep, t, swept=False) if sweep.extent >= self._move.passes.least else None

    def _note(self, judged: Judged, sweep: Sweep) -> tuple[FaultSpan, ...]:
        if judged.done is not None:
            self.passes.append(judged.done)
        for verdict in judged.verdicts:
            self.verdicts[verdict.check.id] = verdict
            if verdict.state == "ok":
                self._totals.right(verdict.check, *judged.span)
        self._swept = self._swept or judged.rolled
        self._moments = [m for m in self._moments if m.t >= sweep.turns_s]
        return judged.faults

    def _judged(self, sweep: Sweep, t: float, swept: bool) -> Judged:
        on_tool = self._on_tool(sweep)
        possible = self.cm(sweep.extent) <= FASTEST_CM_S * sweep.moving_s
        is_pass = on_tool and possible and sweep.extent >= self._move.passes.least
        rolled = sweep.extent >= FIDGET_SHARE * self._move.passes.least
        # The first sweep starts wherever the tool lay: it can't be too short. Nor is fidgeting a short sweep.
        due = {"pass": is_pass, "sweep": on_tool and swept and rolled}
        found = [said for c, r in self._rules if due[r.when] and (said := self._judge(c, r, sweep, t)) is not None]
        return Judged(
            self._pass(sweep) if is_pass else None,
            tuple(fault for _, fault in found if fault is not None),
            tuple(verdict for verdict, _ in found),
            (sweep.start_s, sweep.end_s),
            on_tool and rolled,
        )

    def _pass(self, sweep: Sweep) -> PassDone:
        segment = self._move.segment
        direction: str = segment.grows if sweep.grows else segment.shrinks
        if self._side is not None and direction in ("outward", "inward"):
            outward = direction == "outward"
            direction = self._side if outward else ("right" if self._side == "left" else "left")
        return PassDone(sweep.start_s, sweep.end_s, direction, sweep.extent, self._speed(sweep))

    def _speed(self, sweep: Sweep) -> float:
        """Its speed, cm/s; NaN where too little of it was seen, or nobody knows how long the segment is in the picture:
        then its check is unknown too."""
        inside = [m for m in self._moments if sweep.start_s <= m.t <= sweep.end_s]
        told = len(inside) >= LEAST_MOMENTS and _to_scale(inside)
        return self.cm(sweep.extent) / sweep.moving_s if told else nan

    def cm(self, extent: float) -> float:
        """Centimetres on a body of 1.70 m."""
        return extent * self._move.segment.length_h * STATURE_CM

    def _judge(self, check: Check, rule: Rule, sweep: Sweep, t: float) -> tuple[Verdict, FaultSpan | None] | None:
        """Judge a rule on the means over a sweep; None where it does not apply."""
        inside = [m for m in self._moments if sweep.start_s <= m.t <= sweep.end_s]
        if sum(bool(set(rule.only_if) & m.violated) for m in inside) > SPOILT_SHARE * len(inside):
            return None  # something weightier was wrong: one thing at a time
        means: dict[str, float] = {}
        if _to_scale(inside):
            speed = self._speed(sweep)
            seconds = nan if isnan(speed) else sweep.moving_s
            means = {"pass_s": seconds, "pass_speed": speed, "sweep_extent": sweep.extent}
        for bound in rule.bounds:
            measured = [v for m in inside if not isnan(v := m.values.get(bound.measure, nan))]
            if measured and len(measured) >= KNOWN_SHARE * len(inside):
                means[bound.measure] = sum(measured) / len(measured)
        bounds = tuple(scaled(b, self._strictness, check.severity) for b in rule.bounds)
        state, value, outside = judge_means(bounds, means)
        span = FaultSpan(check, sweep.start_s, sweep.end_s, t, value, (sweep.start_s + sweep.end_s) / 2, outside)
        return Verdict(check, state, value), span if state == "fault" else None
