"""Postures on the feet: leaning on a ball at the wall, standing, walking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .body import Shape
from .figure import SQUASH_M, UPRIGHT, Figure, X, Y, Z, flat_foot
from .geometry import Array, turn
from .postures import Posture, side_sign
from .tool import Placed, Tool

WALL_X = 0.0  # the wall of the pectoral move is the plane x = 0, the person faces it


@dataclass(frozen=True)
class WallStance:
    """How somebody stands at the wall. Degrees and metres; side is the worked one (L, R).

    contact: ball from mid-chest towards the worked side in half shoulder widths. gap_m: ball off the chest.
    arm: degrees the worked arm is away from the side. height: ball below the shoulders, metres.
    """

    side: str
    contact: float
    lean: float = 12.0
    gap_m: float = 0.0
    arm: float = 25.0
    drop_m: float = 0.07
    stride_m: float = 0.28
    turned: float = 0.0
    neck: float = 8.0
    look: float = 0.0
    other_hand: str = "wall"  # wall, hip, side, ball (holds it)


def at_the_wall(
    shape: Shape, tool: Tool, stance: WallStance, feet: Array | None = None, ball_y: float = 0.0
) -> Posture:
    """Ball between chest and wall. The ball's middle is at y = `ball_y`; feet (2, 3) fixes the ankles (left, right)."""
    sign = side_sign(stance.side)
    lengths = shape.lengths
    pelvis = turn(Z, stance.turned) @ turn(Y, stance.lean) @ UPRIGHT
    figure = Figure(shape, np.zeros(3))
    figure.trunk(pelvis, flex=3.0, neck=stance.neck - stance.lean * 0.5, look=stance.look)
    leg = (lengths["thigh"] + lengths["shank"]) * 0.955
    sole = shape.ankle_height + 0.012
    slope = np.radians(stance.lean)
    pose = figure.pose()
    hip = pose.joint(f"hip_{stance.side}")
    figure.place(np.array([0.0, 0.0, sole + leg * np.cos(slope) - hip[2]]))
    pose = figure.pose()
    chest = pose.skin(shape.rig.torso_vertices)  # with the shoulders
    middle = pose.mid_shoulder
    target_y = stance.contact * lengths["shoulder_half_width"] * sign
    centre = np.array([WALL_X - tool.radius, ball_y, middle[2] - stance.drop_m])
    shift_y = ball_y - (middle[1] + target_y)
    d2 = (chest[:, 1] + shift_y - ball_y) ** 2 + (chest[:, 2] - centre[2]) ** 2
    near = d2 <= max((0.95 * tool.radius) ** 2, float(d2.min()))  # beside the chest: the nearest skin will do
    front = float((chest[near, 0] + np.sqrt(np.maximum(tool.radius**2 - d2[near], 0.0))).max())
    figure.place(figure.root + np.array([centre[0] - front + SQUASH_M - stance.gap_m, shift_y, 0.0]))
    hips = {s: figure.pose().joint(f"hip_{s}") for s in "LR"}
    for k, s in enumerate("LR"):
        out = side_sign(s)
        if feet is not None:
            ankle = feet[k]
        else:
            forward = 0.0 if s == stance.side else stance.stride_m
            ankle = np.array([hips[s][0] - leg * np.sin(slope) + forward, hips[s][1] + out * 0.02, sole])
        figure.leg(s, ankle, X + Y * out * 0.1, flat_foot(out * 8 + stance.turned))
    _arms_at_the_wall(figure, stance, centre, tool.radius)
    pose = figure.pose()
    middle = pose.mid_shoulder
    contact = sign * (ball_y - middle[1]) / lengths["shoulder_half_width"]
    return Posture(pose, Placed(tool, centre, Y), float(contact), centre)


def _arms_at_the_wall(figure: Figure, stance: WallStance, ball: Array, radius: float) -> None:
    """The worked arm hangs or is raised sideways; the other one does what the stance says."""
    lengths = figure.shape.lengths
    for s in "LR":
        out = side_sign(s)
        pose = figure.pose()
        shoulder = pose.joint(f"shoulder_{s}")
        reach = lengths["upper_arm"] + lengths["forearm"]
        if s == stance.side:
            a = np.radians(stance.arm)
            aim = shoulder + 0.88 * reach * (np.array([-0.18, out * np.sin(a), -np.cos(a)]))
            figure.arm(s, aim, np.array([-1.0, 0.3 * out, 0.0]))
        elif stance.other_hand == "wall":
            aim = np.array([WALL_X - 0.045, shoulder[1] + 0.12 * out, shoulder[2] - 0.12])
            figure.arm(s, aim, np.array([-0.3, 0.7 * out, -1.0]), Z + 0.2 * X, X - 0.2 * Z)
        elif stance.other_hand == "ball":
            figure.arm(s, ball - X * (radius + 0.07) - Z * 0.04, np.array([-0.3, 0.7 * out, -1.0]), X + Z * 0.3, X)
        elif stance.other_hand == "hip":
            figure.arm(s, pose.joint(f"hip_{s}") + np.array([0.05, 0.09 * out, 0.08]), np.array([-0.6, out, 0.1]))
        else:
            figure.arm(s, shoulder + 0.93 * reach * np.array([0.05, 0.16 * out, -0.98]), -X)


def standing(
    shape: Shape,
    at: Array,
    heading: float,
    stride: float = 0.0,
    swing: float = 0.0,
    lean: float = 3.0,
    neck: float = 10.0,
    look: float = 0.0,
    squat: float = 0.0,
) -> Posture:
    """On the feet at floor point `at` (2,), facing `heading` degrees.

    stride: -1..1, how far the left foot is before the right; swing: -1..1, the left foot is in the air when > 0, the
    right when < 0; squat: 0 tall to 1 deep.
    """
    lengths = shape.lengths
    leg = lengths["thigh"] + lengths["shank"]
    spin = turn(Z, heading)
    step = 0.36 * leg * stride
    sole = shape.ankle_height + 0.012
    height = sole + np.sqrt((0.985 * leg * (1 - 0.45 * squat)) ** 2 - step**2 * 0.9)
    figure = Figure(shape, np.zeros(3))
    figure.trunk(spin @ turn(Y, lean + 35 * squat) @ UPRIGHT, flex=6.0, neck=neck, look=look, twist=-8.0 * stride)
    hip = figure.pose().mid_hip
    figure.place(np.array([at[0], at[1], height - hip[2]]))
    for s in "LR":
        out = side_sign(s)
        lift = 0.16 * leg * max(0.0, swing * out)
        place = spin @ np.array([out * step - 0.1 * squat, out * lengths["pelvis_width"] * 0.42, 0.0])
        ankle = np.array([at[0], at[1], sole + lift]) + place
        figure.leg(s, ankle, spin @ np.array([1.0, 0.05 * out, 0.0]), spin @ turn(Y, 150 * lift) @ flat_foot(out * 7))
    for s in "LR":
        out = side_sign(s)
        shoulder = figure.pose().joint(f"shoulder_{s}")
        reach = 0.94 * (lengths["upper_arm"] + lengths["forearm"])
        aim = shoulder + spin @ (reach * np.array([-out * 0.35 * stride + 0.5 * squat, 0.14 * out, -0.93]))
        figure.arm(s, aim, spin @ np.array([-1.0, 0.25 * out, 0.0]))
    return Posture(figure.pose(), None, None, None)
