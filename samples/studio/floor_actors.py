"""Actors of the moves on the back or the seat: thoracic, glute."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .actor import NOWHERE, Moment, get_up, setting
from .body import Shape
from .figure import Y, Z
from .geometry import Array, turn
from .postures import Arms, Legs, Posture, side_sign, thoracic
from .scene import SceneSpec
from .seated import Seat, fit_lean, glute, solve_lean
from .tempo import Sway
from .tool import Placed, Tool


class Thoracic:
    """On the back, feet planted. Poses: stand, squat, sit, down, down_arms, good, good_low, and the faults."""

    def __init__(self, shape: Shape, tool: Tool, scene: SceneSpec) -> None:
        self.shape, self.tool, self.scene = shape, tool, scene
        self.rest = setting(scene, "rest", 0.3)
        self.pitch, self.flex = setting(scene, "pitch", 4.0), setting(scene, "flex", -4.0)
        self.neck, self.look = setting(scene, "neck", 16.0), setting(scene, "look", 0.0)
        knee, bad = setting(scene, "knee", 90.0), setting(scene, "bad_knee", 145.0)
        self.stance = setting(scene, "stance", 1.1)
        self.span = 1.0
        first = self._lie(self.rest, Legs((knee, knee), self.stance), scene.arms, 0.0, Moment(0, Sway(0)))
        across = first.pose.mid_hip - first.pose.mid_shoulder
        self.span = float(across[0])
        self.hip = first.pose.mid_hip
        self.feet = {"good": self._ankles(first)}
        for name, contact, angle in (
            ("knees_not_90", self.rest, bad),
            ("good_low", setting(scene, "low_rest", 0.64), knee),
        ):
            self.feet[name] = self._ankles(
                self._lie(contact, Legs((angle, angle), self.stance), scene.arms, 0.0, Moment(0, Sway(0)))
            )

    @staticmethod
    def _ankles(posture: Posture) -> Array:
        return np.stack([posture.pose.joint("ankle_L"), posture.pose.joint("ankle_R")])

    def tool_at(self, contact: float) -> Placed:
        x = -self.span * (contact - self.rest)
        axis = turn(Z, self.scene.tool.yaw) @ Y
        return Placed(
            self.tool, np.array([x, 0, self.tool.radius]) + axis * self.scene.tool.shift_m, axis, x / self.tool.radius
        )

    def _lie(self, contact: float, legs: Legs, arms: str, down: float, now: Moment) -> Posture:
        return thoracic(
            self.shape,
            self.tool_at(contact),
            contact,
            self.pitch,
            legs,
            Arms(arms),
            self.flex + now.flex,
            self.neck + now.neck,
            self.look + now.look,
            hips_down=down,
        )

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


class Glute:
    """Seated on the tool, one hand and one foot planted.

    Poses: stand, squat, sit_on, good, no_rotation, ankle_not_crossed.
    """

    def __init__(self, shape: Shape, tool: Tool, scene: SceneSpec) -> None:
        self.shape, self.tool, self.scene = shape, tool, scene
        self.side = scene.side or "R"
        self.sign = side_sign(self.side)
        self.rest = setting(scene, "rest", 0.0)
        self.width = shape.lengths["pelvis_width"]
        hands = ("knee", "floor") if self.side == "R" else ("floor", "knee")
        self.seat = Seat(
            setting(scene, "lean", 56.0),
            0.2,
            setting(scene, "flex", 24.0),
            setting(scene, "hand_out", 0.02),
            0.99,
            setting(scene, "neck", 22.0),
            0.0,
            self.sign * setting(scene, "yaw", 20.0),
            -self.sign * setting(scene, "roll", 20.0),
            hands,
            0.085,
        )
        self.look = setting(scene, "look", 0.0)
        self.knee = setting(scene, "knee", 88.0)
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
        return Placed(
            self.tool, np.array([x, shift, self.tool.radius]), turn(Z, self.scene.tool.yaw) @ Y, x / self.tool.radius
        )

    def planted(self, name: str) -> tuple[Array, Array]:
        ankles = self.ankles.copy()
        if name in ("good", "no_rotation"):
            ankles["LR".index(self.side)] = np.nan
        return ankles, NOWHERE if name in ("stand", "squat") else self.wrists

    def pose(self, name: str, contact: float, now: Moment) -> Posture:
        if name in ("stand", "squat"):
            return Posture(get_up(self.shape, name, self.ankles, self.hip, now), self.tool_at(contact), None, None)
        seat = replace(
            self.seat, flex=self.seat.flex + now.flex, neck=self.seat.neck + now.neck, look=self.look + now.look
        )
        if name in ("no_rotation", "sit_on"):
            seat = replace(seat, yaw=0.0, roll=0.0)
        placed = self.tool_at(contact)
        root = placed.centre[:2] * [1, 0] - [contact * self.width, 0.0]
        seat = solve_lean(self.shape, seat, root, self.wrists)
        wrists = np.where(np.isfinite(self.wrists), self.wrists, 0.0)
        crossed = 0.0 if name in ("ankle_not_crossed", "sit_on") else 1.0
        return glute(self.shape, placed, self.side, contact, seat, self.knee, crossed, self.ankles, wrists)
