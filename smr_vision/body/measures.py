"""The measures of one pose by name: joint angles, heights above the floor, places on other limbs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from math import asin, atan2, degrees, isnan, nan, sqrt
from typing import Final

import numpy as np

from smr_vision.body.anthropometry import SHOULDER_HALF_H
from smr_vision.body.geometry import (
    SIDES,
    length_of,
    lowest_of,
    opposite,
    point_of,
    share_of,
    within_one,
)
from smr_vision.body.seen_joints import SEEN, SeenJoints
from smr_vision.pose import LANDMARKS, Pose

# A hand behind the head is hidden by it. With the elbow in view its place is inferred well enough to
# tell behind the head from elsewhere (9 of 10 within a quarter of the trunk on the same clips).
ELBOW_SEEN: Final = 0.3
HINTED: Final = 0.04  # the clips speak for 0.05; lowered after looking at one photograph, see docs/accuracy_log.md
ELBOW_DOWN: Final = 0.12  # of the trunk below the shoulders; with the hands behind the head elbows lie above 0.06
# So far beyond them, towards the head, elbows lie with the hands behind it alone: rendered dev, .6 in the median of 690
# moments with the hand hidden there, .06 at most of 284 with the hands elsewhere.
ELBOW_UP: Final = 0.2
_HAND: Final = ("wrist", "pinky", "index", "thumb")
# Of a forward lean so much is seen from the side; less of it in the picture is made up for (rendered people
# from 14 to 66 degrees behind: leaning 7.5 to 12.6 degrees in the picture, not leaning up to 5).
LEAN_SEEN: Final = 0.7
LEAST_LEAN_SEEN: Final = 0.5
LEAST_ASIDE: Final = 0.42  # seen from farther behind (or before) the picture says nothing of a lean
HANDS_APART_H: Final = 0.2  # hands on the floor lie up to .13 apart in height in the picture, a laptop's camera given

# Every measure a move file may use, with its unit. "{side}" ones exist for left and right and are
# named there as "working ..." and "other ..."; a plain joint angle is the side nearest the camera.
MEASURES: Final[Mapping[str, str]] = {
    "knee_angle": "degrees, 180 straight",
    "hip_angle": "degrees, shoulder-hip-knee",
    "hand_level": "wrist along the trunk: 0 shoulders, 1 hips, negative beyond the shoulders (towards the head)",
    "hand_height": "the lower visible wrist above the floor, statures",
    "trunk_tilt": "degrees of the hips-to-shoulders line above level",
    "trunk_top": "the higher of mid-shoulders and mid-hips above the floor, statures",
    "hip_height": "mid-hips above the floor, statures",
    "shoulder_height": "mid-shoulders above the floor, statures",
    "hip_clearance": "mid-hips above the mean of where hands and tool touch the floor, statures",
    "length_seen": "how far shoulders and ankles are apart from left to right in the picture, statures",
    "facing_up": "degrees the chest points above level: 90 on the back, -90 on the front",
    "lean": "degrees the ankles-to-shoulders line leans forward from upright",
    "trunk_lean": "degrees the trunk of somebody upright leans forward",
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
    "ankle_by_other_ankle": "which this ankle is nearer to: 0 the other knee, 1 the other ankle, .5 as near to both",
    "hip_roll": "degrees the pelvis is rolled towards this side",
    "shoulder_roll": "degrees the shoulders are rolled towards this side",
    "shoulder_drop": "degrees the line to this shoulder from the other one points down, seen in the picture",
    "foot_turn": "degrees the foot points outwards (positive) or inwards, seen in the picture",
    "nearness": "1 when this side is nearest the camera, -1 when it is the far one",
}


class Measures(SeenJoints, Mapping[str, float]):
    """The measures of one pose of a person of known size, who is turned by `turn` degrees off side-on.

    Each is worked out when it is first asked for: a move asks for a few. `feet_speed` needs more than one pose and
    is given. `floor`: its row (px) at the picture's left edge, and how many rows it sinks per pixel to the right;
    `ahead`: whether somebody upright faces the right of the picture (1) or its left (-1), of late;
    `tool_floor`: the row where the middle of the tool touches it, NaN while the tool is not seen.
    """

    def __init__(
        self, pose: Pose, *, stature_px: float, stature_m: float, floor: tuple[float, float], tool_floor: float,
        turn: float, near: str, ahead: float, feet_speed: float,
    ) -> None:  # fmt: skip
        super().__init__(pose, stature_px=stature_px, floor=floor, turn=turn)
        self._m = stature_m
        self._tool_floor = tool_floor
        self._near = near
        self._ahead = ahead
        self._known = {"feet_speed": feet_speed, "view_angle": turn}

    def __getitem__(self, name: str) -> float:
        value = self._known.get(name)
        if value is None:
            value = self._known[name] = _HOW[name](self)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)

    def hip_clearance(self) -> float:
        """Of somebody between hands and tool: a camera higher up or off the side takes the hands' row of the floor
        and the tool's apart, and the hips lie between them. Both hands: the near one is lower in the picture."""
        if min(self._visibility[LANDMARKS[f"{self._near}_{joint}"]] for joint in _HAND) < SEEN:
            return nan
        lowest = [float(lowest_of(self._pose.xy, side, _HAND)[1]) for side in SIDES]
        if abs(lowest[0] - lowest[1]) > HANDS_APART_H * self._px:
            return nan
        hips = float(self._at("mid_hips")[1])
        return ((sum(lowest) / 2 + self._tool_floor) / 2 - hips) / self._px

    def length_seen(self) -> float:
        """Of somebody on the floor: little where their feet or their head point at the camera."""
        return abs(float((self._at("mid_ankles") - self._at("mid_shoulders"))[0])) / self._px

    def facing_up(self) -> float:
        """Degrees that the chest points above level."""
        return degrees(asin(within_one(-self._front[1] / max(length_of(self._front), 1e-9))))

    def lean(self) -> float:
        """Forward lean of the whole body, degrees: in the picture where forward lies in it, else 3-D."""
        world, front = self._pose.world, self._front
        ahead = front[[0, 2]] / max(float(np.hypot(front[0], front[2])), 1e-9)
        rise = point_of(world, "mid_shoulders") - point_of(world, "mid_ankles")
        deep = float(np.degrees(np.arctan2(float(rise[[0, 2]] @ ahead), -rise[1])))
        d = self._at("mid_shoulders") - self._at("mid_ankles")
        share = float(abs(ahead[0]))
        if share < 0.3 or not d[1] < 0:
            return deep
        flat = float(np.degrees(np.arctan2(d[0] * np.sign(ahead[0]) / max(share, 0.6), -d[1])))
        weight = min((share - 0.3) / 0.3, 1.0)
        return weight * flat + (1 - weight) * deep

    def trunk_lean(self) -> float:
        """Forward lean of the trunk of somebody upright, degrees: in the picture, as far as they are seen from the
        side, which the shoulders' width in the picture tells; from behind or before nothing tells, 3-D least of all."""
        x, y = (self._at("mid_shoulders") - self._at("mid_hips")).tolist()
        across = float((self._at("left_shoulder") - self._at("right_shoulder"))[0])
        aside = sqrt(max(1 - (across / (2 * SHOULDER_HALF_H * self._px)) ** 2, 0.0))
        if not aside >= LEAST_ASIDE:
            return nan
        seen = min(max(aside / LEAN_SEEN, LEAST_LEAN_SEEN), 1.0)
        return degrees(atan2(x * self._ahead / seen, -y))

    def hand_level(self, side: str) -> float:
        """The wrist along the trunk; where the hand is hidden, an elbow that points to the hips still says
        where it is not, and one that points beyond the head that it is behind it."""
        top = self._at("mid_shoulders")
        trunk = self._at("mid_hips") - top
        length = max(float(trunk @ trunk), 1e-9)
        if self._visibility[LANDMARKS[f"{side}_elbow"]] >= ELBOW_SEEN:
            hand = float((self._at(f"{side}_wrist", HINTED) - top) @ trunk / length)
            if not isnan(hand):
                return hand
        elbow = float((self._at(f"{side}_elbow", HINTED) - top) @ trunk / length)
        return elbow if elbow > ELBOW_DOWN or elbow < -ELBOW_UP else nan

    def ankle_on_other_shank(self, side: str) -> tuple[float, float]:
        """Where this ankle lies on the other shank (0 knee, 1 ankle), and how far above it (statures)."""
        other = opposite(side)
        knee, ankle = self._at(f"{other}_knee"), self._at(f"{other}_ankle")
        foot = self._at(f"{side}_ankle")
        shank = ankle - knee
        length = max(length_of(shank), 1e-9)
        normal = np.array([shank[1], -shank[0]]) / length
        normal = normal if normal[1] < 0 else -normal  # upwards in the picture
        return float((foot - knee) @ shank / length**2), float((foot - knee) @ normal) / self._px

    def ankle_to_other_knee(self, side: str) -> float:
        """In the picture and in 3-D, averaged: either alone is fooled from some angles."""
        other = opposite(side)
        flat = length_of(self._at(f"{side}_ankle", 0.0) - self._at(f"{other}_knee")) / self._px
        world = self._pose.world
        deep = length_of(point_of(world, f"{side}_ankle") - point_of(world, f"{other}_knee")) / self._m
        return (flat + deep) / 2

    def ankle_by_other_ankle(self, side: str) -> float:
        """The share of the distance from the other knee in those from other knee and other ankle, which needs no scale;
        in the picture and in 3-D, averaged."""
        other = opposite(side)
        foot, knee, ankle = f"{side}_ankle", f"{other}_knee", f"{other}_ankle"
        flat = share_of(self._at(foot), self._at(knee), self._at(ankle))
        deep = share_of(*(point_of(self._pose.world, joint) for joint in (foot, knee, ankle)))
        return (flat + deep) / 2

    def foot_turn(self, side: str) -> float:
        """How far the toes point aside of the shank in 3-D, outwards positive, degrees."""
        world = self._pose.world
        if self._visibility[LANDMARKS[f"{side}_foot_index"]] < SEEN:
            return nan
        foot = point_of(world, f"{side}_foot_index") - point_of(world, f"{side}_heel")
        out = point_of(world, f"{side}_hip") - point_of(world, f"{opposite(side)}_hip")
        length = length_of(foot) * length_of(out)
        return degrees(asin(within_one(float(foot @ out) / max(length, 1e-9))))

    def roll(self, joint: str, side: str) -> float:
        """Degrees that the line to this joint from that of the other side points down, 3-D."""
        across = point_of(self._pose.world, f"{side}_{joint}") - point_of(self._pose.world, f"{opposite(side)}_{joint}")
        return degrees(asin(within_one(float(across[1]) / max(length_of(across), 1e-9))))

    def shoulder_drop(self, side: str) -> float:
        """How far this shoulder lies below the other in the picture, as the turn of a line of the shoulders' length."""
        low, high = self._at(f"{side}_shoulder"), self._at(f"{opposite(side)}_shoulder")
        return degrees(asin(within_one(float((low - high)[1]) / (2 * SHOULDER_HALF_H * self._px))))

    def nearer(self, name: str) -> float:
        """A measure of the side that is nearest the camera."""
        return self[f"{name}_{self._near}"]

    def nearness(self, side: str) -> float:
        return 1.0 if side == self._near else -1.0


_WHOLE: Final[Mapping[str, Callable[[Measures], float]]] = {
    "knee_angle": lambda m: m.nearer("knee_angle"),
    "hip_angle": lambda m: m.nearer("hip_angle"),
    "hand_level": lambda m: m.nearer("hand_level"),
    "hand_height": lambda m: float(np.fmin(m.height("left_wrist"), m.height("right_wrist"))),
    "trunk_tilt": lambda m: m.tilt("mid_hips", "mid_shoulders"),
    "trunk_top": lambda m: float(np.fmax(m.height("mid_shoulders"), m.height("mid_hips"))),
    "hip_height": lambda m: m.height("mid_hips"),
    "shoulder_height": lambda m: m.height("mid_shoulders"),
    "hip_clearance": Measures.hip_clearance,
    "length_seen": Measures.length_seen,
    "facing_up": Measures.facing_up,
    "lean": Measures.lean,
    "trunk_lean": Measures.trunk_lean,
}
_SIDED: Final[Mapping[str, Callable[[Measures, str], float]]] = {
    "knee_angle": lambda m, side: m.angle(f"{side}_hip", f"{side}_knee", f"{side}_ankle"),
    "hip_angle": lambda m, side: m.angle(f"{side}_shoulder", f"{side}_hip", f"{side}_knee"),
    "elbow_angle": lambda m, side: m.angle(f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist"),
    "knee_height": lambda m, side: m.height(f"{side}_knee"),
    "ankle_height": lambda m, side: m.height(f"{side}_ankle"),
    "wrist_height": lambda m, side: m.height(f"{side}_wrist"),
    "hand_level": Measures.hand_level,
    "shank_tilt": lambda m, side: m.tilt(f"{side}_knee", f"{side}_ankle"),
    "thigh_tilt": lambda m, side: m.tilt(f"{side}_hip", f"{side}_knee"),
    "ankle_along_other_shank": lambda m, side: m.ankle_on_other_shank(side)[0],
    "ankle_above_other_shank": lambda m, side: m.ankle_on_other_shank(side)[1],
    "ankle_to_other_knee": Measures.ankle_to_other_knee,
    "ankle_by_other_ankle": Measures.ankle_by_other_ankle,
    "hip_roll": lambda m, side: m.roll("hip", side),
    "shoulder_roll": lambda m, side: m.roll("shoulder", side),
    "shoulder_drop": Measures.shoulder_drop,
    "foot_turn": Measures.foot_turn,
    "nearness": Measures.nearness,
}


def _of_side(how: Callable[[Measures, str], float], side: str, measures: Measures) -> float:
    return how(measures, side)


_HOW: Final[Mapping[str, Callable[[Measures], float]]] = {
    **_WHOLE, **{f"{name}_{side}": partial(_of_side, how, side) for name, how in _SIDED.items() for side in SIDES},
}  # fmt: skip
_NAMES: Final = (*_HOW, "feet_speed", "view_angle")
