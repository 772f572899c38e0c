"""Roll now in real Chromium, whose camera plays a film: from the first page to the summary, untouched after the start.

Run by `make test-browser`; pictures in build/roll. Needs Debian's chromium and ffmpeg, and playwright from PyPI.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
CLIPS = ROOT / "samples" / "videos"
SHOTS = ROOT / "build" / "roll"
STILL_S = 25  # the film begins with its first picture, still, so that none of it is played before the session is ready
EMPTY_S = 90  # and ends with a dark room: chromium plays its film again and again


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "smr_vision.cli", "desk", "--data", str(data), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()
        assert process.wait(60) == 143


def film(clip: Path, to: Path) -> Path:
    """A clip as chromium's camera takes it: still at first, a dark room at last."""
    pad = f"tpad=start_mode=clone:start_duration={STILL_S}:stop_mode=add:stop_duration={EMPTY_S}:color=0x303030"
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-y",
        "-i",
        str(clip),
        "-vf",
        f"scale=1280:720,{pad}",
        "-an",
        "-q:v",
        "4",
        str(to),
    ]
    subprocess.run(command, check=True)
    return to


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    given = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required", *arguments]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=given)
        yield browser
        browser.close()


def opened(browser: Browser, address: str, *, allowed: bool = True) -> Page:
    SHOTS.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(viewport={"width": 1366, "height": 768}, permissions=["camera"] if allowed else [])
    page = context.new_page()
    page.goto(address)
    page.goto(address.split("/enter", maxsplit=1)[0] + "/roll")
    return page


def shot(page: Page, name: str) -> None:
    page.screenshot(path=str(SHOTS / f"{name}.png"))


def analysed(clip: Path, move: str, to: Path) -> tuple[int, float]:
    """What `smr analyse` counts on the same film."""
    command = [sys.executable, "-m", "smr_vision.cli", "analyse", str(clip), "--move", move, "--no-video", "--out"]
    subprocess.run([*command, str(to)], check=True, cwd=ROOT, capture_output=True)
    told = json.loads(next(to.glob("**/session.json")).read_text())
    return sum(len(s["passes"]) for s in told["sets"]), sum(s["time_on_target_s"] or 0.0 for s in told["sets"])


@pytest.mark.parametrize(("clip", "move"), [("thoracic_good", "thoracic"), ("calf_good", "calf")])
def test_from_the_first_page_to_the_summary(address: str, data: Path, tmp_path: Path, clip: str, move: str) -> None:
    camera = film(CLIPS / f"{clip}.mp4", tmp_path / "camera.mjpeg")
    fake = ("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={camera}")
    with chromium(*fake) as browser:
        page = opened(browser, address)
        page.fill("[name=person]", f"Ana {move}")
        page.locator(f"label:has([value='move:{move}'])").click()
        expect(page.locator("#camera-says")).to_contain_text("outline", timeout=20_000)
        page.get_by_label("Keep the video").check()
        shot(page, f"{move}-begin")
        page.click("#start")
        # The first picture of a session of somebody new asks; that is the last key.
        expect(page.locator("#screen h1")).to_have_text("Before you start", timeout=60_000)
        shot(page, f"{move}-safety")
        page.keyboard.press("PageDown")
        page.keyboard.press("Space")
        seen: set[str] = set()
        end = time.monotonic() + 240
        while time.monotonic() < end:
            stage = page.evaluate("window.roll?.over ? 'ended' : window.roll?.now?.stage")
            if stage not in seen:
                seen.add(stage)
                page.wait_for_timeout(1500)
                shot(page, f"{move}-{stage}")
            if stage == "rolling" and page.evaluate("window.roll.now.cue !== null") and "cue" not in seen:
                seen.add("cue")
                shot(page, f"{move}-cue")
            if stage in ("rest", "summary", "ended"):
                break
            page.wait_for_timeout(200)
        assert {"rolling"} < seen, seen
        if stage == "rest":
            page.wait_for_timeout(300)
            page.keyboard.press("q")
        expect(page.locator("#screen")).to_contain_text("Read it all", timeout=60_000)
        shot(page, f"{move}-ended")
        lags = sorted(page.evaluate("window.roll.lags"))
        print("lag p50 p95 ms:", lags[len(lags) // 2], lags[int(0.95 * len(lags))], "answers:", len(lags))
        page.get_by_role("link", name="Read it all").click()
        expect(page.locator("h1")).to_be_visible()
        shot(page, f"{move}-session")
    folder = max((data / "desk" / "rolled").iterdir(), key=lambda p: p.stat().st_mtime)
    told = json.loads((folder / "session.json").read_text())
    passes, on_target = analysed(CLIPS / f"{clip}.mp4", move, tmp_path / "out")
    live = sum(len(s["passes"]) for s in told["sets"])
    print("passes live, analysed:", live, passes, "on target:", told["sets"][0]["time_on_target_s"], on_target)
    assert told["complete"]
    assert (folder / "recording.mp4").is_file()
    assert abs(live - passes) <= 1


def test_no_camera(address: str) -> None:
    with chromium() as browser:
        page = opened(browser, address)
        expect(page.locator("#camera-says")).to_contain_text("No camera is found", timeout=20_000)
        page.click("#start")
        expect(page.locator("#problem")).to_contain_text("No camera is found")
        shot(page, "no-camera")


def test_refused(address: str) -> None:
    with chromium("--use-fake-device-for-media-stream", "--deny-permission-prompts") as browser:
        page = opened(browser, address, allowed=False)
        expect(page.locator("#camera-says")).to_contain_text("not allowed", timeout=20_000)
        shot(page, "refused")
