"""Time: which pose is held when, and where the contact is; as the studio's, without what that needs.

People are no sines: sweeps differ, pause, drift.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np

from smr_vision.moves import Move, load_moves

MOVES: Final = {"thoracic": "thoracic", "calf": "calf", "glute": "glute", "pec": "pectoral"}
LOWER_BACK_FROM: Final = 0.62  # beyond it the roller lies under the lower back (contract)


@cache
def move_of(name: str) -> Move:
    """The move of a name in a truth."""
    return load_moves()[MOVES[name]]


@dataclass(frozen=True)
class Phase:
    """One stretch. `fault` is the scripted fault of it. With `passes`, the contact sweeps between `low` and `high`,
    about `pass_s` a sweep; else the pose lasts `seconds`. `blend`: seconds over which it takes over from the one
    before."""

    pose: str
    seconds: float = 0.0
    passes: int = 0
    low: float = 0.0
    high: float = 0.0
    pass_s: float = 2.5
    pause_s: float = 0.0
    uneven: float = 0.08
    blend: float = 1.2
    fault: str = ""
    hold: bool = False


@dataclass(frozen=True)
class Sweep:
    """One sweep of the contact: seconds, contacts, and how its speed is skewed (1: even)."""

    start: float
    end: float
    low: float
    high: float
    skew: float

    @property
    def extent(self) -> float:
        return abs(self.high - self.low)

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Stretch:
    """A phase with its times in seconds."""

    phase: Phase
    start: float
    end: float


@dataclass(frozen=True)
class Timeline:
    """A sequence's course; `rest` is the contact before the first sweep."""

    stretches: tuple[Stretch, ...]
    sweeps: tuple[Sweep, ...]
    rest: float

    @property
    def duration(self) -> float:
        return self.stretches[-1].end

    def stretch_of(self, sweep: Sweep) -> Stretch:
        """The stretch in which a sweep begins."""
        return next(s for s in self.stretches if s.start - 1e-6 <= sweep.start < s.end)

    @property
    def turns(self) -> tuple[Sweep, ...]:
        """Sweeps from one turning point to the next: a rest on the way is no turn."""
        joined: list[Sweep] = []
        for sweep in self.sweeps:
            last = joined[-1] if joined else None
            if last is not None and (last.high > last.low) == (sweep.high > sweep.low):
                joined[-1] = replace(last, end=sweep.end, high=sweep.high)
            else:
                joined.append(sweep)
        return tuple(joined)

    def turning_points(self) -> list[dict[str, float]]:
        """Where sweeps begin; direction +1: the contact grows."""
        return [
            {"t": round(w.start, 3), "contact": round(w.low, 4), "direction": 1 if w.high > w.low else -1}
            for w in self.turns
        ]

    def passes(self, least: float) -> list[dict[str, float]]:
        """Sweeps of at least the least extent."""
        return [
            {
                "start": round(w.start, 3), "end": round(w.end, 3), "from_contact": round(w.low, 4),
                "to_contact": round(w.high, 4), "seconds": round(w.seconds, 3),
            }
            for w in self.turns if w.extent >= least
        ]  # fmt: skip

    def faults(self) -> list[dict[str, str | float]]:
        """Scripted faults with start and end; those of sweeps from the first to the last sweep."""
        out: list[dict[str, str | float]] = []
        for s in self.stretches:
            if not s.phase.fault or s.phase.fault == "lower_back":
                continue
            start, end = s.start, s.end
            if s.phase.fault in ("too_fast", "partial_range"):
                inside = [w for w in self.sweeps if s.start - 1e-6 <= w.start < s.end]
                start, end = inside[0].start, inside[-1].end
            out.append({"fault": s.phase.fault, "start": round(start, 3), "end": round(end, 3)})
        return out


def make_timeline(phases: tuple[Phase, ...], rest: float, rng: np.random.Generator) -> Timeline:
    """Lay the phases out in time."""
    now, contact = 0.0, rest
    stretches: list[Stretch] = []
    sweeps: list[Sweep] = []
    for phase in phases:
        start = now
        if phase.passes:
            up = contact - phase.low < phase.high - contact
            wide = phase.high - phase.low
            for _ in range(phase.passes):
                goal = (phase.high if up else phase.low) + float(rng.normal(0, 0.25 * phase.uneven)) * wide
                share = abs(goal - contact) / max(wide, 1e-6)
                seconds = phase.pass_s * max(share, 0.5) * float(np.clip(1 + rng.normal(0, phase.uneven), 0.7, 1.4))
                skew = float(np.clip(1 + rng.normal(0, phase.uneven), 0.8, 1.25))
                sweeps.append(Sweep(now, now + seconds, contact, goal, skew))
                now += seconds
                if phase.pause_s and rng.random() < 0.6:
                    now += float(rng.uniform(0.2, 1.0)) * phase.pause_s
                contact, up = goal, not up
        else:
            now += phase.seconds
        stretches.append(Stretch(phase, start, now))
    return Timeline(tuple(stretches), tuple(sweeps), rest)
