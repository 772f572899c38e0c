"""The desk in real Chromium, end to end, with a real analysis. Run by `make test-browser`; pictures in build/desk.

Needs Debian's chromium, playwright from PyPI, and axe-core from npm (SMR_AXE names its file).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
CLIPS = ROOT / "samples" / "videos"
AXE = Path(os.environ.get("SMR_AXE", "build/axe/node_modules/axe-core/axe.min.js"))
SHOTS = ROOT / "build" / "desk"
ANALYSED_MS = 240_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A desk that runs; its address with the token."""
    data = tmp_path_factory.mktemp("data")
    (data / "desk").mkdir()
    (data / "desk" / "settings.json").write_text('{"trainer": "Maja", "model": "lite"}')
    command = [sys.executable, "-m", "smr_vision.cli", "desk", "--data", str(data), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()
        assert process.wait(20) == 143


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """Fails at the end where a page complained or asked for anything beyond the desk."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    made = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    made.on("request", lambda r: asked.append(r.url))
    made.on("pageerror", lambda e: complaints.append(str(e)))
    made.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
    made.goto(address)
    yield made
    context.close()
    assert complaints == []
    home = address.split("/enter", maxsplit=1)[0]
    assert [url for url in asked if not url.startswith((home, "blob:", "data:"))] == []


def until(page: Page, wanted: str) -> None:
    """Wait until a script says so; asked from here, as the page's policy forbids to evaluate text in it."""
    end = time.monotonic() + 20
    while not page.evaluate(wanted):
        assert time.monotonic() < end, wanted
        page.wait_for_timeout(50)


def shot(page: Page, name: str) -> None:
    """Pictures of a page at the widths people have, and no sideways scrolling at any."""
    for width in (390, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(250)
        page.screenshot(path=str(SHOTS / f"{name}-{width}.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
    page.set_viewport_size({"width": 1280, "height": 900})


def check_axe(page: Page, name: str) -> None:
    if not AXE.exists():
        return
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    faults = [
        (v["id"], v["nodes"][0]["html"][:160]) for v in found["violations"] if v["impact"] in ("serious", "critical")
    ]
    assert faults == [], (name, faults)


def test_from_the_first_start_to_forgetting(page: Page, tmp_path: Path) -> None:
    home = page.url
    assert "token" not in home
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    shot(page, "clips-empty")
    # Three clips, one of them damaged.
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(b"\0\0\0\x20ftypisom" + os.urandom(50_000))
    page.fill("#person", "Ana Kovač")
    page.set_input_files("#files", [CLIPS / "thoracic_faults.mp4", damaged, CLIPS / "calf_good.mp4"])
    expect(page.locator(".job")).to_have_count(3)
    expect(page.locator(".job.running progress")).to_be_visible(timeout=30_000)
    page.wait_for_timeout(4000)
    shot(page, "clips-under-way")
    check_axe(page, "clips")
    expect(page.locator(".job.done")).to_have_count(2, timeout=ANALYSED_MS)
    expect(page.locator(".job.failed .wrong")).to_contain_text("damaged.mp4")
    page.locator(".job.done", has_text="thoracic").get_by_role("link", name="Open").click()

    # The session: the clip plays in ranges, a click in the lanes seeks, the figure is drawn.
    expect(page.locator("#faults li")).to_have_count(2)
    lanes = page.locator("#lanes")
    until(page, "document.querySelector('video').readyState >= 2")
    box = lanes.bounding_box()
    assert box is not None
    lanes.click(position={"x": 76 + (box["width"] - 84) / 2, "y": 30})
    until(page, "Math.abs(document.querySelector('video').currentTime - 10) < 0.3")
    page.wait_for_timeout(600)
    drawn = page.evaluate(
        "(() => { const c = document.querySelector('#figure'); const d = c.getContext('2d')"
        ".getImageData(0, 0, c.width, c.height).data; return d.some((v, i) => i % 4 === 3 && v > 0) })()"
    )
    assert drawn
    range_ = page.evaluate(
        "fetch(document.querySelector('video').src, {headers: {range: 'bytes=0-9'}}).then(a => a.status)"
    )
    assert range_ == 206
    # One picture on by the keyboard: the time asked for lies half a picture later than the picture's own.
    page.locator("#stage").focus()
    before = page.evaluate("document.querySelector('video').currentTime")
    page.keyboard.press(".")
    until(page, f"document.querySelector('video').currentTime > {before}")
    after = page.evaluate("document.querySelector('video').currentTime")
    assert 0.01 < after - before < 0.1
    shot(page, "session")
    check_axe(page, "session")

    # The last word.
    page.get_by_role("button", name="Dismiss Hips lifted").click()
    expect(page.locator("#faults .dismissed")).to_have_count(1)
    expect(page.locator("#by")).to_contain_text("corrected by Maja")
    page.locator("#undo").click()
    expect(page.locator("#faults .dismissed")).to_have_count(0)
    page.locator("#redo").click()
    expect(page.locator("#faults .dismissed")).to_have_count(1)
    page.get_by_text("Add a fault at this moment").click()
    page.locator("#add-fault [name=words]").fill("Elbows wide")
    page.locator("#add-fault button").click()
    expect(page.locator("#faults")).to_contain_text("Elbows wide")
    passes = page.locator("#passes li")
    passes.first.get_by_text("Move", exact=True).first.click()
    passes.first.get_by_label(", end").first.fill("6.5")
    passes.first.get_by_role("button", name=re.compile("^Move pass")).click()
    page.wait_for_timeout(400)
    page.locator("#note [name=words]").fill("**Lovely** breathing")
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator("#notes strong")).to_have_text("Lovely")
    shot(page, "session-corrected")

    # A second tab that has not seen this is told, and overwrites nothing.
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("#faults li")).to_have_count(3)
    page.get_by_role("button", name="Restore Hips lifted").click()
    expect(page.locator("#faults .dismissed")).to_have_count(0)
    other.get_by_role("button", name="Dismiss Lower back").first.click()
    expect(other.locator(".toast")).to_contain_text("another window")
    expect(other.locator("#faults .dismissed")).to_have_count(0)
    other.close()

    # The report follows.
    session = page.url
    page.goto(session + "/report")
    expect(page.get_by_text("Corrected by Maja")).to_be_visible()
    expect(page.get_by_text("Elbows wide").first).to_be_visible()
    page.goto(home + "people")
    shot(page, "people")
    check_axe(page, "people")
    page.get_by_role("link", name="Ana Kovač").click()
    shot(page, "person")
    check_axe(page, "person")
    page.check("#all")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Reports as PDF").click()
    download.value.save_as(tmp_path / "reports.zip")
    with zipfile.ZipFile(tmp_path / "reports.zip") as zipped:
        assert len(zipped.namelist()) == 2
        assert all(zipped.read(name).startswith(b"%PDF") for name in zipped.namelist())
    page.get_by_role("button", name="Compare two").click()
    until(page, "[...document.querySelectorAll('video')].every(v => v.readyState >= 2)")
    shot(page, "compare")
    check_axe(page, "compare")
    for path in ("moves", "settings"):
        page.goto(home + path)
        shot(page, path)
        check_axe(page, path)

    # Forgetting wants the name, then nothing is left.
    page.goto(home + "people")
    page.get_by_role("link", name="Ana Kovač").click()
    page.click("#forget")
    page.locator("#sure [name=name]").fill("Ana Kovač")
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url(home + "people")
    expect(page.get_by_text("Nobody yet")).to_be_visible()
    page.goto(session)
    expect(page.get_by_text("not kept here any more")).to_be_visible()


def test_without_the_token_a_browser_sees_nothing(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    answer = page.goto(address.split("/enter", maxsplit=1)[0])
    assert answer is not None
    assert answer.status == 401
    context.close()
