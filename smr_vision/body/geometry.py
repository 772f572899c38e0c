"""Joints as points, and what lies between points: lengths, angles, shares of a way."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import acos, degrees, nan, sqrt
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from smr_vision.pose import LANDMARKS

Array = NDArray[np.float64]
SIDES: Final = ("left", "right")


def opposite(side: str) -> Literal["left", "right"]:
    return "right" if side == "left" else "left"


@lru_cache(maxsize=256)
def landmarks_of(joint: str) -> tuple[int, ...]:
    """The landmarks whose middle a joint is: one, or the pair of a `mid_` one."""
    if joint.startswith("mid_"):
        name = joint.removeprefix("mid_").removesuffix("s")
        return LANDMARKS[f"left_{name}"], LANDMARKS[f"right_{name}"]
    return (LANDMARKS[joint],)


def point_of(points: Array, joint: str) -> Array:
    of = landmarks_of(joint)
    at: Array = points[of[0]] if len(of) == 1 else (points[of[0]] + points[of[1]]) / 2
    return at


def lowest_of(points: Array, side: str, joints: Sequence[str]) -> Array:
    """Of these joints of a side the lowest in the picture, pixels (2,)."""
    return max((point_of(points, f"{side}_{joint}") for joint in joints), key=lambda at: float(at[1]))


def length_of(vector: Array) -> float:
    """Length of one vector; several times faster than NumPy's own way, which is made for many."""
    return sqrt(float(vector @ vector))


def angle_at(a: Array, b: Array, c: Array) -> float:
    """Interior angle at `b` in degrees, for points of 2 or 3 coordinates; NaN when two coincide."""
    u, v = a - b, c - b
    length = length_of(u) * length_of(v)
    if not length > 0:
        return nan
    return degrees(acos(within_one(float(u @ v) / length)))


def share_of(place: Array, start: Array, end: Array) -> float:
    """How far a place is from `start`, as a share of its distances from `start` and `end`."""
    away = length_of(place - start)
    return away / max(away + length_of(place - end), 1e-9)


def within_one(value: float) -> float:
    """What rounding may have brought out of -1..1, back in it."""
    return min(max(value, -1.0), 1.0)
