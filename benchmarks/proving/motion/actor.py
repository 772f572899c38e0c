"""What actors of the moves have in common: sway, hands and feet, getting down and up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np

from benchmarks.proving.motion.build import Build
from benchmarks.proving.motion.figure import SIGN, Posture, head_of, posture
from benchmarks.proving.motion.vectors import FLAT, Array, X, Y, Z, rows

SQUASH_M: Final = 0.012  # how deep foam and flesh give, as in the studio
WRIST_M: Final = 0.05  # a planted wrist above the floor


@dataclass(frozen=True)
class Tool:
    """A roller or ball (length 0). `yaw` degrees off square, `shift` metres of its middle along its axis."""

    kind: str
    radius: float
    length: float
    yaw: float
    shift: float

    @property
    def axis(self) -> Array:
        a = np.radians(self.yaw)
        return np.array([-np.sin(a), np.cos(a), 0.0])


@dataclass(frozen=True)
class Role:
    """Who an actor is: the body, its tool, the worked side (L, R, None), the contact at rest, how far is rolled."""

    build: Build
    tool: Tool
    side: str | None
    rest: float
    extent: float

    @property
    def worked(self) -> int:
        """0 left, 1 right."""
        return 0 if self.side == "L" else 1


@dataclass(frozen=True, eq=False)
class Sway:
    """Small movements that nobody can leave out, (n,) each, about -1..1."""

    breath: Array
    lean: Array
    head: Array
    look: Array


def draw_sway(rng: np.random.Generator, t: Array) -> Sway:
    """Sums of three waves each, about fourteen breaths a minute."""

    def wave(period: float) -> Array:
        phases, rates = rng.uniform(0, 6.28, 3), rng.uniform(0.7, 1.4, 3) / period
        order = np.arange(1, 4)
        waves = np.sin(2 * np.pi * np.outer(t, rates * order) + phases) / order
        return np.asarray(waves.sum(1) / 1.6)

    return Sway(wave(4.2), wave(7.0), wave(5.0), wave(9.0))


class Actor(Protocol):
    """One move's body: what poses it knows, `touching` those in which it lies on the tool, `loaded` those in which
    that counts."""

    rest: float
    touching: frozenset[str]
    loaded: frozenset[str]

    def pose(self, name: str, contact: Array, sway: Sway) -> Posture:
        """The named pose with the tool at `contact` (n,)."""

    def tool_at(self, contact: Array) -> Array:
        """The middle of the tool, (n, 3)."""


def pick(rng: np.random.Generator, low: float, high: float) -> float:
    return float(rng.uniform(low, high))


def planted(build: Build, hip: Array, knee: float, sign: float, stance: float) -> Array:
    """Where a foot stands (3,) so that the knee below a hip joint (3,) is bent so far, degrees."""
    a, b = build.thigh, build.shank
    reach2 = a * a + b * b - 2 * a * b * np.cos(np.radians(knee))
    y = hip[1] + sign * build.hip_half * (stance - 1)
    dz = build.ankle - hip[2]
    dx = np.sqrt(max(reach2 - dz * dz - (y - hip[1]) ** 2, 0.01))
    return np.array([hip[0] + dx, y, build.ankle])


def arms(build: Build, p: Posture, kind: str, spread: float) -> Posture:
    """Arms of somebody on the back or upright: behind_head, chest, crossed, side, overhead, belly, hanging."""
    size = build.height / 1.7
    chest, shoulders = p.chest, p.shoulders(build)
    middle = shoulders.mean(1)
    ears, head = head_of(build, p)
    wrists, elbows = [], []
    for k, sign in enumerate(SIGN):
        left, back, up = sign * chest[:, :, 0], chest[:, :, 1], chest[:, :, 2]
        shoulder = shoulders[:, k]
        if kind == "behind_head":
            place = np.array([sign * (0.075 + 0.01 * spread), 0.095, 0.01 + 0.02 * spread]) * size
            wrist, pole = ears + head @ place, left + (0.55 + 0.3 * spread) * up - 0.35 * back
        elif kind == "crossed":
            other = shoulders[:, 1 - k]
            wrist = other - back * (0.11 + 0.015 * sign) * size - up * (0.05 + 0.05 * spread) * size + left * 0.03
            pole = left * 0.6 - back - up * 0.5
        elif kind in ("chest", "belly"):
            down = 0.2 if kind == "chest" else 0.36
            wrist = middle - back * 0.15 * size - up * (down + 0.06 * spread) * size + left * 0.03
            pole = left - 0.2 * up
        elif kind == "overhead":
            wrist, pole = shoulder + (up * 0.9 - back * 0.25 + left * 0.15) * 0.5 * size, left - back
        elif kind == "hanging":
            wrist, pole = shoulder - up * 0.93 * build.arm + left * (0.06 + 0.04 * spread), back + 0.25 * left
        else:  # on the floor at the sides
            wrist = shoulder - up * (0.42 + 0.04 * spread) * size + left * (0.16 + 0.1 * spread)
            wrist = wrist * FLAT + Z * WRIST_M
            pole = left + 0.4 * Z
        wrists.append(wrist)
        elbows.append(pole)
    return replace(p, wrists=np.stack(wrists, 1), elbows=np.stack(elbows, 1))


def standing(build: Build, sway: Sway, at: Array, arm: str = "hanging", lean: float = 2.0) -> Posture:
    """On the feet over floor point `at` (3,), facing +x."""
    n = len(sway.breath)
    hips = np.stack([at + Z * (build.ankle + 0.985 * build.leg)] * n)
    hips[:, 1] += 0.006 * sway.lean
    feet = np.stack([at + s * Y * build.hip_half * 1.1 + Z * build.ankle for s in SIGN])
    p = posture(
        n, hips=hips, pitch=90 + lean + 0.5 * sway.breath, neck=12 + 2 * sway.head, look=4 * sway.look, ankles=feet,
        knees=np.stack([X + 0.05 * Y, X - 0.05 * Y]), toes=np.stack([X + 0.14 * Y, X - 0.14 * Y]),
    )  # fmt: skip
    return arms(build, p, arm, 0.0)


def squatting(build: Build, sway: Sway, at: Array, depth: float = 1.0) -> Posture:
    """A squat over floor point `at`, 0 upright to 1 deep, hands before the body."""
    p = standing(build, sway, at)
    low = np.array([-0.18 * depth, 0.0, -0.60 * depth * build.leg])
    p = replace(p, hips=p.hips + low, pitch=p.pitch + 38 * depth)
    shoulders = p.shoulders(build)
    aim = shoulders + (X * 0.8 - Z * 0.35) * 0.8 * build.arm
    return replace(p, wrists=aim, elbows=rows(np.stack([-Z + 0.4 * Y, -Z - 0.4 * Y]), len(p)))


def sitting(build: Build, sway: Sway, hip: Array, feet: Array, lean: float = 62.0) -> Posture:
    """Sitting on the floor with the hips over `hip` (3,), feet (2, 3) planted, leant back on the hands."""
    n = len(sway.breath)
    place = hip * FLAT + Z * build.seat
    p = posture(n, hips=place, pitch=lean + sway.breath, neck=30 + 2 * sway.head, look=4 * sway.look, ankles=feet,
                knees=np.stack([Z + 0.1 * Y, Z - 0.1 * Y]))  # fmt: skip
    return propped(build, p, 0.1)


def propped(build: Build, p: Posture, out_m: float) -> Posture:
    """Hands on the floor behind, elbows as straight as the shoulders' height allows."""
    shoulders = p.shoulders(build)
    wrists = []
    for k, sign in enumerate(SIGN):
        drop = shoulders[:, k, 2] - WRIST_M
        back = np.sqrt(np.maximum((0.96 * build.arm) ** 2 - drop**2 - out_m**2, 0.0025))
        wrist = shoulders[:, k] + np.stack([-back, np.full_like(back, sign * out_m), -drop], 1)
        wrists.append(wrist)
    fingers = np.stack([np.stack([-X + 0.25 * Y, -X - 0.25 * Y])] * len(p))
    poles = np.stack([np.stack([-0.75 * X + 0.65 * Y, -0.75 * X - 0.65 * Y])] * len(p))
    return replace(p, wrists=np.stack(wrists, 1), elbows=poles, fingers=fingers)


def lean_to_hands(build: Build, p: Posture, wrists: Array, held: tuple[int, ...], reach: float) -> Array:
    """The pitch (n,) with which the arms to planted wrists (2, 3) are as straight as `reach` (share of the arm)."""
    low, high = np.full(len(p), 12.0), np.full(len(p), 80.0)
    for _ in range(13):
        middle = (low + high) / 2
        shoulders = replace(p, pitch=middle).shoulders(build)
        far = np.max([np.linalg.norm(shoulders[:, k] - wrists[k], axis=1) for k in held], axis=0)
        too_far = far > reach * build.arm
        low, high = np.where(too_far, low, middle), np.where(too_far, middle, high)
    return np.asarray((low + high) / 2)


def rise(build: Build, name: str, sway: Sway, feet: Array, hip: Array) -> Posture:
    """`stand`, `squat` or `sit` with the feet at (2, 3), the hips to come over `hip` (3,)."""
    middle = feet.mean(0) * FLAT
    if name == "stand":
        p = standing(build, sway, middle)
        return replace(p, ankles=np.stack([feet] * len(p)))
    if name == "squat":
        p = squatting(build, sway, middle - 0.1 * X)
        return replace(p, ankles=np.stack([feet] * len(p)))
    return sitting(build, sway, hip, feet)
