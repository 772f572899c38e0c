"""The chest on a ball at the wall x = 0, feet planted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.proving.motion.actor import SQUASH_M, Role, Sway, pick
from benchmarks.proving.motion.figure import SIGN, Posture, posture
from benchmarks.proving.motion.floor import FEET
from benchmarks.proving.motion.vectors import Array, X, Y, Z, rows

DROP_M = 0.07  # the ball below the shoulders
FREE_DEG = 4.0  # who leans less stands upright


class Pectoral:
    """Standing, leaning as a whole into the ball; the body sways twice as far as the ball rolls."""

    touching = frozenset({"good", "not_leaning"})
    loaded = frozenset({"good"})

    def __init__(self, rng: np.random.Generator, role: Role) -> None:
        build, rest = role.build, role.rest
        self.build, self.tool, self.rest = build, role.tool, rest
        self.k = role.worked
        self.sign = SIGN[self.k]
        self.lean = pick(rng, 9.0, 18.0)
        self.turned = float(rng.normal(0.0, 4.0))
        self.bow = pick(rng, 0.0, 6.0)  # the trunk leans more than the legs
        self.arm, self.stride = pick(rng, 12.0, 75.0), pick(rng, 0.12, 0.32)
        self.neck, self.look = pick(rng, 0.0, 15.0), pick(rng, -50.0, 50.0)
        self.other = str(rng.choice(["wall", "hip", "side"], p=[0.55, 0.25, 0.2]))
        self.reach = pick(rng, 0.955, 0.985)
        p = self._lean(np.array([rest]), np.zeros(1), self.lean, 0.0)
        hips = p.hip_joints(build)[0]
        ankles = []
        for k in range(2):
            ahead = 0.0 if k == self.k else self.stride
            back = self.reach * build.leg * np.sin(np.radians(self.lean))
            ankles.append(np.array([hips[k, 0] - back + ahead, hips[k, 1] + SIGN[k] * 0.02, build.ankle]))
        self.ankles = np.stack(ankles)

    def _ball_y(self, contact: Array) -> Array:
        return -self.sign * self.build.shoulder_half * (contact - self.rest)

    def _lean(self, contact: Array, breath: Array, lean: float, gap: float) -> Posture:
        b, r = self.build, self.tool.radius
        tilt = np.radians(lean + 0.5 * breath)
        high = b.ankle + self.reach * b.leg * np.cos(tilt) + b.trunk * np.cos(tilt)
        x = -2 * r - (b.chest - SQUASH_M) + DROP_M * np.sin(tilt) - gap
        y = self._ball_y(contact) - self.sign * contact * b.shoulder_half
        shoulders = np.stack([x, y, high], 1)
        trunk = tilt + np.radians(self.bow if lean > FREE_DEG else 0.0)
        p = posture(len(contact), pitch=90 + np.degrees(trunk), yaw=self.turned)
        return replace(p, hips=shoulders - b.trunk * p.pelvis[:, :, 2])

    def tool_at(self, contact: Array) -> Array:
        p = self._lean(contact, np.zeros(len(contact)), self.lean, 0.0)
        high = p.shoulders(self.build).mean(1)[:, 2] - DROP_M
        return np.stack([np.full_like(high, -self.tool.radius), self._ball_y(contact), high], 1)

    def pose(self, name: str, contact: Array, sway: Sway) -> Posture:
        b, n = self.build, len(contact)
        lean, gap = {"not_leaning": (2.0, 0.015), "away": (1.0, 0.16), "stand": (1.0, 0.6)}.get(name, (self.lean, 0.0))
        p = self._lean(contact, sway.breath, lean, gap)
        p = replace(p, neck=self.neck + 2 * sway.head, look=self.look + 4 * sway.look)
        feet = self.ankles - (np.array([0.44, 0.0, 0.0]) if name == "stand" else 0.0)
        knees = np.stack([X + 0.1 * Y, X - 0.1 * Y])
        shoulders, hips = p.shoulders(b), p.hip_joints(b)
        ball = self.tool_at(contact)
        wrists, elbows = np.zeros((n, 2, 3)), np.zeros((n, 2, 3))
        for k, out in enumerate(SIGN):
            shoulder = shoulders[:, k]
            if k == self.k and name != "stand":
                a = np.radians(self.arm)
                wrists[:, k] = shoulder + 0.88 * b.arm * np.array([-0.18, out * np.sin(a), -np.cos(a)])
                elbows[:, k] = -X + 0.3 * out * Y
            elif name == "away":
                wrists[:, k] = ball - X * (self.tool.radius + 0.07) - Z * 0.04
                elbows[:, k] = -0.3 * X + 0.7 * out * Y - Z
            elif self.other == "wall" and name != "stand":
                wrists[:, k] = np.stack([np.full(n, -0.045), shoulder[:, 1] + 0.12 * out, shoulder[:, 2] - 0.12], 1)
                elbows[:, k] = -0.3 * X + 0.7 * out * Y - Z
            elif self.other == "hip" and name != "stand":
                wrists[:, k] = hips[:, k] + np.array([0.05, 0.09 * out, 0.08])
                elbows[:, k] = -0.6 * X + out * Y + 0.1 * Z
            else:
                wrists[:, k] = shoulder + 0.93 * b.arm * np.array([0.05, 0.16 * out, -0.98])
                elbows[:, k] = -X
        return replace(p, ankles=rows(feet, n), knees=rows(knees, n), toes=rows(FEET, n), wrists=wrists, elbows=elbows)
