"""Random postures for the stills: the four moves good and faulty, other rolls, and people who do not roll."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .body import Shape
from .chance import uniform
from .figure import Y, sink
from .geometry import turn
from .postures import Arms, Legs, Posture, lying, thoracic
from .prone import face_down, on_side
from .seated import Seat, fit_lean, glute, leg_on_roller, sitting
from .standing import WallStance, at_the_wall, standing
from .tool import Placed, Tool

# What is drawn, and how often. `none_*` show nobody on a tool; `beside` lies a roller near without touching.
KINDS = {
    "thoracic": 0.36,
    "calf": 0.19,
    "glute": 0.11,
    "pectoral": 0.10,
    "hamstring": 0.02,
    "quadriceps": 0.02,
    "side": 0.03,
    "none_lying": 0.03,
    "none_sitting": 0.03,
    "none_standing": 0.03,
    "none_bridge": 0.02,
    "beside": 0.06,
}


_SLACK_M = 0.035  # how far skin may go into floor or tool, or hang over the tool


@dataclass(frozen=True)
class Drawn:
    """A random posture with its name: move (contract names, others, or none), side, worked segment."""

    kind: str
    move: str
    side: str | None
    segment: str | None  # trunk, thigh, shank, chest, pelvis
    posture: Posture


def tool_kind(rng: np.random.Generator, kind: str) -> str:
    """Ball or roller for a kind of posture."""
    ball = {"pectoral": 1.0, "glute": 0.35, "calf": 0.15, "hamstring": 0.1}.get(kind, 0.0)
    return "ball" if rng.random() < ball else "roller"


def _legs(rng: np.random.Generator) -> Legs:
    knee = uniform(rng, 70, 115) if rng.random() < 0.6 else uniform(rng, 50, 170)
    apart = uniform(rng, -12, 12)
    return Legs(
        (knee + apart, knee - apart),
        uniform(rng, 0.7, 1.7),
        uniform(rng, -5, 25),
        uniform(rng, 0, 35) if rng.random() < 0.15 else 0.0,
        uniform(rng, -0.25, 0.35),
    )


def _arms(rng: np.random.Generator) -> Arms:
    kinds = ["behind_head", "crossed", "side", "chest", "overhead", "hips"]
    return Arms(str(rng.choice(kinds, p=[0.45, 0.2, 0.14, 0.1, 0.05, 0.06])), uniform(rng, -1, 1))


def _seat(rng: np.random.Generator, hip: float) -> Seat:
    hands = ("floor", "floor") if rng.random() < 0.85 else ("knee", "floor")
    return Seat(
        uniform(rng, 35, 70),
        hip,
        uniform(rng, 0, 35),
        uniform(rng, 0.0, 0.25),
        uniform(rng, 0.86, 0.98),
        uniform(rng, 0, 45),
        uniform(rng, -50, 50),
        0.0,
        0.0,
        hands,
    )


def _thoracic(rng: np.random.Generator, shape: Shape, tool: Tool) -> Posture:
    axis = turn((0, 0, 1), float(np.clip(rng.normal(0, 5), -14, 14))) @ Y
    room = max(0.0, tool.length_m / 2 - 0.14)
    shift = float(np.clip(rng.normal(0, 0.07), -room, room))
    placed = Placed(tool, np.array([0, shift, tool.radius]), axis, uniform(rng, 0, 6.28))
    contact = uniform(rng, -0.05, 0.6) if rng.random() < 0.6 else uniform(rng, -0.22, 0.88)
    down = 1.0 if rng.random() < 0.2 else uniform(rng, 0, 1) if rng.random() < 0.15 else 0.0
    return thoracic(
        shape,
        placed,
        contact,
        uniform(rng, -6, 14) if contact < 0.6 else uniform(rng, -14, 25),
        _legs(rng),
        _arms(rng),
        uniform(rng, -14, 14),
        uniform(rng, -10, 40),
        uniform(rng, -35, 35),
        uniform(rng, -14, 14),
        down,
    )


def _on_leg(rng: np.random.Generator, shape: Shape, tool: Tool, limb: str, side: str) -> Posture:
    other = str(
        rng.choice(["crossed", "bent", "straight"], p=[0.6, 0.25, 0.15] if limb == "shank" else [0.15, 0.5, 0.35])
    )
    seat = fit_lean(shape, _seat(rng, uniform(rng, 0.11, 0.26)))
    wide = max(0.0, tool.length_m / 2 - 0.1)
    shift = float(np.clip(rng.normal(0, 0.09), -wide, wide))
    contact = uniform(rng, 0.02, 0.95)
    return leg_on_roller(
        shape,
        tool,
        limb,
        side,
        contact,
        seat,
        uniform(rng, 150, 178),
        other,
        float(np.clip(rng.normal(0, 5), -14, 14)),
        shift,
        uniform(rng, -3, 10),
        uniform(rng, -30, 15),
        turned_out=uniform(rng, -0.5, 0.5),
    )


def _glute(rng: np.random.Generator, shape: Shape, tool: Tool, side: str) -> Posture:
    sign = 1.0 if side == "L" else -1.0
    wide = max(0.0, tool.length_m / 2 - 0.1)
    shift = sign * 0.095 if tool.kind == "ball" else float(np.clip(rng.normal(sign * 0.05, 0.07), -wide, wide))
    placed = Placed(
        tool, np.array([0, shift, tool.radius]), turn((0, 0, 1), float(rng.normal(0, 4))) @ Y, uniform(rng, 0, 6.28)
    )
    hands = ("knee", "floor") if side == "R" else ("floor", "knee")
    seat = Seat(
        uniform(rng, 42, 75),
        0.2,
        uniform(rng, 0, 30),
        uniform(rng, 0.0, 0.25),
        uniform(rng, 0.88, 0.98),
        uniform(rng, 0, 45),
        uniform(rng, -30, 30),
        sign * uniform(rng, -5, 25),
        -sign * uniform(rng, 0, 25),
        hands if rng.random() < 0.4 else ("floor", "floor"),
    )
    along = (-0.35, 0.2) if tool.kind == "ball" else (-0.4, 0.4)
    return glute(
        shape,
        placed,
        side,
        uniform(rng, *along),
        fit_lean(shape, seat),
        uniform(rng, 65, 125),
        0.0 if rng.random() < 0.2 else 1.0,
    )


def _stance(rng: np.random.Generator, side: str) -> WallStance:
    return WallStance(
        side,
        uniform(rng, 0.2, 1.1),
        uniform(rng, 1, 20),
        uniform(rng, 0, 0.05) if rng.random() < 0.1 else 0.0,
        uniform(rng, 5, 110),
        uniform(rng, 0.02, 0.14),
        uniform(rng, 0.0, 0.4),
        uniform(rng, -12, 12),
        uniform(rng, -10, 25),
        uniform(rng, -50, 50),
        str(rng.choice(["wall", "hip", "side"])),
    )


def _nobody_on_it(rng: np.random.Generator, shape: Shape, kind: str) -> Posture:
    if kind == "none_sitting":
        seat = Seat(
            uniform(rng, 55, 90),
            0.2,
            uniform(rng, 0, 40),
            uniform(rng, 0, 0.2),
            0.95,
            uniform(rng, 0, 40),
            uniform(rng, -50, 50),
            hands=("knee", "knee") if rng.random() < 0.4 else ("floor", "floor"),
        )
        return sitting(shape, fit_lean(shape, seat), _legs(rng))
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
    return lying(shape, pitch, _legs(rng), _arms(rng), uniform(rng, -4, 10), uniform(rng, 0, 25), uniform(rng, -40, 40))


def _beside(rng: np.random.Generator, posture: Posture, tool: Tool) -> Posture:
    """The tool on the floor near the body, touching nothing."""
    skin = posture.pose.skin()
    for _ in range(60):
        axis = turn((0, 0, 1), uniform(rng, -60, 60)) @ Y
        spot = np.append(skin[int(rng.integers(len(skin))), :2] + rng.normal(0, 0.45, 2), tool.radius)
        low = skin[skin[:, 2] < tool.diameter_m + 0.03] - spot
        along = low @ axis
        clear = (np.abs(along) > tool.length_m / 2 + 0.04) | (
            np.hypot(low @ np.cross(axis, [0, 0, 1]), 0) > tool.radius + 0.05
        )
        if clear.all():
            return Posture(posture.pose, Placed(tool, spot, axis, uniform(rng, 0, 6.28)), None, None)
    return posture


def draw_posture(rng: np.random.Generator, shape: Shape, tool: Tool, kind: str, side: str) -> Drawn:
    """A posture of the given kind; tries again while the body sinks into the floor or the tool, or hangs over it."""
    drawn = _draw(rng, shape, tool, kind, side)
    for _ in range(24):
        if _is_sound(drawn):
            break
        drawn = _draw(rng, shape, tool, kind, side)
    return drawn


def _is_sound(drawn: Drawn) -> bool:
    posture = drawn.posture
    skin = posture.pose.skin()
    rests = True
    if posture.contact is not None and posture.tool is not None and drawn.kind != "pectoral":
        rests = abs(sink(skin, posture.tool)) < _SLACK_M
    return rests and bool(skin[:, 2].min() > -_SLACK_M)


def _draw(rng: np.random.Generator, shape: Shape, tool: Tool, kind: str, side: str) -> Drawn:
    if kind == "thoracic":
        return Drawn(kind, "thoracic", None, "trunk", _thoracic(rng, shape, tool))
    if kind in ("calf", "hamstring"):
        limb = "shank" if kind == "calf" else "thigh"
        return Drawn(kind, kind, side, limb, _on_leg(rng, shape, tool, limb, side))
    if kind == "glute":
        return Drawn(kind, "glute", side, "pelvis", _glute(rng, shape, tool, side))
    if kind == "pectoral":
        return Drawn(kind, "pectoral", side, "chest", at_the_wall(shape, tool, _stance(rng, side)))
    yaw, shift = float(np.clip(rng.normal(0, 5), -14, 14)), float(np.clip(rng.normal(0, 0.06), -0.1, 0.1))
    if kind == "quadriceps":
        posture = face_down(shape, tool, uniform(rng, 0.15, 0.9), yaw, shift, bool(rng.random() < 0.3))
        return Drawn(kind, kind, None, "thigh", posture)
    if kind == "side":
        limb = str(rng.choice(["shank", "thigh", "trunk"]))
        along = {"shank": (0.15, 0.8), "thigh": (0.2, 0.9), "trunk": (0.05, 0.4)}[limb]
        posture = on_side(shape, tool, side, limb, uniform(rng, *along), bool(rng.random() < 0.5), yaw, shift)
        return Drawn(kind, {"shank": "peroneals", "thigh": "outer_thigh", "trunk": "lats"}[limb], side, limb, posture)
    if kind == "beside":
        base = _nobody_on_it(rng, shape, str(rng.choice(["none_lying", "none_sitting", "none_bridge"])))
        return Drawn(kind, "none", None, None, _beside(rng, base, tool))
    return Drawn(kind, "none", None, None, _nobody_on_it(rng, shape, kind))
