"""Random postures for the stills: the four moves good and faulty, other rolls, and people who do not roll."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .body import Shape
from .chance import uniform
from .figure import Y, sink
from .geometry import turn
from .postures import Arms, Posture, thoracic
from .prone import face_down, on_side
from .seated import Seat, fit_lean, glute, leg_on_roller
from .standing import WallStance, at_the_wall
from .tool import Placed, Tool
from .unrolled import nobody_on_it, put_beside, random_arms, random_legs

# What is drawn, and how often. `reclined`: propped up on hands or elbows, lower or middle back on the tool. `none_*`
# show nobody on a tool (`none_mimic`: the same postures as in use, only that there is none); `beside` and half of
# `none_mimic` have a roller near that touches nothing.
KINDS = {
    "thoracic": 0.29,
    "reclined": 0.09,
    "calf": 0.14,
    "glute": 0.13,
    "pectoral": 0.12,
    "hamstring": 0.02,
    "quadriceps": 0.02,
    "side": 0.03,
    "none_lying": 0.02,
    "none_sitting": 0.02,
    "none_standing": 0.02,
    "none_bridge": 0.01,
    "none_mimic": 0.04,
    "beside": 0.05,
}


ON_ITS_MIDDLE = 0.6  # share of people who lie with the spine over the roller's middle, give or take a hand's breadth
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


def _across(rng: np.random.Generator, tool: Tool) -> Placed:
    """A roller lying across under somebody's trunk. Most people lie on its middle, nearly square; others more or less
    crooked, with more of it sticking out on one side."""
    room = max(0.0, tool.length_m / 2 - 0.14)
    most_deg, off_m = (3.0, 0.03) if rng.random() < ON_ITS_MIDDLE else (6.0, 0.07 + 0.3 * room)
    axis = turn((0, 0, 1), float(np.clip(rng.normal(0, most_deg), -18, 18))) @ Y
    shift = float(np.clip(rng.normal(0, off_m), -room, room))
    return Placed(tool, np.array([0, shift, tool.radius]), axis, uniform(rng, 0, 6.28))


def _thoracic(rng: np.random.Generator, shape: Shape, tool: Tool) -> Posture:
    contact = uniform(rng, -0.05, 0.6) if rng.random() < 0.6 else uniform(rng, -0.22, 0.88)
    down = 1.0 if rng.random() < 0.2 else uniform(rng, 0, 1) if rng.random() < 0.15 else 0.0
    return thoracic(
        shape,
        _across(rng, tool),
        contact,
        uniform(rng, -6, 14) if contact < 0.6 else uniform(rng, -14, 25),
        random_legs(rng),
        random_arms(rng),
        uniform(rng, -14, 14),
        uniform(rng, -10, 40),
        uniform(rng, -35, 35),
        uniform(rng, -14, 14),
        down,
    )


def _reclined(rng: np.random.Generator, shape: Shape, tool: Tool, seated: bool = False) -> Posture:
    """Shoulders well above the hips, mostly propped up on hands or elbows; `seated`: surely with the hips down."""
    contact = uniform(rng, 0.25, 1.0) if rng.random() < 0.75 else uniform(rng, 0.0, 0.4)
    arms = Arms("propped", uniform(rng, -1, 1)) if rng.random() < 0.8 else random_arms(rng)
    down = seated or rng.random() < 0.45
    return thoracic(
        shape,
        _across(rng, tool),
        contact,
        uniform(rng, 0, 25) if down else uniform(rng, 8, 48),
        random_legs(rng),
        arms,
        uniform(rng, -12, 32),
        uniform(rng, -10, 45),
        uniform(rng, -40, 40),
        uniform(rng, -14, 14),
        1.0 if down else 0.0,
    )


def _mimic(rng: np.random.Generator, shape: Shape, tool: Tool, side: str) -> Posture:
    """A posture of rolling with nothing underneath, at times with the tool lying near."""
    pick = rng.random()
    if pick < 0.6:
        posture = _reclined(rng, shape, tool, seated=True)
    elif pick < 0.85:
        posture = _on_leg(rng, shape, tool, "shank", side)
    else:
        posture = _glute(rng, shape, tool, side)
    bare = Posture(posture.pose, None, None, None)
    return put_beside(rng, bare, tool) if rng.random() < 0.5 else bare


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
    if kind == "reclined":
        return Drawn(kind, "thoracic", None, "trunk", _reclined(rng, shape, tool))
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
        base = nobody_on_it(rng, shape, str(rng.choice(["none_lying", "none_sitting", "none_bridge"])))
        return Drawn(kind, "none", None, None, put_beside(rng, base, tool))
    if kind == "none_mimic":
        return Drawn(kind, "none", None, None, _mimic(rng, shape, tool, side))
    return Drawn(kind, "none", None, None, nobody_on_it(rng, shape, kind))
