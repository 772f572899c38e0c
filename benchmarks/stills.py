"""Real photographs as judges: is the tool found where it lies, and are the verdicts right?

    python benchmarks/stills.py FOLDER [--model heavy]

FOLDER holds pictures and `labels.csv`: still, move, x, y, radius (the tool's end nearest the camera,
pixels), and a column for each check with the verdict to expect ('-' where the picture does not settle
it). Each picture is shown for four seconds as the move named. Nothing is trained on these.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent))

from smr_vision.body import BodyMeter
from smr_vision.coach import Feedback
from smr_vision.moves import Move, Segment, load_moves
from smr_vision.pipeline.river import Watcher, Wishes
from smr_vision.pose import MediaPipePose
from smr_vision.tool import Look
from smr_vision.tool.axis import ruler_of
from smr_vision.tool.detector import RollerNet
from smr_vision.video import Frame

SECONDS, RATE = 4.0, 10.0


class Verdicts(NamedTuple):
    """What the program says of one picture."""

    states: dict[str, str]
    contact: float
    source: str
    side: str | None


def frames(image: np.ndarray) -> list[Frame]:
    return [Frame(k / RATE, image) for k in range(int(SECONDS * RATE))]


def verdicts(image: np.ndarray, move: str, moves: dict[str, Move], model: str) -> Verdicts:
    """Show a picture for some seconds as a move; a check is a fault if it ever was one in the set."""
    watcher = Watcher(Wishes(moves, move), RollerNet())
    last: Feedback | None = None
    with MediaPipePose(model) as source:  # type: ignore[arg-type]
        for frame in frames(image):
            seen = watcher.update(frame, source.detect(frame))
            last = seen.feedback or last
    sets = watcher.finish()
    if not sets or last is None:
        return Verdicts({}, float("nan"), "no set", None)
    states = {}
    for name, (ok, fault, _) in sets[0].check_s.items():
        states[name] = "fault" if fault > 0 else "ok" if ok > 1.0 else "unknown"
    return Verdicts(states, last.contact.along, last.contact.source, sets[0].side)


def best_look(image: np.ndarray, move: str, moves: dict[str, Move], model: str) -> tuple[Look | None, str]:
    """The surest sight of the tool: along the move's segment, or along any when no move is named."""
    segments: list[tuple[Segment, str | None, str]] = []
    for one in (moves[move],) if move else moves.values():
        segments += [(one.segment, side, f"{one.id} {side or ''}") for side in one.sides]
    net, meter = RollerNet(), BodyMeter()
    body = None
    with MediaPipePose(model) as source:  # type: ignore[arg-type]
        for frame in frames(image)[:6]:
            body = meter.update(source.detect(frame)) or body
    if body is None:
        return None, "nobody"
    looks = []
    for segment, side, name in segments:
        owner = next(m for m in moves.values() if m.segment == segment)
        look = net.find(Frame(0.0, image), body, ruler_of(body, segment, side), owner, side)
        if look is not None and look.sight is not None:
            looks.append((look.sight.confidence, look, name))
    if not looks:
        return None, "not seen"
    _, look, name = max(looks, key=lambda x: x[0])
    return look, name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="heavy")
    options = parser.parse_args()
    lines = [x for x in (options.folder / "labels.csv").read_text().splitlines() if not x.startswith("#")]
    moves = load_moves()
    table = Table(title=f"photographs, {options.model} model")
    for name in ("picture", "as", "off, radii", "contact", "right", "wrong", "unknown"):
        table.add_column(name, no_wrap=name == "picture")
    near = 0
    rows = list(csv.DictReader(lines))
    for row in rows:
        read = cv2.imread(str(options.folder / f"{row['still']}.jpg"))
        assert read is not None, f"{row['still']}.jpg can't be read"
        image = np.ascontiguousarray(read[..., ::-1])
        look, where = best_look(image, row["move"], moves, options.model)
        off = float("nan")
        if look is not None and look.sight is not None:
            off = float(np.hypot(*(look.sight.near - [float(row["x"]), float(row["y"])]))) / float(row["radius"])
        near += off <= 1
        said = Verdicts({}, float("nan"), "", None)
        if row["move"]:
            said = verdicts(image, row["move"], moves, options.model)
        right: list[str] = []
        wrong: list[str] = []
        unknown: list[str] = []
        for check, expected in row.items():
            if check in said.states and expected in ("ok", "fault"):
                got = said.states[check]
                (right if got == expected else unknown if got == "unknown" else wrong).append(f"{check} {got}")
        if row["move"] and not said.states:
            wrong.append("no set")
        found = (", ".join(names) for names in (right, wrong, unknown))
        table.add_row(row["still"], where, f"{off:.2f}", f"{said.contact:.2f} {said.source}", *found)
    console = Console(width=200 if not sys.stdout.isatty() else None)
    console.print(table)
    console.print(f"near end within one radius: {near} of {len(rows)}")


if __name__ == "__main__":
    main()
