"""The latest picture wins; a camera that stalls, dies, comes back or changes its size."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from smr_vision.errors import DeviceError, InputError, UsageError
from smr_vision.live import camera, grabber
from smr_vision.live.camera import ClipCamera, DeviceCamera, NoPictureError, camera_of
from smr_vision.live.grabber import FrameGrabber
from smr_vision.video import Frame
from tests.doubles import FakeCamera, FakeClock, frames
from tests.film import Film


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grabber, "RETRY_S", 0.01)


def drain(grabber: FrameGrabber) -> list[Frame]:
    found = []
    end = time.monotonic() + 10
    while time.monotonic() < end:
        taken = grabber.latest(0.05)
        if taken is not None:
            found.append(taken[0])
        elif grabber.over:
            return found
    raise AssertionError("the eye never closed")


def test_what_a_camera_is_called() -> None:
    assert isinstance(camera_of("0"), DeviceCamera)
    assert isinstance(camera_of("http://192.168.0.7:8080/video"), DeviceCamera)
    with pytest.raises(InputError, match="no file"):
        camera_of("nowhere.mp4")
    with pytest.raises(UsageError, match="number, a URL or a clip"):
        camera_of("front")
    with pytest.raises(UsageError, match="folder"):
        camera_of(".")


def test_a_clip_plays_in_real_time(film: Film) -> None:
    path = film()
    clock = FakeClock()
    clip = camera_of(str(path))
    assert isinstance(clip, ClipCamera)
    clip = ClipCamera(path, clock, clock.sleep)
    clip.open()
    times = []
    while (frame := clip.read()) is not None:
        times.append((clock.now, frame.t))
    clip.close()
    assert len(times) > 3
    assert clip.ends
    for now, t in times:
        assert now == pytest.approx(t, abs=1e-6)


def test_a_clip_that_was_looked_at_late_is_not_slowed_down(film: Film) -> None:
    clock = FakeClock()
    clip = ClipCamera(film(), clock, clock.sleep)
    clip.open()
    first = clip.read()
    clock.now += 100.0
    second = clip.read()
    clip.close()
    assert first is not None
    assert second is not None
    assert clock.now == 100.0  # no sleep: its time had come


def test_only_the_latest_picture_is_kept() -> None:
    given = threading.Event()

    class Fast(FakeCamera):
        def read(self) -> Frame | None:
            frame = super().read()
            if frame is None:
                given.set()
            return frame

    with FrameGrabber(Fast(frames(10.0))) as grabber:
        grabber.start()
        assert given.wait(5)
        found = drain(grabber)
    assert [round(f.t, 2) for f in found] == [round(149 / 15, 2)]
    assert grabber.frames == 150
    assert grabber.state == "ended"


def test_a_camera_that_comes_back_goes_on() -> None:
    pictures: list[Frame | None] = [*frames(0.2), None, *frames(0.2)]
    fake = FakeCamera(pictures, opens=[True, False, False, True])
    with FrameGrabber(fake) as grabber:
        grabber.start()
        drain(grabber)
    assert grabber.frames == 6
    assert fake.opened == 2
    assert fake.closed


def test_a_camera_that_stays_away_is_gone() -> None:
    fake = FakeCamera([*frames(0.2), None], opens=[True] + 10_000 * [False])
    with FrameGrabber(fake, reconnect_s=0.1) as grabber:
        grabber.start()
        drain(grabber)
    assert grabber.state == "gone"


def test_a_camera_that_is_missing_says_so_at_once() -> None:
    with pytest.raises(DeviceError, match="Camera 7"), FrameGrabber(FakeCamera([], opens=[False])):
        pass


@pytest.mark.alone
def test_a_camera_that_hangs_does_not_hang_the_program() -> None:
    class Hung(FakeCamera):
        def read(self) -> Frame | None:
            time.sleep(4)
            return None

    started = time.monotonic()
    with FrameGrabber(Hung([])) as grabber:
        grabber.start()
        assert grabber.latest(0.05) is None
        assert grabber.silent_s > 0
    assert time.monotonic() - started < 3.5


def test_an_error_in_the_camera_reaches_whoever_looks() -> None:
    class Broken(FakeCamera):
        def read(self) -> Frame | None:
            raise InputError("the clip is broken")

    with FrameGrabber(Broken([])) as grabber:
        grabber.start()
        time.sleep(0.05)
        with pytest.raises(InputError, match="broken"):
            grabber.latest(0.5)


def test_a_stalled_camera_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    with FrameGrabber(FakeCamera(frames(0.1), ends=True), clock=clock) as grabber:
        grabber.start()
        drain(grabber)
        clock.now += 4.0
        assert grabber.silent_s == 4.0


class FakeCapture:
    """OpenCV's camera: `images` and then nothing."""

    def __init__(self, images: list[np.ndarray], opens: bool = True) -> None:
        self._images = images
        self._opens = opens
        self.released = False

    def isOpened(self) -> bool:
        return self._opens

    def set(self, *_: object) -> bool:
        return False

    def read(self) -> tuple[bool, np.ndarray | None]:
        return (True, self._images.pop(0)) if self._images else (False, None)

    def release(self) -> None:
        self.released = True


def test_a_device_gives_rgb_with_the_time_of_arrival(monkeypatch: pytest.MonkeyPatch) -> None:
    blue = np.zeros((4, 6, 3), np.uint8)
    blue[..., 0] = 255  # OpenCV's first channel
    capture = FakeCapture([blue, blue.copy(), blue.copy()])  # the first proves that it gives pictures
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: capture)
    clock = FakeClock(5.0)
    device = DeviceCamera(0, clock)
    device.open()
    first = device.read()
    clock.now = 5.5
    second = device.read()
    assert device.read() is None
    device.close()
    assert first is not None
    assert second is not None
    assert (first.t, second.t) == (0.0, 0.5)
    assert first.image[0, 0].tolist() == [0, 0, 255]
    assert capture.released


@pytest.mark.parametrize(
    ("place", "words"), [(3, "another program uses it"), ("http://127.0.0.1:9/video", "phone's camera app")]
)
def test_a_device_that_does_not_open_says_what_to_do(
    place: int | str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: FakeCapture([], opens=False))
    with pytest.raises(DeviceError, match=words):
        DeviceCamera(place).open()


@pytest.mark.parametrize(
    ("place", "words"),
    [(0, "opens but gives no picture: another program uses it"), ("http://127.0.0.1:9/video", "does not answer")],
)
def test_a_camera_in_use_that_opens_all_the_same(place: int | str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    capture = FakeCapture([])
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: capture)
    monkeypatch.setattr(camera, "FIRST_WAIT_S", 0.0)
    with pytest.raises(NoPictureError, match=words):
        DeviceCamera(place).open()
    assert capture.released


def test_a_driver_that_throws_is_a_camera_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pulled(FakeCapture):
        def read(self) -> tuple[bool, np.ndarray | None]:
            if not self._images:
                raise cv2.error("select() timeout")
            return super().read()

    monkeypatch.setattr(cv2, "VideoCapture", lambda place: Pulled([np.zeros((4, 6, 3), np.uint8)]))
    device = DeviceCamera(0)
    device.open()
    assert device.read() is None


def test_a_camera_that_opens_again_without_a_picture_is_gone() -> None:
    fake = FakeCamera([*frames(0.2), *[None] * 10_000])
    with FrameGrabber(fake, reconnect_s=0.1) as grabber:
        grabber.start()
        drain(grabber)
    assert grabber.state == "gone"
    assert fake.opened > 1


def test_the_files_of_a_clip_are_let_go(film: Film, tmp_path: Path) -> None:
    clip = ClipCamera(film())
    clip.open()
    clip.close()
    clip.close()
    assert tmp_path.exists()
