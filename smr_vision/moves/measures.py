"""The names of what a move file can ask for: measures of the body, the contact and the passes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from smr_vision.errors import did_you_mean

# Measures of the whole body and, as "working ..." and "other ...", of one side: the names that
# `smr_vision.body` computes (a test holds the two lists together, so that this module stays light).
BODY_MEASURES: Final = frozenset({
    "knee_angle", "hip_angle", "hand_level", "hand_height", "trunk_tilt", "trunk_top", "hip_height", "shoulder_height",
    "hip_clearance", "length_seen", "facing_up", "lean", "trunk_lean", "feet_speed", "view_angle",
})  # fmt: skip
SIDED_MEASURES: Final = frozenset({
    "knee_angle", "hip_angle", "elbow_angle", "knee_height", "ankle_height", "wrist_height", "hand_level", "shank_tilt",
    "thigh_tilt", "ankle_along_other_shank", "ankle_above_other_shank", "ankle_to_other_knee",
    "ankle_by_other_ankle", "hip_roll", "shoulder_roll", "shoulder_drop", "foot_turn", "nearness",
})  # fmt: skip
CONTACT_MEASURES: Final[Mapping[str, str]] = {
    "contact": "where the tool touches along the segment (0 start, 1 end)",
    "hips_sunk": "how far the hips lie lower than usual in this set, statures, where trunk and hip say so too",
    "idle_s": "seconds since the last movement on the tool, holds of up to 30 s left out",
}
PASS_MEASURES: Final[Mapping[str, str]] = {
    "pass_s": "seconds a pass takes",
    "pass_speed": "speed of the contact in a pass, cm/s on a body of 1.70 m",
    "sweep_extent": "how far a sweep between two turning points goes, segment lengths",
}
# Joints that a segment may go between. "working ..." and "other ..." are of the side a sided move is done on.
JOINTS: Final = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")


def known_joint(name: str) -> str:
    """`name`, or ValueError with those that there are."""
    middles = [f"mid_{joint}s" for joint in JOINTS if joint not in ("elbow", "wrist")]
    sided = [f"{side}{joint}" for joint in JOINTS for side in ("left_", "right_", "working ", "other ")]
    if name in middles or name in sided:
        return name
    raise ValueError(
        f"unknown joint {name!r}; allowed: {', '.join(middles)}, and by side (working, other) {', '.join(JOINTS)}"
    )


def known_measure(name: str) -> str:
    """`name`, or ValueError with those that there are."""
    role, _, base = name.rpartition(" ")
    allowed = sorted({*BODY_MEASURES, *CONTACT_MEASURES, *PASS_MEASURES})
    if name in allowed or (role in ("working", "other") and base in SIDED_MEASURES):
        return name
    hint = did_you_mean(name, [*allowed, *(f"working {one}" for one in sorted(SIDED_MEASURES))])
    raise ValueError(f"unknown measure {name!r}.{hint} All are in docs/moves.md#measures")
