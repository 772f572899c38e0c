"""What a move is, as data: the schema of the `.toml` files in this folder, and their reader."""

from smr_vision.moves.move import (
    STRICTNESS,
    Bound,
    Check,
    Line,
    Move,
    Passes,
    PostureBound,
    Rule,
    Segment,
    Severity,
    View,
    load_moves,
    read_move,
)

__all__ = [
    "STRICTNESS", "Bound", "Check", "Line", "Move", "Passes", "PostureBound", "Rule", "Segment", "Severity",
    "View", "load_moves", "read_move",
]  # fmt: skip
