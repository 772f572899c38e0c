"""Pictures of a clip that are looked at again: decoded only when somebody asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from smr_vision.errors import InputError, cannot_read, shown
from smr_vision.video import ClipReader, Frame, LazyFrame
from smr_vision.video.frame import FilmArea
from smr_vision.video.parts import Reading

NEAR_S: Final = 2.0  # decoding on is quicker than looking for a keyframe this far
_SAME_S: Final = 1e-6

Image = NDArray[np.uint8]


class Pictures:
    """Pictures by their times, which are known; quick when asked for in order. A context manager."""

    def __init__(self, path: Path, reading: Reading = "freely") -> None:
        self._path = path
        self._reading = reading
        self._clip: ClipReader | None = None
        self._frames: Iterator[Frame] = iter(())
        self._last: Frame | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._clip is not None:
            self._clip.close()

    def at(self, t: float) -> Image:
        """The picture (height, width, 3) that the clip shows from `t` seconds on."""
        return self.frame(t).image

    def frame(self, t: float) -> Frame:
        """The frame that the clip shows from `t` seconds on."""
        last = self._last
        if last is not None and abs(last.t - t) < _SAME_S:
            return last
        if self._clip is None:
            self._clip = ClipReader(self._path, one_core=True, reading=self._reading)
        if last is None or not last.t < t <= last.t + NEAR_S:
            self._frames = self._clip.since(max(t - _SAME_S, 0.0))
        try:
            self._last = self._first(self._frames, t)
        except OSError as e:  # else whoever looks takes it for a failure of writing
            raise cannot_read(self._path, e) from e
        return self._last

    def _first(self, frames: Iterator[Frame], t: float) -> Frame:
        for frame in frames:
            if frame.t > t - _SAME_S:
                return frame
        raise InputError(f"{shown(self._path)} ends before {t:.2f} s: it is not the clip that it was. Analyse it anew.")


class LaterFrame(LazyFrame):
    """A frame whose picture is decoded whenever it is looked at."""

    def __init__(self, t: float, pictures: Pictures) -> None:
        super().__init__(t, None, pictures=pictures)

    @property
    def again(self) -> bool:
        return True

    @property
    def image(self) -> Image:
        return self._frame.image

    @property
    def film(self) -> FilmArea | None:
        return self._frame.film

    @property
    def look(self) -> Image:
        return self._frame.look

    @property
    def grey(self) -> Image:
        return self._frame.grey

    @property
    def size(self) -> tuple[int, int]:
        return self._frame.size

    @property
    def _frame(self) -> Frame:
        pictures: Pictures = self.__dict__["pictures"]
        return pictures.frame(self.t)
