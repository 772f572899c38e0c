"""How right the program is on clips that have truth beside them.

    python benchmarks/accuracy.py FOLDER [--degrade] [--model heavy] [--named] [--only PATTERN] [--keep DIR]
    python benchmarks/accuracy.py FOLDER --sessions DIR

Prints a line a clip and a summary; with --degrade the same for copies made worse, side by side. The
move and the side are recognised by the program unless --named. --keep remembers poses between runs. With --sessions
nothing is run: the sessions in DIR, as `smr analyse --out DIR` wrote them and as a trainer corrected them, are scored.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal

import numpy as np
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent))

from compare import Result, compare, summary
from degrade import DEGRADED, Frames
from kept_sessions import kept_result
from truth import read_truth

from smr_vision.moves import Move, load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.result import FrameResult
from smr_vision.pipeline.river import PipelineRun
from smr_vision.pose import Pose
from smr_vision.pose.clip_poses import posed
from smr_vision.pose.verified import VerifiedPoses, verified_pose
from smr_vision.tool.detector import RollerDetector
from smr_vision.video import ClipReader, Frame


def poses_of(
    clip: Path, name: str, change: Callable[[Frames], Iterator[Frame]] | None, model: str, keep: Path | None
) -> Iterator[tuple[Frame, Pose]]:
    """Frames of a clip (degraded by `change`) with their poses, from `keep` where they lie there."""
    stored = keep / f"{clip.stem}.{name}.{model}.npz" if keep else None
    known: dict[float, Pose] = {}
    if stored is not None and stored.exists():
        data = np.load(stored)
        known = {float(t): Pose(float(t), x, w, v) for t, x, w, v in zip(*(data[k] for k in "txwv"), strict=True)}
    seen: list[Pose] = []
    with ClipReader(clip) as reader:
        for frame, pose in _posed(reader, change, model, known):
            if pose is None:
                continue
            seen.append(pose)
            yield frame, pose
    if stored is not None and not known:
        stored.parent.mkdir(parents=True, exist_ok=True)
        places = np.array([p.xy for p in seen]), np.array([p.world for p in seen])
        visibility = np.array([p.visibility for p in seen])
        np.savez(stored, t=np.array([p.t for p in seen]), x=places[0], w=places[1], v=visibility)


def _posed(
    reader: ClipReader, change: Callable[[Frames], Iterator[Frame]] | None, model: str, known: dict[float, Pose]
) -> Iterator[tuple[Frame, Pose | None]]:
    """By the stretches of `smr analyse`; a clip that is changed on its way by one landmarker throughout."""
    if known:
        yield from ((frame, known.get(frame.t)) for frame in (reader if change is None else change(reader)))
    elif change is None:
        yield from posed(reader, VerifiedPoses(model), 1)  # type: ignore[arg-type]
    else:
        with verified_pose(model) as source:  # type: ignore[arg-type]
            yield from ((frame, source.detect(frame)) for frame in change(reader))


def measure(clip: Path, variant: str, options: argparse.Namespace, moves: dict[str, Move]) -> Result:
    """Run one clip, or read what was kept of it, and compare it with its truth."""
    truth = read_truth(clip.with_suffix(".json"), mirrored=variant == "mirrored")
    if options.sessions is not None:
        return kept_result(options.sessions / clip.stem, truth, moves)
    named = truth.move if options.named else None
    wishes = PipelineOptions(moves, named, truth.side if options.named else None)  # type: ignore[arg-type]
    pipeline = PipelineRun(wishes, None if options.rule_only else RollerDetector())
    moments: list[FrameResult] = [
        pipeline.advance(frame, pose)
        for frame, pose in poses_of(clip, variant, DEGRADED.get(variant), options.model, options.keep)
    ]
    sets = pipeline.finish()
    return compare(truth, moments, sets, moves)


WORDS = ("clip", "as", "missed", "false")
COLUMNS = (
    "clip", "as", "passes", "off target", "knee", "contact", "95 %", "seen", "zone", "on/off",
    "faults", "missed", "false", "late",
)  # fmt: skip


def table(title: str, results: list[Result]) -> Table:
    """One line a clip."""
    caption = "contact in segment units; off target: seconds per 30 s; late: start error, decided after"
    out = Table(title=title, caption=caption, expand=False)
    for name in COLUMNS:
        justify: Literal["left", "right"] = "left" if name in WORDS else "right"
        out.add_column(name, justify=justify, no_wrap=name == "clip")
    for r in results:
        true = r.truth
        done = ", ".join(sorted({f"{s.move.id} {(s.side or '')[:1]}".strip() for s in r.sets})) or "none"
        late = " ".join(f"{e:+.1f}/{d:.1f}" for _, e, d in r.faults.found)
        passes = "?" if r.uncounted else r.passes
        out.add_row(
            true.name, done + _mark(r.recognised), f"{passes}/{true.pass_count}{_mark(r.passes_exact)}",
            f"{r.target_error:.1f}", _f(r.knee_error, 1), _f(r.contact_median, 3), _f(r.contact_p95, 3),
            _f(r.seen_share, 2), _f(r.zone_share, 2), _f(r.on_share, 2),
            f"{len(r.faults.found)}/{len(true.faults)}", " ".join(f.check for f in r.faults.missed),
            " ".join(f"{c}@{t}" for c, t in r.faults.false), late,
        )  # fmt: skip
    return out


def _mark(right: bool) -> str:
    return "" if right else " !"


def _f(value: float, digits: int) -> str:
    return "-" if np.isnan(value) else f"{value:.{digits}f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--degrade", action="store_true", help="the same clips mirrored, blurred, dark, shaken ...")
    parser.add_argument("--model", default="heavy")
    parser.add_argument("--named", action="store_true", help="tell the program move and side")
    parser.add_argument("--rule-only", action="store_true", help="without seeing the tool: the half-speed rule alone")
    parser.add_argument("--only", default="*", help="clips whose name matches")
    parser.add_argument("--keep", type=Path, help="remember poses in this folder between runs")
    parser.add_argument("--sessions", type=Path, help="score the sessions kept here")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    if options.sessions is not None and options.degrade:
        parser.error("--sessions are of the clips as they are: leave --degrade away")
    named = (c for c in sorted(options.folder.glob("*.mp4")) if fnmatch(c.stem, options.only))
    clips = [c for c in named if c.with_suffix(".json").exists()]
    if not clips:
        sys.exit(f"{options.folder}: no clip with a .json of its truth beside it")
    moves = load_moves()
    console = Console(width=200 if not sys.stdout.isatty() else None)
    summaries: dict[str, dict[str, str]] = {}
    for variant in ["clean", *(DEGRADED if options.degrade else ())]:
        with ThreadPoolExecutor(options.workers) as pool:
            results = list(pool.map(lambda clip, v=variant: measure(clip, v, options, moves), clips))
        console.print(table(variant, results))
        summaries[variant] = summary(results)
    both = Table(
        title=f"summary, {'kept sessions' if options.sessions else f'{options.model} model'}, {len(clips)} clips"
    )
    both.add_column("")
    for variant in summaries:
        both.add_column(variant, justify="right")
    for row in summaries["clean"]:
        both.add_row(row, *(s[row] for s in summaries.values()))
    console.print(both)


if __name__ == "__main__":
    main()
