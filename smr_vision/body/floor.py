"""How the floor slopes in the picture along somebody who lies on the back across a roller.

From higher up and off the side, the end of the body that is farther away stands higher in the picture, so
a row of the picture is no level. Two ways tell by how much, and each keeps the other in bounds:

- feet and roller both touch the floor: the line from the one to the other is the floor along the body;
- the shoulder line is level and rises to the far side as steeply as the camera looks down on it, and the
  roller's axis, which lies across the body, shows how far off the side the camera is.
"""

from __future__ import annotations

from math import copysign, isnan, nan
from typing import Final

import numpy as np

from smr_vision.body.anthropometry import SHOULDER_HALF_H
from smr_vision.body.geometry import SIDES, Array, lowest_of, opposite, point_of
from smr_vision.body.time_window import TimeWindow
from smr_vision.pose import Pose

REMEMBERED_S: Final = 4.0  # the camera stays where it is; a person lies down anew
STEADILY: Final = 0.5  # share of the looks in which the tool was seen: what lies beside somebody is seen now and then
ON_THE_BACK_DEG: Final = 45.0  # the chest points above level by more than this,
LYING_DEG: Final = 35.0  # and the trunk is less than this off level: then feet are planted and shoulders level
UNDER: Final = 0.75  # of the trunk from its middle: farther along, the tool lies under something else
FOOT_H: Final = 0.02  # the lowest landmark of a foot lies this far above where the tool touches, statures: 13 clips
LEAST_APART_H: Final = 0.15  # feet nearer to the tool than this, statures, say nothing about a slope
LEAST_AXIS_H: Final = 0.01  # nor does an axis shorter than this in height, statures
STEEPEST: Final = 0.3  # 40 degrees off the side and 20 up; a floor is not taken to be steeper
_FOOT: Final = ("ankle", "heel", "foot_index")


class FloorSlope:
    """Follows the slope of the floor along one person: rows that it sinks (y grows) per pixel to the right."""

    def __init__(self) -> None:
        self._seen = TimeWindow(REMEMBERED_S)
        self._by_feet = TimeWindow(REMEMBERED_S)
        self._rise = TimeWindow(REMEMBERED_S)
        self._across = TimeWindow(REMEMBERED_S)
        self._down = TimeWindow(REMEMBERED_S)
        self._tool: Array | None = None  # where its middle touches the floor, px

    def see_body(self, pose: Pose, stature_px: float, near: str, *, facing_up: float, trunk_tilt: float) -> None:
        """Add a pose: how the floor goes from its feet to the tool, and by how much its far shoulder stands higher in
        the picture than that of the `near` side, while it lies on the back."""
        by_feet = rise = nan
        if facing_up > ON_THE_BACK_DEG and abs(trunk_tilt) < LYING_DEG:
            down_to_near = point_of(pose.xy, f"{near}_shoulder") - point_of(pose.xy, f"{opposite(near)}_shoulder")
            rise = float(down_to_near[1]) / stature_px
            by_feet = self._from_feet(pose, stature_px)
        self._by_feet.add(pose.t, by_feet)
        self._rise.add(pose.t, rise)
        self._across.add(pose.t, nan)  # and so forget what is too old
        self._down.add(pose.t, nan)

    def see_tool(self, t: float, near: Array, middle: Array, radius: float, stature_px: float) -> None:
        """Add a look: the tool's end nearest the camera and its middle, (2,) px, and its radius, px; NaN: looked for,
        not seen."""
        seen = not isnan(radius)
        across, down = ((near - middle) / stature_px).tolist()
        self._seen.add(t, float(seen))
        self._across.add(t, across)
        self._down.add(t, down)
        self._tool = middle + np.array([0.0, radius]) if seen else None

    @property
    def slope(self) -> float:
        """Rows per pixel to the right; 0 while it is not known, and where the two ways contradict each other."""
        by_feet, by_axis = self._by_feet.median, self._by_axis
        if not self._seen.mean > STEADILY or not by_feet * by_axis > 0:
            return 0.0
        return copysign(min(abs(by_feet), abs(by_axis), STEEPEST), by_feet)

    def _from_feet(self, pose: Pose, stature_px: float) -> float:
        """The slope from the tool to the middle of both feet; NaN where these say nothing, or it lies elsewhere."""
        shoulders, hips = (float(point_of(pose.xy, joint)[0]) for joint in ("mid_shoulders", "mid_hips"))
        if self._tool is None or not abs(self._tool[0] - (shoulders + hips) / 2) < UNDER * abs(shoulders - hips):
            return nan
        feet = np.mean([lowest_of(pose.xy, side, _FOOT) for side in SIDES], axis=0)
        apart, down = (feet - self._tool).tolist()
        return (down + FOOT_H * stature_px) / apart if abs(apart) > LEAST_APART_H * stature_px else nan

    @property
    def _by_axis(self) -> float:
        """The slope by shoulder line and axis; NaN while it is not known."""
        rise, across, down = self._rise.median, self._across.median, self._down.median
        if not rise > 0 or not down >= LEAST_AXIS_H:
            return nan
        looks_down = min(rise / (2 * SHOULDER_HALF_H), 1.0)  # sine of the camera's angle onto the floor
        return -across / down * looks_down**2  # across / down is the tangent off the side over that sine
