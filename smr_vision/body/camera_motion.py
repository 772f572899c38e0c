"""How the room moves in the picture: a hand-held phone wanders, a knocked one jumps.

Corners of the room, outside of the person, are followed from picture to picture; how far they have
come since they were chosen is how far the camera has turned. A camera that stands still gives
exactly zero, so nothing drifts.
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from smr_vision.body import Array
from smr_vision.pose import Pose
from smr_vision.video import GREY_WIDTH, Frame

CORNERS: Final = 60
LEAST_CORNERS: Final = 12
CHOSEN_FOR_S: Final = 4.0  # then new corners: light and shadows change
BARE_FOR_S: Final = 0.5  # looking again for corners in a room that had none: they take as long as all the rest
EASY_S: Final = 0.2  # a room that has stood still is looked at this often: what it did between evens out
EASY_AFTER_S: Final = 1.0  # without a movement of the camera
STEADY_PX: Final = 0.35  # of the small picture: less is noise
_RIM: Final = 7  # pixels of it: half the window that a corner is known by
ALLOWED: Final = 1.5  # pixels of the small picture; corners further from the others belong to something that moves


class CameraMotion:
    """Follows the room through one clip or session."""

    def __init__(self) -> None:
        self._before: NDArray[np.uint8] | None = None
        self._chosen = np.zeros((0, 2), np.float32)
        self._at = np.zeros((0, 2), np.float32)
        self._chosen_t = -1e9
        self._base = np.zeros(2)
        self._now = np.zeros(2)
        self._measured = np.zeros(2)  # the same with what is less than `STEADY_PX`: of a slow drift it adds up
        self._moved_t = -1e9
        self._looks = -1  # how many easy looks would have been due by now

    def estimate(self, frame: Frame, pose: Pose) -> Array:
        """Where the room has moved since the first picture, (2,) pixels."""
        looks = int(frame.t / EASY_S + 1e-6)
        due, self._looks = looks != self._looks, looks
        if not due and frame.t - self._moved_t > EASY_AFTER_S and self._before is not None:
            return self._now.copy()
        grey, scale = frame.grey, frame.size[0] / GREY_WIDTH
        shift = self._follow(grey)
        if shift is not None:
            self._measured = self._base + shift * scale
            if np.abs(self._measured - self._now).max() > STEADY_PX * scale:
                self._now, self._moved_t = self._measured, frame.t
        bare = len(self._at) < LEAST_CORNERS
        lost = shift is None and not bare
        if lost or frame.t - self._chosen_t > (BARE_FOR_S if bare else CHOSEN_FOR_S):
            self._choose(frame, pose, scale)
        self._before = grey
        return self._now.copy()

    def _follow(self, grey: NDArray[np.uint8]) -> Array | None:
        """How far the corners have come since they were chosen, small pixels; None when they are lost."""
        if self._before is None or len(self._at) < LEAST_CORNERS or self._before.shape != grey.shape:
            return None
        start = self._at[:, None]
        at, found, _ = cv2.calcOpticalFlowPyrLK(self._before, grey, start, start.copy(), winSize=(13, 13), maxLevel=2)
        kept = found.ravel() == 1
        chosen, at = self._chosen[kept], at[kept][:, 0]
        if len(at) < LEAST_CORNERS:
            return None
        way = at - chosen
        in_order = np.sort(way, axis=0)  # np.median takes ten times as long
        middle = (in_order[(len(way) - 1) // 2] + in_order[len(way) // 2]) / 2
        together = np.abs(way - middle).max(axis=1) < ALLOWED
        if together.sum() < max(LEAST_CORNERS, 0.4 * len(way)):
            return None
        self._chosen, self._at = chosen[together], at[together]
        mean: Array = way[together].mean(axis=0).astype(np.float64)
        return mean

    def _choose(self, frame: Frame, pose: Pose, scale: float) -> None:
        grey = frame.grey
        mask = np.full(grey.shape, 255, np.uint8)
        if frame.film is not None:  # bars, and where the film ends, stay where they are however the camera moves
            left, top, right, bottom = frame.film.box(grey.shape[1], grey.shape[0])
            mask[:] = 0
            mask[top + _RIM : bottom - _RIM, left + _RIM : right - _RIM] = 255
        if pose.found:
            low, high = pose.xy.min(axis=0) / scale, pose.xy.max(axis=0) / scale
            camera_motion = 0.15 * (high - low).max()
            x0, y0 = np.clip(low - camera_motion, 0, None).astype(int)
            x1, y1 = np.clip(high + camera_motion, 0, None).astype(int)
            mask[y0:y1, x0:x1] = 0
        # The stubs promise an array; without a corner it is None.
        corners: Any = cv2.goodFeaturesToTrack(grey, CORNERS, 0.01, 8, mask=mask)
        self._chosen = np.asarray([] if corners is None else corners, np.float32).reshape(-1, 2)
        self._at = self._chosen.copy()
        self._chosen_t = frame.t
        self._base = self._measured.copy()
