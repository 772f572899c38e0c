"""Things that stand about in rooms: gym balls, bottles, plants, boxes, dumb-bells, shoes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .geometry import Array, turn
from .parts import Part, box, join, sphere, tube

Rgb = tuple[float, float, float]


def gym_ball(radius: float, rgb: Rgb) -> Part:
    """A big ball on the floor."""
    ball = sphere(radius, rgb, 22, specular=0.18, gloss=28.0)
    return replace(ball, vertices=ball.vertices + np.array([0, 0, radius], np.float32))


def bottle(rgb: Rgb, scale: float = 1.0) -> Part:
    """A drinking bottle."""
    s = scale
    return tube(
        [(0.036 * s, 0), (0.036 * s, 0.15 * s), (0.016 * s, 0.19 * s), (0.016 * s, 0.22 * s), (0, 0.22 * s)],
        rgb,
        12,
        specular=0.25,
        gloss=40.0,
    )


def plant(rng: np.random.Generator, pot: Rgb, leaf: Rgb) -> Part:
    """A pot with long leaves."""
    height = rng.uniform(0.2, 0.4)
    parts = [tube([(0.1, 0), (0.14, height), (0.0, height - 0.02)], pot, 12)]
    for _ in range(int(rng.integers(9, 22))):
        a, lean, size = rng.uniform(0, 360), rng.uniform(5, 65), rng.uniform(0.2, 0.5)
        blade = sphere(np.array([0.035, 0.008, size / 2]) * rng.uniform(0.7, 1.6), leaf, 6)
        blade = blade.placed(np.eye(3), np.array([0, 0, size / 2]))
        shade = rng.uniform(0.5, 1.1)
        blade = replace(blade, colours=blade.colours * np.float32(shade))
        parts.append(blade.placed(turn((0, 0, 1), a) @ turn((1, 0, 0), lean), np.array([0, 0, height])))
    return join(parts)


def dumbbell(rgb: Rgb, scale: float = 1.0) -> Part:
    """A dumb-bell lying along x."""
    r, w = 0.06 * scale, 0.07 * scale
    rod = tube([(0.015, -0.1 * scale), (0.015, 0.1 * scale)], (120, 120, 125), 8, specular=0.4)
    heads = [
        tube([(0, s), (r, s), (r, s + w), (0, s + w)], rgb, 10) for s in (-0.1 * scale - w / 2, 0.1 * scale - w / 2)
    ]
    return join([rod, *heads]).placed(turn((0, 1, 0), 90), np.array([0, 0, r]))


def shoe(rgb: Rgb, sole: Rgb) -> Part:
    """An empty shoe, toes towards x."""
    upper = sphere(np.array([0.13, 0.045, 0.05]), rgb, 8).placed(np.eye(3), np.array([0.02, 0, 0.045]))
    heel = sphere(np.array([0.06, 0.04, 0.065]), rgb, 8).placed(np.eye(3), np.array([-0.07, 0, 0.06]))
    return join([upper, heel, box((0.27, 0.085, 0.025), sole)])


def kettlebell(rgb: Rgb) -> Part:
    """A kettlebell: a ball with a handle of small balls."""
    parts = [gym_ball(0.1, rgb)]
    bead = sphere(0.018, rgb, 6)
    arc = [np.array([0.06 * np.cos(a), 0, 0.19 + 0.07 * np.sin(a)]) for a in np.linspace(0, np.pi, 9)]
    parts += [bead.placed(np.eye(3), at) for at in arc]
    return join(parts)


def stool(rgb: Rgb, leg: Rgb) -> Part:
    """A stool or low bench."""
    parts = [box((0.5, 0.35, 0.05), rgb).placed(np.eye(3), np.array([0, 0, 0.4]))]
    corners = [np.array([x, y, 0]) for x in (-0.2, 0.2) for y in (-0.13, 0.13)]
    parts += [box((0.04, 0.04, 0.4), leg).placed(np.eye(3), at) for at in corners]
    return join(parts)


def _colour(rng: np.random.Generator) -> Rgb:
    base = rng.uniform(20, 240, 3)
    grey = base.mean()
    return tuple((grey + (base - grey) * rng.uniform(0.2, 1.3)).clip(8, 250).tolist())


def random_thing(rng: np.random.Generator) -> tuple[Part, float]:
    """A random thing and the radius of the floor that it takes, metres."""
    dark = rng.random() < 0.35
    rgb: Rgb = tuple(rng.uniform(10, 45, 3).tolist()) if dark else _colour(rng)
    makers: list[tuple[float, Callable[[], tuple[Part, float]]]] = [
        (0.28, lambda: (gym_ball(r := float(rng.uniform(0.22, 0.38)), rgb), r)),
        (0.16, lambda: (bottle(rgb, float(rng.uniform(0.9, 1.5))), 0.06)),
        (0.14, lambda: (plant(rng, rgb, (rng.uniform(20, 90), rng.uniform(90, 160), rng.uniform(20, 80))), 0.35)),
        (0.16, lambda: (box(tuple(rng.uniform(0.15, 0.7, 3).tolist()), rgb), 0.45)),
        (0.10, lambda: (dumbbell(rgb, float(rng.uniform(0.8, 1.4))), 0.2)),
        (0.08, lambda: (shoe(rgb, _colour(rng)), 0.15)),
        (0.04, lambda: (kettlebell(rgb), 0.15)),
        (0.04, lambda: (stool(rgb, _colour(rng)), 0.35)),
    ]
    pick = int(rng.choice(len(makers), p=[m[0] for m in makers]))
    part, radius = makers[pick][1]()
    return part.placed(turn((0, 0, 1), float(rng.uniform(0, 360))), np.zeros(3)), radius


def standing_at(part: Part, spot: Array, lift: float = 0.0) -> Part:
    """The part moved to a floor point (2,)."""
    return part.placed(np.eye(3), np.array([spot[0], spot[1], lift]))
