"""The truth beside a sequence, in the contract's format."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from benchmarks.proving.motion.course import Acted
from benchmarks.proving.motion.phases import Plan
from benchmarks.proving.motion.timeline import LOWER_BACK_FROM, move_of
from benchmarks.proving.motion.vectors import Array, angle
from smr_vision.pose import LANDMARKS

KNEE_LIMITS: Final = (70.0, 110.0)  # of the mean over a pass (contract)
VERGE_DEG: Final = 4.0


def angles(body: Array) -> dict[str, Array]:
    """Interior angles (n,), degrees, by side, of landmarks (n, 33, 3)."""

    def at(side: str, *names: str) -> Array:
        return angle(*(body[:, LANDMARKS[f"{side}_{name}"]] for name in names))

    out = {}
    for letter, side in (("L", "left"), ("R", "right")):
        out[f"knee_{letter}"] = at(side, "hip", "knee", "ankle")
        out[f"hip_{letter}"] = at(side, "shoulder", "hip", "knee")
        out[f"elbow_{letter}"] = at(side, "shoulder", "elbow", "wrist")
    return out


def truth_of_set(move: str, side: str | None, body: Array, acted: Acted, plan: Plan) -> dict[str, Any]:
    """Move, passes, faults and what is true in each picture."""
    rules, t = move_of(move), acted.t
    low, high = rules.zone.amber
    on = acted.touching & acted.loaded & (acted.contact >= low) & (acted.contact <= high)
    line = plan.line
    contact = [round(float(c), 4) if yes else None for c, yes in zip(acted.contact, acted.touching, strict=True)]
    bent = angles(body)
    faults = line.faults() + (lower_back(t, acted.contact) if move == "thoracic" else [])
    return {
        "move": move,
        "negative": False,
        "side": side,
        "target_zone": [low, high],
        "turning_points": line.turning_points(),
        "passes": line.passes(rules.passes.least),
        "pass_count": len(line.passes(rules.passes.least)),
        "faults": sorted(faults, key=lambda f: float(f["start"])),
        "frames_truth": {
            "t": t.round(4).tolist(),
            **{name: values.round(2).tolist() for name, values in bent.items()},
            "contact": contact,
            "on_target": on.tolist(),
        },
    }


def lower_back(t: Array, contact: Array) -> list[dict[str, str | float]]:
    """When the roller lies under the lower back."""
    beyond = np.concatenate([[False], contact > LOWER_BACK_FROM, [False]]).astype(int)
    edges = np.flatnonzero(np.diff(beyond))
    return [
        {"fault": "lower_back", "start": round(float(t[a]), 3), "end": round(float(t[min(b, len(t) - 1)]), 3)}
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]


def knees_doubtful(move: str, t: Array, body: Array, plan: Plan) -> bool:
    """Whether a pass that is meant well has its knees on the verge of the limits, or beyond them."""
    if move != "thoracic":
        return False
    knee = angles(body)["knee_L"]
    for sweep in plan.line.turns:
        inside = (t >= sweep.start) & (t <= sweep.end)
        well = plan.line.stretch_of(sweep).phase.pose in ("good", "hands_not_behind_head")
        if well and sweep.extent >= 0.85 * move_of(move).passes.least and inside.any():
            mean = float(knee[inside].mean())
            if not KNEE_LIMITS[0] + VERGE_DEG <= mean <= KNEE_LIMITS[1] - VERGE_DEG:
                return True
    return False


def nothing(t: Array, body: Array) -> dict[str, Any]:
    """Of somebody who does not roll."""
    bent = {name: values.round(2).tolist() for name, values in angles(body).items()}
    return {
        "move": "none", "negative": True, "side": None, "target_zone": None, "turning_points": [], "passes": [],
        "pass_count": 0, "faults": [],
        "frames_truth": {"t": t.round(4).tolist(), **bent, "contact": [None] * len(t), "on_target": [False] * len(t)},
    }  # fmt: skip
