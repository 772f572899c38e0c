"""Procedural noise and textures, all from a numpy Generator."""

from __future__ import annotations

import cv2
import numpy as np

from .geometry import Array


def clouds(rng: np.random.Generator, size: int, cells: int, octaves: int = 4, wrap: bool = True) -> Array:
    """(size, size) float32 noise of mean 0 and about unit spread; tiles seamlessly when `wrap`."""
    out = np.zeros((size, size), np.float32)
    for k in range(octaves):
        n = min(cells * 2**k, size)
        grid = rng.standard_normal((n, n)).astype(np.float32)
        if wrap:
            grid = np.pad(grid, 2, mode="wrap")
            step = size / n
            layer = cv2.resize(grid, None, fx=step, fy=step, interpolation=cv2.INTER_CUBIC)
            edge = round(2 * step)
            layer = layer[edge : edge + size, edge : edge + size]
        else:
            layer = cv2.resize(grid, (size, size), interpolation=cv2.INTER_CUBIC)
        out += layer * 0.55**k
    return out / max(float(out.std()), 1e-6)


def _bytes(values: Array) -> Array:
    return np.clip(values, 0, 255).astype(np.uint8)


def plaster(rng: np.random.Generator, size: int = 256) -> Array:
    """A nearly white wall or rubber texture, (size, size, 3) uint8."""
    grain = 228 + clouds(rng, size, 4) * rng.uniform(1, 6) + rng.standard_normal((size, size)) * rng.uniform(0, 4)
    return _bytes(np.repeat(grain[..., None], 3, 2))


def floor_texture(rng: np.random.Generator, kind: str, size: int = 512) -> Array:
    """(size, size, 3) uint8 tile of `wood`, `tiles`, `carpet`, `concrete` or `rubber`, bright; tinted when drawn."""
    base = clouds(rng, size, 4)
    if kind == "wood":
        rows = int(rng.integers(5, 12))
        out = np.zeros((size, size), np.float32)
        y = np.arange(size)
        row = y * rows // size
        grain = clouds(rng, size, 8, 3)
        grain = cv2.resize(grain[:, : size // 16], (size, size), interpolation=cv2.INTER_LINEAR)
        for r in range(rows):
            here = row == r
            out[here] = 190 + rng.normal(0, rng.uniform(4, 14)) + np.roll(grain, int(rng.integers(size)), 1)[here] * 12
            joint = int(rng.integers(size))
            out[np.ix_(here, np.arange(joint, joint + 2) % size)] -= 60
            out[np.nonzero(here)[0][0]] -= rng.uniform(10, 70)
        rgb = np.stack([out, out * 0.98, out * 0.95], -1)
    elif kind == "tiles":
        n = int(rng.integers(2, 5))
        out = np.asarray(205 + base * rng.uniform(2, 10), np.float32)
        shade = rng.normal(0, 5, (n, n)).repeat(size // n, 0).repeat(size // n, 1)
        out[: shade.shape[0], : shade.shape[1]] += shade
        for k in range(n):
            at = k * size // n
            out[at : at + 3] = 130
            out[:, at : at + 3] = 130
        rgb = np.repeat(out[..., None], 3, 2)
    elif kind == "carpet":
        rgb = np.repeat((170 + base * 6 + rng.standard_normal((size, size)) * 18)[..., None], 3, 2)
    elif kind == "rubber":
        flecks = (rng.random((size, size)) > 0.985) * rng.uniform(20, 120)
        rgb = np.repeat((150 + base * 4)[..., None], 3, 2) + flecks[..., None] * rng.uniform(0.3, 1, 3)
    else:
        rgb = np.repeat((180 + base * rng.uniform(5, 16))[..., None], 3, 2)
    return _bytes(rgb)
