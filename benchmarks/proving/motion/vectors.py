"""Geometry over time: every vector is (n, 3), one row a moment; metres, x along the body, y to its left, z up."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

X: Final = np.array([1.0, 0.0, 0.0])
Y: Final = np.array([0.0, 1.0, 0.0])
Z: Final = np.array([0.0, 0.0, 1.0])
NEAREST: Final = 0.02  # the ends of two links come no nearer than this to folding up, metres,
STRAIGHTEST: Final = 0.9985  # nor farther apart than this share of their lengths, as in the studio
FLAT: Final = np.array([1.0, 1.0, 0.0])


def unit(v: Array) -> Array:
    """Scaled to length one along the last axis."""
    return np.asarray(v / np.maximum(np.sqrt((v * v).sum(-1, keepdims=True)), 1e-9))


def about(axis: int, degrees: Array) -> Array:
    """(n, 3, 3) rotations about x, y or z (0, 1, 2), right-handed."""
    a = np.radians(degrees)
    c, s = np.cos(a), np.sin(a)
    out = np.zeros((len(a), 3, 3))
    i, j = (axis + 1) % 3, (axis + 2) % 3
    out[:, axis, axis] = 1.0
    out[:, i, i] = out[:, j, j] = c
    out[:, j, i], out[:, i, j] = s, -s
    return out


def two_links(start: Array, target: Array, a: float, b: float, pole: Array) -> tuple[Array, Array]:
    """Middle and end joints of links of lengths `a`, `b` that reach for `target`, bent towards `pole`; what is out of
    reach is reached for."""
    reach = target - start
    length = np.sqrt((reach * reach).sum(-1, keepdims=True))
    distance = np.clip(length, abs(a - b) + NEAREST, STRAIGHTEST * (a + b))
    d = reach / np.maximum(length, 1e-9)
    side = unit(pole - d * (pole * d).sum(-1, keepdims=True))
    along = (a * a - b * b + distance * distance) / (2 * distance)
    across = np.sqrt(np.maximum(a * a - along * along, 0.0))
    return start + d * along + side * across, start + d * distance


def angle(a: Array, b: Array, c: Array) -> Array:
    """Interior angle at `b`, degrees (n,)."""
    cosine = (unit(a - b) * unit(c - b)).sum(-1)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def smooth(u: Array) -> Array:
    """0 to 1 with soft ends."""
    u = np.clip(u, 0.0, 1.0)
    return np.asarray(u * u * (3 - 2 * u))


def rows(v: Array, n: int) -> Array:
    """One vector (3,) as n rows."""
    return np.broadcast_to(np.asarray(v, np.float64), (n, *np.shape(v))).copy()
