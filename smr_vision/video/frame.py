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

from smr_vision.video.film import FilmArea
from smr_vision.video.upright import Small

LOOK_SIDE: Final = 960  # pixels on the long side that pose, finder and room look at: the nets see 256 and less
GREY_WIDTH: Final = 320  # the room is followed at this width: a millisecond, and a tenth of a pixel at best


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


class SmallFrame(Frame):
    """A frame of which there is nothing but its look; places are in the pixels of the `size` it had."""

    def __init__(self, t: float, look: NDArray[np.uint8], size: tuple[int, int]) -> None:
        self.__dict__.update(t=t, image=look, look=look, small_of=size)

    @property
    def size(self) -> tuple[int, int]:
        size: tuple[int, int] = self.__dict__["small_of"]
        return size


class UnseenFrame(Frame):
    """A frame at whose picture nobody will look."""

    def __init__(self, t: float) -> None:
        self.__dict__.update(t=t)

    @property
    def decoded(self) -> bool:
        return False


class SentFrame(Frame):
    """A frame that another process decoded, of `size`: in grey, and where somebody may look at it, `small`."""

    def __init__(
        self,
        t: float,
        size: tuple[int, int],
        grey: NDArray[np.uint8],
        small: Small | None,
        film: FilmArea | None = None,
    ) -> None:
        self.__dict__.update(t=t, of_size=size, grey=grey, small=small, film=film)

    @property
    def size(self) -> tuple[int, int]:
        size: tuple[int, int] = self.__dict__["of_size"]
        return size

    @cached_property
    def look(self) -> NDArray[np.uint8]:
        small: Small = self.__dict__["small"]
        return small.rgb()

    @property
    def image(self) -> NDArray[np.uint8]:
        return self.look


def fitting(size: tuple[int, int], most: int) -> tuple[int, int]:
    """The size, both numbers even, of a picture made as small as `most` on its long side; a smaller one stays."""
    scale = most / max(size)
    return size if scale >= 1 else (round(size[0] * scale / 2) * 2 or 2, round(size[1] * scale / 2) * 2 or 2)


class DecodedFrame(Frame):
    """A frame of a clip; its colours are worked out when somebody looks at it, as not everybody does. `seen` makes
    the picture, `looked` its look, each straight from what was decoded."""

    def __init__(
        self,
        t: float,
        size: tuple[int, int],
        seen: Callable[[], NDArray[np.uint8]],
        looked: Callable[[], Small],
        film: Callable[[], FilmArea | None],
    ) -> None:
        self.__dict__.update(t=t, of_size=size, seen=seen, looked=looked, filmed=film)

    @property
    def size(self) -> tuple[int, int]:
        size: tuple[int, int] = self.__dict__["of_size"]
        return size

    @cached_property
    def image(self) -> NDArray[np.uint8]:
        image: NDArray[np.uint8] = self.__dict__.pop("seen")()  # and with it the decoder's picture
        return image

    @cached_property
    def film(self) -> FilmArea | None:  # as `image`: known when somebody asks
        film: FilmArea | None = self.__dict__["filmed"]()
        return film

    @cached_property
    def small(self) -> Small:
        small: Small = self.__dict__["looked"]()
        return small

    @cached_property
    def look(self) -> NDArray[np.uint8]:
        return self.small.rgb()


class RepeatedFrame(DecodedFrame):
    """A frame that has the picture of the one before it, as its own can't be decoded: nobody measures it."""

    @property
    def decoded(self) -> bool:
        return False
