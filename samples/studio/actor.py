"""What actors have in common: named poses at any contact, feet and hands planted, getting down and up.

The tool rolls without slip: while the body moves by D, the tool moves by D / 2,
and so does the contact on the body.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .body import Pose, Shape
from .figure import UPRIGHT, Figure, X, Y, Z, flat_foot
from .geometry import Array, turn
from .postures import Legs, Posture, side_sign
from .scene import SceneSpec
from .seated import Seat, fit_lean, sitting
from .standing import standing
from .tempo import Sway
from .tool import Placed

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


def setting(scene: SceneSpec, key: str, default: float) -> float:
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
            figure.arm(
                side, figure.pose().joint(f"knee_{side}") + np.array([0.12, 0.03 * sign, 0.06]), -Z + 0.4 * sign * Y
            )
        return figure.pose()
    seat = Seat(62.0 + now.flex, 0.2, 26.0, 0.16, 0.95, 34.0 + now.neck, now.look)
    posture = sitting(shape, fit_lean(shape, seat), Legs(ankles=ankles - hip * [1, 1, 0]))
    return posture.pose.moved(hip * [1, 1, 0])
