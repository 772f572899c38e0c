"""A fake of a person: a stick figure in 3-D, put into a posture and projected by a simple camera.

Joints are (s, h, w) in statures: `s` along the floor, towards the feet of somebody lying or sitting
and to the front of somebody standing; `h` above the floor; `w` towards the person's own left.
Contacts follow the half-speed rule: the figure shifts by twice the way the contact goes, the other way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from smr_vision.body import (
    HIP_WIDTH_H,
    SHANK_H,
    SHOULDER_HALF_H,
    THIGH_H,
    TRUNK_H,
    Array,
    Body,
    BodyEstimator,
    opposite,
)
from smr_vision.moves import Move
from smr_vision.pose import LANDMARKS, Pose
from smr_vision.tool import DetectorResult, ToolDetection
from smr_vision.tool.axis import SegmentAxis
from smr_vision.video import Frame

Joints = dict[str, Array]
Act = Callable[[float], Joints | None]
"""What somebody does: the joints at each moment, None while nobody is there."""

HALF_HIPS = 0.065
TURNED = 18.0  # degrees of the chest at a wall
HEEL_LIFT = 0.04  # of a standing foot's ankle above the floor
FPS = 15.0
DARK = np.zeros((2, 32, 3), np.uint8)  # flat, so that looking for corners of the room costs little


@dataclass(frozen=True)
class Camera:
    """Parallel projection. `heading`: how far the person's `s` is turned away from the picture's x:
    0 side-on with the right side near, 90 from behind, 180 side-on with the left side near, -90 from the front.
    `elevation`: degrees that it looks down on the floor."""

    heading: float = 0.0
    scale: float = 250.0  # pixels a metre
    at: tuple[float, float] = (320.0, 400.0)  # where s = h = w = 0 is seen
    elevation: float = 0.0

    def space(self, places: Array) -> Array:
        """Places (n, 3) as (s, h, w) in metres, with the camera's axes: right, down, away."""
        turn, up = np.radians(self.heading), np.radians(self.elevation)
        s, h, w = places.T
        right, away = s * np.cos(turn) - w * np.sin(turn), s * np.sin(turn) + w * np.cos(turn)
        down = -h * np.cos(up) - away * np.sin(up)
        return np.stack([right, down, away * np.cos(up) - h * np.sin(up)], axis=1)

    def picture(self, places: Array) -> Array:
        """Pixels (n, 2) of places (n, 3) as (s, h, w) in metres."""
        return self.scale * self.space(places)[:, :2] + self.at


def pose(
    joints: Joints | None,
    t: float = 0.0,
    camera: Camera | None = None,
    *,
    stature: float = 1.70,
    hidden: Iterable[str] = (),
) -> Pose:
    """The pose of a figure as a landmarker would give it, without its errors."""
    if joints is None:
        return Pose.nobody(t)
    camera = camera or Camera()
    space = camera.space(stature * np.stack([joints[name] for name in LANDMARKS]))
    hips = (space[LANDMARKS["left_hip"]] + space[LANDMARKS["right_hip"]]) / 2
    visibility = np.full(len(LANDMARKS), 0.95)
    for name in hidden:
        visibility[LANDMARKS[name]] = 0.01
    return Pose(t, camera.scale * space[:, :2] + camera.at, space - hips, visibility)


def mirrored(of: Pose, width: float = 640.0) -> Pose:
    """The pose in the mirrored picture: left and right change places."""
    swap = [LANDMARKS[_other_side(name)] for name in LANDMARKS]
    xy, world = of.xy[swap].copy(), of.world[swap].copy()
    xy[:, 0] = width - xy[:, 0]
    world[:, 0] *= -1
    return Pose(of.t, xy, world, of.visibility[swap])


def measured(
    joints: Joints,
    camera: Camera | None = None,
    *,
    hidden: Iterable[str] = (),
    stature: float = 1.7,
    mirror: bool = False,
) -> Body:
    """The body measured from one posture held for a moment."""
    of = pose(joints, 0.0, camera, hidden=hidden, stature=stature)
    body = BodyEstimator().estimate(mirrored(of) if mirror else of)
    assert body is not None
    return body


def body_with(t: float, measures: Mapping[str, float]) -> Body:
    """A body with just these measures: for rules that look at nothing else."""
    return Body(t, Pose.nobody(t), "side", "right", 400.0, 1.7, 400.0, dict(measures))


def moments(start: float, end: float, fps: float = FPS) -> Iterator[float]:
    """Times of pictures with start <= t < end."""
    for number in range(round((end - start) * fps)):
        yield start + number / fps


def frame(t: float) -> Frame:
    return Frame(t, DARK)


def zigzag(t: float, low: float, high: float, pass_s: float) -> float:
    """A contact that goes evenly from `low` to `high` and back, `pass_s` each way; at `low` before 0."""
    place = max(t, 0.0) / pass_s % 2
    return low + (high - low) * (place if place < 1 else 2 - place)


def then(*acts: tuple[float, Act]) -> Act:
    """Acts one after another, each for so many seconds; the clock of each starts at 0."""

    def act(t: float) -> Joints | None:
        for seconds, what in acts[:-1]:
            if t < seconds:
                return what(t)
            t -= seconds
        return acts[-1][1](t)

    return act


class Eyes:
    """A tool finder that knows where the tool is; `None` where it can't be seen."""

    def __init__(
        self,
        contact: Callable[[float], float | None],
        confidence: float = 0.9,
        *,
        spread: float = 0.03,
        chance: float = 0.95,
        on_floor: bool = False,
    ) -> None:
        """`on_floor`: the tool is seen from its end, on the floor; else where it touches, and nothing of its axis."""
        self._contact = contact
        self._confidence = confidence
        self._spread = spread
        self._chance = chance
        self._on_floor = on_floor

    def detect(
        self, frame: Frame, body: Body, axis: SegmentAxis, move: Move, side: str | None
    ) -> DetectorResult | None:
        position = self._contact(frame.t)
        if position is None:
            return DetectorResult(None, axis, 0.0)
        seen = replace(detection(axis, position, self._confidence), spread=self._spread)
        end = np.array([seen.near[0], body.floor_y - seen.radius])
        return DetectorResult(replace(seen, near=end, far=end) if self._on_floor else seen, axis, self._chance)


def detection(axis: SegmentAxis, position: float, confidence: float = 0.9) -> ToolDetection:
    """The tool seen at a place along a segment."""
    return ToolDetection(axis.at(position), 15.0, None, axis.at(position), position, 0.03, axis.length, confidence)


# Postures


def thoracic(
    contact: float = 0.3,
    *,
    knees: float = 90.0,
    hips: float = 0.15,
    shoulders: float = 0.20,
    hands: str = "behind head",
    shift: float = 0.0,
) -> Joints:
    """On the back on a roller; feet follow, so that the knees stay at their angle."""
    s = shift - 2 * (contact - 0.3) * TRUNK_H
    joints = _trunk(s, hips, shoulders_h=shoulders)
    _legs_down(joints, knees)
    if hands == "behind head":
        _arms(joints, s - _run(shoulders - hips) - 0.10, shoulders, elbow_h=shoulders + 0.08)
    else:
        _arms(joints, s, 0.02)
    return _whole(joints)


def bridge(hips: float = 0.22) -> Joints:
    """Shoulders on the floor, hips up."""
    joints = _trunk(0.0, hips, shoulders_h=0.06)
    _legs_down(joints, 80.0)
    _arms(joints, 0.0, 0.02)
    return _whole(joints)


def lying(shift: float = 0.0) -> Joints:
    """Flat on the back."""
    joints = _trunk(shift, 0.06, shoulders_h=0.06)
    _legs_down(joints, 175.0)
    _arms(joints, shift, 0.03)
    return _whole(joints)


def calf(
    side: str, contact: float = 0.45, *, hips: float = 0.14, crossed: bool = True, toes_out: float = 0.0
) -> Joints:
    """Sitting back on the hands, one calf on a roller, the other leg crossed over the shin."""
    s = -2 * (contact - 0.45) * SHANK_H
    other = opposite(side)
    joints = _sitting_trunk(s, hips, tilt=60.0)
    _arms(joints, s - 0.30, 0.02)
    joints[f"{side}_ankle"] = joints[f"{side}_hip"] + _reach(172.0, 0.10 - hips)
    _knee(joints, side)
    shank = joints[f"{side}_ankle"] - joints[f"{side}_knee"]
    if crossed:
        joints[f"{other}_ankle"] = joints[f"{side}_knee"] + 0.75 * shank + np.array([0.0, 0.04, 0.0])
    else:
        joints[f"{other}_ankle"] = joints[f"{other}_hip"] + np.array([0.28, HEEL_LIFT - hips, 0.0])
    _knee(joints, other)
    return _whole(joints, {side: toes_out})


def glute(side: str, contact: float = 0.0, *, roll: float = 22.0, crossed: bool = True) -> Joints:
    """Sitting on a ball with one buttock, that ankle over the other knee, tipped to that side; foot and hands stay."""
    s = -2 * contact * HIP_WIDTH_H
    other = opposite(side)
    joints = _sitting_trunk(s, 0.19, tilt=60.0)
    turn = np.radians(roll)
    for joint in ("hip", "shoulder"):
        for of, down in ((side, 1.0), (other, -1.0)):
            half = float(joints[f"{of}_{joint}"][2])
            joints[f"{of}_{joint}"] += np.array([0.0, -down * abs(half) * np.sin(turn), half * (np.cos(turn) - 1)])
    _arms(joints, -0.30, 0.02)
    planted = joints[f"{other}_hip"] - np.array([s, 0.0, 0.0])
    joints[f"{other}_ankle"] = planted + _reach(95.0, HEEL_LIFT - float(planted[1]))
    _knee(joints, other)
    if crossed:
        joints[f"{side}_ankle"] = joints[f"{other}_knee"] + np.array([0.03, 0.03, 0.0])
        out = 1.0 if side == "left" else -1.0
        _knee(joints, side, bend=np.array([0.0, 0.4, out]))
    else:
        beside = joints[f"{side}_hip"] - np.array([s, 0.0, 0.0])
        joints[f"{side}_ankle"] = beside + _reach(95.0, HEEL_LIFT - float(beside[1]))
        _knee(joints, side)
    return _whole(joints)


def pectoral(side: str, contact: float = 0.65, *, lean: float = 12.0, turned: float = TURNED) -> Joints:
    """Leaning into a wall, feet planted, the body rocking along it, the chest turned to bring the working
    side to the wall."""
    towards = 1.0 if side == "left" else -1.0
    aside = -2 * (contact - 0.65) * SHOULDER_HALF_H * towards
    joints = _standing(lean)
    turn = np.radians(turned) * towards
    for name, place in joints.items():
        if not name.endswith(("ankle", "knee")):
            joints[name] = place + np.array([np.sin(turn) * place[2], 0.0, (np.cos(turn) - 1) * place[2] + aside])
    _arms(joints, 0.30, 0.75)
    return _whole(joints)


def standing(lean: float = 0.0, shift: float = 0.0) -> Joints:
    joints = _standing(lean)
    _shift(joints, shift)
    _arms(joints, shift, 0.45)
    return _whole(joints)


def walking(t: float, speed: float = 0.6) -> Joints:
    """Statures a second towards the front, feet swinging past each other."""
    joints = _standing(3.0)
    swing = 0.18 * np.sin(2 * np.pi * 0.9 * t)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        joints[f"{side}_ankle"] += np.array([sign * swing, 0.02 * (1 + sign * np.cos(2 * np.pi * 0.9 * t)), 0.0])
        _knee(joints, side, bend=np.array([1.0, 0.0, 0.0]))
    _shift(joints, speed * t)
    _arms(joints, speed * t, 0.45)
    return _whole(joints)


def sitting() -> Joints:
    """On the floor, legs long, hands in the lap."""
    joints = _sitting_trunk(0.0, 0.06, tilt=88.0)
    _legs_down(joints, 175.0)
    _arms(joints, 0.12, 0.12)
    return _whole(joints)


def on_a_chair() -> Joints:
    joints = _sitting_trunk(0.0, 0.28, tilt=88.0)
    _legs_down(joints, 92.0)
    _arms(joints, 0.15, 0.32)
    return _whole(joints)


def squatting(depth: float = 1.0) -> Joints:
    """From standing (0) to a deep squat (1)."""
    joints = _sitting_trunk(-0.05 * depth, 0.51 - 0.27 * depth, tilt=90.0 - 35.0 * depth)
    for side, w in (("left", 0.09), ("right", -0.09)):
        joints[f"{side}_ankle"] = np.array([0.06 * depth, HEEL_LIFT, w])
        _knee(joints, side, bend=np.array([1.0, 0.0, 0.0]))
    _arms(joints, 0.25 * depth, 0.6)
    return _whole(joints)


def push_up(depth: float = 0.0) -> Joints:
    """On hands and toes, face down; `depth` 1 is the chest near the floor."""
    joints = _trunk(0.0, 0.22 - 0.12 * depth, shoulders_h=0.32 - 0.22 * depth)
    _legs_down(joints, 178.0)
    _arms(joints, -0.30, 0.02)
    for place in joints.values():
        place[2] *= -1  # face down, the left side is on the other hand
    return _whole(joints)


def lying_on_the_side(side: str) -> Joints:
    """The shoulders and hips one above the other, `side` below."""
    joints = thoracic()
    for name, place in joints.items():
        below = place[2] if side == "left" else -place[2]
        joints[name] = np.array([place[0], 0.12 - below, 0.0])
    return joints


def raised(joints: Joints, side: str = "left") -> Joints:
    """The same with one arm straight up."""
    shoulder = joints[f"{side}_shoulder"]
    up = dict(joints)
    up[f"{side}_elbow"] = shoulder + np.array([0.0, 0.17, 0.0])
    up[f"{side}_wrist"] = shoulder + np.array([0.0, 0.33, 0.0])
    return up


# How figures are built


def _run(rise: float) -> float:
    """How far along the floor the shoulders are from the hips when they are so much higher."""
    return float(np.sqrt(max(TRUNK_H**2 - rise**2, 0.0)))


def _shift(joints: Joints, s: float) -> None:
    for name in joints:
        joints[name] = joints[name] + np.array([s, 0.0, 0.0])


def _pair(joints: Joints, joint: str, s: float, h: float, half: float) -> None:
    joints[f"left_{joint}"] = np.array([s, h, half])
    joints[f"right_{joint}"] = np.array([s, h, -half])


def _trunk(s: float, hips_h: float, *, shoulders_h: float) -> Joints:
    joints: Joints = {}
    _pair(joints, "hip", s, hips_h, HALF_HIPS)
    _pair(joints, "shoulder", s - _run(shoulders_h - hips_h), shoulders_h, SHOULDER_HALF_H)
    return joints


def _sitting_trunk(s: float, hips_h: float, *, tilt: float) -> Joints:
    rise = TRUNK_H * np.sin(np.radians(tilt))
    return _trunk(s, hips_h, shoulders_h=hips_h + float(rise))


def _standing(lean: float) -> Joints:
    """Straight from the ankles to the shoulders, leaning to the front."""
    joints: Joints = {}
    line = np.array([np.sin(np.radians(lean)), np.cos(np.radians(lean))])
    for joint, position, half in (
        ("ankle", 0.0, 0.07), ("knee", SHANK_H, 0.07), ("hip", SHANK_H + THIGH_H, HALF_HIPS),
        ("shoulder", SHANK_H + THIGH_H + TRUNK_H, SHOULDER_HALF_H),
    ):  # fmt: skip
        s, h = position * line
        _pair(joints, joint, float(s), float(h) + HEEL_LIFT, half)
    return joints


def _reach(knee_angle: float, rise: float) -> Array:
    """From hip to ankle when the knee is bent so far and the ankle is so much higher."""
    angle = np.radians(knee_angle)
    reach = np.sqrt(THIGH_H**2 + SHANK_H**2 - 2 * THIGH_H * SHANK_H * np.cos(angle))
    return np.array([np.sqrt(reach**2 - rise**2), rise, 0.0])


def _knee(joints: Joints, side: str, bend: Array | None = None) -> None:
    """Put the knee between hip and ankle, bent upwards or towards `bend`."""
    hip, ankle = joints[f"{side}_hip"], joints[f"{side}_ankle"]
    line = ankle - hip
    reach = min(float(np.linalg.norm(line)), THIGH_H + SHANK_H - 1e-6)
    line = line / np.linalg.norm(line)
    towards = np.array([0.0, 1.0, 0.0]) if bend is None else bend
    aside = towards - (towards @ line) * line
    position = (reach**2 + THIGH_H**2 - SHANK_H**2) / (2 * reach)
    joints[f"{side}_knee"] = hip + position * line + np.sqrt(THIGH_H**2 - position**2) * aside / np.linalg.norm(aside)


def _legs_down(joints: Joints, knee_angle: float) -> None:
    for side in ("left", "right"):
        hip = joints[f"{side}_hip"]
        joints[f"{side}_ankle"] = hip + _reach(knee_angle, HEEL_LIFT - float(hip[1]))
        _knee(joints, side)


def _arms(joints: Joints, wrist_s: float, wrist_h: float, elbow_h: float | None = None) -> None:
    for side in ("left", "right"):
        shoulder = joints[f"{side}_shoulder"]
        wrist = np.array([wrist_s, wrist_h, shoulder[2]])
        elbow = (shoulder + wrist) / 2
        elbow[1] = elbow[1] if elbow_h is None else elbow_h
        joints[f"{side}_wrist"], joints[f"{side}_elbow"] = wrist, elbow


def _whole(joints: Joints, toes_out: Mapping[str, float] | None = None) -> Joints:
    """Add face, hands and feet."""
    shoulders = (joints["left_shoulder"] + joints["right_shoulder"]) / 2
    hips = (joints["left_hip"] + joints["right_hip"]) / 2
    head = shoulders + 0.12 * (shoulders - hips) / np.linalg.norm(shoulders - hips)
    whole = dict.fromkeys(LANDMARKS, head) | joints
    for side, out in (("left", 1.0), ("right", -1.0)):
        for finger in ("pinky", "index", "thumb"):
            whole[f"{side}_{finger}"] = joints[f"{side}_wrist"] - np.array([0.0, 0.02, 0.0])
        ankle = joints[f"{side}_ankle"]
        turn = np.radians((toes_out or {}).get(side, 0.0))
        aside = 0.12 * out * np.sin(turn)
        whole[f"{side}_heel"] = np.array([ankle[0], max(ankle[1] - HEEL_LIFT, 0.0), ankle[2]])
        flat = ankle[1] <= HEEL_LIFT + 0.021
        ahead = np.array([0.12 * np.cos(turn), 0.0, aside]) if flat else np.array([0.0, 0.12 * np.cos(turn), aside])
        whole[f"{side}_foot_index"] = whole[f"{side}_heel"] + ahead
    return whole


def _other_side(name: str) -> str:
    if "left" in name:
        return name.replace("left", "right")
    return name.replace("right", "left")
