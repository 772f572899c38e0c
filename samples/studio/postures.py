"""Postures on the floor: on the back over a roller, seated with a roller under a leg, seated on a roller, lying, sitting."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .body import Pose, Shape
from .figure import ON_THE_BACK, SQUASH_M, X, Y, Z, Figure, flat_foot, sink, underside
from .geometry import Array, along_line, turn, two_links, unit
from .tool import Placed, Tool

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

    kind: str = "behind_head"  # behind_head, crossed, side, chest, overhead, hips
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
            figure.arm(side, wrist, left + (0.55 + 0.3 * s) * up - 0.35 * back, r @ np.array([-sign, 0.1, 0.35]),
                       -(r @ Y))
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
        else:
            wrist = shoulder - up * (0.42 + 0.04 * s) * size + left * (0.16 + 0.1 * s)
            wrist[2] = WRIST_ON_FLOOR_M
            figure.arm(side, wrist, left + 0.4 * Z, -up * 1.0 + 0.2 * left - Z * 0.05, -Z)


def thoracic(shape: Shape, placed: Placed, contact: float, pitch: float, legs: Legs, arms: Arms,
             flex: float = 0.0, neck: float = 10.0, look: float = 0.0, roll: float = 0.0,
             hips_down: float = 0.0) -> Posture:
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
        figure.root = figure.root + offset
        figure._pose = None
        return figure

    if hips_down > 0:
        high, low = pitch, 60.0
        for _ in range(9):
            middle = (high + low) / 2
            pose = lie(middle).pose()
            seat = pose.skin(shape.rig.seat_vertices)[:, 2].min()
            high, low = (middle, low) if seat > -0.008 else (high, middle)
        pitch = pitch + (high - pitch) * hips_down
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


def lying(shape: Shape, pitch: float, legs: Legs, arms: Arms, flex: float = 0.0, neck: float = 10.0,
          look: float = 0.0) -> Posture:
    """On the back on the floor (or a bridge, with a negative pitch), no tool."""
    figure = Figure(shape, np.zeros(3))
    figure.trunk(turn(Y, pitch) @ ON_THE_BACK, flex=flex, neck=neck, look=look)
    figure.root = np.array([0.0, 0.0, -figure.pose().skin(shape.rig.trunk_vertices)[:, 2].min() - 0.006])
    figure._pose = None
    plant_legs(figure, legs)
    hold_arms(figure, arms, figure.turned["spine01"])
    return Posture(figure.pose(), None, None, None)


@dataclass(frozen=True)
class Seat:
    """Sitting leant back on the hands. lean: trunk from the floor in degrees; hip_m: hip joint height; hand: how far the
    hands are to the side (metres beyond the shoulder); bend: elbow straightness 0..1 of the arm's length."""

    lean: float
    hip_m: float
    flex: float = 12.0
    hand_out: float = 0.08
    reach: float = 0.97
    neck: float = 0.0
    look: float = 0.0
    yaw: float = 0.0
    roll: float = 0.0
    hands: tuple[str, str] = ("floor", "floor")  # left, right: floor or knee
    wrist_m: float = WRIST_ON_FLOOR_M  # higher on the finger tips


def _seated(shape: Shape, seat: Seat, root_xy: Array) -> Figure:
    figure = Figure(shape, np.array([root_xy[0], root_xy[1], seat.hip_m]))
    pelvis = turn(Z, seat.yaw) @ turn(X, seat.roll) @ turn(Y, seat.lean - seat.flex / 2) @ ON_THE_BACK
    figure.trunk(pelvis, flex=seat.flex, neck=seat.neck, look=seat.look)
    return figure


def _hands_behind(figure: Figure, seat: Seat, wrists: Array | None = None) -> None:
    shape = figure.shape
    full = (shape.lengths["upper_arm"] + shape.lengths["forearm"]) * seat.reach
    turn_z = turn(Z, seat.yaw)
    for k, side in enumerate("LR"):
        sign = side_sign(side)
        pose = figure.pose()
        shoulder = pose.joint(f"shoulder_{side}")
        if seat.hands[k] == "knee":
            knee, hip = pose.joint(f"knee_{side}"), pose.joint(f"hip_{side}")
            figure.arm(side, knee * 0.8 + hip * 0.2 + Z * 0.09, turn_z @ np.array([-0.3, sign, -0.6]))
            continue
        if wrists is not None:
            wrist = wrists[k]
        else:
            dz = seat.wrist_m - shoulder[2]
            dy = sign * seat.hand_out
            dx = -np.sqrt(max(full * full - dz * dz - dy * dy, 0.0))
            wrist = shoulder + turn_z @ np.array([dx, dy, dz])
            wrist[2] = seat.wrist_m
        figure.arm(side, wrist, np.array([-1.0, 0.25 * sign, 0.1]), turn_z @ np.array([-0.75, 0.65 * sign, 0]), -Z)


def fit_lean(shape: Shape, seat: Seat) -> Seat:
    """The seat leant back far enough for the hands to reach the floor."""
    full = (shape.lengths["upper_arm"] + shape.lengths["forearm"]) * seat.reach
    for _ in range(30):
        pose = _seated(shape, seat, np.zeros(2)).pose()
        propped = [pose.joint(f"shoulder_{s}")[2] for s, h in zip("LR", seat.hands, strict=True) if h == "floor"]
        drop = max(propped, default=0.0) - seat.wrist_m
        if np.hypot(drop, seat.hand_out) < full * 0.998:
            break
        seat = replace(seat, lean=seat.lean - 2.0)
    return seat


def solve_lean(shape: Shape, seat: Seat, root_xy: Array, wrists: Array) -> Seat:
    """The seat leant so that the arms to the planted `wrists` (2, 3; NaN rows are free) are as straight as `seat.reach` says."""
    full = (shape.lengths["upper_arm"] + shape.lengths["forearm"]) * seat.reach
    low, high = 15.0, 78.0
    for _ in range(12):
        lean = (low + high) / 2
        pose = _seated(shape, replace(seat, lean=lean), root_xy).pose()
        far = max(float(np.linalg.norm(pose.joint(f"shoulder_{s}") - wrists[k])) for k, s in enumerate("LR")
                  if np.isfinite(wrists[k]).all())
        low, high = (low, lean) if far > full else (lean, high)
    return replace(seat, lean=low)


def leg_on_roller(shape: Shape, tool: Tool, limb: str, side: str, contact: float, seat: Seat, knee: float,
                  other: str, tool_yaw: float = 0.0, tool_shift: float = 0.0, leg_out: float = 0.0,
                  foot_point: float = -10.0, wrists: Array | None = None, root_xy: Array | None = None,
                  turned_out: float = 0.0) -> Posture:
    """Seated, one leg's shank or thigh on the roller, hips carried by the arms.

    contact: along the limb, 0 to 1 (as seen from above). other: `crossed` (ankle over the shin), `bent` (foot on the floor),
    `straight` (beside). knee: interior angle of the working knee. root_xy: where the hips are (default origin).
    """
    sign = side_sign(side)
    other_side = "R" if side == "L" else "L"
    root = np.zeros(2) if root_xy is None else root_xy
    figure = _seated(shape, seat, root)
    a, b = shape.lengths["thigh"], shape.lengths["shank"]
    under = underside(shape, limb, side, contact, Y) - SQUASH_M
    reach = np.sqrt(a * a + b * b - 2 * a * b * np.cos(np.radians(knee)))
    hip = figure.pose().joint(f"hip_{side}")
    pole = np.array([0.05, sign * turned_out, 1.0])
    low, high = -60.0, 60.0
    for _ in range(28):
        middle = np.radians((low + high) / 2)
        ankle = hip + reach * np.array([np.cos(middle) * np.cos(np.radians(leg_out)),
                                        sign * np.cos(middle) * np.sin(np.radians(leg_out)), np.sin(middle)])
        knee_at, end = two_links(hip, ankle, a, b, pole)
        start, stop = (knee_at, end) if limb == "shank" else (hip, knee_at)
        spot = start + contact * (stop - start)
        if spot[2] > tool.diameter_m + under:
            high = (low + high) / 2
        else:
            low = (low + high) / 2
    figure.leg(side, ankle, pole, flex_foot=foot_point)
    centre = np.array([spot[0], spot[1], tool.radius])
    axis = turn(Z, tool_yaw) @ Y
    placed = Placed(tool, centre + axis * tool_shift, axis)
    _other_leg(figure, other, other_side, knee_at, end, under)
    figure_hands = fit_hands(figure, seat, wrists)
    return Posture(figure_hands.pose(), placed, contact, centre)


def fit_hands(figure: Figure, seat: Seat, wrists: Array | None) -> Figure:
    """Plant the hands of a seated figure and return it."""
    _hands_behind(figure, seat, wrists)
    return figure


def _other_leg(figure: Figure, other: str, side: str, knee: Array, ankle: Array, under: float) -> None:
    shape, sign = figure.shape, side_sign(side)
    hip = figure.pose().joint(f"hip_{side}")
    if other == "crossed":
        shin = knee + 0.77 * (ankle - knee)
        target = shin + Z * (0.085 * shape.height / 1.7 + 0.02) - Y * sign * 0.02 + X * 0.03
        figure.leg(side, target, np.array([0.0, sign * 0.55, 1.0]), flex_foot=-12.0)
    elif other == "bent":
        reach = 0.58 * (shape.lengths["thigh"] + shape.lengths["shank"])
        sole = shape.ankle_height + 0.012
        target = np.array([hip[0] + np.sqrt(max(reach**2 - (hip[2] - sole) ** 2, 0.01)), hip[1] + 0.03 * sign, sole])
        figure.leg(side, target, np.array([0.1, sign * 0.1, 1.0]), flat_foot(sign * 8))
    else:
        target = ankle + (hip - figure.pose().joint(f"hip_{'R' if side == 'L' else 'L'}"))
        target = target + np.array([0.0, sign * 0.03, 0.0])
        figure.leg(side, target, Z, flex_foot=-10.0)


def glute(shape: Shape, placed: Placed, side: str, contact: float, seat: Seat, other_knee: float,
          crossed: float = 1.0, ankles: Array | None = None, wrists: Array | None = None) -> Posture:
    """Seated on the tool with one ankle over the other knee. contact: along the floor from mid-hips towards the knees, in hip
    widths. crossed: 1 ankle on the knee, 0 both feet on the floor."""
    sign = side_sign(side)
    other = "R" if side == "L" else "L"
    width = shape.lengths["pelvis_width"]
    subset = np.concatenate([shape.rig.trunk_vertices, shape.rig.vertices_of("upperleg")])
    height = 2 * placed.tool.radius + 0.11
    at = placed.centre[:2] - [contact * width, 0.0]
    for _ in range(3):
        current = replace(seat, hip_m=height)
        figure = _seated(shape, current, at)
        middle = figure.pose().mid_hip
        figure = _seated(shape, current, at + (at - middle[:2]) * [1, 0])
        legs = Legs(knees=(other_knee, other_knee), stance=1.2, ankles=ankles)
        plant_legs(figure, legs)
        if crossed > 0:
            pose = figure.pose()
            knee, hip = pose.joint(f"knee_{other}"), pose.joint(f"hip_{other}")
            rest = knee + 0.10 * (hip - knee) + (Z * 0.085 + Y * -sign * 0.03) * shape.height / 1.7
            start = pose.joint(f"ankle_{side}")
            lift = Z * 0.25 * np.sin(np.pi * crossed)
            figure.leg(side, start + crossed * (rest - start) + lift, unit(np.array([0.5, sign * (0.3 + crossed), 0.6])),
                       flex_foot=-5.0)
        lifted = sink(figure.pose().skin(subset), placed)
        height += lifted
    pose = figure.pose()
    _hands_behind(figure, current, wrists)
    pose = figure.pose()
    middle = pose.mid_hip
    cross = crossing_point(placed, middle + np.array([0, sign * width / 4, 0]))
    return Posture(pose, placed, float((cross[0] - middle[0]) / width), cross)


def sitting(shape: Shape, seat: Seat, legs: Legs) -> Posture:
    """Sitting on the floor, no tool; `seat.hip_m` is ignored."""
    subset = np.concatenate([shape.rig.trunk_vertices, shape.rig.vertices_of("upperleg")])
    height = 0.2
    for _ in range(3):  # the thighs change with the height of the seat
        figure = _seated(shape, replace(seat, hip_m=height), np.zeros(2))
        plant_legs(figure, legs)
        height -= float(figure.pose().skin(subset)[:, 2].min()) + 0.006
    _hands_behind(figure, seat)
    return Posture(figure.pose(), None, None, None)
