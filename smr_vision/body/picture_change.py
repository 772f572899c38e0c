"""How much of a picture is another one than the picture before: where the person is, and around them.

A lamp, a flash, a lens that focuses and a knocked camera change both. Where a clip was cut (`cuts`), only the person is
another.
"""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from smr_vision.body import Array
from smr_vision.pose import LANDMARKS, Pose
from smr_vision.video import GREY_WIDTH, Frame

MARGIN: Final = 0.08  # of the person's size, around their joints
LEAST: Final = 60  # pixels of the small picture with any detail: of fewer no share is told
LEAST_MOTION: Final = 0.05  # pixels of the small picture: a camera that moved less changes nothing
NOISE: Final = 4.0  # times the usual difference of a room that stands still is a change; of 255 at least as much
_SIDES: Final = ("left", "right")
JOINTS: Final = [LANDMARKS[f"{s}_{j}"] for s in _SIDES for j in ("shoulder", "hip", "knee", "ankle")]
ALL_JOINTS: Final = [*JOINTS, *(LANDMARKS[f"{s}_{j}"] for s in _SIDES for j in ("elbow", "wrist"))]

Detail = NDArray[np.float32]


class Change(NamedTuple):
    """Shares, 0 to 1, of what has any detail and is not what it was.

    Where the person is (`person`) and around them (`room`) in fine detail; in coarse shapes `shape` and `room_shape`.
    """

    person: float
    room: float
    shape: float
    room_shape: float


class ChangeSource(Protocol):
    """Anything that tells how far a picture is another one than the picture before."""

    def compare(self, frame: Frame, pose: Pose, camera_motion: Array) -> Change | None: ...


class OneTake:
    """A camera films in one take, so its pictures are not looked at for cuts."""

    def compare(self, frame: Frame, pose: Pose, camera_motion: Array) -> Change | None:
        """Nothing is told."""


class _Look(NamedTuple):
    """What is kept of a picture until the next one."""

    grey: NDArray[np.uint8]
    fine: Detail
    coarse: Detail
    pose: Pose
    camera_motion: Array


class PictureChange:
    """Compares each picture with the one before."""

    def __init__(self) -> None:
        self._before: _Look | None = None

    def compare(self, frame: Frame, pose: Pose, camera_motion: Array) -> Change | None:
        """How far a picture differs from the last one; None where nobody was seen, or there is no picture."""
        before, self._before = self._before, None
        if not frame.decoded or not pose.found:
            return None
        self._before = now = _look(frame, pose, camera_motion, before)
        if before is None or before.grey.shape != now.grey.shape:
            return None
        scale = frame.size[0] / GREY_WIDTH
        way = (camera_motion - before.camera_motion) / scale
        if now.fine is before.fine and np.abs(way).max() <= LEAST_MOTION:
            return Change(0.0, 0.0, 0.0, 0.0)
        joints = np.concatenate([before.pose.xy[ALL_JOINTS] / scale + way, pose.xy[ALL_JOINTS] / scale])
        person, room = _shares(before.fine, now.fine, joints, way, LEAST)
        shape, room_shape = _shares(before.coarse, now.coarse, joints / 2, way / 2, LEAST // 4)
        # As exactly as they are kept: who coaches again by them gets the same.
        return Change(*(float(np.float32(v)) for v in (person, room, shape, room_shape)))


def _look(frame: Frame, pose: Pose, camera_motion: Array, before: _Look | None) -> _Look:
    """A picture's detail. One that is given again (a screen recorder's, a slow camera's) is not worked out again."""
    grey = frame.grey
    if before is not None and np.array_equal(grey, before.grey):
        return _Look(grey, before.fine, before.coarse, pose, camera_motion)
    half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    return _Look(grey, _detail(grey, 1.0, 4.0), _detail(half, 1.5, 6.0), pose, camera_motion)


def _detail(grey: NDArray[np.uint8], small: float, large: float) -> Detail:
    """What is larger than `small` and smaller than `large`, pixels: light and shadow have no part in it."""
    fine, coarse = (cv2.GaussianBlur(grey, (0, 0), sigma) for sigma in (small, large))  # of bytes it is quickest
    return cv2.subtract(fine, coarse, dtype=cv2.CV_32F).astype(np.float32, copy=False)


def _shares(before: Detail, now: Detail, joints: Array, way: Array, least: int) -> tuple[float, float]:
    """Changed shares within the box of the joints and around it; the room has gone `way` (2,) px."""
    height, width = now.shape
    if np.abs(way).max() > LEAST_MOTION:
        move = np.array([[1, 0, way[0]], [0, 1, way[1]]], np.float32)
        before = cv2.warpAffine(before, move, (width, height), borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    low, high = joints.min(axis=0), joints.max(axis=0)
    margin = MARGIN * float(np.hypot(*(high - low)))
    x0, y0 = np.clip(low - margin, 0, (width - 1, height - 1)).astype(int)
    x1, y1 = np.clip(high + margin, 1, (width, height)).astype(int)
    person = (slice(y0, y1), slice(x0, x1))
    gain, noise = 1.0, 0.0
    around = now.size - (y1 - y0) * (x1 - x0)
    sizes = np.abs(before), np.abs(now)
    if around > now.size / 100:
        was, is_now = ((float(size.sum()) - float(size[person].sum())) / around for size in sizes)
        gain = min(max(is_now / was, 0.25), 4.0) if was > 0.3 else 1.0  # a lamp makes all of it fainter or stronger
    differs = cv2.absdiff(before * np.float32(gain), now)
    if around > now.size / 100:
        room = np.ones(now.shape, bool)
        room[person] = False
        # Of a ninth of the pixels: as many as are needed to know how much a room that stands still differs.
        noise = 1.4826 * float(np.median(differs[::3, ::3][room[::3, ::3]]))
    most = NOISE * max(noise, 1.0)
    detailed = np.maximum(sizes[0] * np.float32(gain), sizes[1]) > most
    changed = _count(detailed & (differs > most), person)
    there = _count(detailed, person)
    return changed[0] / max(there[0], least), changed[1] / max(there[1], least)


def _count(those: NDArray[np.bool_], person: tuple[slice, slice]) -> tuple[int, int]:
    """How many there are where the person is, and around them."""
    inside = int(np.count_nonzero(those[person]))
    return inside, int(np.count_nonzero(those)) - inside
