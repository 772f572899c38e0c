"""Whether there is a tool at all, before anything is told about it.

A posture alone is no rolling: a plank, a push-up from a wall, lying on the side look like it. What the finder says of
the place where the tool would be decides: seen there, or the place in plain view and empty. Where the body hides the
place, or it lies outside of the picture, nothing can be said.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan, nan
from typing import Final, Literal

from smr_vision.body.time_window import TimeWindow

Presence = Literal["seen", "hidden", "absent"]

# Looks in neighbouring pictures err alike, so that a few in a row say little more than one: what counts is the mean
# chance over seconds, and less of it is enough where it lasts. Over `SEEN_S`: from .55 to .8 as many clips of the
# proving ground's dev part are counted right, and ever fewer of real film without a tool open a set; from .88 on sets
# are missed (docs/accuracy_log.md) [E]. Under a pelvis, and between a chest and the wall, little of a tool is to be
# seen, and the finder is never as sure, but looks seconds apart are partly independent. Real people sitting about with
# nothing under the pelvis have .27 at most over 2 s and .15 over 8, rendered ones .1, pushing off a wall .37 and .26;
# who rolls on a ball of 7 to 10 cm has .4 to .6. Under trunk and limbs, where a real tool is surely seen, middling
# looks mean that it lies beside.
SEEN_S: Final = 2.0
COVERED: Final = ((SEEN_S, 0.8), (4.0, 0.5), (6.0, 0.45), (8.0, 0.4))
ENOUGH: Final[Mapping[str, tuple[tuple[float, float], ...]]] = {  # by kind of segment: seconds, mean chance over them
    "between": ((SEEN_S, 0.8),), "floor": COVERED, "across": COVERED,
}  # fmt: skip
ABSENT_S: Final = 2.0
ABSENT: Final = 0.3
GONE_S: Final = 4.0  # a tool that was seen is followed; empty for so long, it was taken away
GONE: Final = 0.15
HIDDEN: Final = 0.5  # share of the last seconds in which the place could not be seen
FULL: Final = 0.85  # of the seconds looked back upon must have been looked at


class ToolEvidence:
    """Follows the chance that the tool lies under one segment, look by look; `presence` is None while not known.
    Under segments of some `kind`s the body covers most of a tool."""

    def __init__(self, kind: str = "between") -> None:
        self._enough = ENOUGH[kind]
        self._chances = {s: TimeWindow(s) for s in (ABSENT_S, GONE_S, *(s for s, _ in self._enough))}
        self._hidden = TimeWindow(ABSENT_S)
        self._seen = False

    def add(self, t: float, chance: float, hidden: bool) -> None:
        """Add a look at time `t` (s): the `chance` that the tool touches, NaN: nobody could look; whether the place
        is `hidden` from this view."""
        for kept in self._chances.values():
            kept.add(t, chance)
        self._hidden.add(t, nan if isnan(chance) else float(hidden))
        if any(self._mean(seconds) >= enough for seconds, enough in self._enough):
            self._seen = True
        elif self._mean(GONE_S) < GONE and not self._out_of_sight:
            self._seen = False

    @property
    def presence(self) -> Presence | None:
        """`seen` from the time it was surely seen until it is gone; `hidden`, `absent`: see the module."""
        if self._seen:
            return "seen"
        mean = self._mean(ABSENT_S)
        if isnan(mean):
            return None
        if self._out_of_sight:
            return "hidden"
        return "absent" if mean < ABSENT else None

    @property
    def _out_of_sight(self) -> bool:
        return self._hidden.mean > HIDDEN

    def _mean(self, seconds: float) -> float:
        """The mean chance over the last seconds; NaN while they have not been looked at for long enough."""
        kept = self._chances[seconds]
        return kept.mean if kept.span >= FULL * seconds - 0.25 else nan  # looks are a fifth of a second apart
