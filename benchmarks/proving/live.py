"""Kept clips through the live coach, beside the same clips from the file: passes, seconds on target, faults.

    python -m benchmarks.proving.live KEPT [--model full] [--clips]

KEPT is a folder of .npz (`benchmarks.proving.keep`). The live session is one of the clip's own move, both
sides; nothing is pressed. The room stands still in both, so that nothing but the way they are fed differs.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from truth import truth_of

from benchmarks.proving.kept import Kept, Replay, load
from smr_vision.coach import SetDone
from smr_vision.live.coaching import LiveCoach
from smr_vision.live.flow import Flow
from smr_vision.live.routine import plan_for_move
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.river import PipelineRun
from smr_vision.video import Frame

PER_S: Final = 30.0  # seconds on target may differ by one in so many of the clip
GREY: Final = np.uint8(128)  # a lit room, for who looks whether there is light
T = TypeVar("T")


@dataclass(frozen=True)
class Both:
    """One clip: its name and length in seconds; passes, seconds on target and faults from the file, and live."""

    name: str
    seconds: float
    passes: tuple[int, int]
    on_target_s: tuple[float, float]
    faults: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def off_s(self) -> float:
        """How far seconds on target lie apart, per `PER_S` of clip."""
        return abs(self.on_target_s[1] - self.on_target_s[0]) / max(self.seconds / PER_S, 1.0)

    @property
    def same(self) -> bool:
        return abs(self.passes[1] - self.passes[0]) <= 1 and self.off_s <= 1.0 and self.faults[0] == self.faults[1]


def both(path: Path, model: str) -> Both | None:
    """A kept clip in which somebody rolls, both ways."""
    kept = load(path)
    name = truth_of(kept.truth).move
    if name is None or model not in kept.tracks:
        return None
    moves, replay = load_moves(), Replay(kept, model)
    run = PipelineRun(PipelineOptions(moves, name), replay)
    coach = LiveCoach(Flow(plan_for_move(name, moves)), replay, moves=moves, menu=True)
    for frame, pose in zip(_frames(kept), kept.poses(model), strict=True):
        run.advance(frame, pose)
        coach.advance(frame, pose)
    found = run.finish(), coach.finish().sets
    return Both(
        kept.name,
        float(kept.t[-1] - kept.t[0]),
        _pair([sum(len(s.passes) for s in sets) for sets in found]),
        _pair([float(np.nansum([s.time_on_target_s for s in sets])) for sets in found]),
        _pair([_faults(sets) for sets in found]),
    )


def _frames(kept: Kept) -> Iterator[Frame]:
    width, height = kept.size
    room = np.broadcast_to(GREY, (height, width, 3))
    return (Frame(t, room) for t in kept.t.tolist())


def _faults(sets: Sequence[SetDone]) -> tuple[str, ...]:
    return tuple(sorted({f"{s.side or ''} {f.check.id}".strip() for s in sets for f in s.faults}))


def _pair(two: Sequence[T]) -> tuple[T, T]:
    return two[0], two[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kept", type=Path)
    parser.add_argument("--model", default="full")
    parser.add_argument("--clips", action="store_true", help="a line for each clip that differs")
    given = parser.parse_args()
    with ProcessPoolExecutor() as pool:
        ran = pool.map(partial(both, model=given.model), sorted(given.kept.glob("*.npz")))
        found = [one for one in ran if one is not None]
    for one in found if given.clips else ():
        if not one.same:
            print(one)
    print(f"{len(found)} clips")
    for words, holds in (
        ("passes the same", [o.passes[0] == o.passes[1] for o in found]),
        ("passes within one", [abs(o.passes[0] - o.passes[1]) <= 1 for o in found]),
        (f"seconds on target within 1 s in {PER_S:.0f}", [o.off_s <= 1.0 for o in found]),
        ("the same faults", [o.faults[0] == o.faults[1] for o in found]),
        ("all of it", [o.same for o in found]),
    ):
        print(f"{words}: {sum(holds)}")


if __name__ == "__main__":
    main()
