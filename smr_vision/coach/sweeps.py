"""Judging a sweep of the contact once it is over: whether it is a pass, and the rules that look at
the whole of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nan
from typing import Final, Literal

from smr_vision.coach.checks import FaultSpan, Verdict, judge_means, scaled
from smr_vision.coach.passes import Sweep
from smr_vision.coach.sets import PassDone
from smr_vision.coach.totals import Account
from smr_vision.moves import Check, Move, Rule
from smr_vision.tool import FASTEST_CM_S, STATURE_CM

SAMPLES_S: Final = 60.0  # no sweep worth judging takes longer
SPOILT_SHARE: Final = 0.2  # of a pass: with more of it spent in a fault named by `only_if` it is not judged
FIDGET_SHARE: Final = 0.5  # of the least extent of a pass: less is getting into place, no rolling yet [E]
KNOWN_SHARE: Final = 0.5  # of a pass must have been measured for its mean to count

LEAST_MOMENTS: Final = 4  # of a pass must have been seen to tell how long it took


@dataclass(frozen=True)
class Moment:
    """What was measured at a moment, which checks it violates, and whether lengths along the segment can be told."""

    t: float
    values: Mapping[str, float]
    in_posture: bool
    violated: frozenset[str]
    to_scale: bool = True

    def __deepcopy__(self, memo: object) -> Moment:
        # Nothing in it changes, and a copy of the coach (for the journal) holds a minute of them.
        return self


class SweepJudge:
    """Remembers the moments of the sweep under way and judges it when it is over. `verdicts` are those
    of the last sweep, by check; seconds that were right go into `account`."""

    def __init__(self, move: Move, side: Literal["left", "right"] | None, strictness: str, account: Account) -> None:
        self._move = move
        self._side = side
        self._strictness = strictness
        self._account = account
        self._rules = [(c, r) for c in move.checks for r in c.rules if r.when in ("pass", "sweep")]
        self._moments: list[Moment] = []
        self._swept = False
        self.passes: list[PassDone] = []
        self.verdicts: dict[str, Verdict] = {}

    def add(self, moment: Moment) -> None:
        """Remember a moment."""
        self._moments.append(moment)
        if self._moments[0].t < moment.t - 2 * SAMPLES_S:
            self._moments = [m for m in self._moments if m.t >= moment.t - SAMPLES_S]

    @property
    def on_tool_now(self) -> bool:
        """Whether the person is in posture, and loaded where the move needs it."""
        return self._moments[-1].in_posture and self.pressed

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

    def finish(self, sweep: Sweep, t: float) -> list[FaultSpan]:
        """Judge a sweep that has ended; its faults, decided at time `t`."""
        on_tool = self._on_tool(sweep)
        possible = self.cm(sweep.extent) <= FASTEST_CM_S * sweep.moving_s
        is_pass = on_tool and possible and sweep.extent >= self._move.passes.least
        rolled = sweep.extent >= FIDGET_SHARE * self._move.passes.least
        faults: list[FaultSpan] = []
        if is_pass:
            self.passes.append(self._pass(sweep))
        if on_tool:
            for check, rule in self._rules:
                # The first sweep starts wherever the tool lay: it can't be too short. Nor is fidgeting a short sweep.
                if is_pass if rule.when == "pass" else self._swept and rolled:
                    faults += self._judge(check, rule, sweep, t)
        self._swept = self._swept or (on_tool and rolled)
        self._moments = [m for m in self._moments if m.t >= sweep.turns_s]
        return faults

    def cut_short(self, sweep: Sweep, t: float) -> list[FaultSpan]:
        """The same for the sweep that the end of the set cut short: a pass when long enough, never one
        to blame as too short."""
        self._swept = False
        return self.finish(sweep, t) if sweep.extent >= self._move.passes.least else []

    def _pass(self, sweep: Sweep) -> PassDone:
        segment = self._move.segment
        direction: str = segment.grows if sweep.grows else segment.shrinks
        if self._side is not None and direction in ("outward", "inward"):
            outward = direction == "outward"
            direction = self._side if outward else ("right" if self._side == "left" else "left")
        return PassDone(sweep.start_s, sweep.end_s, direction, sweep.extent, self._speed(sweep))

    def _speed(self, sweep: Sweep) -> float:
        """Its speed, cm/s; NaN where too little of it was seen."""
        seen = sum(sweep.start_s <= m.t <= sweep.end_s for m in self._moments)
        return self.cm(sweep.extent) / sweep.moving_s if seen >= LEAST_MOMENTS else nan

    def cm(self, extent: float) -> float:
        """Centimetres on a body of 1.70 m."""
        return extent * self._move.segment.length_h * STATURE_CM

    def _judge(self, check: Check, rule: Rule, sweep: Sweep, t: float) -> list[FaultSpan]:
        """Judge a rule on the means over a sweep."""
        inside = [m for m in self._moments if sweep.start_s <= m.t <= sweep.end_s]
        if sum(bool(set(rule.only_if) & m.violated) for m in inside) > SPOILT_SHARE * len(inside):
            return []  # something weightier was wrong: one thing at a time
        means: dict[str, float] = {}
        if sum(m.to_scale for m in inside) > KNOWN_SHARE * len(inside):
            speed = self._speed(sweep)
            seconds = nan if isnan(speed) else sweep.moving_s
            means = {"pass_s": seconds, "pass_speed": speed, "sweep_extent": sweep.extent}
        for bound in rule.bounds:
            measured = [v for m in inside if not isnan(v := m.values.get(bound.measure, nan))]
            if measured and len(measured) >= KNOWN_SHARE * len(inside):
                means[bound.measure] = sum(measured) / len(measured)
        bounds = tuple(scaled(b, self._strictness, check.severity) for b in rule.bounds)
        state, value, outside = judge_means(bounds, means)
        self.verdicts[check.id] = Verdict(check, state, value)
        if state == "ok":
            self._account.right(check, sweep.start_s, sweep.end_s)
        if state != "fault":
            return []
        return [FaultSpan(check, sweep.start_s, sweep.end_s, t, value, (sweep.start_s + sweep.end_s) / 2, outside)]
