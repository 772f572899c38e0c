"""What is asked of the coach, whoever asks: a command, the desk, a program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from smr_vision.errors import UsageError, shown
from smr_vision.moves import Move, load_moves
from smr_vision.moves.read import meant

AUTO: Final = "auto"


@dataclass(frozen=True)
class PipelineOptions:
    """What the user asked for.

    `moves` that are known by their ids; `move` and `side` asked for, None for automatic; `start_at`, where the tool
    starts along the segment, in its lengths (None: where the move says); `strictness`.
    """

    moves: Mapping[str, Move]
    move: str | None = None
    side: Literal["left", "right"] | None = None
    start_at: float | None = None
    strictness: str = "standard"


def checked_options(
    *,
    move: str,
    side: Literal["left", "right", "auto"],
    start_at: float | None,
    strictness: Literal["beginner", "standard", "strict"],
    moves: Path | None,
) -> PipelineOptions:
    """The options of a command line as the coach takes them; UsageError when they don't fit together."""
    known = load_moves(moves)
    if move != AUTO and move not in known:
        raise UsageError(
            f"--move {shown(move)}: no such move.{meant(move, known)} Choose {AUTO} or one of: {', '.join(known)}."
        )
    if AUTO not in {move, side} and not known[move].sided:
        raise UsageError(f"--side {side}: the {move} move has no sides. Leave --side away.")
    return PipelineOptions(
        moves=known,
        move=None if move == AUTO else move,
        side=None if side == AUTO else side,
        start_at=start_at,
        strictness=strictness,
    )
