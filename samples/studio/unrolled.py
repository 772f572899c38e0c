"""People who do not roll: lying, sitting, reclined, standing, with no tool, or with one near that touches nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .body import Shape
from .chance import uniform
from .figure import Y
from .geometry import Array, turn
from .postures import Arms, Legs, Posture, lying
from .seated import Seat, fit_lean, sitting
from .standing import standing
from .tool import Placed, Tool


def random_legs(rng: np.random.Generator) -> Legs:
    """Feet on the floor, mostly with bent knees."""
    knee = uniform(rng, 70, 115) if rng.random() < 0.6 else uniform(rng, 50, 170)
    apart = uniform(rng, -12, 12)
    return Legs(
        (knee + apart, knee - apart),
        uniform(rng, 0.7, 1.7),
        uniform(rng, -5, 25),
        uniform(rng, 0, 35) if rng.random() < 0.15 else 0.0,
        uniform(rng, -0.25, 0.35),
    )


def random_arms(rng: np.random.Generator) -> Arms:
    """Arms of somebody on the back."""
    kinds = ["behind_head", "crossed", "side", "chest", "overhead", "hips"]
    return Arms(str(rng.choice(kinds, p=[0.45, 0.2, 0.14, 0.1, 0.05, 0.06])), uniform(rng, -1, 1))


def nobody_on_it(rng: np.random.Generator, shape: Shape, kind: str) -> Posture:
    """Somebody without a tool: `none_sitting`, `none_standing`, `none_bridge` or lying on the back."""
    if kind == "none_sitting":
        seat = Seat(
            uniform(rng, 35, 90),
            0.2,
            uniform(rng, 0, 40),
            uniform(rng, 0, 0.2),
            0.95,
            uniform(rng, 0, 40),
            uniform(rng, -50, 50),
            hands=("knee", "knee") if rng.random() < 0.4 else ("floor", "floor"),
        )
        return sitting(shape, fit_lean(shape, seat), random_legs(rng))
    if kind == "none_standing":
        return standing(
            shape,
            rng.uniform(-0.3, 0.3, 2),
            uniform(rng, 0, 360),
            uniform(rng, -1, 1),
            uniform(rng, -0.6, 0.6),
            uniform(rng, 0, 12),
            uniform(rng, 0, 40),
            uniform(rng, -40, 40),
            uniform(rng, 0, 1) if rng.random() < 0.3 else 0.0,
        )
    pitch = uniform(rng, -24, -4) if kind == "none_bridge" else uniform(rng, -2, 4)
    legs, arms = random_legs(rng), random_arms(rng)
    return lying(shape, pitch, legs, arms, uniform(rng, -4, 10), uniform(rng, 0, 25), uniform(rng, -40, 40))


def touches_nothing(placed: Placed, skin: Array) -> bool:
    """Whether a tool that lies on the floor keeps clear of the skin (V, 3)."""
    tool, axis = placed.tool, placed.axis
    low = skin[skin[:, 2] < tool.diameter_m + 0.03] - placed.centre
    lengthwise, sideways = np.abs(low @ axis), np.abs(low @ np.cross(axis, [0.0, 0.0, 1.0]))
    return bool(((lengthwise > tool.length_m / 2 + 0.04) | (sideways > tool.radius + 0.05)).all())


def put_beside(rng: np.random.Generator, posture: Posture, tool: Tool) -> Posture:
    """The tool on the floor near the body, touching nothing: anywhere, or close before or behind it as if in use."""
    skin = posture.pose.skin()
    close = rng.random() < 0.65
    for _ in range(60):
        spin = uniform(rng, 0, 6.28)
        spot = np.append(skin[int(rng.integers(len(skin))), :2], tool.radius)
        if close:
            along = 90.0 if rng.random() < 0.25 else 0.0
            axis = turn((0, 0, 1), along + float(rng.normal(0, 12))) @ Y
            placed = Placed(tool, spot, axis, spin)
            out = np.array([0.0, rng.choice([-1.0, 1.0]), 0.0])
            for _ in range(50):
                if touches_nothing(placed, skin):
                    break
                placed = replace(placed, centre=placed.centre + 0.03 * out)
            placed = replace(placed, centre=placed.centre + uniform(rng, 0, 0.2) * out)
        else:
            spot[:2] += rng.normal(0, 0.45, 2)
            placed = Placed(tool, spot, turn((0, 0, 1), uniform(rng, -60, 60)) @ Y, spin)
        if touches_nothing(placed, skin):
            return Posture(posture.pose, placed, None, None)
    return Posture(posture.pose, None, None, None)
