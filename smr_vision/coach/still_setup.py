"""The set-up of a set, measured once while it is kept still: what the rules for the set-up look at."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan, nan
from typing import Final

from smr_vision.body.time_window import TimeWindow
from smr_vision.moves import Move

STILL_S: Final = 1.0  # a still set-up (contract)
BEGUN_SHARE: Final = 0.5  # of the least extent of a pass: who has come this far rolls, and stands still at turns [E]
STILL_REACH: Final = 0.03  # contact moves less than this while still, segment lengths [E]
SPAN_SHARE: Final = 0.95  # of that second has to be seen: pictures come at intervals


class StillSetup:
    """Means of the set-up measures of `move` over a still second before the first pass."""

    def __init__(self, move: Move) -> None:
        bounds = [b for check in move.checks for rule in check.rules if rule.when == "setup" for b in rule.bounds]
        self._least = BEGUN_SHARE * move.passes.least
        self._places = TimeWindow(STILL_S)
        self._measures = {bound.measure: TimeWindow(STILL_S) for bound in bounds}
        self._over = False

    def clear(self) -> None:
        """What comes does not follow on what was."""
        self._places.clear()

    def means(
        self, t: float, place: float, values: Mapping[str, float], *, under_way: float, passed: bool
    ) -> dict[str, float]:
        """Add a moment; the means, empty when it is not still, and for good once rolling has begun.

        `place` is where the contact was at the moment before, NaN where not known; `under_way` how far the sweep under
        way has come, and `passed` whether there was a pass.
        """
        self._over = self._over or under_way >= self._least or passed
        if self._over or not values or isnan(place):
            self._places.clear()
            return {}
        self._places.add(t, place)
        for name, recent in self._measures.items():
            recent.add(t, values.get(name, nan))
        if self._places.span < SPAN_SHARE * STILL_S or self._places.spread > STILL_REACH:
            return {}
        return {name: recent.mean for name, recent in self._measures.items()}
