"""`poses.npz`: poses and sights kept as they come."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from smr_vision.analysis.poses_file import RECORD, PoseKeeper
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.result import FrameResult
from smr_vision.pipeline.river import PipelineRun
from smr_vision.pose import Pose
from tests.people import Eyes, frame, moments, pose, thoracic


def kept(path: Path, result: list[FrameResult]) -> tuple[np.ndarray, list[str]]:
    with PoseKeeper(path) as keeper:
        for one in result:
            keeper.write(one, one.pose)
        keeper.finish({})
    with np.load(path) as data:  # no pickle: safe to open from anybody
        return data["records"], [str(name) for name in data["looked"]]


def nobody(t: float) -> FrameResult:
    return FrameResult(t, Pose.nobody(t), None, None, None, None)


@pytest.fixture(scope="module")
def result() -> list[FrameResult]:
    pipeline = PipelineRun(PipelineOptions(load_moves()), Eyes(lambda t: 0.2 if t > 1 else None))
    return [nobody(0.0), *(pipeline.advance(frame(t), pose(thoracic(0.2), t)) for t in moments(0.1, 3.1, 10.0))]


def test_what_is_kept_can_be_read_by_numpy_alone(tmp_path: Path, result: list[FrameResult]) -> None:
    records, looked = kept(tmp_path / "poses.npz", result)
    assert records["t"] == pytest.approx([s.t for s in result])
    assert records["xy"][-1] == pytest.approx(result[-1].pose.xy, abs=0.01)
    assert records["world"][-1] == pytest.approx(result[-1].pose.world, abs=1e-4)
    assert records["visibility"][-1] == pytest.approx(result[-1].pose.visibility, abs=1e-4)
    assert looked == ["between mid_shoulders mid_hips centred 0.5"]


def test_what_the_tool_finder_saw_is_kept_and_where_it_looked(tmp_path: Path, result: list[FrameResult]) -> None:
    records, _ = kept(tmp_path / "poses.npz", result)
    detection = result[-1].feedback.contact.detection  # type: ignore[union-attr]
    assert detection is not None
    assert records["sight"][-1][:3] == pytest.approx([*detection.near, detection.radius], abs=0.01)
    assert records["sight"][-1][7:] == pytest.approx(
        [detection.position, detection.spread, detection.length, detection.confidence]
    )
    assert np.isnan(records["sight"][5]).all()
    assert (records["looked"][0], records["looked"][-1]) == (-1, 0)


def test_nobody_is_kept_as_nobody(tmp_path: Path, result: list[FrameResult]) -> None:
    records, _ = kept(tmp_path / "poses.npz", result)
    assert np.isnan(records["xy"][0]).all()
    assert not records["visibility"][0].any()


def test_an_empty_clip_keeps_an_empty_file(tmp_path: Path) -> None:
    records, looked = kept(tmp_path / "poses.npz", [])
    assert (len(records), records.dtype, looked) == (0, RECORD, [""])


def test_nothing_is_left_behind_when_it_is_not_finished(tmp_path: Path) -> None:
    with PoseKeeper(tmp_path / "poses.npz") as keeper:
        keeper.write(nobody(0.0), Pose.nobody(0.0))
    assert list(tmp_path.iterdir()) == []


def test_only_the_finished_file_is_left(tmp_path: Path, result: list[FrameResult]) -> None:
    kept(tmp_path / "poses.npz", result)
    assert [p.name for p in tmp_path.iterdir()] == ["poses.npz"]


def test_memory_does_not_grow_with_the_clip(tmp_path: Path) -> None:
    peaks = []
    for count in (500, 5000):
        tracemalloc.start()
        with PoseKeeper(tmp_path / f"{count}.npz") as keeper:
            for number in range(count):
                keeper.write(nobody(number / 30), Pose.nobody(0.0))
            keeper.finish({})
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 2_000_000  # its file alone is 4 MB
    assert 5000 * RECORD.itemsize > 3_000_000
