"""Real photographs in which nobody has a roller or ball under them: what the finder must not take for one.

    python -m training.photographs EXERCISES OUT

EXERCISES is the folder `exercises` of a clone of the public-domain collection yuhonas/free-exercise-db (Unlicense):
EXERCISE/0.jpg and 1.jpg. Only exercises whose name's SHA-256 is odd are read, and none about rolling; a fourth of
these is held back from training. No photograph is kept in this repository.
"""

from __future__ import annotations

import argparse
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from smr_vision.body import Body, BodyMeter
from smr_vision.pose import MediaPipePose
from smr_vision.tool.axis import ruler_of
from smr_vision.tool.crop import HEIGHT, KINDS, WIDTH, crop_of
from smr_vision.video import Frame
from training.crops import PAD, POINTS, SEGMENTS, Example, save

ROLLING: Final = re.compile("SMR|Roll")
HELD_BACK: Final = 4  # one exercise in this many
FIRST_PERSON: Final = 1_000_000  # numbers of exercises among the persons of the crops; see `person_of`
LEAST_H: Final = 60.0  # pixels of stature: smaller people say nothing


def _hash(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16)


def usable(name: str) -> bool:
    """Whether an exercise may be looked at: odd, and nobody rolls."""
    return _hash(name) % 2 == 1 and not ROLLING.search(name)


def held_back(name: str) -> bool:
    """Whether it is kept from training."""
    return (_hash(name) // 2) % HELD_BACK == 0


def person_of(name: str) -> int:
    """A number that is divisible by ten, as those of the people held back are, for what is held back alone."""
    number = FIRST_PERSON + (_hash(name) % 100_000) * 10
    return number if held_back(name) else number + 1 + _hash(name) % 9


def photographs(exercises: Path) -> Iterator[tuple[str, Path]]:
    """Names of usable exercises with their pictures."""
    for folder in sorted(p for p in exercises.iterdir() if p.is_dir() and usable(p.name)):
        for picture in sorted(folder.glob("*.jpg")):
            yield folder.name, picture


def looks(image: NDArray[np.uint8], body: Body) -> Iterator[tuple[str, str, NDArray[np.uint8], NDArray[np.float32]]]:
    """Crops along every segment: name, side, picture, the segment's ends in the crop (2, 2)."""
    for name, segment in SEGMENTS.items():
        for side in ("left",) if name in ("trunk", "pelvis") else ("left", "right"):
            ruler = ruler_of(body, segment, side)
            if not np.isfinite(ruler.unit).all() or ruler.length < 1:
                continue
            crop = crop_of(ruler, segment, body.stature_px)
            ends = crop.into(np.stack([ruler.zero, ruler.zero + ruler.unit])).astype(np.float32)
            yield name, side, crop.cut(image, PAD), ends


def read(path: Path) -> NDArray[np.uint8]:
    """A picture (height, width, 3) RGB."""
    return np.ascontiguousarray(cv2.imread(str(path))[..., ::-1], np.uint8)


def examples(exercises: Path) -> Iterator[tuple[int, Example]]:
    """All crops with the number of their exercise; nothing touches in any."""
    nowhere = np.full((len(POINTS), 2), np.nan, np.float32)
    with (
        MediaPipePose("full", single_pictures=True) as full,
        MediaPipePose("heavy", single_pictures=True) as heavy,
    ):
        for number, (name, path) in enumerate(photographs(exercises)):
            image = read(path)
            for mirror in (False, True):
                seen = np.ascontiguousarray(cv2.flip(image, 1), np.uint8) if mirror else image
                pose = (heavy if mirror else full).detect(Frame(float(number), seen))
                body = BodyMeter().update(pose)
                if body is None or body.stature_px < LEAST_H:
                    continue
                for segment, _, crop, ends in looks(seen, body):
                    points = nowhere.copy()
                    points[3:] = ends
                    kind = KINDS.index(SEGMENTS[segment].kind)
                    shown = np.zeros(crop.shape[:2], np.uint8)
                    yield person_of(name), Example(crop, points, 0.0, False, 0.0, kind, 0.0, number, shown)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exercises", type=Path)
    parser.add_argument("out", type=Path, help="the folder of the crops, as for training.roller --crops")
    options = parser.parse_args()
    kept = list(examples(options.exercises))
    options.out.mkdir(parents=True, exist_ok=True)
    save(kept, options.out / "shard_photographs.npz")
    persons = {person for person, _ in kept}
    held = sum(person % 10 == 0 for person in persons)
    print(f"{len(kept)} crops of {len(persons)} exercises, {held} of them held back; {WIDTH}x{HEIGHT} and {PAD} more")


if __name__ == "__main__":
    main()
