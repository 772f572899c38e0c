"""A corrected session in the format of the truth beside the sample clips, so that it can score the program."""

from __future__ import annotations

from typing import Any, Final

from smr_vision.session import Session, Set

FAULTS: Final = {
    "knees_90": "knees_not_90", "hands_behind_head": "hands_not_behind_head", "hips_lifted": "hips_down",
    "off_lower_back": "lower_back", "slow": "too_fast", "leaning_in": "not_leaning", "leg_crossed": "leg_not_crossed",
    "full_range": "partial_range", "ankle_crossed": "ankle_not_crossed", "rolled_to_side": "no_rotation",
}  # fmt: skip


def truth_of(session: Session, name: str) -> dict[str, Any]:
    """What was done by the trainer's word; without what only the studio knows (`frames_truth`, joints)."""
    side = {"left": "L", "right": "R", None: None}[session.side]
    move = {"pectoral": "pec", None: "none"}.get(session.move, session.move)
    return {
        "name": name,
        "move": move,
        "side": side,
        "fps": round(session.source.frames / session.source.duration_s, 3) if session.source.duration_s else None,
        "resolution": [session.source.width, session.source.height],
        "negative": not session.sets,
        "passes": [p for s in session.sets for p in _passes(s)],
        "pass_count": session.totals.pass_count,
        "faults": [
            {"fault": FAULTS.get(f.check, f.check), "start": f.start_s, "end": f.end_s}
            for s in session.sets
            for f in s.faults
            if f.dismissed_by is None
        ],
        "sets": [{"move": s.move, "side": s.side, "start": s.start_s, "end": s.end_s} for s in session.sets],
    }


def _passes(one: Set) -> list[dict[str, Any]]:
    return [
        {"start": p.start_s, "end": p.end_s, "seconds": round(p.end_s - p.start_s, 3), "direction": p.direction,
         "extent": p.extent}
        for p in one.passes
    ]  # fmt: skip
