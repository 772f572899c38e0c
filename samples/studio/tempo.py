"""Time: which pose is held when, and where the contact is. People are no sines: sweeps differ, pause, drift."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from .blend import smooth
from .scene import PhaseSpec

# Least extent that counts as a pass, in the move's own units (contract).
LEAST_PASS = {
    "thoracic": 0.22, "calf": 0.30, "glute": 0.28, "pec": 0.24,
    "hamstrings": 0.28, "quadriceps": 0.28, "lats": 0.14, "peroneals": 0.25,
}  # fmt: skip
SEEN_FAST_S = 1.0


@dataclass(frozen=True)
class Sweep:
    """One sweep of the contact: seconds, contacts, and how its speed is skewed (1: even)."""

    start: float
    end: float
    low: float
    high: float
    skew: float

    def at(self, t: float) -> float:
        u = (t - self.start) / (self.end - self.start)
        u = min(max(u, 0.0), 1.0) ** self.skew
        return self.low + (self.high - self.low) * (0.5 - 0.5 * math.cos(math.pi * u))


@dataclass(frozen=True)
class Stretch:
    """A phase with its times in seconds."""

    phase: PhaseSpec
    start: float
    end: float


@dataclass(frozen=True)
class Timeline:
    """A clip's course."""

    stretches: tuple[Stretch, ...]
    sweeps: tuple[Sweep, ...]
    rest: float  # contact before the first sweep

    @property
    def duration(self) -> float:
        return self.stretches[-1].end

    def contact(self, t: float) -> float:
        """Where the contact is, in the move's units (also while nobody touches the tool)."""
        now = self.rest
        for sweep in self.sweeps:
            if t >= sweep.start:
                now = sweep.at(t)
        return float(now)

    def poses(self, t: float) -> tuple[str, str, float]:
        """The pose before, the pose after, and the share of the second at time t."""
        for before, after in zip(self.stretches, self.stretches[1:], strict=False):
            half = after.phase.blend / 2
            if before.end - half <= t < before.end + half and before.phase.pose != after.phase.pose:
                return before.phase.pose, after.phase.pose, smooth((t - before.end + half) / (2 * half))
        name = next((s.phase.pose for s in self.stretches if t < s.end), self.stretches[-1].phase.pose)
        return name, name, 0.0

    def holding(self, t: float) -> bool:
        """Whether a tender spot is being held."""
        return any(s.phase.hold and s.start <= t < s.end for s in self.stretches)

    def faults(self, limit: float | None) -> list[dict[str, object]]:
        """Scripted faults with start and end; contact beyond `limit` is `lower_back`."""
        out: list[dict[str, object]] = []
        for s in self.stretches:
            if not s.phase.fault or s.phase.fault == "lower_back":
                continue
            start, end = s.start, s.end
            if s.phase.fault in ("too_fast", "partial_range"):
                inside = [w for w in self.sweeps if s.start - 1e-6 <= w.start < s.end]
                start, end = inside[0].start, inside[-1].end
            out.append({"fault": s.phase.fault, "start": round(start, 3), "end": round(end, 3)})
        if limit is not None:
            times = np.arange(0, self.duration, 0.005)
            beyond = np.array([self.contact(float(t)) > limit for t in times])
            edges = np.flatnonzero(np.diff(np.concatenate([[False], beyond, [False]]).astype(int)))
            for a, b in zip(edges[::2], edges[1::2], strict=True):
                out.append(
                    {
                        "fault": "lower_back",
                        "start": round(float(times[a]), 3),
                        "end": round(float(times[min(b, len(times) - 1)]), 3),
                    }
                )
        return sorted(out, key=lambda f: float(str(f["start"])))

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
        """Where sweeps begin and where the last one ends; direction +1: the contact grows."""
        return [
            {"t": round(w.start, 3), "contact": round(w.low, 4), "direction": 1 if w.high > w.low else -1}
            for w in self.turns
        ]

    def passes(self, least: float) -> list[dict[str, float]]:
        """Sweeps of at least the least extent."""
        return [
            {
                "start": round(w.start, 3),
                "end": round(w.end, 3),
                "from_contact": round(w.low, 4),
                "to_contact": round(w.high, 4),
                "seconds": round(w.end - w.start, 3),
            }
            for w in self.turns
            if abs(w.high - w.low) >= least
        ]


def make_timeline(phases: tuple[PhaseSpec, ...], rest: float, seed: int) -> Timeline:
    """Lay the phases out in time. `rest` is the contact at set-up."""
    rng = np.random.default_rng([30, seed])
    now, contact = 0.0, rest
    stretches: list[Stretch] = []
    sweeps: list[Sweep] = []
    for phase in phases:
        start = now
        if phase.passes:
            up = contact - phase.low < phase.high - contact
            # leave the pose's blend time to settle before the first sweep of a changed posture
            for _ in range(phase.passes):
                goal = phase.high if up else phase.low
                goal += float(rng.normal(0, 0.25 * phase.uneven)) * (phase.high - phase.low)
                share = abs(goal - contact) / max(phase.high - phase.low, 1e-6)
                seconds = phase.pass_s * max(share, 0.5) * float(np.clip(1 + rng.normal(0, phase.uneven), 0.7, 1.4))
                sweeps.append(
                    Sweep(now, now + seconds, contact, goal, float(np.clip(1 + rng.normal(0, phase.uneven), 0.8, 1.25)))
                )
                now += seconds
                if phase.pause_s and rng.random() < 0.6:
                    now += float(rng.uniform(0.2, 1.0)) * phase.pause_s
                contact, up = goal, not up
        else:
            now += phase.seconds
        stretches.append(Stretch(phase, start, now))
    return Timeline(tuple(stretches), tuple(sweeps), rest)


@dataclass(frozen=True)
class Sway:
    """Slow small movements that nobody can leave out, and the breath (degrees, except breath -1..1)."""

    seed: int

    def _wave(self, t: float, k: int, period: float) -> float:
        rng = np.random.default_rng([40, self.seed, k])
        phases, rates = rng.uniform(0, 6.28, 3), rng.uniform(0.7, 1.4, 3) / period
        return (
            float(
                sum(
                    np.sin(2 * np.pi * r * t * (i + 1) + p) / (i + 1)
                    for i, (r, p) in enumerate(zip(rates, phases, strict=True))
                )
            )
            / 1.6
        )

    def breath(self, t: float) -> float:
        """-1 (out) .. 1 (in), about fourteen breaths a minute."""
        return self._wave(t, 0, 4.2)

    def lean(self, t: float) -> float:
        return self._wave(t, 1, 7.0)

    def head(self, t: float) -> float:
        return self._wave(t, 2, 5.0)

    def look(self, t: float) -> float:
        return self._wave(t, 3, 9.0)
