"""Per-pixel shading (numba): objects by triangle, the room by ray, soft shadows, floor reflections.

All colours are linear light; a stored colour byte c means (c / 255) squared. The kernels take packed arrays; the
packing is done in `render.py`, and the columns are named here.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from .geometry import Array

# Columns of the material table.
TEXTURE, SPECULAR, GLOSS, GLOW = range(4)
# Columns of the rectangle table (windows and pictures on walls): wall, from, to along it, bottom, top, colour, glow, panes.
R_WALL, R_U0, R_U1, R_V0, R_V1, R_RED, R_GREEN, R_BLUE, R_GLOW, R_PANES_U, R_PANES_V = range(11)
# Columns of the mat table: centre, half sizes, cosine and sine of its turn, colour, texture strength.
M_X, M_Y, M_HX, M_HY, M_COS, M_SIN, M_RED, M_GREEN, M_BLUE, M_GRAIN = range(10)


@njit(cache=True, fastmath=True)
def _texel(texture: Array, u: float, v: float, out: Array) -> None:
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
def _hash(x: int, y: int, k: int) -> float:
    """A repeatable random number in 0..1 for a pixel."""
    n = (x * 374761393 + y * 668265263 + k * 2147483647) & 0xFFFFFFFF
    n = ((n ^ (n >> 13)) * 1274126177) & 0xFFFFFFFF
    return float((n ^ (n >> 16)) & 0xFFFF) / 65535.0


@njit(cache=True, fastmath=True)
def _lit(shadow: Array, frame: Array, px: float, py: float, pz: float, blur: float, spin: float) -> float:
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
def _wall(
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
    _texel(plaster, u / 2.5, v / 2.5, out)
    nx = 1.0 if which == 0 else (-1.0 if which == 1 else 0.0)
    ny = 1.0 if which == 2 else (-1.0 if which == 3 else 0.0)
    towards = max(0.0, nx * light[2, 0] + ny * light[2, 1])
    corner = min(1.0, 0.55 + 0.6 * min(z, box[4] - z)) if which != 4 else 0.9
    row = 5 if which < 4 and z < box[5] else which
    for k in range(3):
        out[k] *= walls[row, k] * (light[0, k] * corner + light[1, k] * towards)
    return best


@njit(cache=True, fastmath=True)
def _object(
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
            _texel(skins[texture], u, v, tmp)
        else:
            _texel(wraps[texture - skins.shape[0]], u, v, tmp)
    else:
        tmp[:] = 1.0
    ex, ey, ez = eye[0] - px, eye[1] - py, eye[2] - pz
    n = np.sqrt(ex * ex + ey * ey + ez * ez) + 1e-9
    ex, ey, ez = ex / n, ey / n, ez / n
    facing = nx * light[3, 0] + ny * light[3, 1] + nz * light[3, 2]
    lit = 0.0
    if facing > 0:
        lit = facing * _lit(shadow, frame, px + 0.01 * nx, py + 0.01 * ny, pz + 0.01 * nz, blur, spin)
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


@njit(cache=True, fastmath=True)
def paint(
    image: Array,
    ids: Array,
    mirror_ids: Array,
    screen: Array,
    mirror_screen: Array,
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
    camera: Array,
    room_turn: Array,
    box: Array,
    walls: Array,
    rectangles: Array,
    mats: Array,
    floor: Array,
    floor_look: Array,
    plaster: Array,
    closeness: Array,
    closeness_at: Array,
    changed: Array,
    mirrored: Array,
    backdrop: Array,
    on_floor: Array,
    reuse: bool,
    seed: int,
) -> None:
    """Fill `image` (H, W, 3) float32 with linear light.

    camera: (5, 3) rows eye, forward, right / focal, down / focal, (width / 2, height / 2, shadow blur in map cells).
    light: (6, 3) rows sky ambient, ground ambient, key colour, direction to key, fill colour, direction to fill.
    room_turn: (2,) cosine, sine of the room's turn about z. floor_look: (8,) tile metres, reflectivity, roughness
    in pixels, shine, gloss, tint RGB. closeness: (S, S) 0..1, how much is hidden of the sky over the floor.
    With `reuse`, room pixels are copied from `backdrop` (H, W, 3) unless the people change them: on the floor
    (`on_floor`) where `changed` (S, S) says so or the floor mirrors something (`mirrored`, (H, W)).
    Without it, `on_floor` is filled in.
    """
    height, width = ids.shape
    eye, forward, right, down = camera[0], camera[1], camera[2], camera[3]
    blur = camera[4, 2]
    c, s = room_turn[0], room_turn[1]
    origin = np.array([c * eye[0] + s * eye[1], -s * eye[0] + c * eye[1], eye[2]])
    wall_light = np.empty((3, 3))
    wall_light[0] = 0.75 * light[0] + 0.25 * light[1] + 0.3 * light[4]
    wall_light[1] = light[2] * 0.7
    wall_light[2] = np.array([c * light[3, 0] + s * light[3, 1], -s * light[3, 0] + c * light[3, 1], light[3, 2]])
    d, o2, out, tmp, back = np.empty(3), np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    mirror_eye = np.array([eye[0], eye[1], -eye[2]])
    cells = closeness.shape[0]
    for y in range(height):
        for x in range(width):
            spin = _hash(x, y, seed)
            t = ids[y, x]
            if t >= 0:
                _object(
                    t,
                    x + 0.5,
                    y + 0.5,
                    screen,
                    points,
                    normals,
                    colours,
                    uvs,
                    triangles,
                    materials,
                    of_triangle,
                    skins,
                    wraps,
                    shadow,
                    frame,
                    light,
                    eye,
                    blur,
                    spin,
                    tmp,
                    out,
                )
                image[y, x, 0], image[y, x, 1], image[y, x, 2] = out[0], out[1], out[2]
                continue
            if reuse and on_floor[y, x] == 0:
                image[y, x, 0], image[y, x, 1], image[y, x, 2] = backdrop[y, x, 0], backdrop[y, x, 1], backdrop[y, x, 2]
                continue
            ax, ay = x + 0.5 - camera[4, 0], y + 0.5 - camera[4, 1]
            dx = forward[0] + ax * right[0] + ay * down[0]
            dy = forward[1] + ax * right[1] + ay * down[1]
            dz = forward[2] + ax * right[2] + ay * down[2]
            if reuse and mirrored[y, x] == 0:
                px, py = eye[0] - eye[2] / dz * dx, eye[1] - eye[2] / dz * dy
                gx, gy = int((px - closeness_at[0]) * closeness_at[2]), int((py - closeness_at[1]) * closeness_at[2])
                if not (0 <= gx < cells and 0 <= gy < cells) or changed[gy, gx] == 0:
                    for k in range(3):
                        image[y, x, k] = backdrop[y, x, k]
                    continue
            d[0], d[1], d[2] = c * dx + s * dy, -s * dx + c * dy, dz
            wall_at = _wall(origin, d, box, walls, rectangles, plaster, wall_light, out)
            floor_at = -eye[2] / dz if dz < -1e-6 else 1e9
            on_floor[y, x] = 1 if floor_at < wall_at else 0
            if floor_at >= wall_at:
                image[y, x, 0], image[y, x, 1], image[y, x, 2] = out[0], out[1], out[2]
                continue
            px, py = eye[0] + floor_at * dx, eye[1] + floor_at * dy
            fx, fy = c * px + s * py, -s * px + c * py
            _texel(floor, fx / floor_look[0], fy / floor_look[0], tmp)
            for k in range(3):
                tmp[k] *= floor_look[5 + k]
            bare = 1.0
            for m in range(mats.shape[0]):
                q = mats[m]
                lx = q[M_COS] * (px - q[M_X]) + q[M_SIN] * (py - q[M_Y])
                ly = -q[M_SIN] * (px - q[M_X]) + q[M_COS] * (py - q[M_Y])
                if abs(lx) < q[M_HX] and abs(ly) < q[M_HY]:
                    _texel(plaster, lx * 1.7, ly * 1.7, out)
                    edge = min(1.0, 0.6 + 20.0 * min(q[M_HX] - abs(lx), q[M_HY] - abs(ly)))
                    for k in range(3):
                        tmp[k] = q[M_RED + k] * edge * (1.0 + q[M_GRAIN] * (out[k] - 0.8))
                    bare = 0.0
                elif abs(lx) < q[M_HX] + 0.012 and abs(ly) < q[M_HY] + 0.012:
                    for k in range(3):
                        tmp[k] *= 0.6
            gx = int((px - closeness_at[0]) * closeness_at[2])
            gy = int((py - closeness_at[1]) * closeness_at[2])
            hidden = closeness[gy, gx] if 0 <= gx < cells and 0 <= gy < cells else 0.0
            lit = 0.0
            if light[3, 2] > 0.02:
                lit = light[3, 2] * _lit(shadow, frame, px, py, 0.004, blur, spin)
            fill = 0.5 + 0.5 * light[5, 2]
            wall_near = min(min(fx - box[0], box[1] - fx), min(fy - box[2], box[3] - fy))
            ambient = (1.0 - 0.85 * hidden) * min(1.0, 0.6 + 0.5 * wall_near)
            far = np.sqrt(dx * dx + dy * dy + dz * dz)
            ex, ey, ez = -dx / far, -dy / far, -dz / far
            hx, hy, hz = ex + light[3, 0], ey + light[3, 1], ez + light[3, 2]
            shine = max(0.0, hz / (np.sqrt(hx * hx + hy * hy + hz * hz) + 1e-9)) ** floor_look[4]
            shine *= floor_look[3] * bare * min(1.0, lit * 2.0)
            mirror = floor_look[1] * bare * (0.25 + 0.75 * (1.0 - ez) ** 3)
            for k in range(3):
                out[k] = tmp[k] * (ambient * (light[0, k] + light[4, k] * fill * fill) + light[2, k] * lit)
                out[k] += shine * light[2, k]
            if mirror > 0.01:
                rough = floor_look[2]
                mx = x + int((spin - 0.5) * rough)
                my = y + int((_hash(x, y, seed + 7) - 0.5) * rough * 2.5)
                t = mirror_ids[my, mx] if 0 <= mx < width and 0 <= my < height else -1
                if t >= 0:
                    _object(
                        t,
                        mx + 0.5,
                        my + 0.5,
                        mirror_screen,
                        points,
                        normals,
                        colours,
                        uvs,
                        triangles,
                        materials,
                        of_triangle,
                        skins,
                        wraps,
                        shadow,
                        frame,
                        light,
                        mirror_eye,
                        blur,
                        spin,
                        tmp,
                        back,
                    )
                else:
                    wobble = (spin - 0.5) * rough * 0.004
                    d[0], d[1] = d[0] + wobble * far, d[1] + wobble * far
                    d[2] = -dz
                    o2[0], o2[1], o2[2] = fx, fy, 0.0
                    _wall(o2, d, box, walls, rectangles, plaster, wall_light, back)
                for k in range(3):
                    out[k] = out[k] * (1.0 - mirror) + min(back[k], 1.6) * mirror
            image[y, x, 0], image[y, x, 1], image[y, x, 2] = out[0], out[1], out[2]
