"""Poses of a clip worked out on several cores: the same for any number of them."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from multiprocessing import active_children
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pytest

from smr_vision.errors import ModelError
from smr_vision.pose import LANDMARKS, Pose, PoseSource, handover
from smr_vision.pose.clip_poses import posed
from smr_vision.pose.stretches import LEAST_STRETCH_S, LONG_STRETCH_S, MANY, STRETCH_S, at_once, stretches
from smr_vision.pose.warm_start import WARM_UP_S
from smr_vision.video import LOOK_SIDE, ClipReader, Frame
from smr_vision.video.sampling import look_of
from tests.film import Film

FPS = 5
SECONDS = 33


class Landmarker:
    """Finds a pose that depends on the picture and, as real ones do, on the pictures it saw before.

    It notes in `diary` when it is opened and closed, as it may live in another process.
    """

    def __init__(
        self, diary: Path, broken_at: float = inf, *, damaged: bool = False, blind_for: int = 0, takes_s: float = 0.0
    ) -> None:
        self._diary = diary
        self._takes_s = takes_s
        self._blind_for = blind_for
        self._broken_at = broken_at
        self._damaged = damaged
        self._seen = 0

    def __enter__(self) -> Self:
        if self._damaged:
            raise ModelError("It is damaged.")
        with self._diary.open("a") as file:
            file.write("opened\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._diary.open("a") as file:
            file.write("closed\n")

    def detect(self, frame: Frame) -> Pose:
        if frame.t >= self._broken_at:
            raise RuntimeError("broken")
        self._seen += 1
        done = time.thread_time() + self._takes_s
        while time.thread_time() < done:
            pass
        if self._seen <= self._blind_for:
            return Pose.nobody(frame.t)
        count = len(LANDMARKS)
        places = np.full((count, 2), float(Film.number(frame.image)))
        return Pose(frame.t, places, np.full((count, 3), float(self._seen)), np.ones(count))


@dataclass(frozen=True)
class Landmarkers:
    """Makes them, here and in other processes."""

    folder: Path
    broken_at: float = inf
    damaged: str = ""
    blind_for: int = 0
    takes_s: float = 0.0

    def verifier(self) -> PoseSource:
        return Landmarker(self.folder / "looker", damaged=self.damaged == "looker")

    def tracker(self, verifier: PoseSource) -> PoseSource:
        del verifier
        damaged = self.damaged == "followers"
        return Landmarker(
            self.folder / "followers",
            self.broken_at,
            damaged=damaged,
            blind_for=self.blind_for,
            takes_s=self.takes_s,
        )

    def count(self, word: str) -> int:
        return (self.folder / "followers").read_text().count(word)


@pytest.fixture
def landmarkers(tmp_path: Path) -> Landmarkers:
    return Landmarkers(tmp_path)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Film(tmp_path_factory.mktemp("film"))(times=[n / FPS for n in range(SECONDS * FPS)], size=(64, 48))


def poses(clip: Path, workers: int, landmarkers: Landmarkers) -> list[tuple[float, int, float, float]]:
    """Of each picture: time, number shown, number in the pose, pictures that the landmarker had seen."""
    with ClipReader(clip) as reader:
        return [
            (frame.t, Film.number(frame.image), pose.xy[0, 0], pose.world[0, 0])
            for frame, pose in posed(reader, landmarkers, workers)
            if pose is not None
        ]


def test_every_picture_comes_once_in_order_with_its_own_pose(clip: Path, landmarkers: Landmarkers) -> None:
    found = poses(clip, 2, landmarkers)
    assert [round(t * FPS) for t, *_ in found] == list(range(SECONDS * FPS))
    assert all(shown == in_pose for _, shown, in_pose, _ in found)


def test_poses_are_the_same_for_any_number_of_workers(clip: Path, landmarkers: Landmarkers) -> None:
    one = poses(clip, 1, landmarkers)
    assert poses(clip, 2, landmarkers) == one
    assert poses(clip, 3, landmarkers) == one


@pytest.mark.parametrize("step", [1 / 30, 1 / 24, 0.0321], ids=["30 fps", "24 fps", "uneven"])
def test_the_first_picture_of_each_tenth_is_measured_by_any_number_of_workers(
    film: Film, landmarkers: Landmarkers, step: float
) -> None:
    path = film(times=[n * step for n in range(round(17 / step))], size=(64, 48), keyframe_every=50)
    one = poses(path, 1, landmarkers)
    assert poses(path, 2, landmarkers) == one
    slots = [int(t * 10 + 1e-6) for t, *_ in one]
    assert slots == list(range(170))
    assert len({seen for *_, seen in one}) < len(one)  # there was more than one stretch


def test_stretches_and_their_warm_up_are_fixed_in_seconds(clip: Path, landmarkers: Landmarkers) -> None:
    found = {t: seen for t, _, _, seen in poses(clip, 3, landmarkers)}
    starts = [t for t, seen in found.items() if t and seen < found[round(t - 1 / FPS, 6)]]
    expected = [start for start, _ in stretches(SECONDS) if start]
    assert len(expected) == 2
    assert starts == pytest.approx([np.ceil(start * FPS - 1e-6) / FPS for start in expected])
    assert {found[t] for t in starts} <= {1 + int(WARM_UP_S * FPS), 1 + round(WARM_UP_S * FPS)}


@pytest.mark.parametrize("workers", [1, 2])
def test_nobody_is_lost_where_a_stretch_begins(clip: Path, landmarkers: Landmarkers, workers: int) -> None:
    found = poses(clip, workers, replace(landmarkers, blind_for=4))
    assert [t for t, _, place, _ in found if np.isnan(place)] == [n / FPS for n in range(4)]


@pytest.mark.parametrize("length", [0.04, 3.0, 6.0, 11.9, 12.1, 17.0, 33.0, 40.0, 125.3, 300.0, 3600.0])
def test_stretches_cover_the_clip_and_get_shorter(length: float) -> None:
    found = list(stretches(length))
    assert found[0][0] == 0.0
    assert found[-1][1] >= length
    assert all(end == start for (_, end), (start, _) in pairwise(found))
    lengths = [end - start for start, end in found]
    assert all(before >= after - LEAST_STRETCH_S / 2 for before, after in pairwise(lengths))
    assert max(lengths) <= (STRETCH_S if length < MANY * STRETCH_S else LONG_STRETCH_S) + 1e-6
    assert length < MANY * STRETCH_S or len(lengths) >= MANY
    assert length < 1.5 * LEAST_STRETCH_S or lengths[0] <= max(length / 2, LEAST_STRETCH_S)


def test_every_landmarker_is_closed(clip: Path, landmarkers: Landmarkers) -> None:
    poses(clip, 2, landmarkers)
    assert landmarkers.count("opened") == landmarkers.count("closed") == 3


def test_a_full_queue_slows_the_reader(clip: Path, landmarkers: Landmarkers) -> None:
    """No more stretches are worked out ahead than may wait."""
    with ClipReader(clip) as reader:
        stream = posed(reader, landmarkers, 1)
        next(stream)
        assert landmarkers.count("opened") <= at_once(1)
        stream.close()  # type: ignore[attr-defined]
    assert landmarkers.count("opened") == landmarkers.count("closed")


def test_stopping_early_leaves_no_thread_and_no_process(clip: Path, landmarkers: Landmarkers) -> None:
    before = threading.active_count()
    with ClipReader(clip) as reader:
        stream = posed(reader, landmarkers, 3)
        for _ in range(10):
            next(stream)
        assert threading.active_count() > before
        stream.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
    assert not active_children()


def test_no_more_processes_than_stretches(
    clip: Path, landmarkers: Landmarkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much it would pay to decode elsewhere too."""
    monkeypatch.setattr(handover, "WORTH", 0.0)
    monkeypatch.setattr(handover, "START_S", -inf)
    with ClipReader(clip) as reader:
        many = len(list(stretches(reader.info.duration_s)))
        most = max(len(active_children()) for _ in posed(reader, replace(landmarkers, takes_s=0.01), 16))
    assert 0 < most <= many < 16


def test_a_landmarker_that_fails_fails_the_whole(clip: Path, landmarkers: Landmarkers) -> None:
    with pytest.raises(RuntimeError, match="broken"):
        poses(clip, 2, replace(landmarkers, broken_at=12.0))
    assert not active_children()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("which", ["looker", "followers"])
def test_a_landmarker_that_can_not_be_opened_is_told(
    clip: Path, landmarkers: Landmarkers, which: str, workers: int
) -> None:
    before = threading.active_count()
    with pytest.raises(ModelError, match="damaged"):
        poses(clip, workers, replace(landmarkers, damaged=which))
    assert not active_children()
    assert threading.active_count() == before


@pytest.mark.parametrize("said", [0.0, 8.0, 21.0])
def test_a_clip_that_does_not_know_its_length_is_read_to_its_end(
    clip: Path, said: float, landmarkers: Landmarkers
) -> None:
    with ClipReader(clip) as reader:
        reader.info = replace(reader.info, duration_s=said)
        found = [(frame.t, pose.xy[0, 0]) for frame, pose in posed(reader, landmarkers, 2) if pose is not None]
    assert len(found) == SECONDS * FPS
    assert all(np.isfinite(number) for _, number in found)


def test_a_clip_of_one_picture(film: Film, landmarkers: Landmarkers) -> None:
    assert len(poses(film(times=1, size=(64, 48)), 2, landmarkers)) == 1


@pytest.mark.parametrize(("workers", "takes_s"), [(2, 0.0), (3, 0.03)])
def test_pictures_that_workers_send_are_those_of_the_clip(
    film: Film, landmarkers: Landmarkers, workers: int, takes_s: float
) -> None:
    """Grey ones in all that is measured, and what the tool finder looks at five times a second; from one thread, and
    where poses take so long that processes read on."""
    path = film(times=[n / 24 for n in range(17 * 24)], size=(1200, 96), keyframe_every=50)
    with ClipReader(path) as reader:
        ours = list(posed(reader, landmarkers, 1))
        whole = reader.ending
    with ClipReader(path) as reader:
        sent = list(posed(reader, replace(landmarkers, takes_s=takes_s), workers, pictures=False))
        assert (reader.ending, reader.end_s) == (whole, pytest.approx(17.0))
    assert [f.t for f, _ in sent] == [f.t for f, _ in ours]
    assert [p is None for _, p in sent] == [p is None for _, p in ours]
    looked = -1
    for (here, _), (there, pose) in zip(ours, sent, strict=True):
        if pose is not None:
            assert (here.size, there.size) == ((1200, 96), (1200, 96))
            assert np.array_equal(here.grey, there.grey)
            if look_of(there.t) != looked:
                assert np.array_equal(here.look, there.look)
                assert max(there.look.shape) == LOOK_SIDE
            looked = look_of(there.t)


def test_a_clip_that_is_cut_off_ends_the_same_for_whoever_reads_it(film: Film, landmarkers: Landmarkers) -> None:
    path = film("cut.mkv", times=[n / 20 for n in range(340)], size=(64, 48))
    path.write_bytes(path.read_bytes()[: int(0.7 * path.stat().st_size)])
    endings = []
    for workers, pictures in ((1, True), (2, True), (2, False)):
        with ClipReader(path) as reader:
            times = [f.t for f, _ in posed(reader, landmarkers, workers, pictures=pictures)]
            endings.append((times, reader.end_s, reader.damaged))
    assert endings[0][2] is not None
    assert endings[1] == endings[2] == endings[0]
