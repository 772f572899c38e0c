"""The examples in docstrings of what is public, run as somebody would type them."""

from __future__ import annotations

import doctest
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import smr_vision as smr
from smr_vision.exchange.table import table_text
from smr_vision.pipeline import public
from smr_vision.video import ClipReader, Frame

ROOT = Path(__file__).parents[1]
EXAMPLES = {
    found.name: found
    for name in ("smr_vision", *smr.__all__)
    for found in doctest.DocTestFinder(exclude_empty=True).find(
        smr if name == "smr_vision" else getattr(smr, name), name=name, module=False, globs={}
    )
    if found.examples
}


class Found:
    """Poses of the clip, found once for all examples."""

    def __init__(self) -> None:
        self._find = public.posed
        self._poses: list[smr.Pose | None] = []

    def __call__(self, clip: ClipReader, *how: Any, **more: Any) -> Iterator[tuple[Frame, smr.Pose | None]]:
        if self._poses:
            yield from zip(clip, self._poses, strict=True)
            return
        for frame, pose in self._find(clip, *how, **more):
            self._poses.append(pose)
            yield frame, pose


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with all that the examples name."""
    place = tmp_path_factory.mktemp("examples")
    shutil.copy(ROOT / "samples/videos/thoracic_good.mp4", place / "roll.mp4")
    hamstrings = (ROOT / "smr_vision/moves/hamstrings.toml").read_text(encoding="utf-8")
    own = hamstrings.replace('id = "hamstrings"', 'id = "adductors"', 1).replace(
        '"Hamstrings roll"', '"Inner thigh"', 1
    )
    (place / "adductors.toml").write_text(own, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(public, "posed", Found())
        session = smr.analyse(place / "roll.mp4", move="thoracic")
        (place / "out" / "roll").mkdir(parents=True)
        session.write(place / "out" / "roll" / "session.json")
        poses = [result.pose for result in smr.Pipeline(move="thoracic").run(smr.open_video(place / "roll.mp4"))]
        arrays = (np.stack([getattr(pose, part) for pose in poses]) for part in ("world", "xy", "visibility"))
        recording = smr.LandmarkRecording(np.array([pose.t for pose in poses]), *arrays)
        (place / "roll.csv").write_text(table_text(recording), encoding="utf-8")
        yield place


def test_there_are_examples_of_what_one_begins_with() -> None:
    begin = {"smr_vision", "analyse", "Pipeline", "load_move", "read_landmarks", "export", "PoseSource"}
    assert begin <= EXAMPLES.keys()


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_gives_what_it_says(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    assert runner.run(EXAMPLES[name], out=said.append).failed == 0, "".join(said)
