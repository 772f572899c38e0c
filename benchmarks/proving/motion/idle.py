"""People who do not roll: what they do, over time. Many move as often as somebody who rolls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from benchmarks.proving.motion.actor import WRIST_M, Sway, arms, pick, planted, propped, sitting, squatting, standing
from benchmarks.proving.motion.build import Build
from benchmarks.proving.motion.figure import SIGN, Posture, mix, posture
from benchmarks.proving.motion.floor import FEET, UP
from benchmarks.proving.motion.vectors import Array, X, Y, Z, rows

Idle = Callable[[np.random.Generator, Build, Array, Sway], Posture]


def wave(rng: np.random.Generator, t: Array, rests: bool = True) -> Array:
    """There and back, 0..1, in an uneven time; with rests in part of the cases."""
    period = float(np.exp(rng.uniform(np.log(1.6), np.log(9.0))))
    phase = t / period + 0.12 * np.sin(2 * np.pi * t / (2.7 * period)) + rng.random()
    share = 0.5 - 0.5 * np.cos(2 * np.pi * phase)
    if rests and rng.random() < 0.4:
        share = np.clip(1.5 * share - 0.25, 0, 1)
    return np.asarray(share)


def _lying(build: Build, sway: Sway, pitch: Array | float, feet: Array | None, knee: float = 90.0) -> Posture:
    n = len(sway.breath)
    hips = np.array([0.0, 0.0, 0.044 * build.height])
    p = posture(n, hips=hips, pitch=pitch, neck=12 + 2 * sway.head, look=4 * sway.look)
    if feet is None:
        joints = replace(p, pitch=np.zeros(n)).hip_joints(build)[0]
        feet = np.stack([planted(build, joints[k], knee, SIGN[k], 1.2) for k in range(2)])
    return replace(p, ankles=rows(feet, n), knees=rows(UP, n), toes=rows(FEET, n))


def lie(rng: np.random.Generator, build: Build, t: Array, sway: Sway) -> Posture:
    """On the back, knees bent or long."""
    del t
    p = _lying(build, sway, 3.0, None, pick(rng, 60, 175))
    return arms(build, p, str(rng.choice(["behind_head", "side", "chest", "crossed"])), pick(rng, -1, 1))


def bridge(rng: np.random.Generator, build: Build, t: Array, sway: Sway) -> Posture:
    """Hips up and down, shoulders on the floor."""
    up = wave(rng, t) * pick(rng, 14, 32)
    p = _lying(build, sway, 3.0 - up, None, pick(rng, 70, 100))
    shoulders = 0.5 * (p.shoulders(build)[:, 0] + p.shoulders(build)[:, 1])
    away = np.array([-build.trunk, 0.0, 0.055 * build.height]) - shoulders
    p = replace(p, hips=p.hips + away)
    return arms(build, p, str(rng.choice(["side", "behind_head", "chest"])), 0.0)


def crunch(rng: np.random.Generator, build: Build, t: Array, sway: Sway) -> Posture:
    """Shoulders up and down, hips on the floor."""
    p = _lying(build, sway, 2.0 + wave(rng, t) * pick(rng, 15, 60), None, pick(rng, 70, 110))
    return arms(build, p, str(rng.choice(["behind_head", "chest", "crossed"])), 0.0)


def stand(rng: np.random.Generator, build: Build, t: Array, sway: Sway) -> Posture:
    """Standing about, an arm raised now and then."""
    p = standing(build, sway, np.zeros(3), lean=pick(rng, -2, 8))
    p = replace(p, yaw=np.full(len(t), pick(rng, -180, 180)) + 8 * sway.look)
    p = arms(build, p, "hanging", 0.3)
    high = p.wrists + 0.5 * build.arm * wave(rng, t)[:, None, None] * (X * 0.6 + Z * 0.7)
    return _turned(replace(p, wrists=high, ankles=p.ankles), p.yaw)


def squat(rng: np.random.Generator, build: Build, t: Array, sway: Sway) -> Posture:
    """Knee bends."""
    depth = wave(rng, t) * pick(rng, 0.6, 1.0)
    up, low = standing(build, sway, np.zeros(3)), squatting(build, sway, np.zeros(3))
    return mix([up, low], np.stack([1 - depth, depth]))


def walk(rng: np.random.Generator, build: Build, t: Array, sway: Sway) -> Posture:
    """Up and down."""
    step_s, stride = pick(rng, 0.5, 0.65), 0.36 * build.leg * 0.72
    half, lane = pick(rng, 0.7, 1.2), pick(rng, -0.4, 0.4)
    gone = t * 2 * stride / step_s
    lap = (gone / (2 * half)) % 2
    way = np.where(lap < 1, -half + 2 * half * lap, half - 2 * half * (lap - 1))
    yaw = np.where(lap < 1, 0.0, 180.0)
    phase = (t / step_s) % 2
    saw = np.where(phase < 1, 1 - 2 * phase, 2 * phase - 3)
    p = standing(build, sway, np.zeros(3), lean=4.0)
    ankles = p.ankles.copy()
    for k, sign in enumerate(SIGN):
        ankles[:, k, 0] += sign * stride * saw
        ankles[:, k, 2] += 0.1 * np.maximum(-sign * np.sin(np.pi * phase), 0.0)
    hips = p.hips - Z * 0.05 * (saw**2)[:, None]
    wrists = p.wrists.copy()
    for k, sign in enumerate(SIGN):
        wrists[:, k, 0] -= sign * 0.25 * saw
    p = _turned(replace(p, ankles=ankles, hips=hips, wrists=wrists), yaw)
    return p.moved(np.stack([way, np.full_like(way, lane), 0 * way], 1))


def sit(rng: np.random.Generator, build: Build, t: Array, sway: Sway) -> Posture:
    """On the floor, leant back on the hands or reaching for the feet, shifting."""
    n = len(t)
    reach = pick(rng, 0.5, 0.97) * build.leg
    feet = np.stack([np.array([reach, s * build.hip_half * 1.2, build.ankle]) for s in SIGN])
    low = sitting(build, sway, np.zeros(3), feet, lean=pick(rng, 45, 75))
    if rng.random() < 0.4:  # stretches towards the feet
        far = replace(low, pitch=np.full(n, 118.0))
        far = replace(far, wrists=rows(feet, n) * np.array([0.9, 1.0, 1.0]) + Z * 0.08)
        share = wave(rng, t)
        return mix([low, far], np.stack([1 - share, share]))
    shift = (wave(rng, t) - 0.5)[:, None] * X * pick(rng, 0.0, 0.2)
    p = replace(low, hips=low.hips + shift)
    return propped(build, p, 0.1) if rng.random() < 0.5 else p


def plank(rng: np.random.Generator, build: Build, t: Array, sway: Sway) -> Posture:
    """On forearms or hands, face down, rocking or doing push-ups."""
    n = len(t)
    straight = rng.random() < 0.5
    prop = 0.97 * build.arm + WRIST_M if straight else build.upper_arm + 0.04
    toes = np.array([-build.trunk - 0.97 * build.leg, 0.0, 0.10])
    dip = wave(rng, t) * (pick(rng, 0.1, 0.3) if straight and rng.random() < 0.5 else 0.0)
    high = prop - dip
    rise = np.arcsin(np.clip((high - toes[2]) / (build.trunk + 0.97 * build.leg), -0.9, 0.9))
    fore = (wave(rng, t) - 0.5) * pick(rng, 0.0, 0.22)
    way = np.stack([np.cos(rise), 0 * rise, np.sin(rise)], 1)
    hips = toes + 0.97 * build.leg * way + fore[:, None] * X
    p = posture(n, hips=hips, pitch=180 - np.degrees(rise), neck=-8.0 + 2 * sway.head)
    ankles = np.stack([toes - s * Y * build.hip_half for s in SIGN])
    shoulders = p.shoulders(build)
    hands = rows(shoulders.mean(0), n)
    hands[:, :, 2] = WRIST_M
    if not straight:
        hands = hands + X * 0.9 * build.forearm
    poles = np.stack([-Z * 0.5 - X, -Z * 0.5 - X]) if straight else np.stack([-Z, -Z])
    return replace(p, ankles=rows(ankles, n), knees=rows(np.stack([-Z, -Z]), n), toes=rows(np.stack([-Z, -Z]), n),
                   wrists=hands, elbows=rows(poles, n), fingers=rows(np.stack([X, X]), n))  # fmt: skip


def wall_push(rng: np.random.Generator, build: Build, t: Array, sway: Sway) -> Posture:
    """Hands at a wall, leaning in and pushing off, or swaying there."""
    n = len(t)
    share = wave(rng, t)
    lean = np.radians(pick(rng, 5, 12) + share * pick(rng, 0, 14))
    high = build.ankle + 0.97 * build.leg
    feet_x = -pick(rng, 0.45, 0.75)
    hips = np.stack(
        [feet_x + high * np.sin(lean), 0.08 * (wave(rng, t) - 0.5) * rng.integers(0, 2), high * np.cos(lean)], 1
    )
    p = posture(n, hips=hips, pitch=90 + np.degrees(lean), neck=5 + 2 * sway.head, look=4 * sway.look)
    feet = np.stack([np.array([feet_x, s * build.hip_half * 1.1, build.ankle]) for s in SIGN])
    hands = np.stack([np.array([-0.045, s * (build.shoulder_half + 0.06), build.height * 0.78]) for s in SIGN])
    return replace(
        p, ankles=rows(feet, n), knees=rows(np.stack([X, X]), n), toes=rows(FEET, n), wrists=rows(hands, n),
        elbows=rows(np.stack([0.7 * Y - Z, -0.7 * Y - Z]), n), fingers=rows(np.stack([Z, Z]), n),
    )  # fmt: skip


def side_lying(rng: np.random.Generator, build: Build, t: Array, sway: Sway) -> Posture:
    """On the side, the upper leg raised and lowered, or only lying."""
    n, sign = len(t), float(rng.choice([-1.0, 1.0]))
    hips = np.array([0.0, 0.0, 0.09 * build.height])
    p = posture(n, hips=hips, pitch=pick(rng, 0, 14), roll=-sign * 86.0 + 2 * sway.lean, neck=5 + 2 * sway.head)
    front = np.array([0.0, -sign, 0.0])
    legs = np.stack([hips + X * 0.97 * build.leg + front * 0.05] * n)
    low, upper = (0, 1) if sign > 0 else (1, 0)
    ankles = np.stack([legs, legs], 1)
    ankles[:, low, 2], ankles[:, upper, 2] = 0.05, 0.16
    ankles[:, upper, 2] += wave(rng, t) * pick(rng, 0.0, 0.5)
    shoulders = p.shoulders(build)
    wrists = shoulders + front * 0.9 * build.forearm
    wrists[:, low, 2] = WRIST_M
    wrists[:, upper] = shoulders[:, upper] + X * 0.3 + front * 0.15
    wrists[:, upper, 2] = WRIST_M
    return replace(p, ankles=ankles, knees=rows(np.stack([front, front]), n), toes=rows(np.stack([X, X]), n),
                   wrists=wrists, elbows=rows(np.stack([-X + Z, -X + Z]), n))  # fmt: skip


def _turned(p: Posture, yaw: Array) -> Posture:
    """The whole of somebody on the feet over the origin turned about the upright."""
    a = np.radians(yaw)
    c, s = np.cos(a), np.sin(a)

    def spin(v: Array) -> Array:
        cc, ss = (c, s) if v.ndim == 2 else (c[:, None], s[:, None])
        return np.stack([cc * v[..., 0] - ss * v[..., 1], ss * v[..., 0] + cc * v[..., 1], v[..., 2]], -1)

    return replace(p, yaw=yaw, hips=spin(p.hips), ankles=spin(p.ankles), knees=spin(p.knees), toes=spin(p.toes),
                   wrists=spin(p.wrists), elbows=spin(p.elbows), fingers=spin(p.fingers))  # fmt: skip


IDLES: Final[dict[str, Idle]] = {
    "lie": lie, "bridge": bridge, "crunch": crunch, "stand": stand, "squat": squat, "walk": walk, "sit": sit,
    "plank": plank, "wall_push": wall_push, "side_lying": side_lying,
}  # fmt: skip
