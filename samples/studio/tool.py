"""Rollers and balls: what they look like, where they lie."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .geometry import Array, frame
from .noise import clouds
from .parts import TOOL, Part, join, sphere, tube

_HOLE_DEPTH = 0.12  # metres of a hollow end that are modelled
PATTERNS = ("smooth", "grid", "ridged", "speckle", "rings", "knobs")


@dataclass(frozen=True)
class Tool:
    """A roller or a ball. Colours sRGB 0..255; `core` is the share of the radius that the hole or core takes."""

    kind: str  # roller or ball
    diameter_m: float
    length_m: float
    rgb: tuple[float, float, float]
    second: tuple[float, float, float]
    pattern: str = "smooth"
    hole: bool = False
    core: float = 0.5
    core_rgb: tuple[float, float, float] = (20, 20, 20)
    specular: float = 0.08
    seed: int = 0
    wear: float = 0.0  # 0 as new .. 1 scuffed, the print rubbed off in patches

    @property
    def radius(self) -> float:
        return self.diameter_m / 2


@dataclass(frozen=True)
class Placed:
    """A tool in the room: middle of its axis (3,), unit axis (3,) (any for a ball), turn about the axis in radians."""

    tool: Tool
    centre: Array
    axis: Array
    spin: float = 0.0

    @property
    def ends(self) -> tuple[Array, Array]:
        half = 0.5 * self.tool.length_m * self.axis if self.tool.kind == "roller" else np.zeros(3)
        return self.centre - half, self.centre + half


def tool_texture(tool: Tool, size: int = 256) -> Array:
    """(size, size, 3) uint8 wrap of the tool: columns along the axis (one tile is 0.3 m), rows around it."""
    rng = np.random.default_rng(tool.seed)
    first, second = (np.asarray(c, np.float32) for c in (tool.rgb, tool.second))
    u, v = np.meshgrid(np.arange(size) / size, np.arange(size) / size)
    shade = 1 + 0.03 * clouds(rng, size, 16)[..., None]
    rgb = np.broadcast_to(first, (size, size, 3)).copy()
    if tool.pattern == "grid":
        columns, rows = rng.integers(3, 9), rng.integers(5, 11)
        wide = rng.uniform(0.1, 0.3)
        shift = (np.floor(u * columns) % 2) * rng.choice([0.0, 0.5])
        groove = ((u * columns) % 1 < wide) | ((v * rows + shift) % 1 < wide)
        rgb[groove] = first * rng.uniform(0.3, 0.75)
    elif tool.pattern == "ridged":
        columns = rng.integers(6, 20)
        shade = shade * (0.75 + 0.25 * np.cos(2 * np.pi * columns * u))[..., None]
    elif tool.pattern == "speckle":
        spots = clouds(rng, size, int(rng.integers(24, 64)), 2) > rng.uniform(0.8, 2.0)
        rgb[spots] = second
    elif tool.pattern == "rings":
        rgb[(u * rng.integers(1, 4)) % 1 < rng.uniform(0.1, 0.5)] = second
    elif tool.pattern == "knobs":
        columns, rows = rng.integers(4, 9), rng.integers(6, 12)
        knob = np.cos(2 * np.pi * columns * u) * np.cos(2 * np.pi * rows * v)
        shade = shade * (0.8 + 0.2 * knob)[..., None]
    if tool.wear:
        rubbed = np.clip(clouds(rng, size, 10, 3) - 1.2 + tool.wear, 0, 1)[..., None] * 0.8
        rgb = rgb * (1 - rubbed) + (0.6 * first + 0.4 * rng.uniform(60, 190)) * rubbed
        rgb[rng.random((size, size)) < 0.01 * tool.wear] *= rng.uniform(0.5, 1.5)
    return np.asarray(np.clip(rgb * shade, 0, 255)).astype(np.uint8)


def tool_parts(placed: Placed, texture: int, kind: int = TOOL) -> list[Part]:
    """The meshes of a placed tool (shell, then end faces); `texture` is its number among the wraps."""
    tool = placed.tool
    f = frame(placed.axis, np.array([0.0, 0.0, 1.0]) if abs(placed.axis[2]) < 0.9 else np.array([1.0, 0.0, 0.0]))
    rotation = np.stack([f[:, 1], f[:, 2], f[:, 0]], 1)  # the meshes are built along z
    c, s = np.cos(placed.spin), np.sin(placed.spin)
    rotation = rotation @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    white = (255.0, 255.0, 255.0)
    if tool.kind == "ball":
        ball = sphere(tool.radius, white, 20, texture=texture, kind=kind, specular=tool.specular, gloss=24.0)
        return [ball.placed(rotation, placed.centre)]
    half, r = tool.length_m / 2, tool.radius
    bevel = 0.04 * tool.diameter_m
    shell = tube(
        [(r - bevel, -half), (r, -half + bevel), (r, half - bevel), (r - bevel, half)],
        white,
        24,
        repeat=1 / 0.3,
        texture=texture,
        kind=kind,
        specular=tool.specular,
        gloss=24.0,
    )
    ends = []
    core, depth = tool.core * r, _HOLE_DEPTH if tool.hole else 0.0
    for sign in (-1.0, 1.0):
        face = tube([(core, sign * half), (r - bevel, sign * half)], tool.rgb, 24, kind=kind)
        floor = tube([(0.0, sign * (half - depth)), (core, sign * (half - depth))], tool.core_rgb, 24, kind=kind)
        if tool.hole:  # the deeper, the darker
            floor = replace(floor, colours=floor.colours * 0.25)
            wall = tube([(core, sign * (half - depth)), (core, sign * half)], tool.core_rgb, 24, kind=kind)
            ends.append(replace(wall, colours=wall.colours * 0.5, normals=-wall.get_normals() * sign))
        for piece in (face, floor):
            out = np.tile(np.array([0, 0, sign], np.float32), (len(piece.vertices), 1))
            ends.append(replace(piece, normals=out))
    return [shell.placed(rotation, placed.centre), join(ends).placed(rotation, placed.centre)]
