"""The moves on the floor: upper back, calf, glute; feet or hands stay planted, the roller rolls without slip."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.proving.motion.actor import SQUASH_M, WRIST_M, Role, Sway, arms, lean_to_hands, pick, planted, rise
from benchmarks.proving.motion.figure import SIGN, Posture, posture
from benchmarks.proving.motion.vectors import Array, X, Y, Z, rows, smooth, two_links, unit

FEET = np.stack([X + 0.14 * Y, X - 0.14 * Y])
UP = np.stack([Z + 0.15 * X + 0.1 * Y, Z + 0.15 * X - 0.1 * Y])
STEPPING = 0.32  # who rolls farther than this, of the trunk, steps the feet
NO_SWAY = Sway(*[np.zeros(1)] * 4)


class Thoracic:
    """On the back over a roller, feet planted."""

    touching = frozenset(
        {"good", "good_low", "hips_down", "hands_not_behind_head", "knees_not_90", "down_arms", "down"}
    )
    loaded = touching - {"hips_down", "down", "down_arms"}

    def __init__(self, rng: np.random.Generator, role: Role) -> None:
        build, rest = role.build, role.rest
        self.build, self.tool, self.rest = build, role.tool, rest
        self.shrug = 0.02 * build.height  # hands behind the head raise the shoulders
        self.trunk = build.trunk + self.shrug
        self.step = pick(rng, 0.14, 0.22) if role.extent > STEPPING else 0.0  # metres
        self.pitch = pick(rng, 0.0, 9.0)
        self.neck, self.look = pick(rng, 5.0, 30.0), pick(rng, -15.0, 15.0)
        self.spread, self.stance = pick(rng, -1.0, 1.0), pick(rng, 0.9, 1.6)
        self.hands = "crossed" if rng.random() < 0.15 else "chest"
        low_rest = rest + 0.36
        bad = pick(rng, 48.0, 58.0) if rng.random() < 0.35 else pick(rng, 132.0, 150.0)
        knee = pick(rng, 86.0, 96.0)
        self.feet = {
            "good": self._stand(rest, knee),
            "knees_not_90": self._stand(rest, bad),
            "good_low": self._stand(low_rest, knee),
        }  # fmt: skip
        self.hip = self._lie(np.array([rest]), NO_SWAY, 0.0).hips[0]

    def _stand(self, contact: float, knee: float) -> Array:
        hips = self._lie(np.array([contact]), NO_SWAY, 0.0).hip_joints(self.build)[0]
        return np.stack([planted(self.build, hips[k], knee, SIGN[k], self.stance) for k in range(2)])

    def tool_at(self, contact: Array) -> Array:
        x = -self.trunk * (contact - self.rest)
        return np.asarray(np.outer(x, X) + Z * self.tool.radius + self.tool.axis * self.tool.shift)

    def _steps(self, gone: Array) -> Array:
        """How far the feet have stepped after hips that have gone so far, metres (n, 2, 3)."""
        out = np.zeros((len(gone), 2, 3))
        if self.step:
            for k, late in enumerate((0.0, 0.25)):
                way = gone / self.step + late
                whole = np.floor(way)
                share = smooth((way - whole - 0.5) / 0.24 + 0.5)
                out[:, k, 0] = (whole + share) * self.step
                out[:, k, 2] = 0.05 * np.sin(np.pi * share)
        return out

    def _lie(self, contact: Array, sway: Sway, down: float) -> Posture:
        """The trunk over the tool: raised as pitched, or (1) with the seat on the floor."""
        b = self.build
        thick = b.back * np.interp(contact, [-0.2, 0.0, 0.3, 0.6, 0.85, 1.0], [0.85, 1.0, 1.04, 0.96, 1.02, 1.15])
        d = self.tool.radius + thick - SQUASH_M
        rest = (1 - contact) * self.trunk
        cosine = np.clip((b.seat - self.tool.radius) / np.hypot(d, rest), -1, 1)
        seated = np.degrees(np.arccos(cosine) - np.arctan2(rest, d))
        pitch = self.pitch + 0.5 * sway.breath + 0.6 * sway.lean
        pitch = pitch + down * (np.maximum(seated, pitch) - pitch)
        p = np.radians(pitch)
        s, c, o = np.sin(p), np.cos(p), np.zeros_like(p)
        foot = self.tool_at(contact) * [1, 0, 1] + d[:, None] * np.stack([s, o, c], 1)
        hips = foot + rest[:, None] * np.stack([c, o, -s], 1)
        return posture(len(p), hips=hips, pitch=pitch, neck=self.neck + 2 * sway.head,
                       look=self.look + 4 * sway.look, shrug=self.shrug)  # fmt: skip

    def pose(self, name: str, contact: Array, sway: Sway) -> Posture:
        if name in ("stand", "squat", "sit"):
            return rise(self.build, name, sway, self.feet["good"], self.hip)
        p = self._lie(contact, sway, 1.0 if name in ("down", "down_arms", "hips_down") else 0.0)
        feet = self.feet.get(name, self.feet["good"])
        feet = rows(feet, len(p)) + self._steps(p.hips[:, 0] - self.hip[0])
        p = replace(p, ankles=feet, knees=rows(UP, len(p)), toes=rows(FEET, len(p)))
        hold = {"down": "side", "hands_not_behind_head": self.hands}.get(name, "behind_head")
        return arms(self.build, p, hold, self.spread)


class Calf:
    """One calf on the roller, hands planted, the other leg crossed over."""

    touching = frozenset({"good", "hips_down", "leg_not_crossed", "down", "down_crossed"})
    loaded = frozenset({"good", "leg_not_crossed"})

    def __init__(self, rng: np.random.Generator, role: Role) -> None:
        build, tool, rest = role.build, role.tool, role.rest
        self.build, self.tool, self.rest = build, tool, rest
        self.k = role.worked
        self.hip_m = pick(rng, 0.095, 0.115) * build.height
        self.knee = pick(rng, 162.0, 174.0)
        self.neck, self.look = pick(rng, 10.0, 35.0), pick(rng, -25.0, 25.0)
        self.out = pick(rng, 0.05, 0.16)
        self.reach = pick(rng, 0.965, 0.985)
        self.cross = pick(rng, 0.68, 0.84)
        self.seat_m = 0.054 * build.height
        self.first = float(self._ahead(np.array([rest]), np.array([self.hip_m]))[0])
        self.pitch0 = pick(rng, 48.0, 62.0)
        self.root0 = 0.0
        self.wrists = self._hands()
        other = 1 - self.k
        reach = 0.58 * build.leg
        ankle = np.sqrt(max(reach**2 - (self.hip_m - build.ankle) ** 2, 0.01))
        self.foot = np.array([ankle, SIGN[other] * (build.hip_half + 0.05), build.ankle])

    def _hands(self) -> Array:
        """Where the hands are planted, (2, 3)."""
        p = posture(1, hips=np.array([0.0, 0.0, self.hip_m]), pitch=self.pitch0)
        for pitch in np.arange(self.pitch0, 20.0, -2.0):
            p = replace(p, pitch=np.array([pitch]))
            if np.hypot(p.shoulders(self.build)[0, 0, 2] - WRIST_M, self.out) < self.reach * self.build.arm * 0.97:
                break
        wrists = []
        for k, shoulder in enumerate(p.shoulders(self.build)[0]):
            drop = shoulder[2] - WRIST_M
            back = np.sqrt(max((self.reach * self.build.arm) ** 2 - drop**2 - self.out**2, 0.0))
            wrists.append(shoulder + np.array([-back, SIGN[k] * self.out, -drop]))
        return np.stack(wrists)

    def _leg(self, contact: Array, hip_m: Array) -> tuple[Array, Array, Array]:
        """Rise of the hip-to-ankle line, radians, such that the calf lies on the tool; and in its own plane, from the
        hip: the distances along and across that line of knee (2,), ankle (2,)."""
        b = self.build
        a, s, k = b.thigh, b.shank, np.radians(self.knee)
        reach = np.sqrt(a * a + s * s - 2 * a * s * np.cos(k))
        along = (a * a - s * s + reach * reach) / (2 * reach)
        knee = np.array([along, np.sqrt(max(a * a - along * along, 0.0))])
        ankle = np.array([reach, 0.0])
        spot = knee + contact[:, None] * (ankle - knee)
        under = np.interp(contact, [0.0, 0.25, 1.0], [0.9 * b.calf, b.calf, b.heel_cord]) - SQUASH_M
        high = 2 * self.tool.radius + under - hip_m
        rho = np.hypot(spot[:, 0], spot[:, 1])
        lift = np.arcsin(np.clip(high / rho, -0.95, 0.95)) - np.arctan2(spot[:, 1], spot[:, 0])
        return lift, knee, ankle

    def _ahead(self, contact: Array, hip_m: Array) -> Array:
        """How far before the hips the tool is, metres."""
        lift, knee, ankle = self._leg(contact, hip_m)
        spot = knee + contact[:, None] * (ankle - knee)
        return np.asarray(spot[:, 0] * np.cos(lift) - spot[:, 1] * np.sin(lift))

    def _tool_x(self, contact: Array) -> Array:
        return 2 * self.first - self._ahead(contact, np.full(len(contact), self.hip_m))

    def tool_at(self, contact: Array) -> Array:
        y = SIGN[self.k] * self.build.hip_half
        return np.asarray(
            np.outer(self._tool_x(contact), X) + Y * y + Z * self.tool.radius + self.tool.axis * self.tool.shift
        )

    def pose(self, name: str, contact: Array, sway: Sway) -> Posture:
        b, n = self.build, len(contact)
        if name in ("stand", "squat", "sit"):
            feet_x = float(self.tool_at(np.array([self.rest]))[0, 0]) - self.tool.radius - 0.16 * b.height
            feet = np.stack([np.array([feet_x - 0.03 * s, s * b.hip_half * 1.1, b.ankle]) for s in SIGN])
            return rise(b, name, sway, feet, np.zeros(3))
        seated = name in ("down", "down_crossed", "hips_down")
        hip_m = np.full(n, self.seat_m) if seated else self.hip_m + 0.004 * sway.lean
        root = self._tool_x(contact) - self._ahead(contact, hip_m)
        hips = np.stack([root, np.zeros(n), hip_m], 1)
        p = posture(n, hips=hips, neck=self.neck + 2 * sway.head, look=self.look + 4 * sway.look)
        p = replace(p, pitch=lean_to_hands(b, p, self.wrists, (0, 1), self.reach), wrists=rows(self.wrists, n))
        lift, knee, ankle = self._leg(contact, hip_m)
        out, up = (
            np.stack([np.cos(lift), 0 * lift, np.sin(lift)], 1),
            np.stack([-np.sin(lift), 0 * lift, np.cos(lift)], 1),
        )
        side = Y * SIGN[self.k] * b.hip_half
        knee_at, ankle_at = (hips + side + j[0] * out + j[1] * up for j in (knee, ankle))
        other, sign = 1 - self.k, SIGN[1 - self.k]
        size = b.height / 1.7
        ankles, poles, toes = np.zeros((n, 2, 3)), np.zeros((n, 2, 3)), np.zeros((n, 2, 3))
        ankles[:, self.k], poles[:, self.k], toes[:, self.k] = ankle_at, Z + 0.05 * X, unit(Z + 0.25 * X)
        if name in ("down", "leg_not_crossed"):
            ankles[:, other], poles[:, other], toes[:, other] = self.foot, Z + 0.1 * X + 0.1 * sign * Y, X
        else:
            shin = knee_at + self.cross * (ankle_at - knee_at)
            ankles[:, other] = shin + (Z * 0.095 - Y * sign * 0.02 + X * 0.03) * size
            poles[:, other], toes[:, other] = Z + 0.55 * sign * Y, unit(Z + 0.35 * X)
        elbows = np.stack([-0.75 * X + 0.65 * Y, -0.75 * X - 0.65 * Y])
        fingers = np.stack([-X + 0.25 * Y, -X - 0.25 * Y])
        return replace(p, ankles=ankles, knees=poles, toes=toes, elbows=rows(elbows, n), fingers=rows(fingers, n))


class Glute:
    """Sitting on the tool with one buttock; the other foot and the working side's hand planted."""

    touching = frozenset({"good", "no_rotation", "ankle_not_crossed", "sit_on"})
    loaded = frozenset({"good", "ankle_not_crossed"})

    def __init__(self, rng: np.random.Generator, role: Role) -> None:
        build, tool, rest = role.build, role.tool, role.rest
        self.build, self.tool, self.rest = build, tool, rest
        self.k = role.worked
        self.sign = SIGN[self.k]
        self.width = 2 * build.hip_half
        self.hip_m = 2 * tool.radius + pick(rng, 0.033, 0.043) * build.height
        self.roll, self.yaw = pick(rng, 17.0, 30.0), pick(rng, 10.0, 26.0)
        self.neck, self.look = pick(rng, 10.0, 32.0), pick(rng, -15.0, 15.0)
        self.reach = pick(rng, 0.96, 0.99)
        self.hand_on_knee = rng.random() < 0.75
        base = posture(1, hips=np.array([0.0, 0.0, self.hip_m]), pitch=pick(rng, 52.0, 68.0))
        hips = base.hip_joints(build)[0]
        knee = pick(rng, 78.0, 98.0)
        self.ankles = np.stack([planted(build, hips[k], knee, SIGN[k], 1.2) for k in range(2)])
        base = replace(base, roll=np.array([-self.sign * self.roll]), yaw=np.array([self.sign * self.yaw]))
        self.wrists = self._hands(base)

    def _hands(self, base: Posture) -> Array:
        full, out = self.reach * self.build.arm, 0.05
        wrists = []
        for k in range(2):
            pitch = float(base.pitch[0])
            shoulder = base.shoulders(self.build)[0, k]
            while shoulder[2] - WRIST_M > 0.97 * full:
                pitch -= 2.0
                shoulder = replace(base, pitch=np.array([pitch])).shoulders(self.build)[0, k]
            drop = shoulder[2] - WRIST_M
            back = np.sqrt(max(full**2 - drop**2 - out**2, 0.0))
            wrists.append(shoulder + np.array([-back, SIGN[k] * (out + 0.03), -drop]))
        return np.stack(wrists)

    def tool_at(self, contact: Array) -> Array:
        x = -self.width * (contact - self.rest)
        aside = Y * self.sign * (0.045 if self.tool.kind == "ball" else 0.06)
        return np.asarray(np.outer(x, X) + aside + Z * self.tool.radius + self.tool.axis * self.tool.shift)

    def pose(self, name: str, contact: Array, sway: Sway) -> Posture:
        b, n = self.build, len(contact)
        if name in ("stand", "squat"):
            return rise(b, name, sway, self.ankles, np.zeros(3))
        tilted = 0.0 if name in ("no_rotation", "sit_on") else 1.0
        x = self.tool_at(contact)[:, 0] - (self.tool.axis * self.tool.shift)[0] - contact * self.width
        hips = np.stack([x, np.zeros(n), self.hip_m + 0.012 * (1 - tilted) - 0.02 * np.abs(contact)], 1)
        p = posture(
            n, hips=hips, roll=tilted * (-self.sign * self.roll + 1.2 * sway.lean),
            yaw=tilted * (self.sign * self.yaw + 1.0 * sway.look), neck=self.neck + 2 * sway.head,
            look=self.look + 4 * sway.look,
        )  # fmt: skip
        p = replace(p, pitch=lean_to_hands(b, p, self.wrists, (self.k,), self.reach))
        ankles, poles = rows(self.ankles, n), rows(UP, n)
        toes = rows(FEET, n)
        p = replace(p, ankles=ankles, knees=poles, toes=toes)
        other = 1 - self.k
        if name in ("good", "no_rotation"):
            hip = p.hip_joints(b)[:, other]
            knee, _ = two_links(hip, ankles[:, other], b.thigh, b.shank, poles[:, other])
            size = b.height / 1.7
            ankles[:, self.k] = knee + 0.10 * (hip - knee) + (Z * 0.085 - Y * self.sign * 0.03) * size
            poles[:, self.k] = 0.5 * X + 1.3 * self.sign * Y + 0.6 * Z
            toes[:, self.k] = unit(0.4 * X - 0.5 * self.sign * Y + 0.8 * Z)
        wrists = rows(self.wrists, n)
        if self.hand_on_knee:
            hip = p.hip_joints(b)[:, other]
            knee, _ = two_links(hip, ankles[:, other], b.thigh, b.shank, poles[:, other])
            wrists[:, other] = knee * 0.8 + hip * 0.2 + Z * 0.09
        elbows = np.stack([-0.75 * X + 0.65 * Y, -0.75 * X - 0.65 * Y])
        fingers = np.zeros((2, 3))
        fingers[self.k] = -X + 0.25 * self.sign * Y
        if not self.hand_on_knee:
            fingers[other] = -X - 0.25 * self.sign * Y
        return replace(p, wrists=wrists, elbows=rows(elbows, n), fingers=rows(fingers, n))
