"""A landmarker that starts in the middle of a clip."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from smr_vision.pose import LANDMARKS, Pose, PoseSource
from smr_vision.pose.warm_start import LONG_WARM_UP_S, WARM_UP_S, LateStarter
from smr_vision.video import ClipReader, Frame
from tests.film import Film

FPS = 10


class SlowFinder(PoseSource):
    """Finds a person only after it has seen so many pictures."""

    def __init__(self, needs: int, seen: list[list[float]]) -> None:
        self._needs = needs
        self._times: list[float] = []
        seen.append(self._times)

    def detect(self, frame: Frame) -> Pose:
        self._times.append(frame.t)
        if len(self._times) <= self._needs:
            return Pose.nobody(frame.t)
        count = len(LANDMARKS)
        return Pose(frame.t, np.zeros((count, 2)), np.zeros((count, 3)), np.ones(count))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Film(tmp_path_factory.mktemp("film"))(times=[n / FPS for n in range(10 * FPS)], size=(64, 48))


def started(clip: Path, start: float, needs: int) -> tuple[list[list[float]], list[Pose]]:
    """The pictures that each landmarker saw, and the poses from `start` on."""
    seen: list[list[float]] = []
    early = max(start - WARM_UP_S, 0.0)
    with LateStarter(lambda: SlowFinder(needs, seen), clip, start) as source, ClipReader(clip, early) as reader:
        poses = [source.detect(frame) for frame in reader]
    return seen, [pose for pose in poses if pose.t >= start]


def test_a_short_warm_up_is_enough_where_it_finds_the_person(clip: Path) -> None:
    seen, poses = started(clip, 6.0, needs=1)
    assert [times[0] for times in seen] == pytest.approx([6.0 - WARM_UP_S])
    assert all(pose.found for pose in poses)


def test_where_it_finds_nobody_it_starts_from_further_back(clip: Path) -> None:
    seen, poses = started(clip, 6.0, needs=12)
    assert [times[0] for times in seen] == pytest.approx([6.0 - WARM_UP_S, 6.0 - LONG_WARM_UP_S])
    assert seen[1] == pytest.approx([n / FPS for n in range(round((6.0 - LONG_WARM_UP_S) * FPS), 10 * FPS)])
    assert all(pose.found for pose in poses)
    assert len(poses) == 4 * FPS


def test_the_beginning_of_a_clip_has_nothing_before_it(clip: Path) -> None:
    seen, poses = started(clip, 0.0, needs=5)
    assert len(seen) == 1
    assert [pose.found for pose in poses[:6]] == [False] * 5 + [True]


def test_near_the_beginning_it_starts_from_there(clip: Path) -> None:
    seen, _ = started(clip, 1.0, needs=5)
    assert [times[0] for times in seen] == pytest.approx([1.0 - WARM_UP_S, 0.0])
