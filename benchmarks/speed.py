"""How fast the program is, each figure a ratio of two ways measured in turn in one run.

    python benchmarks/speed.py [video limit reuse batch stages warm-up memory] [--rounds 5] [--seconds 120]
                               [--minutes 60] [--model full] [--write docs/performance.md]

Every way runs in a process of its own, one after the other, `--rounds` times over; ratios are of the same
round. Prints a table for each, and with --write puts it between its markers in a file. Close other programs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.clips import repeated

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "samples" / "videos" / "calf_faults.mp4"  # 854x480
CLIPS = 8  # of the batch

Table = list[str]


def measured(way: str, clip: Path, options: argparse.Namespace, **more: object) -> dict[str, Any]:
    """Run one way in a process of its own."""
    # Not by its path: every process that an analysis starts would read all of `ways` again, as none does for `smr`.
    start = "from benchmarks.throughput import main; main()"
    command = [sys.executable, "-c", start, way, str(clip), "--model", options.model]
    for name, value in more.items():
        command += [f"--{name}", str(value)]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"  {way} {more or ''}: {done.stdout.splitlines()[-1][:150]}", file=sys.stderr, flush=True)
    return found


def spread(values: list[float], form: str = "{:.2f}") -> str:
    """Least, median and most."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"**{form.format(middle)}** ({form.format(low)} to {form.format(high)})"


def per_picture(found: list[dict[str, Any]], what: str = "seconds") -> list[float]:
    return [1000 * one[what] / one["pictures"] for one in found]


def video(options: argparse.Namespace, folder: Path) -> Table:
    """(a) with annotated video against the plain loop."""
    clip = repeated(SAMPLE, options.seconds, folder / "clip.mp4")
    rounds = [(measured("plain", clip, options), measured("video", clip, options)) for _ in range(options.rounds)]
    cells = []
    for what in ("seconds", "cpu"):
        plain, ours = per_picture([a for a, _ in rounds], what), per_picture([b for _, b in rounds], what)
        times = [a / b for a, b in zip(plain, ours, strict=True)]
        cells.append((spread(plain, "{:.1f}"), spread(ours, "{:.1f}"), spread(times)))
    titles = (
        "the plain loop: read, detect, draw, write",
        "`smr analyse`, annotated clip, tool and coach besides",
        "the plain loop takes so many times as much",
    )
    return [
        "| | ms a picture | ms of processor time a picture |",
        "|---|---|---|",
        *(f"| {title} | {a} | {b} |" for title, a, b in zip(titles, *cells, strict=True)),
    ]


def limit(options: argparse.Namespace, folder: Path) -> Table:
    """(b) without video against inference alone."""
    times = round(options.seconds / 17)
    clip = repeated(SAMPLE, 17 * times, folder / "clip.mp4")
    rounds = [
        (
            measured("no-video", clip, options),
            measured("pose+finder", SAMPLE, options, repeat=times),
            measured("pose", SAMPLE, options, repeat=times),
        )
        for _ in range(options.rounds)
    ]
    ours, both, pose = (per_picture([one[k] for one in rounds]) for k in range(3))
    return [
        "| | ms a picture |",
        "|---|---|",
        f"| `smr analyse --no-video` | {spread(ours, '{:.1f}')} |",
        f"| pose and tool finder alone, pictures in memory, a landmarker a core | {spread(both, '{:.1f}')} |",
        f"| pose alone | {spread(pose, '{:.1f}')} |",
        f"| share of the limit reached (wanted: 0.85) | {spread([b / a for a, b in zip(ours, both, strict=True)])} |",
        f"| share of pose alone | {spread([p / a for a, p in zip(ours, pose, strict=True)])} |",
    ]


def reuse(options: argparse.Namespace, folder: Path) -> Table:
    """`--reuse-poses` against a first analysis."""
    clip = repeated(SAMPLE, options.seconds, folder / "clip.mp4")
    rounds = [measured("reuse", clip, options) for _ in range(options.rounds)]
    rows = ["| asked again | share of the first analysis |", "|---|---|"]
    for name, words in (
        ("strictness", "another strictness, or move file on the same segment"),
        ("other segment", "another segment (the other leg): the tool finder runs again"),
    ):
        rows.append(f"| {words} | {spread([100 * one[name] / one['fresh'] for one in rounds], '{:.1f} %')} |")
    return rows


def batch(options: argparse.Namespace, folder: Path) -> Table:
    """(d) two processes against one."""
    clips = folder / "clips"
    clips.mkdir()
    for number in range(CLIPS):
        repeated(SAMPLE, 17 * max(1, options.batch_seconds // 17), clips / f"{number}.mp4")
    rounds = [[measured("batch", clips, options, workers=n)["seconds"] for n in (1, 2)] for _ in range(options.rounds)]
    one, two = ([seconds[k] for seconds in rounds] for k in (0, 1))
    length = CLIPS * 17 * max(1, options.batch_seconds // 17)
    return [
        f"| {CLIPS} clips, {length} s in all | seconds |",
        "|---|---|",
        f"| one worker | {spread(one, '{:.1f}')} |",
        f"| two workers | {spread(two, '{:.1f}')} |",
        f"| times as fast (wanted: 1.8) | {spread([a / b for a, b in zip(one, two, strict=True)])} |",
        f"| seconds of clip that a worker does in a second | {spread([length / 2 / b for b in two])} |",
    ]


def stages(options: argparse.Namespace, folder: Path) -> Table:
    """(e) what each stage costs."""
    del folder
    rounds = [measured("stages", SAMPLE, options) for _ in range(options.rounds)]
    names = sorted(rounds[0], key=lambda name: -rounds[0][name])
    return [
        "| stage | ms of processor time a picture |",
        "|---|---|",
        *(f"| {name} | {spread([one[name] for one in rounds])} |" for name in names),
    ]


def memory(options: argparse.Namespace, folder: Path) -> Table:
    """(c) memory over a long clip."""
    clip = repeated(SAMPLE, 60 * options.minutes, folder / "long.mp4")
    found = measured("memory", clip, options)
    minutes = found["minutes"]
    shown = [n for n in (1, 5, 10, 20, 30, 45, options.minutes - 1) if n <= len(minutes)]
    used = " | ".join(f"{minutes[n - 1]:.0f}" for n in shown)
    growth = minutes[-1] - minutes[4] if len(minutes) > 5 else float("nan")
    return [
        f"| minute of the clip | {' | '.join(map(str, shown))} | most from minute 5 on |",
        "|---|" + "---|" * (len(shown) + 1),
        f"| MB in use | {used} | {found['most']:.0f} (wanted: under 700) |",
        "",
        f"From minute 5 to minute {len(minutes)} it grew by {growth:.0f} MB. The clip of {options.minutes} minutes "
        f"took {found['seconds'] / 60:.1f} minutes.",
    ]


def warm_up(options: argparse.Namespace, folder: Path) -> Table:
    """How long a landmarker that starts late differs from one that ran from the beginning."""
    del folder
    found = measured("warm-up", SAMPLE, options)
    return [
        "| warm-up, s | joints differ by, pixels: median | 95 of 100 by less than |",
        "|---|---|---|",
        *(f"| {seconds} | {median:.2f} | {most:.1f} |" for seconds, (median, most) in found.items()),
    ]


TABLES: dict[str, Callable[[argparse.Namespace, Path], Table]] = {
    "video": video, "limit": limit, "reuse": reuse, "batch": batch, "stages": stages, "warm-up": warm_up,
    "memory": memory,
}  # fmt: skip


def put(path: Path, name: str, table: Table) -> None:
    """Write a table between its markers."""
    text = path.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    lines = "\n".join(table)
    new, count = pattern.subn(lambda m: f"{m[1]}\n{lines}\n\n{m[2]}", text)
    if not count:
        sys.exit(f"{path} has no place for the table: <!-- {name} --> ... <!-- /{name} -->")
    path.write_text(new, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", metavar="WHAT", help=f"of: {' '.join(TABLES)}; all but memory if none")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=120, help="length of the clip")
    parser.add_argument("--batch-seconds", type=int, default=34, help="length of each clip of the batch")
    parser.add_argument("--minutes", type=int, default=60, help="length of the clip for memory")
    parser.add_argument("--model", default="full")
    parser.add_argument("--write", type=Path, help="a file with markers for the tables")
    options = parser.parse_args()
    how = f"model {options.model}, {options.rounds} rounds, {os.cpu_count()} cores, {platform.system()}"
    for name in options.what or [name for name in TABLES if name != "memory"]:
        print(f"{name} ({how})", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            table = TABLES[name](options, Path(folder))
        clip = "" if name in ("stages", "memory", "batch", "warm-up") else f"A clip of {options.seconds} s, "
        table = [*table, "", f"{clip}{how}."] if name != "memory" else [*table, "", f"{how}."]
        print(f"\n{name}\n\n" + "\n".join(table) + "\n", flush=True)
        if options.write is not None:
            put(options.write, name, table)


if __name__ == "__main__":
    main()
