"""Real photographs in which nobody rolls: how often is a set opened, or a tool told?

    python benchmarks/photographs.py EXERCISES [--model full] [--all]

EXERCISES is the folder `exercises` of a clone of yuhonas/free-exercise-db (public domain). Shown for three seconds each
are those of the exercises with an odd name (`training/photographs.py`) that were held back from training, with --all
also those trained on. Move and side are left to the program.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from smr_vision.moves import load_moves
from smr_vision.pipeline.river import Watcher, Wishes
from smr_vision.pose import MediaPipePose
from smr_vision.tool.detector import RollerNet
from smr_vision.video import Frame
from training.photographs import held_back, photographs, read

SECONDS, RATE = 3.0, 10.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exercises", type=Path)
    parser.add_argument("--model", default="full")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    moves = load_moves()
    shown = sets = told = 0
    for name, path in photographs(options.exercises):
        if not (options.all or held_back(name)):
            continue
        image = read(path)
        watcher = Watcher(Wishes(moves), RollerNet())
        seen = False
        with MediaPipePose(options.model) as source:
            for number in range(int(SECONDS * RATE)):
                frame = Frame(number / RATE, image)
                moment = watcher.update(frame, source.detect(frame))
                seen = seen or (moment.feedback is not None and moment.feedback.set_open)
        found = watcher.finish()
        shown, sets = shown + 1, sets + bool(found)
        told += seen or bool(found)
        if found:
            print(f"{name}/{path.name}: {', '.join(s.move.id for s in found)}", flush=True)
    print(f"{shown} photographs: a set in {sets} ({100 * sets / shown:.1f} %), a tool told in {told}")


if __name__ == "__main__":
    main()
