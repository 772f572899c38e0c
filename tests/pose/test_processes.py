"""A process that finds poses: it says what it found or what went wrong, and goes when it should."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from math import inf
from multiprocessing import active_children
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import pytest

from smr_vision.errors import DeviceError, InputError
from smr_vision.pose import LANDMARKS, Pose, PoseSource
from smr_vision.pose.processes import Pictures, PoseProcess
from smr_vision.pose.serving import Stretch
from smr_vision.video import ClipReader, DecodedFrame, Frame, SentFrame
from tests.film import Film

THREADS = "OPENBLAS_NUM_THREADS"


def some_pose(t: float, number: float, process: int) -> Pose:
    count = len(LANDMARKS)
    return Pose(t, np.full((count, 2), number), np.full((count, 3), float(process)), np.ones(count))


class Numbers(PoseSource):
    """A looker that reads the number in the picture, and says in which process."""

    def detect(self, frame: Frame) -> Pose:
        return some_pose(frame.t, float(Film.number(frame.image)), os.getpid())


class Asking(Numbers):
    """A follower that has all pictures looked at afresh."""

    def __init__(self, verifier: PoseSource, dies_at: float) -> None:
        self._verifier = verifier
        self._dies_at = dies_at

    def detect(self, frame: Frame) -> Pose:
        if frame.t >= self._dies_at:
            os._exit(1)
        return self._verifier.detect(frame)


@dataclass(frozen=True)
class Sources:
    dies_at: float = inf

    def verifier(self) -> PoseSource:
        return Numbers()

    def tracker(self, verifier: PoseSource) -> PoseSource:
        return Asking(verifier, self.dies_at)


class Telling(PoseSource):
    """Tells, by failing, how many threads numpy is allowed where it is."""

    def detect(self, frame: Frame) -> Pose:
        raise InputError(f"threads: {os.environ.get(THREADS)}")


class TellingSources(Sources):
    def tracker(self, verifier: PoseSource) -> PoseSource:
        return Telling()


@contextmanager
def process(sources: Sources) -> Iterator[PoseProcess]:
    with closing(PoseProcess(sources)) as found:
        try:
            yield found
        finally:
            found.stop()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Film(tmp_path_factory.mktemp("film"))(times=[n / 10 for n in range(40)], size=(64, 48))


def test_it_goes_through_stretches_elsewhere(clip: Path) -> None:
    with process(Sources()) as found:
        first = list(found.found(Stretch(clip, 0.0, 1.0)))
        second = list(found.found(Stretch(clip, 2.0, 3.0)))
    assert [round(10 * p.t) for p in first] == list(range(10))
    assert [p.xy[0, 0] for p in first + second] == [*range(10), *range(20, 30)]
    (elsewhere,) = {p.world[0, 0] for p in first + second}
    assert elsewhere != os.getpid()


def handed(clip: Path, start: float, end: float) -> Pictures:
    """The pictures of a stretch, ready to be handed over."""
    pictures: Pictures = SimpleQueue()
    with ClipReader(clip, start, end) as reader:
        for frame in reader:
            assert isinstance(frame, DecodedFrame)
            pictures.put(SentFrame(frame.t, frame.size, None, frame.small, None))
    pictures.put(None)
    return pictures


def test_of_pictures_handed_to_it_it_finds_what_it_finds_by_itself(clip: Path) -> None:
    """And tells none of the warm-up."""
    stretch = Stretch(clip, 1.0, 3.0)
    with process(Sources()) as found:
        alone = list(found.found(stretch))
        told = list(found.found_of(replace(stretch, handed=True), handed(clip, 0.8, 3.0)))
        assert [(p.t, p.xy[0, 0]) for p in told] == [(p.t, p.xy[0, 0]) for p in alone]
        assert len(told) == 20
        assert list(found.found_of(replace(stretch, handed=True), handed(clip, 2.0, 3.0)))


def test_it_waits_for_pictures_and_keeps_no_pose_back(clip: Path) -> None:
    """Whoever hands pictures over may wait for a pose before the next one."""
    all_of_them, pictures = handed(clip, 0.0, 1.0), SimpleQueue[SentFrame | None]()
    with process(Sources()) as found:
        poses = found.found_of(Stretch(clip, 0.0, 1.0, handed=True), pictures)
        for _ in range(10):
            pictures.put(all_of_them.get())
            next(poses)
        pictures.put(None)
        assert not list(poses)


def test_what_goes_wrong_with_pictures_handed_over_is_raised(clip: Path) -> None:
    stretch = Stretch(clip, 0.0, 4.0, handed=True)
    with process(TellingSources()) as found, pytest.raises(InputError, match="threads"):
        list(found.found_of(stretch, handed(clip, 0.0, 4.0)))
    with process(Sources(dies_at=0.5)) as found, pytest.raises(DeviceError, match="--workers 1"):
        list(found.found_of(stretch, handed(clip, 0.0, 4.0)))


def test_what_goes_wrong_there_is_raised_here_and_it_goes_on(clip: Path, tmp_path: Path) -> None:
    with process(Sources()) as found:
        with pytest.raises(InputError, match=r"gone\.mp4"):
            list(found.found(Stretch(tmp_path / "gone.mp4", 0.0, 1.0)))
        assert len(list(found.found(Stretch(clip, 0.0, 1.0)))) == 10


def test_a_process_that_dies_says_what_to_do(clip: Path) -> None:
    with process(Sources(dies_at=0.5)) as found, pytest.raises(DeviceError, match="--workers 1"):
        list(found.found(Stretch(clip, 0.0, 1.0)))


@pytest.mark.parametrize("ours", [None, "2"])
def test_numpy_starts_no_threads_there_and_what_is_set_here_stays(
    clip: Path, ours: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(THREADS, raising=False)
    if ours is not None:
        monkeypatch.setenv(THREADS, ours)
    with process(TellingSources()) as found, pytest.raises(InputError, match="threads: 1"):
        list(found.found(Stretch(clip, 0.0, 1.0)))
    assert os.environ.get(THREADS) == ours


@pytest.mark.alone
def test_it_stops_in_the_middle_of_a_stretch(clip: Path) -> None:
    with process(Sources()) as found:
        poses = found.found(Stretch(clip, 0.0, inf))
        next(poses)
        begun = time.monotonic()
        found.stop()
        assert time.monotonic() - begun < 2.0
        with pytest.raises(DeviceError):
            list(poses)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_it_does_not_hear_the_ctrl_c_that_is_meant_for_all(clip: Path) -> None:
    with process(Sources()) as found:
        (child,) = active_children()
        assert child.pid is not None
        os.kill(child.pid, signal.SIGINT)  # while it is loading
        poses = found.found(Stretch(clip, 0.0, 4.0))
        next(poses)
        os.kill(child.pid, signal.SIGINT)
        assert len(list(poses)) == 39
