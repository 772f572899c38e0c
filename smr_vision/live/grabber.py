"""The latest picture of a camera: read in a thread of its own, so that whoever looks is never behind.

When the camera vanishes it tries for a while to get it back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Literal, Self

from smr_vision.errors import DeviceError
from smr_vision.live.camera import Camera, ReadClock
from smr_vision.video import Frame

RECONNECT_S: Final = 15.0  # [issue: live coach]
RETRY_S: Final = 1.0
STALLED_S: Final = 3.0  # without a picture for this long the camera counts as gone

CameraState = Literal["starting", "running", "lost", "gone", "ended"]


class FrameGrabber:
    """Reads a camera in a thread and holds the latest picture only.

    with FrameGrabber(camera) as grabber:  # opened: it is there
        grabber.start()
        while not grabber.over:
            taken = grabber.latest()
    """

    def __init__(
        self,
        camera: Camera,
        *,
        clock: ReadClock = time.monotonic,
        on_frame: Callable[[Frame], None] | None = None,
        reconnect_s: float = RECONNECT_S,
    ) -> None:
        self._camera = camera
        self._clock = clock
        self._on_frame = on_frame
        self._reconnect_s = reconnect_s
        self._news = threading.Condition()
        self._frame: tuple[Frame, float] | None = None
        self._stop = threading.Event()
        self.failure: BaseException | None = None  # of the thread itself, which is no fault of the camera
        self.state: CameraState = "starting"
        self.frames = 0
        self._arrived = clock()
        self._lost: float | None = None
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)

    def __enter__(self) -> Self:
        self._camera.open()
        return self

    def start(self) -> None:
        """Begin to read: a clip plays from here on."""
        self._arrived = self._clock()
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if not self._thread.is_alive():
            self._camera.close()
            return
        # A read that hangs can't be interrupted: the thread is left behind and ends with the program.
        self._thread.join(2.0)
        if not self._thread.is_alive():
            self._camera.close()

    def latest(self, wait_s: float = 0.2) -> tuple[Frame, float] | None:
        """The newest picture not given out yet and when it came, by the clock; None when none comes in `wait_s`."""
        with self._news:
            if self._frame is None:
                self._news.wait(wait_s)
            given, self._frame = self._frame, None
        if self.failure is not None:
            raise self.failure
        return given

    @property
    def over(self) -> bool:
        """Whether no more pictures will come."""
        return self.state in ("ended", "gone")

    @property
    def silent_s(self) -> float:
        """Seconds since the last picture."""
        return self._clock() - self._arrived

    @property
    def missing_s(self) -> float:
        """The same, of one that should give more: what has come to its end is not missing."""
        return 0.0 if self.state == "ended" else self.silent_s

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                frame = self._camera.read()
                if frame is not None:
                    self._put(frame)
                elif self._camera.ends:
                    self.state = "ended"
                    return
                elif not self._reconnect():
                    return
        except BaseException as error:  # noqa: BLE001 - handed to whoever looks, in their thread
            self.failure = error
            self.state = "gone"

    def _put(self, frame: Frame) -> None:
        arrived = self._clock()
        if self._on_frame is not None:
            self._on_frame(frame)
        with self._news:
            self._arrived, self._lost = arrived, None
            self._frame = frame, arrived
            self.frames += 1
            self.state = "running"
            self._news.notify()

    def _reconnect(self) -> bool:
        """Try to get the camera back; False when it stays away."""
        self.state = "lost"
        # Since it gave no picture: one that opens again and again, and gives none, is gone too.
        self._lost = self._clock() if self._lost is None else self._lost
        while not self._stop.wait(RETRY_S):
            if self._clock() - self._lost > self._reconnect_s:
                self.state = "gone"
                return False
            try:
                self._camera.open()
            except DeviceError:
                continue
            return True
        return False
