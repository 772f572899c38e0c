"""The picture, pixel by pixel (numba): objects, walls, floor with mats, shadows and reflections."""

from __future__ import annotations

import numpy as np
from numba import njit

from .geometry import Array
from .shade import (
    M_COS,
    M_GRAIN,
    M_HX,
    M_HY,
    M_RED,
    M_SIN,
    M_X,
    M_Y,
    chance_at,
    lit_share,
    object_colour,
    texel,
    wall_colour,
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
            spin = chance_at(x, y, seed)
            t = ids[y, x]
            if t >= 0:
                object_colour(
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
            wall_at = wall_colour(origin, d, box, walls, rectangles, plaster, wall_light, out)
            floor_at = -eye[2] / dz if dz < -1e-6 else 1e9
            on_floor[y, x] = 1 if floor_at < wall_at else 0
            if floor_at >= wall_at:
                image[y, x, 0], image[y, x, 1], image[y, x, 2] = out[0], out[1], out[2]
                continue
            px, py = eye[0] + floor_at * dx, eye[1] + floor_at * dy
            fx, fy = c * px + s * py, -s * px + c * py
            texel(floor, fx / floor_look[0], fy / floor_look[0], tmp)
            for k in range(3):
                tmp[k] *= floor_look[5 + k]
            bare = 1.0
            for m in range(mats.shape[0]):
                q = mats[m]
                lx = q[M_COS] * (px - q[M_X]) + q[M_SIN] * (py - q[M_Y])
                ly = -q[M_SIN] * (px - q[M_X]) + q[M_COS] * (py - q[M_Y])
                if abs(lx) < q[M_HX] and abs(ly) < q[M_HY]:
                    texel(plaster, lx * 1.7, ly * 1.7, out)
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
                lit = light[3, 2] * lit_share(shadow, frame, px, py, 0.004, blur, spin)
            fill = 0.5 + 0.5 * light[5, 2]
            wall_near = min(fx - box[0], box[1] - fx, fy - box[2], box[3] - fy)
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
                my = y + int((chance_at(x, y, seed + 7) - 0.5) * rough * 2.5)
                t = mirror_ids[my, mx] if 0 <= mx < width and 0 <= my < height else -1
                if t >= 0:
                    object_colour(
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
                    wall_colour(o2, d, box, walls, rectangles, plaster, wall_light, back)
                for k in range(3):
                    out[k] = out[k] * (1.0 - mirror) + min(back[k], 1.6) * mirror
            image[y, x, 0], image[y, x, 1], image[y, x, 2] = out[0], out[1], out[2]
