"""The part of a picture that was filmed, where there are bars around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class FilmArea:
    """Its edges, in shares of the picture's width and height."""

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
