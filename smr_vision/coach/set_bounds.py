"""Where a set begins and ends, and what lies within: decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from smr_vision.coach.checks import FaultSpan
from smr_vision.coach.passes import HoldDone
from smr_vision.coach.sets import PassDone

OPENS_S: Final = 2.0  # a set opens when the posture has held this long (contract)
CLOSES_S: Final = 3.0  # and ends when it has been left this long (contract)
GIVEN_UP_S: Final = 1.0  # left for so long before it was a set, it will be none [E]
SOONEST_S: Final = 0.9  # after the start of a set nobody has made a pass yet [E]
LEAST_PASSES: Final = 2  # of a set that was over before its posture had held for `OPENS_S`
GETS_READY_S: Final = 3.0  # what is put right this soon, before the first pass, was no fault [E]
LEAVES_S: Final = 4.0  # getting up takes no longer; who is unsettled for longer is rolling, seen badly [E]
# Nor what went wrong this soon before the posture was left, and stayed wrong; on dev all of these were false
# (docs/accuracy_log.md). Where the pictures just end, who was about to leave had less time for it.
GETS_OFF_S: Final = 4.0
CUT_OFF_S: Final = 2.5
NOTICED_S: Final = 0.6  # a changing slant is noticed this late


@dataclass(frozen=True)
class Within:
    """What of a set lies within its bounds."""

    start_s: float
    end_s: float
    passes: tuple[PassDone, ...]
    faults: tuple[FaultSpan, ...]
    holds: tuple[HoldDone, ...]


class SetBounds:
    """Follows when the posture of a set was taken up, held and left."""

    def __init__(self) -> None:
        self.started: float | None = None
        self.last: float | None = None  # the newest moment
        self._last_in = 0.0  # the newest in posture
        self._leaving: float | None = None  # since when the slant has been changing
        self._told = 0  # passes that were told already

    def follow(self, t: float, *, in_posture: bool, settled: bool) -> None:
        """Add a moment; `settled`: the body's slant stays the same."""
        self.last = t
        if not in_posture:
            return
        if settled:
            self._leaving = None
        elif self._leaving is None:
            self._leaving = t
        self.started = t if self.started is None else self.started
        self._last_in = t

    @property
    def leaving(self) -> bool:
        """Whether the slant changes: it may turn out that the posture is being left."""
        return self._leaving is not None

    def rolled(self, t: float, pass_end_s: float) -> None:
        """A sweep ended at `t`, and the last pass then: however the slant changed before, that was rolling."""
        if self._leaving is not None and pass_end_s > self._leaving:
            self._leaving = t

    def is_set(self, passes: Sequence[PassDone]) -> bool:
        """Whether this is a set: its posture has held, or a pass was made."""
        return self.started is not None and (bool(passes) or self._last_in - self.started >= OPENS_S)

    def left(self, *, a_set: bool) -> bool:
        """Whether the posture has been left long enough to end it, be it `a_set` or not yet."""
        if self.started is None or self.last is None:
            return False
        return self.last - self._last_in >= (CLOSES_S if a_set else GIVEN_UP_S)

    def lasts_s(self, t: float) -> float:
        """Seconds since it began; 0 before."""
        return t - self.started if self.started is not None else 0.0

    def told(self, t: float, passes: Sequence[PassDone]) -> int:
        """How many passes to tell of: none that may yet turn out to be getting off, and not one alone right at the
        start, which is stepping into place."""
        count = len(self._rolled_in(passes))
        begun = self.started is not None and t - self.started >= SOONEST_S
        self._told = count if begun or count >= LEAST_PASSES else 0
        return self._told

    def _rolled_in(self, passes: Sequence[PassDone]) -> Sequence[PassDone]:
        """Those that are no part of sitting up or rolling off, if the set ended now; what was told stays."""
        if self._leaving is None or self._last_in - self._leaving > LEAVES_S:
            return passes
        before = sum((p.start_s + p.end_s) / 2 < self._leaving for p in passes)
        return passes[: max(before, self._told)]

    def getting_ready(self, fault: FaultSpan, passes: Sequence[PassDone]) -> bool:
        """Whether a fault was mended while getting ready: hands and hips come into place one after the other."""
        early = self.started is not None and fault.end_s - self.started <= GETS_READY_S
        return early and not passes

    @staticmethod
    def _getting_off(fault: FaultSpan, end: float, *, left: bool) -> bool:
        """Whether a fault is how the posture was left: legs uncross and hips come down before anything else changes.
        What is judged by whole passes is none."""
        last = fault.end_s >= end - NOTICED_S and end - fault.start_s <= (GETS_OFF_S if left else CUT_OFF_S)
        posture = fault.check.severity == "form" and any(rule.when == "always" for rule in fault.check.rules)
        return last and posture

    def within(
        self, passes: Sequence[PassDone], faults: Sequence[FaultSpan], holds: Iterable[HoldDone]
    ) -> Within | None:
        """What of all that lies within the set if it ended now; None when it is no set."""
        if self.started is None or not self.is_set(passes):
            return None
        passes, left = self._rolled_in(passes), self.last is not None and self.last - self._last_in > NOTICED_S
        end = self._last_in
        if self._leaving is not None and end - self._leaving <= LEAVES_S:
            # Sitting up or rolling off is no part of the set: no pass is made by it, and nothing in it is a fault.
            left, end = True, max(self._leaving, self.started, *(p.end_s for p in passes))
            faults = [f for f in faults if f.start_s < self._leaving - NOTICED_S and f.until(end).worst_s <= end]
        faults = [f for f in faults if not self._getting_off(f, end, left=left)]
        if end - self.started < OPENS_S and len(passes) < LEAST_PASSES:
            # Getting in and out again: the posture was never held, and stepping into place looks like a pass.
            return None
        return Within(
            self.started,
            end,
            tuple(passes),
            tuple(f.until(end) for f in faults),
            tuple(h if h.end_s <= end else replace(h, end_s=end) for h in holds),
        )
