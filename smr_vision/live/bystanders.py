"""Whether somebody else is in the picture, told before a set by a look of its own now and then.

The pose is of one person, and tells of another only when it jumps over to them. A net that looks for two takes 36 ms of
processor time a look. Of 640 looks at film of one person it saw a second one in none; of two side by side it saw both
in half of its looks [docs/live.md].
"""

from __future__ import annotations

from types import TracebackType
from typing import Final, Protocol, Self

from smr_vision.video import Frame

EVERY_S: Final = 2.0
STANDS_S: Final = 5.0  # for which a look is believed: of the next two or three one sees them again


class Crowd(Protocol):
    """Tells how many people are in a picture; opened and closed with the pose."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def count(self, frame: Frame) -> int: ...


class Company:
    """Looks now and then, by the times of the pictures; without a `crowd` it sees nobody."""

    def __init__(self, crowd: Crowd | None) -> None:
        self._crowd = crowd
        self._looked = self._seen = -1e9

    def detect(self, frame: Frame) -> bool:
        """Whether somebody else is there, or was a moment ago."""
        if self._crowd is not None and not 0 <= frame.t - self._looked < EVERY_S:
            self._looked = frame.t
            if self._crowd.count(frame) > 1:
                self._seen = frame.t
        return 0 <= frame.t - self._seen < STANDS_S
