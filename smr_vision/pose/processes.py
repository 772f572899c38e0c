"""Landmarkers in processes of their own, one a core.

In threads they wait for each other and for the coach at Python's lock: a tenth of the time on two cores. A process
gets stretches of a clip to go through, reads them itself, and sends back poses, which are small. Looks afresh are
few: they are asked of the process that started it, so that one landmarker for them is enough.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from smr_vision.errors import DeviceError
from smr_vision.pose import Pose, PoseSource
from smr_vision.pose.warm_start import WARM_UP_S, WarmStart
from smr_vision.runtime.heap import limit_heap, trim_heap
from smr_vision.runtime.shielded import run_shielded
from smr_vision.video import ClipReader, DecodedFrame, Ending, Frame, SentFrame, SmallFrame, UnseenFrame
from smr_vision.video.film import FilmArea
from smr_vision.video.parts import Reading
from smr_vision.video.sampling import FrameSampler, look_of
from smr_vision.video.upright import Small

LEAVE_S: Final = 5.0  # a process that has been told to go is given this long
_GONE: Final = (EOFError, ConnectionError)  # what a pipe says whose other side is gone


class PoseSources(Protocol):
    """Makes landmarkers, here or in another process: it is sent there."""

    def verifier(self) -> PoseSource:
        """The one that looks afresh; it serves all the others."""
        ...

    def tracker(self, verifier: PoseSource) -> PoseSource:
        """One that goes through a stretch."""
        ...


@dataclass(frozen=True)
class Stretch:
    """The pictures of a clip with start <= t < end; with `pictures`, whoever gets the poses does not read the clip:
    the pictures come with them, as small as they are looked at."""

    clip: Path
    start: float
    end: float
    pictures: bool = False
    reading: Reading = "freely"

    @property
    def early(self) -> float:
        """When the warm-up begins."""
        return max(self.start - WARM_UP_S, 0.0)


@dataclass(frozen=True, eq=False)
class Picture:
    """One of the pictures that come with their poses; of one that is not measured there is only its time."""

    t: float
    pose: Pose | None = None
    size: tuple[int, int] = (0, 0)
    grey: NDArray[np.uint8] | None = None
    small: Small | None = None
    film: FilmArea | None = None

    @property
    def frame(self) -> Frame:
        if self.grey is None:
            return UnseenFrame(self.t)
        return SentFrame(self.t, self.size, self.grey, self.small, self.film)


Found = Pose | Picture | Ending
"""Of a stretch: poses alone, or all pictures and then how it ended."""


def found_in(stretch: Stretch, sources: PoseSources, verifier: PoseSource) -> Iterator[Found]:
    """What a stretch holds, in order; the pose is measured in some of the pictures."""
    with (
        ClipReader(stretch.clip, stretch.early, stretch.end, one_core=True, thin=True, reading=stretch.reading) as clip,
        WarmStart(lambda: sources.tracker(verifier), stretch.clip, stretch.start, stretch.reading) as source,
    ):
        sampler, look = FrameSampler(clip.info.fps), -1
        for frame in clip:
            ours = frame.t >= stretch.start
            if not sampler.measures(frame.t, decoded=frame.decoded):
                if ours and stretch.pictures:
                    yield Picture(frame.t)
                continue
            pose = source.detect(frame)
            if ours and stretch.pictures:
                due, look = look_of(frame.t) != look, look_of(frame.t)
                small = frame.small if due and isinstance(frame, DecodedFrame) else None
                yield Picture(frame.t, pose, frame.size, frame.grey, small, frame.film)
            elif ours:
                yield pose
        if stretch.pictures and clip.ending is not None:
            # What was damaged in the warm-up belongs to the stretch before.
            yield clip.ending_since(stretch.start)


class PoseProcess:
    """A process that finds the poses of stretches, one stretch at a time. It does not outlive us."""

    def __init__(self, sources: PoseSources, verifier: PoseSource) -> None:
        context = get_context("spawn")  # threads and libraries of this process do not survive a fork
        self._verifier = verifier
        theirs_in, self._out = context.Pipe(duplex=False)
        self._in, theirs_out = context.Pipe(duplex=False)
        self._process = context.Process(target=_serve, args=(sources, theirs_in, theirs_out), daemon=True)
        try:
            run_shielded(self._start)
        except OSError as e:
            raise DeviceError(
                f"No more processes can be started ({e.strerror or e}). Close other programs, or use --workers 1."
            ) from e
        except BaseException:
            if self._process.pid is not None:  # a stop, in the midst of it: nobody else knows of the process
                self.stop()
            raise
        # Ours alone from here on, so that each side hears when the other is gone.
        theirs_in.close()
        theirs_out.close()

    def _start(self) -> None:
        with deaf_to_ctrl_c(), _no_threads_for_numpy():
            self._process.start()

    def stop(self) -> None:
        """End it, in the middle of a stretch too; whoever waits for its poses hears of it. May be called twice."""
        self._process.terminate()
        self._process.join(LEAVE_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def close(self) -> None:
        """Let go of it; nobody waits for poses any more."""
        self.stop()
        self._out.close()
        self._in.close()
        self._process.close()

    def found(self, stretch: Stretch) -> Iterator[Found]:
        """What a stretch holds, in order, as it is found. Raises what went wrong there, or DeviceError when the
        process is gone."""
        try:
            self._out.send(stretch)
            while (said := self._in.recv()) is not None:
                if isinstance(said, BaseException):
                    raise said
                if isinstance(said, Frame):
                    self._out.send(_packed(self._verifier.detect(said)))
                else:
                    yield said if isinstance(said, Picture | Ending) else _unpacked(said)
        except _GONE as e:
            raise DeviceError(
                "A process that finds poses died, out of memory perhaps. Close other programs, or use --workers 1."
            ) from e


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Processes started inside never hear the Ctrl-C that is meant for all, not even while they are still loading:
    they end when we do. We hear it right afterwards."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # started later on, with the first process, it would open our ears again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _no_threads_for_numpy() -> Iterator[None]:
    """Processes started inside load numpy in half the time: its algebra starts no threads, for which they have no
    core."""
    name = "OPENBLAS_NUM_THREADS"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


# In the other process


class _RemoteVerifier(PoseSource):
    """Looks afresh by asking the process that started this one."""

    def __init__(self, questions: Connection, answers: Connection) -> None:
        self._questions = questions
        self._answers = answers

    def detect(self, frame: Frame) -> Pose:
        self._questions.send(SmallFrame(frame.t, frame.look, frame.size))
        return _unpacked(self._answers.recv())


def _serve(sources: PoseSources, asked: Connection, found: Connection) -> None:
    """Go through stretches until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)  # a core for each process
    limit_heap()
    verifier = _RemoteVerifier(found, asked)
    with suppress(*_GONE):  # whoever asked is gone
        while True:
            stretch: Stretch = asked.recv()
            try:
                for one in found_in(stretch, sources, verifier):
                    found.send(_packed(one) if isinstance(one, Pose) else one)
                found.send(None)
                trim_heap()
            except _GONE:
                raise
            except Exception as e:  # noqa: BLE001 - raised where the poses are asked for
                found.send(e)


_Packed = tuple[float, bytes, bytes, bytes]


def _packed(pose: Pose) -> _Packed:
    return pose.t, pose.xy.tobytes(), pose.world.tobytes(), pose.visibility.tobytes()


def _unpacked(packed: _Packed) -> Pose:
    t, *arrays = packed
    xy, world, visibility = (np.frombuffer(a, np.float64) for a in arrays)
    return Pose(t, xy.reshape(-1, 2), world.reshape(-1, 3), visibility)
