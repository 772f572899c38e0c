"""The classical way to find the tool, to compare with: the round end of a roller by Hough circles near the segment.

It is given what the net is given: the window that the pose lays along the segment. What it knows besides is how big
rollers are on a body, and that the tool lies below the segment. The contact is the place above the circle: right from
the side, wrong from anywhere else, since the end nearest the camera is not what the body lies on.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from smr_vision.body import Body
from smr_vision.moves import Move
from smr_vision.tool import Look, Sight
from smr_vision.tool.axis import Ruler
from smr_vision.tool.crop import HEIGHT, SPAN_H, WIDTH, Crop, crop_of
from smr_vision.video import Frame

LARGER: Final = 3  # the window is looked at in this many times the net's pixels
RADIUS_CM: Final = {"between": (4.0, 9.0), "across": (2.5, 7.0), "floor": (2.5, 9.0)}  # tools, with slack
STATURE_CM: Final = 170.0
ALONG: Final = (-0.5, 1.5)  # a centre further out lies under no part of the segment
BELOW_CM: Final = (-2.0, 26.0)  # how far below the segment's line a tool's centre may lie
SPREAD: Final = 0.1
CONFIDENCE: Final = 0.7
# Edge and vote thresholds of the transform, the best of seven pairs on three of our own sample clips.
EDGE: Final = 120
VOTES: Final = 20


class Circles:
    """A finder like the net, made of an edge filter and votes for circles."""

    def find(self, frame: Frame, body: Body, ruler: Ruler, move: Move, side: str | None) -> Look | None:
        """The circle with most votes that is of the right size and place; None without a segment."""
        if not np.isfinite(ruler.unit).all() or ruler.length < 1:
            return None
        crop = crop_of(ruler, move.segment, body.stature_px)
        window = _window(frame.image, crop)
        per_cm = LARGER * WIDTH / SPAN_H / STATURE_CM
        least, most = (round(cm * per_cm) for cm in RADIUS_CM[move.segment.kind])
        found = cv2.HoughCircles(
            window,
            cv2.HOUGH_GRADIENT,
            dp=1.2,
            minDist=least,
            param1=EDGE,
            param2=VOTES,
            minRadius=least,
            maxRadius=most,
        )
        if found is None:
            return Look(None, ruler, 0.0)
        down = crop.to_crop[1, :2] / np.hypot(*crop.to_crop[1, :2])
        for x, y, radius in found[0]:  # most votes first
            centre = crop.back(np.array([[x, y]]) / LARGER)[0]
            along = ruler.along(centre)
            below = float((centre - ruler.at(along)) @ down) / body.stature_px * STATURE_CM
            if ALONG[0] < along < ALONG[1] and (move.segment.kind == "across" or BELOW_CM[0] < below < BELOW_CM[1]):
                size = float(radius) / LARGER * float(np.hypot(*crop.to_picture[0, :2]))
                sight = Sight(centre, size, None, ruler.at(along), along, SPREAD, ruler.length, CONFIDENCE)
                return Look(sight, ruler, sight.confidence)
        return Look(None, ruler, 0.0)


def _window(image: NDArray[np.uint8], crop: Crop) -> NDArray[np.uint8]:
    """The crop enlarged, grey, with its noise taken out."""
    size = (LARGER * WIDTH, LARGER * HEIGHT)
    large = cv2.warpAffine(image, LARGER * crop.to_crop, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    grey = cv2.createCLAHE(2.0, (4, 4)).apply(cv2.cvtColor(large, cv2.COLOR_RGB2GRAY))
    return cv2.medianBlur(grey, 5).astype(np.uint8)
