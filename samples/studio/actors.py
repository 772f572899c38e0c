"""All actors by move; here those at the wall and those who do not roll."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .actor import NOWHERE, Actor, Moment, get_up, setting
from .body import Shape
from .figure import Y, Z
from .floor_actors import Glute, Thoracic
from .geometry import Array, turn
from .leg_actors import Calf, Hamstrings
from .lying_actors import Lats, Peroneals, Quadriceps
from .postures import Arms, Legs, Posture, lying, side_sign
from .scene import SceneSpec
from .standing import WallStance, at_the_wall
from .tool import Placed, Tool


class Pectoral:
    """At the wall with a ball, feet planted. Poses: away, good, not_leaning."""

    def __init__(self, shape: Shape, tool: Tool, scene: SceneSpec) -> None:
        self.shape, self.tool, self.scene = shape, tool, scene
        self.side = scene.side or "R"
        self.sign = side_sign(self.side)
        self.rest = setting(scene, "rest", 0.6)
        self.half = shape.lengths["shoulder_half_width"]
        self.stance = WallStance(
            self.side,
            self.rest,
            setting(scene, "lean", 13.0),
            0.0,
            setting(scene, "arm", 28.0),
            0.07,
            setting(scene, "stride", 0.26),
            0.0,
            setting(scene, "neck", 8.0),
            setting(scene, "look", 0.0),
            "hip" if setting(scene, "hand_on_hip", 0.0) else "wall",
        )
        base = at_the_wall(shape, tool, self.stance, None, self._ball_y(self.rest))
        self.ankles = np.stack([base.pose.joint("ankle_L"), base.pose.joint("ankle_R")])

    def _ball_y(self, contact: float) -> float:
        return -self.sign * self.half * (contact - self.rest)

    def tool_at(self, contact: float) -> Placed:
        posture = at_the_wall(
            self.shape, self.tool, replace(self.stance, contact=contact), self.ankles, self._ball_y(contact)
        )
        assert posture.tool is not None
        y = self._ball_y(contact)
        return Placed(self.tool, posture.tool.centre, Z, y / self.tool.radius)

    def planted(self, name: str) -> tuple[Array, Array]:
        return self.ankles, NOWHERE

    def pose(self, name: str, contact: float, now: Moment) -> Posture:
        stance = replace(
            self.stance,
            contact=contact,
            lean=self.stance.lean + 0.5 * now.flex,
            neck=self.stance.neck + now.neck,
            look=self.stance.look + now.look,
        )
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
        spot = np.array([setting(self.scene, "tool_x", -0.1), setting(self.scene, "tool_y", 0.6), self.tool.radius])
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
        raised = lying(self.shape, -18.0, legs, Arms("side"), now.flex, 24 + now.neck, now.look)
        shift = (self.shoulder - raised.pose.mid_shoulder) * [1, 1, 0]
        legs = Legs(ankles=self.ankles - shift)
        raised = lying(self.shape, -18.0, legs, Arms("side"), now.flex, 24 + now.neck, now.look)
        return Posture(raised.pose.moved(shift), tool, None, None)


ACTORS: dict[str, Callable[[Shape, Tool, SceneSpec], Actor]] = {
    "thoracic": Thoracic,
    "calf": Calf,
    "glute": Glute,
    "pec": Pectoral,
    "hamstrings": Hamstrings,
    "quadriceps": Quadriceps,
    "lats": Lats,
    "peroneals": Peroneals,
    "floor": Floor,
}
