"""The stretches of a clip, and how many are worked out at once. Where they are cut only the clip's length says, so that
poses are the same for any number of workers."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Final

from smr_vision.video import ClipReader
from smr_vision.video.sampling import border_near

STRETCH_S: Final = 20.0
LONG_STRETCH_S: Final = 40.0  # of a clip long enough that a machine with many cores has work for all the same:
MANY: Final = 8
LEAST_STRETCH_S: Final = 6.0  # a landmarker takes 0.15 s to be made, and its warm-up
AHEAD: Final = 1  # stretches that may wait, worked out, for each worker


def at_once(workers: int) -> int:
    """How many stretches may be under way or wait, worked out, to be asked for."""
    return workers * (1 + AHEAD)


def stretches_of(clip: ClipReader) -> Iterator[tuple[float, float]]:
    """The stretches of `clip`; all of it where no part can be read by itself, to warm up on either."""
    return stretches(0.0 if clip.reading == "in order" else clip.info.duration_s)


def stretches(length: float) -> Iterator[tuple[float, float]]:
    """Start and end, in seconds, of the stretches of a clip of `length` seconds (0: not known).

    They get shorter towards the end, so that all workers end at about the same time. Each begins where a slot of the
    pace does, and so does its warm-up.
    """
    if length <= 0:
        yield 0.0, inf
        return
    most = min(max(length / MANY, STRETCH_S), LONG_STRETCH_S)
    start = 0.0
    while start < length:
        left = length - start
        end = border_near(start + min(most, max(LEAST_STRETCH_S, left / 2)))
        if length - end < LEAST_STRETCH_S / 2:
            end = max(length, start + LEAST_STRETCH_S)
        yield start, end
        start = end
