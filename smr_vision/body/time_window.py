"""The last few seconds of a value: the only memory the measuring stages keep."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from math import inf, isnan
from typing import Final

UNSEEN_S: Final = 0.5  # what is not seen for longer may have changed meanwhile [E]
GAP_S: Final = 1.5  # and between two pictures: slow cameras give one a second [E]


class Recent:
    """Values of the last `seconds`, by their own timestamps; NaN values are not kept."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._kept: deque[tuple[float, float]] = deque()
        self._ordered: list[float] | None = None  # by size, from the first time a median is asked for

    def add(self, t: float, value: float) -> None:
        """Add `value` at time `t` (seconds) and drop what is too old."""
        if not isnan(value):
            self._kept.append((t, value))
            if self._ordered is not None:
                insort(self._ordered, value)
        while self._kept and self._kept[0][0] < t - self._seconds:
            _, old = self._kept.popleft()
            if self._ordered is not None:
                del self._ordered[bisect_left(self._ordered, old)]

    @property
    def median(self) -> float:
        """Median of the values kept; NaN when there are none."""
        if not self._kept:
            return float("nan")
        if self._ordered is None:
            self._ordered = sorted(v for _, v in self._kept)
        half, odd = divmod(len(self._ordered), 2)
        return self._ordered[half] if odd else (self._ordered[half - 1] + self._ordered[half]) / 2

    @property
    def spread(self) -> float:
        """Largest less smallest value kept; NaN when there are none."""
        if not self._kept:
            return float("nan")
        values = [v for _, v in self._kept]
        return max(values) - min(values)

    @property
    def mean(self) -> float:
        """Mean of the values kept; NaN when there are none."""
        return sum(v for _, v in self._kept) / len(self._kept) if self._kept else float("nan")

    @property
    def span(self) -> float:
        """Seconds between the oldest and the newest value kept."""
        return self._kept[-1][0] - self._kept[0][0] if self._kept else 0.0

    @property
    def oldest(self) -> float:
        """The oldest value kept; NaN when there are none."""
        return self._kept[0][1] if self._kept else float("nan")

    def clear(self) -> None:
        self._kept.clear()
        self._ordered = None


class Unseen:
    """Notices that something is seen again after a while in which it was not: in pictures that did not show it for
    longer than `unseen_s`, or because for longer than `gap_s` there was no picture."""

    def __init__(self, unseen_s: float, gap_s: float) -> None:
        self._unseen_s, self._gap_s = unseen_s, gap_s
        self._seen_at = inf
        self._hidden = False

    def ended(self, t: float, seen: bool) -> float:
        """Add a moment; for how long nothing was seen when that ended just now, else 0."""
        if not seen:
            self._hidden = True
            return 0.0
        gone, least = t - self._seen_at, self._unseen_s if self._hidden else self._gap_s
        self._seen_at, self._hidden = t, False
        return gone if gone > least else 0.0
