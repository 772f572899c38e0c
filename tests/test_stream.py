"""Poses of a clip worked out on several cores: the same for any number of them."""

from __future__ import annotations

import threading
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pytest

from smr_vision.pose import LANDMARKS, Pose
from smr_vision.stream import AHEAD, LEAST_STRETCH_S, LONG_STRETCH_S, MANY, STRETCH_S, WARM_UP_S, posed, stretches
from smr_vision.video import ClipReader, Frame
from tests.film import Film

FPS = 5
SECONDS = 33


class Landmarker:
    """Finds a pose that depends on the picture and, as real ones do, on the pictures it saw before."""

    lock = threading.Lock()
    opened = 0
    closed = 0
    broken_at: float | None = None

    def __init__(self) -> None:
        self._seen = 0

    def __enter__(self) -> Self:
        with Landmarker.lock:
            Landmarker.opened += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with Landmarker.lock:
            Landmarker.closed += 1

    def detect(self, frame: Frame) -> Pose:
        if Landmarker.broken_at is not None and frame.t >= Landmarker.broken_at:
            raise RuntimeError("broken")
        self._seen += 1
        count = len(LANDMARKS)
        places = np.full((count, 2), float(Film.number(frame.image)))
        return Pose(frame.t, places, np.full((count, 3), float(self._seen)), np.ones(count))


@pytest.fixture(autouse=True)
def _fresh() -> None:
    Landmarker.opened = Landmarker.closed = 0
    Landmarker.broken_at = None


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Film(tmp_path_factory.mktemp("film"))(times=[n / FPS for n in range(SECONDS * FPS)], size=(64, 48))


def poses(clip: Path, workers: int) -> list[tuple[float, int, float, float]]:
    """Of each picture: time, number shown, number in the pose, pictures that the landmarker had seen."""
    with ClipReader(clip) as reader:
        return [
            (frame.t, Film.number(frame.image), pose.xy[0, 0], pose.world[0, 0])
            for frame, pose in posed(reader, Landmarker, workers)
        ]


def test_every_picture_comes_once_in_order_with_its_own_pose(clip: Path) -> None:
    found = poses(clip, 2)
    assert [round(t * FPS) for t, *_ in found] == list(range(SECONDS * FPS))
    assert all(shown == in_pose for _, shown, in_pose, _ in found)


def test_poses_are_the_same_for_any_number_of_workers(clip: Path) -> None:
    one = poses(clip, 1)
    assert poses(clip, 2) == one
    assert poses(clip, 3) == one


def test_stretches_and_their_warm_up_are_fixed_in_seconds(clip: Path) -> None:
    found = {t: seen for t, _, _, seen in poses(clip, 3)}
    starts = [t for t, seen in found.items() if t and seen < found[round(t - 1 / FPS, 6)]]
    expected = [start for start, _ in stretches(SECONDS) if start]
    assert len(expected) == 2
    assert starts == pytest.approx([np.ceil(start * FPS - 1e-6) / FPS for start in expected])
    assert {found[t] for t in starts} <= {1 + int(WARM_UP_S * FPS), 1 + round(WARM_UP_S * FPS)}


@pytest.mark.parametrize("length", [0.04, 3.0, 6.0, 11.9, 12.1, 17.0, 33.0, 40.0, 125.3, 300.0, 3600.0])
def test_stretches_cover_the_clip_and_get_shorter(length: float) -> None:
    found = list(stretches(length))
    assert found[0][0] == 0.0
    assert found[-1][1] >= length
    assert all(end == start for (_, end), (start, _) in pairwise(found))
    lengths = [end - start for start, end in found]
    assert all(before >= after - LEAST_STRETCH_S / 2 for before, after in pairwise(lengths))
    assert max(lengths) <= (STRETCH_S if length < MANY * STRETCH_S else LONG_STRETCH_S)
    assert length < MANY * STRETCH_S or len(lengths) >= MANY
    assert length < 1.5 * LEAST_STRETCH_S or lengths[0] <= max(length / 2, LEAST_STRETCH_S)


def test_every_landmarker_is_closed(clip: Path) -> None:
    poses(clip, 3)
    assert Landmarker.opened == Landmarker.closed == 3


def test_a_full_queue_slows_the_reader(clip: Path) -> None:
    """No more stretches are worked out ahead than may wait."""
    with ClipReader(clip) as reader:
        stream = posed(reader, Landmarker, 1)
        next(stream)
        assert Landmarker.opened <= 1 + AHEAD
        stream.close()  # type: ignore[attr-defined]
    assert Landmarker.opened == Landmarker.closed


def test_stopping_early_closes_all_and_leaves_no_thread(clip: Path) -> None:
    before = threading.active_count()
    with ClipReader(clip) as reader:
        stream = posed(reader, Landmarker, 3)
        for _ in range(10):
            next(stream)
        stream.close()  # type: ignore[attr-defined]
    assert Landmarker.opened == Landmarker.closed
    assert threading.active_count() == before


def test_a_landmarker_that_fails_fails_the_whole(clip: Path) -> None:
    Landmarker.broken_at = 12.0
    with pytest.raises(RuntimeError, match="broken"):
        poses(clip, 2)
    assert Landmarker.opened == Landmarker.closed


@pytest.mark.parametrize("said", [0.0, 8.0, 21.0])
def test_a_clip_that_does_not_know_its_length_is_read_to_its_end(clip: Path, said: float) -> None:
    with ClipReader(clip) as reader:
        reader.info = replace(reader.info, duration_s=said)
        found = [(frame.t, pose.xy[0, 0]) for frame, pose in posed(reader, Landmarker, 2)]
    assert len(found) == SECONDS * FPS
    assert all(np.isfinite(number) for _, number in found)


def test_a_clip_of_one_picture(film: Film) -> None:
    assert len(poses(film(times=1, size=(64, 48)), 2)) == 1
