"""Postures face down and on the side: quadriceps, lats, outer thigh and outer shank over a roller."""

from __future__ import annotations

import numpy as np

from .body import Shape
from .figure import FACE_DOWN, SQUASH_M, Figure, X, Y, Z, on_the_side, underside
from .geometry import Array, halve, turn
from .postures import WRIST_ON_FLOOR_M, Posture, side_sign
from .tool import Placed, Tool


def _straight_legs(figure: Figure, direction: Array, knee_pole: Array, apart: float) -> None:
    """Both legs straight along `direction` (3,), feet pointed."""
    full = 0.985 * (figure.shape.lengths["thigh"] + figure.shape.lengths["shank"])
    for s in "LR":
        hip = figure.pose().joint(f"hip_{s}")
        spread = figure.pose().rotation("root")[:, 0] * side_sign(s) * apart
        figure.leg(s, hip + direction * full + spread, knee_pole, flex_foot=35.0)


def face_down(
    shape: Shape,
    tool: Tool,
    contact: float,
    tool_yaw: float = 0.0,
    tool_shift: float = 0.0,
    straight_arms: bool = False,
) -> Posture:
    """Plank on the forearms (or hands) with the roller under both thighs; contact along the thigh 0 hip to 1 knee."""
    lengths = shape.lengths
    prop = (
        0.97 * (lengths["upper_arm"] + lengths["forearm"]) + WRIST_ON_FLOOR_M
        if straight_arms
        else lengths["upper_arm"] + 0.05
    )
    under = underside(shape, "thigh", "L", contact, -Y) - SQUASH_M
    thigh_z = tool.diameter_m + under

    def plank(pitch: float) -> tuple[Figure, Array]:
        """The figure and the spot on its thigh that is to lie on the tool."""
        pelvis = turn(Y, pitch) @ FACE_DOWN
        figure = Figure(shape, np.zeros(3))
        figure.trunk(pelvis, flex=-6.0, neck=-12.0)
        _straight_legs(figure, -pelvis[:, 2], -pelvis[:, 1], 0.03)
        pose = figure.pose()
        return figure, pose.joint("hip_L") + contact * (pose.joint("knee_L") - pose.joint("hip_L"))

    def too_steep(pitch: float) -> bool:
        figure, spot = plank(pitch)
        return bool(figure.pose().mid_shoulder[2] - spot[2] > prop - thigh_z)

    figure, spot = plank(halve(too_steep, -25.0, 60.0, 24))
    figure.place(np.array([0.0, 0.0, thigh_z - spot[2]]))
    for s in "LR":
        shoulder, sign = figure.pose().joint(f"shoulder_{s}"), side_sign(s)
        if straight_arms:
            target = np.array([shoulder[0] - 0.02, shoulder[1] - 0.05 * sign, WRIST_ON_FLOOR_M])
        else:
            target = np.array([shoulder[0] - 0.96 * lengths["forearm"], shoulder[1], WRIST_ON_FLOOR_M])
        figure.arm(s, target, X * 0.6 - Z - Y * 0.3 * sign, -X, -Z)
    pose = figure.pose()
    hip, knee = (pose.joint("hip_L") + pose.joint("hip_R")) / 2, (pose.joint("knee_L") + pose.joint("knee_R")) / 2
    spot = hip + contact * (knee - hip)
    centre = np.array([spot[0], spot[1], tool.radius])
    axis = turn(Z, tool_yaw) @ Y
    return Posture(pose, Placed(tool, centre + axis * tool_shift, axis), contact, centre)


def on_side(
    shape: Shape,
    tool: Tool,
    side: str,
    limb: str,
    contact: float,
    top_foot_planted: bool,
    tool_yaw: float = 0.0,
    tool_shift: float = 0.0,
) -> Posture:
    """On the side over a roller under the lower `limb`: shank, thigh or trunk (0 shoulder to 1 hip)."""
    lengths = shape.lengths
    names = {"shank": ("knee", "ankle"), "thigh": ("hip", "knee"), "trunk": ("shoulder", "hip")}[limb]
    base = on_the_side(side)
    other = "R" if side == "L" else "L"
    rest_out = X if side == "L" else -X
    front = np.asarray(-base[:, 1])
    thick = 0.11 * shape.height / 1.7  # half a trunk, sideways
    under = thick if limb == "trunk" else underside(shape, limb, side, contact, rest_out) - SQUASH_M
    # What the lower shoulder (over a leg) or the lower hip (over the trunk) is above the floor.
    prop = thick if limb == "trunk" else lengths["upper_arm"] + 0.05

    def lean(pitch: float) -> tuple[Figure, Array]:
        """The figure and the spot of the limb that is to lie on the tool."""
        pelvis = turn(Y, pitch) @ base
        figure = Figure(shape, np.zeros(3))
        figure.trunk(pelvis, neck=10.0)
        _straight_legs(figure, X * 0.99 - Z * 0.05 if limb == "trunk" else -pelvis[:, 2], front, 0.0)
        a, b = (figure.pose().joint(f"{n}_{side}") for n in names)
        return figure, a + contact * (b - a)

    def too_steep(pitch: float) -> bool:
        figure, spot = lean(pitch)
        held = figure.pose().joint(f"{'hip' if limb == 'trunk' else 'shoulder'}_{side}")[2]
        held += tool.diameter_m + under - spot[2]
        return bool(held < prop if limb == "trunk" else held > prop)

    figure, spot = lean(halve(too_steep, -35.0, 60.0, 24))
    figure.place(np.array([0.0, 0.0, tool.diameter_m + under - spot[2]]))
    pose = figure.pose()
    shoulder = pose.joint(f"shoulder_{side}")
    if limb == "trunk":
        figure.arm(side, shoulder - X * 0.5 + Z * 0.02, front - X)
    else:
        wrist = shoulder + front * 0.93 * lengths["forearm"]
        wrist[2] = WRIST_ON_FLOOR_M
        figure.arm(side, wrist, -Z - front * 0.4, front, -Z)
    upper = figure.pose().joint(f"shoulder_{other}")
    figure.arm(other, upper + front * 0.24 + X * 0.12 - Z * 0.3 * shape.height / 1.7, -X + Z)
    if top_foot_planted:
        hip = figure.pose().joint(f"hip_{other}")
        ankle = hip + X * 0.35 + front * 0.28
        ankle[2] = shape.ankle_height + 0.02
        figure.leg(other, ankle, Z + 0.4 * front, turn(Z, 30.0 if front[1] > 0 else -30.0) @ np.stack([Y, -X, Z], 1))
    pose = figure.pose()
    a, b = pose.joint(f"{names[0]}_{side}"), pose.joint(f"{names[1]}_{side}")
    spot = a + contact * (b - a)
    centre = np.array([spot[0], spot[1], tool.radius])
    axis = turn(Z, tool_yaw) @ Y
    return Posture(pose, Placed(tool, centre + axis * tool_shift, axis), contact, centre)
