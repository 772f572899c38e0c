"""Keeps left and right apart: nobody turns round between two pictures.

Seen from the side or from behind, the pose model takes a body for its mirror image now and then: from one picture to
the next all that is left becomes right, the chest points to the floor instead of the ceiling, until it is put right.
"""

from __future__ import annotations

from math import exp
from typing import Final

import numpy as np

from smr_vision.body import Array
from smr_vision.pose import LANDMARKS, Pose, exchanged

# A body that stays the other way round for longer, or for longer than it was seen before, was taken wrongly before: the
# model errs in first pictures too [E].
BELIEVED_S: Final = 1.5
FOLLOWS_S: Final = 0.5  # after a longer gap somebody may have turned round
NEARER: Final = 0.9  # swapped it lies this much nearer to where it was, or it is no swap [E]
# The model takes some pictures to change its mind, and is between the two bodies meanwhile: one picture tells nothing.
LATELY_S: Final = 0.3

_JOINTS: Final = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
_BODY: Final = [LANDMARKS[f"{side}_{joint}"] for side in ("left", "right") for joint in _JOINTS]


class SideLock:
    """Passes on the poses of one person with left and right where they were in the picture before."""

    def __init__(self) -> None:
        self._last: tuple[float, Array] | None = None  # when somebody was seen, and where they have been of late
        self._known_s = 0.0  # for how long left and right have been where they are taken to be
        self._against_s = 0.0  # and for how long the model has had them the other way round

    def filter(self, pose: Pose) -> Pose:
        """The pose, or its left and right exchanged where they were so just before."""
        if not pose.found:
            return pose
        other = exchanged(pose)
        if self._last is None or not 0 < pose.t - self._last[0] <= FOLLOWS_S:
            self._known_s = self._against_s = 0.0
            self._last = pose.t, pose.world[_BODY]
            return pose
        seconds, before = pose.t - self._last[0], self._last[1]
        if _way(before, other.world[_BODY]) < NEARER * _way(before, pose.world[_BODY]):
            self._against_s += seconds
            if self._against_s <= min(self._known_s, BELIEVED_S):
                pose = other
            else:
                self._known_s, self._against_s, before = self._against_s, 0.0, pose.world[_BODY]
        else:
            self._known_s, self._against_s = self._known_s + seconds, 0.0
        self._last = pose.t, before + (1 - exp(-seconds / LATELY_S)) * (pose.world[_BODY] - before)
        return pose


def _way(before: Array, now: Array) -> float:
    """How far joints went, metres, in the mean."""
    return float(np.sqrt(((now - before) ** 2).sum(axis=1)).mean())
