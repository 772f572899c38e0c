"""The live remark that somebody is in position for another move: how often is it given, and is it right?

    python -m benchmarks.proving.other_move KEPT [--model full]

KEPT is a folder of .npz (`benchmarks.proving.keep`); every move done in its dev clips is asked for on each.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from truth import truth_of

from benchmarks.proving.kept import Kept, Replay, load
from smr_vision.body import BodyEstimator
from smr_vision.body.person_lock import PersonLock
from smr_vision.live.other_move import OtherMove
from smr_vision.moves import Move, load_moves


def remarks(kept: Kept, model: str, wanted: Move, moves: dict[str, Move]) -> set[str]:
    """The titles that are told while a move is wanted."""
    replay, meter, person = Replay(kept, model), BodyEstimator(), PersonLock()
    others, told = OtherMove(moves, replay), set()
    for frame, pose in zip(kept.frames(), kept.poses(model), strict=True):
        body = meter.estimate(person.estimate(pose), replay.estimate(frame, pose))
        told.add(others.filter(frame, body, wanted))
    return {title for title in told if title is not None}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kept", type=Path)
    parser.add_argument("--model", default="full")
    options = parser.parse_args()
    moves = load_moves()
    clips = [k for k in map(load, sorted(options.kept.glob("*.npz"))) if k.truth.get("split", "dev") == "dev"]
    done = sorted({move for k in clips if (move := truth_of(k.truth).move)})
    shown, given, right = Counter[str](), Counter[str](), 0
    for kept in clips:
        true = truth_of(kept.truth).move
        for name in done:
            kind = "nobody does a move" if true is None else "the right move" if true == name else "another move"
            told = remarks(kept, options.model, moves[name], moves)
            shown[kind] += 1
            given[kind] += bool(told)
            right += true is not None and true != name and told == {moves[true].title}
    for kind, count in sorted(shown.items()):
        exact = f", in {right} of them by its right name alone" if kind == "another move" else ""
        print(f"{kind}: given in {given[kind]} of {count}{exact}")


if __name__ == "__main__":
    main()
