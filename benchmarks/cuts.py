"""Cut clips: stretches of one clip in another order, so that the place stays and the moment jumps.

    python benchmarks/cuts.py FOLDER ... [--count 30] [--seed 2] [--model full] [--only PATTERN]

FOLDERs hold clips with truth beside them (docs/contract.md). Each is read once, cut into stretches of 1.8 to 3.2 s and
put together anew, with new times; what is measured (ten pictures a second) goes through pose and pipeline, the move
named. Told for each: cuts, those that picture and pose told, those that a pass, a hold or a fault of tempo spans, what
was told of as a cut where none was, and the fastest speeds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import pairwise
from math import isnan
from pathlib import Path
from random import Random
from typing import Final, Literal, cast

sys.path.insert(0, str(Path(__file__).parent))

from truth import read_truth

from smr_vision.body import Array
from smr_vision.body.cuts import CutWatch
from smr_vision.body.picture_change import Change
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.river import PipelineRun
from smr_vision.pose import Pose
from smr_vision.pose.verified import verified_pose
from smr_vision.tool.detector import RollerDetector
from smr_vision.video import ClipReader, Frame
from smr_vision.video.sampling import FrameSampler

LENGTHS: Final = (1.8, 3.2)  # of a stretch, s
MOST_S: Final = 24.0  # of a shuffled clip
NEAR_S: Final = 0.1
CONTINUES_S: Final = 0.35  # a stretch that goes on where the last one ended is no cut


@dataclass(frozen=True)
class Shuffled:
    """Pictures in their new order, and when the clip was cut."""

    name: str
    frames: tuple[Frame, ...]
    cuts_s: tuple[float, ...]


def shuffled(path: Path, rng: Random) -> Shuffled:
    """One clip in another order."""
    with ClipReader(path) as clip:
        step = 1 / min(clip.info.fps, 60.0)
        frames = [frame for frame in clip if frame.t < MOST_S + 6.0]
    for frame in frames:
        _ = frame.image
    edges = [frames[0].t]
    while edges[-1] < frames[-1].t:
        edges.append(edges[-1] + rng.uniform(*LENGTHS))
    parts = [[f for f in frames if a <= f.t < b] for a, b in pairwise(edges)]
    parts = [part for part in parts if len(part) > 5]
    rng.shuffle(parts)
    made: list[Frame] = []
    cuts: list[float] = []
    t = 0.0
    for before, part in zip([None, *parts], parts, strict=False):
        if t >= MOST_S:
            break
        if before is not None and not 0 < part[0].t - before[-1].t < CONTINUES_S:
            cuts.append(t)
        for k, frame in enumerate(part):
            made.append(Frame(t, frame.image))
            t += part[k + 1].t - frame.t if k + 1 < len(part) else step
    return Shuffled(path.stem, tuple(made), tuple(cuts))


class Watched(CutWatch):
    """Remembers when it told a cut: before the picture before."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[float] = []
        self._t = 0.0

    def advance(self, pose: Pose, change: Change | None, camera_motion: Array) -> bool:
        cut = super().advance(pose, change, camera_motion)
        if cut:
            self.told.append(self._t)
        self._t = pose.t
        return cut


def measured(clip: Shuffled) -> Iterator[Frame]:
    """The pictures in which the pose is looked for."""
    rate = (len(clip.frames) - 1) / max(clip.frames[-1].t, 1e-9)
    sampler = FrameSampler(rate)
    return (frame for frame in clip.frames if sampler.measures(frame.t))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--model", default="full")
    parser.add_argument("--only", default="*")
    options = parser.parse_args()
    rng = Random(options.seed)
    clips = [p for f in options.folders for p in sorted(f.glob("*.mp4")) if fnmatch(p.stem, options.only)]
    clips = [p for p in clips if p.with_suffix(".json").exists() and read_truth(p.with_suffix(".json")).move]
    if not clips:
        sys.exit("No clips with truth beside them there.")
    order = [clip for _ in range(-(-options.count // len(clips))) for clip in rng.sample(clips, len(clips))]
    moves = load_moves()
    sums = dict.fromkeys(("cuts", "told", "spanned", "false", "pictures"), 0)
    fastest = fastest_now = 0.0
    for path in order[: options.count]:
        clip, truth = shuffled(path, rng), read_truth(path.with_suffix(".json"))
        side = cast(Literal["left", "right"] | None, truth.side)
        run = PipelineRun(PipelineOptions(moves, truth.move, side), RollerDetector())
        run._cuts = watched = Watched()
        pictures, now = 0, 0.0
        with verified_pose(options.model) as source:
            for frame in measured(clip):
                feedback = run.advance(frame, source.detect(frame)).feedback
                pictures += 1
                if feedback is not None and not isnan(feedback.speed_cm_s):
                    now = max(now, feedback.speed_cm_s)
        sets = run.finish()
        spans = [(p.start_s, p.end_s) for s in sets for p in s.passes]
        spans += [(h.start_s, h.end_s) for s in sets for h in s.holds]
        spans += [(f.start_s, f.end_s) for s in sets for f in s.faults if f.check.severity == "tempo"]
        spanned = [c for c in clip.cuts_s if any(a < c - NEAR_S and b > c + NEAR_S for a, b in spans)]
        told = [c for c in clip.cuts_s if any(abs(t - c) < 0.15 for t in watched.told)]
        false = [t for t in watched.told if all(abs(t - c) >= 0.15 for c in clip.cuts_s)]
        speeds = [p.speed_cm_s for s in sets for p in s.passes if not isnan(p.speed_cm_s)]
        fastest, fastest_now = max([fastest, *speeds]), max(fastest_now, now)
        over = [s for s in sets if sum(s.time_by_zone_s.values()) > s.end_s - s.start_s + 1e-6]
        for name, value in zip(sums, map(len, (clip.cuts_s, told, spanned, false)), strict=False):
            sums[name] += value
        sums["pictures"] += pictures
        print(
            f"{path.stem}: {len(clip.cuts_s)} cuts, {len(told)} told, {len(spanned)} spanned at"
            f" {[round(c, 1) for c in spanned]}, {len(false)} false; {len(sets)} sets, fastest pass"
            f" {max(speeds, default=0.0):.0f}, now {now:.0f} cm/s{'; MORE TIME THAN THE SET' if over else ''}",
            flush=True,
        )
    print(f"{sums}; fastest pass {fastest:.0f}, at any moment {fastest_now:.0f} cm/s")


if __name__ == "__main__":
    main()
