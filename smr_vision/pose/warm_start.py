"""A landmarker that starts in the middle of a clip and has to find whom the one before it was following.

A short warm-up is enough where it finds the person. Where it does not (head or legs out of the picture), it could
take seconds to, in which nobody would be seen: then it starts anew, from further back.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from smr_vision.pose import Pose, PoseSource
from smr_vision.video import ClipReader, Frame
from smr_vision.video.pace import Pace
from smr_vision.video.parts import Reading

WARM_UP_S: Final = 0.2  # docs/performance.md: beyond this the poses of a late starter differ no less
LONG_WARM_UP_S: Final = 4.0


class LateStarter:
    """A `PoseSource` for the pictures of `clip` from `start_s` on, to be shown those of the warm-up before."""

    def __init__(
        self, new_source: Callable[[], PoseSource], clip: Path, start_s: float, reading: Reading = "freely"
    ) -> None:
        self._new_source = new_source
        self._clip = clip
        self._start_s = start_s
        self._reading = reading
        self._stack = ExitStack()
        self._last: Pose | None = None
        self._warming_up = True

    def __enter__(self) -> Self:
        self._source = self._stack.enter_context(self._new_source())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def detect(self, frame: Frame) -> Pose:
        """The pose in `frame`; frames come in the order of time."""
        if self._warming_up and frame.t >= self._start_s:
            self._warming_up = False
            if self._last is not None and not self._last.found:
                self._from_further_back()
        self._last = self._source.detect(frame)
        return self._last

    def warm_up(self, seconds: float = WARM_UP_S) -> None:
        """Read the pictures of the last `seconds` before the start, where nobody else does."""
        early = max(self._start_s - seconds, 0.0)
        with ClipReader(self._clip, early, self._start_s, one_core=True, thin=True, reading=self._reading) as before:
            pace = Pace(before.info.fps)
            for frame in before:
                if pace.measures(frame.t, decoded=frame.decoded):
                    self._last = self._source.detect(frame)

    def _from_further_back(self) -> None:
        self._stack.close()
        self._source = self._stack.enter_context(self._new_source())
        self.warm_up(LONG_WARM_UP_S)
