"""When one posture changed into another: half way between how it was and how it is.

A bound is crossed early or late in a change, as it happens to lie near the one posture or the other, and a median
notices that later still. Who lifts off is half off in the middle of it, so from there on it is a fault, and until there
on the way back (contract: faults blend in and out, centred on their start and end).
"""

from __future__ import annotations

from collections import deque
from math import isnan
from statistics import median
from typing import Final

LASTS_S: Final = 1.5  # a change of posture; the contract's blend over 1.0 to 1.4 s
KEPT_S: Final = 2 * LASTS_S + 1.5  # of one that is noticed a second and more after its bound was crossed


class HalfWay:
    """Follows one measure."""

    def __init__(self) -> None:
        self._moments: deque[tuple[float, float]] = deque()

    def add(self, t: float, value: float) -> None:
        """Add a value at time `t` (s); NaN where it was not measured."""
        if not isnan(value):
            self._moments.append((t, value))
        while self._moments and self._moments[0][0] < t - KEPT_S:
            self._moments.popleft()

    def clear(self) -> None:
        """What comes does not follow on what was."""
        self._moments.clear()

    def before(self, t: float) -> float | None:
        """How it was before a change that was under way at `t` (s); None where that was not seen."""
        values = [v for s, v in self._moments if t - 2 * LASTS_S <= s <= t - LASTS_S / 2]
        return median(values) if values else None

    def into(self, crossed: float, now: float) -> float:
        """When the change to how it is `now` was half done, at the latest when the bound was `crossed`."""
        return self._half([m for m in self._moments if crossed - LASTS_S <= m[0] <= crossed], crossed, now)

    def out_of(self, crossed: float, now: float) -> float:
        """The same, at the soonest when the bound was `crossed`."""
        return self._half([m for m in self._moments if crossed <= m[0] <= crossed + LASTS_S], crossed, now)

    def _half(self, near: list[tuple[float, float]], crossed: float, now: float) -> float:
        before = self.before(crossed)
        if before is None:
            return crossed
        half = (before + now) / 2
        as_before = [k for k, (_, value) in enumerate(near) if (value < half) == (before < half)]
        last = as_before[-1] if as_before else len(near) - 1
        return near[last + 1][0] if last + 1 < len(near) else crossed
