"""How the floor slopes in the picture along somebody who lies on the back across a roller.

From higher up and off the side, the end of the body that is farther away stands higher in the picture, so
a row of the picture is no level. Two things that are level in the room tell by how much: the shoulder line,
which rises towards the far side as steeply as the camera looks down on it; and the tool, which lies across
the body, so that its axis shows how far off the side the camera is.
"""

from __future__ import annotations

from math import isnan, nan, sqrt
from typing import Final

from smr_vision.body.measures import Array
from smr_vision.pose import LANDMARKS, Pose
from smr_vision.recent import Recent

SHOULDER_HALF_H: Final = 0.096  # half the distance of the shoulder joints, statures: rendered bodies, .094-.098
REMEMBERED_S: Final = 4.0  # the camera stays where it is; a person lies down anew
STEADILY: Final = 0.5  # share of the looks in which the tool was seen: what lies beside somebody is seen now and then
LEAST_AXIS_H: Final = 0.01  # an axis shorter than this in height points nowhere, statures
MOST_OFF_SIDE: Final = 1.0  # tangent: beyond 45 degrees nothing is measured along the body any more
ON_THE_BACK_DEG: Final = 45.0  # the chest points above level by more than this,
LYING_DEG: Final = 35.0  # and the trunk is less than this off level: then the shoulder line is level


class FloorSlope:
    """Follows the slope of the floor along one person: rows that it sinks (y grows) per pixel to the right."""

    def __init__(self) -> None:
        self._rise = Recent(REMEMBERED_S)
        self._seen = Recent(REMEMBERED_S)
        self._across = Recent(REMEMBERED_S)
        self._down = Recent(REMEMBERED_S)

    def see_body(self, pose: Pose, stature_px: float, *, facing_up: float, trunk_tilt: float) -> None:
        """Add a pose: by how much its far shoulder stands higher in the picture, if it lies on the back."""
        left, right = LANDMARKS["left_shoulder"], LANDMARKS["right_shoulder"]
        near, far = (left, right) if pose.world[left, 2] < pose.world[right, 2] else (right, left)
        on_back = facing_up > ON_THE_BACK_DEG and abs(trunk_tilt) < LYING_DEG
        self._rise.add(pose.t, float(pose.xy[near, 1] - pose.xy[far, 1]) / stature_px if on_back else nan)
        self._across.add(pose.t, nan)  # and so forget what is too old
        self._down.add(pose.t, nan)

    def see_tool(self, t: float, near: Array, middle: Array, stature_px: float) -> None:
        """Add a sight of the tool: the end nearest the camera and the middle, (2,) px; NaN: looked for, not seen."""
        across, down = ((near - middle) / stature_px).tolist()
        self._seen.add(t, float(not isnan(down)))
        self._across.add(t, across)
        self._down.add(t, down)

    @property
    def slope(self) -> float:
        """Rows per pixel to the right, 0 while it is not known."""
        rise, across, down = self._rise.median, self._across.median, self._down.median
        if not self._seen.mean > STEADILY or isnan(rise) or rise <= 0 or down < LEAST_AXIS_H:
            return 0.0
        looks_down = min(rise / (2 * SHOULDER_HALF_H), 1.0)  # sine of the camera's angle onto the floor
        off_side = min(max(-across / down * looks_down, -MOST_OFF_SIDE), MOST_OFF_SIDE)
        # Off the side the shoulder line comes at the camera less, and so rises less.
        looks_down = min(looks_down * sqrt(1 + off_side**2), 1.0)
        off_side = min(max(-across / down * looks_down, -MOST_OFF_SIDE), MOST_OFF_SIDE)
        return off_side * looks_down
