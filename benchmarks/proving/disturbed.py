"""The same clips disturbed as phones and rooms do it: what is told must stay the same.

    python -m benchmarks.proving.disturbed KEPT [--models full heavy] [--only PATTERN] [--split dev] [--clips]

Kept poses and looks are shaken (the room's motion followed as ever, or not at all), mirrored, thinned to half the rate,
and cut off at an edge of the picture; all through the real pipeline after the pose. A table with a line a disturbance;
with --clips also a line for each clip whose passes or faults change. Of the test part --clips is refused: it is scored,
not looked at.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.proving.kept import Kept, Track, load
from benchmarks.proving.score import COLUMNS as SCORE_COLUMNS
from benchmarks.proving.score import Score, row, score
from smr_vision.body import Array
from smr_vision.moves import load_moves
from smr_vision.pose import LANDMARKS

_POINTS: Final = (
    (0, 1),
    (3, 4),
    (5, 6),
    (11, 12),
)  # of a look's numbers: near, far, touch, zero
_UNIT_X: Final = 13
WANDER: Final = 0.004  # of the height, in a thirtieth of a second: a phone in the hand (benchmarks/degrade.py)
TREMBLE: Final = 0.0025
FADES_S: Final = 0.46  # and how soon it comes back
CUT: Final = 0.12  # of a person's length beyond the edge


def as_it_is(kept: Kept) -> Kept:
    return kept


def shaken(kept: Kept, *, followed: bool = True) -> Kept:
    """In the hand: everything in the picture goes the same way; whoever follows the room says so, or sees nothing."""
    steps = np.diff(kept.t, prepend=kept.t[0] - 1 / 30)
    noise = np.random.default_rng(2)
    at = np.zeros(2)
    by = np.empty((len(kept.t), 2))
    for k, seconds in enumerate(steps):
        at = at * np.exp(-seconds / FADES_S) + noise.normal(0, WANDER * kept.size[1], 2) * np.sqrt(30 * seconds)
        by[k] = at + noise.normal(0, TREMBLE * kept.size[1], 2)
    return replace(kept, tracks={m: _shifted(t, by, by if followed else 0 * by) for m, t in kept.tracks.items()})


def not_followed(kept: Kept) -> Kept:
    """The same in a room of which nothing can be followed."""
    return shaken(kept, followed=False)


def half_rate(kept: Kept) -> Kept:
    """Of each two pictures one; that in which the tool was looked for."""
    looked = np.zeros(len(kept.t), bool)
    for track in kept.tracks.values():
        looked |= np.any([np.isfinite(looks[:, 15]) for looks in track.looks.values()], axis=0)
    chosen = [k + int(k + 1 < len(looked) and looked[k + 1] and not looked[k]) for k in range(0, len(looked), 2)]
    tracks = {m: _some(t, np.array(chosen)) for m, t in kept.tracks.items()}
    return replace(kept, t=kept.t[chosen], tracks=tracks)


def mirrored(kept: Kept) -> Kept:
    """Left is right."""
    width = kept.size[0]
    swapped = {"left": "right", "right": "left"}

    def name(text: str) -> str:
        words = text.split(" ")
        return " ".join(next((w.replace(a, b) for a, b in swapped.items() if a in w), w) for w in words)

    order = np.arange(33)
    for landmark, place in LANDMARKS.items():
        order[place] = LANDMARKS.get(name(landmark), place)

    def turned(track: Track) -> Track:
        flip = np.array([-1.0, 1.0])
        looks = {}
        for line, before in track.looks.items():
            numbers = before.copy()
            for x, _ in _POINTS:
                numbers[:, x] = width - numbers[:, x]
            numbers[:, _UNIT_X] *= -1
            looks[name(line)] = numbers
        return Track(
            (track.xy * flip + np.array([width, 0.0]))[:, order],
            (track.world * np.array([-1.0, 1.0, 1.0]))[:, order],
            track.visibility[:, order],
            track.camera_motion * flip,
            looks,
        )

    side = {"L": "R", "R": "L", None: None}[kept.truth["side"]]
    frames = kept.truth["frames_truth"]
    frames = {**frames, "knee_L": frames["knee_R"], "knee_R": frames["knee_L"]}
    truth = {**kept.truth, "side": side, "frames_truth": frames}
    return replace(kept, truth=truth, tracks={m: turned(t) for m, t in kept.tracks.items()})


def feet_cut_off(kept: Kept) -> Kept:
    """The picture ends before the feet."""
    return _cut(kept, ("left_ankle", "right_ankle"), ("left_shoulder", "right_shoulder"))


def head_cut_off(kept: Kept) -> Kept:
    """The picture ends before the head and the hands behind it."""
    return _cut(kept, ("nose", "left_ear", "right_ear"), ("left_hip", "right_hip"))


def _cut(kept: Kept, end: Sequence[str], other: Sequence[str]) -> Kept:
    """The picture ends before one end of the person: on the side, or above or below, on which that lies."""
    track = next(iter(kept.tracks.values()))
    there = np.nanmedian(track.xy[:, [LANDMARKS[n] for n in end]], axis=(0, 1))
    way = there - np.nanmedian(track.xy[:, [LANDMARKS[n] for n in other]], axis=(0, 1))
    if not np.isfinite(way).all():
        return kept
    axis = int(np.argmax(np.abs(way)))
    edge = float(there[axis] - np.sign(way[axis]) * CUT * np.hypot(*way))
    size = list(kept.size)
    by = np.zeros((len(kept.t), 2))
    if way[axis] > 0:
        size[axis] = max(int(edge), 16)
    else:
        by[:, axis] = -edge
        size[axis] = max(int(size[axis] - edge), 16)
    tracks = {}
    for model, track in kept.tracks.items():
        moved = _shifted(track, by, 0 * by)
        # Of a landmark beyond the edge 0 is told (pose/landmarker.py).
        inside = ((moved.xy >= 0) & (moved.xy < np.array(size))).all(axis=2)
        tracks[model] = replace(moved, visibility=np.where(inside, moved.visibility, 0.0))
    return replace(kept, size=(size[0], size[1]), tracks=tracks)


def _shifted(track: Track, by: Array, room: Array) -> Track:
    """Everything in the picture `by` (n, 2) px away; the room is said to have gone `room` (n, 2) px."""
    looks = {}
    for line, before in track.looks.items():
        numbers = before.copy()
        for x, y in _POINTS:
            numbers[:, [x, y]] += by
        looks[line] = numbers
    return replace(track, xy=track.xy + by[:, None], camera_motion=track.camera_motion + room, looks=looks)


def _some(track: Track, chosen: Array) -> Track:
    looks = {line: numbers[chosen] for line, numbers in track.looks.items()}
    return Track(track.xy[chosen], track.world[chosen], track.visibility[chosen], track.camera_motion[chosen], looks)


DISTURBED: Final[Mapping[str, Callable[[Kept], Kept]]] = {
    "as it is": as_it_is, "shaken": shaken, "shaken, not followed": not_followed, "mirrored": mirrored,
    "half rate": half_rate, "feet cut off": feet_cut_off, "head cut off": head_cut_off,
}  # fmt: skip
SCORED: Final = ("exact", "within 1", "off target", "move, side", "faults", "false / 10 min", "sets where none")
COLUMNS: Final = ("", *SCORED, "more passes", "fewer", "faults more", "faults less")


@dataclass(frozen=True)
class Told:
    """What one clip gave, undisturbed and disturbed."""

    before: Score
    after: Score

    @property
    def passes(self) -> int:
        return self.after.result.passes - self.before.result.passes

    @property
    def faults(self) -> tuple[set[str], set[str]]:
        """Kinds of faults told now alone, and told before alone."""
        was, now = ({f.check.id for s in one.result.sets for f in s.faults} for one in (self.before, self.after))
        return now - was, was - now


def _told(path: Path, model: str, names: Sequence[str], split: str) -> dict[str, Told]:
    kept = load(path)
    if kept.truth.get("split", "dev") != split or model not in kept.tracks:
        return {}
    moves = load_moves()
    before = score(kept, model, moves, named=False)
    return {
        name: Told(before, before if name == "as it is" else score(DISTURBED[name](kept), model, moves, named=False))
        for name in names
    }


def _line(name: str, told: Sequence[Told]) -> tuple[str, ...]:
    cells = dict(zip(SCORE_COLUMNS, row(name, [one.after for one in told]), strict=True))
    faults = [one.faults for one in told]
    changes = (
        sum(one.passes > 0 for one in told), sum(one.passes < 0 for one in told), sum(len(a) for a, _ in faults),
        sum(len(b) for _, b in faults),
    )  # fmt: skip
    return (name, *(cells[column] for column in SCORED), *map(str, changes))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kept", type=Path)
    parser.add_argument("--models", nargs="+", default=["full", "heavy"])
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--only", default="*")
    parser.add_argument("--how", nargs="+", choices=list(DISTURBED), default=list(DISTURBED))
    parser.add_argument("--clips", action="store_true", help="a line a clip that changes; dev only")
    parser.add_argument("--workers", type=int)
    options = parser.parse_args()
    if options.clips and options.split == "test":
        sys.exit("The test part is scored, not looked at: leave --clips away.")
    paths = [p for p in sorted(options.kept.glob("*.npz")) if fnmatch(p.stem, options.only)]
    console = Console(width=200 if not sys.stdout.isatty() else None)
    for model in options.models:
        with ProcessPoolExecutor(options.workers) as pool:
            given: list[Any] = [[one] * len(paths) for one in (model, options.how, options.split)]
            all_told = [one for one in pool.map(_told, paths, *given) if one]
        table = Table(title=f"{model}: {len(all_told)} clips", expand=False)
        for name in COLUMNS:
            table.add_column(name, justify="right" if name else "left", no_wrap=True)
        for name in options.how:
            table.add_row(*_line(name, [told[name] for told in all_told]))
        console.print(table)
        if options.clips:
            for told in all_told:
                for name, one in told.items():
                    more, less = one.faults
                    if one.passes or more or less:
                        sets = ", ".join(f"{s.move.id} {s.side or ''}" for s in one.after.result.sets)
                        console.print(
                            f"{one.before.name} {model} {name}: {one.before.result.passes} to"
                            f" {one.after.result.passes} of {one.before.result.truth.pass_count};"
                            f" +{sorted(more)} -{sorted(less)}; {sets}"
                        )


if __name__ == "__main__":
    main()
