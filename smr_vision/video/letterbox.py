"""Bars around a film: a film of one shape put into a picture of another, on black or on a blurred copy of itself.

Whoever measures looks at the film alone: bars make the person smaller for the pose net, hold a hand-held camera for
one that stands still, and are no room that anything moves in. Places stay in the pixels of the whole picture.

What tells a bar from a plain wall: it says nothing (one colour, blurred, or a text that never changes) in every
picture looked at; the film begins along one straight line over its whole length; and the other side has one as wide,
unless it is black. So nothing is lost even where a wall is taken for one: nobody was ever there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Final, Literal

import cv2  # before PyAV, or OpenCV's windows hang (see decoding.py)

# isort: split
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from smr_vision.errors import InputError
from smr_vision.video.decoding import Decoder, seconds_of
from smr_vision.video.frame import LOOK_SIDE, FilmArea, Frame, fitting
from smr_vision.video.refusals import state_of
from smr_vision.video.upright import Converter, Orientation, square_size

SIDE: Final = 640  # pixels on the long side at which is looked; the others of this page are of this size [E]
LOOKS: Final = 12  # pictures of a clip, at even distances
LIVE_LOOKS: Final = 5  # of a camera: in a row, one each second
FEWEST: Final = 3
APART_S: Final = 2.0  # at most, in what can only be read from its start
MOST: Final = 300  # pictures decoded to come to one of them: key frames may be far between
STEP: Final = 8  # levels of grey from the bar to the film
FIRM: Final = 0.4  # share of an edge's length, over all pictures, where there is such a step
BEND: Final = 8  # levels: brightness that bends by less, over four pixels, is smooth: blurred, or plain
STILL: Final = 6  # levels by which what never changes may differ, for the codec
NOTHING: Final = 0.998  # share of a bar that is smooth, or a text that never changes
ONE_COLOUR: Final = 0.6  # share of a bar with a text that is of one colour: what never changes may be the room
BLACK: Final = 24  # levels: black after the codec
LEAST: Final = 0.02  # of the picture's width or height: narrower bars do no harm
FILM_LEAST: Final = 0.2  # a phone's film (9 : 20) takes up a quarter of a picture of 16 : 9
ALIKE: Final = 0.01  # bars of a pair differ by less, and two pixels
FLAT: Final = 4.0  # spread of a picture that shows nothing: a fade
NEAR_EDGE: Final = 4  # pixels of a bar beside the film, where the codec mixes both

Grey = NDArray[np.uint8]


def grey_of(image: NDArray[np.uint8]) -> Grey:
    """`image` (height, width, 3) as it is looked at for bars."""
    small = cv2.resize(image, fitting((image.shape[1], image.shape[0]), SIDE), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def film_in(greys: Sequence[Grey]) -> FilmArea | None:
    """Where the film is in pictures of one clip that all have the same bars; None where there are none."""
    greys = [grey for grey in greys if grey.std() > FLAT]
    if not greys or any(grey.shape != greys[0].shape for grey in greys):
        return None
    pictures = np.stack(greys).astype(np.int16)
    left, right = _inner(pictures)
    top, bottom = _inner(pictures[:, :, left:right].swapaxes(1, 2))
    height, width = greys[0].shape
    if (left, top, right, bottom) == (0, 0, width, height):
        return None
    return FilmArea(left / width, top / height, right / width, bottom / height)


def _inner(pictures: NDArray[np.int16]) -> tuple[int, int]:
    """First column of the film, and the first beyond it, of pictures (n, height, width)."""
    width = pictures.shape[2]
    if width < 2 * NEAR_EDGE:
        return 0, width
    firm = np.mean(np.abs(pictures[:, :, 2:] - pictures[:, :, :-2]) > STEP, axis=(0, 1)) >= FIRM
    at = np.flatnonzero(firm) + 1  # the last column of the bar, or the one before it
    if not len(at):
        return 0, width
    left, right = int(at[0]), width - 1 - int(at[-1])
    on_left, on_right = _kind(pictures[:, :, :left]), _kind(pictures[:, :, width - right :][:, :, ::-1])
    pair = on_left is not None and on_right is not None and abs(left - right) <= ALIKE * width + 2
    start = left + 2 if pair or on_left == "black" else 0
    end = width - right - 2 if pair or on_right == "black" else width
    return (start, end) if end - start >= FILM_LEAST * width else (0, width)


def _kind(side: NDArray[np.int16]) -> Literal["black", "empty"] | None:
    """What kind of bar (n, height, width) is, the film at its right; None: it isn't one."""
    if side.shape[2] < LEAST * SIDE:
        return None
    side = side[:, :, :-NEAR_EDGE]
    smooth = (_bend(side, 1) <= BEND) & (_bend(side, 2) <= BEND)
    still = np.ptp(side, axis=0) <= STILL
    of_one_colour = float((np.abs(side - np.median(side)) <= STILL).mean()) >= ONE_COLOUR
    if float((smooth | (still & of_one_colour)).mean(axis=(1, 2)).min()) < NOTHING:
        return None
    return "black" if of_one_colour and float(np.median(side)) <= BLACK else "empty"


def _bend(side: NDArray[np.int16], axis: int) -> NDArray[np.int16]:
    ahead, behind = (np.roll(side, shift, axis) for shift in (-2, 2))
    bend: NDArray[np.int16] = np.abs(ahead - 2 * side + behind)
    edge = [slice(None)] * 3
    for edge[axis] in (slice(0, 2), slice(-2, None)):  # what lies beyond was rolled in from the other end
        bend[tuple(edge)] = 0
    return bend


def film_of(path: Path) -> FilmArea | None:
    """Where the film is in a clip, by pictures from all of it; the same whoever reads which part of it."""
    return _film_of(path, state_of(path))


def bare(first: VideoFrame, stream: VideoStream) -> bool:
    """Whether the first picture of a clip tells by itself that there are no bars, as of most: no other need be read."""
    look = _look(first, stream)
    return bool(look.std() > FLAT) and film_in([look]) is None


@lru_cache(maxsize=8)  # each stretch of a clip asks
def _film_of(path: Path, state: tuple[int, int] | None) -> FilmArea | None:
    del state  # only says that it is still the same file
    with suppress(InputError):
        decoder = Decoder(path, one_core=True)
        try:
            if bare(decoder.first, decoder.stream):
                return None
            looks = [_look(decoder.first, decoder.stream), *_looks(decoder)]
            return film_in(looks) if len(looks) >= FEWEST else None
        finally:
            decoder.close()
    return None


def _looks(decoder: Decoder) -> Iterator[Grey]:
    origin = before = seconds_of(decoder.first) or 0.0
    duration, _ = decoder.claimed_duration()
    apart = duration / LOOKS or APART_S
    if not decoder.jumps:
        apart = min(apart, APART_S)
    for k in range(1, LOOKS):
        wanted = origin + k * apart
        if decoder.jumps and not decoder.seek(wanted):
            return
        if not decoder.jumps or (seconds_of(decoder.first) or 0.0) <= before:  # no key frame since the last look
            for picture in islice(decoder.pictures(), MOST):
                if isinstance(picture, VideoFrame):
                    decoder.first = picture
                    if (seconds_of(picture) or 0.0) >= wanted:
                        break
        before = seconds_of(decoder.first) or 0.0
        yield _look(decoder.first, decoder.stream)


def _look(picture: VideoFrame, stream: VideoStream) -> Grey:
    """A decoded picture, upright."""
    orientation = Orientation.of(picture)
    width, height = fitting(orientation.size(*square_size(picture, stream)), LOOK_SIDE)
    return grey_of(orientation.upright(Converter().rgb(picture, *orientation.size(width, height))))


class BarsWatch:
    """The same for a camera or pictures that come one by one: it looks at one each second, never ahead. Bars count
    from the moment at which the last looks all have them, until one has not."""

    def __init__(self) -> None:
        self._greys: list[Grey] = []
        self._second = -1
        self._film: FilmArea | None = None

    def advance(self, frame: Frame) -> Frame:
        """The frame, with where the film is in it."""
        if int(frame.t) != self._second:
            self._second = int(frame.t)
            grey = grey_of(frame.image)
            if self._greys and self._greys[-1].shape != grey.shape:
                self._greys, self._film = [], None
            self._greys = [*self._greys[1 - LIVE_LOOKS :], grey]
            self._film = self._now()
        return frame if self._film is None else replace(frame, film=self._film)

    def _now(self) -> FilmArea | None:
        if self._film is not None and _still_there(self._film, np.stack(self._greys).astype(np.int16)):
            return self._film
        if (
            len(self._greys) < LIVE_LOOKS or film_in(self._greys[-1:]) is None
        ):  # mostly there are none: a look is enough
            return None
        return film_in(self._greys)


def _still_there(film: FilmArea, pictures: NDArray[np.int16]) -> bool:
    """Whether nothing has come into the bars; how the film itself looks, dark perhaps, is no matter."""
    height, width = pictures.shape[1:]
    left, top, right, bottom = film.box(width, height)
    flipped, turned = pictures[:, :, ::-1], pictures.swapaxes(1, 2)
    sides = (
        pictures[:, :, :left], flipped[:, :, : width - right],
        turned[:, :, :top], turned[:, :, ::-1][:, :, : height - bottom],
    )  # fmt: skip
    return all(side.shape[2] < LEAST * SIDE or _kind(side) is not None for side in sides)
