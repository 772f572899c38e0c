"""A small software rasteriser (numba): triangles to nearest-triangle buffers, orthographic height maps.

No graphics driver, so the same scene gives the same picture on every machine.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from .geometry import Array

EMPTY = -1


@njit(cache=True, fastmath=True)
def draw(screen: Array, triangles: Array, nearness: Array, ids: Array) -> None:
    """Draw triangles into `nearness` (H, W) and `ids` (H, W), keeping the nearest.

    screen: (N, 3) float32 x, y in pixels and nearness (1/depth for a perspective view; larger is nearer);
    a vertex with nearness <= 0 lies behind the camera and drops its triangles.
    """
    height, width = nearness.shape
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        za, zb, zc = screen[a, 2], screen[b, 2], screen[c, 2]
        if za <= 0.0 or zb <= 0.0 or zc <= 0.0:
            continue
        xa, ya, xb, yb, xc, yc = screen[a, 0], screen[a, 1], screen[b, 0], screen[b, 1], screen[c, 0], screen[c, 1]
        area = (xb - xa) * (yc - ya) - (xc - xa) * (yb - ya)
        if area == 0.0:
            continue
        x0 = max(int(np.ceil(min(xa, xb, xc) - 0.5)), 0)
        x1 = min(int(np.floor(max(xa, xb, xc) - 0.5)), width - 1)
        y0 = max(int(np.ceil(min(ya, yb, yc) - 0.5)), 0)
        y1 = min(int(np.floor(max(ya, yb, yc) - 0.5)), height - 1)
        if x0 > x1 or y0 > y1:
            continue
        inv = 1.0 / area
        bx, by = (yc - ya) * inv, -(xc - xa) * inv
        cx, cy = -(yb - ya) * inv, (xb - xa) * inv
        for y in range(y0, y1 + 1):
            py = y + 0.5 - ya
            for x in range(x0, x1 + 1):
                px = x + 0.5 - xa
                wb = px * bx + py * by
                wc = px * cx + py * cy
                wa = 1.0 - wb - wc
                if wa < -1e-5 or wb < -1e-5 or wc < -1e-5:
                    continue
                z = wa * za + wb * zb + wc * zc
                if z > nearness[y, x]:
                    nearness[y, x] = z
                    ids[y, x] = t


def buffers(width: int, height: int) -> tuple[Array, Array]:
    """Empty (nearness, ids) buffers."""
    return np.zeros((height, width), np.float32), np.full((height, width), EMPTY, np.int32)


def lowest_heights(vertices: Array, triangles: Array, centre: Array, half: float, size: int) -> Array:
    """(size, size) height in metres of the lowest surface over each floor cell (rows along y); inf where nothing is."""
    top = 4.0
    scale = size / (2 * half)
    screen = np.empty((len(vertices), 3), np.float32)
    screen[:, :2] = (vertices[:, :2] - centre[:2] + half) * scale
    screen[:, 2] = top - vertices[:, 2]
    near, ids = buffers(size, size)
    draw(screen, triangles, near, ids)
    return np.where(ids >= 0, top - near, np.inf).astype(np.float32)


@njit(cache=True, fastmath=True)
def vertex_normals(vertices: Array, triangles: Array) -> Array:
    """(N, 3) float32 area-weighted unit normals."""
    out = np.zeros_like(vertices)
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ux, uy, uz = vertices[b, 0] - vertices[a, 0], vertices[b, 1] - vertices[a, 1], vertices[b, 2] - vertices[a, 2]
        vx, vy, vz = vertices[c, 0] - vertices[a, 0], vertices[c, 1] - vertices[a, 1], vertices[c, 2] - vertices[a, 2]
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for i in (a, b, c):
            out[i, 0] += nx
            out[i, 1] += ny
            out[i, 2] += nz
    for i in range(out.shape[0]):
        n = np.sqrt(out[i, 0] ** 2 + out[i, 1] ** 2 + out[i, 2] ** 2) + 1e-12
        out[i, 0] /= n
        out[i, 1] /= n
        out[i, 2] /= n
    return out
