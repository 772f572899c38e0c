"""The body segment a tool rolls along, as a ruler in the picture: where 0 is and how long one unit is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from smr_vision.body import HIP_WIDTH_H, SHOULDER_HALF_H, Array, Body, opposite
from smr_vision.moves import Segment
from smr_vision.pose import LANDMARKS

# Foreshortened below this the segment points at the camera and says nothing about places along it.
LEAST_FORESHORTENING: Final = 0.3
BACK_SEEN: Final = (0.75, 0.95)  # between these shares of the shoulders' width the back comes to be seen whole

# Who rolls keeps the segment at a slant that changes slowly; who sits up or lies down does not.
# By kind of segment: of the limb itself, of the whole body's lean, of the trunk; degrees in 0.6 s, twice
# what good and too fast rolling show, a third of sitting up.
TURNING_DEG: Final = {"between": 6.0, "across": 3.0, "floor": 8.0}


@dataclass(frozen=True, eq=False)
class SegmentAxis:
    """A segment in the picture: its 0 (`zero`) and the vector of one length of it (`unit`), (2,) px, x right, y down.

    `to_scale` is False where it points at the camera: then that unit is a guess.
    """

    zero: Array
    unit: Array
    to_scale: bool = True

    @property
    def length(self) -> float:
        """Pixels of one unit."""
        return float(np.hypot(*self.unit))

    @property
    def middle(self) -> Array:
        """Pixel position (2,) of its middle."""
        return self.zero + self.unit / 2

    def at(self, position: float) -> Array:
        """Pixel position of a place along the segment."""
        return self.zero + position * self.unit

    def position(self, point: Array) -> float:
        """Place along the segment nearest to a pixel position."""
        return float((point - self.zero) @ self.unit) / max(self.length**2, 1e-9)


@dataclass(frozen=True)
class Rolled:
    """How far the contact rolled since the last moment, segment lengths, and whether that is sure enough to tell range
    and tempo by; told by a net."""

    step: float
    to_scale: bool


def joint_of(name: str, side: str | None) -> str:
    """Landmark name of a move file's joint: "working knee" on the left side is "left_knee"."""
    role, _, base = name.rpartition(" ")
    if not role or side is None:
        return base
    return f"{side if role == 'working' else opposite(side)}_{base}"


def axis_of(body: Body, segment: Segment, side: str | None) -> SegmentAxis:
    """The move's segment on this body, in the picture."""
    start = body.point(joint_of(segment.start, side))
    end_name = joint_of(segment.end, side)
    if segment.kind == "between":
        return SegmentAxis(start, body.point(end_name) - start)
    if segment.kind == "across":
        unit, share = _across(body, side, segment.along_wall)
    else:
        unit, share = _floor(body, start, end_name)
    return SegmentAxis(start, unit, share >= LEAST_FORESHORTENING)


def line_of(segment: Segment, side: str | None) -> str:
    """In words how the tool is looked for; moves with the same words see the same on every body."""
    start, end = joint_of(segment.start, side), joint_of(segment.end, side)
    turned = f" {side}" if segment.kind == "across" else ""
    centred = f" centred {segment.centred:g}" if segment.centred else ""
    return f"{segment.kind} {start} {end}{turned}{centred}"


def slant_of(body: Body, segment: Segment, axis: SegmentAxis) -> float:
    """Degrees of what stays at its slant while somebody rolls: the limb, the leaning body, the trunk."""
    if segment.kind == "between":
        return float(np.degrees(np.arctan2(axis.unit[1], abs(axis.unit[0]))))
    return body.measure("lean" if segment.kind == "across" else "trunk_tilt")


def _across(body: Body, side: str | None, along_wall: float) -> tuple[Array, float]:
    """Half a shoulder width along the wall towards `side` in the picture, and by how much it is foreshortened.

    The wall is not seen. How far the shoulders are apart in the picture tells better how it is foreshortened than the
    depth of the world landmarks does (docs/accuracy_log.md).
    """
    sign = body.facing * (1 if side == "left" else -1)
    whole = SHOULDER_HALF_H * body.stature_px
    width = body.shoulders_px / 2
    # A body turned a little to the wall hardly matters where the back is seen whole.
    flat = min(max((width / whole - BACK_SEEN[0]) / (BACK_SEEN[1] - BACK_SEEN[0]), 0.0), 1.0)
    share = along_wall + (1 - along_wall) * flat
    return np.array([sign * max(share * width, LEAST_FORESHORTENING * whole), 0.0]), share * width / whole


def _floor(body: Body, start: Array, end_name: str) -> tuple[Array, float]:
    """A hip width along the floor towards a joint, foreshortened as the line to that joint is, and by how much."""
    world = body.pose.world
    name = end_name.removeprefix("mid_").removesuffix("s")
    ends = [f"left_{name}", f"right_{name}"] if end_name.startswith("mid_") else [end_name]
    hips = (world[LANDMARKS["left_hip"]] + world[LANDMARKS["right_hip"]]) / 2
    ahead = sum((world[LANDMARKS[e]] for e in ends), np.zeros(3)) / len(ends) - hips
    share = abs(float(ahead[0])) / max(float(np.hypot(ahead[0], ahead[2])), 1e-9)
    # Towards the feet: knees that point at the camera lie now on one side of the hips, now on the other.
    sign = 1.0 if body.point("mid_ankles")[0] > body.point("mid_shoulders")[0] else -1.0
    return np.array([sign * max(share, LEAST_FORESHORTENING) * HIP_WIDTH_H * body.stature_px, 0.0]), share
