"""Pictures decoded once and handed over: who is handed them, who reads for himself, and always the same poses."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path

import pytest

from smr_vision.errors import ModelError
from smr_vision.pose import handover
from smr_vision.pose.clip_poses import posed
from smr_vision.pose.stretches import stretches
from smr_vision.pose.workers import processes_kept
from smr_vision.video import ClipReader, SentFrame, UnseenFrame
from tests.film import Film
from tests.pose.test_clip_poses import Landmarkers, poses

QUICK, SLOW = 0.0, 0.02  # seconds that a pose takes of a processor; the pictures of `clip` take about 0.002


@pytest.fixture
def landmarkers(tmp_path: Path) -> Landmarkers:
    return Landmarkers(tmp_path)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    times = [n / 20 for n in range(400)]
    return Film(tmp_path_factory.mktemp("film"))(times=times, size=(1280, 720), options={"preset": "ultrafast"})


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two stretches of pictures that take no time to read, so that a pose need not take much to be slow."""
    assert len(list(stretches(12.0))) == 2
    return Film(tmp_path_factory.mktemp("short"))(times=[n / 20 for n in range(240)], size=(64, 48))


@pytest.fixture
def _started_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes are worth it for a second of poses."""
    monkeypatch.setattr(handover, "START_S", 0.1)


def processes_at_the_end(clip: Path, landmarkers: Landmarkers, workers: int, *, pictures: bool) -> int:
    most = 0
    with ClipReader(clip, one_core=True, thin=not pictures) as reader:
        for frame, _ in posed(reader, landmarkers, workers, pictures=pictures):
            most = max(most, len(active_children())) if frame.t > 15 else most
    assert not active_children()
    return most


@pytest.mark.parametrize("pictures", [True, False], ids=["with video", "without"])
def test_one_thread_is_handed_all_pictures_where_decoding_takes_longer(
    clip: Path, landmarkers: Landmarkers, pictures: bool
) -> None:
    assert len(list(stretches(20.0))) > 2
    assert processes_at_the_end(clip, landmarkers, 2, pictures=pictures) == 0


@pytest.mark.usefixtures("_started_at_once")
@pytest.mark.parametrize("pictures", [True, False], ids=["with video", "without"])
def test_where_poses_take_longer_processes_read_on(film: Film, landmarkers: Landmarkers, pictures: bool) -> None:
    small = film(times=[n / 20 for n in range(400)], size=(64, 48))
    assert processes_at_the_end(small, replace(landmarkers, takes_s=SLOW / 2), 3, pictures=pictures) == 2


@pytest.mark.parametrize(("workers", "takes_s"), [(2, QUICK), (4, SLOW / 4)])
@pytest.mark.parametrize(
    ("kind", "name"), [("uneven", "clip.mp4"), ("uneven", "clip.avi"), ("silent", "clip.mkv"), ("60", "clip.ts")]
)
def test_poses_are_the_same_whoever_reads(
    film: Film, landmarkers: Landmarkers, kind: str, name: str, workers: int, takes_s: float
) -> None:
    """Steps from picture to picture that vary, five seconds left out just where a stretch ends, many pictures; in
    files in which any place can be found and in one in which none can."""
    chance, t, times = random.Random(7), 0.0, []
    while t < 19.0:
        times.append(t)
        t += chance.choice((0.02, 0.033, 0.05, 0.11)) if kind == "uneven" else 1 / 60 if kind == "60" else 1 / 24
    if kind == "silent":
        times = [t for t in times if not 6.0 < t < 11.0]
    codec = "mpeg4" if name.endswith("avi") else "libx264"
    path = film(name, times=times, size=(64, 48), keyframe_every=70, codec=codec, b_frames=0 if codec == "mpeg4" else 2)
    assert poses(path, workers, replace(landmarkers, takes_s=takes_s)) == poses(path, 1, landmarkers)


def test_a_pose_is_given_before_the_next_pictures_are_decoded_without_end(clip: Path, landmarkers: Landmarkers) -> None:
    """Pictures that wait for a pose take memory: no more than forty of this size do."""
    behind = []

    class Counted(ClipReader):
        @property
        def read(self) -> int:
            return self.frames_read

    with Counted(clip) as reader:
        for number, _ in enumerate(posed(reader, replace(landmarkers, takes_s=SLOW), 2), start=1):
            behind.append(reader.read - number)
    assert 1 < max(behind) <= 44


def test_without_video_no_large_picture_waits_for_a_pose(clip: Path, landmarkers: Landmarkers) -> None:
    """Of 4K one takes 25 MB; of a picture that is not measured its time is enough."""
    with ClipReader(clip, one_core=True) as reader:
        frames = list(posed(reader, landmarkers, 2, pictures=False))
    assert len(frames) == 400
    assert {type(frame) for frame, pose in frames if pose is not None} == {SentFrame}
    assert {type(frame) for frame, pose in frames if pose is None} == {UnseenFrame}


@pytest.mark.usefixtures("_started_at_once")
def test_the_next_clip_finds_the_processes_of_the_one_before(short: Path, landmarkers: Landmarkers) -> None:
    slow = replace(landmarkers, takes_s=SLOW / 2)
    threads = threading.active_count()
    with processes_kept():
        first = poses(short, 2, slow)
        kept = {process.pid for process in active_children()}
        assert kept
        assert poses(short, 2, slow) == first
        assert {process.pid for process in active_children()} == kept
    assert not active_children()
    assert poses(short, 1, landmarkers) == first
    assert threading.active_count() == threads


@pytest.mark.usefixtures("_started_at_once")
def test_processes_with_other_landmarkers_or_that_failed_are_not_used_again(
    short: Path, landmarkers: Landmarkers
) -> None:
    slow = replace(landmarkers, takes_s=SLOW / 2)
    with processes_kept():
        poses(short, 2, slow)
        (kept,) = active_children()
        with pytest.raises(RuntimeError, match="broken"):
            poses(short, 2, replace(slow, broken_at=8.0))
        assert active_children() == [kept]
        with pytest.raises(ModelError):
            poses(short, 2, replace(slow, damaged="followers"))
        assert active_children() == [kept]
        kept.terminate()
        kept.join()
        assert poses(short, 2, slow)
    assert not active_children()
