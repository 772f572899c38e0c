"""The known film: a clock in black and white cells, patches of known colours, and an arrow.

A picture of it tells its own number, how it is turned, and what became of its colours.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

COUNT: Final = 40
RATE: Final = 20
SIZE: Final = (320, 180)
HD: Final = (1280, 720)

Image = NDArray[np.uint8]

# Skin of three shades, foam rollers (black, blue, orange), a green shirt, a grey wall: what the finder looks at.
PATCHES: Final = ((224, 172, 140), (150, 100, 72), (92, 60, 44), (30, 30, 32), (40, 90, 170), (226, 120, 40),
                  (60, 140, 80), (180, 180, 180))  # fmt: skip
_COLUMNS, _ROWS = 16, 9
_BITS = 8


@dataclass(frozen=True)
class Reading:
    """What a picture of the film tells: its number, (transposed, mirrored x, mirrored y) as it lies there, and the
    colours of its patches, RGB (8, 3)."""

    index: int
    turned: tuple[bool, bool, bool]
    patches: NDArray[np.float64]

    @property
    def upright(self) -> bool:
        """Whether it stands as it was drawn."""
        return self.turned == (False, False, False)


def draw(index: int, size: tuple[int, int] = SIZE) -> Image:
    """Picture `index` of the film, RGB (height, width, 3)."""
    width, height = size
    image = np.full((height, width, 3), 110, np.uint8)
    for bit in range(_BITS):
        on = index >> bit & 1
        _fill(image, 1 + bit, 1, 1, 1, (235,) * 3 if on else (16,) * 3)
        _fill(image, 1 + bit, 2, 1, 1, (16,) * 3 if on else (235,) * 3)
    for k, colour in enumerate(PATCHES):
        _fill(image, 2 * (k % 4) + 1, 4 + 2 * (k // 4), 2, 2, colour)
    start, end = (int(width * 0.62), int(height * 0.9)), (int(width * 0.9), int(height * 0.15))
    cv2.arrowedLine(image, start, end, (245, 245, 245), max(2, width // 80), cv2.LINE_AA, tipLength=0.2)
    x = int(width * (0.6 + 0.3 * index / COUNT))  # something moves, or encoders make copies only
    cv2.circle(image, (x, int(height * 0.85)), height // 14, (60, 60, 60), -1, cv2.LINE_AA)
    return image


def read(image: Image) -> Reading | None:
    """What a picture tells; None where it isn't one of the film. Black bars around it are left out."""
    inner = _without_bars(image)
    if min(inner.shape[:2]) < 2 * _ROWS:
        return None
    for turned in product((False, True), repeat=3):
        transpose, mirror_x, mirror_y = turned
        view = inner.transpose(1, 0, 2) if transpose else inner
        view = view[:: -1 if mirror_y else 1, :: -1 if mirror_x else 1]
        index = _number(view)
        if index is not None:
            patches = [_mean(view, 2 * (k % 4) + 1, 4 + 2 * (k // 4), 2, 2) for k in range(len(PATCHES))]
            return Reading(index, turned, np.array(patches))
    return None


def _number(view: Image) -> int | None:
    number = 0
    for bit in range(_BITS):
        above, below = (float(_mean(view, 1 + bit, row, 1, 1).mean()) for row in (1, 2))
        if abs(above - below) < 90:
            return None
        number |= int(above > below) << bit
    return number if number < 256 else None


def _without_bars(image: Image) -> Image:
    lit = image.max(axis=2) > 60
    rows, columns = np.flatnonzero(lit.mean(axis=1) > 0.3), np.flatnonzero(lit.mean(axis=0) > 0.3)
    if not len(rows) or not len(columns):
        return image
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _fill(  # noqa: PLR0917 - place and size, in that order everywhere
    image: Image, column: int, row: int, wide: int, high: int, colour: tuple[int, ...]
) -> None:
    height, width = image.shape[:2]
    image[
        row * height // _ROWS : (row + high) * height // _ROWS,
        column * width // _COLUMNS : (column + wide) * width // _COLUMNS,
    ] = colour


def _mean(view: Image, column: int, row: int, wide: int, high: int) -> NDArray[np.float64]:
    """The middle of a cell, where its neighbours' colours do not bleed in."""
    height, width = view.shape[:2]
    x, y = width / _COLUMNS, height / _ROWS
    part = view[
        int((row + 0.3 * high) * y) : max(int((row + 0.7 * high) * y), int((row + 0.3 * high) * y) + 1),
        int((column + 0.3 * wide) * x) : max(int((column + 0.7 * wide) * x), int((column + 0.3 * wide) * x) + 1),
    ]
    return np.asarray(part.reshape(-1, 3).mean(axis=0), np.float64)
