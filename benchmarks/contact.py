"""What finding the tool is worth: five ways to know the contact, side by side, on clips that have truth beside them.

    python benchmarks/contact.py FOLDER [--model heavy] [--only PATTERN] [--keep DIR]

- circles alone: Hough circles in each picture by itself (`circles.py`);
- net alone: the roller finder in each picture by itself;
- rule only: the half-speed rule from an assumed start, nothing seen;
- circles + rule, net + rule (the product): the tracker joins sights and rule.

A line a move and way: median and 95 % of the contact's error in segment units over all frames in which somebody rolls
and the way says a place, the share of those frames in which the tool was seen, the share of places in the right zone.
Then the finder's size and its time a picture on one core.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from fnmatch import fnmatch
from pathlib import Path

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent))

from accuracy import poses_of
from circles import Circles
from truth import Truth, read_truth

from smr_vision.body import Body
from smr_vision.moves import Move, load_moves
from smr_vision.pipeline.river import Seen, ToolFinder, Watcher, Wishes
from smr_vision.tool.axis import Ruler, ruler_of
from smr_vision.tool.detector import RollerNet
from smr_vision.video import Frame

Row = tuple[float, bool, float]  # where the way says the contact is, whether it saw the tool, the truth
WAYS = ("circles alone", "net alone", "rule only", "circles + rule", "net + rule")


class Timed:
    """A finder that takes the time of every look."""

    def __init__(self, finder: ToolFinder) -> None:
        self._finder = finder
        self.ms: list[float] = []

    def find(self, frame: Frame, body: Body, ruler: Ruler, move: Move, side: str | None):  # type: ignore[no-untyped-def]
        begun = time.perf_counter()
        look = self._finder.find(frame, body, ruler, move, side)
        self.ms.append(1e3 * (time.perf_counter() - begun))
        return look


def alone(finder: ToolFinder, frame: Frame, body: Body | None, move: Move, side: str | None) -> float:
    """The contact by one picture; NaN when the tool is not seen."""
    if body is None:
        return float("nan")
    look = finder.find(frame, body, ruler_of(body, move.segment, side), move, side)
    return float("nan") if look is None or look.sight is None else look.sight.along


def measure(clip: Path, truth: Truth, options: argparse.Namespace, net: Timed) -> dict[str, list[Row]]:
    """All ways on one clip, picture by picture."""
    moves = load_moves()
    assert truth.move is not None
    move = moves[truth.move]
    circles = Circles()
    finders: dict[str, ToolFinder | None] = {"rule only": None, "circles + rule": circles, "net + rule": net}
    watchers = {way: Watcher(Wishes(moves, truth.move, truth.side), f) for way, f in finders.items()}  # type: ignore[arg-type]
    rows: dict[str, list[Row]] = defaultdict(list)
    for frame, pose in poses_of(clip, "clean", None, options.model, options.keep):
        moments: dict[str, Seen] = {way: w.update(frame, pose) for way, w in watchers.items()}
        k = int(np.clip(np.searchsorted(truth.t, frame.t - 1e-3), 0, len(truth.t) - 1))
        if not np.isfinite(truth.contact[k]):
            continue
        for way, seen in moments.items():
            contact = seen.feedback.contact if seen.feedback else None
            place = contact.along if contact else float("nan")
            rows[way].append((place, contact is not None and contact.source == "seen", truth.contact[k]))
        for way, finder in (("circles alone", circles), ("net alone", net)):
            place = alone(finder, frame, moments["net + rule"].body, move, truth.side)  # type: ignore[arg-type]
            rows[way].append((place, bool(np.isfinite(place)), truth.contact[k]))
    return rows


def line(rows: list[Row], move: Move) -> list[str]:
    """Median, 95 %, seen, zone right."""
    places, seen, truth = (np.array(x) for x in zip(*rows, strict=True))
    said = np.isfinite(places)
    if not said.any():
        return ["-", "-", f"{seen.mean():.2f}", "-"]
    error = np.abs(places - truth)[said]
    right = [move.zone.colour(a) == move.zone.colour(b) for a, b in zip(places[said], truth[said], strict=True)]
    return [
        f"{np.median(error):.3f}",
        f"{np.percentile(error, 95):.3f}",
        f"{seen.mean():.2f}",
        f"{np.mean(right):.2f}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="heavy")
    parser.add_argument("--only", default="*", help="clips whose name matches")
    parser.add_argument("--keep", type=Path, help="remember poses in this folder between runs")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    net = Timed(RollerNet())
    moves = load_moves()
    by_move: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for clip in sorted(options.folder.glob("*.mp4")):
        if not fnmatch(clip.stem, options.only) or not clip.with_suffix(".json").exists():
            continue
        truth = read_truth(clip.with_suffix(".json"))
        if truth.move is not None:
            for way, rows in measure(clip, truth, options, net).items():
                by_move[truth.move][way] += rows
    if not by_move:
        sys.exit(f"{options.folder}: no clip of a move with a .json of its truth beside it")
    table = Table(title=f"contact, {options.model} model", caption="errors in segment units, over frames")
    for name in ("move", "way", "median", "95 %", "seen", "zone right"):
        table.add_column(name, justify="left" if name in ("move", "way") else "right")
    for move, ways in by_move.items():
        for way in WAYS:
            table.add_row(move if way == WAYS[0] else "", way, *line(ways[way], moves[move]))
    console = Console(width=120 if not sys.stdout.isatty() else None)
    console.print(table)
    ms = np.array(net.ms[20:])
    size = (Path(__file__).parent.parent / "models" / "roller.onnx").stat().st_size
    console.print(
        f"roller.onnx: {size / 1e6:.2f} MB; {np.median(ms):.2f} ms a picture on one core in the median,"
        f" 5 to 95 %: {np.percentile(ms, 5):.2f} to {np.percentile(ms, 95):.2f} ({len(ms)} pictures)"
    )


if __name__ == "__main__":
    main()
