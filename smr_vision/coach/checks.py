"""Judging one check of a move: ok, fault or unknown, with hysteresis and persistence.

A judge takes one sample at a time. A fault is confirmed when it has lasted for the check's
`persist_s`; its start is when it began, not when it was confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isnan, nan
from typing import Final, Literal

from smr_vision.body.time_window import GAP_S, UNSEEN_S, TimeWindow, Unseen
from smr_vision.coach.half_way import HalfWay
from smr_vision.moves import STRICTNESS, Bound, Check, Rule

CheckState = Literal["ok", "fault", "unknown"]

SMOOTH_S: Final = 0.4  # a measure is the median over this long: one wild frame decides nothing
MERGE_S: Final = 1.5  # two faults of one check closer than this are one


@dataclass(frozen=True)
class Verdict:
    """What a check says now.

    Attributes
    ----------
    check : Check
        The check of the move's file.
    state : {"ok", "fault", "unknown"}
        Unknown where it can't be seen.
    measured : float
        The value it says that by, in the unit of the check's measure (docs/moves.md); NaN when not measured.
    violated : bool
        The moment's own word, before it has lasted long enough to be called a fault.
    """

    check: Check
    state: CheckState
    measured: float
    violated: bool = False


@dataclass(frozen=True)
class FaultSpan:
    """One fault. Times are seconds from the first picture.

    Attributes
    ----------
    check : Check
        The check of the move's file.
    start_s, end_s : float
        When it happened; of one that lasts, up to now.
    decided_s : float
        When it had lasted long enough to be sure.
    measured : float
        The worst value, in the unit of the check's measure (docs/moves.md).
    worst_s : float
        When that was.
    outside : float
        How far that lies outside of its bound.
    afresh : bool
        Before it nothing was seen for a while: it goes on with no other.
    settled : FaultSpan or None
        As it was before the slant changed, where its worst moment is later.
    """

    check: Check
    start_s: float
    end_s: float
    decided_s: float
    measured: float
    worst_s: float
    outside: float = 0.0
    afresh: bool = False
    settled: FaultSpan | None = None

    @property
    def picture_key(self) -> tuple[str, float]:
        """By which the picture of its worst moment is found."""
        return self.check.id, self.worst_s

    def until(self, end_s: float) -> FaultSpan:
        """What of it lies before `end_s`: its worst moment too, where that is known."""
        if self.end_s <= end_s:
            return self
        known = self if self.worst_s <= end_s or self.settled is None else self.settled
        return replace(known, end_s=max(end_s, self.start_s))


def scaled(bound: Bound, strictness: str, severity: str) -> Bound:
    """`bound` as the strictness has it; a safety bound is never loosened."""
    by = STRICTNESS[strictness] * bound.tolerance
    if severity == "safety":
        by = min(by, 0.0)
    return bound.model_copy(update={"at_least": bound.at_least - by, "at_most": bound.at_most + by})


def outside_by(bound: Bound, value: float) -> float:
    """How far `value` lies outside of `bound`; negative inside."""
    return max(bound.at_least - value, value - bound.at_most)


def judge_means(bounds: tuple[Bound, ...], means: Mapping[str, float]) -> tuple[CheckState, float, float]:
    """Verdict on values that are known as a whole (a pass, a still set-up), the value it rests on, and how far
    outside that is. Outside by no more than the slack of its bound a value is in doubt: unknown."""
    known = [
        (outside_by(b, v) - b.slack, v, outside_by(b, v)) for b in bounds if not isnan(v := means.get(b.measure, nan))
    ]
    if not known:
        return "unknown", nan, 0.0
    beyond, value, outside = max(known)
    if beyond > 0:
        return "fault", value, outside
    sure = len(known) == len(bounds) and all(out <= 0 for _, _, out in known)
    return ("ok" if sure else "unknown"), value, outside


def _all_hold(bounds: tuple[Bound, ...], values: Mapping[str, float]) -> bool:
    return all(b.holds(values.get(b.measure, nan)) for b in bounds)


def _may_hold(bounds: tuple[Bound, ...], values: Mapping[str, float]) -> bool:
    """Whether they hold as far as can be seen."""
    return all(isnan(v) or b.holds(v) for b in bounds for v in (values.get(b.measure, nan),))


class PostureJudge:
    """Judges the `always` rule of one check, sample by sample."""

    def __init__(self, check: Check, rule: Rule, strictness: str) -> None:
        self.check = check
        self.rule = rule
        self._bounds = tuple(scaled(b, strictness, check.severity) for b in rule.bounds)
        self._recent = {b.measure: TimeWindow(SMOOTH_S) for b in self._bounds}
        # Only a fault of a posture, in the moment in which it is one, is dated to the middle of the change.
        dated = rule.when == "always" and check.severity == "form"
        self._courses = {b.measure: HalfWay() for b in self._bounds} if dated else {}
        self._fault = False  # confirmed
        self._since: float | None = None  # a violation that may become a fault, or the fault itself
        self._by = ""  # the measure it was first seen by,
        self._began = 0.0  # and when the change to it was half done
        self._good_since: float | None = None
        self._decided = 0.0
        self._worst = self._settled = (0.0, nan, 0.0)  # outside, measured, when; and before the slant changed
        self._last_bad = 0.0
        self._sight = Unseen(UNSEEN_S, GAP_S)
        self._afresh = False

    def judge(self, t: float, values: Mapping[str, float], *, settled: bool = True) -> tuple[Verdict, FaultSpan | None]:
        """Add a sample of measures; the verdict, and the fault that just ended, if one did. Not `settled` is a moment
        that may turn out to belong to getting off."""
        smooth: list[tuple[Bound, float]] = []
        for bound in self._bounds:
            recent = self._recent[bound.measure]
            value = values.get(bound.measure, nan)
            recent.add(t, value)
            if (course := self._courses.get(bound.measure)) is not None:
                course.add(t, value)
            smooth.append((bound, nan if isnan(value) else recent.median))
        ended = None
        lost = self._sight.ended(t, any(not isnan(v) for _, v in smooth)) > 0.0
        if lost:  # what went on before it may not have gone on since
            ended = self.flush()
        known = [(outside_by(b, v) - self._grace(b), v, b.measure) for b, v in smooth if not isnan(v)]
        worst, measured, by = max(known) if known else (nan, nan, "")
        judged = _all_hold(self.rule.only_when, values)
        excuses = [well for well in (self.rule.unless, self.rule.or_unless) if well]
        excused = any(_all_hold(well, values) for well in excuses)
        # What would excuse it may lie beyond the picture's edge: then nobody knows whether it is a fault.
        doubt = worst > 0 and not excused and any(_may_hold(well, values) for well in excuses)
        if worst > 0 and judged and not excused and not doubt:
            self._afresh = lost if self._since is None else self._afresh
            return Verdict(self.check, self._violated(t, worst, measured, by, settled), measured, True), ended
        if self._since is not None:
            ended = self._recovering(t, {b.measure: v for b, v in smooth})
        if self._fault:
            return Verdict(self.check, "fault", measured), ended
        state: CheckState = "ok" if judged and known and len(known) == len(smooth) and not doubt else "unknown"
        return Verdict(self.check, state, nan if doubt else measured), ended

    def _grace(self, bound: Bound) -> float:
        """How far outside of its bound a value may be: the slack keeps a verdict from flickering. A fault of
        form begins beyond it and ends at the bound; one of safety begins at the bound and ends well inside."""
        if self.check.severity == "safety":
            return -bound.slack if self._fault else 0.0
        return 0.0 if self._fault else bound.slack

    def _violated(self, t: float, worst: float, measured: float, by: str, settled: bool) -> CheckState:
        if self._since is None:
            self._since, self._by = t, by
            self._worst = self._settled = (worst, measured, t)
        self._good_since = None
        self._last_bad = t
        if worst >= self._worst[0]:
            self._worst = (worst, measured, t)
        if settled:
            self._settled = self._worst
        if not self._fault and t - self._since >= self.check.persist_s:
            self._fault, self._decided = True, t
            course = self._course
            self._began = course.into(self._since, measured) if course is not None and by == self._by else self._since
        return "fault" if self._fault else "unknown"

    def _recovering(self, t: float, values: Mapping[str, float]) -> FaultSpan | None:
        """Good again, or not seen: the violation ends once that has lasted."""
        if self._good_since is None:
            self._good_since = t
        if t - self._good_since < (0.5 if self._fault else 0.2):
            return None
        if self._course is not None and self._fault and not isnan(values[self._by]):
            # (A median is as it was for half of its time.) It lasted until it was told, and to its worst moment.
            over = self._course.out_of(self._last_bad - SMOOTH_S / 2, values[self._by])
            self._last_bad = max(over, self._decided, self._worst[2])
        return self._over()

    @property
    def _course(self) -> HalfWay | None:
        """That of the measure by which the fault was first seen; None where it is no posture of this moment."""
        return self._courses.get(self._by)

    def flush(self) -> FaultSpan | None:
        """End the fault under way: the set is over, or what comes does not follow on what was."""
        for course in self._courses.values():
            course.clear()
        return self._over()

    def _over(self) -> FaultSpan | None:
        done = self.running
        self._fault, self._since, self._good_since = False, None, None
        return done

    @property
    def running(self) -> FaultSpan | None:
        """The confirmed fault under way."""
        if not self._fault or self._since is None:
            return None
        settled, span = (
            FaultSpan(self.check, self._began, self._last_bad, self._decided, measured, t, outside, self._afresh)
            for outside, measured, t in (self._settled, self._worst)
        )
        return span if settled == span else replace(span, settled=settled)


def merged(faults: list[FaultSpan]) -> list[FaultSpan]:
    """Faults in order of start, those of one check less than `MERGE_S` apart joined, if all between was seen."""
    joined: list[FaultSpan] = []
    for fault in sorted(faults, key=lambda f: (f.check.id, f.start_s)):
        last = joined[-1] if joined else None
        near = last is not None and last.check.id == fault.check.id and fault.start_s - last.end_s < MERGE_S
        if last is not None and near and not fault.afresh:
            settled, whole = _joined(last.settled or last, fault.settled or fault), _joined(last, fault)
            joined[-1] = whole if settled == whole else replace(whole, settled=settled)
        else:
            joined.append(fault)
    return sorted(joined, key=lambda f: f.start_s)


def _joined(first: FaultSpan, second: FaultSpan) -> FaultSpan:
    """Both as one, by the worse of their worst moments."""
    worse = max(first, second, key=lambda f: f.outside)
    return replace(
        first,
        end_s=max(first.end_s, second.end_s),
        measured=worse.measured, worst_s=worse.worst_s, outside=worse.outside, settled=None,
    )  # fmt: skip


def together(check: Check, found: list[Verdict]) -> Verdict:
    """One verdict of several rules: a fault outweighs, then a violation, then ok, then unknown."""
    order: dict[CheckState, int] = {"fault": 2, "ok": 1, "unknown": 0}
    if not found:
        return Verdict(check, "unknown", nan)
    return max(found, key=lambda v: (order[v.state], v.violated))
