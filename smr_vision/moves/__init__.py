"""What a move is, as data: the schema of the `.toml` files in this folder, and their reader."""

from smr_vision.moves.read import load_moves, move_from, read_move
from smr_vision.moves.rules import STRICTNESS, Bound, Check, PostureBound, Rule, Severity, ShortText
from smr_vision.moves.schema import Move, Passes, Segment, View

__all__ = [
    "STRICTNESS",
    "Bound",
    "Check",
    "Move",
    "Passes",
    "PostureBound",
    "Rule",
    "Segment",
    "Severity",
    "ShortText",
    "View",
    "load_moves",
    "move_from",
    "read_move",
]  # fmt: skip
