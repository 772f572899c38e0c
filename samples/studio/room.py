"""Rooms and light: a box with textured walls and floor, windows, pictures and mats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .geometry import Array
from .parts import linear

Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Rectangle:
    """A window (glow > 0) or picture on a wall: wall 0..3 (-x, +x, -y, +y of the room), metres along and up it."""

    wall: int
    u0: float
    u1: float
    v0: float
    v1: float
    rgb: Rgb
    glow: float = 0.0
    panes_u: int = 1
    panes_v: int = 1


@dataclass(frozen=True)
class Mat:
    """A mat on the floor: centre and size in metres, turn in degrees."""

    x: float
    y: float
    length: float
    width: float
    turn: float
    rgb: Rgb
    grain: float = 0.5


@dataclass(frozen=True)
class Room:
    """A box room turned about z. Textures are (S, S, 3) uint8."""

    x0: float
    x1: float
    y0: float
    y1: float
    ceiling: float
    turn: float  # degrees
    wall_rgb: tuple[Rgb, Rgb, Rgb, Rgb]
    ceiling_rgb: Rgb
    skirting_rgb: Rgb
    skirting_m: float
    floor: Array
    floor_tile_m: float
    floor_rgb: Rgb
    plaster: Array
    reflectivity: float = 0.0
    roughness_px: float = 4.0
    shine: float = 0.0
    shine_gloss: float = 30.0
    rectangles: tuple[Rectangle, ...] = ()
    mats: tuple[Mat, ...] = ()

    def holds(self, point: Array, margin: float = 0.1) -> bool:
        """Whether a point (3,) lies inside the room by at least `margin` metres."""
        c, s = np.cos(np.radians(self.turn)), np.sin(np.radians(self.turn))
        x, y = c * point[0] + s * point[1], -s * point[0] + c * point[1]
        return bool(
            self.x0 + margin < x < self.x1 - margin
            and self.y0 + margin < y < self.y1 - margin
            and point[2] < self.ceiling - margin
        )

    def to_world(self, x: float, y: float) -> Array:
        """Room floor coordinates to the world, (2,)."""
        c, s = np.cos(np.radians(self.turn)), np.sin(np.radians(self.turn))
        return np.array([c * x - s * y, s * x + c * y])

    def packed(self) -> dict[str, Array]:
        """The tables that `paint.paint` takes."""
        a = np.radians(self.turn)
        rect = [[r.wall, r.u0, r.u1, r.v0, r.v1, *linear(r.rgb), r.glow, r.panes_u, r.panes_v] for r in self.rectangles]
        mats = [
            [
                m.x,
                m.y,
                m.length / 2,
                m.width / 2,
                np.cos(np.radians(m.turn)),
                np.sin(np.radians(m.turn)),
                *linear(m.rgb),
                m.grain,
            ]
            for m in self.mats
        ]
        return {
            "room_turn": np.array([np.cos(a), np.sin(a)]),
            "box": np.array([self.x0, self.x1, self.y0, self.y1, self.ceiling, self.skirting_m]),
            "walls": np.stack([linear(c) for c in (*self.wall_rgb, self.ceiling_rgb, self.skirting_rgb)]).astype(float),
            "rectangles": np.array(rect, float).reshape(-1, 11),
            "mats": np.array(mats, float).reshape(-1, 10),
            "floor": self.floor,
            "floor_look": np.array(
                [
                    self.floor_tile_m,
                    self.reflectivity,
                    self.roughness_px,
                    self.shine,
                    self.shine_gloss,
                    *linear(self.floor_rgb),
                ]
            ),
            "plaster": self.plaster,
        }


@dataclass(frozen=True)
class Light:
    """Linear light: sky and ground ambient, a key light with soft shadow, a fill without. Directions point to it."""

    sky: Rgb
    ground: Rgb
    key: Rgb
    key_direction: Array
    fill: Rgb
    fill_direction: Array
    softness_m: float = 0.06
    exposure: float = 1.0

    def packed(self) -> Array:
        """(6, 3) as `paint.paint` takes it."""
        return np.array([self.sky, self.ground, self.key, self.key_direction, self.fill, self.fill_direction], float)
