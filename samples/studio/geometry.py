"""Small geometry: unit vectors, rotations, frames, two-link inverse kinematics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def unit(v: Array) -> Array:
    """v scaled to length one (along the last axis)."""
    return np.asarray(v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9))


def turn(axis: Array | tuple[float, float, float], degrees: float) -> Array:
    """(3, 3) rotation about an axis, right-handed."""
    k = unit(np.asarray(axis, float))
    a = np.radians(degrees)
    cross = np.array([[0, -k[2], k[1]], [k[2], 0, -k[0]], [-k[1], k[0], 0]])
    return np.asarray(np.eye(3) + np.sin(a) * cross + (1 - np.cos(a)) * cross @ cross)


def frame(along: Array, hinge: Array) -> Array:
    """(3, 3) whose columns are: along, hinge made orthogonal to it, their cross product."""
    d = unit(along)
    h = unit(hinge - d * (hinge @ d))
    return np.stack([d, h, np.cross(d, h)], 1)


def between(rotation_a: Array, rotation_b: Array, share: float) -> Array:
    """The rotation `share` of the way from a to b, by the shortest turn."""
    delta = rotation_b @ rotation_a.T
    angle = np.arccos(np.clip((np.trace(delta) - 1) / 2, -1, 1))
    if angle < 1e-6:
        return rotation_a
    axis = np.array([delta[2, 1] - delta[1, 2], delta[0, 2] - delta[2, 0], delta[1, 0] - delta[0, 1]])
    if np.linalg.norm(axis) < 1e-8:  # half a turn: any axis will do
        return rotation_b if share > 0.5 else rotation_a
    return np.asarray(turn(axis, float(np.degrees(angle)) * share) @ rotation_a)


def two_links(start: Array, target: Array, a: float, b: float, pole: Array) -> tuple[Array, Array]:
    """The middle and end joints of two links of lengths a, b that reach for `target`, bent towards `pole`.

    A target out of reach is brought back to 0.995 of the full length, so the end joint may differ from the target.
    """
    reach = target - start
    distance = float(np.clip(np.linalg.norm(reach), abs(a - b) + 0.02, 0.9985 * (a + b)))
    d = unit(reach)
    side = unit(pole - d * (pole @ d))
    x = (a * a - b * b + distance * distance) / (2 * distance)
    y = np.sqrt(max(a * a - x * x, 0.0))
    return start + d * x + side * y, start + d * distance


def halve(too_high: Callable[[float], bool], low: float, high: float, rounds: int) -> float:
    """Where `too_high` turns from false to true between low and high, by halving."""
    for _ in range(rounds):
        middle = (low + high) / 2
        if too_high(middle):
            high = middle
        else:
            low = middle
    return (low + high) / 2


def along_line(a: Array, b: Array, point: Array) -> float:
    """Where the foot of the perpendicular from `point` lies on the line a (0) to b (1)."""
    u = b - a
    return float((point - a) @ u / (u @ u))
