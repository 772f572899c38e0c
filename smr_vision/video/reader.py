"""Clips in, with the exact time of every picture.

Time comes from the stream's own timestamps, in seconds after the first picture, so that clips of
variable frame rate, slow motion and dropped frames are measured right. The one exception is slow motion
that the phone has stretched: where it says so, its times are put back to those of life. Pictures come out upright
with square pixels, as a player shows them. All are of one size: one that differs from the first in mid-stream (a phone
turned while filming, a call) is shown whole within it, its shape kept.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, partial
from math import inf
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import cv2  # noqa: F401 - before PyAV, or OpenCV's windows hang (see decoding.py)

# isort: split
from av.video.frame import VideoFrame

from smr_vision.errors import UsageError, shown
from smr_vision.video.clip_info import ClipInfo, Ending
from smr_vision.video.clock import Clock
from smr_vision.video.decoding import Decoder, seconds_of
from smr_vision.video.frame import (
    LOOK_SIDE,
    DecodedFrame,
    FilmArea,
    Frame,
    RepeatedFrame,
    UnseenFrame,
    fitting,
)
from smr_vision.video.gaps import Silence, Silences, told
from smr_vision.video.letterbox import bare, film_of
from smr_vision.video.parts import NotByPartsError, Reading
from smr_vision.video.refusals import state_of
from smr_vision.video.sampling import ALL_UP_TO_FPS, slot_of
from smr_vision.video.thinning import PassedOver
from smr_vision.video.upright import Orientation, UprightPictures, square_size

_FALLBACK_FPS: Final = 30.0
_MOST_FPS: Final = 1000.0
_STILL_WRITTEN: Final = "still being written: read up to {:.1f} s; analyse it again once it is whole"
_SEE_THROUGH: Final = "what this clip hides by making it see-through can't be left out here: it was looked at too"


class ClipReader:
    """The pictures of a clip, or of the stretch `start_s <= t < end_s` of it, in order.

    Iterated again they start over, by `since` at any time of it.

        with ClipReader("clip.mp4") as clip:
            for frame in clip:
                ...

    A stretch has the very pictures and times that the whole clip has there. With `max_height` or `max_side` (of the
    longer), larger pictures are scaled down as they are decoded; `info` and the frames' `size` keep that of the source.
    `thin`: only pictures that the pace measures are wanted; of the others there may be but the time. With `one_core`
    it starts no threads of its own. `reading` tells who else reads the clip (see `Reading`).

    Of slow motion that plays slower than life, `slowed` says how many times; times are those of life.
    Where a file leaves out unchanged pictures, the last one is given again and again until the next.

    After the iteration `damaged` says in words what of the clip was lost (None: nothing), `frames_read` counts
    the pictures given out, and `end_s` is when the last of them left the screen.

    Raises InputError when the clip can't be read at all; read by parts, NotByPartsError at the first sign that it has
    to be read in order.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        start_s: float | None = None,
        end_s: float | None = None,
        *,
        max_height: int | None = None,
        max_side: int | None = None,
        one_core: bool = False,
        thin: bool = False,
        reading: Reading = "freely",
    ) -> None:
        self._start_s = start_s or 0.0
        self._stop_s = inf if end_s is None else end_s
        self.damaged: str | None = None
        self.frames_read, self.end_s = 0, 0.0
        self.ending: Ending | None = None
        self._closed, self._one_core = False, one_core
        self.reading = reading
        self._silences = Silences(1.0, open_ended=False)
        self._state = state_of(Path(path))
        self._decoder = decoder = Decoder(Path(path), one_core=one_core, reading=reading)
        if reading == "by parts" and not (decoder.all_there and decoder.one_clock):
            decoder.close()
            raise NotByPartsError(f"{shown(path)} is joined of several, cut off or damaged")
        first, stream = decoder.first, decoder.stream
        self._first: VideoFrame | None = first  # until somebody asks for the film
        self._origin = seconds_of(first) or 0.0
        width, height = Orientation.of(first).size(*square_size(first, stream))
        scale = min(1.0, max_height / height) if max_height else 1.0
        wanted = max(1, round(width * scale)), max(1, round(height * scale))
        if max_side:
            wanted = fitting(wanted, max_side)
        self._pictures = UprightPictures(wanted, fitting((width, height), LOOK_SIDE))
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
        self._thin = thin and reading != "in order"
        self._start_thinning()

    @property
    def thin(self) -> bool:
        """Whether only pictures that the pace measures are wanted."""
        return self._thin

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; may be called twice."""
        self._closed = True
        self._decoder.close()

    def __iter__(self) -> Iterator[Frame]:
        self._demand_open()
        if self._start_s > 0 or self.frames_read:  # iterated again it starts over
            self._seek(self._start_s)
            self.frames_read = 0
        return self._from(self._start_s)

    def since(self, start_s: float) -> Iterator[Frame]:
        """The pictures from `start_s` on, whatever was read before; iterators given out earlier are at an end."""
        self._demand_open()
        self._seek(start_s)
        return self._from(start_s)

    def until(self, end_s: float) -> None:
        """Read no further than to `end_s`, from the next picture on."""
        self._stop_s = min(self._stop_s, end_s)

    def _demand_open(self) -> None:
        if self._closed:
            raise UsageError(f"{shown(self.info.path)} was closed. Open it again with smr.open_video(path).")

    def _from(self, start_s: float) -> Iterator[Frame]:
        clock = Clock(1 / self.info.fps, self.info.duration_s)
        self._silences = silences = self._new_silences()
        before: VideoFrame | None = None
        stays_s = t = 0.0
        by_parts = self.reading == "by parts"
        self._decoder.minds_from = self._origin + start_s * self.slowed
        for picture in self._decoder.pictures():
            stamp, then = picture.stamp if isinstance(picture, PassedOver) else seconds_of(picture), t
            t = clock.at(None if stamp is None else (stamp - self._origin) / self.slowed)
            if by_parts and clock.repaired and t >= start_s:
                raise NotByPartsError(f"{shown(self.info.path)} has times that had to be mended")
            if not isinstance(picture, PassedOver):  # the first after a while is never passed over
                if before is not None:
                    repeats = silences.repeats(before, picture, then, t, stays_s)
                    yield from self._again(before, [again for again in repeats if start_s <= again < self._stop_s])
                before = picture
            stays_s = self._shown_for(picture)
            if t >= self._stop_s:
                self.end(
                    Ending(
                        min(self.end_s, self._stop_s),
                        False,
                        None,
                        self._parts(start_s),
                        silences.since(start_s, self._stop_s),
                    )
                )
                return
            self.end_s = t + stays_s
            if t >= start_s:
                self.frames_read += 1
                yield self._passed(before, t) if isinstance(picture, PassedOver) else self._frame(picture, t)
        cut_off = self._cut_off()
        if by_parts and cut_off is not None:
            raise NotByPartsError(f"{shown(self.info.path)} is {cut_off}")
        if cut_off is None and 0 < self.info.duration_s - t <= 1.0:
            # With B-frames the file's header knows better than the last picture how long that one stays.
            self.end_s = self.info.duration_s
        self.end(Ending(self.end_s, True, cut_off, self._parts(start_s), self._silent(start_s)))

    def _again(self, picture: VideoFrame, times: list[float]) -> Iterator[Frame]:
        for t in times:
            self.frames_read += 1
            yield self._frame(picture, t)

    def _silent(self, start_s: float) -> tuple[Silence, ...]:
        return self._silences.since(start_s, self._stop_s)

    def _frame(self, picture: VideoFrame, t: float, kind: type[DecodedFrame] = DecodedFrame) -> Frame:
        # The stream is asked now: when somebody looks, it may be closed.
        stored = square_size(picture, self._decoder.stream)
        return kind(
            t,
            (self.info.width, self.info.height),
            partial(self._pictures.seen, picture, stored),
            partial(self._pictures.looked, picture, stored),
            lambda: self.film,
        )

    def _passed(self, before: VideoFrame | None, t: float) -> Frame:
        """A picture that was not decoded; where all are wanted, it is damaged, and the one before it stays."""
        return UnseenFrame(t) if self._thin or before is None else self._frame(before, t, RepeatedFrame)

    def _new_silences(self) -> Silences:
        rate = max(self.info.fps, float(self._decoder.stream.base_rate or 0) * self.slowed)
        return Silences(1 / min(rate, _MOST_FPS), open_ended=self._decoder.open_ended)

    @property
    def assumed(self) -> tuple[str, ...]:
        """After the iteration: in words, what was made of whiles without a picture, and of what can't be told."""
        said = () if self.ending is None else told(self.ending.silences)
        return (*said, _SEE_THROUGH) if self._decoder.see_through else said

    def end(self, ending: Ending) -> None:
        """Note how reading ended, here or by others who read it in parts."""
        if ending.whole and state_of(self.info.path) not in (self._state, None):
            if self.reading == "by parts":
                raise NotByPartsError(f"{shown(self.info.path)} is still being written")
            ending = replace(ending, cut_off=_STILL_WRITTEN.format(ending.end_s))
        self.ending, self.end_s, self.damaged = ending, ending.end_s, ending.damaged

    def _seek(self, start_s: float) -> None:
        """Stand at a keyframe before `start_s`; tries further back where the file's index lies."""
        self._decoder.minds_from = self._origin + start_s * self.slowed
        for back in (0.0, 2.0, 10.0):
            wanted = start_s - back
            if wanted > 0 and self._decoder.seek(self._origin + wanted * self.slowed):
                return
        # From the very start, the file opened again: not every format can go back.
        self._decoder.close()
        self._decoder = Decoder(self.info.path, one_core=self._one_core, reading=self.reading)
        self._start_thinning()

    def _start_thinning(self) -> None:
        """Where times of the stream are places of it, and there are pictures that nobody measures."""
        if (self._thin or self.reading == "by parts") and self.info.fps > ALL_UP_TO_FPS and self.jumps:
            self._decoder.thin(lambda stamp: slot_of((stamp - self._origin) / self.slowed), decode_all=not self._thin)

    def _shown_for(self, picture: VideoFrame | PassedOver) -> float:
        if isinstance(picture, PassedOver):
            return picture.stays_s / self.slowed or 1 / self.info.fps
        return float((picture.duration or 0) * (picture.time_base or 0)) / self.slowed or 1 / self.info.fps

    def _cut_off(self) -> str | None:
        claimed = self.info.duration_s
        if claimed - self.end_s <= max(self._slack_s, 3 / self.info.fps):
            return f"cut off: it ends within a picture, at {self.end_s:.1f} s" if self._decoder.torn else None
        return f"cut off: it ends at {self.end_s:.1f} s of {claimed:.1f} s; what comes before was used"

    def ending_since(self, start_s: float) -> Ending:
        """How reading ended, without what could not be read before `start_s`."""
        assert self.ending is not None  # it has been read
        return replace(self.ending, parts=self._parts(start_s), silences=self._silent(start_s))

    def _parts(self, start_s: float) -> int:
        """How many parts of what was asked for could not be read."""
        stamps = self._decoder.damaged_at
        if (start_s <= 0 and self._stop_s == inf) or not self.jumps:
            return len(stamps)
        times = [(stamp - self._origin) / self.slowed for stamp in stamps if stamp is not None]
        return sum(start_s <= t < self._stop_s for t in times) + len(stamps) - len(times)

    @cached_property
    def film(self) -> FilmArea | None:
        """What was filmed, where there are bars around it."""
        first, self._first = self._first, None
        return None if first is not None and bare(first, self._decoder.stream) else film_of(self.info.path)

    @property
    def jumps(self) -> bool:
        """Whether any stretch can be read by itself, without what comes before."""
        return self._decoder.jumps
