"""The pictures of the proving ground's clips in which the tool is looked for: `python -m samples.studio.looks OUT`.

The poses of these clips are kept; a finder with new weights looks at these pictures by them
(`benchmarks.proving.keep --looks-only`), in half an hour instead of hours.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from .film import Film, Reel
from .proving import command, factors_of, scene_of

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


if __name__ == "__main__":
    command(__doc__, make_looks)
