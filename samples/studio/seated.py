"""Postures seated: leant back on the hands with a leg on the roller, seated on a tool, sitting on the floor."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .body import Shape
from .figure import ON_THE_BACK, SQUASH_M, Figure, X, Y, Z, flat_foot, sink, underside
from .geometry import Array, halve, turn, two_links, unit
from .postures import WRIST_ON_FLOOR_M, Legs, Posture, crossing_point, plant_legs, side_sign
from .tool import Placed, Tool


@dataclass(frozen=True)
class Seat:
    """Sitting leant back on the hands.

    lean: trunk from the floor in degrees; hip_m: height of the pelvis; hand_out: hands beyond the shoulders, metres;
    reach: share of the arm's length that is used (1: straight elbows).
    """

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
    """The seat leant so that the arms to the planted `wrists` (2, 3) are as straight as `seat.reach` says.

    NaN rows are free hands.
    """
    full = (shape.lengths["upper_arm"] + shape.lengths["forearm"]) * seat.reach
    held = [k for k in range(2) if np.isfinite(wrists[k]).all()]

    def too_far(lean: float) -> bool:
        pose = _seated(shape, replace(seat, lean=lean), root_xy).pose()
        return max(float(np.linalg.norm(pose.joint(f"shoulder_{'LR'[k]}") - wrists[k])) for k in held) > full

    return replace(seat, lean=halve(too_far, 15.0, 78.0, 12))


def leg_on_roller(
    shape: Shape,
    tool: Tool,
    limb: str,
    side: str,
    contact: float,
    seat: Seat,
    knee: float,
    other: str,
    tool_yaw: float = 0.0,
    tool_shift: float = 0.0,
    leg_out: float = 0.0,
    foot_point: float = -10.0,
    wrists: Array | None = None,
    root_xy: Array | None = None,
    turned_out: float = 0.0,
    other_ankle: Array | None = None,
) -> Posture:
    """Seated, one leg's shank or thigh on the roller, hips carried by the arms.

    contact: along the limb, 0 to 1 (as seen from above). other leg: `crossed` (ankle over the shin), `bent` (foot on
    the floor), `straight` (beside). knee: interior angle of the working knee.
    root_xy: where the hips are (default origin). other_ankle: where a bent other leg stands, when it is planted.
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
    sideways = np.radians(leg_out)

    def place(rise: float) -> tuple[Array, Array, Array]:
        """Knee, ankle and the spot on the tool with the leg raised by `rise` degrees."""
        up = np.radians(rise)
        way = np.array([np.cos(up) * np.cos(sideways), sign * np.cos(up) * np.sin(sideways), np.sin(up)])
        knee_at, end = two_links(hip, hip + reach * way, a, b, pole)
        start, stop = (knee_at, end) if limb == "shank" else (hip, knee_at)
        return knee_at, end, start + contact * (stop - start)

    rise = halve(lambda r: bool(place(r)[2][2] > tool.diameter_m + under), -60.0, 60.0, 28)
    knee_at, ankle, spot = place(rise)
    figure.leg(side, ankle, pole, flex_foot=foot_point)
    centre = np.array([spot[0], spot[1], tool.radius])
    axis = turn(Z, tool_yaw) @ Y
    placed = Placed(tool, centre + axis * tool_shift, axis)
    _other_leg(figure, other, other_side, knee_at, ankle, other_ankle)
    _hands_behind(figure, seat, wrists)
    return Posture(figure.pose(), placed, contact, centre)


def _hip_above_root(shape: Shape, seat: Seat, side: str) -> float:
    return float(_seated(shape, replace(seat, hip_m=0.0), np.zeros(2)).pose().joint(f"hip_{side}")[2])


def seat_over_thigh(
    shape: Shape, tool: Tool, side: str, contact: float, seat: Seat, knee: float, ankle_m: float
) -> Seat:
    """The seat at the height at which the thigh lies on the tool and the ankle is `ankle_m` above the floor."""
    a, b = shape.lengths["thigh"], shape.lengths["shank"]
    spot = tool.diameter_m + underside(shape, "thigh", side, contact, Y) - SQUASH_M

    def too_high(rise: float) -> bool:
        r = np.radians(rise)
        return bool(spot + (1 - contact) * a * np.sin(r) - b * np.sin(np.radians(180.0 - knee) - r) > ankle_m)

    rise = np.radians(halve(too_high, -30.0, 45.0, 24))
    return replace(seat, hip_m=spot - contact * a * float(np.sin(rise)) - _hip_above_root(shape, seat, side))


def heel_knee(shape: Shape, tool: Tool, side: str, contact: float, seat: Seat, ankle_m: float) -> float:
    """The knee's interior angle with the thigh over the tool, the hips at the seat's height, and the ankle `ankle_m`
    above the floor."""
    a, b = shape.lengths["thigh"], shape.lengths["shank"]
    hip = seat.hip_m + _hip_above_root(shape, seat, side)
    spot = tool.diameter_m + underside(shape, "thigh", side, contact, Y) - SQUASH_M
    rise = np.arcsin(np.clip((spot - hip) / (contact * a), -0.9, 0.9))
    fall = np.arcsin(np.clip((hip + a * np.sin(rise) - ankle_m) / b, -0.9, 0.9))
    return float(180.0 - np.degrees(rise + fall))


def _other_leg(figure: Figure, other: str, side: str, knee: Array, ankle: Array, planted: Array | None) -> None:
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
        target = target if planted is None else planted
        figure.leg(side, target, np.array([0.1, sign * 0.1, 1.0]), flat_foot(sign * 8))
    else:
        target = ankle + (hip - figure.pose().joint(f"hip_{'R' if side == 'L' else 'L'}"))
        target = target + np.array([0.0, sign * 0.03, 0.0])
        figure.leg(side, target, Z, flex_foot=-10.0)


def glute(
    shape: Shape,
    placed: Placed,
    side: str,
    contact: float,
    seat: Seat,
    other_knee: float,
    crossed: float = 1.0,
    ankles: Array | None = None,
    wrists: Array | None = None,
) -> Posture:
    """Seated on the tool with one ankle over the other knee.

    contact: along the floor from mid-hips towards the knees, in hip widths.
    crossed: 1 ankle on the knee, 0 both feet on the floor.
    """
    sign = side_sign(side)
    other = "R" if side == "L" else "L"
    width = shape.lengths["pelvis_width"]
    subset = np.concatenate([shape.rig.trunk_vertices, shape.rig.vertices_of("upperleg")])
    at = placed.centre[:2] - [contact * width, 0.0]

    def sit(height: float) -> Figure:
        figure = _seated(shape, replace(seat, hip_m=height), at)
        middle = figure.pose().mid_hip
        figure = _seated(shape, replace(seat, hip_m=height), at + (at - middle[:2]) * [1, 0])
        plant_legs(figure, Legs(knees=(other_knee, other_knee), stance=1.2, ankles=ankles))
        if crossed > 0:
            pose = figure.pose()
            knee, hip = pose.joint(f"knee_{other}"), pose.joint(f"hip_{other}")
            rest = knee + 0.10 * (hip - knee) + (Z * 0.085 + Y * -sign * 0.03) * shape.height / 1.7
            start = pose.joint(f"ankle_{side}")
            lift = Z * 0.25 * np.sin(np.pi * crossed)
            pole = unit(np.array([0.5, sign * (0.3 + crossed), 0.6]))
            figure.leg(side, start + crossed * (rest - start) + lift, pole, flex_foot=-5.0)
        return figure

    height = 2 * placed.tool.radius + 0.11
    for _ in range(2):  # the thighs turn a little with the height
        height += sink(sit(height).pose().skin(subset), placed)
    figure = sit(height)
    _hands_behind(figure, seat, wrists)
    pose = figure.pose()
    middle = pose.mid_hip
    cross = crossing_point(placed, middle + np.array([0, sign * width / 4, 0]))
    return Posture(pose, placed, float((cross[0] - middle[0]) / width), cross)


def sitting(shape: Shape, seat: Seat, legs: Legs) -> Posture:
    """Sitting on the floor, no tool; `seat.hip_m` is ignored."""
    subset = np.concatenate([shape.rig.trunk_vertices, shape.rig.vertices_of("upperleg")])

    def sit(height: float) -> Figure:
        figure = _seated(shape, replace(seat, hip_m=height), np.zeros(2))
        plant_legs(figure, legs)
        return figure

    height = 0.2
    for _ in range(2):  # the thighs turn a little with the height
        height -= float(sit(height).pose().skin(subset)[:, 2].min()) + 0.006
    figure = sit(height)
    _hands_behind(figure, seat)
    return Posture(figure.pose(), None, None, None)
