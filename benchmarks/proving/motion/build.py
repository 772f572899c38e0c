"""How a body is built: lengths of its parts, metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

# Shares of stature [ANSUR II, domain]; trunk (from the shoulder joints, which lie below the acromia), arms, widths and
# thicknesses as the studio's bodies have them: the errors are fitted to those.
SHARES: Final = {
    "trunk": 0.275, "thigh": 0.233, "shank": 0.243, "foot": 0.152, "upper_arm": 0.156, "forearm": 0.142,
    "hand": 0.108, "shoulder_half": 0.098, "hip_half": 0.065, "neck": 0.118, "ankle": 0.046,
    "back": 0.047, "seat": 0.050, "chest": 0.066, "calf": 0.033, "heel_cord": 0.021,
}  # fmt: skip
SPREAD: Final = 0.035  # of a part about its share of stature, as a share
FLESH: Final = 0.12  # the same of a thickness


@dataclass(frozen=True)
class Build:
    """Lengths in metres. `back`, `seat`, `chest`: skin behind the shoulder-hip line, below the hip joints of who sits,
    before the shoulders; `calf`, `heel_cord`: skin under the shank's axis a fourth down it and at its end; `weight`
    0..1."""

    height: float
    trunk: float
    thigh: float
    shank: float
    foot: float
    upper_arm: float
    forearm: float
    hand: float
    shoulder_half: float
    hip_half: float
    neck: float
    ankle: float
    back: float
    seat: float
    chest: float
    calf: float
    heel_cord: float
    weight: float

    @property
    def arm(self) -> float:
        return self.upper_arm + self.forearm

    @property
    def leg(self) -> float:
        return self.thigh + self.shank


def draw_build(rng: np.random.Generator) -> Build:
    """A random adult."""
    height = float(np.clip(rng.normal(1.70, 0.10), 1.48, 2.0))
    weight = float(rng.uniform(0.2, 0.85))
    parts = {}
    for name, share in SHARES.items():
        thick = name in ("back", "seat", "chest", "calf", "heel_cord")
        factor = 1 + rng.normal(0, SPREAD) if not thick else (0.85 + 0.3 * weight) * (1 + rng.normal(0, FLESH / 2))
        parts[name] = height * share * float(factor)
    return Build(height=height, weight=weight, **parts)
