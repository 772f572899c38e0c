"""Roll now in real Chromium, whose camera plays a film: from the first page to the summary, untouched after the start.

Run by `make test-browser`; pictures in build/roll. Needs Debian's chromium and ffmpeg, and playwright from PyPI.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.desk import browsing
from tests.desk.roll_browser import ROOT, analysed, chromium, desk, film, opened, playing, rolled, wait_for

CLIPS = ROOT / "samples" / "videos"
SHOTS = ROOT / "build" / "roll"
WIDTHS = (390, 1280, 1366, 1920)


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    with desk(data) as (told, process):
        yield told
        process.terminate()
        assert process.wait(60) == 143


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SHOTS / f"{name}.png"))


@pytest.mark.parametrize(("clip", "move"), [("thoracic_good", "thoracic"), ("calf_good", "calf")])
def test_from_the_first_page_to_the_summary(address: str, data: Path, tmp_path: Path, clip: str, move: str) -> None:
    camera = film(CLIPS / f"{clip}.mp4", tmp_path / "camera.mjpeg")
    with chromium(*playing(camera)) as browser:
        page = opened(browser, address)
        page.fill("[name=person]", f"Ana {move}")
        page.locator(f"label:has([value='move:{move}'])").click()
        expect(page.locator("#camera-says")).to_contain_text("outline", timeout=20_000)
        page.get_by_label("Keep the video").check()
        shot(page, f"{move}-begin")
        page.click("#start")
        # Somebody new is asked; after that nothing is touched.
        expect(page.locator("#safety")).to_contain_text("Before you start", timeout=60_000)
        shot(page, f"{move}-safety")
        page.click("#safe")
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
    told, folder = rolled(data)
    live, clip_sets = told["sets"], analysed(CLIPS / f"{clip}.mp4", move, tmp_path / "out")
    assert told["complete"]
    assert (folder / "recording.mp4").is_file()
    assert abs(len(live[0]["passes"]) - len(clip_sets[0]["passes"])) <= 1
    # A busy machine plays the film slower, by how much its passes tell; the rest is the second that the issue allows.
    pace = middle_s(clip_sets[0]) / middle_s(live[0])
    assert live[0]["time_on_target_s"] * pace == pytest.approx(clip_sets[0]["time_on_target_s"], abs=1.0)


def middle_s(one: dict[str, Any]) -> float:
    """From the middle of the first pass to the middle of the last."""
    first, last = ((p["start_s"] + p["end_s"]) / 2 for p in (one["passes"][0], one["passes"][-1]))
    return float(last - first)


def test_no_camera(address: str) -> None:
    with chromium() as browser:
        page = opened(browser, address)
        expect(page.locator("#camera-says")).to_contain_text("No camera is found", timeout=20_000)
        page.click("#start")
        expect(page.locator("#problem")).to_contain_text("No camera is found")
        browsing.shot(page, SHOTS / "no-camera", WIDTHS)


def test_refused(address: str) -> None:
    with chromium("--use-fake-device-for-media-stream", "--deny-permission-prompts") as browser:
        page = opened(browser, address, allowed=False)
        expect(page.locator("#camera-says")).to_contain_text("not allowed", timeout=20_000)
        browsing.shot(page, SHOTS / "refused", WIDTHS)


NO_CAMERA = "navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('', '{}'); }};"


def test_busy(address: str) -> None:
    """A camera in another program's hands, as browsers tell it."""
    with chromium("--use-fake-device-for-media-stream") as browser:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, permissions=["camera"])
        context.add_init_script(NO_CAMERA.format("NotReadableError"))
        page = context.new_page()
        page.goto(address)
        page.goto(address.split("/enter", maxsplit=1)[0] + "/roll")
        expect(page.locator("#camera-says")).to_contain_text("Another program uses the camera", timeout=20_000)
        page.click("#start")
        expect(page.locator("#problem")).to_contain_text("Close that program")
        browsing.shot(page, SHOTS / "busy", WIDTHS)


def test_too_old(address: str) -> None:
    """A browser without what sends the pictures says so, and not a word of the camera."""
    with chromium("--use-fake-device-for-media-stream") as browser:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, permissions=["camera"])
        context.add_init_script("delete HTMLVideoElement.prototype.requestVideoFrameCallback;")
        page = context.new_page()
        page.goto(address)
        page.goto(address.split("/enter", maxsplit=1)[0] + "/roll")
        expect(page.locator("#camera-says")).to_contain_text("too old", timeout=20_000)
        page.click("#start")
        expect(page.locator("#problem")).to_contain_text("Use a newer one")
        browsing.shot(page, SHOTS / "too-old", WIDTHS)


@pytest.mark.parametrize("voice", ["browser", "off"])
def test_lost(address: str, voice: str) -> None:
    """A camera that is pulled out is told, by its own sound unless that is not wanted, and goes on once it is back."""
    with chromium("--use-fake-device-for-media-stream") as browser:
        page = opened(browser, address)
        expect(page.locator("#camera-says")).to_contain_text("outline", timeout=20_000)
        page.select_option("[name=voice]", voice)
        page.click("#start")
        if page.locator("#safe").is_visible():
            page.click("#safe")
        wait_for(page, "window.roll?.now")
        # What an expression comes to is called where it can be: so none comes to a function.
        page.evaluate(f"window.own = navigator.mediaDevices.getUserMedia; {NO_CAMERA.format('NotFoundError')} 0")
        page.evaluate("document.querySelector('#live').srcObject.getVideoTracks()[0].stop()")
        expect(page.locator("#screen")).to_contain_text("camera gives no picture", timeout=30_000)
        wait_for(page, "document.querySelector('#caption').textContent.includes('no picture')")
        played = page.evaluate("window.roll.sound.played")
        assert ("lost" in played) if voice == "browser" else not played, played
        browsing.shot(page, SHOTS / f"lost-{voice}", WIDTHS)
        page.evaluate("navigator.mediaDevices.getUserMedia = window.own; 0")
        wait_for(page, "document.querySelector('#screen').hidden")
        shot(page, "back")
        page.keyboard.press("q")
        page.keyboard.press("q")
        expect(page.locator("#screen")).to_contain_text("Done", timeout=60_000)
        # One key too many does not take the summary away; later any key does.
        page.evaluate("window.roll.endedAt = performance.now(); window.roll.press('q')")
        page.wait_for_timeout(500)
        expect(page.locator("#screen")).to_contain_text("Done")
        page.evaluate("window.roll.endedAt = -1e6; 0")
        page.keyboard.press("q")
        expect(page.locator("#start")).to_be_visible(timeout=60_000)
