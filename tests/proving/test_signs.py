"""No sign is ever given by rolling: the arm's list stays shut on every kept clip."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.proving.kept import load
from smr_vision.body import BodyEstimator
from smr_vision.live.arm_menu import NOTHING, ArmMenu, Choice

CLIPS = sorted((Path(__file__).parents[2] / "benchmarks" / "proving" / "clips").glob("*.npz"))


@pytest.mark.slow
def test_no_kept_clip_opens_the_list() -> None:
    assert len(CLIPS) > 100
    opened = []
    for path in CLIPS:
        kept = load(path)
        for model, track in kept.tracks.items():
            meter, menu = BodyEstimator(), ArmMenu()
            for pose, room in zip(kept.poses(model), track.camera_motion, strict=True):
                taken = menu.advance(pose.t, meter.estimate(pose, room), (Choice("q", "Finish"), NOTHING))
                if menu.menu is not None or taken is not None:
                    opened.append((path.stem, model, pose.t))
    assert opened == []
