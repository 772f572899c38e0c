"""Rendered tools in real photographs, and rendered people in real rooms, put together crop by crop.

Crops show every segment lying level at the same size, so that what lies under a rendered trunk fits under a real one:
it is carried over by the similarity that brings the one segment's ends onto the other's.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

ROOM: Final = 0  # in the pictures of what is shown (`samples.studio.stills`): the room, and one more than a part's kind
TOOL_SHOWN: Final = 2  # for the rest; a test compares (the studio needs packages that training tests do without)
LEAST_PIXELS: Final = 90  # of a tool in a crop, to be worth carrying over
MOST_SCALE: Final = 1.5
MOST_TURN: Final = 0.35  # radians

Image = NDArray[np.uint8]
Points = NDArray[np.float32]


def in_a_room(image: Image, shown: Image, room: Image) -> Image:
    """A rendered crop with a real one where its room was."""
    alone = cv2.GaussianBlur((shown != ROOM).astype(np.float32), (0, 0), 0.8)[..., None]
    return np.clip(image * alone + room * (1 - alone), 0, 255).astype(np.uint8)


def without_tool(image: Image, shown: Image) -> Image:
    """A rendered crop with what lies round its tool where the tool was: the posture of rolling, on nothing."""
    hole = cv2.dilate((shown == TOOL_SHOWN).astype(np.uint8), np.ones((5, 5), np.uint8))
    return cv2.inpaint(image, hole, 4, cv2.INPAINT_TELEA).astype(np.uint8, copy=False)


def carried(points: Points, onto: Points) -> NDArray[np.float64] | None:
    """The similarity (2, 3) that takes the ends of a segment in `points` (5, 2) onto those in `onto`; None where they
    lie too differently."""
    (ax, ay), (bx, by) = (points[4] - points[3]).astype(float), (onto[4] - onto[3]).astype(float)
    if not np.isfinite([ax, ay, bx, by]).all():
        return None
    way = complex(bx, by) / (complex(ax, ay) or 1e-9)
    if not 1 / MOST_SCALE < abs(way) < MOST_SCALE or abs(np.angle(way)) > MOST_TURN:
        return None
    turn = np.array([[way.real, -way.imag], [way.imag, way.real]])
    return np.hstack([turn, (onto[3] - turn @ points[3])[:, None]])


def with_tool(
    photograph: Image, image: Image, shown: Image, way: NDArray[np.float64], *, pad: int, random: np.random.Generator
) -> Image | None:
    """A real crop with the tool of a rendered one in it, with its shadow, in the light of the photograph; None when
    too little of the tool is seen."""
    size = photograph.shape[1], photograph.shape[0]
    matrix = way.copy()
    matrix[:, 2] += pad - way[:, :2] @ np.array([pad, pad])
    tool = (shown == TOOL_SHOWN).astype(np.uint8)
    if int(tool.sum()) < LEAST_PIXELS:
        return None
    share = cv2.warpAffine(tool * 255, matrix, size, flags=cv2.INTER_LINEAR).astype(np.float32) / 255
    share = cv2.GaussianBlur(share, (0, 0), random.uniform(0.5, 1.1))[..., None]
    there = cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    light = float(np.median(photograph)) / 110  # a dim room has dim tools
    there = np.clip(there * np.clip(light, 0.35, 1.3) * random.uniform(0.8, 1.25), 0, 255)
    below = cv2.GaussianBlur(np.roll(share[..., 0], random.integers(2, 6), axis=0), (0, 0), 4.0)[..., None]
    ground = photograph * (1 - random.uniform(0.2, 0.6) * below)
    grain = random.normal(0, random.uniform(0, 4), photograph.shape)
    return np.clip(ground * (1 - share) + (there + grain) * share, 0, 255).astype(np.uint8)


def moved(points: Points, way: NDArray[np.float64]) -> Points:
    """Points (n, 2) carried over."""
    return (points @ way[:, :2].T + way[:, 2]).astype(np.float32)
