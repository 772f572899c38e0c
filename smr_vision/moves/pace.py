"""The three steps of tempo, the same wherever a tempo is shown: calm, brisk, too fast."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from smr_vision.moves import STRICTNESS, Move

Step = Literal["calm", "brisk", "too fast"]
STEPS: Final[tuple[Step, ...]] = ("calm", "brisk", "too fast")


def fastest_of(move: Move, strictness: str) -> float:
    """The speed (cm/s) above which a pass of `move` is too fast: the bound of its tempo check, as strict as asked."""
    by = STRICTNESS.get(strictness, 0.0)
    bounds = [b for c in move.checks if c.severity == "tempo" for r in c.rules for b in r.bounds]
    found = [b.at_most + by * b.tolerance for b in bounds if b.measure == "pass_speed"]
    return min(found, default=move.tempo.fault)


def shortest_of(move: Move, strictness: str) -> float | None:
    """The seconds under which a pass of `move` is too fast whatever its speed; None where nothing bounds them."""
    by = STRICTNESS.get(strictness, 0.0)
    bounds = [b for c in move.checks if c.severity == "tempo" for r in c.rules for b in r.bounds]
    return max((b.at_least - by * b.tolerance for b in bounds if b.measure == "pass_s"), default=None)


def step_of(cm_s: float, *, calm: float, fault: bool) -> Step:
    """The step of one pass. Whether it is too fast is the word of its check (`fault`), so that the two never differ."""
    if fault:
        return "too fast"
    return "calm" if round(cm_s, 1) <= calm else "brisk"


def middle(steps: Iterable[Step]) -> Step | None:
    """The step of the middle one of several passes, of two middle ones the faster; None of none."""
    ordered = sorted(steps, key=STEPS.index)
    return ordered[len(ordered) // 2] if ordered else None
