"""Stays with one person: a pose that jumps to somebody else is nobody until that has lasted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from smr_vision.body import Array, size_of
from smr_vision.pose import LANDMARKS, Pose

# How far the hips may move between two pictures, statures: a jitter of the pose and a fast walk [E].
JITTER_H: Final = 0.25
FASTEST_H_PER_S: Final = 1.5
SIZE_RATIO: Final = 1.45  # nobody grows or shrinks faster between two pictures
TAKES_OVER_S: Final = 2.0  # somebody else who stays this long is the one to watch
FORGOTTEN_S: Final = 5.0  # after this long without the person anybody may be the one
# All of a body at once moves no further between two pictures, statures: wobble of the pose, and rolling at twice the
# speed of a pass that is far too fast [E].
LEAP_H: Final = 0.06
ROLLS_H_PER_S: Final = 1.0
ELSEWHERE_H: Final = 0.15  # beyond that it is no other moment of the same set [E]
# Of the way of the whole: joints that go their own ways are a pose that errs, or somebody who moves.
ALIKE: Final = 0.25
_JOINTS: Final = [LANDMARKS[f"{s}_{j}"] for s in ("left", "right") for j in ("shoulder", "hip", "knee", "ankle")]


@dataclass(frozen=True, eq=False)
class _Place:
    t: float
    hips: Array
    stature: float


class PersonLock:
    """Passes on the poses of one person, by continuity of place and size."""

    def __init__(self) -> None:
        self._kept: _Place | None = None
        self._other: _Place | None = None
        self._other_since = 0.0
        self.changed = False  # whether somebody else has just become the one, or the one is somewhere else

    def update(self, pose: Pose) -> Pose:
        """The pose, or `Pose.nobody` while it is of somebody else."""
        self.changed = False
        if not pose.found:
            return pose
        hips: Array = (pose.xy[LANDMARKS["left_hip"]] + pose.xy[LANDMARKS["right_hip"]]) / 2
        now = _Place(pose.t, hips, size_of(pose)[1])
        if self._kept is None or pose.t - self._kept.t > FORGOTTEN_S or _same(self._kept, now):
            self._kept, self._other = now, None
            return pose
        if self._other is None or not _same(self._other, now):
            self._other_since = pose.t
        self._other = now
        if pose.t - self._other_since >= TAKES_OVER_S:
            self._kept, self._other, self.changed = now, None, True
            return pose
        return Pose.nobody(pose.t)


def _same(before: _Place, now: _Place) -> bool:
    stature = max(before.stature, now.stature, 1.0)
    allowed = (JITTER_H + FASTEST_H_PER_S * (now.t - before.t)) * stature
    away = now.hips - before.hips
    ratio = now.stature / max(before.stature, 1.0)
    return float(away @ away) <= allowed**2 and 1 / SIZE_RATIO <= ratio <= SIZE_RATIO


def leap_of(before: Pose, now: Pose, room: Array) -> float:
    """How far a person is, from one picture to the next, from where anybody gets so fast, statures: the clip was cut
    there. 0: not at all. `room` (2,) px is how far the room has moved in the picture between the two."""
    ways = now.xy[_JOINTS] - before.xy[_JOINTS] - room
    way = np.median(ways, axis=0)
    far, astray = float(np.hypot(*way)), float(np.median(np.linalg.norm(ways - way, axis=1)))
    beyond = far / max(size_of(now)[1], 1.0) - LEAP_H - ROLLS_H_PER_S * (now.t - before.t)
    return beyond if beyond > 0 and astray < ALIKE * far else 0.0
