"""How much of a picture is another one than the picture before: where the person is, and around them.

A clip that was cut shows, from one picture to the next, somebody in another posture in the same room. Two things tell
that from a knocked camera, a flash, a lamp, a lens that focuses and somebody who moves: the room has not changed, and
in the pictures right before and after hardly anything has.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
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
LONGEST_STEP_S: Final = 0.15  # between two pictures further apart somebody may move and be still again
# Measured on shuffled clips, and on them with noise, knocks, lenses that focus and shaken [docs/accuracy.md]:
AROUND: Final = 0.6  # the room has changed by no more than this share of what the person has
SHAPE_AROUND: Final = 0.65  # the same in coarse shapes
LEAST_SHAPE: Final = 0.3  # share of the person's shapes that are others
LEAST_WAY: Final = 0.025  # of the person's size: the upper quartile of the joints' ways
STANDS_OUT: Final = (1.15, 1.5)  # shapes and ways, over those before and after
TOGETHER: Final = 2.5  # one times the other
_SIDES: Final = ("left", "right")
_JOINTS: Final = [LANDMARKS[f"{s}_{j}"] for s in _SIDES for j in ("shoulder", "hip", "knee", "ankle")]
_ALL: Final = [*_JOINTS, *(LANDMARKS[f"{s}_{j}"] for s in _SIDES for j in ("elbow", "wrist"))]

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
    """A camera films in one take, so its pictures are not looked at for cuts: one that comes twice, and the next goes
    twice as far, looks like one."""

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
        joints = np.concatenate([before.pose.xy[_ALL] / scale + way, pose.xy[_ALL] / scale])
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


@dataclass(frozen=True, slots=True)
class _Step:
    """From one picture to the next: seconds, what has changed, and how far the joints went, of the person's size."""

    seconds: float
    change: Change
    way: float


class CutWatch:
    """Tells a moment later that the clip was cut before a picture: that it differs, and stands out among those around
    it, in the picture and in the pose."""

    def __init__(self) -> None:
        self._steps: deque[_Step | None] = deque(maxlen=4)
        self._before: tuple[Pose, Array] | None = None
        self.suspected = False  # whether the clip may have been cut before the last picture

    def advance(self, pose: Pose, change: Change | None, camera_motion: Array) -> bool:
        """Add a picture; whether the clip was cut before the picture before it."""
        before, self._before = self._before, (pose, camera_motion) if pose.found else None
        step = None
        if before is not None and pose.found and change is not None:
            step = _Step(pose.t - before[0].t, change, _way(before[0], pose, camera_motion - before[1]))
        self._steps.append(step)
        steps = list(self._steps)
        known = [s for s in steps if s is not None]
        if len(known) < len(steps) or any(s.seconds > LONGEST_STEP_S for s in known):
            self.suspected = False
            return False
        self.suspected = len(known) >= 3 and _stands_out(known[-1], known[-3:-1])
        return len(known) == 4 and _stands_out(known[2], (known[0], known[1], known[3]))


def _stands_out(step: _Step, others: tuple[_Step, ...] | list[_Step]) -> bool:
    change = step.change
    if change.room > AROUND * change.person or change.room_shape > SHAPE_AROUND * change.shape:
        return False
    if change.shape < LEAST_SHAPE or step.way < LEAST_WAY:
        return False
    shape = change.shape / max(*(s.change.shape for s in others), 0.05)
    # Over a longer step somebody goes further: pictures are not always as far apart.
    way = step.way / max(*(s.way * max(step.seconds / s.seconds, 1.0) for s in others), 0.005)
    return shape > STANDS_OUT[0] and way > STANDS_OUT[1] and shape * way > TOGETHER


def _way(before: Pose, now: Pose, camera_motion: Array) -> float:
    size = float(np.hypot(*np.ptp(now.xy[_ALL], axis=0)))
    ways = np.linalg.norm(now.xy[_JOINTS] - before.xy[_JOINTS] - camera_motion, axis=1)
    return float(np.percentile(ways, 75)) / max(size, 1.0)
