"""Random people, tools, rooms and light: the ranges from which the training stills are drawn."""

from __future__ import annotations

import numpy as np

from .geometry import Array, unit
from .noise import floor_texture, plaster
from .room import Light, Mat, Rectangle, Rgb, Room
from .tool import PATTERNS, Tool
from .wardrobe import DetectorResult, Garment

SKINS: tuple[Rgb, ...] = (
    (246, 222, 206),
    (236, 202, 180),
    (224, 184, 156),
    (206, 160, 128),
    (184, 136, 104),
    (152, 106, 78),
    (120, 80, 58),
    (92, 60, 44),
    (66, 44, 34),
)
HAIRS: tuple[Rgb, ...] = (
    (24, 20, 18),
    (48, 34, 24),
    (84, 56, 34),
    (128, 88, 50),
    (190, 156, 100),
    (140, 70, 36),
    (150, 148, 146),
    (205, 203, 200),
)


def uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """A float between low and high."""
    return float(rng.uniform(low, high))


def colour(rng: np.random.Generator, dark: float = 0.2, grey: float = 0.25) -> Rgb:
    """Any colour; with the given chances a nearly black one or a grey one."""
    pick = rng.random()
    if pick < dark:
        base = rng.uniform(14, 48) + rng.uniform(-6, 6, 3)
    elif pick < dark + grey:
        base = rng.uniform(50, 245) + rng.uniform(-8, 8, 3)
    else:
        hue, s, v = rng.random(), rng.uniform(0.35, 0.95), rng.uniform(0.3, 0.98)
        k = (np.array([5, 3, 1]) + hue * 6) % 6
        base = 255 * (v - v * s * np.clip(np.minimum(k, 4 - k), 0, 1))
    r, g, b = np.clip(base, 6, 252)
    return float(r), float(g), float(b)


def near(rng: np.random.Generator, rgb: Rgb, spread: float = 14.0) -> Rgb:
    """Nearly the same colour, a little brighter or darker."""
    r, g, b = np.clip(np.asarray(rgb) * rng.uniform(0.8, 1.2) + rng.uniform(-spread, spread, 3), 6, 252)
    return float(r), float(g), float(b)


def phenotype(rng: np.random.Generator) -> dict[str, float]:
    """An adult body."""
    gender = uniform(rng, 0, 0.2) if rng.random() < 0.5 else uniform(rng, 0.8, 1)
    return {
        "gender": gender,
        "age": uniform(rng, 0.55, 0.95),
        "muscle": uniform(rng, 0.3, 0.95),
        "weight": uniform(rng, 0.2, 0.85),
        "height": uniform(rng, 0.3, 0.62),
        "proportions": uniform(rng, 0.35, 0.85),
    }


def look(rng: np.random.Generator) -> DetectorResult:
    """Skin, hair and clothes."""
    black = rng.random() < 0.2
    patterns = ("plain", "plain", "stripes", "panel", "print", "logo")
    dark = near(rng, (24, 24, 27), 6)

    def garment(length: float, loose: float) -> Garment:
        rgb = near(rng, dark, 4) if black else colour(rng)
        pattern = "logo" if black else str(rng.choice(patterns))
        return Garment(rgb, length, loose, pattern, colour(rng))

    sleeve = float(rng.choice([0.25, 0.45, 0.6, 1.0, 1.6, 1.95]))
    leg = float(rng.choice([0.3, 0.5, 0.7, 0.85, 1.1, 1.5, 1.85, 1.95]))
    loose = uniform(rng, 0.0, 0.03) if rng.random() < 0.65 else 0.0
    bare = rng.random() < 0.15
    shoe = dark if black and rng.random() < 0.7 else colour(rng)
    return DetectorResult(
        skin=near(rng, SKINS[int(rng.integers(len(SKINS)))], 6),
        hair=near(rng, HAIRS[int(rng.integers(len(HAIRS)))], 6),
        hair_style=str(rng.choice(["bald", "short", "thick", "bun", "tail"], p=[0.08, 0.37, 0.2, 0.15, 0.2])),
        top=None if rng.random() < 0.04 else garment(sleeve, loose),
        bottom=garment(leg, loose if leg < 1 else loose * 0.6),
        tank=bool(rng.random() < 0.3),
        shoe=shoe,
        sole=(232, 232, 230) if rng.random() < 0.6 else near(rng, shoe),
        sock=None if bare or rng.random() < 0.3 else colour(rng, 0.3, 0.5),
        barefoot=bool(bare or rng.random() < 0.1),
        hem=uniform(rng, -0.02, 0.12),
        seed=int(rng.integers(1 << 30)),
    )


def pale(rng: np.random.Generator, darkest: float = 140.0) -> Rgb:
    """The colour of a usual wall or floor: light, hardly saturated."""
    r, g, b = np.clip(rng.uniform(darkest, 245) * (1 + rng.normal(0, 0.06, 3)), 6, 252)
    return float(r), float(g), float(b)


def tool(rng: np.random.Generator, kind: str, like: list[Rgb]) -> Tool:
    """A roller or ball; in some cases it has a colour from `like` (the mat's, the clothes')."""
    rgb = colour(rng, 0.2, 0.12)
    if like and rng.random() < 0.35:
        rgb = near(rng, like[int(rng.integers(len(like)))], 8)
    second = colour(rng, 0.2, 0.3)
    pattern = str(rng.choice(PATTERNS, p=[0.4, 0.15, 0.12, 0.13, 0.1, 0.1]))
    hole = bool(rng.random() < 0.4)
    core_rgb = rgb if rng.random() < 0.55 else near(rng, (22, 22, 24)) if rng.random() < 0.6 else colour(rng)
    ball = kind == "ball"
    return Tool(
        kind,
        uniform(rng, 0.06, 0.13) if ball else uniform(rng, 0.08, 0.16),
        0.0 if ball else uniform(rng, 0.30, 0.62) if rng.random() < 0.6 else uniform(rng, 0.6, 0.95),
        rgb,
        second,
        pattern,
        hole,
        uniform(rng, 0.3, 0.85) if hole else uniform(rng, 0.15, 0.6),
        core_rgb,
        uniform(rng, 0.0, 0.25),
        int(rng.integers(1 << 30)),
        uniform(rng, 0.2, 1.0) if rng.random() < 0.4 else 0.0,
    )


def mats(rng: np.random.Generator, like: list[Rgb]) -> tuple[Mat, ...]:
    """No mat, or one under the person and at times another beside it."""
    if rng.random() < 0.3:
        return ()
    rgb = near(rng, like[int(rng.integers(len(like)))]) if like and rng.random() < 0.25 else colour(rng)
    first = Mat(
        uniform(rng, -0.1, 0.6),
        uniform(rng, -0.15, 0.15),
        uniform(rng, 1.5, 2.2),
        uniform(rng, 0.5, 0.9),
        uniform(rng, -8, 8),
        rgb,
        uniform(rng, 0, 1.2),
    )
    if rng.random() < 0.75:
        return (first,)
    second = Mat(uniform(rng, -0.5, 1), float(rng.choice([-1.3, 1.3])), 1.8, 0.6, uniform(rng, -10, 10), colour(rng))
    return first, second


def room(rng: np.random.Generator, camera_eye: Array, mat_list: tuple[Mat, ...], at_wall: bool) -> Room:
    """A room that holds the camera; `at_wall` puts a wall at x = 0 in front of the person."""
    turn = 0.0 if at_wall else uniform(rng, -30, 30)
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    ex, ey = c * camera_eye[0] + s * camera_eye[1], -s * camera_eye[0] + c * camera_eye[1]
    x0, x1 = min(uniform(rng, -6, -2.2), ex - 0.4), max(uniform(rng, 2.2, 6), ex + 0.4)
    y0, y1 = min(uniform(rng, -5, -1.2), ey - 0.4), max(uniform(rng, 1.2, 5), ey + 0.4)
    wall = pale(rng) if rng.random() < 0.8 else colour(rng, 0.05, 0.3)
    walls = [near(rng, wall, 3) if rng.random() < 0.85 else colour(rng, 0.1, 0.4) for _ in range(4)]
    kind = str(rng.choice(["wood", "tiles", "carpet", "concrete", "rubber"], p=[0.4, 0.14, 0.18, 0.16, 0.12]))
    tint = (
        near(rng, [(200, 150, 100), (150, 100, 62), (110, 70, 44), (215, 185, 145)][int(rng.integers(4))])
        if kind == "wood"
        else near(rng, colour(rng, 0.06, 0.75))
        if rng.random() < 0.4
        else pale(rng, 90)
    )
    gloss = kind in ("wood", "tiles", "concrete") and rng.random() < 0.7
    ceiling = uniform(rng, 2.4, 3.4)
    limits = {0: (y0, y1), 1: (y0, y1), 2: (x0, x1), 3: (x0, x1)}
    things: list[Rectangle] = []
    if rng.random() < 0.5:
        for w in (2, 3) if rng.random() < 0.8 else (0, 1):
            low, high = limits[w]
            u0 = uniform(rng, low, low + 0.5 * (high - low))
            wide, tall = uniform(rng, 0.8, high - u0), uniform(rng, 0.8, 2.2)
            v0 = uniform(rng, 0.1, 1.1)
            glass = (255.0, 255.0, 252.0) if rng.random() < 0.7 else near(rng, (190, 215, 235))
            things.append(
                Rectangle(
                    w,
                    u0,
                    u0 + wide,
                    v0,
                    min(v0 + tall, ceiling - 0.1),
                    glass,
                    uniform(rng, 0.7, 3.0),
                    max(1, int(wide / uniform(rng, 0.5, 1.5))),
                    int(rng.integers(1, 4)),
                )
            )
    for _ in range(int(rng.integers(0, 5))):
        w = int(rng.integers(4))
        low, high = limits[w]
        u0, v0 = uniform(rng, low, high - 0.4), uniform(rng, 0.3, 1.6)
        things.append(Rectangle(w, u0, u0 + uniform(rng, 0.2, 1.4), v0, v0 + uniform(rng, 0.2, 1.2), colour(rng)))
    return Room(
        x0,
        0.0 if at_wall else x1,
        y0,
        y1,
        ceiling,
        turn,
        (walls[0], walls[1], walls[2], walls[3]),
        near(rng, (235, 235, 232)),
        near(rng, wall, 40),
        uniform(rng, 0.0, 0.15),
        floor_texture(rng, kind),
        uniform(rng, 0.7, 2.2),
        tint,
        plaster(rng),
        uniform(rng, 0.08, 0.6) if gloss else 0.0,
        uniform(rng, 1, 9),
        uniform(rng, 0.1, 1.0) if gloss else 0.0,
        uniform(rng, 10, 80),
        tuple(things),
        mat_list,
    )


def light(rng: np.random.Generator, windows: tuple[Rectangle, ...]) -> Light:
    """Light from dim to hard; with windows the key light comes more or less from them."""
    warm = rng.uniform(-0.12, 0.12)
    white = np.array([1 + warm, 1.0, 1 - warm])
    ambient, key = rng.uniform(0.4, 0.85), rng.uniform(0.1, 1.1)
    direction = np.array([rng.normal(0, 0.7), rng.normal(0, 0.7), rng.uniform(0.35, 1.5)])
    glowing = [w for w in windows if w.glow > 0]
    if glowing and rng.random() < 0.6:
        towards = {0: (-1, 0), 1: (1, 0), 2: (0, -1), 3: (0, 1)}[glowing[0].wall]
        direction = np.array([*towards, rng.uniform(0.25, 0.9)]) + np.append(rng.normal(0, 0.35, 2), 0)
    fill = np.array([rng.normal(), rng.normal(), rng.uniform(-0.1, 0.6)])

    def rgb(level: float, tilt: float) -> Rgb:
        r, g, b = level * (white + tilt * np.array([1, 0, -1]))
        return float(r), float(g), float(b)

    ground = uniform(rng, 0.35, 0.9)
    return Light(
        rgb(ambient, 0),
        rgb(ambient * ground, 0.04),
        rgb(key, uniform(rng, -0.05, 0.1)),
        unit(direction),
        rgb(uniform(rng, 0.0, 0.4), uniform(rng, -0.08, 0.05)),
        unit(fill),
        uniform(rng, 0.015, 0.12),
        uniform(rng, 0.75, 1.15),
    )
