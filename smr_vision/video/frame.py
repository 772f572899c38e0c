"""One picture, in the sizes in which it is looked at: each is made when somebody asks for it, and once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import cv2  # before PyAV, or OpenCV's windows hang (see decoding.py)

# isort: split
import numpy as np
from numpy.typing import NDArray

from smr_vision.errors import UsageError
from smr_vision.video.upright import Small

LOOK_SIDE: Final = 960  # pixels on the long side that pose, finder and room look at: the nets see 256 and less
GREY_WIDTH: Final = 320  # the room is followed at this width: a millisecond, and a tenth of a pixel at best


@dataclass(frozen=True)
class FilmArea:
    """The part of a picture that was filmed, where there are bars around it.

    Its edges `left`, `top`, `right` and `bottom` are in shares of the picture's width and height, 0 to 1.
    """

    left: float
    top: float
    right: float
    bottom: float

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """First column and row of it, and the first beyond it, in a picture of this size."""
        left, right = round(self.left * width), round(self.right * width)
        top, bottom = round(self.top * height), round(self.bottom * height)
        return left, top, max(right, left + 1), max(bottom, top + 1)

    def cut(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """It alone (height, width, ...), contiguous."""
        left, top, right, bottom = self.box(image.shape[1], image.shape[0])
        return np.ascontiguousarray(image[top:bottom, left:right])


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of a clip or camera.

    Attributes
    ----------
    t : float
        Seconds after the first picture.
    image : ndarray (height, width, 3) of uint8
        RGB, upright, with square pixels, contiguous.
    film : FilmArea or None
        What of the picture was filmed, where there are bars around it; None: all of it.
    """

    t: float
    image: NDArray[np.uint8]
    film: FilmArea | None = None

    @property
    def decoded(self) -> bool:
        """Whether there is a picture to look at."""
        return True

    @property
    def again(self) -> bool:
        """Whether its picture can be had again later, so that nobody needs to keep it."""
        return False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels, in which places are given."""
        return self.image.shape[1], self.image.shape[0]

    @cached_property
    def look(self) -> NDArray[np.uint8]:
        """The picture for whoever looks at it, at most `LOOK_SIDE` on its long side: made once, for all of them."""
        width, height = fitting(self.size, LOOK_SIDE)
        if (width, height) == self.size:
            return self.image
        return cv2.resize(self.image, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)

    @cached_property
    def grey(self) -> NDArray[np.uint8]:
        """The same without colours, `GREY_WIDTH` wide."""
        height = round(self.size[1] * GREY_WIDTH / self.size[0])
        small = cv2.resize(self.look, (GREY_WIDTH, height), interpolation=cv2.INTER_LINEAR)
        return cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


class LazyFrame(Frame):
    """A frame whose picture is made when somebody looks at it, and which is read like any other.

    Each kind says how its `image` or its `look` is made of its `parts`; its `size` is known without. All of it is in
    the instance's dictionary, where what was made once stays.
    """

    def __init__(self, t: float, size: tuple[int, int] | None, **parts: object) -> None:
        self.__dict__.update(t=t, known_size=size, **parts)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels, in which places are given."""
        size: tuple[int, int] | None = self.__dict__["known_size"]
        if size is None:
            raise UsageError(f"The frame at {self.t:.3f} s has no picture. Look only where `decoded` is True.")
        return size

    @property
    def image(self) -> NDArray[np.uint8]:
        """The picture, or the nearest to it that there is."""
        if self.__dict__["known_size"] is None:
            raise UsageError(f"The frame at {self.t:.3f} s has no picture. Look only where `decoded` is True.")
        return self.look


class UnseenFrame(LazyFrame):
    """A frame at whose picture nobody will look."""

    def __init__(self, t: float) -> None:
        super().__init__(t, None)

    @property
    def decoded(self) -> bool:
        """There is none."""
        return False


class SmallFrame(LazyFrame):
    """A frame of which there is nothing but its look; places are in the pixels of the `size` it had."""

    def __init__(self, t: float, look: NDArray[np.uint8], size: tuple[int, int]) -> None:
        super().__init__(t, size, look=look)


class SentFrame(LazyFrame):
    """A frame that another process decoded, of `size`: in `grey`, and where somebody may look at it, `small`."""

    def __init__(
        self,
        t: float,
        size: tuple[int, int],
        grey: NDArray[np.uint8] | None,
        small: Small | None,
        film: FilmArea | None,
    ) -> None:
        super().__init__(t, size, sent=small, film=film, **({} if grey is None else {"grey": grey}))

    @property
    def small(self) -> Small:
        """What was sent of the picture."""
        small: Small = self.__dict__["sent"]
        return small

    @cached_property
    def look(self) -> NDArray[np.uint8]:
        """The picture for whoever looks at it."""
        return self.small.rgb()


class DecodedFrame(LazyFrame):
    """A frame of a clip; its colours are worked out when somebody looks at it, as not everybody does.

    `seen` makes the picture, `looked` its look, each straight from what was decoded.
    """

    def __init__(
        self,
        t: float,
        size: tuple[int, int],
        seen: Callable[[], NDArray[np.uint8]],
        looked: Callable[[], Small],
        filmed: Callable[[], FilmArea | None],
    ) -> None:
        super().__init__(t, size, seen=seen, looked=looked, filmed=filmed)

    @cached_property
    def image(self) -> NDArray[np.uint8]:
        """The whole picture."""
        image: NDArray[np.uint8] = self.__dict__.pop("seen")()  # and with it the decoder's picture
        return image

    @cached_property
    def film(self) -> FilmArea | None:
        """What of the picture was filmed."""
        film: FilmArea | None = self.__dict__["filmed"]()
        return film

    @cached_property
    def small(self) -> Small:
        """The look, in the colours it was decoded in where that can be."""
        small: Small = self.__dict__["looked"]()
        return small

    @cached_property
    def look(self) -> NDArray[np.uint8]:
        """The picture for whoever looks at it."""
        return self.small.rgb()


class RepeatedFrame(DecodedFrame):
    """A frame that has the picture of the one before it, as its own can't be decoded: nobody measures it."""

    @property
    def decoded(self) -> bool:
        """Its own is not."""
        return False


def fitting(size: tuple[int, int], most: int) -> tuple[int, int]:
    """The size, both numbers even, of a picture made as small as `most` on its long side; a smaller one stays."""
    scale = most / max(size)
    return size if scale >= 1 else (round(size[0] * scale / 2) * 2 or 2, round(size[1] * scale / 2) * 2 or 2)
