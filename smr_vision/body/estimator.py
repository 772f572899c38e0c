"""From landmarks to named measures: joint angles, heights above the floor, distances, and the view.

Coordinates are pixels of the upright picture, x right, y down; world landmarks are metres with the
same axes and z away from the camera. Lengths are divided by the person's stature H, so that they do
not depend on how far the camera stands. An angle is taken in the plane of the picture where the
camera is side-on and from the world landmarks where it is not: side-on the picture is the better
ruler, obliquely it is not [domain S24; docs/accuracy_log.md]. What can't be seen is NaN, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import nan
from typing import Final, Literal

import numpy as np

from smr_vision.body.anthropometry import HIP_WIDTH_H, SHANK_H, SHOULDER_HALF_H, THIGH_H, TRUNK_H
from smr_vision.body.floor import FloorSlope
from smr_vision.body.geometry import SIDES, Array, angle_at, landmarks_of, length_of, opposite, point_of
from smr_vision.body.measures import MEASURES, SIDED_MEASURES, Measures
from smr_vision.body.seen_joints import SEEN, SIDE_ON_DEG
from smr_vision.body.time_window import TimeWindow
from smr_vision.errors import UsageError, did_you_mean
from smr_vision.pose import Pose

__all__ = [
    "FACING_DEG", "HIP_WIDTH_H", "MEASURES", "SEEN", "SHANK_H", "SHOULDER_HALF_H", "SIDED_MEASURES", "SIDES",
    "SIDE_ON_DEG", "THIGH_H", "TRUNK_H", "Array", "Body", "BodyEstimator", "View", "angle_at", "opposite",
    "pixels_per_metre", "size_of", "stature_of",
]  # fmt: skip

View = Literal["side", "front", "oblique", "back"]

ANOTHER_SLOPE: Final = 0.01  # the floor is levelled anew when its slope has changed by this much: .6 degrees
# Left and right are swapped for a second or two now and then, mostly of somebody seen from behind; nobody turns round
# so soon.
FACING_S: Final = 3.0
_BY_SIDE: Final = frozenset(f"{name}_{side}" for name in SIDED_MEASURES for side in SIDES)
FACING_DEG: Final = 60.0  # beyond it the person faces or turns their back to the camera


@dataclass(frozen=True, eq=False)
class Body:
    """One person at one moment: joint angles, heights, distances, and the view.

    Attributes
    ----------
    t : float
        Seconds from the first picture.
    pose : Pose
        The landmarks it was measured from.
    view : {"side", "oblique", "front", "back"} or None
        From where the camera sees the person; None before that is known.
    near : {"left", "right"}
        The person's side nearest the camera.
    stature_px, stature_m : float
        Stature in pixels, and in metres by MediaPipe's own scale (not the person's real height).
    floor_y : float
        Row of the picture in which the floor lies under the hips, pixels.
    measures : mapping of str to float
        Angles in degrees, heights and distances in statures, by the names in docs/moves.md, those of one side with
        `_left` or `_right` added; NaN where not measured.
    shoulders_px : float
        How far the shoulders are apart from left to right in the picture, of late, pixels.
    facing : float
        Whether the left shoulder is at the right of the picture (1) or at its left (-1), of late.
    """

    t: float
    pose: Pose
    view: View | None
    near: Literal["left", "right"]
    stature_px: float
    stature_m: float
    floor_y: float
    measures: Mapping[str, float]
    shoulders_px: float = 0.0
    facing: float = 1.0

    def measure(self, name: str, side: str | None = None) -> float:
        """The measure `name`; "working x" and "other x" are of `side` and its opposite. NaN when not measured.

        Raises UsageError when there is no such measure (docs/moves.md#measures), or its side is not told.
        """
        try:  # twice as quick as `get`, and asked for twenty times a picture
            return self.measures[_key(name, side)]
        except KeyError:
            return nan

    def in_picture(self, joint: str) -> bool:
        """Whether a joint lies within the picture, seen or not."""
        return any(self.pose.visibility[index] > 0 for index in landmarks_of(joint))

    def point(self, joint: str) -> Array:
        """Pixel position (2,) of a landmark name, or of `mid_shoulders`, `mid_hips`, `mid_knees`, `mid_ankles`."""
        return point_of(self.pose.xy, joint)


@lru_cache(maxsize=256)
def _key(name: str, side: str | None) -> str:
    """The name among the measures of a body; UsageError when there is none, or its side is not told."""
    role, _, base = name.rpartition(" ")
    if role in ("working", "other") and base in SIDED_MEASURES:
        if side not in SIDES:
            raise UsageError(f'measure({name!r}, side={side!r}): say whose side, as in measure({name!r}, "left").')
        return f"{base}_{side if role == 'working' else opposite(side)}"
    if name in MEASURES or name in _BY_SIDE:
        return name
    known = [*MEASURES, *(f"working {one}" for one in SIDED_MEASURES)]
    told = f"measure({name!r}): there is no such measure.{did_you_mean(name, known)}"
    raise UsageError(f"{told} All are in docs/moves.md#measures.")


def stature_of(world: Array) -> float:
    """Stature in metres by the lengths of trunk, thighs and shanks in the world landmarks (33, 3)."""

    def length(a: str, b: str) -> float:
        return length_of(point_of(world, a) - point_of(world, b))

    thigh = (length("left_hip", "left_knee") + length("right_hip", "right_knee")) / 2
    shank = (length("left_knee", "left_ankle") + length("right_knee", "right_ankle")) / 2
    return (length("mid_shoulders", "mid_hips") + thigh + shank) / (TRUNK_H + THIGH_H + SHANK_H)


def pixels_per_metre(xy: Array, world: Array) -> float:
    """Scale of a picture: spread of the landmarks (33, 2) px over that of the world ones (33, 3) m."""
    flat = world[:, :2] - world[:, :2].mean(axis=0)
    px = xy - xy.mean(axis=0)
    return float(np.sqrt((px**2).sum() / max(float((flat**2).sum()), 1e-9)))


@lru_cache(maxsize=4)  # asked for by several, once a picture
def size_of(pose: Pose) -> tuple[float, float]:
    """Stature of the person by this pose alone, in metres and in pixels."""
    metres = stature_of(pose.world)
    return metres, pixels_per_metre(pose.xy, pose.world) * metres


class BodyEstimator:
    """Measures one person; keeps a few seconds of scale, floor and view so that they stay steady."""

    def __init__(self) -> None:
        self._stature_m = TimeWindow(3.0)
        self._stature_px = TimeWindow(3.0)
        self._floor = TimeWindow(3.0)
        self._turn = TimeWindow(1.5)
        self._depth = TimeWindow(1.5)
        self._across = TimeWindow(1.5)
        self._shoulders = TimeWindow(2.0)
        self._facing = TimeWindow(FACING_S)
        self._ahead = TimeWindow(FACING_S)
        self._ankles: list[tuple[float, Array]] = []
        self._slope = FloorSlope()
        self._tool_floor = TimeWindow(1.0)
        self._sunk = 0.0  # rows by which the room stands lower in the picture than at the start
        self._floor_slope = 0.0  # by which the rows of `_floor` were levelled

    def see_tool(self, t: float, near: Array, middle: Array, radius: float) -> None:
        """Add a look for the tool, which lies on the floor, its axis level.

        The end nearest the camera and the middle, (2,) px, and its radius, px; NaN: not seen.
        """
        self._slope.see_tool(t, near, middle, radius, max(self._stature_px.median, 1.0))
        self._tool_floor.add(t, float(middle[1]) + radius - self._sunk)

    def estimate(self, pose: Pose, camera_motion: Array | None = None) -> Body | None:
        """Measure one pose; None when nobody was found. Poses must come in order of time.

        `camera_motion` (2,) px is where the room has moved in the picture since the start (a camera that is not still).
        """
        if not pose.found:
            return None
        t, xy, world = pose.t, pose.xy, pose.world
        metres, pixels = size_of(pose)
        self._stature_m.add(t, metres)
        self._stature_px.add(t, pixels)
        stature_m = max(self._stature_m.median, 0.01)
        stature_px = max(self._stature_px.median, 1.0)
        slope = self._slope.slope
        if abs(slope - self._floor_slope) > ANOTHER_SLOPE:
            self._floor.clear()
            self._floor_slope = slope
        right, self._sunk = (0.0, 0.0) if camera_motion is None else camera_motion.tolist()
        sunk = self._sunk - self._floor_slope * right
        self._floor.add(t, _lowest(pose, pose.xy[:, 1] - self._floor_slope * pose.xy[:, 0]) - sunk)
        self._tool_floor.add(t, nan)  # and so forget what is too old
        lateral = (
            point_of(world, "left_shoulder")
            - point_of(world, "right_shoulder")
            + point_of(world, "left_hip")
            - point_of(world, "right_hip")
        )
        self._turn.add(t, float(np.degrees(np.arctan2(np.hypot(lateral[0], lateral[1]), abs(lateral[2])))))
        self._depth.add(t, float(lateral[2]))
        self._ahead.add(t, float(lateral[2]))
        self._across.add(t, float(lateral[0]))
        apart = point_of(xy, "left_shoulder") - point_of(xy, "right_shoulder")
        self._shoulders.add(t, abs(float(apart[0])))
        self._facing.add(t, float(apart[0]))
        turn = self._turn.median
        near: Literal["left", "right"] = "right" if self._depth.median > 0 else "left"
        floor = self._floor.median + sunk
        measures = Measures(
            pose, stature_px=stature_px, stature_m=stature_m, floor=(floor, self._floor_slope),
            tool_floor=self._tool_floor.median + self._sunk, turn=turn, near=near,
            ahead=1.0 if self._ahead.median > 0 else -1.0,
            feet_speed=self._feet_speed(t, xy) / stature_px,
        )  # fmt: skip
        self._slope.see_body(pose, stature_px, near, facing_up=measures["facing_up"], trunk_tilt=measures["trunk_tilt"])
        floor_y = floor + self._floor_slope * float(point_of(xy, "mid_hips")[0])
        return Body(
            t, pose, _view(turn, self._across.median), near, stature_px, stature_m,
            floor_y, measures, self._shoulders.median, 1.0 if self._facing.median > 0 else -1.0,
        )  # fmt: skip

    def _feet_speed(self, t: float, xy: Array) -> float:
        """Pixels a second of the faster ankle over the last half second."""
        now = np.stack([point_of(xy, "left_ankle"), point_of(xy, "right_ankle")])
        self._ankles = [(then, at) for then, at in self._ankles if then >= t - 0.5]
        speed = nan
        if self._ankles and t - self._ankles[0][0] >= 0.2:
            then, at = self._ankles[0]
            speed = float(np.linalg.norm(now - at, axis=1).max()) / (t - then)
        self._ankles.append((t, now))
        return speed


def _view(turn: float, across: float) -> View:
    if turn < SIDE_ON_DEG:
        return "side"
    if turn < FACING_DEG:
        return "oblique"
    return "front" if across > 0 else "back"


def _lowest(pose: Pose, level: Array) -> float:
    """The lowest visible landmark by their levelled rows (33,): somebody on the floor always touches it with one."""
    seen = pose.visibility >= SEEN
    return float(level[seen].max()) if seen.any() else nan
