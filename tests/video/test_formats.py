"""Files of real encoders, containers and recorders, kept small: right pictures, times, shapes and colours.

`benchmarks/formats` makes them, and hundreds more, and says what each is judged by (docs/formats.md).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from benchmarks.formats.film import RATE, read
from smr_vision.video import ClipReader

FOLDER: Final = Path(__file__).parent / "formats"
KEPT: Final[list[dict[str, Any]]] = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kept", KEPT, ids=[one["name"] for one in KEPT])
def test_a_file_is_read_as_a_player_shows_it(kept: dict[str, Any]) -> None:
    with ClipReader(FOLDER / kept["file"]) as clip:
        pictures = [(frame.t, read(frame.image)) for frame in clip]
        size = clip.info.width, clip.info.height
    assert size[0] / size[1] == pytest.approx(kept["size"][0] / kept["size"][1], rel=0.01)
    found: dict[int, float] = {}
    for t, reading in pictures:
        assert reading is not None, f"the picture at {t} s can't be read back"
        assert reading.upright
        found.setdefault(reading.index, t)
    wanted = {int(k): float(t) for k, t in kept["times"].items()}
    assert set(wanted) <= set(found)
    first = min(wanted)
    assert pictures[0][1] is not None
    assert pictures[0][1].index == first
    for k, t in wanted.items():
        assert found[k] - found[first] == pytest.approx(t - wanted[first], abs=0.5 / RATE), k
    colours = np.median([reading.patches for _, reading in pictures if reading is not None], axis=0)
    assert np.abs(colours - np.array(kept["patches"])).max() <= kept["near"]


def test_there_are_enough_kinds() -> None:
    assert len(KEPT) >= 40
