"""Postures on the back: over a roller, or on the floor; and what all floor postures share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .body import Pose, Shape
from .figure import ON_THE_BACK, Figure, Y, Z, flat_foot, sink
from .geometry import Array, along_line, halve, turn
from .tool import Placed

WRIST_ON_FLOOR_M = 0.052


@dataclass(frozen=True)
class Posture:
    """A posed body and its tool. `contact` as in the contract; `crossing` (3,) is the point of the tool's axis under
    the middle of the body segment; both None without a touching tool."""

    pose: Pose
    tool: Placed | None
    contact: float | None
    crossing: Array | None


@dataclass(frozen=True)
class Legs:
    """Feet on the floor: knee angles (left, right) degrees, half the distance between the feet in hip half-widths, toes
    out and toes lifted in degrees. `ankles` (2, 3) fixes the feet instead of the knee angles."""

    knees: tuple[float, float] = (90.0, 90.0)
    stance: float = 1.0
    toes_out: float = 8.0
    toes_lifted: float = 0.0
    knees_out: float = 0.1
    ankles: Array | None = None


@dataclass(frozen=True)
class Arms:
    """One way to hold the arms, with `spread` -1..1 for variation."""

    kind: str = "behind_head"  # behind_head, crossed, side, chest, overhead, hips, propped
    spread: float = 0.0


def side_sign(side: str) -> float:
    """+1 for the left side (y > 0), -1 for the right."""
    return 1.0 if side == "L" else -1.0


def plant_legs(figure: Figure, legs: Legs) -> None:
    """Stand both feet on the floor in front of (+x of) the hips."""
    shape = figure.shape
    lengths, sole = shape.lengths, shape.ankle_height + 0.012
    for k, side in enumerate("LR"):
        sign = side_sign(side)
        hip = figure.pose().joint(f"hip_{side}")
        if legs.ankles is not None:
            ankle = legs.ankles[k]
        else:
            a, b, knee = lengths["thigh"], lengths["shank"], np.radians(legs.knees[k])
            reach2 = a * a + b * b - 2 * a * b * np.cos(knee)
            y = sign * lengths["pelvis_width"] / 2 * legs.stance
            dz, dy = sole - hip[2], y - hip[1]
            ankle = np.array([hip[0] + np.sqrt(max(reach2 - dz * dz - dy * dy, 0.0025)), y, sole])
        pole = np.array([0.15, sign * legs.knees_out, 1.0])
        figure.leg(side, ankle, pole, flat_foot(sign * legs.toes_out, legs.toes_lifted))


def hold_arms(figure: Figure, arms: Arms, chest: Array) -> None:
    """Arms for somebody on the back. chest: (3, 3) rotation of the chest."""
    s = arms.spread
    for side in "LR":
        sign = side_sign(side)
        left, back, up = sign * chest[:, 0], chest[:, 1], chest[:, 2]
        if arms.kind in ("behind_head", "overhead"):
            figure.shrug(side, 24.0)
        pose = figure.pose()
        shoulder, size = pose.joint(f"shoulder_{side}"), figure.shape.height / 1.7
        if arms.kind == "behind_head":
            head, r = pose.head("head"), pose.rotation("head")
            wrist = head + r @ np.array([sign * (0.075 + 0.01 * s), 0.095, 0.03 + 0.02 * s]) * size
            figure.arm(
                side, wrist, left + (0.55 + 0.3 * s) * up - 0.35 * back, r @ np.array([-sign, 0.1, 0.35]), -(r @ Y)
            )
        elif arms.kind == "crossed":
            other = pose.joint(f"shoulder_{'R' if side == 'L' else 'L'}")
            wrist = other - back * (0.11 + 0.015 * sign) * size - up * (0.05 + 0.05 * s) * size + left * 0.03
            figure.arm(side, wrist, left * 0.6 - back - up * 0.5)
        elif arms.kind == "chest":
            wrist = pose.mid_shoulder - back * 0.15 * size - up * (0.2 + 0.06 * s) * size + left * 0.03
            figure.arm(side, wrist, left - 0.2 * up)
        elif arms.kind == "overhead":
            figure.arm(side, shoulder + (up * 0.9 - back * 0.25 + left * 0.15) * 0.5 * size, left - back)
        elif arms.kind == "hips":
            wrist = pose.joint(f"hip_{side}") - back * 0.09 * size + left * 0.02 + up * 0.05
            figure.arm(side, wrist, left + back * 0.3)
        elif arms.kind == "propped":
            _prop(figure, side, s)
        else:
            wrist = shoulder - up * (0.42 + 0.04 * s) * size + left * (0.16 + 0.1 * s)
            wrist[2] = WRIST_ON_FLOOR_M
            figure.arm(side, wrist, left + 0.4 * Z, -up * 1.0 + 0.2 * left - Z * 0.05, -Z)


def _prop(figure: Figure, side: str, spread: float) -> None:
    """One arm of somebody who props the trunk up behind: on the hand, or on the elbow when the shoulder is low."""
    sign, lengths = side_sign(side), figure.shape.lengths
    shoulder = figure.pose().joint(f"shoulder_{side}")
    upper, fore = lengths["upper_arm"], lengths["forearm"]
    wide = np.radians(35 + 30 * spread)
    if shoulder[2] > 1.1 * upper:
        out = 0.04 + 0.04 * (1 + spread)
        back = np.sqrt(max((0.96 * (upper + fore)) ** 2 - (shoulder[2] - WRIST_ON_FLOOR_M) ** 2 - out**2, 0.0))
        wrist = np.array([shoulder[0] - back, shoulder[1] + sign * out, WRIST_ON_FLOOR_M])
        figure.arm(side, wrist, np.array([-1.0, 0.25 * sign, 0.1]), np.array([-0.75, 0.65 * sign, 0.0]), -Z)
        return
    away = np.sqrt(max(upper**2 - (shoulder[2] - 0.045) ** 2, 0.0))
    elbow = np.array([shoulder[0] - away * np.cos(wide), shoulder[1] + sign * away * np.sin(wide), 0.045])
    heading = np.radians(40 * spread)
    wrist = elbow + fore * np.array([np.cos(heading), sign * np.sin(heading), 0.0])
    wrist[2] = WRIST_ON_FLOOR_M
    figure.arm(side, wrist, elbow - (shoulder + wrist) / 2, np.array([1.0, 0.2 * sign, 0.0]), -Z)


def thoracic(
    shape: Shape,
    placed: Placed,
    contact: float,
    pitch: float,
    legs: Legs,
    arms: Arms,
    flex: float = 0.0,
    neck: float = 10.0,
    look: float = 0.0,
    roll: float = 0.0,
    hips_down: float = 0.0,
) -> Posture:
    """On the back over the roller `placed`, which stays where it is.

    contact: along mid-shoulders 0 to mid-hips 1. pitch: degrees, shoulders above hips. hips_down: 0 as pitched, 1 seat
    on the floor, or between. roll: degrees, chest towards the left.
    """

    def lie(at_pitch: float) -> Figure:
        pelvis = turn(Y, at_pitch) @ ON_THE_BACK @ turn(Z, roll)
        figure = Figure(shape, np.array([0.3, 0.0, 0.3]))
        figure.trunk(pelvis, flex=flex, neck=neck, look=look)
        if arms.kind in ("behind_head", "overhead"):
            for side in "LR":
                figure.shrug(side, 24.0)
        trunk = figure.pose().skin(shape.rig.trunk_vertices)
        offset = np.zeros(3)
        for _ in range(7):
            pose = figure.pose().moved(offset)
            a, b = pose.mid_shoulder, pose.mid_hip
            cross = crossing_point(placed, (a + b) / 2)
            u = (b - a) * [1, 0, 1]
            now = float((cross - a) @ u / (u @ u))
            offset += u * (now - contact)
            offset[2] += sink(trunk + offset, placed)
        figure.place(figure.root + offset)
        return figure

    if hips_down > 0:

        def lifted(at_pitch: float) -> bool:
            return bool(lie(at_pitch).pose().skin(shape.rig.torso_vertices)[:, 2].min() > -0.008)

        seated = halve(lambda p: not lifted(p), pitch, 60.0, 9)
        pitch = pitch + (seated - pitch) * hips_down
    figure = lie(pitch)
    plant_legs(figure, legs)
    hold_arms(figure, arms, figure.turned["spine01"])
    pose = figure.pose()
    cross = crossing_point(placed, pose.mid_shoulder + contact * (pose.mid_hip - pose.mid_shoulder))
    return Posture(pose, placed, trunk_contact(pose, cross), cross)


def crossing_point(placed: Placed, under: Array) -> Array:
    """The point (3,) of the tool's axis in the lengthwise upright plane (y constant) through a point of the body."""
    if placed.tool.kind == "ball":
        return placed.centre
    share = (under[1] - placed.centre[1]) / placed.axis[1]
    half = placed.tool.length_m / 2
    return placed.centre + placed.axis * float(np.clip(share, -half, half))


def trunk_contact(pose: Pose, crossing: Array) -> float:
    """Contact along mid-shoulders 0 to mid-hips 1: foot of the perpendicular, in the lengthwise upright plane."""
    flat = np.array([1.0, 0.0, 1.0])
    return along_line(pose.mid_shoulder * flat, pose.mid_hip * flat, crossing * flat)


def lying(
    shape: Shape, pitch: float, legs: Legs, arms: Arms, flex: float = 0.0, neck: float = 10.0, look: float = 0.0
) -> Posture:
    """On the back on the floor (or a bridge, with a negative pitch), no tool."""
    figure = Figure(shape, np.zeros(3))
    figure.trunk(turn(Y, pitch) @ ON_THE_BACK, flex=flex, neck=neck, look=look)
    figure.place(np.array([0.0, 0.0, -figure.pose().skin(shape.rig.trunk_vertices)[:, 2].min() - 0.006]))
    plant_legs(figure, legs)
    hold_arms(figure, arms, figure.turned["spine01"])
    return Posture(figure.pose(), None, None, None)
