"""The pictures of the proving ground's clips in which the tool is looked for: `python -m samples.studio.looks OUT`.

The poses of these clips are kept; a finder with new weights looks at these pictures by them
(`benchmarks.proving.keep --looks-only`), in half an hour instead of hours.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import cv2

from .film import Film, Reel
from .proving import factors_of, scene_of

LOOKS_A_SECOND: Final = 5  # the tool is looked for this often (smr_vision/video/sampling.py)


def make_looks(number: int, out: Path) -> None:
    """Render the first picture of each fifth of a second, as a film of five a second, unless that is there."""
    scene = scene_of(number, factors_of(number))
    path = out / f"{scene.name}.mp4"
    if path.exists():
        return
    film = Film(scene, 1.0)
    partial = out / f".{scene.name}.mp4"
    count, looked = round(film.performance.timeline.duration * scene.fps), -1
    with Reel(partial, LOOKS_A_SECOND, scene.resolution, scene.crf) as reel:
        for k in range(count):
            now = k * LOOKS_A_SECOND // scene.fps
            if now != looked:
                reel.write(film.draw(film.performance.frame(k / scene.fps))[0])
            looked = now
    partial.replace(path)
    print(scene.name, flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--last", type=int, default=239)
    parser.add_argument("--step", type=int, default=1, help="take every n-th number (to share the work)")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    for number in range(options.first, options.last + 1, options.step):
        make_looks(number, options.out)


if __name__ == "__main__":
    main()
