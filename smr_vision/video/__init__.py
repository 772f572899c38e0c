"""Clips in, with the exact time of every picture.

Time comes from the stream's own timestamps, in seconds after the first picture, so that clips of
variable frame rate, slow motion and dropped frames are measured right. The one exception is slow motion
that the phone has stretched: where it says so, its times are put back to those of life. Pictures come out upright
with square pixels, as a player shows them. All are of one size: one that differs from the first in mid-stream (a phone
turned while filming, a call) is shown whole within it, its shape kept.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from math import inf
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import cv2  # noqa: F401 - before PyAV, or OpenCV's windows hang (see decoding.py)

# isort: split
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from smr_vision.video.decoding import Clock, Decoder, seconds_of
from smr_vision.video.silence import Silences
from smr_vision.video.upright import Converter, Orientation, square_size, within

_FALLBACK_FPS: Final = 30.0
_MOST_FPS: Final = 1000.0


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture: `t` in seconds after the first, `image` uint8 (height, width, 3), RGB, upright, contiguous."""

    t: float
    image: NDArray[np.uint8]


class _Decoded(Frame):
    """A frame of a clip; its colours are worked out when somebody looks at it, as not everybody does."""

    def __init__(self, t: float, colours: Callable[[], NDArray[np.uint8]]) -> None:
        object.__setattr__(self, "t", t)
        object.__setattr__(self, "_colours", colours)

    @cached_property
    def image(self) -> NDArray[np.uint8]:
        colours: Callable[[], NDArray[np.uint8]] = self.__dict__.pop("_colours")  # and with it the decoder's picture
        return colours()


@dataclass(frozen=True)
class ClipInfo:
    """What a clip says about itself; sizes are of the upright picture with square pixels.

    `duration_s` is 0 and `frames` None where the file doesn't say; `fps` is the average rate;
    `rotation` is how far the stored picture is turned clockwise to stand upright (0, 90, 180, 270).
    """

    path: Path
    width: int
    height: int
    duration_s: float
    frames: int | None
    fps: float
    rotation: int


class ClipReader:
    """The pictures of a clip, or of the stretch `start_s <= t < end_s` of it, in order; to be iterated once,
    or again and again by `since`.

        with ClipReader("clip.mp4") as clip:
            for frame in clip:
                ...

    A stretch has the very pictures and times that the whole clip has there. With `max_height`,
    larger pictures are scaled down as they are decoded; `info` keeps the size of the source. With `one_core`
    it starts no threads of its own.

    Of slow motion that plays slower than life, `slowed` says how many times; times are those of life.

    Where a file leaves out unchanged pictures, the last one is given again and again until the next.

    After the iteration `damaged` says in words what of the clip was lost (None: nothing),
    `frames_read` counts the pictures given out, and `end_s` is when the last of them left the screen.

    Raises InputError when the clip can't be read at all.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        start_s: float | None = None,
        end_s: float | None = None,
        *,
        max_height: int | None = None,
        one_core: bool = False,
    ) -> None:
        self._start_s = start_s or 0.0
        self._stop_s = inf if end_s is None else end_s
        self.damaged: str | None = None
        self.frames_read = 0
        self.end_s = 0.0
        self._one_core = one_core
        self._silences = Silences(1.0, open_ended=False)
        self._decoder = decoder = Decoder(Path(path), one_core=one_core)
        first, stream = decoder.first, decoder.stream
        self._origin = seconds_of(first) or 0.0
        self._converter = Converter()
        width, height = Orientation.of(first).size(*square_size(first, stream))
        scale = min(1.0, max_height / height) if max_height else 1.0
        self._size = max(1, round(width * scale)), max(1, round(height * scale))
        self.slowed = decoder.slowed
        duration, self._slack_s = (seconds / self.slowed for seconds in decoder.claimed_duration())
        fps = float(stream.average_rate or stream.guessed_rate or 0) * self.slowed
        self.info = ClipInfo(
            path=Path(path),
            width=width,
            height=height,
            duration_s=duration,
            frames=stream.frames or None,
            fps=fps if 0 < fps <= 1000 else _FALLBACK_FPS,
            rotation=-first.rotation % 360,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; may be called twice."""
        self._decoder.close()

    def __iter__(self) -> Iterator[Frame]:
        if self._start_s > 0:
            self._seek(self._start_s)
        return self._from(self._start_s)

    def since(self, start_s: float) -> Iterator[Frame]:
        """The pictures from `start_s` on, whatever was read before; iterators given out earlier are at an end."""
        self._seek(start_s)
        return self._from(start_s)

    def _from(self, start_s: float) -> Iterator[Frame]:
        clock = Clock(1 / self.info.fps, self.info.duration_s)
        self._silences = silences = self._new_silences()
        before: VideoFrame | None = None
        t = 0.0
        for picture in self._decoder.pictures():
            stamp, then = seconds_of(picture), t
            t = clock.at(None if stamp is None else (stamp - self._origin) / self.slowed)
            if before is not None:
                for again in silences.repeats(before, picture, then, t, self._shown_for(before)):
                    if start_s <= again < self._stop_s:
                        yield self._frame(before, again)
            before = picture
            if t >= self._stop_s:
                self.end_s = min(self.end_s, self._stop_s)
                self.damaged = self._skipped()
                return
            self.end_s = t + self._shown_for(picture)
            if t >= start_s:
                yield self._frame(picture, t)
        cut_off = self._cut_off()
        if cut_off is None and 0 < self.info.duration_s - t <= 1.0:
            # With B-frames the file's header knows better than the last picture how long that one stays.
            self.end_s = self.info.duration_s
        self.damaged = cut_off or self._skipped()

    def _frame(self, picture: VideoFrame, t: float) -> Frame:
        self.frames_read += 1
        # The stream is asked now: when somebody looks, it may be closed.
        return _Decoded(t, partial(self._seen, picture, square_size(picture, self._decoder.stream)))

    def _new_silences(self) -> Silences:
        rate = max(self.info.fps, float(self._decoder.stream.base_rate or 0) * self.slowed)
        return Silences(1 / min(rate, _MOST_FPS), open_ended=self._decoder.open_ended)

    @property
    def assumed(self) -> tuple[str, ...]:
        """After the iteration: in words, what was made of whiles without a picture."""
        return self._silences.notes

    def _seen(self, picture: VideoFrame, stored: tuple[int, int]) -> NDArray[np.uint8]:
        orientation = Orientation.of(picture)
        width, height = orientation.size(*stored)
        # Where the size changes in mid-stream: the whole picture, its shape kept, within the size of the first.
        scale = min(self._size[0] / width, self._size[1] / height)
        fitted = min(self._size[0], max(1, round(width * scale))), min(self._size[1], max(1, round(height * scale)))
        if max(self._size[0] - fitted[0], self._size[1] - fitted[1]) <= 1:  # only rounded
            fitted = self._size
        image = orientation.upright(self._converter.rgb(picture, *orientation.size(*fitted)))
        return image if fitted == self._size else within(image, *self._size)

    def _seek(self, start_s: float) -> None:
        """Stand at a keyframe before `start_s`; tries further back where the file's index lies."""
        for back in (0.0, 2.0, 10.0):
            wanted = start_s - back
            if wanted > 0 and self._decoder.seek(self._origin + wanted * self.slowed):
                return
        # From the very start, the file opened again: not every format can go back.
        self._decoder.close()
        self._decoder = Decoder(self.info.path, one_core=self._one_core)

    def _shown_for(self, picture: VideoFrame) -> float:
        return float((picture.duration or 0) * (picture.time_base or 0)) / self.slowed or 1 / self.info.fps

    def _cut_off(self) -> str | None:
        claimed = self.info.duration_s
        if claimed - self.end_s <= max(self._slack_s, 3 / self.info.fps):
            return None
        return f"cut off: it ends at {self.end_s:.1f} s of {claimed:.1f} s; what comes before was used"

    def _skipped(self) -> str | None:
        parts = self._decoder.damaged_parts
        if not parts:
            return None
        return f"damaged: {parts} {'part' if parts == 1 else 'parts'} could not be read; the rest was used"
