"""Sweeps of the contact between turning points, which of them are passes, and holds.

One sample at a time, no looking ahead. A turning point is where the contact has come back by more
than the wobble of its measurement; a sweep is the way from one to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Final

from smr_vision.body.time_window import GAP_S, UNSEEN_S, TimeWindow, Unseen
from smr_vision.moves import Passes

TURN_SHARE: Final = 0.25  # of the least extent: coming back this far is a turn, less is wobble [E]
# Close to an end of a sweep, within this share of its extent, somebody starts, slows down, or rests. Starting and
# slowing down take up to this share of the time between: 17 % where speed comes and goes as a sine's does, 4 % if even.
REST_SHARE: Final = 0.04
EASE_SHARE: Final = 0.15
PAUSE_S: Final = 1.0  # on the way, standing still for less is a slow moment [E]
PAUSE_SHARE: Final = 0.25  # of the time of a pass, and as long: an even pass takes `REST_SHARE` of its time so far [E]
MOST_SAMPLES: Final = 6000  # of a rest: minutes at any rate; then they are thinned
STOOD_SHARE: Final = 0.95  # of the least length of a hold: pictures come at intervals
STILL_SHARE: Final = 0.25  # of the least extent: moving less than this is standing still [E]


@dataclass(frozen=True)
class Sweep:
    """The contact's way from one turning point to the next; times in seconds, places along the segment.

    `start_s` and `end_s` leave out rests at the ends, `turned_s` and `turns_s` are the turning points.
    """

    start_s: float
    end_s: float
    start: float
    end: float
    turned_s: float
    turns_s: float
    paused_s: float = 0.0  # standing still on the way

    @property
    def moving_s(self) -> float:
        """What its speed is told by: a pause does not make a hurried pass a calm one."""
        return max(self.seconds - self.paused_s, 1e-3)

    @property
    def extent(self) -> float:
        return abs(self.end - self.start)

    @property
    def grows(self) -> bool:
        return self.end > self.start

    @property
    def seconds(self) -> float:
        return max(self.end_s - self.start_s, 1e-3)


@dataclass(frozen=True)
class HoldDone:
    """Standing still on target for 3 s or more."""

    start_s: float
    end_s: float
    position: float


class SweepFinder:
    """Cuts the contact into sweeps. `least` is the least extent of a pass."""

    def __init__(self, least: float) -> None:
        self._turn = TURN_SHARE * least
        self._samples: list[tuple[float, float]] = []
        self._far = 0  # index of the furthest sample of the sweep under way
        self._low = self._high = 0  # and of the extremes before there is a direction
        self._sign = 0

    @property
    def under_way(self) -> float:
        """How far the sweep under way has come; 0 before the first."""
        return abs(self._samples[self._far][1] - self._samples[0][1]) if self._sign else 0.0

    def add(self, t: float, position: float) -> Sweep | None:
        """Add a sample; the sweep that it ends, if it does."""
        if isnan(position):
            return None
        self._samples.append((t, position))
        newest = len(self._samples) - 1
        if self._sign == 0:
            self._first_direction(newest)
            return None
        if (position - self._samples[self._far][1]) * self._sign >= 0:
            self._far = newest
            return None
        if (self._samples[self._far][1] - position) * self._sign < self._turn:
            self._thin()
            return None
        done = _sweep(self._samples[: self._far + 1])
        self._samples = self._samples[self._far :]
        self._far, self._sign = len(self._samples) - 1, -self._sign
        return done

    def shift(self, by: float) -> None:
        """All samples so far were off by this much: the place was corrected, nothing moved."""
        self._samples = [(t, position + by) for t, position in self._samples]

    @property
    def so_far(self) -> Sweep | None:
        """The sweep under way as if it ended now."""
        return _sweep(self._samples[: self._far + 1]) if self._sign else None

    def flush(self) -> Sweep | None:
        """End the sweep under way: the person stopped."""
        done = self.so_far
        self._samples, self._far, self._low, self._high, self._sign = [], 0, 0, 0, 0
        return done

    def _first_direction(self, newest: int) -> None:
        position = self._samples[newest][1]
        if position < self._samples[self._low][1]:
            self._low = newest
        if position > self._samples[self._high][1]:
            self._high = newest
        if self._samples[self._high][1] - self._samples[self._low][1] < self._turn:
            if newest > MOST_SAMPLES:
                first = min(self._low, self._high)
                self._samples = [self._samples[first], self._samples[max(self._low, self._high)], self._samples[-1]]
                self._low, self._high = (0, 1) if self._low == first else (1, 0)
            return
        self._sign = 1 if self._high > self._low else -1
        self._samples = self._samples[min(self._low, self._high) :]
        self._far = len(self._samples) - 1

    def _thin(self) -> None:
        """Resting long at a turning point: what lies between there and now tells nothing."""
        if len(self._samples) - self._far > MOST_SAMPLES:
            self._samples = [*self._samples[: self._far + 1], self._samples[-1]]


def _sweep(samples: Sequence[tuple[float, float]]) -> Sweep:
    """The sweep through `samples`, less the rests at its ends."""
    (start_s, start), (end_s, end) = samples[0], samples[-1]
    near = REST_SHARE * abs(end - start)
    left = next((t for t, a in samples if abs(a - start) > near), end_s)
    reached = next((t for t, a in samples if abs(a - end) <= near), end_s)
    ease = EASE_SHARE * (reached - left)
    start_s, end_s = max(start_s, left - ease), min(end_s, reached + ease)
    end_s = max(end_s, start_s)
    return Sweep(start_s, end_s, start, end, samples[0][0], samples[-1][0], _paused(samples, start_s, end_s, near))


def _paused(samples: Sequence[tuple[float, float]], start_s: float, end_s: float, near: float) -> float:
    """Seconds between two times of stretches that stay within `near` much longer than an even pass would."""
    least = max(PAUSE_S, PAUSE_SHARE * (end_s - start_s))
    inside = [(t, a) for t, a in samples if start_s <= t <= end_s]
    paused, first = 0.0, 0
    for k in range(1, len(inside) + 1):
        if k < len(inside) and abs(inside[k][1] - inside[first][1]) <= near:
            continue
        still = inside[k - 1][0] - inside[first][0]
        paused += still if still >= least else 0.0
        first = k
    return paused


class HoldFinder:
    """Finds holds: standing still on target for `rules.hold_s` or more."""

    def __init__(self, rules: Passes) -> None:
        self._rules = rules
        self._reach = STILL_SHARE * rules.least
        self._recent = TimeWindow(rules.hold_s)
        self._since: float | None = None
        self._place = 0.0
        self._last = 0.0
        self._sight = Unseen(UNSEEN_S, GAP_S)

    @property
    def since(self) -> float | None:
        """When the hold under way began; None while moving."""
        return self._since

    def add(self, t: float, position: float, on_target: bool) -> HoldDone | None:
        """Add a sample (NaN: not seen); the hold that it ends, if it does."""
        lost = self._sight.ended(t, not isnan(position))
        if isnan(position):
            return None
        if self._since is not None:
            if not lost and on_target and abs(position - self._place) <= self._reach:
                self._last = t
                return None
            return self.flush()
        if lost or not on_target:
            self._recent.clear()
        if on_target:
            self._stand(t, position)
        return None

    def _stand(self, t: float, position: float) -> None:
        """On target, no hold yet."""
        self._recent.add(t, position)
        if self._recent.spread <= self._reach and self._recent.span >= STOOD_SHARE * self._rules.hold_s:
            self._since, self._place, self._last = t - self._recent.span, self._recent.median, t

    def shift(self, by: float) -> None:
        """All samples so far were off by this much."""
        self._place += by
        if self._since is None:
            self._recent.clear()

    @property
    def so_far(self) -> HoldDone | None:
        """The hold under way as if it ended now."""
        return HoldDone(self._since, self._last, self._place) if self._since is not None else None

    def flush(self) -> HoldDone | None:
        """End the hold under way."""
        done = self.so_far
        if done is not None:
            self._since = None
            self._recent.clear()
        return done
