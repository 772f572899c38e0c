"""Whiles without a picture in the middle of a clip: what they mean.

Screen recorders and calls leave out pictures that are as the one before: there silence means "unchanged". Where
pictures were lost it means nothing. The file tells the two apart: a picture that is said to stay until the next one
comes, or a stream that names no rate at all, leaves pictures out; one of a constant rate lost them. And the picture
after the silence must be like the one before it: else something happened in it that nobody saw.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import cv2  # noqa: F401 - before PyAV, or OpenCV's windows hang (see decoding.py)

# isort: split
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

SILENCE_S: Final = 0.5  # less without a picture is a slow camera [E]
STEPS: Final = 2.5  # and less than so many steps of the clip's own rate
REPEAT_S: Final = 0.1  # a picture that stays is given again this often
THUMB: Final = (64, 36)  # pixels at which two pictures are compared,
OTHER: Final = 24  # of 255: a pixel that differs by more is another,
UNLIKE: Final = 0.025  # and so many of all are another picture: a person's trunk takes up a tenth [E]
_HEADER: Final = 1 << 16  # bytes of a Matroska file in which its tracks are described
_DEFAULT_DURATION: Final = b"\x23\xe3\x83"


@dataclass(frozen=True)
class Silence:
    """So many `seconds` without a picture after the one at `start_s` (seconds from the first).

    `unchanged`: that one was taken to have stayed.
    """

    start_s: float
    seconds: float
    unchanged: bool


class Silences:
    """The silences of a clip as they come. `step_s` is the time between two pictures by the clip's own rate,
    `open_ended` says that the file tells of no picture how long it stays."""

    def __init__(self, step_s: float, *, open_ended: bool) -> None:
        self._least = max(SILENCE_S, STEPS * step_s)
        self._slack = STEPS * step_s
        self._open_ended = open_ended
        self._found: list[Silence] = []

    def repeats(self, before: VideoFrame, after: VideoFrame, start: float, end: float, shown_s: float) -> list[float]:
        """When to give the picture at `start` again until the next one at `end`; `shown_s`: how long the file says that
        it stays."""
        if end - start < self._least:
            return []
        stays = self._open_ended or shown_s >= end - start - self._slack
        unchanged = stays and alike(before, after)
        self._found.append(Silence(start, end - start, unchanged))
        count = int((end - start) / REPEAT_S - 0.5) if unchanged else 0
        return [start + REPEAT_S * (k + 1) for k in range(count)]

    def since(self, start_s: float, stop_s: float) -> tuple[Silence, ...]:
        """Those that began within a stretch."""
        return tuple(s for s in self._found if start_s <= s.start_s < stop_s)


def told(silences: Iterable[Silence]) -> tuple[str, ...]:
    """In words, what was assumed of them."""
    kinds: dict[bool, list[float]] = {True: [], False: []}
    for silence in silences:
        kinds[silence.unchanged].append(silence.seconds)
    said = []
    if kinds[True]:
        said.append(
            f"{_times(kinds[True])} without a new picture: this clip leaves out unchanged pictures, so that was taken "
            "as keeping still"
        )
    if kinds[False]:
        said.append(f"{_times(kinds[False])} without a picture: what happened meanwhile is not known, and not counted")
    return tuple(said)


def _times(gaps: list[float]) -> str:
    times = "once" if len(gaps) == 1 else f"{len(gaps)} times"
    return f"{times}, {sum(gaps):.1f} s in all,"


def alike(one: VideoFrame, other: VideoFrame) -> bool:
    """Whether two pictures show the same."""
    a, b = _thumb(one), _thumb(other)
    return float((np.abs(a - b) > OTHER).mean()) <= UNLIKE


def _thumb(picture: VideoFrame) -> NDArray[np.int16]:
    return picture.reformat(*THUMB, format="gray").to_ndarray().astype(np.int16)


@lru_cache(maxsize=8)
def names_a_rate(path: Path) -> bool:
    """Whether a Matroska or WebM file says how long its pictures stay: recorders that leave some out can't."""
    try:
        with path.open("rb") as file:
            return _DEFAULT_DURATION in file.read(_HEADER)
    except OSError:
        return True
