"""Actors who roll face down or on the side: quadriceps, lats, peroneals."""

from __future__ import annotations

import numpy as np

from .actor import NOWHERE, Moment, setting
from .body import Shape
from .figure import Figure, X, Y, Z
from .geometry import Array, turn
from .lying import (
    Prop,
    Trunk,
    lean_on,
    lie_over,
    plank,
    plant_forearms,
    rest_on_arms,
    shank_rests,
    side_contact,
    side_plank,
    thigh_rests,
    upper_hand,
    upper_limbs,
)
from .postures import WRIST_ON_FLOOR_M, Posture
from .scene import SceneSpec
from .tempo import Sway
from .tool import Placed, Tool

STILL = Moment(0.0, Sway(0))


class Quadriceps:
    """Face down on planted forearms, both thighs on the roller. Poses: down, good, not_in_line.

    `bend` of a scene says how the hips leave the line: they sag (positive) or are pushed up.
    """

    def __init__(self, shape: Shape, tool: Tool, scene: SceneSpec) -> None:
        self.shape, self.tool, self.scene = shape, tool, scene
        self.rest = setting(scene, "rest", 0.4)
        self.knee = setting(scene, "knee", 158.0)
        self.bend = setting(scene, "bend", 46.0)
        self.neck, self.look = setting(scene, "neck", -14.0), setting(scene, "look", 0.0)
        self.prop: Prop | None = None
        self.first: float | None = None
        figure, spot = self._lie("good", self.rest, STILL)
        self.first = float(spot[0])
        self.prop = plant_forearms(figure)

    def _lie(self, name: str, contact: float, now: Moment) -> tuple[Figure, Array]:
        bend = 0.0 if name == "good" else self.bend
        # Hips that sag raise the knees, hips pushed up lower them: then shanks are straighter, or folded up.
        knee = self.knee if bend == 0.0 else 172.0 if bend > 0 else 120.0
        trunk = Trunk(now.flex, self.neck + now.neck, self.look + now.look)
        build = plank(self.shape, contact, bend, knee, trunk)
        high = thigh_rests(self.shape, self.tool.diameter_m, contact)
        return rest_on_arms(build, high, self.first, self.prop, "L")

    def _placed(self, spot: Array) -> Placed:
        centre = np.array([spot[0], 0.0, self.tool.radius])
        axis = turn(Z, self.scene.tool.yaw) @ Y
        return Placed(self.tool, centre + axis * self.scene.tool.shift_m, axis, spot[0] / self.tool.radius)

    def tool_at(self, contact: float) -> Placed:
        return self._placed(self._lie("good", contact, STILL)[1])

    def planted(self, name: str) -> tuple[Array, Array]:
        assert self.prop is not None
        return NOWHERE, self.prop.wrists

    def pose(self, name: str, contact: float, now: Moment) -> Posture:
        assert self.prop is not None
        figure, spot = self._lie(name, contact, now)
        lean_on(figure, self.prop, -X)
        placed = self._placed(spot)
        crossing = placed.centre - placed.axis * self.scene.tool.shift_m
        return Posture(figure.pose(), placed, contact, crossing)


class Peroneals:
    """On the side, propped on a planted forearm, legs stacked, the lower shank on the roller.

    Poses: down, good, hips_down, not_on_side.
    """

    def __init__(self, shape: Shape, tool: Tool, scene: SceneSpec) -> None:
        self.shape, self.tool, self.scene = shape, tool, scene
        self.side = scene.side or "R"
        self.rest = setting(scene, "rest", 0.45)
        self.roll, self.bad_roll = setting(scene, "roll", 4.0), setting(scene, "bad_roll", 62.0)
        self.bend = setting(scene, "bend", 3.0)
        self.neck, self.look = setting(scene, "neck", 8.0), setting(scene, "look", 0.0)
        self.prop: Prop | None = None
        self.first: float | None = None
        self.deepest: dict[float, float] = {}  # by contact, how far the hips sag when they lie on the floor
        figure, spot = self._lie("good", self.rest, STILL)
        self.first = float(spot[0])
        self.prop = self._plant(figure)

    def _plant(self, figure: Figure) -> Prop:
        k = "LR".index(self.side)
        elbows, wrists = NOWHERE.copy(), NOWHERE.copy()
        front = np.asarray(-figure.pose().rotation("root")[:, 1]) * [1, 1, 0]
        elbows[k] = figure.pose().joint(f"shoulder_{self.side}") * [1, 1, 0] + Z * 0.045
        wrists[k] = elbows[k] + front * 0.97 * self.shape.lengths["forearm"] - X * 0.06
        wrists[k, 2] = WRIST_ON_FLOOR_M
        return Prop(elbows, wrists)

    def _lie(self, name: str, contact: float, now: Moment) -> tuple[Figure, Array]:
        low = name in ("down", "hips_down")
        roll = self.bad_roll if name == "not_on_side" else self.roll
        trunk = Trunk(now.flex, self.neck + now.neck, self.look + now.look)
        return self._side(contact, self._deepest(contact) if low else self.bend, roll, trunk)

    def _side(self, contact: float, bend: float, roll: float, trunk: Trunk) -> tuple[Figure, Array]:
        build = side_plank(self.shape, self.side, contact, bend, roll, trunk)
        high = shank_rests(self.shape, self.side, self.tool.diameter_m, contact, roll)
        return rest_on_arms(build, high, self.first, self.prop, self.side)

    def _deepest(self, contact: float) -> float:
        """How far the hips sag when they lie on the floor, degrees."""
        at = round(contact, 2)
        if at not in self.deepest:
            self.deepest[at] = 56.0
            for bend in np.arange(4.0, 60.0, 4.0):
                figure, _ = self._side(at, float(bend), self.roll, Trunk(0.0, self.neck, self.look))
                if figure.pose().skin(self.shape.rig.torso_vertices)[:, 2].min() < -0.01:
                    self.deepest[at] = float(bend) - 4.0
                    break
        return self.deepest[at]

    def _placed(self, spot: Array) -> Placed:
        centre = np.array([spot[0], spot[1], self.tool.radius])
        axis = turn(Z, self.scene.tool.yaw) @ Y
        return Placed(self.tool, centre + axis * self.scene.tool.shift_m, axis, spot[0] / self.tool.radius)

    def tool_at(self, contact: float) -> Placed:
        return self._placed(self._lie("good", contact, STILL)[1])

    def planted(self, name: str) -> tuple[Array, Array]:
        assert self.prop is not None
        return NOWHERE, self.prop.wrists

    def pose(self, name: str, contact: float, now: Moment) -> Posture:
        assert self.prop is not None
        figure, spot = self._lie(name, contact, now)
        front = np.asarray(-figure.pose().rotation("root")[:, 1])
        lean_on(figure, self.prop, front * [1, 1, 0])
        figure.arm("R" if self.side == "L" else "L", upper_hand(figure, self.side), -X * 0.4 + Z - front * 0.5)
        placed = self._placed(spot)
        crossing = placed.centre - placed.axis * self.scene.tool.shift_m
        return Posture(figure.pose(), placed, contact, crossing)


class Lats:
    """On the side, the roller under the side of the chest, hips on the floor, the upper foot and hand planted.

    Poses: down, good, arm_not_overhead, hips_up.
    """

    def __init__(self, shape: Shape, tool: Tool, scene: SceneSpec) -> None:
        self.shape, self.tool, self.scene = shape, tool, scene
        self.side = scene.side or "R"
        self.rest = setting(scene, "rest", 0.2)
        self.lift = setting(scene, "lift", 0.17)
        self.neck, self.look = setting(scene, "neck", 4.0), setting(scene, "look", 0.0)
        self.foot: Array | None = None
        self.hand: Array | None = None
        self.first = self._ahead(self.rest)
        figure = self._over("good", self.rest, STILL, self.tool_at(self.rest))
        self.foot, self.hand = upper_limbs(figure, self.side, None, None)

    def _ahead(self, contact: float) -> float:
        """How far the tool is before the hips, metres along x."""
        figure = self._over("good", contact, STILL, self._placed(0.0))
        return float(-figure.pose().mid_hip[0])

    def tool_at(self, contact: float) -> Placed:
        return self._placed(2 * self.first - self._ahead(contact))

    def _placed(self, x: float) -> Placed:
        axis = turn(Z, self.scene.tool.yaw) @ Y
        centre = np.array([x, 0.0, self.tool.radius]) + axis * self.scene.tool.shift_m
        return Placed(self.tool, centre, axis, x / self.tool.radius)

    def _over(self, name: str, contact: float, now: Moment, placed: Placed) -> Figure:
        trunk = Trunk(now.flex, self.neck + now.neck, self.look + now.look)
        lift = self.lift if name == "hips_up" else 0.0
        up = name not in ("arm_not_overhead", "down")
        return lie_over(self.shape, placed, self.side, contact, lift, up, trunk)

    def planted(self, name: str) -> tuple[Array, Array]:
        assert self.foot is not None
        assert self.hand is not None
        k = "RL".index(self.side)  # the upper ones
        feet, hands = NOWHERE.copy(), NOWHERE.copy()
        feet[k] = self.foot
        if name == "good":  # lying otherwise, the upper hand slides where the arm is too short
            hands[k] = self.hand
        return feet, hands

    def pose(self, name: str, contact: float, now: Moment) -> Posture:
        placed = self.tool_at(contact)
        figure = self._over(name, contact, now, placed)
        upper_limbs(figure, self.side, self.foot, self.hand)
        crossing = placed.centre - placed.axis * self.scene.tool.shift_m
        return Posture(figure.pose(), placed, side_contact(figure, self.side, placed), crossing)
