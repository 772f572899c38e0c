"""Which pictures the pose is measured in: as many as motion needs, by their timestamps alone.

Rolling is slow: a pass takes 1 to 6 s, a posture changes over half a second. Ten poses a second tell all that there is
to tell [docs/performance.md]; between two of them joints move on a straight line. A clip of few pictures gets them all.
"""

from __future__ import annotations

from typing import Final

RATE_HZ: Final = 10.0  # of this rate and of 15 Hz, passes and contact are as right as of all pictures
ALL_UP_TO_FPS: Final = 15.5  # a clip of 15 a second, its rate roughly told
LOOK_EVERY_S: Final = 0.2  # the tool is looked for this often; the half-speed rule leads from one look to the next
_SLIP: Final = 1e-6  # of a slot: times are rounded where they are written


def slot_of(t: float) -> int:
    """The number of the tenth of a second in which a time lies."""
    return int(t * RATE_HZ + _SLIP)


def look_of(t: float) -> int:
    """How many looks for the tool are due by a time: by the clock alone, the same pictures whatever is coached."""
    return int(t / LOOK_EVERY_S + _SLIP)


def border_near(t: float) -> float:
    """The nearest time at which a slot begins: whoever starts to read there measures what all others measure."""
    return max((round(t * RATE_HZ) - _SLIP) / RATE_HZ, 0.0)


class Pace:
    """Tells for the pictures of a clip of `fps`, in order, which are measured: the first of each slot.

    It may begin anywhere at the border of a slot.
    """

    def __init__(self, fps: float) -> None:
        self._all = fps <= ALL_UP_TO_FPS
        self._last = -1

    def measures(self, t: float, *, decoded: bool = True) -> bool:
        """Whether the next picture, at `t` seconds, is measured; one that was not `decoded` can't be."""
        if not decoded:
            return False
        slot = slot_of(t)
        first, self._last = slot != self._last, slot
        return first or self._all


class LivePace:
    """The same for a camera, whose rate nobody knows: that of the last pictures."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._step = 1.0  # seconds from picture to picture, of late

    def measures(self, t: float) -> bool:
        """Whether the picture that came at `t` seconds is measured."""
        before, self._last = self._last, t
        if before is None or t <= before:
            return True
        self._step += 0.1 * (min(t - before, 1.0) - self._step)
        return slot_of(t) != slot_of(before) or self._step > 1 / ALL_UP_TO_FPS
