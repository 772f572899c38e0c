"""The joints of one pose as far as they are seen: places, heights above the floor, angles between them."""

from __future__ import annotations

from functools import cached_property
from math import atan2, degrees, nan
from typing import Final

import numpy as np

from smr_vision.body.geometry import Array, angle_at, landmarks_of, point_of
from smr_vision.pose import Pose

# A landmark is measured from this visibility on. On rendered people with exact truth 90 % of the joints
# between 0.1 and 0.5 lie within a fifth of the trunk of where they are (half of them within a
# twentieth): hidden by the person's own body, but well inferred. Below 0.1 they do not, but for legs:
# a knee or ankle behind the other leg is found as well at 0.02 as at 0.5.
SEEN: Final = 0.1
LEG_SEEN: Final = 0.02
_UNSEEN: Final = np.full(2, nan)
_LEG: Final = ("knee", "knees", "ankle", "ankles", "heel")
SIDE_ON_DEG: Final = 30.0  # the shoulder and hip lines point at the camera within this angle
_BLEND_DEG: Final = 20.0  # from picture plane to 3-D over this much turn, so that no angle jumps


class SeenJoints:
    """The joints of a person `stature_px` long who is turned by `turn` degrees off side-on.

    `floor`: its row (px) at the picture's left edge, and how many rows it sinks per pixel to the right.
    """

    def __init__(self, pose: Pose, *, stature_px: float, floor: tuple[float, float], turn: float) -> None:
        self._pose = pose
        self._px = stature_px
        self._floor, self._slope = floor
        self._flat = min(max((SIDE_ON_DEG + _BLEND_DEG - turn) / _BLEND_DEG, 0.0), 1.0)
        self._visibility: list[float] = pose.visibility.tolist()
        self._places: dict[tuple[str, float], Array] = {}  # asked for several times each

    @cached_property
    def _front(self) -> Array:
        """Where the chest points, 3-D, of no particular length."""
        world = self._pose.world
        up = point_of(world, "mid_shoulders") - point_of(world, "mid_hips")
        across = point_of(world, "left_shoulder") - point_of(world, "right_shoulder")
        across = across + point_of(world, "left_hip") - point_of(world, "right_hip")
        (ax, ay, az), (ux, uy, uz) = across.tolist(), up.tolist()
        return np.array([ay * uz - az * uy, az * ux - ax * uz, ax * uy - ay * ux])  # np.cross takes 20 times as long

    def _at(self, joint: str, least: float | None = None) -> Array:
        """Pixels (2,) of a joint, NaN when it is less visible than `least`, or than a joint of its kind must be."""
        if least is None:
            least = LEG_SEEN if joint.endswith(_LEG) else SEEN
        place = self._places.get((joint, least))
        if place is None:
            # Of a pair one seen is enough: side-on the far one always hides behind the near one.
            seen = max([self._visibility[index] for index in landmarks_of(joint)]) >= least
            place = self._places[joint, least] = point_of(self._pose.xy, joint) if seen else _UNSEEN
        return place

    def height(self, joint: str) -> float:
        x, y = self._at(joint)
        return (self._floor + self._slope * float(x) - float(y)) / self._px

    def angle(self, a: str, b: str, c: str) -> float:
        """Joint angle at `b`: in the picture side-on, from 3-D obliquely, blended between."""
        flat = angle_at(self._at(a), self._at(b), self._at(c))
        if self._flat == 1.0:
            return flat
        world = self._pose.world
        deep = angle_at(point_of(world, a), point_of(world, b), point_of(world, c))
        return self._flat * flat + (1 - self._flat) * deep

    def tilt(self, a: str, b: str) -> float:
        """Degrees that the line from `a` to `b` rises above level, as the floor under the body is."""
        x, y = (self._at(b) - self._at(a)).tolist()
        return degrees(atan2(self._slope * x - y, abs(x)))
