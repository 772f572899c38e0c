"""From scene descriptions to room, light, furniture and tool."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .furniture import bottle, dumbbell, gym_ball, kettlebell, plant, shoe, standing_at, stool
from .geometry import turn, unit
from .noise import floor_texture, plaster
from .parts import Part, box
from .room import Light, Mat, Rectangle, Room
from .scene import LightSpec, SceneSpec, ToolSpec
from .tool import Tool

_MAKERS: dict[str, Callable[[np.random.Generator, float, tuple[float, float, float]], Part]] = {
    "gym_ball": lambda rng, size, rgb: gym_ball(size, rgb),
    "bottle": lambda rng, size, rgb: bottle(rgb, size),
    "plant": lambda rng, size, rgb: plant(rng, rgb, (46.0, 112.0, 44.0)),
    "box": lambda rng, size, rgb: box((size, size * 0.7, size * 0.8), rgb),
    "dumbbell": lambda rng, size, rgb: dumbbell(rgb, size),
    "shoe": lambda rng, size, rgb: shoe(rgb, (235.0, 235.0, 235.0)),
    "kettlebell": lambda rng, size, rgb: kettlebell(rgb),
    "stool": lambda rng, size, rgb: stool(rgb, (60.0, 50.0, 45.0)),
}


def build_tool(spec: ToolSpec, seed: int) -> Tool:
    """The tool of a scene."""
    return Tool(
        spec.kind,
        spec.diameter_m,
        spec.length_m,
        spec.rgb,
        spec.second,
        spec.pattern,
        spec.hole,
        spec.core,
        spec.core_rgb,
        0.1,
        seed,
    )


def build_room(scene: SceneSpec) -> Room:
    """The room of a scene; the pectoral move has a wall at x = 0."""
    spec = scene.room
    rng = np.random.default_rng([70, scene.seed])
    at_wall = scene.move == "pec"
    x, y = spec.half_x, spec.half_y
    dark = tuple(0.8 * c for c in spec.wall_rgb)
    windows = [
        Rectangle(int(w[0]), w[1], w[2], w[3], w[4], (255.0, 255.0, 252.0), w[5], max(1, int((w[2] - w[1]) / 0.9)), 2)
        for w in spec.windows
    ]
    pictures = [Rectangle(int(p[0]), p[1], p[2], p[3], p[4], (p[5], p[6], p[7])) for p in spec.pictures]
    mats: tuple[Mat, ...] = ()
    if spec.mat_rgb is not None:
        mats = (Mat(spec.mat_at[0], spec.mat_at[1], spec.mat_size[0], spec.mat_size[1], 0.0, spec.mat_rgb),)
    gloss = spec.reflectivity
    return Room(
        -2 * x if at_wall else -x,
        0.0 if at_wall else x,
        -y,
        y,
        2.7,
        0.0 if at_wall else spec.turn,
        (spec.wall_rgb,) * 4,
        (240.0, 240.0, 238.0),
        (dark[0], dark[1], dark[2]),
        0.1,
        floor_texture(rng, spec.floor),
        spec.tile_m,
        spec.floor_rgb,
        plaster(rng),
        gloss,
        4.0,
        gloss * 1.2,
        40.0,
        (*windows, *pictures),
        mats,
    )


def build_things(scene: SceneSpec) -> list[Part]:
    """The furniture of a scene."""
    rng = np.random.default_rng([80, scene.seed])
    out = []
    for kind, x, y, size, r, g, b in scene.room.things:
        part = _MAKERS[kind](rng, float(size), (float(r), float(g), float(b)))
        out.append(
            standing_at(part.placed(turn((0, 0, 1), float(rng.uniform(0, 360))), np.zeros(3)), np.array([x, y], float))
        )
    return out


def build_light(spec: LightSpec) -> Light:
    """Light from levels."""
    white = np.array([1 + 0.1 * spec.warm, 1.0, 1 - 0.1 * spec.warm])

    def rgb(level: float) -> tuple[float, float, float]:
        r, g, b = level * white
        return float(r), float(g), float(b)

    direction = unit(np.array(spec.key_direction))
    fill = unit(np.array([-direction[0], -direction[1], 0.4]))
    return Light(rgb(spec.ambient), rgb(0.6 * spec.ambient), rgb(spec.key), direction, rgb(spec.fill), fill, 0.05, 1.0)
