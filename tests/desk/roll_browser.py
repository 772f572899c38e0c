"""A desk, and real Chromium before it whose camera plays a film."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page

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


def analysed(clip: Path, move: str, to: Path) -> list[dict[str, Any]]:
    """The sets that `smr analyse` finds in a clip."""
    command = [sys.executable, "-m", "smr_vision.cli", "analyse", str(clip), "--move", move, "--no-video", "--out"]
    subprocess.run([*command, str(to)], check=True, cwd=ROOT, capture_output=True)
    return _sets(next(to.glob("**/session.json")))


def rolled(data: Path) -> tuple[dict[str, Any], Path]:
    """The record of the newest session, and its folder."""
    folder = max((data / "desk" / "rolled").iterdir(), key=lambda p: p.stat().st_mtime)
    return json.loads((folder / "session.json").read_text()), folder


def _sets(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text())["sets"]
    return found
