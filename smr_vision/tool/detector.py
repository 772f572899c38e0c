"""Finds the tool under a body segment with a small net of our own, run by OpenCV.

The net looks through a window laid by the pose (`smr_vision.tool.crop`) and says whether a tool touches the
segment, where its axis crosses under the segment, its near end, its middle, its radius, and where the
segment's own ends are: it knows bodies on rollers better than a pose model made for standing people.
How it was trained and what it can't do: models/roller.md.
"""

from __future__ import annotations

from math import exp
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from smr_vision.body import Array, Body
from smr_vision.errors import ModelError
from smr_vision.moves import Move
from smr_vision.runtime.machine import bundled_model
from smr_vision.tool import DetectorResult, ToolDetection
from smr_vision.tool.axis import SegmentAxis
from smr_vision.tool.crop import HEIGHT, KINDS, WIDTH, Crop, crop_of
from smr_vision.video import Frame

MODEL: Final = "roller.onnx"
CELL: Final = 4  # crop pixels a cell of a heat map
FOOT, NEAR, MIDDLE, START, END = range(5)  # the heat maps
TOUCHING: Final = 0.5  # probability from which the tool counts as seen under the segment
# The segment by the net's eye and by the pose must roughly agree, or one of them looks at something else.
LEAST_AGREEMENT: Final = 0.5


class RollerDetector:
    """The finder; one instance serves one clip or camera at a time."""

    def __init__(self) -> None:
        path = bundled_model(MODEL, "roller finder")
        try:
            self._net: Any = cv2.dnn.readNetFromONNX(
                str(path), engine=cv2.dnn.ENGINE_CLASSIC
            )  # 15 % faster here than the new one
        except cv2.error as e:
            raise ModelError(f"{path.name} is damaged. Reinstall smr-vision.") from e
        rows, columns = HEIGHT // CELL, WIDTH // CELL
        self._x = (np.arange(columns) + 0.5) * CELL
        self._y = (np.arange(rows) + 0.5) * CELL
        self._blob = np.zeros((1, 3 + len(KINDS) - 1, HEIGHT, WIDTH), np.float32)

    def detect(
        self, frame: Frame, body: Body, axis: SegmentAxis, move: Move, side: str | None
    ) -> DetectorResult | None:
        """Look along the segment that `axis` measures; None when it can't be looked at."""
        if not np.isfinite(axis.unit).all() or axis.length < 1:
            return None
        crop = crop_of(axis, move.segment, body.stature_px)
        maps, numbers = self._run(crop.cut(frame.look, of=frame.size, film=frame.film), crop)
        points = self._places(maps)
        places = crop.back(points)
        found = SegmentAxis(places[START], places[END] - places[START])
        touching = 1 / (1 + exp(-float(numbers[0])))
        if touching < TOUCHING or found.length < LEAST_AGREEMENT * axis.length:
            return DetectorResult(None, found, touching)
        middle, near = places[MIDDLE], places[NEAR]
        position = found.position(places[FOOT] + move.segment.centred * (middle - places[FOOT]))
        detection = ToolDetection(
            near=near,
            radius=exp(float(numbers[1])) * float(np.hypot(*crop.to_picture[0, :2])),
            far=2 * middle - near,
            touch=found.at(position),
            position=position,
            spread=exp(float(np.clip(numbers[2], -5, 1))),
            length=found.length,
            confidence=touching,
        )
        return DetectorResult(detection, found, touching)

    def _run(self, image: NDArray[np.uint8], crop: Crop) -> tuple[Array, Array]:
        self._blob[0, :3] = image.transpose(2, 0, 1) * np.float32(1 / 255) - np.float32(0.5)
        for plane, kind in enumerate(KINDS[1:], start=3):
            self._blob[0, plane] = float(crop.kind == kind)
        self._net.setInput(self._blob)
        maps, numbers = self._net.forward(["maps", "numbers"])
        return maps[0], numbers[0]

    def _places(self, maps: Array) -> Array:
        """Centres of mass of the heat maps, (5, 2) crop pixels."""
        flat = maps.reshape(len(maps), -1)
        share = np.exp(flat - flat.max(axis=1, keepdims=True))
        share = (share / share.sum(axis=1, keepdims=True)).reshape(maps.shape)
        return np.stack([share.sum(axis=1) @ self._x, share.sum(axis=2) @ self._y], axis=1).astype(np.float64)
