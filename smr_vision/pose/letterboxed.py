"""The pose looked for in what was filmed, without the bars around it, in pixels of the whole picture.

Of single pictures the pose net's metres move by centimetres when they are put into wider ones [docs/formats.md].
"""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from smr_vision.pose import Pose, PoseSource
from smr_vision.video import Frame, SmallFrame
from smr_vision.video.frame import FilmArea


class PoseInFilm(PoseSource):
    """A `PoseSource` that shows another the film alone."""

    def __init__(self, source: PoseSource) -> None:
        self._source = source
        self._film: FilmArea | None = None

    def __enter__(self) -> Self:
        self._source.__enter__()
        self._film = None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._source.__exit__(kind, error, trace)

    def detect(self, frame: Frame) -> Pose:
        """The pose in `frame`; frames come in the order of time."""
        inner = within_film(frame)
        if frame.film != self._film:
            self._film = frame.film
            # Whoever follows somebody looks at the same place of a picture that is another: let them search again.
            self._source.detect(SmallFrame(frame.t, np.zeros_like(inner.look), inner.size))
        return from_film(self._source.detect(inner), frame)


def within_film(frame: Frame) -> Frame:
    """The frame without the bars, of the size that its look has then."""
    if frame.film is None:
        return frame
    look = frame.film.cut(frame.look)
    return SmallFrame(frame.t, look, (look.shape[1], look.shape[0]))


def from_film(pose: Pose, frame: Frame) -> Pose:
    """The pose found in the frame without the bars, in pixels of the whole."""
    if frame.film is None:
        return pose
    height, width = frame.look.shape[:2]
    left, top, _, _ = frame.film.box(width, height)
    xy = (pose.xy + np.array((left, top))) * np.array(frame.size) / (width, height)
    # In the precision in which poses are kept, so that kept ones give the very same results.
    return Pose(pose.t, xy.astype(np.float32).astype(np.float64), pose.world, pose.visibility)


def film_alone(frame: Frame, pose: Pose) -> tuple[NDArray[np.uint8], Pose]:
    """The picture without the bars, and the pose in pixels of that."""
    if frame.film is None:
        return frame.image, pose
    left, top, _, _ = frame.film.box(*frame.size)
    return frame.film.cut(frame.image), replace(pose, xy=pose.xy - (left, top))
