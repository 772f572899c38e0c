"""Clips whose pictures stutter, as webcams, screen recorders and calls make them: does nothing look like a cut?

    python benchmarks/stutter.py CLIP ... [--model full] [--only PATTERN]

Of each clip every picture's pose is looked for once; then its pictures are put together anew, some twice, late or not
at all (`STUTTERS`), and go through the pipeline. Told for each: passes, seconds on target, faults, for the clip as it
is too; and the cuts told, of which there is none.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Final

sys.path.insert(0, str(Path(__file__).parent))

from cuts import Watched

from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.river import PipelineRun
from smr_vision.pose import Pose
from smr_vision.pose.verified import verified_pose
from smr_vision.tool.detector import RollerDetector
from smr_vision.video import ClipReader, Frame
from smr_vision.video.sampling import FrameSampler

Shown = tuple[float, int]  # when, and the number of the picture
Times = Sequence[float]
RUNS: Final = (2, 6)  # pictures lost in a row
FREEZES_S: Final = (0.2, 0.5)
SOUND_S: Final = (0.5, 2.0)  # from one such to the next
BURST_S: Final = 0.004  # between pictures that waited and come at once


def as_it_is(times: Times) -> Iterator[Shown]:
    yield from zip(times, range(len(times)), strict=True)


def twice(every: int) -> Callable[[Times], Iterator[Shown]]:
    """Each `every`th picture shows the one before."""

    def change(times: Times) -> Iterator[Shown]:
        for number, t in enumerate(times):
            yield t, number - 1 if number and number % every == 0 else number

    return change


def at_rate(fps: float) -> Callable[[Times], Iterator[Shown]]:
    """Another constant rate, each moment shown by the last picture before it, as converters do it."""

    def change(times: Times) -> Iterator[Shown]:
        shown, number = 0, 0
        while number / fps <= times[-1]:
            while shown + 1 < len(times) and times[shown + 1] <= number / fps + 1e-6:
                shown += 1
            yield times[0] + number / fps, shown
            number += 1

    return change


def _lost(times: Times, *, frozen: bool) -> Iterator[tuple[float, int, int | None]]:
    """Each picture's time and number; and the last one before it that was not lost, where it was."""
    chance, until, next_s = Random(3), -1.0, 1.0
    last = 0
    for number, (t, after) in enumerate(pairwise([*times, 2 * times[-1] - times[-2]])):
        if t >= next_s and t >= until:
            until = t + (chance.uniform(*FREEZES_S) if frozen else (after - t) * (chance.randint(*RUNS) - 0.5))
            next_s = until + chance.uniform(*SOUND_S)
        if t < until:
            yield t, number, last
        else:
            last = number
            yield t, number, None


def runs_repeated(times: Times) -> Iterator[Shown]:
    """In the place of pictures that were lost the one before stands: a recorder of a constant rate."""
    return ((t, number if last is None else last) for t, number, last in _lost(times, frozen=False))


def frozen(times: Times) -> Iterator[Shown]:
    """The same for a fifth to half of a second."""
    return ((t, number if last is None else last) for t, number, last in _lost(times, frozen=True))


def runs_left_out(times: Times) -> Iterator[Shown]:
    """The times show that pictures were lost."""
    return ((t, number) for t, number, last in _lost(times, frozen=False) if last is None)


def late(times: Times) -> Iterator[Shown]:
    """Pictures wait, and come all at once, with the times at which they came."""
    waiting: list[int] = []
    for t, number, last in _lost(times, frozen=True):
        waiting.append(number)
        if last is None:
            yield from ((t - BURST_S * (len(waiting) - k), one) for k, one in enumerate(waiting, start=1))
            waiting.clear()


def then(
    first: Callable[[Times], Iterator[Shown]], again: Callable[[Times], Iterator[Shown]]
) -> Callable[[Times], Iterator[Shown]]:
    """What a second recorder makes of what a first one gave."""

    def change(times: Times) -> Iterator[Shown]:
        given = list(first(times))
        return ((t, given[number][1]) for t, number in again([t for t, _ in given]))

    return change


STUTTERS: Final[dict[str, Callable[[Times], Iterator[Shown]]]] = {
    "every 2nd twice": twice(2),
    "every 3rd twice": twice(3),
    "every 5th twice": twice(5),
    "every 7th twice": twice(7),
    "15 fps": at_rate(15),
    "15 fps, every 3rd twice": then(at_rate(15), twice(3)),
    "15 fps, every 5th twice": then(at_rate(15), twice(5)),
    "12 fps, every 4th twice": then(at_rate(12), twice(4)),
    "30 fps": at_rate(30),
    "runs repeated": runs_repeated,
    "frozen": frozen,
    "12 fps, runs repeated": then(at_rate(12), runs_repeated),
    "15 fps, frozen": then(at_rate(15), frozen),
    "frozen, 30 fps": then(frozen, at_rate(30)),
    "runs left out": runs_left_out,
    "15 fps, runs left out": then(at_rate(15), runs_left_out),
    "late": late,
    "15 fps, late": then(at_rate(15), late),
    "late, 30 fps": then(late, at_rate(30)),
}


@dataclass(frozen=True)
class Found:
    """What the program found in a copy."""

    passes: tuple[int, ...]
    faults: tuple[str, ...]
    on_target_s: float
    cuts_s: tuple[float, ...]


def found_in(shown: Sequence[Shown], frames: Sequence[Frame], poses: Sequence[Pose]) -> Found:
    """Of the move that it finds by itself."""
    run = PipelineRun(PipelineOptions(load_moves()), RollerDetector())
    run._cuts = watched = Watched()
    sampler = FrameSampler((len(shown) - 1) / (shown[-1][0] - shown[0][0]))
    for t, number in shown:
        if sampler.measures(t):
            pose = poses[number]
            run.advance(Frame(t, frames[number].image), Pose(t, pose.xy, pose.world, pose.visibility))
    sets = run.finish()
    faults = tuple(sorted(f"{f.check.id} {f.start_s:.1f}" for s in sets for f in s.faults))
    on_target_s = sum(s.time_on_target_s for s in sets)
    return Found(tuple(len(s.passes) for s in sets), faults, on_target_s, tuple(watched.told))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--model", default="full")
    parser.add_argument("--only", default="*")
    options = parser.parse_args()
    false = others = copies = 0
    for path in options.clips:
        with ClipReader(path) as clip, verified_pose(options.model) as source:
            frames, poses = [], []
            for frame in clip:
                frames.append(Frame(frame.t, frame.image))
                poses.append(source.detect(frame))
        times = [frame.t for frame in frames]
        plain = found_in(list(as_it_is(times)), frames, poses)
        print(f"{path.stem}: {_told(plain)}", flush=True)
        for name in (n for n in STUTTERS if fnmatch(n, options.only)):
            found = found_in(list(STUTTERS[name](times)), frames, poses)
            same = found.passes == plain.passes
            false, others, copies = false + len(found.cuts_s), others + (not same), copies + 1
            print(f"{path.stem}, {name}: {_told(found)}{'' if same else ': OTHER PASSES'}", flush=True)
    print(f"{copies} copies: {false} cuts told, {others} with other passes")


def _told(found: Found) -> str:
    cuts = [round(t, 1) for t in found.cuts_s]
    return f"passes {found.passes}, {found.on_target_s:.1f} s on target, {', '.join(found.faults)}; cuts told at {cuts}"


if __name__ == "__main__":
    main()
