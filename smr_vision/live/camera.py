"""Pictures as they happen: a camera, a phone's stream, or a clip played in real time.

A `Camera` gives pictures one after another.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np

from smr_vision.errors import DeviceError, InputError, UsageError, cannot_read, shown
from smr_vision.live.address import why_no_picture
from smr_vision.video import ClipReader, Frame

FIRST_TRIES: Final = 30  # reads until a camera that opened gives its first picture,
FIRST_WAIT_S: Final = 0.1  # so long from one to the next: 3 s, longer than any camera takes to wake
# OpenCV's own patience with an address is 30 s each.
OPENS_MS: Final = 8000  # a phone that is asked for its camera wakes it first,
SILENT_MS: Final = 4000  # and a picture that takes longer never comes
WANTED: Final = (640, 480, 30)  # width, height, rate asked of a camera: what the pose needs, at full rate

ReadClock = Callable[[], float]


class Camera(Protocol):
    """Pictures in real time. `open` raises DeviceError when it can't; `read` waits for the next picture and
    gives None when there is none any more; `ends` says that this is then the end and no fault, `cut_off` that there
    should have been more."""

    ends: bool
    cut_off: str | None

    def open(self) -> None: ...

    def read(self) -> Frame | None: ...

    def close(self) -> None: ...


class NoPictureError(DeviceError):
    """A camera that opens and gives no picture: mostly another program has it."""


class DeviceCamera:
    """A camera by its index, or a stream by its URL. Times are those of arrival."""

    ends = False
    cut_off: str | None = None

    def __init__(self, place: int | str, clock: ReadClock = time.monotonic) -> None:
        self._place = place
        self._clock = clock
        self._capture: cv2.VideoCapture | None = None
        self._started: float | None = None

    def open(self) -> None:
        self.close()
        # What it tries in vain it would tell on stderr; our own line says what to do.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        capture = _capture(self._place)
        if not capture.isOpened():
            capture.release()
            raise DeviceError(self._missing())
        if isinstance(self._place, int):
            width, height, rate = WANTED
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
            capture.set(cv2.CAP_PROP_FPS, rate)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        # A camera that another program uses opens all the same on some systems; a picture is the proof.
        if not _gives_pictures(capture):
            capture.release()
            raise NoPictureError(self._dark())
        self._capture = capture

    def read(self) -> Frame | None:
        if self._capture is None:
            return None
        try:
            good, image = self._capture.read()
        except cv2.error:  # some drivers, when the camera is pulled out
            return None
        if not good or image is None:
            return None
        now = self._clock()
        self._started = now if self._started is None else self._started
        return Frame(now - self._started, np.ascontiguousarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8))

    def close(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _missing(self) -> str:
        if isinstance(self._place, int):
            return (
                f"Camera {self._place} does not open: it is missing, or another program uses it. "
                "Close that program, or choose another with --camera (`smr doctor` lists them)."
            )
        return why_no_picture(self._place)

    def _dark(self) -> str:
        if isinstance(self._place, int):
            return (
                f"Camera {self._place} opens but gives no picture: another program uses it, or this one is not allowed "
                "to. Close that program, or allow the camera in the system's settings."
            )
        return why_no_picture(self._place)


def _capture(place: int | str) -> cv2.VideoCapture:
    if isinstance(place, int):
        return cv2.VideoCapture(place)
    # What the reader of addresses tries in vain it would tell on stderr, too.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    patience = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPENS_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, SILENT_MS]
    return cv2.VideoCapture(place, cv2.CAP_FFMPEG, patience)


def _gives_pictures(capture: cv2.VideoCapture) -> bool:
    for _ in range(FIRST_TRIES):
        if capture.read()[0]:
            return True
        time.sleep(FIRST_WAIT_S)
    return False


class ClipCamera:
    """A clip played in real time: each picture comes when its time has come."""

    ends = True
    cut_off: str | None = None

    def __init__(
        self, path: Path, clock: ReadClock = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._path = path
        self._clock = clock
        self._sleep = sleep
        self._reader: ClipReader | None = None
        self._frames: Iterator[Frame] = iter(())
        self._started: float | None = None

    def open(self) -> None:
        self.close()
        self._reader = ClipReader(self._path)
        self._frames = iter(self._reader)

    def read(self) -> Frame | None:
        try:
            frame = next(self._frames, None)
        except OSError as error:
            raise cannot_read(self._path, error) from error
        if frame is None:
            self.cut_off = self._reader.damaged if self._reader is not None else None
            return None
        if self._started is None:
            self._started = self._clock() - frame.t
        wait = self._started + frame.t - self._clock()
        if wait > 0:
            self._sleep(wait)
        return frame

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None


def camera_of(text: str) -> Camera:
    """The camera that `--camera` names: an index, a URL, or a file. Nothing is opened yet."""
    if text.isdecimal():
        return DeviceCamera(int(text))
    if "://" in text:
        return DeviceCamera(text)
    path = Path(text)
    if path.is_dir():
        raise UsageError(f"{shown(path)} is a folder. Give a camera's number, a URL or a clip to --camera.")
    if not path.exists():
        if not path.suffix:
            raise UsageError(f"--camera takes a number, a URL or a clip; {shown(text)!r} is none of them.")
        raise InputError(f"There is no file {shown(path)}. Check --camera.")
    return ClipCamera(path)
