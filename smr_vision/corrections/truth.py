"""A corrected session in the format of the truth beside the sample clips, so that it can score the program."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from smr_vision.corrections.amounts import Amounts
from smr_vision.moves import Move
from smr_vision.session import Session, Set
from smr_vision.session.series import Series, read_series

# What the studio calls a move otherwise: data, as moves are.
NAMES: Final[dict[str, str]] = json.loads(Path(__file__).with_name("truth_names.json").read_text(encoding="utf-8"))

FAULTS: Final = {
    "knees_90": "knees_not_90", "hands_behind_head": "hands_not_behind_head", "hips_lifted": "hips_down",
    "off_lower_back": "lower_back", "slow": "too_fast", "leaning_in": "not_leaning", "leg_crossed": "leg_not_crossed",
    "full_range": "partial_range", "ankle_crossed": "ankle_not_crossed", "rolled_to_side": "no_rotation",
    "long_leg": "leg_bent", "hips_level": "not_in_line", "arm_overhead": "arm_not_overhead", "hips_down": "hips_up",
    "on_the_side": "not_on_side",
}  # fmt: skip


def truth_of(
    session: Session, name: str, folder: Path, moves: Mapping[str, Move], recorded: Sequence[Set]
) -> dict[str, Any]:
    """What was done by the trainer's word; contact and knees as they were measured, within the sets as corrected.

    `recorded` are the sets before any correction. Without what only the studio knows: joints, the tool's picture, where
    the camera stood.
    """
    series = read_series(folder / "series.csv") or Series()
    side = {"left": "L", "right": "R", None: None}[session.side]
    amounts = Amounts(folder, moves, recorded)
    passes = [p for s in session.sets for p in _passes(s, amounts)]
    return {
        "name": name,
        "move": NAMES.get(session.move or "none", session.move or "none"),
        "side": side,
        "fps": round(session.source.frames / session.source.duration_s, 3) if session.source.duration_s else None,
        "resolution": [session.source.width, session.source.height],
        "camera": {},
        "negative": not session.sets,
        "passes": passes,
        "turning_points": _turning(passes),
        "pass_count": session.totals.pass_count,
        "faults": [
            {"fault": FAULTS.get(f.check, f.check), "start": f.start_s, "end": f.end_s}
            for s in session.sets
            for f in s.faults
            if f.dismissed_by is None
        ],
        "sets": [{"move": s.move, "side": s.side, "start": s.start_s, "end": s.end_s} for s in session.sets],
        "frames_truth": _frames(session, series, amounts, moves),
    }


def _passes(one: Set, amounts: Amounts) -> list[dict[str, Any]]:
    """With the contact at both ends where it was measured there."""
    return [
        {"start": p.start_s, "end": p.end_s, "seconds": round(p.end_s - p.start_s, 3), "direction": p.direction,
         "extent": p.extent, "from_contact": amounts.contact(p.start_s), "to_contact": amounts.contact(p.end_s)}
        for p in one.passes
    ]  # fmt: skip


def _turning(passes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where a pass begins, and where the last one ends."""
    ends = [(p["start"], p["from_contact"]) for p in passes] + [(p["end"], p["to_contact"]) for p in passes[-1:]]
    return [{"t": t, "contact": contact} for t, contact in ends if contact is not None]


def _frames(session: Session, series: Series, amounts: Amounts, moves: Mapping[str, Move]) -> dict[str, list[Any]]:
    """One value a picture; null where nothing was measured, and contact only within a set of a move that is known.

    On target is what the session counts as such.
    """
    contact: list[float | None] = [None] * len(series.t_s)
    on_target = [False] * len(series.t_s)
    for one in session.sets:
        known, counts = one.move in moves, amounts.on_target_at(one)
        for i, (t, along) in enumerate(zip(series.t_s, series.contact, strict=True)):
            if known and one.start_s <= t <= one.end_s:
                contact[i] = along
                on_target[i] = t in counts
    return {
        "t": list(series.t_s),
        "contact": contact,
        "on_target": on_target,
        "knee_L": list(series.knee_left),
        "knee_R": list(series.knee_right),
    }
