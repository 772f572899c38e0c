"""From landmarks to named measures: joint angles, heights above the floor, distances, and the view.

Coordinates are pixels of the upright picture, x right, y down; world landmarks are metres with the
same axes and z away from the camera. Lengths are divided by the person's stature H, so that they do
not depend on how far the camera stands. An angle is taken in the plane of the picture where the
camera is side-on and from the world landmarks where it is not: side-on the picture is the better
ruler, obliquely it is not [domain S24; docs/accuracy.md]. What can't be seen is NaN, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from smr_vision.pose import LANDMARKS, Pose
from smr_vision.recent import Recent

View = Literal["side", "front", "oblique", "back"]
Array = NDArray[np.float64]
SIDES: Final = ("left", "right")

# Segment lengths as shares of stature, means of men and women [ANSUR II].
TRUNK_H: Final = 0.304
THIGH_H: Final = 0.233
SHANK_H: Final = 0.243
HIP_WIDTH_H: Final = 0.13  # between the hip joints of the rendered bodies with exact truth: 0.12-0.14

# A landmark is measured from this visibility on. On rendered people with exact truth 90 % of the joints
# between 0.1 and 0.5 lie within a fifth of the trunk of where they are (half of them within a
# twentieth): hidden by the person's own body, but well inferred. Below 0.1 they do not.
SEEN: Final = 0.1
# A hand behind the head is hidden by it. With the elbow in view its place is inferred well enough to
# tell behind the head from elsewhere (9 of 10 within a quarter of the trunk on the same clips).
ELBOW_SEEN: Final = 0.3
WRIST_HINTED: Final = 0.05
ELBOW_DOWN: Final = 0.12  # of the trunk below the shoulders; with the hands behind the head elbows lie above 0.06
SIDE_ON_DEG: Final = 30.0  # the shoulder and hip lines point at the camera within this angle
FACING_DEG: Final = 60.0  # beyond it the person faces or turns their back to the camera
_BLEND_DEG: Final = 20.0  # from picture plane to 3-D over this much turn, so that no angle jumps

# Every measure a move file may use, with its unit. "{side}" ones exist for left and right and are
# named there as "working ..." and "other ..."; a plain joint angle is the side nearest the camera.
MEASURES: Final[Mapping[str, str]] = {
    "knee_angle": "degrees, 180 straight",
    "hip_angle": "degrees, shoulder-hip-knee",
    "hand_level": "wrist along the trunk: 0 shoulders, 1 hips, negative beyond the shoulders (towards the head)",
    "hand_height": "the lower visible wrist above the floor, statures",
    "trunk_tilt": "degrees of the hips-to-shoulders line above level",
    "hip_height": "mid-hips above the floor, statures",
    "shoulder_height": "mid-shoulders above the floor, statures",
    "facing_up": "degrees the chest points above level: 90 on the back, -90 on the front",
    "lean": "degrees the ankles-to-shoulders line leans forward from upright",
    "feet_speed": "speed of the ankles, statures a second",
    "view_angle": "degrees off side-on: 0 side-on, 90 facing or turned away",
}
SIDED_MEASURES: Final[Mapping[str, str]] = {
    "knee_angle": "degrees, 180 straight",
    "hip_angle": "degrees, shoulder-hip-knee",
    "elbow_angle": "degrees, 180 straight",
    "knee_height": "above the floor, statures",
    "ankle_height": "above the floor, statures",
    "wrist_height": "above the floor, statures",
    "hand_level": "wrist along the trunk: 0 shoulders, 1 hips, negative beyond the shoulders",
    "shank_tilt": "degrees of the knee-to-ankle line off level",
    "thigh_tilt": "degrees of the hip-to-knee line above level",
    "ankle_along_other_shank": "this ankle along the other shank: 0 knee, 1 ankle",
    "ankle_above_other_shank": "this ankle above the other shank, statures",
    "ankle_to_other_knee": "distance of this ankle from the other knee, statures",
    "hip_roll": "degrees the pelvis is rolled towards this side",
    "shoulder_roll": "degrees the shoulders are rolled towards this side",
    "foot_turn": "degrees the foot points outwards (positive) or inwards, seen in the picture",
    "nearness": "1 when this side is nearest the camera, -1 when it is the far one",
}


@dataclass(frozen=True, eq=False)
class Body:
    """One person at time `t` (seconds).

    `stature_px` is H in pixels and `stature_m` in metres by MediaPipe's own scale (not the person's
    real height); `floor_y` the picture row of the floor; `near` the side nearest the camera;
    `measures` as in `MEASURES` and `SIDED_MEASURES` (the latter with `_left` or `_right` added).
    """

    t: float
    pose: Pose
    view: View | None
    near: Literal["left", "right"]
    stature_px: float
    stature_m: float
    floor_y: float
    measures: Mapping[str, float]

    def measure(self, name: str, side: str | None = None) -> float:
        """The measure `name`; "working x" and "other x" are of `side` and its opposite. NaN when not measured."""
        role, _, base = name.rpartition(" ")
        if not role:
            return self.measures.get(name, nan)
        if side is None:
            return nan
        of = side if role == "working" else opposite(side)
        return self.measures.get(f"{base}_{of}", nan)

    def point(self, joint: str) -> Array:
        """Pixel position (2,) of a landmark name, or of `mid_shoulders`, `mid_hips`, `mid_knees`, `mid_ankles`."""
        return _point(self.pose.xy, joint)


def opposite(side: str) -> str:
    return "right" if side == "left" else "left"


def _point(points: Array, joint: str) -> Array:
    if joint.startswith("mid_"):
        name = joint.removeprefix("mid_").removesuffix("s")
        mid: Array = (points[LANDMARKS[f"left_{name}"]] + points[LANDMARKS[f"right_{name}"]]) / 2
        return mid
    at: Array = points[LANDMARKS[joint]]
    return at


def angle_at(a: Array, b: Array, c: Array) -> float:
    """Interior angle at `b` in degrees, for points of 2 or 3 coordinates; NaN when two coincide."""
    u, v = a - b, c - b
    length = float(np.linalg.norm(u) * np.linalg.norm(v))
    if not length > 0:
        return nan
    return float(np.degrees(np.arccos(np.clip(float(u @ v) / length, -1.0, 1.0))))


def stature_of(world: Array) -> float:
    """Stature in metres by the lengths of trunk, thighs and shanks in the world landmarks (33, 3)."""

    def length(a: str, b: str) -> float:
        return float(np.linalg.norm(_point(world, a) - _point(world, b)))

    thigh = (length("left_hip", "left_knee") + length("right_hip", "right_knee")) / 2
    shank = (length("left_knee", "left_ankle") + length("right_knee", "right_ankle")) / 2
    return (length("mid_shoulders", "mid_hips") + thigh + shank) / (TRUNK_H + THIGH_H + SHANK_H)


def pixels_per_metre(xy: Array, world: Array) -> float:
    """Scale of a picture: spread of the landmarks (33, 2) px over that of the world ones (33, 3) m."""
    flat = world[:, :2] - world[:, :2].mean(axis=0)
    px = xy - xy.mean(axis=0)
    return float(np.sqrt((px**2).sum() / max(float((flat**2).sum()), 1e-9)))


class BodyMeter:
    """Measures one person; keeps a few seconds of scale, floor and view so that they stay steady."""

    def __init__(self) -> None:
        self._stature_m = Recent(3.0)
        self._stature_px = Recent(3.0)
        self._floor = Recent(3.0)
        self._turn = Recent(1.5)
        self._depth = Recent(1.5)
        self._across = Recent(1.5)
        self._ankles: list[tuple[float, Array]] = []

    def update(self, pose: Pose, room: Array | None = None) -> Body | None:
        """Measure one pose; None when nobody was found. Poses must come in order of time. `room` (2,) px is
        where the room has moved in the picture since the start (a camera that is not still)."""
        if not pose.found:
            return None
        t, xy, world = pose.t, pose.xy, pose.world
        metres = stature_of(world)
        self._stature_m.add(t, metres)
        self._stature_px.add(t, pixels_per_metre(xy, world) * metres)
        sunk = 0.0 if room is None else float(room[1])
        self._floor.add(t, _lowest(pose) - sunk)
        lateral = (
            _point(world, "left_shoulder")
            - _point(world, "right_shoulder")
            + _point(world, "left_hip")
            - _point(world, "right_hip")
        )
        self._turn.add(t, float(np.degrees(np.arctan2(np.hypot(lateral[0], lateral[1]), abs(lateral[2])))))
        self._depth.add(t, float(lateral[2]))
        self._across.add(t, float(lateral[0]))
        turn = self._turn.median
        near: Literal["left", "right"] = "right" if self._depth.median > 0 else "left"
        stature_px = max(self._stature_px.median, 1.0)
        floor_y = self._floor.median + sunk
        ruler = _Ruler(pose, stature_px, self._stature_m.median, floor_y, turn, near)
        measures = ruler.all()
        measures["feet_speed"] = self._feet_speed(t, xy) / stature_px
        return Body(
            t, pose, _view(turn, self._across.median), near, stature_px, self._stature_m.median,
            floor_y, measures,
        )  # fmt: skip

    def _feet_speed(self, t: float, xy: Array) -> float:
        """Pixels a second of the faster ankle over the last half second."""
        now = np.stack([_point(xy, "left_ankle"), _point(xy, "right_ankle")])
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


def _lowest(pose: Pose) -> float:
    """Picture row of the lowest visible landmark: somebody on the floor always touches it with one."""
    seen = pose.visibility >= SEEN
    return float(pose.xy[seen, 1].max()) if seen.any() else nan


class _Ruler:
    """All measures of one pose."""

    def __init__(self, pose: Pose, stature_px: float, stature_m: float, floor_y: float, turn: float, near: str) -> None:
        self._pose = pose
        self._px = stature_px
        self._m = stature_m
        self._floor = floor_y
        self._flat = float(np.clip((SIDE_ON_DEG + _BLEND_DEG - turn) / _BLEND_DEG, 0, 1))
        self._turn = turn
        self._near = near

    def all(self) -> dict[str, float]:
        measures = self._whole()
        for side in SIDES:
            measures |= {f"{name}_{side}": value for name, value in self._sided(side).items()}
        for name in ("knee_angle", "hip_angle", "hand_level"):
            measures[name] = measures[f"{name}_{self._near}"]
        return measures

    def _at(self, joint: str, least: float = SEEN) -> Array:
        """Pixels (2,) of a joint, NaN when it is less visible than `least`."""
        names = [joint]
        if joint.startswith("mid_"):
            name = joint.removeprefix("mid_").removesuffix("s")
            names = [f"left_{name}", f"right_{name}"]
        # Of a pair one seen is enough: side-on the far one always hides behind the near one.
        if max(float(self._pose.visibility[LANDMARKS[n]]) for n in names) < least:
            return np.full(2, nan)
        return _point(self._pose.xy, joint)

    def _height(self, joint: str, least: float = SEEN) -> float:
        return (self._floor - float(self._at(joint, least)[1])) / self._px

    def _angle(self, a: str, b: str, c: str) -> float:
        """Joint angle at `b`: in the picture side-on, from 3-D obliquely, blended between."""
        flat = angle_at(self._at(a), self._at(b), self._at(c))
        world = self._pose.world
        deep = angle_at(_point(world, a), _point(world, b), _point(world, c))
        return self._flat * flat + (1 - self._flat) * deep

    def _tilt(self, a: str, b: str, least: float = SEEN) -> float:
        """Degrees that the line from `a` to `b` rises above level."""
        d = self._at(b, least) - self._at(a, least)
        return float(np.degrees(np.arctan2(-d[1], abs(d[0]))))

    def _whole(self) -> dict[str, float]:
        world = self._pose.world
        up = _point(world, "mid_shoulders") - _point(world, "mid_hips")
        across = _point(world, "left_shoulder") - _point(world, "right_shoulder")
        across = across + _point(world, "left_hip") - _point(world, "right_hip")
        front = np.cross(across, up)
        return {
            "trunk_tilt": self._tilt("mid_hips", "mid_shoulders"),
            "hip_height": self._height("mid_hips"),
            "shoulder_height": self._height("mid_shoulders"),
            "hand_height": float(np.fmin(self._height("left_wrist"), self._height("right_wrist"))),
            "facing_up": float(np.degrees(np.arcsin(-front[1] / max(float(np.linalg.norm(front)), 1e-9)))),
            "lean": self._lean(front),
            "view_angle": self._turn,
        }

    def _lean(self, front: Array) -> float:
        """Forward lean of the whole body, degrees: in the picture where forward lies in it, else 3-D."""
        world = self._pose.world
        ahead = front[[0, 2]] / max(float(np.hypot(front[0], front[2])), 1e-9)
        rise = _point(world, "mid_shoulders") - _point(world, "mid_ankles")
        deep = float(np.degrees(np.arctan2(float(rise[[0, 2]] @ ahead), -rise[1])))
        d = self._at("mid_shoulders") - self._at("mid_ankles")
        share = float(abs(ahead[0]))
        if share < 0.3 or not d[1] < 0:
            return deep
        flat = float(np.degrees(np.arctan2(d[0] * np.sign(ahead[0]) / max(share, 0.6), -d[1])))
        weight = min((share - 0.3) / 0.3, 1.0)
        return weight * flat + (1 - weight) * deep

    def _sided(self, side: str) -> dict[str, float]:
        other = opposite(side)
        world = self._pose.world
        along, above = self._ankle_on_other_shank(side, other)
        hips = _point(world, f"{side}_hip") - _point(world, f"{other}_hip")
        shoulders = _point(world, f"{side}_shoulder") - _point(world, f"{other}_shoulder")
        return {
            "knee_angle": self._angle(f"{side}_hip", f"{side}_knee", f"{side}_ankle"),
            "hip_angle": self._angle(f"{side}_shoulder", f"{side}_hip", f"{side}_knee"),
            "elbow_angle": self._angle(f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist"),
            "knee_height": self._height(f"{side}_knee"),
            "ankle_height": self._height(f"{side}_ankle"),
            "wrist_height": self._height(f"{side}_wrist"),
            "hand_level": self._hand_level(side),
            "shank_tilt": self._tilt(f"{side}_knee", f"{side}_ankle"),
            "thigh_tilt": self._tilt(f"{side}_hip", f"{side}_knee"),
            "ankle_along_other_shank": along,
            "ankle_above_other_shank": above,
            "ankle_to_other_knee": self._ankle_to_knee(side, other),
            "hip_roll": _roll(hips),
            "shoulder_roll": _roll(shoulders),
            "foot_turn": self._foot_turn(side),
            "nearness": 1.0 if side == self._near else -1.0,
        }

    def _hand_level(self, side: str) -> float:
        if self._pose.visibility[LANDMARKS[f"{side}_elbow"]] < ELBOW_SEEN:
            return nan
        top, down = self._at("mid_shoulders"), self._at("mid_hips")
        trunk = down - top
        length = max(float(trunk @ trunk), 1e-9)
        hand = float((self._at(f"{side}_wrist", WRIST_HINTED) - top) @ trunk / length)
        if hand == hand:
            return hand
        # Where the hand is hidden, an elbow that points to the hips still says where it is not.
        elbow = float((self._at(f"{side}_elbow") - top) @ trunk / length)
        return elbow if elbow > ELBOW_DOWN else nan

    def _ankle_on_other_shank(self, side: str, other: str) -> tuple[float, float]:
        """Where this ankle lies on the other shank (0 knee, 1 ankle), and how far above it (statures)."""
        knee, ankle = self._at(f"{other}_knee"), self._at(f"{other}_ankle")
        foot = self._at(f"{side}_ankle")
        shank = ankle - knee
        length = max(float(np.linalg.norm(shank)), 1e-9)
        normal = np.array([shank[1], -shank[0]]) / length
        normal = normal if normal[1] < 0 else -normal  # upwards in the picture
        return float((foot - knee) @ shank / length**2), float((foot - knee) @ normal) / self._px

    def _ankle_to_knee(self, side: str, other: str) -> float:
        """In the picture and in 3-D, averaged: either alone is fooled from some angles."""
        flat = np.linalg.norm(self._at(f"{side}_ankle", 0.0) - self._at(f"{other}_knee")) / self._px
        world = self._pose.world
        deep = np.linalg.norm(_point(world, f"{side}_ankle") - _point(world, f"{other}_knee")) / self._m
        return float(flat + deep) / 2

    def _foot_turn(self, side: str) -> float:
        """How far the toes point aside of the shank in 3-D, outwards positive, degrees."""
        world = self._pose.world
        if self._pose.visibility[LANDMARKS[f"{side}_foot_index"]] < SEEN:
            return nan
        foot = _point(world, f"{side}_foot_index") - _point(world, f"{side}_heel")
        out = _point(world, f"{side}_hip") - _point(world, f"{opposite(side)}_hip")
        length = float(np.linalg.norm(foot) * np.linalg.norm(out))
        return float(np.degrees(np.arcsin(np.clip(float(foot @ out) / max(length, 1e-9), -1, 1))))


def _roll(across: Array) -> float:
    """Degrees that the line from the other side to this one points down."""
    return float(np.degrees(np.arcsin(across[1] / max(float(np.linalg.norm(across)), 1e-9))))
