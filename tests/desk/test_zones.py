"""The zone over the clip: where the annotated clip has it, for every move, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from smr_vision.analysis.poses_file import PoseKeeper
from smr_vision.desk.zones import Worked, zones
from smr_vision.moves import load_moves
from smr_vision.overlay.figure import zone_bands
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.river import PipelineRun
from smr_vision.pose import exchanged
from tests.people import Camera, Eyes, Joints, calf, frame, glute, moments, pectoral, pose, thoracic, zigzag

MOVES = load_moves()
Side = Literal["left", "right"]
CASES: dict[str, tuple[Side | None, Callable[[float], Joints], Camera]] = {
    "thoracic": (None, thoracic, Camera()),
    "calf": ("right", lambda c: calf("right", c), Camera()),
    "glute": ("right", lambda c: glute("right", c), Camera(-60.0)),
    "pectoral": ("right", lambda c: pectoral("right", c), Camera(60.0)),
}


def kept(path: Path, name: str, swapped_from: float = 99.0) -> dict[float, list[tuple[str, np.ndarray]]]:
    """Eight seconds kept in `poses.npz`; the bands that the annotated clip has at each moment. The pose model takes
    left for right for half a second from `swapped_from` on."""
    side, figure, camera = CASES[name]
    middle = MOVES[name].zone.assumed

    def contact(t: float) -> float:
        return zigzag(t, middle - 0.15, middle + 0.15, 2.0)

    pipeline = PipelineRun(PipelineOptions(MOVES, name, side), Eyes(contact))
    drawn: dict[float, list[tuple[str, np.ndarray]]] = {}
    with PoseKeeper(path) as keeper:
        for t in moments(0.0, 8.0, 10.0):
            found = pose(figure(contact(t)), t, camera)
            if swapped_from <= t < swapped_from + 0.5:
                found = exchanged(found)
            seen = pipeline.advance(frame(t), found)
            keeper.write(seen, found)
            if seen.body is not None and seen.axis is not None:
                drawn[round(t, 3)] = list(zone_bands(seen.body, seen.axis, MOVES[name], side))
        keeper.finish({"slowed": 1.0})
    return drawn


@pytest.mark.parametrize("name", list(CASES))
def test_the_zone_lies_where_the_annotated_clip_has_it(name: str, tmp_path: Path) -> None:
    drawn = kept(tmp_path / "poses.npz", name)
    found = zones(tmp_path, 4.0, 30.0, [Worked(2.0, 6.0, MOVES[name], CASES[name][0])])
    assert found["t"] == [t for t in drawn if 4.0 <= t <= 6.0]
    for t, bands in zip(found["t"], found["bands"], strict=True):
        assert [colour for colour, _ in bands] == [colour for colour, _ in drawn[t]]
        for (_, corners), (_, there) in zip(bands, drawn[t], strict=True):
            assert np.reshape(corners, (-1, 2)) == pytest.approx(there, abs=0.6)


def test_it_stays_on_its_leg_where_the_pose_model_took_left_for_right(tmp_path: Path) -> None:
    drawn = kept(tmp_path / "poses.npz", "calf", swapped_from=5.0)
    found = zones(tmp_path, 4.0, 8.0, [Worked(0.0, 8.0, MOVES["calf"], "right")])
    corners = found["bands"][found["t"].index(5.2)][0][1]
    assert np.reshape(corners, (-1, 2)) == pytest.approx(drawn[5.2][0][1], abs=0.6)


@pytest.mark.parametrize(
    ("span", "side"), [((10.0, 12.0), "right"), ((0.0, 8.0), None)], ids=["outside of the set", "no side"]
)
def test_where_nothing_is_rolled_nothing_is_drawn(tmp_path: Path, span: tuple[float, float], side: str | None) -> None:
    kept(tmp_path / "poses.npz", "calf")
    assert zones(tmp_path, 0.0, 30.0, [Worked(*span, MOVES["calf"], side)])["t"] == []


def test_without_poses_there_is_no_zone(tmp_path: Path) -> None:
    (tmp_path / "poses.npz").write_bytes(b"PK")
    assert zones(tmp_path, 0.0, 30.0, [Worked(0.0, 8.0, MOVES["calf"], "right")])["bands"] == []
