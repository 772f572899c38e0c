"""In how many of the pictures that are measured nothing has moved: what a pace that slows down then could save.

    python -m benchmarks.stillness CLIP [CLIP ...]

A picture is still when, at the width at which the room is followed and blurred against the sensor's noise, it differs
from the last one measured in no more than a few places. Prints of each clip the share of still pictures, and the poses
saved where, of a still while, only every other moment is measured.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from smr_vision.video import ClipReader
from smr_vision.video.sampling import FrameSampler

OTHER: Final = 4.0  # of 255: what differs by more, once blurred, has moved [E]
PLACES: Final = 0.0005  # of the picture: thirty pixels at this width, a hand that turns [E]


def still_of(path: Path) -> list[bool]:
    """Of each picture measured after the first, whether it is as the one before."""
    found: list[bool] = []
    with ClipReader(path, thin=True, one_core=True) as clip:
        sampler, before = FrameSampler(clip.info.fps), None
        for frame in clip:
            if not sampler.measures(frame.t, decoded=frame.decoded):
                continue
            now = cv2.blur(frame.grey.astype(np.float32), (5, 5))
            if before is not None:
                found.append(float((np.abs(now - before) > OTHER).mean()) < PLACES)
            before = now
    return found


def saved(still: list[bool]) -> int:
    """Poses left out: of those in a still while, every other."""
    count, run = 0, 0
    for one in still:
        run = run + 1 if one else 0
        count += one and run % 2 == 0
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path)
    shares = []
    for path in parser.parse_args().clips:
        still = still_of(path)
        shares.append(saved(still) / max(len(still), 1))
        print(f"{path.stem:24} still {np.mean(still):6.1%}   poses saved {shares[-1]:6.1%}")
    print(f"{'all':24} {'':12}   poses saved {np.mean(shares):6.1%}")


if __name__ == "__main__":
    main()
