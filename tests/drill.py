"""A move of our own, so that tests of the rules do not depend on the numbers of the real moves.

One rolls along the trunk. Green from 0 to 0.6, amber to 0.8, red beyond; a pass is at least 0.2.
"""

from __future__ import annotations

from typing import Any

from smr_vision.moves import Check, Move, Rule

SLOW = {"measure": "pass_s", "at_least": 1.0, "tolerance": 0.3}


def check(name: str, severity: str, *rules: dict[str, Any], persist_s: float = 0.8) -> dict[str, Any]:
    words = dict.fromkeys(("title", "target", "cue", "say", "fixed"), f"{name} words")
    return {"id": name, "severity": severity, "rules": rules, "persist_s": persist_s, **words}


CHECKS = (
    check("low", "safety", {"bounds": [{"measure": "contact", "at_most": 0.8, "slack": 0.02}]}, persist_s=0.6),
    check("lifted", "form", {"bounds": [{"measure": "hip_height", "at_least": 0.5, "slack": 0.05, "tolerance": 0.1}]}),
    check(
        "knees", "form",
        {"when": "setup", "bounds": [{"measure": "knee_angle", "at_least": 75.0, "at_most": 105.0, "tolerance": 15.0}]},
        {
            "when": "pass", "only_if": ["lifted"],
            "bounds": [{"measure": "knee_angle", "at_least": 70.0, "at_most": 110.0, "tolerance": 20.0}],
        },
    ),
    check("full", "form", {"when": "sweep", "bounds": [{"measure": "sweep_extent", "at_least": 0.3}]}),
    check("moving", "form", {"bounds": [{"measure": "idle_s", "at_most": 0.0}]}, persist_s=0.5),
    check("slow", "tempo", {"when": "pass", "bounds": [SLOW, {"measure": "pass_speed", "at_most": 15.0}]}),
)  # fmt: skip


def drill(**changes: Any) -> Move:
    """The move, with whole tables of it changed."""
    data: dict[str, Any] = {
        "id": "drill", "title": "Drill", "muscles": "All", "purpose": ["tests"], "camera": "any", "sided": False,
        "tools": [{"kind": "roller", "feel": "firm"}], "load": ["lifted"], "steps": ["Roll."],
        "segment": {
            "kind": "between", "start": "mid_shoulders", "end": "mid_hips", "length_h": 0.3,
            "grows": "down", "shrinks": "up",
        },
        "zone": {"green": [0.0, 0.6], "amber": [0.0, 0.8], "assumed": 0.3},
        "passes": {"least": 0.2},
        "tempo": {"ideal": [2.0, 5.0], "advice": 10.0, "fault": 15.0},
        "dose": {"seconds": [30.0, 60.0], "default_s": 45.0, "sets": [2, 5], "rest_s": 30.0},
        "posture": [{"measure": "hip_height", "at_least": 0.0}, {"measure": "knee_angle", "at_least": 0.0}],
        "checks": CHECKS,
    }  # fmt: skip
    return Move.model_validate(data | changes)


def check_of(name: str, move: Move | None = None) -> tuple[Check, Rule]:
    """A check of the drill (or of another move) with its first rule."""
    found = (move or drill()).by_id[name]
    return found, found.rules[0]
