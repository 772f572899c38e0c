"""Film and photographs in which nobody has a roller or ball: what is told all the same?

    python -m benchmarks.proving.nobody FOLDER KEPT [--photographs] [--model full] [--moves thoracic calf ...]

FOLDER holds film (*.mp4), or with --photographs it is the folder `exercises` of a clone of yuhonas/free-exercise-db
(public domain): each picture of the exercises held back from training (`training/photographs.py`) is shown for three
seconds. KEPT gets poses and looks, once. Each is coached with the move left to the program, then with each move named.
Every set is listed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.proving.keep import keep, look_at, nobody_rolls
from benchmarks.proving.kept import Kept, Replay, load, save
from smr_vision.body.camera_motion import CameraMotion
from smr_vision.moves import load_moves
from smr_vision.pipeline.river import PipelineOptions, PipelineRun
from smr_vision.pose import MediaPipePose, Pose
from smr_vision.tool.evidence import ToolEvidence
from smr_vision.video import Frame
from training.photographs import held_back, photographs, read

SECONDS: Final = 3.0  # a photograph is shown
RATE_HZ: Final = 10.0


class Told(NamedTuple):
    """What is told of one film or photograph for one wish; `tool`: one was surely seen where it was looked for."""

    name: str
    move: str | None
    sets: int
    passes: int
    faults: int
    on_target_s: float
    tool: bool
    why: str | None


def told(path: Path, model: str, move: str | None) -> Told:
    """Coach what is kept, as if `move` had been named."""
    kept, moves = load(path), load_moves()
    replay = Replay(kept, model)
    pipeline = PipelineRun(PipelineOptions(moves, move), replay, replay)
    evidence: dict[str, ToolEvidence] = {}
    tool = False
    for frame, pose in zip(kept.frames(), kept.poses(model), strict=True):
        seen = pipeline.advance(frame, pose)
        if seen.searched is not None and seen.detector_result is not None:
            one = evidence.setdefault(seen.searched, ToolEvidence())
            one.add(frame.t, seen.detector_result.chance, hidden=False)
            tool = tool or one.presence == "seen"
    sets = pipeline.finish()
    on_target = sum(s.time_on_target_s for s in sets)
    counts = len(sets), sum(len(s.passes) for s in sets), sum(len(s.faults) for s in sets)
    return Told(kept.name, move, *counts, on_target, tool, pipeline.remark)


def keep_photograph(path: Path, name: str, model: str) -> Kept:
    """Show a photograph for some seconds, and keep what is seen."""
    image = read(path)
    with MediaPipePose(model) as source:  # type: ignore[arg-type]

        def shown() -> Iterator[tuple[Frame, Pose]]:
            for number in range(int(SECONDS * RATE_HZ)):
                frame = Frame(number / RATE_HZ, image)
                yield frame, source.detect(frame)

        times, size, track = look_at(shown(), CameraMotion())
    return Kept(name, nobody_rolls(name, times), np.array(times), size, {model: track})


def kept_of(options: argparse.Namespace) -> list[Path]:
    """Keep what is not kept yet; the files of all."""
    files: list[Path] = []
    if options.photographs:
        for exercise, path in photographs(options.folder):
            if held_back(exercise):
                files.append(options.kept / f"{exercise}_{path.stem}.npz")
                if not files[-1].exists():
                    save(keep_photograph(path, files[-1].stem, options.model), files[-1])
        return files
    for film in sorted(options.folder.glob("*.mp4")):
        files.append(options.kept / f"{film.stem}.npz")
        if not files[-1].exists():
            save(keep(film, [options.model], None), files[-1])
    return files


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("kept", type=Path)
    parser.add_argument("--photographs", action="store_true")
    parser.add_argument("--model", default="full")
    parser.add_argument("--moves", nargs="*", default=list(load_moves()))
    options = parser.parse_args()
    files = kept_of(options)
    if not files:
        sys.exit(f"There is nothing in {options.folder}.")
    console = Console(width=160 if not sys.stdout.isatty() else None)
    table = Table(
        title=f"nobody rolls: {len(files)} {'photographs' if options.photographs else 'films'}, {options.model}"
    )
    for column in (
        "move named",
        "sets",
        "with a set",
        "passes",
        "faults",
        "on target, s",
        "tool told",
        "no set, no reason",
    ):
        table.add_column(column, justify="right")
    with ProcessPoolExecutor() as pool:
        for move in (None, *options.moves):
            rows = list(pool.map(told, files, [options.model] * len(files), [move] * len(files)))
            table.add_row(
                move or "none", str(sum(r.sets for r in rows)), str(sum(r.sets > 0 for r in rows)),
                str(sum(r.passes for r in rows)), str(sum(r.faults for r in rows)),
                f"{sum(r.on_target_s for r in rows):.1f}", str(sum(r.tool for r in rows)),
                str(sum(not r.sets and not r.why for r in rows)),
            )  # fmt: skip
            for r in rows:
                if r.sets:
                    console.print(
                        f"{r.name}, {move or 'no move named'}: {r.sets} sets, {r.passes} passes, {r.faults} faults"
                    )
    console.print(table)


if __name__ == "__main__":
    main()
