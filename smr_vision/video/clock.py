"""Timestamps as files have them, made times that always grow."""

from __future__ import annotations

from math import inf
from typing import Final

LEAP_S: Final = 1.0  # further back, or on beyond the end, is another clock's time; less is a slip


def horizon(duration_s: float) -> float:
    """Headers are often somewhat wrong: only what lies far beyond the end is no time of this clip, in seconds."""
    return 2 * duration_s + 10.0 if duration_s else inf


class Clock:
    """Turns timestamps as files have them into times that always grow.

    `step_s` is the usual time between pictures; `duration_s` what the clip says it lasts (0: unknown).
    """

    def __init__(self, step_s: float, duration_s: float = 0.0) -> None:
        self._step = step_s
        self._horizon = horizon(duration_s)
        self._shift = 0.0
        self._last: float | None = None
        self.repaired = False  # whether a time is not the file's own

    def at(self, stamp: float | None) -> float:
        """The time of the next picture, given its timestamp in seconds (None: missing)."""
        if self._last is None:
            self._last = stamp or 0.0
            return self._last
        expected = self._last + self._step
        repaired = True
        if stamp is None:
            t = expected
        else:
            t = stamp + self._shift
            if t <= self._last - LEAP_S or t > max(self._horizon, expected + LEAP_S):
                # The recorder's clock was set anew: go on from here by its steps.
                self._shift += expected - t
                t = expected
            elif t <= self._last:
                # A lone slip, or two pictures with one stamp: the next ones will be right again.
                t = self._last + min(0.001, self._step / 4)
            else:
                repaired = False
        self.repaired |= repaired
        self._last = t
        return t
