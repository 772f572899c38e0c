"""What people do in a sequence, drawn by chance: set-up, sweeps, pauses, holds, faults, getting up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from benchmarks.proving.motion.actor import pick
from benchmarks.proving.motion.timeline import Phase, Timeline, make_timeline, move_of

GET_DOWN: Final = {
    "thoracic": ("stand", "squat", "sit", "down", "down_arms"), "calf": ("sit", "down", "down_crossed"),
    "glute": ("stand", "squat", "sit_on"), "pec": ("stand", "away"),
}  # fmt: skip
FAULTS: Final = {
    "thoracic": ("hips_down", "hands_not_behind_head", "knees_not_90", "lower_back", "too_fast"),
    "calf": ("hips_down", "leg_not_crossed", "partial_range", "too_fast"),
    "glute": ("no_rotation", "ankle_not_crossed", "too_fast"), "pec": ("not_leaning", "too_fast"),
}  # fmt: skip
ROLLING: Final = frozenset({"knees_not_90", "lower_back", "too_fast", "partial_range"})  # only there while rolling
STILL: Final = frozenset({"hips_down", "not_leaning"})  # off the tool or hardly on it
RANGES: Final = {  # where a set's sweeps may have their middle; their least and most extent
    "thoracic": (0.17, 0.36, 0.18, 0.46), "calf": (0.40, 0.52, 0.42, 0.60),
    "glute": (-0.06, 0.06, 0.24, 0.70), "pec": (0.58, 0.72, 0.20, 0.66),
}  # fmt: skip
STATURE_CM: Final = 170.0  # of the body that speeds are told for (contract)
SLOWEST_S, FASTEST_S = 8.0, 1.3
GOOD_CM_S: Final = 12.0  # no sweep that is meant well is faster; 15 is the fault
BAD_CM_S: Final = 18.0
BETWEEN: Final = (0.88, 1.12)  # seconds of a pass about which nobody need agree whether it is too fast
BETWEEN_CM_S: Final = (13.6, 16.6)


@dataclass(frozen=True)
class Plan:
    """A drawn course: timeline, contact at rest, and its factors."""

    line: Timeline
    rest: float
    sweep_s: float
    extent: float
    fault: str
    set_up: bool


def length_cm(move: str) -> float:
    """Of the segment that a tool rolls along."""
    return move_of(move).segment.length_h * STATURE_CM


def draw_plan(rng: np.random.Generator, move: str, longest_s: float) -> Plan:
    """A course in which it is plain what is too fast."""
    while True:
        plan = _draw(rng, move, longest_s)
        if not _doubtful(plan, move):
            return plan


def _draw(rng: np.random.Generator, move: str, longest_s: float) -> Plan:
    low, high, least, most = RANGES[move]
    rest = pick(rng, low, high)
    extent = pick(rng, least, most)
    sweep_s = float(np.exp(rng.uniform(np.log(FASTEST_S), np.log(SLOWEST_S))))
    sweep_s = max(sweep_s, extent * length_cm(move) / GOOD_CM_S * 1.25)
    uneven = float(rng.choice([0.04, 0.08, 0.12]))
    fault = str(rng.choice(FAULTS[move])) if rng.random() < 0.55 else ""

    def good(passes: int) -> Phase:
        pause = 0.0 if rng.random() < 0.5 else pick(rng, 0.2, 1.2)
        return Phase(
            "good", passes=passes, low=rest - extent / 2, high=rest + extent / 2, pass_s=sweep_s, pause_s=pause,
            uneven=uneven, blend=pick(rng, 1.0, 1.4),
        )  # fmt: skip

    set_up = rng.random() < 0.3
    phases: list[Phase] = []
    if set_up:
        skipped = int(rng.integers(0, len(GET_DOWN[move])))
        phases += [
            Phase(pose, seconds=pick(rng, 1.0, 1.8), blend=pick(rng, 0.9, 1.1)) for pose in GET_DOWN[move][skipped:]
        ]
    phases.append(Phase("good", seconds=pick(rng, 0.4, 3.0) if not set_up else pick(rng, 1.4, 3.0)))
    spent = sum(p.seconds for p in phases)
    room = max(longest_s - spent, 3 * sweep_s)
    passes = int(np.clip(room / sweep_s, 2, 9))
    before = int(rng.integers(1, passes))
    phases.append(good(before))
    if rng.random() < 0.15:
        phases.append(Phase("good", seconds=pick(rng, 3.0, 5.5), hold=True))
    if fault:
        phases.append(_faulty(rng, move, fault, good(1), rest))
    if passes > before:
        phases.append(good(passes - before))
    if rng.random() < 0.12:
        phases += [Phase(pose, seconds=pick(rng, 1.0, 1.6), blend=1.0) for pose in GET_DOWN[move][:2][::-1]]
    else:
        phases.append(Phase("good", seconds=pick(rng, 0.1, 1.0)))
    line = make_timeline(tuple(phases), rest, rng)
    return Plan(line, rest, sweep_s, extent, fault, set_up)


def _faulty(rng: np.random.Generator, move: str, fault: str, good: Phase, rest: float) -> Phase:
    """The stretch that shows a fault, like one that is `good` otherwise."""
    if fault == "too_fast":
        span = max(good.high - good.low, 1.35 * move_of(move).passes.least)
        seconds = min(pick(rng, 0.6, 0.8), span * length_cm(move) / BAD_CM_S)
        return replace(
            good, passes=int(rng.integers(3, 7)), low=rest - span / 2, high=rest + span / 2, pass_s=seconds,
            pause_s=0.0, uneven=0.04, fault=fault,
        )  # fmt: skip
    if fault == "partial_range":
        span = pick(rng, 0.12, 0.24)
        return replace(
            good, passes=int(rng.integers(3, 6)), low=rest - span / 2, high=rest + span / 2,
            pass_s=pick(rng, 1.1, 2.2), uneven=0.08, fault=fault,
        )  # fmt: skip
    if fault == "lower_back":
        high, seconds = pick(rng, 0.72, 0.80), pick(rng, 3.4, 4.5)
        return replace(good, pose="good_low", passes=2, low=rest + 0.2, high=high, pass_s=seconds, fault=fault)
    if fault in ROLLING or (fault not in STILL and rng.random() < 0.5):
        return replace(good, passes=int(rng.integers(2, 4)), pose=fault, fault=fault)
    return Phase(fault, seconds=pick(rng, 3.0, 5.0), blend=pick(rng, 1.0, 1.4), fault=fault)


def _doubtful(plan: Plan, move: str) -> bool:
    """Whether some pass is neither plainly too fast nor plainly not, or one is that is not meant to be."""
    for sweep in plan.line.turns:
        if sweep.extent < 0.85 * move_of(move).passes.least:
            continue
        speed = sweep.extent * length_cm(move) / sweep.seconds
        fast = sweep.seconds < BETWEEN[0] or speed > BETWEEN_CM_S[1]
        slow = sweep.seconds > BETWEEN[1] and speed < BETWEEN_CM_S[0]
        if not (fast if plan.line.stretch_of(sweep).phase.fault == "too_fast" else slow):
            return True
    return False
