"""How the contact moves: how fast just now, since when not at all, and whether it came here as a body can."""

from __future__ import annotations

from math import inf, isnan, nan
from typing import Final

from smr_vision.body.time_window import Recent
from smr_vision.coach.passes import STILL_SHARE, TURN_SHARE
from smr_vision.moves import Move
from smr_vision.tool import FASTEST_CM_S, STATURE_CM

OVER_S: Final = 0.6  # how fast it is now is told by so long
LEAST_S: Final = 0.2  # and by no less


class Pace:
    """Follows the contact of one set of `move`."""

    def __init__(self, move: Move) -> None:
        self._move = move
        self._lately = Recent(OVER_S)
        self._last = -inf, nan
        self._moved_at: float | None = None
        self._rest = nan  # where it last came to rest

    def follow(self, t: float, along: float) -> bool:
        """Add a moment in which the contact was known; whether it came here faster than anybody rolls."""
        then, before = self._last
        wobble = TURN_SHARE * self._move.passes.least
        leapt = self._cm(max(abs(along - before) - wobble, 0.0)) > FASTEST_CM_S * (t - then)
        if leapt:
            self._lately.clear()
        self._last = t, along
        self._lately.add(t, along)
        reach = STILL_SHARE * self._move.passes.least
        if self._moved_at is None or isnan(self._rest) or abs(along - self._rest) > reach:
            self._moved_at, self._rest = t, along
        return leapt

    def shift(self, by: float) -> None:
        """All places so far were off by this much."""
        self._lately.clear()
        self._rest += by
        self._last = self._last[0], self._last[1] + by

    def unseen(self, seconds: float) -> None:
        """So long it was not seen: nobody knows whether it moved meanwhile, or rested."""
        self._moved_at = None if self._moved_at is None else self._moved_at + seconds
        self._lately.clear()

    def restart(self) -> None:
        """What comes does not follow on what was."""
        self._lately.clear()
        self._last = -inf, nan
        self._moved_at = None

    def idle_s(self, t: float) -> float:
        """Seconds without movement beyond the longest welcome hold."""
        if self._moved_at is None:
            return 0.0
        return max(t - self._moved_at - self._move.passes.hold_most_s, 0.0)

    @property
    def speed_cm_s(self) -> float:
        """How fast it is now on a body of 1.70 m; NaN where that can't be told."""
        if self._lately.span < LEAST_S:
            return nan
        speed = self._cm(self._lately.spread) / self._lately.span
        return speed if speed <= FASTEST_CM_S else nan

    def _cm(self, extent: float) -> float:
        return extent * self._move.segment.length_h * STATURE_CM
