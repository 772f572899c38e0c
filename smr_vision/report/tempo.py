"""The three steps of tempo, the same wherever a tempo is shown: calm, brisk, too fast; and the tempo of a set."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from smr_vision.moves import STRICTNESS, Move

if TYPE_CHECKING:
    from smr_vision.report.cards import MoveCard
    from smr_vision.session import Fault, Pass, Set

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


@dataclass(frozen=True, slots=True)
class SetTempo:
    """Tissue speed over the passes of a set; None where it was not measured.

    `steps` are those of the passes that were measured, in order; `calm_cm_s`, `fast_cm_s` and `short_s`
    (seconds of a pass) are where the steps lie.
    """

    median_cm_s: float | None
    median_pass_s: float | None
    steps: tuple[Step, ...] = ()
    calm_cm_s: float | None = None
    fast_cm_s: float | None = None
    short_s: float | None = None

    @property
    def step(self) -> Step | None:
        """The one verdict on the tempo of the set."""
        return middle(self.steps)

    def share(self, step: Step) -> float | None:
        return self.steps.count(step) / len(self.steps) if self.steps else None


def tempo_of(one: Set, card: MoveCard, strictness: str = "standard") -> SetTempo:
    """The tempo of a set. A pass is too fast when its check says so: where its speed, as shown, is beyond the bound, or
    in a fault; one that the trainer set aside is none."""
    known = [(p, p.speed_cm_s) for p in one.passes if p.speed_cm_s is not None]
    times = [p.end_s - p.start_s for p in one.passes]
    fast = card.fast_cm_s.get(strictness)
    calm = card.tempo_cm_s[1] if card.tempo_cm_s else None
    steps: tuple[Step, ...] = ()
    if calm is not None:
        steps = tuple(step_of(v, calm=calm, fault=_too_fast(p, one.faults, v, fast)) for p, v in known)
    return SetTempo(
        median_cm_s=statistics.median(v for _, v in known) if known else None,
        median_pass_s=statistics.median(times) if times else None,
        steps=steps,
        calm_cm_s=calm,
        fast_cm_s=fast,
        short_s=card.short_s.get(strictness),
    )


def _too_fast(one: Pass, faults: Sequence[Fault], cm_s: float, fast: float | None) -> bool:
    middle_s = (one.start_s + one.end_s) / 2
    of_tempo = [f for f in faults if f.severity == "tempo" and f.start_s <= middle_s <= f.end_s]
    if of_tempo:
        return any(f.dismissed_by is None for f in of_tempo)
    return fast is not None and round(cm_s, 1) > fast
