"""Shading of one point (numba): objects by triangle, walls by ray, soft shadows.

All colours are linear light; a stored colour byte c means (c / 255) squared. The kernels take packed arrays; the
packing is done in `render.py`, and the columns are named here.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from .geometry import Array

# Columns of the material table.
TEXTURE, SPECULAR, GLOSS, GLOW = range(4)
# Columns of the rectangle table (windows, pictures): wall, from and to along it, bottom, top, colour, glow, panes.
R_WALL, R_U0, R_U1, R_V0, R_V1, R_RED, R_GREEN, R_BLUE, R_GLOW, R_PANES_U, R_PANES_V = range(11)
# Columns of the mat table: centre, half sizes, cosine and sine of its turn, colour, texture strength.
M_X, M_Y, M_HX, M_HY, M_COS, M_SIN, M_RED, M_GREEN, M_BLUE, M_GRAIN = range(10)


@njit(cache=True, fastmath=True)
def texel(texture: Array, u: float, v: float, out: Array) -> None:
    """Bilinear look-up of a uint8 (S, S, 3) texture, wrapped, as linear light."""
    s = texture.shape[0]
    x = (u - np.floor(u)) * s - 0.5
    y = (v - np.floor(v)) * s - 0.5
    x0, y0 = int(np.floor(x)), int(np.floor(y))
    fx, fy = x - x0, y - y0
    x1, y1 = (x0 + 1) % s, (y0 + 1) % s
    x0, y0 = x0 % s, y0 % s
    for k in range(3):
        c = (
            (texture[y0, x0, k] * (1 - fx) + texture[y0, x1, k] * fx) * (1 - fy)
            + (texture[y1, x0, k] * (1 - fx) + texture[y1, x1, k] * fx) * fy
        ) / 255.0
        out[k] = c * c


@njit(cache=True, fastmath=True)
def chance_at(x: int, y: int, k: int) -> float:
    """A repeatable random number in 0..1 for a pixel."""
    n = (x * 374761393 + y * 668265263 + k * 2147483647) & 0xFFFFFFFF
    n = ((n ^ (n >> 13)) * 1274126177) & 0xFFFFFFFF
    return float((n ^ (n >> 16)) & 0xFFFF) / 65535.0


@njit(cache=True, fastmath=True)
def lit_share(shadow: Array, frame: Array, px: float, py: float, pz: float, blur: float, spin: float) -> float:
    """Share of the key light that reaches a point: eight taps of the shadow map on a turned spiral.

    frame: (3, 4) rows give map x, map y and nearness to the light.
    """
    size = shadow.shape[0]
    mx = frame[0, 0] * px + frame[0, 1] * py + frame[0, 2] * pz + frame[0, 3]
    my = frame[1, 0] * px + frame[1, 1] * py + frame[1, 2] * pz + frame[1, 3]
    near = frame[2, 0] * px + frame[2, 1] * py + frame[2, 2] * pz + frame[2, 3]
    total = 0.0
    for k in range(8):
        r = blur * np.sqrt((k + 0.5) / 8.0)
        a = spin * 6.2832 + k * 2.39996
        x, y = int(mx + r * np.cos(a)), int(my + r * np.sin(a))
        if x < 0 or y < 0 or x >= size or y >= size or shadow[y, x] < near + 0.012 + 0.004 * r:
            total += 1.0
    return total / 8.0


@njit(cache=True, fastmath=True)
def wall_colour(
    o: Array, d: Array, box: Array, walls: Array, rectangles: Array, plaster: Array, light: Array, out: Array
) -> float:
    """Colour of the wall or ceiling that the ray o + t d hits inside the room box (room frame); returns t.

    box: (6,) x0, x1, y0, y1, ceiling height, skirting height. walls: (6, 3) colours of wall 0..3, ceiling, skirting.
    light: (3, 3) rows ambient, key colour, direction to the key light (room frame).
    """
    best, which = 1e9, 0
    if d[0] < -1e-9 and (box[0] - o[0]) / d[0] < best:
        best, which = (box[0] - o[0]) / d[0], 0
    if d[0] > 1e-9 and (box[1] - o[0]) / d[0] < best:
        best, which = (box[1] - o[0]) / d[0], 1
    if d[1] < -1e-9 and (box[2] - o[1]) / d[1] < best:
        best, which = (box[2] - o[1]) / d[1], 2
    if d[1] > 1e-9 and (box[3] - o[1]) / d[1] < best:
        best, which = (box[3] - o[1]) / d[1], 3
    if d[2] > 1e-9 and (box[4] - o[2]) / d[2] < best:
        best, which = (box[4] - o[2]) / d[2], 4
    x, y, z = o[0] + best * d[0], o[1] + best * d[1], o[2] + best * d[2]
    u, v = (y, z) if which < 2 else (x, z)
    if which == 4:
        u, v = x, y
    else:
        for r in range(rectangles.shape[0]):
            q = rectangles[r]
            if int(q[R_WALL]) != which or u < q[R_U0] or u > q[R_U1] or v < q[R_V0] or v > q[R_V1]:
                continue
            fu = (u - q[R_U0]) / (q[R_U1] - q[R_U0]) * q[R_PANES_U]
            fv = (v - q[R_V0]) / (q[R_V1] - q[R_V0]) * q[R_PANES_V]
            bar = 0.035
            wu = (q[R_U1] - q[R_U0]) / q[R_PANES_U]
            wv = (q[R_V1] - q[R_V0]) / q[R_PANES_V]
            fu, fv = (fu - np.floor(fu)) * wu, (fv - np.floor(fv)) * wv
            if fu < bar or wu - fu < bar or fv < bar or wv - fv < bar:
                for k in range(3):
                    out[k] = 0.35 * walls[5, k] * light[0, k]
            else:
                for k in range(3):
                    out[k] = q[R_RED + k] * (q[R_GLOW] if q[R_GLOW] > 0 else light[0, k] + 0.3 * light[1, k])
            return best
    texel(plaster, u / 2.5, v / 2.5, out)
    nx = 1.0 if which == 0 else (-1.0 if which == 1 else 0.0)
    ny = 1.0 if which == 2 else (-1.0 if which == 3 else 0.0)
    towards = max(0.0, nx * light[2, 0] + ny * light[2, 1])
    corner = min(1.0, 0.55 + 0.6 * min(z, box[4] - z)) if which != 4 else 0.9
    row = 5 if which < 4 and z < box[5] else which
    for k in range(3):
        out[k] *= walls[row, k] * (light[0, k] * corner + light[1, k] * towards)
    return best


@njit(cache=True, fastmath=True)
def object_colour(
    t: int,
    sx: float,
    sy: float,
    screen: Array,
    points: Array,
    normals: Array,
    colours: Array,
    uvs: Array,
    triangles: Array,
    materials: Array,
    of_triangle: Array,
    skins: Array,
    wraps: Array,
    shadow: Array,
    frame: Array,
    light: Array,
    eye: Array,
    blur: float,
    spin: float,
    tmp: Array,
    out: Array,
) -> None:
    """Colour of triangle t at screen point (sx, sy). colours: (N, 4) linear RGB and ambient share."""
    a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
    xa, ya = screen[a, 0], screen[a, 1]
    ux, uy, vx, vy = screen[b, 0] - xa, screen[b, 1] - ya, screen[c, 0] - xa, screen[c, 1] - ya
    area = ux * vy - vx * uy
    wb = ((sx - xa) * vy - vx * (sy - ya)) / area
    wc = (ux * (sy - ya) - (sx - xa) * uy) / area
    wb, wc = min(max(wb, 0.0), 1.0), min(max(wc, 0.0), 1.0)
    wa = max(0.0, 1.0 - wb - wc)
    wa, wb, wc = wa * screen[a, 2], wb * screen[b, 2], wc * screen[c, 2]
    total = wa + wb + wc
    wa, wb, wc = wa / total, wb / total, wc / total
    px = wa * points[a, 0] + wb * points[b, 0] + wc * points[c, 0]
    py = wa * points[a, 1] + wb * points[b, 1] + wc * points[c, 1]
    pz = wa * points[a, 2] + wb * points[b, 2] + wc * points[c, 2]
    nx = wa * normals[a, 0] + wb * normals[b, 0] + wc * normals[c, 0]
    ny = wa * normals[a, 1] + wb * normals[b, 1] + wc * normals[c, 1]
    nz = wa * normals[a, 2] + wb * normals[b, 2] + wc * normals[c, 2]
    n = np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-9
    nx, ny, nz = nx / n, ny / n, nz / n
    ambient = wa * colours[a, 3] + wb * colours[b, 3] + wc * colours[c, 3]
    m = of_triangle[t]
    texture = int(materials[m, TEXTURE])
    if texture >= 0:
        u = wa * uvs[a, 0] + wb * uvs[b, 0] + wc * uvs[c, 0]
        v = wa * uvs[a, 1] + wb * uvs[b, 1] + wc * uvs[c, 1]
        if texture < skins.shape[0]:
            texel(skins[texture], u, v, tmp)
        else:
            texel(wraps[texture - skins.shape[0]], u, v, tmp)
    else:
        tmp[:] = 1.0
    ex, ey, ez = eye[0] - px, eye[1] - py, eye[2] - pz
    n = np.sqrt(ex * ex + ey * ey + ez * ez) + 1e-9
    ex, ey, ez = ex / n, ey / n, ez / n
    facing = nx * light[3, 0] + ny * light[3, 1] + nz * light[3, 2]
    lit = 0.0
    if facing > 0:
        lit = facing * lit_share(shadow, frame, px + 0.01 * nx, py + 0.01 * ny, pz + 0.01 * nz, blur, spin)
    fill = 0.5 + 0.5 * (nx * light[5, 0] + ny * light[5, 1] + nz * light[5, 2])
    hx, hy, hz = ex + light[3, 0], ey + light[3, 1], ez + light[3, 2]
    n = np.sqrt(hx * hx + hy * hy + hz * hz) + 1e-9
    shine = max(0.0, (nx * hx + ny * hy + nz * hz) / n)
    shine = materials[m, SPECULAR] * shine ** materials[m, GLOSS] * (0.25 * ambient + min(lit * 2.0, 1.0))
    rim = (1.0 - max(0.0, nx * ex + ny * ey + nz * ez)) ** 3 * materials[m, SPECULAR]
    up = 0.5 + 0.5 * nz
    for k in range(3):
        albedo = tmp[k] * (wa * colours[a, k] + wb * colours[b, k] + wc * colours[c, k])
        sky = light[0, k] * up + light[1, k] * (1.0 - up)
        out[k] = (
            albedo * (ambient * (sky + light[4, k] * fill * fill) + light[2, k] * lit + materials[m, GLOW])
            + shine * light[2, k]
            + rim * ambient * (light[0, k] + light[4, k]) * 0.6
        )
