"""Scores what is kept: the real pipeline after the pose, against the truth.

    python -m benchmarks.proving.score KEPT ... [--split dev] [--models full heavy] [--named] [--only PATTERN] [--clips]

KEPT are folders of .npz (`benchmarks.proving.keep`). Prints a table by move, and one by factor; with --clips also a
line a clip, which is refused for the test part: it is scored, not looked at. Passes that are told as not known from a
view are neither exact nor within one; "told" is the share of clips in which they are told, MAE is of those.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

import numpy as np
from compare import Result, compare
from rich.console import Console
from rich.table import Table
from truth import truth_of

from benchmarks.proving.kept import Kept, Replay, load
from smr_vision.moves import Move, load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.river import PipelineRun

TARGET_S: Final = 1.0  # time on target is right within this, s per 30 s of clip
BINS: Final[Mapping[str, tuple[float, ...]]] = {  # edges of a factor's bins
    "off": (0, 10, 20, 30, 45, 60, 90), "elevation": (0, 6, 12, 25), "tool_d": (0, 0.09, 0.11, 0.13, 0.2),
    "sweep": (0, 1, 1.5, 2.5, 4, 20), "fps": (0, 12.5, 17, 25, 70), "size": (0, 400, 600, 2000),
    "weight": (0, 0.4, 0.6, 1), "light": (0, 0.7, 0.9, 2), "vfov": (0, 35, 48, 90),
}  # fmt: skip


@dataclass(frozen=True)
class Score:
    """One clip by one model."""

    name: str
    model: str
    factors: Mapping[str, Any]
    seconds: float
    result: Result

    @property
    def move(self) -> str:
        return self.result.truth.move or "none"


def score(kept: Kept, model: str, moves: dict[str, Move], named: bool) -> Score:
    """Run a kept clip through the pipeline and compare."""
    truth = truth_of(kept.truth)
    replay = Replay(kept, model)
    wishes = PipelineOptions(moves, truth.move, truth.side) if named else PipelineOptions(moves)  # type: ignore[arg-type]
    pipeline = PipelineRun(wishes, replay, replay, replay)
    moments = [pipeline.advance(frame, pose) for frame, pose in zip(kept.frames(), kept.poses(model), strict=True)]
    result = compare(truth, moments, pipeline.finish(), moves)
    factors = {"split": kept.truth.get("split", "dev"), **kept.truth.get("factors", {})}
    return Score(kept.name, model, factors, float(kept.t[-1] - kept.t[0]), result)


def _score_file(path: Path, models: Sequence[str], named: bool, split: str) -> list[Score]:
    kept = load(path)
    if kept.truth.get("split", "dev") != split:
        return []
    moves = load_moves()
    return [score(kept, model, moves, named) for model in kept.tracks if model in models]


def score_all(paths: Sequence[Path], models: Sequence[str], *, named: bool, split: str) -> list[Score]:
    """Score files on all cores, in order."""
    with ProcessPoolExecutor() as pool:
        parts = pool.map(_score_file, paths, [models] * len(paths), [named] * len(paths), [split] * len(paths))
        return [one for part in parts for one in part]


COLUMNS: Final = (
    "", "clips", "exact", "within 1", "told", "MAE", "off target", "on time", "move, side", "faults", "false / 10 min",
    "contact", "known", "sets where none",
)  # fmt: skip


def row(name: str, scores: Sequence[Score]) -> tuple[str, ...]:
    """The figures of many clips."""
    rolled = [s for s in scores if s.result.truth.move]
    still = [s for s in scores if not s.result.truth.move]
    results = [s.result for s in rolled]
    minutes = sum(s.seconds for s in scores) / 60
    found = sum(len(r.faults.found) for r in results)
    false = sum(len(s.result.faults.false) for s in scores)
    off = [r.target_error for r in results]
    told = [r for r in results if not r.uncounted]
    errors = [min(r.passes_off / max(r.truth.pass_count, 1), 1.0) for r in told]
    contact = [r.contact_median for r in results if np.isfinite(r.contact_median)]
    return (
        name, str(len(scores)), _share([r.passes_exact for r in results]),
        _share([r.passes_off <= 1 and not r.uncounted for r in results]), _share([not r.uncounted for r in results]),
        _mean(errors, 3), _mean([o for o in off if np.isfinite(o)], 2),
        _share([o <= TARGET_S for o in off]), _share([r.recognised for r in results]),
        f"{found}/{sum(len(r.truth.faults) for r in results)}", f"{false / max(minutes / 10, 1e-9):.1f}",
        f"{np.median(contact):.3f}" if contact else "-", _share([np.isfinite(r.contact_median) for r in results]),
        f"{sum(bool(s.result.sets) for s in still)}/{len(still)}" if still else "",
    )  # fmt: skip


def _share(right: Iterable[bool]) -> str:
    values = list(right)
    return f"{100 * float(np.mean(values)):.0f} %" if values else "-"


def _mean(values: Sequence[float], digits: int) -> str:
    return f"{float(np.mean(values)):.{digits}f}" if values else "-"


def table(title: str, groups: Mapping[str, Sequence[Score]]) -> Table:
    """One line a group."""
    out = Table(title=title, expand=False)
    for name in COLUMNS:
        out.add_column(name, justify="right" if name else "left", no_wrap=True)
    for name, scores in groups.items():
        out.add_row(*row(name, scores))
    return out


def by(scores: Sequence[Score], key: Callable[[Score], str | None]) -> dict[str, list[Score]]:
    """Scores by what `key` says of them, in its order; None: left out."""
    groups: dict[str, list[Score]] = defaultdict(list)
    for one in scores:
        name = key(one)
        if name is not None:
            groups[name].append(one)
    return dict(sorted(groups.items()))


def bin_of(factor: str, one: Score) -> str | None:
    """In which bin of a factor a clip lies, by move."""
    value = one.factors.get(factor)
    if value is None or one.move == "none":
        return None
    edges = BINS.get(factor)
    if edges is None:
        return f"{one.move} {factor} {value}"
    at = int(np.searchsorted(edges, abs(float(value)), side="right"))
    at = min(max(at, 1), len(edges) - 1)
    return f"{one.move} {factor} {edges[at - 1]:>5} to {edges[at]}"


def agreement(scores: Sequence[Score]) -> str:
    """How often two models agree on the passes, within one, or that they can't be known."""
    counts: dict[str, dict[str, int | None]] = defaultdict(dict)
    for one in scores:
        counts[one.name][one.model] = None if one.result.uncounted else one.result.passes
    pairs = [tuple(c.values()) for c in counts.values() if len(c) > 1]
    known = [[n for n in pair if n is not None] for pair in pairs]
    return _share([not n or (len(n) == len(p) and max(n) - min(n) <= 1) for n, p in zip(known, pairs, strict=True)])


def line(one: Score) -> tuple[str, ...]:
    """A clip in a line."""
    r = one.result
    done = ", ".join(sorted({f"{s.move.id} {(s.side or '')[:1]}".strip() for s in r.sets})) or "none"
    missed = " ".join(f.check for f in r.faults.missed)
    false = " ".join(f"{check}@{t}" for check, t in r.faults.false)
    passes = "?" if r.uncounted else str(r.passes)
    exact = "" if r.passes_exact or r.uncounted else " !"
    right = "" if r.recognised else " !"
    return (
        one.name, one.model, done + right, f"{passes}/{r.truth.pass_count}{exact}", f"{r.target_error:.1f}",
        f"{r.contact_median:.3f}", missed, false,
    )  # fmt: skip


def report(console: Console, scores: Sequence[Score], factors: Sequence[str]) -> None:
    """All tables."""
    for model in sorted({s.model for s in scores}):
        of = [s for s in scores if s.model == model]
        console.print(table(f"{model}: by move", {**by(of, lambda s: s.move), "all": of}))
        for factor in factors:
            groups = by(of, lambda s, f=factor: bin_of(f, s))  # type: ignore[misc]
            if groups:
                console.print(table(f"{model}: by {factor}", groups))
    console.print(f"models agree on the passes within one: {agreement(scores)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kept", type=Path, nargs="+")
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--models", nargs="+", default=["full", "heavy"])
    parser.add_argument("--named", action="store_true", help="tell the program move and side")
    parser.add_argument("--only", default="*")
    parser.add_argument("--clips", action="store_true", help="a line a clip; dev only")
    parser.add_argument("--factors", nargs="*", default=[*BINS, "degrade", "side"])
    options = parser.parse_args()
    if options.clips and options.split == "test":
        sys.exit("The test part is scored, not looked at: leave --clips away.")
    paths = [p for folder in options.kept for p in sorted(folder.glob("*.npz")) if fnmatch(p.stem, options.only)]
    if not paths:
        sys.exit("Nothing is kept there. Keep films first: python -m benchmarks.proving.keep FILMS OUT")
    scores = score_all(paths, options.models, named=options.named, split=options.split)
    fine = [f for f in options.factors if f not in BINS and any(isinstance(s.factors.get(f), float) for s in scores)]
    if fine and options.split == "test":
        sys.exit(f"{fine[0]} has a value for each clip, and the test part is not looked at clip by clip: give it bins.")
    console = Console(width=200 if not sys.stdout.isatty() else None)
    if options.clips:
        out = Table(title="clips")
        for name in ("clip", "model", "as", "passes", "off target", "contact", "missed", "false"):
            out.add_column(name, no_wrap=name == "clip")
        for one in scores:
            out.add_row(*line(one))
        console.print(out)
    report(console, scores, options.factors)
    from benchmarks.proving.baseline_counter import plain_counts, plain_table  # noqa: PLC0415 - builds on this module

    kept = [one for path in paths if (one := load(path)).truth.get("split", "dev") == options.split]
    counted = [c for one in kept for c in plain_counts(one) if c.model in options.models]
    console.print(plain_table(counted, scores))


if __name__ == "__main__":
    main()
