"""Does another commit give the same results? Runs both and compares what they write, byte for byte.

    python benchmarks/unchanged.py COMMIT [CLIP ...] [--to LATER] [--model lite] [--proving] [--fresh] [--pictures]

COMMIT is compared with what lies here, or with the commit LATER. It is unpacked into a folder of its own and run by
this Python. It analyses each clip afresh; then both coach again by those poses, and `session.json`, `series.csv`,
`poses.npz` and `report.html` have to be the same, times of day and versions aside. With --fresh the other finds the
poses itself too, with --pictures the annotated clips are compared as well, and with --proving the kept clips of the
proving ground, file by file: every number of every set. At the end it says what processor time each took for the same
work. Exits with 1 when anything differs.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

HERE: Final = Path(__file__).resolve().parents[1]
SAMPLES: Final = HERE / "samples" / "videos"
# What differs between any two runs, or any two versions: in JSON, in HTML.
VOLATILE: Final = (
    (re.compile(r'"recorded_at": "[^"]*"'), '"recorded_at": ""'),
    (re.compile(r'"versions": \{[^}]*\}'), '"versions": {}'),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(\+\d\d:\d\d|Z)?"), "NOW"),
    (re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4},? \d\d:\d\d"), "NOW"),
)

# Run in either tree: each kept clip and model, coached; one line with the name and a digest of all that the sets hold.
PROVING: Final = """
import hashlib, sys
from dataclasses import fields, is_dataclass
from pathlib import Path
sys.path.insert(0, "benchmarks")
from benchmarks.proving.kept import load
from benchmarks.proving.score import load_moves, score

def numbers(value):
    if is_dataclass(value):
        return [numbers(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, dict):
        return [(key, numbers(one)) for key, one in value.items()]
    if isinstance(value, (list, tuple)):
        return [numbers(one) for one in value]
    return value.id if hasattr(value, "model_dump") else repr(value)

moves = load_moves()
for path in sorted(Path("benchmarks/proving/clips").glob("*.npz")):
    kept = load(path)
    for model in kept.tracks:
        said = repr(numbers(score(kept, model, moves, False).result)).encode()
        print(path.stem, model, hashlib.sha256(said).hexdigest()[:16])
"""


def unpack(commit: str, folder: Path) -> Path:
    """The files of a commit, in `folder`."""
    packed = subprocess.run(["git", "archive", commit], cwd=HERE, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as tree:
        tree.extractall(folder, filter="data")
    return folder


SPENT: Final[Counter[Path]] = Counter()  # seconds of processor time by tree


def run(tree: Path, *words: str | Path) -> str:
    """Python in a tree, with that tree's package; what it prints."""
    told, before = {**os.environ, "PYTHONPATH": f"{tree}"}, os.times()
    done = subprocess.run(
        [sys.executable, *map(str, words)], check=False, cwd=tree, env=told, capture_output=True, text=True
    )
    after = os.times()
    SPENT[tree] += after.children_user - before.children_user + after.children_system - before.children_system
    if done.returncode not in (0, 1):
        raise SystemExit(f"{tree}: {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done.stdout


def analysed(tree: Path, clip: Path, out: Path, *more: str) -> Path:
    """The folder of results of one clip, by the command line."""
    run(tree, "-m", "smr_vision.cli", "analyse", clip, "--out", out, *more)
    return max(out.glob(f"{clip.stem}*"), key=lambda folder: (len(folder.name), folder.name), default=out / clip.stem)


def steady(path: Path) -> bytes:
    """What a file says, without what differs between any two runs."""
    if path.suffix == ".npz":
        with np.load(path) as arrays:
            return b"".join(name.encode() + arrays[name].tobytes() for name in sorted(arrays))
    if path.suffix in (".jpg", ".mp4"):
        return path.read_bytes()
    text = path.read_text(encoding="utf-8")
    for pattern, instead in VOLATILE:
        text = pattern.sub(instead, text)
    return text.encode()


def differences(one: Path, other: Path) -> Iterator[str]:
    """Names of files that are in one folder alone, or say another thing."""
    names = {path.relative_to(folder) for folder in (one, other) for path in folder.rglob("*") if path.is_file()}
    for name in sorted(names):
        if not ((one / name).is_file() and (other / name).is_file()):
            yield f"{name} is missing"
        elif steady(one / name) != steady(other / name):
            yield f"{name} differs"


def compared(trees: Mapping[str, Path], clip: Path, options: argparse.Namespace, work: Path) -> list[str]:
    """What differs between the two for one clip."""
    model = ("--model", options.model, "--move", "auto")
    quiet = () if options.pictures else ("--no-video",)
    analysed(trees["then"], clip, work / "then", *model, *quiet)
    if options.fresh:
        analysed(trees["now"], clip, work / "now", *model, *quiet)
    else:
        (work / "now").mkdir()
        (work / "now" / clip.stem).symlink_to(work / "then" / clip.stem)
    found = [] if not options.fresh else list(differences(work / "then" / clip.stem, work / "now" / clip.stem))
    poses = work / "then" / clip.stem
    if not (poses / "poses.npz").is_file():
        return [*found, "nobody is in it: no poses"] if options.verbose else found
    folders = []
    for name, tree in trees.items():
        again = work / f"again-{name}"
        again.mkdir()
        (again / clip.stem).symlink_to(poses)
        folders.append(analysed(tree, clip, again, *model, *quiet, "--reuse-poses", "--strictness", "strict"))
        if folders[-1].name == clip.stem:
            return [*found, f"{name} could not use the poses"]
    return [*found, *(f"by kept poses: {what}" for what in differences(*folders))]


def proven(trees: Mapping[str, Path]) -> list[str]:
    """Names of kept clips whose result differs."""
    lines = [set(run(tree, "-c", PROVING).splitlines()) for tree in trees.values()]
    if not lines[0]:
        return ["the kept clips could not be run"]
    print(f"proving ground: {len(lines[0])} kept clips and models", flush=True)
    return sorted({line.rsplit(" ", 1)[0] for line in lines[0] ^ lines[1]})


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit", help="what to compare with")
    parser.add_argument("clips", nargs="*", type=Path, default=sorted(SAMPLES.glob("*.mp4")))
    parser.add_argument("--to", metavar="LATER", help="a commit to compare it with, in the place of what lies here")
    parser.add_argument("--model", default="lite")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--pictures", action="store_true")
    parser.add_argument("--proving", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args(arguments)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        later = HERE if options.to is None else unpack(options.to, Path(folder) / "later")
        trees = {"then": unpack(options.commit, Path(folder) / "tree"), "now": later}
        for clip in options.clips:
            work = Path(folder) / clip.stem
            work.mkdir()
            found = compared(trees, clip.resolve(), options, work)
            wrong += len(found)
            print(f"{clip.stem}: {', '.join(found) or 'the same'}", flush=True)
        if options.proving:
            found = proven(trees)
            wrong += len(found)
            print("\n".join(found) or "the same", flush=True)
    took = ", ".join(f"{SPENT[tree]:.1f} s {name}" for name, tree in trees.items())
    print(f"{wrong} differences; processor time: {took}{'' if options.fresh else ', which finds no poses of its own'}")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
