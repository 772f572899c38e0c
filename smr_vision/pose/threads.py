"""Landmarkers on a thread of this process: the first of those who find the poses of a clip.

While MediaPipe and FFmpeg are at work they let go of Python's lock, so a thread that measures ten pictures a second
waits for it no longer than for the pipe of a process, and needs no libraries of its own: half a second and 100 MB less.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from smr_vision.pose import Pose
from smr_vision.pose.processes import Pictures
from smr_vision.pose.serving import Found, PoseSources, Stretch, found_in, found_of
from smr_vision.pose.verified import SharedLandmarker
from smr_vision.runtime.machine import trim_heap
from smr_vision.video import Frame

TIMED: Final = 20  # poses


class PoseThread:
    """Finds the poses of stretches, one stretch at a time, on the thread of whoever asks; else like a `PoseProcess`."""

    def __init__(self, sources: PoseSources) -> None:
        self.sources = sources
        self.alive = True
        self._took: deque[float] = deque(maxlen=TIMED)
        self._verifier = SharedLandmarker(sources.verifier())
        self._stack = ExitStack()  # the verifier: one for all stretches
        self._opened = False

    @property
    def pose_s(self) -> float:
        """Seconds that a pose takes where nothing else holds it up: the quickest of the last ones did."""
        return min(self._took, default=0.0)

    def stop(self) -> None:
        """End it after the picture that it is at; may be called twice."""
        self.alive = False

    def close(self) -> None:
        """Let go of its landmarker; nobody waits for poses any more."""
        self.stop()
        if not sys.is_finalizing():  # it may be looking still, and the program ends
            self._stack.close()

    def found(self, stretch: Stretch) -> Iterator[Found]:
        """What a stretch holds, in order, as it is found. Raises what went wrong there."""
        self._open()
        for one in found_in(stretch, self.sources, self._verifier):
            yield one
            if not self.alive:
                return
        trim_heap()

    def found_of(self, stretch: Stretch, pictures: Pictures) -> Iterator[Pose]:
        """The same of a stretch whose `pictures` are handed over as they come."""
        self._open()
        yield from found_of(stretch, self._until_stopped(pictures), self.sources, self._verifier)

    def _open(self) -> None:
        if not self._opened:
            self._stack.enter_context(self._verifier)
            self._opened = True

    def _until_stopped(self, pictures: Pictures) -> Iterator[Frame]:
        for picture in iter(pictures.get, None):
            if not self.alive:
                return
            begun = time.perf_counter()
            yield picture
            self._took.append(time.perf_counter() - begun)
