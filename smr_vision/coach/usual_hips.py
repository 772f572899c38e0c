"""Hips that have come down from where they usually are in a set.

How high they are, how steep the trunk and how bent the hip, hangs on the roller and the camera: hips on the floor over
one look like lifted ones over another. Within a set these stay, and hips that come down change all three at once.
"""

from __future__ import annotations

from math import nan
from typing import Final

from smr_vision.body import Body
from smr_vision.body.time_window import TimeWindow
from smr_vision.moves import Move

USUAL_S: Final = 20.0  # what is usual is the median of so long,
LEAST_S: Final = 4.0  # and of no less
NOW_S: Final = 0.4  # and now that of so long
# With hips that come down the trunk gets steeper and the hip more bent, by so much at least; rolling up and down the
# back does either, hardly both (docs/accuracy_log.md).
STEEPER_DEG: Final = 3.0
BENT_DEG: Final = 8.0
SUNK: Final = "hips_sunk"
_OF: Final = ("hip_height", "trunk_tilt", "hip_angle")


class UsualHips:
    """Follows the hips of one set of `move`."""

    def __init__(self, move: Move) -> None:
        bounds = (b for check in move.checks for rule in check.rules for b in rule.bounds)
        self._asked = any(bound.measure == SUNK for bound in bounds)
        self._usual = [TimeWindow(USUAL_S) for _ in _OF]
        self._now = [TimeWindow(NOW_S) for _ in _OF]

    def sunk(self, t: float, body: Body) -> float:
        """Add a moment; how far the hips lie lower than usual, statures. NaN unless trunk and hip say so too: that they
        have not come down says nothing of where they have been all along."""
        if not self._asked:
            return nan
        for name, usual, now in zip(_OF, self._usual, self._now, strict=True):
            value = body.measure(name)
            usual.add(t, value)
            now.add(t, value)
        lower, flatter, more_open = (u.median - n.median for u, n in zip(self._usual, self._now, strict=True))
        known = min(usual.span for usual in self._usual) >= LEAST_S
        return lower if known and -flatter > STEEPER_DEG and more_open > BENT_DEG else nan
