"""Truth beside a sample clip, and how a session compares with it. Format: docs/contract.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from smr_vision.coach import SetDone
from smr_vision.moves import Move

MOVES: Final = {
    "thoracic": "thoracic", "calf": "calf", "glute": "glute", "pec": "pectoral", "pectoral": "pectoral", "none": None,
}  # fmt: skip
CHECKS: Final = {
    "knees_not_90": "knees_90", "hands_not_behind_head": "hands_behind_head", "hips_down": "hips_lifted",
    "lower_back": "off_lower_back", "too_fast": "slow", "not_leaning": "leaning_in",
    "leg_not_crossed": "leg_crossed", "partial_range": "full_range", "ankle_not_crossed": "ankle_crossed",
    "no_rotation": "rolled_to_side", "leg_bent": "long_leg", "not_in_line": "hips_level",
    "arm_not_overhead": "arm_overhead", "hips_up": "hips_down", "not_on_side": "on_the_side",
}  # fmt: skip
WHOLE_PASS: Final = frozenset({"knees_90", "slow", "full_range"})  # seen only once a pass is over
UNLOADED: Final = frozenset({"hips_down", "not_leaning", "lower_back", "no_rotation", "not_in_line", "hips_up"})
# From here on a bound is so near (contract: 20 and 15 degrees, 1 s, 15 cm/s; moves/calf.toml: .36) that either verdict
# is right: less 4 degrees, 15 %, 10 %, a pass's wobble.
KNEE_DEG: Final = 16.0
SET_UP_DEG: Final = 11.0
QUICKEST_S: Final = 1.15
FASTEST_CM_S: Final = 13.5
SHORT_RANGE: Final = 0.41
CM: Final = {
    "thoracic": 51.7, "calf": 41.3, "glute": 22.1, "pec": 16.3,
    "hamstrings": 39.6, "quadriceps": 39.6, "lats": 51.7, "peroneals": 41.3,
}  # of a segment's unit on a body of 1.70 m  # fmt: skip
BORDER: Final = 0.15  # sweeps this near the least extent may fall either way (contract)
START_S: Final = 1.5
MERGED_S: Final = 1.5  # spans of one check closer than this are told as one


@dataclass(frozen=True)
class TrueFault:
    check: str
    start_s: float
    end_s: float


@dataclass(frozen=True, eq=False)
class Truth:
    """What a clip really shows. Arrays have one value a frame; contact is NaN where there is none."""

    name: str
    move: str | None
    side: str | None
    azimuth: float
    t: NDArray[np.float64]
    contact: NDArray[np.float64]
    on_target: NDArray[np.bool_]
    knees: dict[str, NDArray[np.float64]]
    turning: tuple[tuple[float, float], ...]
    faults: tuple[TrueFault, ...]
    pass_count: int
    beyond: tuple[
        TrueFault, ...
    ] = ()  # beyond a bound or close to it though no script asked for it: told or not, right

    @property
    def side_on(self) -> bool:
        off = abs(self.azimuth) % 180
        return min(off, 180 - off) <= 20


def read_truth(path: Path, mirrored: bool = False) -> Truth:
    """Read `<stem>.json`; `mirrored` swaps left and right."""
    return truth_of(json.loads(path.read_text(encoding="utf-8")), mirrored)


def truth_of(data: Mapping[str, Any], mirrored: bool = False) -> Truth:
    """The truth as it stands in a file."""
    frames = data["frames_truth"]
    swap = {"left": "right", "right": "left"} if mirrored else {"left": "left", "right": "right"}
    side = {"L": "left", "R": "right", None: None}[data["side"]]
    contact = np.array([np.nan if c is None else c for c in frames["contact"]], np.float64)
    t = np.array(frames["t"], np.float64)
    on_target = np.array([bool(o) for o in frames["on_target"]])
    for fault in data["faults"]:
        if fault["fault"] in UNLOADED:
            on_target &= ~((t >= fault["start"]) & (t <= fault["end"]))
    return Truth(
        name=data["name"],
        move=MOVES.get(data["move"], data["move"]),
        side=swap[side] if side else None,
        azimuth=float(data["camera"].get("azimuth", 0)),
        t=t,
        contact=contact,
        on_target=on_target,
        knees={swap[s]: np.array(frames[f"knee_{s[0].upper()}"], np.float64) for s in ("left", "right")},
        turning=tuple((p["t"], p["contact"]) for p in data["turning_points"]),
        faults=tuple(
            TrueFault(CHECKS[f["fault"]], f["start"], f["end"]) for f in data["faults"] if f["fault"] in CHECKS
        ),
        pass_count=data["pass_count"],
        beyond=tuple(_beyond(data, t)),
    )


def _beyond(data: Mapping[str, Any], t: NDArray[np.float64]) -> Iterator[TrueFault]:
    """Passes whose true knee, time, speed or range lies beyond what the contract allows, or close to it."""
    move, frames = data["move"], data["frames_truth"]
    for sweep in data.get("passes", ()):
        start, end = float(sweep["start"]), float(sweep["end"])
        if sweep["from_contact"] is None or sweep["to_contact"] is None:
            continue  # a trainer's word on a clip in which it was not measured
        extent = abs(sweep["to_contact"] - sweep["from_contact"])
        if end - start < QUICKEST_S or extent * CM.get(move, 0.0) / (end - start) > FASTEST_CM_S:
            yield TrueFault("slow", start, end)
        during = (t >= start) & (t <= end)
        knees = [_known(frames[f"knee_{side}"], during) for side in "LR"] if move == "thoracic" else []
        if any(len(k) and abs(float(k.mean()) - 90.0) > KNEE_DEG for k in knees):
            yield TrueFault("knees_90", start, end)
        if move == "calf" and extent < SHORT_RANGE:
            yield TrueFault("full_range", start, end)
    for fault in data["faults"]:
        if move == "hamstrings" and fault["fault"] == "hips_down":
            # With the seat on the floor before the roller and the heel on the floor, the knee has to bend.
            yield TrueFault("long_leg", fault["start"], fault["end"])
    if move == "thoracic" and len(t):
        first = data["turning_points"][0]["t"] if data["turning_points"] else float(t[-1])
        early = t <= max(first, 1.0)
        if any(np.any(np.abs(_known(frames[f"knee_{side}"], early) - 90.0) > SET_UP_DEG) for side in "LR"):
            yield TrueFault("knees_90", 0.0, first)


def _known(values: Sequence[float | None], chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The chosen values that are known: a trainer's word on a clip holds none where nothing was measured."""
    found = np.array(values, np.float64)[chosen]
    return found[~np.isnan(found)]


def pass_range(truth: Truth, move: Move | None) -> tuple[int, int]:
    """Fewest and most passes that count as exact: borderline sweeps may fall either way."""
    if move is None or not len(truth.t):
        return truth.pass_count, truth.pass_count
    least = move.passes.least
    ends = [*truth.turning[1:], (float(truth.t[-1]), float(truth.contact[-1]))]
    near = 0
    over = 0
    for (t0, a), (t1, b) in zip(truth.turning, ends, strict=False):
        extent = abs(b - a)
        if abs(extent - least) <= BORDER * least and t1 > t0:
            counted = extent >= least
            over, near = (over, near + 1) if counted else (over + 1, near)
    return truth.pass_count - near, truth.pass_count + over + near


@dataclass(frozen=True)
class FaultMatch:
    found: tuple[tuple[TrueFault, float, float], ...]  # with error of the start, and seconds until decided
    missed: tuple[TrueFault, ...]
    false: tuple[tuple[str, float], ...]


def match_faults(truth: Truth, sets: Sequence[SetDone]) -> FaultMatch:
    """Match reported faults to true ones, one to one."""
    reported = [(f.check.id, f.start_s, f.end_s, f.decided_s) for s in sets for f in s.faults]
    found: list[tuple[TrueFault, float, float]] = []
    missed: list[TrueFault] = []
    for fault in truth.faults:
        earliest, latest = _earliest_start(truth, fault), _latest_start(truth, fault)
        fits = [r for r in reported if r[0] == fault.check and earliest <= r[1] <= latest]
        if not fits:
            missed.append(fault)
            continue
        best = min(fits, key=lambda r: abs(r[1] - fault.start_s))
        reported.remove(best)
        found.append((fault, best[1] - fault.start_s, best[3] - best[1]))
    reported = [
        r for r in reported if not any(b.check == r[0] and b.start_s - 1 <= r[1] <= b.end_s for b in truth.beyond)
    ]
    return FaultMatch(tuple(found), tuple(missed), tuple((r[0], round(r[1], 1)) for r in reported))


def _earliest_start(truth: Truth, fault: TrueFault) -> float:
    """The earliest start that is right: 1.5 s early, or where the passes just before were beyond the bound already."""
    start = fault.start_s
    for span in sorted(truth.beyond, key=lambda b: -b.end_s):
        if span.check == fault.check and span.start_s < start <= span.end_s + MERGED_S:
            start = span.start_s
    return start - START_S


def _latest_start(truth: Truth, fault: TrueFault) -> float:
    """The latest start that is right: 1.5 s late, or within the first pass mostly inside the fault; of short sweeps
    the first that is short: a fault comes on over a second, and the sweep in which it does may still be long enough."""
    latest = fault.start_s + START_S
    if fault.check in WHOLE_PASS:
        ends = [*truth.turning, (float(truth.t[-1]), float(truth.contact[-1]))]
        for (start, a), (end, b) in pairwise(ends):
            inside = min(end, fault.end_s) - max(start, fault.start_s)
            short = fault.check != "full_range" or abs(b - a) < SHORT_RANGE - BORDER * SHORT_RANGE
            if inside > 0.5 * (end - start) and short:
                return max(latest, end)
    return latest
