"""What the roller finder says along every segment: the errors of its real looks (`sights.json`), for any tool and view.

As for the pose (`errors.py`), a sequence gets the looks of one clip: the chance it told, how far off it put the
contact, how much of the rolling it saw, how sure it was. A line is named by role: `w` worked and `o` other side, or,
where a move has no sides, `n` near and `f` far.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.proving.kept import LOOK
from benchmarks.proving.motion.errors import LIKE_DEG, canonical, wandering
from benchmarks.proving.motion.vectors import Array
from smr_vision.video.pace import LOOK_EVERY_S

TOUCHING: Final = 0.5  # as in `smr_vision.tool.detector`
ALONG_S: Final = 1.2  # how long the finder errs alike about a place,
CHANCE_S: Final = 0.9  # and about whether there is a tool
NOTHING: Final = (-4.5, 0.4)  # logit of the chance where no example tells: its mean and spread


@dataclass(frozen=True, eq=False)
class Line:
    """Looks along one line of one clip. Of the logit of the chance: mean, spread. Of the contact: `bias` (of lines that
    lie on the tool; else where it was seen), `gain` (how much of the rolling shows), wander, jitter; of the logarithm
    of the told spread: mean, spread; `length` of the segment over the true one."""

    chance: float
    chance_sd: float
    bias: float
    gain: float
    wander: float
    jitter: float
    spread: float
    spread_sd: float
    length: float


@dataclass(frozen=True, eq=False)
class Looks:
    """One clip's looks: whether a tool was in the picture at all; `tool` is how far off near end and middle were (x, y,
    trunk lengths) and the logarithm of the radius: 5 means, 5 spreads."""

    name: str
    move: str
    model: str
    off: float
    in_picture: bool
    tool: Array
    lines: Mapping[str, Line]


@cache
def examples() -> tuple[Looks, ...]:
    """All fitted."""
    data: list[dict[str, Any]] = json.loads(Path(__file__).with_name("sights.json").read_text(encoding="utf-8"))[
        "examples"
    ]
    return tuple(
        Looks(
            e["name"], e["move"], e["model"], e["off"], e["in_picture"], np.array(e["tool"]),
            {k: Line(*v) for k, v in e["lines"].items()},
        )
        for e in data
    )  # fmt: skip


def role_of(line: str, side: str | None, flip: bool) -> str:
    """A line's kind and ends by role; `side` the worked one, L or R, None: by which is near."""
    first = {"L": "left", "R": "right"}.get(side or "", "left" if flip else "right")
    one, other = ("w", "o") if side else ("n", "f")
    second = "right" if first == "left" else "left"
    return " ".join(line.split()[:3]).replace(first, one).replace(second, other)


def on_tool(line: str, move: str, side: str | None) -> bool:
    """Whether the tool of this move lies along the line, so that the contact can be told there."""
    if move == "thoracic":
        return "shoulder" in line and "hip" in line
    word = {"L": "left", "R": "right"}.get(side or "", "")
    start = {"calf": f"between {word}_knee", "glute": "floor", "pec": f"across mid_shoulders {word}"}
    return move in start and line.startswith(start[move])


def looked_at(t: Array) -> NDArray[np.intp]:
    """The pictures in which the tool is looked for, (m,)."""
    due = (t / LOOK_EVERY_S + 1e-6).astype(int)
    return np.flatnonzero(np.diff(due, prepend=-1))


@dataclass(frozen=True, eq=False)
class Seen:
    """What is true in the picture at n moments `t`: pixels of the tool's near end, middle (n, 2) and radius (n,), of
    each line its zero and unit (n, 2), the trunk's length; `contact` (n,), NaN: not on the tool; `tool`: whether there
    is one in use; `beside`: whether one lies about."""

    move: str
    side: str | None
    azimuth: float
    t: Array
    contact: Array
    near: Array
    middle: Array
    radius: Array
    lines: Mapping[str, tuple[Array, Array]]
    trunk_px: float
    tool: bool
    beside: bool


def look(rng: np.random.Generator, model: str, seen: Seen) -> dict[str, Array]:
    """By line what the finder says, (n, LOOK)."""
    move, t, with_tool = seen.move, seen.t, seen.tool
    flip, off = canonical(seen.azimuth)
    kind = move if with_tool else "none"
    fit = [e for e in examples() if e.move == kind and e.model == model]
    empty = [e for e in examples() if e.move == "none" and e.model == model and e.in_picture == seen.beside]
    one, none = _alike(rng, fit, off), _alike(rng, empty, off)
    rows = looked_at(t)
    at, c = t[rows], seen.contact[rows]
    on = np.isfinite(c) & with_tool
    middle = float(np.nanmean(c)) if on.any() else 0.0
    sign = np.array([-1.0 if flip else 1.0, 1.0])
    misplaced = one.tool if on.any() else np.zeros(10)
    own = misplaced[:5] + misplaced[5:] * wandering(rng, at, ALONG_S, 5)
    near = seen.near[rows] + sign * own[:, :2] * seen.trunk_px
    far_middle = seen.middle[rows] + sign * own[:, 2:4] * seen.trunk_px
    radius = seen.radius[rows] * np.exp(own[:, 4])
    out = {}
    for name, (zero, unit) in seen.lines.items():
        line = one.lines.get(role_of(name, seen.side if with_tool else None, flip))
        rest = none.lines.get(role_of(name, None, flip))
        known = _chance(rng, at, line)
        logit = np.where(on, known, _chance(rng, at, rest)) if with_tool else _chance(rng, at, rest)
        by = line if line is not None and with_tool else rest
        numbers = np.full((len(t), LOOK), np.nan)
        chance = 1 / (1 + np.exp(-logit))
        z, u = zero[rows], unit[rows] * (by.length if by is not None else 1.0)
        numbers[rows, 11:13], numbers[rows, 13:15], numbers[rows, 15] = z, u, chance
        if by is not None:
            along = by.bias + by.gain * np.where(on, c - middle, 0.0)
            along = along + (middle if on_tool(name, move, seen.side) and with_tool else 0.0)
            along = along + by.wander * wandering(rng, at, ALONG_S, 1)[:, 0] + by.jitter * rng.standard_normal(len(at))
            spread = np.exp(by.spread + by.spread_sd * wandering(rng, at, ALONG_S, 1)[:, 0])
            sight = np.column_stack(
                [near, radius, 2 * far_middle - near, z + along[:, None] * u, along, spread, np.hypot(*u.T), chance]
            )
            numbers[rows, :11] = np.where((chance >= TOUCHING)[:, None], sight, np.nan)
        out[name] = numbers
    return out


def _alike(rng: np.random.Generator, of: list[Looks], off: float) -> Looks:
    """One of them, rather one filmed from about the same side."""
    near = np.exp(-np.abs(np.array([e.off for e in of]) - off) / LIKE_DEG)
    return of[int(rng.choice(len(of), p=near / near.sum()))]


def _chance(rng: np.random.Generator, t: Array, line: Line | None) -> Array:
    """Logits of the chance that a tool touches, (m,)."""
    mean, sd = (line.chance, line.chance_sd) if line is not None else NOTHING
    return np.asarray(mean + sd * wandering(rng, t, CHANCE_S, 1)[:, 0])
