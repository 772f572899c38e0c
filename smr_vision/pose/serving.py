"""What a process does that finds poses: it goes through stretches of a clip, and says what it finds.

It reads a stretch itself, or is handed the pictures by whoever decodes them for other ends too.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from smr_vision.pose import Pose, PoseSource
from smr_vision.pose.verified import SharedLandmarker
from smr_vision.pose.warm_start import WARM_UP_S, WarmStart
from smr_vision.runtime.machine import limit_heap, trim_heap
from smr_vision.video import ClipReader, DecodedFrame, Ending, Frame, SentFrame, UnseenFrame
from smr_vision.video.frame import FilmArea
from smr_vision.video.parts import Reading
from smr_vision.video.sampling import FrameSampler, look_of
from smr_vision.video.upright import Small

GONE: Final = (EOFError, ConnectionError)  # what a pipe says whose other side is gone


class PoseSources(Protocol):
    """Makes landmarkers, here or in another process: it is sent there."""

    def verifier(self) -> PoseSource:
        """The one that looks afresh; it serves all the others of a process."""
        ...

    def tracker(self, verifier: PoseSource) -> PoseSource:
        """One that goes through a stretch."""
        ...


def early(start: float) -> float:
    """When the warm-up of a stretch begins."""
    return max(start - WARM_UP_S, 0.0)


@dataclass(frozen=True)
class Stretch:
    """The pictures of a clip with start <= t < end; with `pictures`, whoever gets the poses does not read the clip:
    the pictures come with them, as small as they are looked at. `handed`: those that are measured are handed over, and
    nobody reads the clip but whoever does that."""

    clip: Path
    start: float
    end: float
    pictures: bool = False
    reading: Reading = "freely"
    handed: bool = False

    @property
    def early(self) -> float:
        """When the warm-up begins."""
        return early(self.start)


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


def found_of(stretch: Stretch, pictures: Iterator[Frame], sources: PoseSources, verifier: PoseSource) -> Iterator[Pose]:
    """The poses of the `pictures` of a stretch; those of its warm-up come first, and are not told."""
    with WarmStart(lambda: sources.tracker(verifier), stretch.clip, stretch.start, stretch.reading) as source:
        for frame in pictures:
            pose = source.detect(frame)
            if frame.t >= stretch.start:
                yield pose


Packed = tuple[float, bytes, bytes, bytes]


def serve(sources: PoseSources, asked: Connection, found: Connection) -> None:
    """Go through stretches until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)  # a core for each process
    limit_heap()
    verifier = SharedLandmarker(sources.verifier())
    with suppress(*GONE), ExitStack() as stack:  # whoever asked is gone
        opened = False
        while True:
            stretch: Stretch = asked.recv()
            try:
                if not opened:
                    stack.enter_context(verifier)  # one for all stretches
                    opened = True
                handed = iter(asked.recv, None) if stretch.handed else None
                for one in (
                    found_in(stretch, sources, verifier)
                    if handed is None
                    else found_of(stretch, handed, sources, verifier)
                ):
                    found.send(packed(one) if isinstance(one, Pose) else one)
                found.send(None)
                trim_heap()
            except GONE:
                raise
            # It is raised where the poses are asked for.
            except Exception as e:  # noqa: BLE001
                found.send(e)
                if stretch.handed:
                    deque(iter(asked.recv, None), maxlen=0)  # what is still handed over is no question


def packed(pose: Pose) -> Packed:
    return pose.t, pose.xy.tobytes(), pose.world.tobytes(), pose.visibility.tobytes()


def unpacked(packed: Packed) -> Pose:
    t, *arrays = packed
    xy, world, visibility = (np.frombuffer(a, np.float64) for a in arrays)
    return Pose(t, xy.reshape(-1, 2), world.reshape(-1, 3), visibility)
