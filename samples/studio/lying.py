"""Postures of those who roll face down or on the side: propped up on the forearms, or with the hips on the floor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .body import Shape
from .figure import FACE_DOWN, SQUASH_M, Figure, X, Y, Z, flat_foot, on_the_side, sink, underside
from .geometry import Array, halve, turn, unit
from .postures import WRIST_ON_FLOOR_M, side_sign
from .tool import Placed

ELBOW_ON_FLOOR_M = 0.045
_TIPS_M = 0.11  # a wrist above the floor with the hand on its finger tips
_STEEPEST_DEG = 40.0


@dataclass(frozen=True)
class Trunk:
    """Small things about a trunk, degrees: see `Figure.trunk`."""

    flex: float = 0.0
    neck: float = 0.0
    look: float = 0.0


@dataclass(frozen=True)
class Prop:
    """What carries the trunk: elbows and wrists (2, 3), left and right; NaN rows are free."""

    elbows: Array
    wrists: Array


def _aim_leg(figure: Figure, side: str, thigh: Array, shank: Array, pole: Array, flex_foot: float = 35.0) -> None:
    """A leg with thigh and shank in these directions; the knee points to `pole`."""
    lengths = figure.shape.lengths
    hip = figure.pose().joint(f"hip_{side}")
    knee = hip + unit(thigh) * lengths["thigh"]
    ankle = knee + unit(shank) * lengths["shank"]
    figure.leg(side, ankle, pole, flex_foot=flex_foot)


def rest_on_arms(
    build: Callable[[float], tuple[Figure, Array]], height: float, first: float | None, prop: Prop | None, side: str
) -> tuple[Figure, Array]:
    """A stiff body over a tool, the trunk on planted elbows, and the spot (3,) that lies on the tool.

    `build` gives the figure at a pitch, degrees, and the spot; `height`: of the spot above the floor; `first`: how far
    the tool was ahead of the hips, metres along x, when they were at x = 0: it rolls without slip from there. None with
    `prop` None: the first time, with the upper arm of `side` upright.
    """

    def at(pitch: float) -> tuple[Figure, Array]:
        figure, spot = build(pitch)
        ahead = float(spot[0] - figure.pose().mid_hip[0])
        x = ahead if first is None else 2 * first - ahead  # of the tool
        move = np.array([x - spot[0], 0.0, height - spot[2]])
        figure.place(figure.root + move)
        return figure, spot + move

    def too_high(pitch: float) -> bool:
        figure, _ = at(pitch)
        shoulder = figure.pose().joint(f"shoulder_{side}")
        upper = figure.shape.lengths["upper_arm"]
        if prop is None:
            return bool(shoulder[2] > ELBOW_ON_FLOOR_M + 0.985 * upper)
        return bool(np.linalg.norm(shoulder - prop.elbows["LR".index(side)]) > upper)

    return at(halve(too_high, -25.0, _STEEPEST_DEG, 16))


def lean_on(figure: Figure, prop: Prop, fingers: Array) -> None:
    """Put the arms where they are planted."""
    for k, side in enumerate("LR"):
        if np.isfinite(prop.elbows[k]).all():
            shoulder = figure.pose().joint(f"shoulder_{side}")
            pole = prop.elbows[k] - (shoulder + prop.wrists[k]) / 2
            figure.arm(side, prop.wrists[k], pole, fingers, -Z)
        elif np.isfinite(prop.wrists[k]).all():
            figure.arm(side, prop.wrists[k], Z - X * 0.5, fingers, -Z)


def plank(
    shape: Shape, contact: float, bend: float, knee: float, trunk: Trunk
) -> Callable[[float], tuple[Figure, Array]]:
    """Face down and straight, the shanks a little up. bend: degrees, the hips sag below the line (positive) or are
    pushed up above it."""

    def build(pitch: float) -> tuple[Figure, Array]:
        figure = Figure(shape, np.zeros(3))
        curl = -6.0 - 0.9 * max(bend, 0.0) + trunk.flex
        figure.trunk(turn(Y, pitch) @ FACE_DOWN, curl, neck=trunk.neck, look=trunk.look)
        legs = turn(Y, pitch - (0.1 * bend if bend > 0 else bend))
        for s in "LR":
            thigh = legs @ (X - Y * 0.05 * side_sign(s))
            _aim_leg(figure, s, thigh, turn(Y, -(180.0 - knee)) @ thigh, -Z)
        pose = figure.pose()
        hip, knee_at = (pose.joint(f"{j}_L") / 2 + pose.joint(f"{j}_R") / 2 for j in ("hip", "knee"))
        return figure, hip + contact * (knee_at - hip)

    return build


def thigh_rests(shape: Shape, diameter: float, contact: float) -> float:
    """Height of the thighs' axes face down over a roller."""
    return diameter + underside(shape, "thigh", "L", contact, -Y) - SQUASH_M


def plant_forearms(figure: Figure) -> Prop:
    """Both forearms on the floor, pointing ahead, elbows under the shoulders."""
    pose, lengths = figure.pose(), figure.shape.lengths
    elbows = np.stack([pose.joint(f"shoulder_{s}") for s in "LR"])
    elbows[:, 2] = ELBOW_ON_FLOOR_M
    wrists = elbows - X * lengths["forearm"] * 0.99
    wrists[:, 1] *= 0.7
    wrists[:, 2] = WRIST_ON_FLOOR_M
    return Prop(elbows, wrists)


def side_plank(
    shape: Shape, side: str, contact: float, bend: float, roll: float, trunk: Trunk
) -> Callable[[float], tuple[Figure, Array]]:
    """On the side, legs stacked, the lower shank to lie on the tool. bend: degrees, the hips sag; roll: degrees, the
    hips turned from the side towards the back."""
    sign = side_sign(side)
    other = "R" if side == "L" else "L"

    def build(pitch: float) -> tuple[Figure, Array]:
        pelvis = turn(Y, pitch) @ on_the_side(side) @ turn(Z, -sign * roll)
        figure = Figure(shape, np.zeros(3))
        figure.trunk(
            pelvis, trunk.flex, side_bend=-sign * 0.75 * bend, twist=sign * 0.6 * roll, neck=trunk.neck, look=trunk.look
        )
        lower = turn(Y, pitch - 0.25 * bend) @ X
        front = np.asarray(-pelvis[:, 1])
        _aim_leg(figure, side, lower, lower, front, 20.0)
        ankle = figure.pose().joint(f"ankle_{side}") + Z * 0.085 * shape.height / 1.7
        figure.leg(other, ankle, front, flex_foot=20.0)
        pose = figure.pose()
        a, b = pose.joint(f"knee_{side}"), pose.joint(f"ankle_{side}")
        return figure, a + contact * (b - a)

    return build


def shank_rests(shape: Shape, side: str, diameter: float, contact: float, roll: float) -> float:
    """Height of the lower shank's axis on the side over a roller."""
    sign = side_sign(side)
    out = turn(Z, sign * roll) @ (X * sign)
    return diameter + underside(shape, "shank", side, contact, out) - SQUASH_M


def lie_over(
    shape: Shape, placed: Placed, side: str, contact: float, lift: float, arm_up: bool, trunk: Trunk
) -> Figure:
    """On the side with the trunk over the roller, which stays where it is, the hips `lift` metres off the floor.

    contact: along the lower shoulder 0 to the lower hip 1, in the lengthwise upright plane. Limbs but the lower arm and
    the trunk are still to be posed. arm_up: the lower arm beyond the head, else before the chest.
    """
    sign = side_sign(side)
    base = Figure(shape, np.zeros(3))
    pelvis = on_the_side(side)
    base.trunk(pelvis, trunk.flex, neck=trunk.neck, look=trunk.look, tilt=sign * 16.0)
    if arm_up:
        base.shrug(side, 26.0)
    front = -pelvis[:, 1]
    reach = shape.lengths["upper_arm"] + shape.lengths["forearm"]
    ahead = -X * 0.88 - Z * 0.43 + front * 0.1 if arm_up else front * 0.72 - X * 0.2
    bent_to = front + Z * 0.2 if arm_up else -X - Z * 0.2
    base.arm(side, base.pose().joint(f"shoulder_{side}") + ahead * reach, bent_to)
    pose = base.pose()
    body = pose.skin(shape.rig.torso_vertices)
    seat = pose.skin(np.concatenate([shape.rig.vertices_of("root", "pelvis", "upperleg", share=0.9)]))
    shoulder, hip = pose.joint(f"shoulder_{side}"), pose.joint(f"hip_{side}")
    seat = seat[np.abs(seat[:, 0] - hip[0]) < 0.12]

    def lie(pitch: float) -> Array:
        """Where the root comes to be."""
        r = turn(Y, pitch).T
        points, a, b = body @ r, shoulder @ r, hip @ r
        u = (b - a) * [1, 0, 1]
        move = np.array([0.0, -(a[1] + b[1]) / 2, 0.0])
        for _ in range(5):
            now = float((placed.centre - a - move) @ u / (u @ u))
            move = move + u * (now - contact)
            move[2] += sink(points + move, placed)
        return np.asarray(move)

    def too_steep(pitch: float) -> bool:
        low = float((seat @ turn(Y, pitch).T)[:, 2].min()) + lie(pitch)[2]
        return bool(low < lift - 0.006)

    pitch = halve(too_steep, -30.0, 45.0, 12)
    figure = Figure(shape, lie(pitch))
    rotation = turn(Y, pitch)
    figure.turned = {bone: rotation @ r for bone, r in base.turned.items()}
    at = figure.pose().joint(f"shoulder_{side}")
    if arm_up:
        fall = min(at[2] - WRIST_ON_FLOOR_M, 0.22 * reach)
        wrist = at - X * np.sqrt((0.985 * reach) ** 2 - fall**2) + front * 0.04 - Z * fall
        figure.arm(side, wrist, bent_to, -X, front)
    else:
        wrist = at + front * 0.72 * reach - X * 0.2 * reach
        wrist[2] = WRIST_ON_FLOOR_M
        figure.arm(side, wrist, bent_to, front, -Z)
    return figure


def side_contact(figure: Figure, side: str, placed: Placed) -> float:
    """Contact along the lower shoulder 0 to the lower hip 1: foot of the perpendicular, in the lengthwise plane."""
    pose = figure.pose()
    a, b = pose.joint(f"shoulder_{side}"), pose.joint(f"hip_{side}")
    u = (b - a) * [1, 0, 1]
    middle = a + (b - a) / 2
    share = (middle[1] - placed.centre[1]) / placed.axis[1]
    half = placed.tool.length_m / 2
    cross = placed.centre + placed.axis * float(np.clip(share, -half, half))
    return float((cross - a) @ u / (u @ u))


def upper_limbs(figure: Figure, side: str, foot: Array | None, hand: Array | None) -> tuple[Array, Array]:
    """Legs and the upper hand of somebody on the side with the hips low: the lower leg lies, the upper foot stands
    before it, the upper hand before the chest. Gives where foot and hand stand, (3,) each; these are kept if given."""
    shape = figure.shape
    other = "R" if side == "L" else "L"
    pose = figure.pose()
    front = np.asarray(-pose.rotation("root")[:, 1])
    hip, upper_hip = pose.joint(f"hip_{side}"), pose.joint(f"hip_{other}")
    length = shape.lengths["thigh"] + shape.lengths["shank"]
    ankle = hip + X * 0.93 * length + front * 0.05
    ankle[2] = 0.06
    figure.leg(side, ankle, front, flex_foot=25.0)
    if foot is None:
        foot = upper_hip + X * 0.50 * length + front * 0.24
        foot[2] = shape.ankle_height + 0.012
    heading = 35.0 if front[1] > 0 else -35.0
    figure.leg(other, foot, Z + 0.35 * front + 0.25 * X, flat_foot(heading))
    if hand is None:
        shoulder = figure.pose().joint(f"shoulder_{other}")
        hand = shoulder + front * 0.28 + X * 0.16
        hand[2] = _TIPS_M
    figure.arm(other, hand, X + Z * 0.4, front - X * 0.6, -Z)
    return foot, hand


def upper_hand(figure: Figure, side: str) -> Array:
    """A hand on the upper hip of somebody on the side."""
    other = "R" if side == "L" else "L"
    pose = figure.pose()
    hip, root = pose.joint(f"hip_{other}"), pose.rotation("root")
    up = side_sign(other) * root[:, 0]
    return np.asarray(hip + up * 0.10 * figure.shape.height / 1.7 + root[:, 2] * 0.10)
