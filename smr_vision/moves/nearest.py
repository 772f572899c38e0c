"""Which move somebody means who spells it another way."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from smr_vision.moves.move import Move

ALIKE: Final = 0.55  # of 1: `calves` is a calf, `squat` is nothing


def meant(text: str, moves: Mapping[str, Move]) -> str:
    """` Did you mean calf?`; empty where no move is called anything like that."""
    names = {name.casefold(): name for name in moves}
    names |= {move.title.casefold(): name for name, move in moves.items()}
    found = get_close_matches(text.strip().casefold(), names, n=1, cutoff=ALIKE)
    return f" Did you mean {names[found[0]]}?" if found else ""
