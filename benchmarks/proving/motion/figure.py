"""A posture in few numbers over time, and the 33 landmarks that follow from it.

The studio's frame: somebody on the back has the feet towards +x and the left side towards +y. `pitch` 0 lies on the
back, 90 stands facing +x, 180 lies on the front with the head towards +x.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from benchmarks.proving.motion.build import Build
from benchmarks.proving.motion.vectors import Array, X, Y, Z, about, rows, two_links, unit
from smr_vision.pose import LANDMARKS

ON_THE_BACK: Final = np.stack([Y, -Z, -X], 1)  # columns: where left, back and up go
SIGN: Final = (1.0, -1.0)  # left is towards +y
SIDES: Final = ("left", "right")


@dataclass(frozen=True, eq=False)
class Posture:
    """n moments. Angles in degrees: the trunk's `pitch`, `roll` about its length (left side up), `yaw` about the
    upright; `twist` of the shoulders against the hips (to the left), `neck` (chin to chest), `look` (to the left).
    `shrug`: metres that the shoulders are raised. `hips` (n, 3) their middle; the others (n, 2, 3), left and right:
    `ankles` and `wrists` are reached for, knees and elbows point to `knees` and `elbows`, feet to `toes`, hands to
    `fingers` (0: as the forearm)."""

    hips: Array
    pitch: Array
    roll: Array
    yaw: Array
    twist: Array
    neck: Array
    look: Array
    shrug: Array
    ankles: Array
    knees: Array
    toes: Array
    wrists: Array
    elbows: Array
    fingers: Array

    def __len__(self) -> int:
        return len(self.pitch)

    @property
    def pelvis(self) -> Array:
        """(n, 3, 3), columns left, back, up."""
        turned: Array = about(2, self.yaw) @ about(0, self.roll) @ about(1, self.pitch) @ ON_THE_BACK
        return turned

    @property
    def chest(self) -> Array:
        """The same of the shoulders."""
        return self.pelvis @ about(2, self.twist)

    def shoulders(self, build: Build) -> Array:
        """(n, 2, 3), left and right."""
        chest = self.chest
        middle = self.hips + chest[:, :, 2] * (build.trunk + self.shrug[:, None])
        return np.stack([middle + s * build.shoulder_half * chest[:, :, 0] for s in SIGN], 1)

    def hip_joints(self, build: Build) -> Array:
        """(n, 2, 3), left and right."""
        return np.stack([self.hips + s * build.hip_half * self.pelvis[:, :, 0] for s in SIGN], 1)

    def moved(self, by: Array) -> Posture:
        """All of it `by` (3,) or (n, 3) away."""
        wide = by if np.ndim(by) == 1 else np.asarray(by)[:, None]
        return replace(self, hips=self.hips + by, ankles=self.ankles + wide, wrists=self.wrists + wide)


def mix(postures: Sequence[Posture], weights: Array) -> Posture:
    """Between postures, `weights` (k, n) that sum to 1."""

    def blended(name: str) -> Array:
        parts = [getattr(p, name) for p in postures]
        share = [w.reshape(-1, *[1] * (parts[0].ndim - 1)) for w in weights]
        return np.asarray(sum(w * part for w, part in zip(share, parts, strict=True)))

    return Posture(**{f.name: blended(f.name) for f in fields(Posture)})


def posture(n: int, **given: Array | float) -> Posture:
    """A posture of which some is given, the rest plain; what is one number or place is so all the time."""
    plain: dict[str, Array | float] = {
        "hips": np.zeros(3), "pitch": 0.0, "roll": 0.0, "yaw": 0.0, "twist": 0.0, "neck": 10.0, "look": 0.0,
        "shrug": 0.0, "ankles": np.zeros((2, 3)), "knees": np.stack([Z, Z]), "toes": np.stack([X, X]),
        "wrists": np.zeros((2, 3)), "elbows": np.stack([Y, -Y]), "fingers": np.zeros((2, 3)),
    }  # fmt: skip
    dims = {"hips": 1, "ankles": 2, "knees": 2, "toes": 2, "wrists": 2, "elbows": 2, "fingers": 2}
    out = {}
    for name, value in {**plain, **given}.items():
        array = np.asarray(value, np.float64)
        out[name] = array if array.ndim > dims.get(name, 0) else rows(array, n)
    return Posture(**out)


def landmarks(build: Build, p: Posture) -> Array:
    """(n, 33, 3) metres in the room."""
    out = np.zeros((len(p), len(LANDMARKS), 3))
    shoulders, hips = p.shoulders(build), p.hip_joints(build)
    for k, side in enumerate(SIDES):
        elbow, wrist = two_links(shoulders[:, k], p.wrists[:, k], build.upper_arm, build.forearm, p.elbows[:, k])
        knee, ankle = two_links(hips[:, k], p.ankles[:, k], build.thigh, build.shank, p.knees[:, k])
        free = np.abs(p.fingers[:, k]).sum(-1, keepdims=True) < 1e-6
        fingers = unit(np.where(free, wrist - elbow, p.fingers[:, k]))
        for name, at in (("shoulder", shoulders[:, k]), ("elbow", elbow), ("wrist", wrist), ("hip", hips[:, k]),
                         ("knee", knee), ("ankle", ankle)):  # fmt: skip
            out[:, LANDMARKS[f"{side}_{name}"]] = at
        aside = unit(np.cross(fingers, Z) + 1e-6) * SIGN[k]
        for name, far, out_m in (("pinky", 0.85, 0.02), ("index", 0.9, -0.02), ("thumb", 0.5, -0.035)):
            out[:, LANDMARKS[f"{side}_{name}"]] = wrist + build.hand * far * fingers + out_m * aside
        toes = unit(p.toes[:, k])
        down = unit(ankle - knee)
        sole = unit(down - toes * (down * toes).sum(-1, keepdims=True))
        heel = ankle + sole * build.ankle * 0.65 - toes * build.foot * 0.22
        out[:, LANDMARKS[f"{side}_heel"]] = heel
        out[:, LANDMARKS[f"{side}_foot_index"]] = ankle + sole * build.ankle * 0.75 + toes * build.foot * 0.62
    _face(build, p, out)
    return out


def head_of(build: Build, p: Posture) -> tuple[Array, Array]:
    """Where the middle of the ears is (n, 3), and the head's axes (n, 3, 3): left, back, up."""
    chest = p.chest
    root = p.hips + chest[:, :, 2] * build.trunk
    half = chest @ about(0, p.neck / 2)
    head = half @ about(0, p.neck / 2) @ about(2, p.look)
    return root + build.neck * (0.75 * half[:, :, 2] + 0.45 * head[:, :, 2]), head


def _face(build: Build, p: Posture, out: Array) -> None:
    """Head landmarks."""
    ears, head = head_of(build, p)
    size = build.height / 1.7
    places = {
        "ear": (0.075, 0.01, 0.0), "eye": (0.032, -0.085, 0.03), "eye_inner": (0.018, -0.088, 0.03),
        "eye_outer": (0.045, -0.08, 0.03), "mouth": (0.025, -0.085, -0.05),
    }  # fmt: skip
    for name, (left, back, up) in places.items():
        for sign, side in zip(SIGN, SIDES, strict=True):
            at = head @ (np.array([sign * left, back, up]) * size)
            index = _face_index(name, side)
            out[:, index] = ears + at
    out[:, LANDMARKS["nose"]] = ears + head @ (np.array([0.0, -0.115, -0.005]) * size)


def _face_index(name: str, side: str) -> int:
    if name == "mouth":
        return LANDMARKS[f"mouth_{side}"]
    base, _, place = name.partition("_")
    return LANDMARKS[f"{side}_{base}" + (f"_{place}" if place else "")]
