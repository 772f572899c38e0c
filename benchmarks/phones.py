"""Clips of phones: this build against an earlier one and the plain loop, in turn, and against what can't be saved.

    python -m benchmarks.phones [ROW ...] [--base d3e02d0] [--rounds 1] [--write docs/performance.md]
    python -m benchmarks.phones length [--seconds 60 600 3600] [--model full] [--write docs/performance.md]
    python -m benchmarks.phones cores [--write docs/performance.md]

Each way is a process of its own, measured with all processes that it starts: processor time (user and system), which
other programs on the machine hardly change, and seconds, which mean something on an idle machine alone. "Once" is one
decode, made small, and the poses that are measured: what no build can do without. Megabytes are those of the largest
process at most, which with video and without is the only one here. All rows, one round: a quarter of an hour.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.clips import repeated
from benchmarks.speed import HERE, put
from benchmarks.unchanged import unpack

BASE: Final = "d3e02d0"  # the last build that decoded every picture twice and looked for a pose in each
THROUGHPUT: Final = "from benchmarks.throughput import main; main()"


@dataclass(frozen=True)
class Row:
    """What is asked of a clip."""

    clip: str
    seconds: float
    model: str
    video: bool

    @property
    def way(self) -> str:
        return f"`{self.model}`, {'annotated' if self.video else 'no video'}"


ROWS: Final = {
    f"{clip}-{model}-{'video' if video else 'no-video'}": Row(clip, seconds, model, video)
    for clip, seconds, model, video in (
        ("1080p30", 20, "full", False),
        ("1080p30", 20, "full", True),
        ("1080p30", 20, "heavy", False),
        ("1080p30", 20, "heavy", True),
        ("1080p60", 20, "full", False),
        ("1080p60", 20, "heavy", False),
        ("1080p30-hevc", 20, "full", False),
        ("4k30-hevc10", 10, "full", False),
    )
}


@dataclass(frozen=True)
class Cost:
    """What a way took of the processors, how long, and of memory."""

    processor_s: float
    seconds: float
    megabytes: float
    said: str = field(default="", repr=False)


def measured(tree: Path, *words: str | Path) -> Cost:
    """Run Python in a tree, and wait for it and all that it started."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        # From inside the tree: with -m, Python looks in the folder it is started in before all others.
        process = subprocess.Popen(
            [sys.executable, *map(str, words)], env=environment, cwd=tree, stdout=out, stderr=said
        )
        _, status, spent = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(map(str, words))}\n{said.read().decode(errors='replace')}")
        seconds = time.perf_counter() - begun
        out.seek(0)
        told = out.read().decode(errors="replace")
    return Cost(spent.ru_utime + spent.ru_stime, seconds, spent.ru_maxrss * 1024 / 1e6, told)


def compiled(tree: Path) -> Path:
    """The tree, compiled as an installed program is: else every process would compile all that it loads."""
    compileall.compile_dir(tree / "smr_vision", quiet=1)
    return tree


def made(name: str, folder: Path, seconds: float) -> Path:
    """A clip, made by another process: Linux reckons to a process what the one that started it held at the time, so
    whoever has made a picture of 4K here would be the largest of all."""
    words = ("-m", "benchmarks.phone_clips", folder, name, "--seconds", f"{seconds:g}")
    subprocess.run([sys.executable, *map(str, words)], cwd=HERE.parent, check=True, stdout=subprocess.DEVNULL)
    return folder / f"{name}-{seconds:g}s.mp4"


def analysed(tree: Path, clip: Path, row: Row) -> Cost:
    """`smr analyse`, as whoever types it has it."""
    with tempfile.TemporaryDirectory() as out:
        quiet = () if row.video else ("--no-video",)
        words = ("analyse", clip, "--out", out, "--move", "calf", "--model", row.model, *quiet)
        return measured(tree, "-m", "smr_vision.cli", *words)


def once(clip: Path, row: Row) -> float:
    """Processor time of one decode and the poses."""
    way = "once" if row.video else "once-thin"
    done = subprocess.run(
        [sys.executable, "-c", THROUGHPUT, way, str(clip), "--model", row.model],
        check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(HERE.parent)},
    )  # fmt: skip
    return float(json.loads(done.stdout.splitlines()[-1])["cpu"])


def middle(values: list[float], form: str = "{:.1f}") -> str:
    """The median, and of several the least and the most."""
    text = form.format(statistics.median(values))
    return text if len(values) == 1 else f"{text} ({form.format(min(values))} to {form.format(max(values))})"


def compared(row: Row, clip: Path, then: Path, rounds: int) -> str:
    """A line of the table."""
    costs: list[tuple[Cost, Cost, Cost | None, float]] = []
    for _ in range(rounds):
        plain = measured(HERE.parent, "-c", THROUGHPUT, "plain", clip, "--model", row.model) if row.video else None
        costs.append((analysed(then, clip, row), analysed(HERE.parent, clip, row), plain, once(clip, row)))
        print(f"  {row.clip} {row.way}: {costs[-1]}", file=sys.stderr, flush=True)
    before, now = [c[0].processor_s for c in costs], [c[1].processor_s for c in costs]
    plains = [c[2] for c in costs if c[2] is not None]
    cells = [
        f"{row.clip}, {row.seconds:g} s",
        row.way,
        middle([p.processor_s for p in plains]) if plains else "",
        middle(before),
        middle(now),
        f"**{middle([a / b for a, b in zip(before, now, strict=True)], '{:.2f}')}**",
        middle([p.processor_s / b for p, b in zip(plains, now, strict=True)], "{:.2f}") if plains else "",
        middle([c[3] / c[1].processor_s for c in costs], "{:.2f}"),
        f"{middle([c[0].seconds for c in costs])} -> {middle([c[1].seconds for c in costs])}",
        middle([c[2].seconds / c[1].seconds for c in costs if c[2] is not None], "{:.2f}") if plains else "",
        middle([c[1].megabytes for c in costs], "{:.0f}"),
    ]
    return "| " + " | ".join(cells) + " |"


def phones(options: argparse.Namespace) -> list[str]:
    """The main table."""
    with tempfile.TemporaryDirectory() as folder:
        then = compiled(unpack(options.base, Path(folder)))
        rows = [ROWS[name] for name in options.rows or ROWS]
        lines = [compared(row, made(row.clip, options.folder, row.seconds), then, options.rounds) for row in rows]
    return [
        f"| clip | way | plain loop | {options.base} | now | {options.base} : now | plain : now | once : now "
        f"| seconds, {options.base} -> now | seconds, plain : now | MB, now |",
        "|" + "---|" * 11,
        *lines,
        "",
        f"Seconds of processor time, then seconds; {options.rounds} rounds, {os.cpu_count()} cores, a load of "
        f"{os.getloadavg()[1]:.0f} meanwhile.",
    ]


def length(options: argparse.Namespace) -> list[str]:
    """How cost and memory grow with the length of a clip."""
    short = made("1080p30", options.folder, 20)
    lines = []
    for seconds in options.seconds:
        clip = repeated(short, seconds, options.folder / f"1080p30-{seconds}s-long.mp4")
        cost = measured(HERE.parent, "-c", THROUGHPUT, "memory-no-video", clip, "--model", options.model)
        held = json.loads(cost.said.splitlines()[-1])
        print(f"  {seconds} s: {cost}, {held}", file=sys.stderr, flush=True)
        late = f"{held['least']:.0f} to {held['most']:.0f}" if held["most"] else ""
        lines.append(
            f"| {seconds} s, `{options.model}` | {cost.processor_s:.1f} | {cost.processor_s / seconds:.3f} "
            f"| {cost.seconds:.1f} | {cost.megabytes:.0f} | {late} |"
        )
    return [
        "| clip of | processor time, s | for a second of the clip | seconds | MB at most | MB from minute 5 on |",
        "|---|---|---|---|---|---|",
        *lines,
    ]


def cores(options: argparse.Namespace) -> list[str]:
    """How the cost falls with cores: one of them, then all."""
    clip = made("1080p30", options.folder, 20)
    ours = os.sched_getaffinity(0)
    lines = []
    for count in sorted({1, len(ours)}):
        for model in ("full", "heavy"):
            os.sched_setaffinity(0, sorted(ours)[:count])
            costs = [analysed(HERE.parent, clip, Row("1080p30", 20, model, video=False)) for _ in range(options.rounds)]
            os.sched_setaffinity(0, ours)
            print(f"  {count}, {model}: {costs}", file=sys.stderr, flush=True)
            cells = middle([c.processor_s for c in costs]), middle([c.seconds for c in costs])
            lines.append(f"| {count} | `{model}` | {' | '.join(cells)} | {max(c.megabytes for c in costs):.0f} |")
    return ["| cores | model | processor time, s | seconds | MB |", "|---|---|---|---|---|", *lines]


TABLES: Final = {"length": length, "cores": cores}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"length, cores, or of: {' '.join(ROWS)}")
    parser.add_argument("--base", default=BASE, help="the build to compare with")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seconds", type=int, nargs="*", default=[20, 60, 600], help="lengths of clips")
    parser.add_argument("--model", default="full", help="of the clips of those lengths")
    parser.add_argument("--folder", type=Path, default=HERE.parent / "build" / "phones", help="for the clips")
    parser.add_argument("--write", type=Path, help="a file with a marker for the table")
    options = parser.parse_args()
    options.folder = options.folder.resolve()
    options.folder.mkdir(parents=True, exist_ok=True)
    compiled(HERE.parent)
    name = options.rows[0] if options.rows and options.rows[0] in TABLES else "phones"
    table = TABLES.get(name, phones)(options)
    print("\n".join(table))
    if options.write is not None:
        put(options.write, name, table)


if __name__ == "__main__":
    main()
