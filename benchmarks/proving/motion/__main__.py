"""Draws sequences and scores the real pipeline after the pose on them: tables by move and factor.

    python -m benchmarks.proving.motion [--count 1500] [--first 0] [--split dev] [--named] [--both] [--clips]

Even numbers are dev, odd ones test. Each sequence is measured by one of the two pose models, by chance; with --both by
both, for how well they agree. The plain counter is scored beside (`benchmarks.proving.baseline_counter`).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.proving.baseline_counter import Counted, plain_counts, plain_table
from benchmarks.proving.motion.draw import MODELS, sequence
from benchmarks.proving.score import BINS, Score, by, line, report, score, table
from smr_vision.moves import load_moves

FACTORS: Final = (*BINS, "fault", "worked", "cut", "knocked", "tool", "set_up")


def score_one(number: int, named: bool = False, models: tuple[str, ...] | None = None) -> list[Score]:
    """One sequence through the pipeline, by each of its models."""
    kept = sequence(number, models)
    return [score(kept, model, dict(load_moves()), named) for model in kept.tracks]


def _both_ways(number: int, named: bool, both: bool) -> tuple[list[Score], list[Counted]]:
    kept = sequence(number, MODELS if both else None)
    return [score(kept, m, dict(load_moves()), named) for m in kept.tracks], plain_counts(kept)


def run(numbers: Sequence[int], *, named: bool, both: bool) -> tuple[list[Score], list[Counted]]:
    """Many, on all cores, in order."""
    scores: list[Score] = []
    counted: list[Counted] = []
    with ProcessPoolExecutor() as pool:
        for some, counts in pool.map(_both_ways, numbers, [named] * len(numbers), [both] * len(numbers), chunksize=16):
            scores += some
            counted += counts
    return scores, counted


def by_kind(scores: Sequence[Score]) -> Mapping[str, list[Score]]:
    """Those who do not roll, by what they do."""
    return by([s for s in scores if s.move == "none"], lambda s: str(s.factors.get("kind")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1500)
    parser.add_argument("--first", type=int, default=0, help="the first of them, counted within the split")
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--named", action="store_true", help="tell the program move and side")
    parser.add_argument("--both", action="store_true", help="each sequence by both pose models")
    parser.add_argument("--clips", action="store_true", help="a line a sequence; dev only")
    options = parser.parse_args()
    if options.clips and options.split == "test":
        sys.exit("The test part is scored, not looked at: leave --clips away.")
    start = time.perf_counter()
    odd = int(options.split == "test")
    numbers = [2 * k + odd for k in range(options.first, options.first + options.count)]
    scores, counted = run(numbers, named=options.named, both=options.both)
    console = Console(width=200 if not sys.stdout.isatty() else None)
    if options.clips:
        out = Table(title="sequences")
        for name in ("sequence", "model", "as", "passes", "off target", "contact", "missed", "false"):
            out.add_column(name, no_wrap=name == "sequence")
        for one in scores:
            out.add_row(*line(one))
        console.print(out)
    report(console, scores, FACTORS)
    console.print(table("who does not roll", by_kind(scores)))
    console.print(plain_table(counted, scores))
    console.print(f"{len(numbers)} sequences in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
