"""Actors: for each move, the named poses at any contact, with feet and hands where they were planted.

The tool rolls without slip: while the body moves by D, the tool moves by D / 2, so the contact moves by D / 2 on the body.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from .body import Pose, Shape
from .figure import UPRIGHT, X, Y, Z, Figure, flat_foot
from .geometry import Array, turn
from .postures import (Arms, Legs, Posture, Seat, fit_lean, glute, leg_on_roller, lying, side_sign, sitting, solve_lean,
                       thoracic)
from .scene import SceneSpec
from .standing import WallStance, at_the_wall, standing
from .tempo import Sway
from .tool import Placed, Tool

NOWHERE = np.full((2, 3), np.nan)


@dataclass(frozen=True)
class Moment:
    """Small movements at one time: see `Sway`."""

    t: float
    sway: Sway

    @property
    def flex(self) -> float:
        return 0.9 * self.sway.breath(self.t)

    @property
    def neck(self) -> float:
        return 2.0 * self.sway.head(self.t)

    @property
    def look(self) -> float:
        return 4.0 * self.sway.look(self.t)


class Actor(Protocol):
    """What a move's body can do."""

    rest: float  # contact at set-up

    def pose(self, name: str, contact: float, now: Moment) -> Posture:
        """The named pose with the tool at `contact`."""

    def planted(self, name: str) -> tuple[Array, Array]:
        """Ankles and wrists (2, 3), left and right, that the pose keeps fixed; NaN rows are free."""

    def tool_at(self, contact: float) -> Placed:
        """Where the tool is."""


def _get(scene: SceneSpec, key: str, default: float) -> float:
    return float(scene.posture.get(key, default))


def get_up(shape: Shape, name: str, ankles: Array, hip: Array, now: Moment) -> Pose:
    """`stand`, `squat` or `sit` with the feet at `ankles`; `hip` is where the hips are on the floor (3,)."""
    middle = ankles.mean(0)
    if name == "stand":
        return standing(shape, middle[:2], 0.0, neck=15 + now.neck, look=now.look, lean=2 + now.flex).pose
    if name == "squat":
        figure = Figure(shape, np.array([middle[0] - 0.30, middle[1], 0.36 * shape.height / 1.7]))
        figure.trunk(turn(Y, 38.0) @ UPRIGHT, flex=25.0, neck=-10.0 + now.neck, look=now.look)
        for k, side in enumerate("LR"):
            sign = side_sign(side)
            figure.leg(side, ankles[k], X + 0.2 * sign * Y, flat_foot(8 * sign))
        for side in "LR":
            sign = side_sign(side)
            figure.arm(side, figure.pose().joint(f"knee_{side}") + [0.12, 0.03 * sign, 0.06], -Z + 0.4 * sign * Y)
        return figure.pose()
    seat = Seat(62.0 + now.flex, 0.2, 26.0, 0.16, 0.95, 34.0 + now.neck, now.look)
    posture = sitting(shape, fit_lean(shape, seat), Legs(ankles=ankles - hip * [1, 1, 0]))
    return posture.pose.moved(hip * [1, 1, 0])


class Thoracic:
    """On the back, feet planted. Poses: stand, squat, sit, down, down_arms, good, good_low, and the faults."""

    def __init__(self, shape: Shape, tool: Tool, scene: SceneSpec) -> None:
        self.shape, self.tool, self.scene = shape, tool, scene
        self.rest = _get(scene, "rest", 0.3)
        self.pitch, self.flex = _get(scene, "pitch", 4.0), _get(scene, "flex", -4.0)
        self.neck, self.look = _get(scene, "neck", 16.0), _get(scene, "look", 0.0)
        knee, bad = _get(scene, "knee", 90.0), _get(scene, "bad_knee", 145.0)
        self.stance = _get(scene, "stance", 1.1)
        self.span = 1.0
        first = self._lie(self.rest, Legs((knee, knee), self.stance), scene.arms, 0.0, Moment(0, Sway(0)))
        across = first.pose.mid_hip - first.pose.mid_shoulder
        self.span = float(across[0])
        self.hip = first.pose.mid_hip
        self.feet = {"good": self._ankles(first)}
        for name, contact, angle in (("knees_not_90", self.rest, bad), ("good_low", _get(scene, "low_rest", 0.64), knee)):
            self.feet[name] = self._ankles(self._lie(contact, Legs((angle, angle), self.stance), scene.arms, 0.0,
                                                     Moment(0, Sway(0))))

    @staticmethod
    def _ankles(posture: Posture) -> Array:
        return np.stack([posture.pose.joint("ankle_L"), posture.pose.joint("ankle_R")])

    def tool_at(self, contact: float) -> Placed:
        x = -self.span * (contact - self.rest)
        axis = turn(Z, self.scene.tool.yaw) @ Y
        return Placed(self.tool, np.array([x, 0, self.tool.radius]) + axis * self.scene.tool.shift_m, axis, x / self.tool.radius)

    def _lie(self, contact: float, legs: Legs, arms: str, down: float, now: Moment) -> Posture:
        return thoracic(self.shape, self.tool_at(contact), contact, self.pitch, legs, Arms(arms), self.flex + now.flex,
                        self.neck + now.neck, self.look + now.look, hips_down=down)

    def planted(self, name: str) -> tuple[Array, Array]:
        return self.feet.get(name, self.feet["good"]), NOWHERE

    def pose(self, name: str, contact: float, now: Moment) -> Posture:
        if name in ("stand", "squat", "sit"):
            pose = get_up(self.shape, name, self.feet["good"], self.hip, now)
            return Posture(pose, self.tool_at(contact), None, None)
        legs = Legs(ankles=self.planted(name)[0], stance=self.stance)
        arms = {"down": "side", "hands_not_behind_head": "chest"}.get(name, self.scene.arms)
        down = 1.0 if name in ("down", "down_arms", "hips_down") else 0.0
        return self._lie(contact, legs, arms, down, now)


class Calf:
    """Leg on the roller, hands planted. Poses: sit, down, down_crossed, good, hips_down, leg_not_crossed."""

    def __init__(self, shape: Shape, tool: Tool, scene: SceneSpec) -> None:
        self.shape, self.tool, self.scene = shape, tool, scene
        self.side = scene.side or "R"
        self.rest = _get(scene, "rest", 0.4)
        self.seat = fit_lean(shape, Seat(_get(scene, "lean", 52.0), _get(scene, "hip", 0.2), _get(scene, "flex", 14.0),
                                         _get(scene, "hand_out", 0.1), 0.98, _get(scene, "neck", 22.0)))
        self.look = _get(scene, "look", 0.0)
        self.knee = _get(scene, "knee", 169.0)
        still = Moment(0, Sway(0))
        self.wrists = NOWHERE
        self._forward: dict[float, float] = {}
        low = sitting(shape, replace(self.seat, lean=60.0), Legs((90.0, 90.0)))
        self.seat_m = float(low.pose.mid_hip[2])
        self.first = self._f(self.rest, self.seat.hip_m)
        base = self._build(self.rest, self.seat, "bent", still)
        self.wrists = np.stack([base.pose.joint("wrist_L"), base.pose.joint("wrist_R")])
        self.hip = base.pose.mid_hip
        other = "R" if self.side == "L" else "L"
        self.foot = NOWHERE.copy()
        self.foot["LR".index(other)] = base.pose.joint(f"ankle_{other}")

    def _f(self, contact: float, hip_m: float) -> float:
        """How far the tool is before the hips, metres along x."""
        posture = leg_on_roller(self.shape, self.tool, "shank", self.side, contact, replace(self.seat, hip_m=hip_m), self.knee,
                                "straight")
        assert posture.crossing is not None
        return float(posture.crossing[0])

    def _tool_x(self, contact: float) -> float:
        return 2 * self.first - self._f(contact, self.seat.hip_m)

    def tool_at(self, contact: float) -> Placed:
        posture = leg_on_roller(self.shape, self.tool, "shank", self.side, contact, self.seat, self.knee, "straight",
                                self.scene.tool.yaw, self.scene.tool.shift_m)
        assert posture.tool is not None and posture.crossing is not None
        x = self._tool_x(contact)
        move = np.array([x - posture.crossing[0], 0.0, 0.0])
        return Placed(self.tool, posture.tool.centre + move, posture.tool.axis, x / self.tool.radius)

    def _build(self, contact: float, seat: Seat, other: str, now: Moment) -> Posture:
        root = np.array([self._tool_x(contact) - self._f(contact, seat.hip_m), 0.0])
        seat = replace(seat, flex=seat.flex + now.flex, neck=seat.neck + now.neck, look=self.look + now.look)
        wrists = self.wrists if np.isfinite(self.wrists).all() else None
        if wrists is not None:
            seat = solve_lean(self.shape, seat, root, wrists)
        posture = leg_on_roller(self.shape, self.tool, "shank", self.side, contact, seat, self.knee, other, self.scene.tool.yaw,
                                self.scene.tool.shift_m, wrists=wrists, root_xy=root)
        assert posture.tool is not None
        return replace(posture, tool=replace(posture.tool, spin=self._tool_x(contact) / self.tool.radius))

    def planted(self, name: str) -> tuple[Array, Array]:
        feet = self.foot if name in ("down", "leg_not_crossed") else NOWHERE
        return feet, self.wrists

    def pose(self, name: str, contact: float, now: Moment) -> Posture:
        if name == "sit":
            seat = Seat(60.0 + now.flex, 0.2, 25.0, 0.12, 0.95, 34.0 + now.neck, self.look + now.look)
            feet = self.tool_at(contact).centre[0] - self.tool.radius - 0.16 * self.shape.height
            sole, half = self.shape.ankle_height + 0.012, self.shape.lengths["pelvis_width"] * 0.55
            legs = Legs(ankles=np.array([[feet, half, sole], [feet - 0.05, -half, sole]]))
            posture = sitting(self.shape, fit_lean(self.shape, seat), legs)
            return Posture(posture.pose, self.tool_at(contact), None, None)
        other = "bent" if name in ("down", "leg_not_crossed") else "crossed"
        if name not in ("down", "down_crossed", "hips_down"):
            return self._build(contact, replace(self.seat, hip_m=self.seat.hip_m + 0.004 * now.sway.lean(now.t)), other, now)
        height = self.seat_m
        for _ in range(2):  # down until the seat is on the floor
            posture = self._build(contact, replace(self.seat, hip_m=height), other, now)
            height -= float(posture.pose.skin(self.shape.rig.seat_vertices)[:, 2].min()) + 0.006
        return posture


class Glute:
    """Seated on the tool, one hand and one foot planted. Poses: stand, squat, sit_on, good, no_rotation, ankle_not_crossed."""

    def __init__(self, shape: Shape, tool: Tool, scene: SceneSpec) -> None:
        self.shape, self.tool, self.scene = shape, tool, scene
        self.side = scene.side or "R"
        self.sign = side_sign(self.side)
        self.rest = _get(scene, "rest", 0.0)
        self.width = shape.lengths["pelvis_width"]
        hands = ("knee", "floor") if self.side == "R" else ("floor", "knee")
        self.seat = Seat(_get(scene, "lean", 56.0), 0.2, _get(scene, "flex", 24.0), _get(scene, "hand_out", 0.02), 0.99,
                         _get(scene, "neck", 22.0), 0.0, self.sign * _get(scene, "yaw", 20.0),
                         -self.sign * _get(scene, "roll", 20.0), hands, 0.085)
        self.look = _get(scene, "look", 0.0)
        self.knee = _get(scene, "knee", 88.0)
        base = glute(shape, self.tool_at(self.rest), self.side, self.rest, fit_lean(shape, self.seat), self.knee, 0.0)
        self.seat = replace(fit_lean(shape, self.seat), hip_m=float(base.pose.mid_hip[2]))
        self.ankles = np.stack([base.pose.joint("ankle_L"), base.pose.joint("ankle_R")])
        self.hip = base.pose.mid_hip
        crossed = glute(shape, self.tool_at(self.rest), self.side, self.rest, self.seat, self.knee, 1.0, self.ankles)
        self.wrists = NOWHERE.copy()
        k = "LR".index(self.side)
        self.wrists[k] = crossed.pose.joint(f"wrist_{self.side}")

    def tool_at(self, contact: float) -> Placed:
        x = -self.width * (contact - self.rest)
        shift = self.sign * 0.06 + self.scene.tool.shift_m
        return Placed(self.tool, np.array([x, shift, self.tool.radius]), turn(Z, self.scene.tool.yaw) @ Y, x / self.tool.radius)

    def planted(self, name: str) -> tuple[Array, Array]:
        ankles = self.ankles.copy()
        if name in ("good", "no_rotation"):
            ankles["LR".index(self.side)] = np.nan
        return ankles, NOWHERE if name in ("stand", "squat") else self.wrists

    def pose(self, name: str, contact: float, now: Moment) -> Posture:
        if name in ("stand", "squat"):
            return Posture(get_up(self.shape, name, self.ankles, self.hip, now), self.tool_at(contact), None, None)
        seat = replace(self.seat, flex=self.seat.flex + now.flex, neck=self.seat.neck + now.neck, look=self.look + now.look)
        if name in ("no_rotation", "sit_on"):
            seat = replace(seat, yaw=0.0, roll=0.0)
        placed = self.tool_at(contact)
        root = placed.centre[:2] * [1, 0] - [contact * self.width, 0.0]
        seat = solve_lean(self.shape, seat, root, self.wrists)
        wrists = np.where(np.isfinite(self.wrists), self.wrists, 0.0)
        crossed = 0.0 if name in ("ankle_not_crossed", "sit_on") else 1.0
        return glute(self.shape, placed, self.side, contact, seat, self.knee, crossed, self.ankles, wrists)


class Pectoral:
    """At the wall with a ball, feet planted. Poses: away, good, not_leaning."""

    def __init__(self, shape: Shape, tool: Tool, scene: SceneSpec) -> None:
        self.shape, self.tool, self.scene = shape, tool, scene
        self.side = scene.side or "R"
        self.sign = side_sign(self.side)
        self.rest = _get(scene, "rest", 0.6)
        self.half = shape.lengths["shoulder_half_width"]
        self.stance = WallStance(self.side, self.rest, _get(scene, "lean", 13.0), 0.0, _get(scene, "arm", 28.0), 0.07,
                                 _get(scene, "stride", 0.26), 0.0, _get(scene, "neck", 8.0), _get(scene, "look", 0.0),
                                 "hip" if _get(scene, "hand_on_hip", 0.0) else "wall")
        base = at_the_wall(shape, tool, self.stance, None, self._ball_y(self.rest))
        self.ankles = np.stack([base.pose.joint("ankle_L"), base.pose.joint("ankle_R")])

    def _ball_y(self, contact: float) -> float:
        return -self.sign * self.half * (contact - self.rest)

    def tool_at(self, contact: float) -> Placed:
        posture = at_the_wall(self.shape, self.tool, replace(self.stance, contact=contact), self.ankles, self._ball_y(contact))
        assert posture.tool is not None
        y = self._ball_y(contact)
        return Placed(self.tool, posture.tool.centre, Z, y / self.tool.radius)

    def planted(self, name: str) -> tuple[Array, Array]:
        return self.ankles, NOWHERE

    def pose(self, name: str, contact: float, now: Moment) -> Posture:
        stance = replace(self.stance, contact=contact, lean=self.stance.lean + 0.5 * now.flex, neck=self.stance.neck + now.neck,
                         look=self.stance.look + now.look)
        if name == "not_leaning":
            stance = replace(stance, lean=2.0, gap_m=0.015)
        if name == "away":
            stance = replace(stance, lean=1.0, gap_m=0.16, other_hand="ball")
        posture = at_the_wall(self.shape, self.tool, stance, self.ankles, self._ball_y(contact))
        placed = self.tool_at(contact)
        if stance.gap_m > 0:
            return Posture(posture.pose, placed, posture.contact, None)
        return Posture(posture.pose, placed, posture.contact, placed.centre)


class Floor:
    """Nobody on a tool: stand, squat, sit, lie, bridge beside a roller that lies where the scene says."""

    def __init__(self, shape: Shape, tool: Tool, scene: SceneSpec) -> None:
        self.shape, self.tool, self.scene = shape, tool, scene
        self.rest = 0.0
        first = lying(shape, 1.0, Legs((75.0, 75.0), 1.1), Arms("side"))
        self.ankles = np.stack([first.pose.joint("ankle_L"), first.pose.joint("ankle_R")])
        self.hip = first.pose.mid_hip
        self.shoulder = first.pose.mid_shoulder

    def tool_at(self, contact: float) -> Placed:
        spot = np.array([_get(self.scene, "tool_x", -0.1), _get(self.scene, "tool_y", 0.6), self.tool.radius])
        return Placed(self.tool, spot, turn(Z, self.scene.tool.yaw) @ Y, 0.0)

    def planted(self, name: str) -> tuple[Array, Array]:
        return self.ankles, NOWHERE

    def pose(self, name: str, contact: float, now: Moment) -> Posture:
        tool = self.tool_at(contact)
        if name in ("stand", "squat", "sit"):
            return Posture(get_up(self.shape, name, self.ankles, self.hip, now), tool, None, None)
        legs = Legs(ankles=self.ankles)
        if name == "lie":
            return replace(lying(self.shape, 1.0, legs, Arms("side"), now.flex, 8 + now.neck, now.look), tool=tool)
        # the shoulders stay where they were while the hips go up
        raised = lying(self.shape, -18.0, legs, Arms("side"), now.flex, 4 + now.neck, now.look)
        shift = (self.shoulder - raised.pose.mid_shoulder) * [1, 1, 0]
        legs = Legs(ankles=self.ankles - shift)
        raised = lying(self.shape, -18.0, legs, Arms("side"), now.flex, 4 + now.neck, now.look)
        return Posture(raised.pose.moved(shift), tool, None, None)


ACTORS: dict[str, type[Thoracic] | type[Calf] | type[Glute] | type[Pectoral] | type[Floor]] = {
    "thoracic": Thoracic, "calf": Calf, "glute": Glute, "pec": Pectoral, "floor": Floor}
