"""Actors with a leg on the roller who sit back on their hands: calf, hamstrings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .actor import NOWHERE, Moment, setting
from .body import Shape
from .geometry import Array
from .postures import Legs, Posture
from .scene import SceneSpec
from .seated import Seat, fit_lean, heel_knee, leg_on_roller, seat_over_thigh, sitting, solve_lean
from .tempo import Sway
from .tool import Placed, Tool


class Calf:
    """Leg on the roller, hands planted. Poses: sit, down, down_crossed, good, hips_down, leg_not_crossed."""

    limb = "shank"
    bent = frozenset({"down", "leg_not_crossed"})  # in which the other foot stands on the floor
    low = frozenset({"down", "down_crossed", "hips_down"})  # in which the seat is on the floor

    def __init__(self, shape: Shape, tool: Tool, scene: SceneSpec) -> None:
        self.shape, self.tool, self.scene = shape, tool, scene
        self.side = scene.side or "R"
        self.rest = setting(scene, "rest", 0.4)
        self.seat = fit_lean(
            shape,
            Seat(
                setting(scene, "lean", 52.0),
                setting(scene, "hip", 0.2),
                setting(scene, "flex", 14.0),
                setting(scene, "hand_out", 0.1),
                0.98,
                setting(scene, "neck", 22.0),
            ),
        )
        self.look = setting(scene, "look", 0.0)
        self.knee = setting(scene, "knee", 169.0)
        still = Moment(0, Sway(0))
        self.wrists = NOWHERE
        self.foot = NOWHERE.copy()
        low = sitting(shape, replace(self.seat, lean=60.0), Legs((90.0, 90.0)))
        self.seat_m = float(low.pose.mid_hip[2])
        self.first = self._f(self.rest, self._lifted(self.rest), self.knee)
        base = self._build(self.rest, self._lifted(self.rest), self.knee, "bent", still)
        self.wrists = np.stack([base.pose.joint("wrist_L"), base.pose.joint("wrist_R")])
        self.hip = base.pose.mid_hip
        other = "R" if self.side == "L" else "L"
        self.foot["LR".index(other)] = base.pose.joint(f"ankle_{other}")

    def _lifted(self, contact: float) -> Seat:
        """The seat while the hips are carried."""
        del contact
        return self.seat

    def _f(self, contact: float, seat: Seat, knee: float) -> float:
        """How far the tool is before the hips, metres along x."""
        posture = leg_on_roller(self.shape, self.tool, self.limb, self.side, contact, seat, knee, "straight")
        assert posture.crossing is not None
        return float(posture.crossing[0])

    def _tool_x(self, contact: float) -> float:
        return 2 * self.first - self._f(contact, self._lifted(contact), self.knee)

    def tool_at(self, contact: float) -> Placed:
        posture = leg_on_roller(
            self.shape,
            self.tool,
            self.limb,
            self.side,
            contact,
            self._lifted(contact),
            self.knee,
            "straight",
            self.scene.tool.yaw,
            self.scene.tool.shift_m,
        )
        assert posture.tool is not None
        assert posture.crossing is not None
        x = self._tool_x(contact)
        move = np.array([x - posture.crossing[0], 0.0, 0.0])
        return Placed(self.tool, posture.tool.centre + move, posture.tool.axis, x / self.tool.radius)

    def _build(self, contact: float, seat: Seat, knee: float, other: str, now: Moment) -> Posture:
        root = np.array([self._tool_x(contact) - self._f(contact, seat, knee), 0.0])
        seat = replace(seat, flex=seat.flex + now.flex, neck=seat.neck + now.neck, look=self.look + now.look)
        wrists = self.wrists if np.isfinite(self.wrists).all() else None
        if wrists is not None:
            seat = solve_lean(self.shape, seat, root, wrists)
        posture = leg_on_roller(
            self.shape,
            self.tool,
            self.limb,
            self.side,
            contact,
            seat,
            knee,
            other,
            self.scene.tool.yaw,
            self.scene.tool.shift_m,
            wrists=wrists,
            root_xy=root,
            other_ankle=next((a for a in self.foot if np.isfinite(a).all()), None),
        )
        assert posture.tool is not None
        return replace(posture, tool=replace(posture.tool, spin=self._tool_x(contact) / self.tool.radius))

    def planted(self, name: str) -> tuple[Array, Array]:
        feet = self.foot if name in self.bent else NOWHERE
        return feet, self.wrists

    def pose(self, name: str, contact: float, now: Moment) -> Posture:
        if name == "sit":
            seat = Seat(60.0 + now.flex, 0.2, 25.0, 0.12, 0.95, 34.0 + now.neck, self.look + now.look)
            feet = self.tool_at(contact).centre[0] - self.tool.radius - 0.16 * self.shape.height
            sole, half = self.shape.ankle_height + 0.012, self.shape.lengths["pelvis_width"] * 0.55
            legs = Legs(ankles=np.array([[feet, half, sole], [feet - 0.05, -half, sole]]))
            posture = sitting(self.shape, fit_lean(self.shape, seat), legs)
            return Posture(posture.pose, self.tool_at(contact), None, None)
        other = "bent" if name in self.bent else "crossed"
        if name not in self.low:
            seat, knee = self._carried(name, contact)
            return self._build(
                contact, replace(seat, hip_m=seat.hip_m + 0.004 * now.sway.lean(now.t)), knee, other, now
            )
        return self._lower(contact, other, now)

    def _lower(self, contact: float, other: str, now: Moment) -> Posture:
        """Down until the seat is on the floor."""
        posture = self._build(contact, replace(self.seat, hip_m=self.seat_m), self.knee, other, now)
        height = self.seat_m - float(posture.pose.skin(self.shape.rig.torso_vertices)[:, 2].min()) - 0.006
        return self._build(contact, replace(self.seat, hip_m=height), self.knee, other, now)

    def _carried(self, name: str, contact: float) -> tuple[Seat, float]:
        """Seat and working knee of a pose with the hips off the floor."""
        del name
        return self._lifted(contact), self.knee


class Hamstrings(Calf):
    """One thigh on the roller, its heel just off the floor, hands planted; the other foot stands or is crossed over.

    Poses: sit, down, good, hips_down, leg_bent.
    """

    limb = "thigh"
    low = frozenset({"down", "hips_down"})

    def __init__(self, shape: Shape, tool: Tool, scene: SceneSpec) -> None:
        self.heel = setting(scene, "heel", 0.09)  # the ankle of the working leg above the floor, metres
        self.bent_knee = setting(scene, "bent_knee", 138.0)
        self.low_reach = setting(scene, "low_reach", 0.9)  # elbows give when the seat comes down
        crossed = bool(setting(scene, "crossed", 0.0))
        self.bent = (
            frozenset({"sit", "down"}) if crossed else frozenset({"sit", "down", "good", "hips_down", "leg_bent"})
        )
        super().__init__(shape, tool, scene)

    def _lifted(self, contact: float) -> Seat:
        return seat_over_thigh(self.shape, self.tool, self.side, contact, self.seat, self.knee, self.heel)

    def _lower(self, contact: float, other: str, now: Moment) -> Posture:
        height = self.seat_m

        def sit(hip_m: float) -> Posture:
            seat = replace(self.seat, hip_m=hip_m, reach=self.low_reach)
            knee = heel_knee(self.shape, self.tool, self.side, contact, seat, self.heel)
            return self._build(contact, seat, knee, other, now)

        for _ in range(2):  # the knee changes with the height
            height -= float(sit(height).pose.skin(self.shape.rig.torso_vertices)[:, 2].min()) + 0.006
        return sit(height)

    def _carried(self, name: str, contact: float) -> tuple[Seat, float]:
        if name != "leg_bent":
            return super()._carried(name, contact)
        seat = seat_over_thigh(self.shape, self.tool, self.side, contact, self.seat, self.bent_knee, self.heel)
        if seat.hip_m >= self.seat_m:
            return seat, self.bent_knee
        seat = replace(seat, hip_m=self.seat_m)
        return seat, heel_knee(self.shape, self.tool, self.side, contact, seat, self.heel)
