"""The window the roller finder looks through: turned and scaled by the body, so that it always sees
the segment lying level, start left and end right, tool below, at the same size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from smr_vision.body import Array
from smr_vision.moves import Segment
from smr_vision.tool.axis import SegmentAxis
from smr_vision.video.frame import FilmArea

WIDTH: Final = 128
HEIGHT: Final = 96
SPAN_H: Final = 0.75  # statures across the window: a trunk or a shank, and half as much on either side
_BELOW_H: Final = {"between": 0.05, "across": 0.0, "floor": 0.06}  # the tool lies on the floor, so look lower
KINDS: Final = ("between", "across", "floor")


@dataclass(frozen=True, eq=False)
class Crop:
    """A window on a picture. `to_crop` (2, 3) takes picture pixels to crop pixels, `to_picture` back."""

    to_crop: Array
    to_picture: Array
    kind: str

    def cut(
        self,
        image: NDArray[np.uint8],
        pad: int = 0,
        of: tuple[int, int] | None = None,
        film: FilmArea | None = None,
    ) -> NDArray[np.uint8]:
        """The window's pixels, (HEIGHT, WIDTH, 3) and `pad` more on every side; outside of the picture, or of the
        `film` in it, its edge is drawn out. `image` may be that picture made smaller: then `of` is its width and
        height."""
        # Four looks a pixel: one look would skip most pixels of a big picture, and its noise and edges would jump.
        twice = 2 * self.to_crop
        if of is not None and of != (image.shape[1], image.shape[0]):
            scale = np.array(of) / (image.shape[1], image.shape[0])
            twice[:, 2] += twice[:, :2] @ (scale / 2 - 0.5)  # the middle of a pixel is half a pixel from its edge
            twice[:, :2] *= scale
        if film is not None:
            twice[:, 2] += twice[:, :2] @ np.array(film.box(image.shape[1], image.shape[0])[:2])
            image = film.cut(image)
        twice[:, 2] += 2 * pad + 0.5
        width, height = WIDTH + 2 * pad, HEIGHT + 2 * pad
        large = cv2.warpAffine(
            image, twice, (2 * width, 2 * height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)

    def back(self, points: Array) -> Array:
        """Crop pixels (n, 2) to picture pixels."""
        return points @ self.to_picture[:, :2].T + self.to_picture[:, 2]

    def into(self, points: Array) -> Array:
        """Picture pixels (n, 2) to crop pixels."""
        return points @ self.to_crop[:, :2].T + self.to_crop[:, 2]


def crop_of(axis: SegmentAxis, segment: Segment, stature_px: float) -> Crop:
    """The window for a segment that lies along `axis` on a body of `stature_px`."""
    if segment.kind == "between":
        direction = axis.unit / max(axis.length, 1e-6)
        centre = axis.middle
    else:
        direction = np.array([1.0 if axis.unit[0] >= 0 else -1.0, 0.0])
        centre = axis.zero
    down = np.array([-direction[1], direction[0]])
    if down[1] < 0:  # the other way round: mirror rather than stand on the head
        down = -down
    scale = WIDTH / (SPAN_H * max(stature_px, 1.0))
    turn = np.stack([direction, down]) * scale
    centre = centre + down * _BELOW_H[segment.kind] * stature_px
    shift = np.array([WIDTH / 2, HEIGHT / 2]) - turn @ centre
    to_crop = np.hstack([turn, shift[:, None]])
    return Crop(to_crop, np.asarray(cv2.invertAffineTransform(to_crop), np.float64), segment.kind)
