"""A desk, and real Chromium before it whose camera plays a film."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from playwright.sync_api import Browser, Page

from smr_vision.overlay.brush import Image
from smr_vision.video import Frame
from tests.desk import browsing
from tests.desk.browsing import started_desk

ROOT: Final = Path(__file__).parents[2]
SIZE: Final = (1280, 720)
RATE: Final = 30  # a file of JPEGs holds no times: chromium plays thirty a second, whatever it was made of
EMPTY_S: Final = 25.0  # the film begins with a dark room, so that none of it is played before all is ready,
AFTER_S: Final = 90.0  # and ends with one: chromium plays its film again and again
DARK: Final = "0x303030"


def film(clip: Path, to: Path, after_s: float = AFTER_S, before_s: float = EMPTY_S) -> Path:
    """A clip as chromium's camera takes it, as wide and as fast as it was, a dark room before and after."""
    wide, high = SIZE
    steps = (
        f"fps={RATE}",
        f"scale={wide}:{high}:force_original_aspect_ratio=decrease",
        f"pad={wide}:{high}:-1:-1:color={DARK}",
        f"tpad=start_duration={before_s}:stop_duration={after_s}:color={DARK}",
    )
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(clip), "-vf", ",".join(steps), "-an", "-q:v", "4", str(to)]
    subprocess.run(command, check=True)
    return to


def film_of(frames: Iterator[Frame], to: Path, after_s: float, before_s: float = EMPTY_S) -> Path:
    """The same from pictures, each shown until the time of the next."""
    dark = _jpeg(np.full((1, 1, 3), int(DARK[-2:], 16), np.uint8))
    with to.open("wb") as file:
        file.write(dark * round(before_s * RATE))
        shown, written = dark, 0
        for frame in frames:
            count = round(frame.t * RATE)
            file.write(shown * (count - written))
            shown, written = _jpeg(frame.image), count
        file.write(shown + dark * round(after_s * RATE))
    return to


def _jpeg(image: Image) -> bytes:
    """A picture in the middle of the camera's, as large as fits."""
    wide, high = SIZE
    scale = min(wide / image.shape[1], high / image.shape[0])
    w, h = round(image.shape[1] * scale), round(image.shape[0] * scale)
    whole = np.full((high, wide, 3), int(DARK[-2:], 16), np.uint8)
    left, top = (wide - w) // 2, (high - h) // 2
    whole[top : top + h, left : left + w] = cv2.resize(image, (w, h))
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(whole, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 85])
    return jpeg.tobytes()


def as_clip(camera: Path, seconds: float) -> Path:
    """The beginning of such a film as a clip with the times that chromium gives its pictures."""
    clip = camera.with_suffix(".mkv")
    rate = ("-framerate", str(RATE), "-f", "mjpeg", "-i", str(camera))
    subprocess.run(["ffmpeg", "-v", "error", "-y", *rate, "-t", f"{seconds}", "-c", "copy", str(clip)], check=True)
    return clip


def playing(camera: Path) -> tuple[str, str]:
    """What to tell chromium so that a film is its camera."""
    return "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={camera}"


desk = started_desk


def chromium(*arguments: str) -> AbstractContextManager[Browser]:
    """One that speaks without being asked to."""
    return browsing.chromium("--autoplay-policy=no-user-gesture-required", *arguments)


def opened(browser: Browser, address: str, *, allowed: bool = True) -> Page:
    """The page Roll now, in a window of its own."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, permissions=["camera"] if allowed else [])
    page = context.new_page()
    page.goto(address)
    page.goto(address.split("/enter", maxsplit=1)[0] + "/roll")
    return page


def wait_for(page: Page, wanted: str, within_s: float = 60.0) -> Any:
    """What an expression comes to, once that is something. The page's own rules forbid playwright's way to wait."""
    end = time.monotonic() + within_s
    while not (value := page.evaluate(wanted)):
        assert time.monotonic() < end, f"{wanted} did not come in {within_s:.0f} s"
        page.wait_for_timeout(100)
    return value


def analysed(clip: Path, move: str | None, to: Path, model: str = "heavy") -> list[dict[str, Any]]:
    """The sets that `smr analyse` finds in a clip; of any move where none is named."""
    named = () if move is None else ("--move", move)
    command = [sys.executable, "-m", "smr_vision.cli", "analyse", str(clip), *named, "--no-video"]
    subprocess.run([*command, "--model", model, "--out", str(to)], check=True, cwd=ROOT, capture_output=True)
    return _sets(next(to.glob("**/session.json")))


def rolled(data: Path) -> tuple[dict[str, Any], Path]:
    """The record of the newest session, and its folder."""
    folder = max((data / "desk" / "rolled").iterdir(), key=lambda p: p.stat().st_mtime)
    return json.loads((folder / "session.json").read_text()), folder


def _sets(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text())["sets"]
    return found
