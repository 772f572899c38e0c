"""Blocks of type painted once and put on every picture until they change: type takes longest to draw."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from smr_vision.overlay.brush import Brush, Image


@dataclass(frozen=True, eq=False)
class _Stamp:
    """Where it is put, what of the picture shines through, 0..255, and what comes on top; each (h, w, 3)."""

    look: Hashable
    rows: slice
    columns: slice
    through: Image
    top: Image


class Stamps:
    """The blocks on the pictures of one clip, each under its name, as they looked last."""

    def __init__(self) -> None:
        self._kept: dict[str, _Stamp] = {}

    def put(self, image: Image, name: str, look: Hashable, paint: Callable[[Brush], None]) -> None:
        """Put the block `name` on `image`, in place. `paint` paints it on a picture of that size; it is asked only
        when `look`, all that its place and looks depend on, has changed."""
        stamp = self._kept.get(name)
        if stamp is None or stamp.look != look:
            stamp = self._kept[name] = _stamp(image.shape, look, paint)
        under = image[stamp.rows, stamp.columns]
        if under.size:
            cv2.multiply(under, stamp.through, dst=under, scale=1 / 255)
            cv2.add(under, stamp.top, dst=under)


def _stamp(shape: tuple[int, ...], look: Hashable, paint: Callable[[Brush], None]) -> _Stamp:
    """What is painted on black is what comes on top; what white adds to that shines through."""
    black, white = np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8)
    paint(Brush(black))
    paint(Brush(white))
    through = cv2.subtract(white, black)
    touched = cv2.bitwise_not(through).reshape(shape[0], -1)
    x, y, width, height = cv2.boundingRect(touched)  # x and width in bytes, three a pixel
    rows, columns = slice(y, y + height), slice(x // 3, -(-(x + width) // 3))
    return _Stamp(look, rows, columns, _image(through[rows, columns]), _image(black[rows, columns]))


def _image(part: NDArray[Any]) -> Image:
    """A copy: the whole picture need not be kept for it."""
    return np.array(part, np.uint8)
