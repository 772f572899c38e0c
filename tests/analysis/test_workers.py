"""With the real pose model: what comes out does not depend on how many cores there are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smr_vision.analysis import Request, analyse
from smr_vision.moves import load_moves
from smr_vision.pipeline.river import Wishes
from smr_vision.pose.clip_poses import stretches
from smr_vision.video import ClipReader

SAMPLE = Path(__file__).parents[2] / "samples" / "videos" / "thoracic_good.mp4"


def files(workers: int, out: Path) -> dict[str, bytes]:
    """What was written, the session without the time at which it was."""
    request = Request(SAMPLE, out, Wishes(load_moves()), model="lite", video=False, workers=workers)
    folder = analyse(request).folder
    session = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    del session["recorded_at"]
    written = {name: (folder / name).read_bytes() for name in ("series.csv", "poses.npz")}
    return {**written, "session.json": json.dumps(session).encode()}


@pytest.mark.model
@pytest.mark.slow
def test_the_results_are_the_same_for_any_number_of_workers(tmp_path: Path) -> None:
    with ClipReader(SAMPLE) as clip:
        assert len(list(stretches(clip.info.duration_s))) >= 3
    one = files(1, tmp_path / "1")
    assert json.loads(one["session.json"])["sets"]
    assert files(2, tmp_path / "2") == one
    assert files(3, tmp_path / "3") == one
