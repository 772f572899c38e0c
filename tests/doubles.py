"""Doubles of the devices of a live session: real implementations of the same interfaces, without hardware."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import numpy as np

from smr_vision.errors import DeviceError
from smr_vision.live.stage_messages import Utterance
from smr_vision.overlay.brush import Image
from smr_vision.pose import Pose
from smr_vision.video import Frame
from tests.people import Act, Camera, pose

ROOM = np.full((480, 640, 3), 150, np.uint8)  # a light room


@dataclass
class FakeClock:
    """Time that passes only when somebody sleeps."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class FakeCamera:
    """Gives the pictures it was given; None in between is a camera that fails. `opens` says whether each try
    to open it succeeds; when its pictures are used up a clip has ended."""

    def __init__(self, pictures: Iterable[Frame | None], *, opens: Iterable[bool] = (), ends: bool = True) -> None:
        self.ends = False
        self.cut_off: str | None = None
        self._pictures: Iterator[Frame | None] = iter(pictures)
        self._opens = iter(opens)
        self._ends = ends
        self.opened = 0
        self.closed = False

    def open(self) -> None:
        if not next(self._opens, True):
            raise DeviceError("Camera 7 does not open: it is missing, or another program uses it.")
        self.opened += 1

    def read(self) -> Frame | None:
        try:
            return next(self._pictures)
        except StopIteration:
            self.ends = self._ends
            return None

    def close(self) -> None:
        self.closed = True


class InStep(FakeCamera):
    """Gives a picture when the one before was taken up, so that none is lost; call it for the time of the last one."""

    def __init__(self, pictures: Iterable[Frame | None]) -> None:
        super().__init__(pictures)
        self.taken_up = threading.Semaphore(1)
        self._t = 0.0

    def __call__(self) -> float:
        return self._t

    def read(self) -> Frame | None:
        self.taken_up.acquire(timeout=5.0)
        frame = super().read()
        self._t = self._t if frame is None else frame.t
        return frame


class ActedPoses:
    """The poses of a stick figure that does `act`, filmed by `camera`."""

    def __init__(
        self, act: Act, camera: Callable[[float], Camera] | Camera | None = None, film: InStep | None = None
    ) -> None:
        self._act = act
        self._camera = camera
        self._film = film
        self.entered = False

    def __enter__(self) -> Self:
        self.entered = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.entered = False

    def detect(self, frame: Frame) -> Pose:
        if self._film is not None:
            self._film.taken_up.release()
        camera = self._camera(frame.t) if callable(self._camera) else self._camera
        return pose(self._act(frame.t), frame.t, camera)


@dataclass
class FakeVoice:
    """Keeps what was said."""

    lines: list[Utterance] = field(default_factory=list)
    ticks: int = 0
    muted: bool = False
    closed: bool = False

    def say(self, line: Utterance) -> None:
        self.lines.append(line)

    def tick(self) -> None:
        self.ticks += 1

    def mute(self) -> bool:
        self.muted = not self.muted
        return self.muted

    def close(self) -> None:
        self.closed = True

    @property
    def said(self) -> list[str]:
        return [line.say for line in self.lines]


class FakeWindow:
    """Keeps the last picture shown; `presses` maps how many pictures were shown to the key pressed then."""

    def __init__(self, presses: dict[int, str] | None = None) -> None:
        self._presses = dict(presses or {})
        self.shown = 0
        self.last: Image | None = None
        self.full = False
        self.thread: int | None = None

    def show(self, image: Image) -> None:
        self.shown += 1
        self.last = image
        self.thread = threading.get_ident()

    def keys(self) -> tuple[str, ...]:
        due = [number for number in self._presses if number <= self.shown]
        return tuple(self._presses.pop(number) for number in due)

    def full_screen(self) -> None:
        self.full = not self.full

    def close(self) -> None: ...


def frames(seconds: float, fps: float = 15.0, image: Image = ROOM) -> Iterator[Frame]:
    """Pictures of an even room."""
    for number in range(round(seconds * fps)):
        yield Frame(number / fps, image)
