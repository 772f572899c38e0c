"""Where the tool touches the body: seen in the picture, or inferred by the half-speed rule, fused."""

from smr_vision.tool.axis import TURNING_DEG
from smr_vision.tool.contact import (
    FASTEST_CM_S,
    MOST_SPREAD,
    MOVED_S,
    SETTLED_S,
    STATURE_CM,
    Contact,
    ContactTracker,
    DetectorResult,
    ToolDetection,
)

__all__ = [
    "FASTEST_CM_S", "MOST_SPREAD", "MOVED_S", "SETTLED_S", "STATURE_CM", "TURNING_DEG", "Contact", "ContactTracker",
    "DetectorResult", "ToolDetection",
]  # fmt: skip
