"""The desk in real Chromium, end to end, with a real analysis. Run by `make test-browser`; pictures in build/desk."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desk.browsing import CLIPS, ROOT, check_axe, follow, home_of, running_desk, shot, until

SHOTS: Final = ROOT / "build" / "desk"
ANALYSED_MS: Final = 240_000


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    """A desk that runs with nothing in it, open to phones; its address with the token."""
    with running_desk(data, "--lan") as found:
        yield found


def test_from_the_first_start_to_forgetting(page: Page, tmp_path: Path) -> None:
    home = page.url
    assert "token" not in home
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    shot(page, SHOTS / "clips-empty")
    # Three clips, one of them damaged.
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(b"\0\0\0\x20ftypisom" + os.urandom(50_000))
    page.fill("#person", "Ana Kovač")
    page.set_input_files("#files", [CLIPS / "thoracic_faults.mp4", damaged, CLIPS / "calf_good.mp4"])
    expect(page.locator(".job")).to_have_count(3)
    expect(page.locator(".job.running progress")).to_be_visible(timeout=30_000)
    page.wait_for_timeout(4000)
    shot(page, SHOTS / "clips-under-way")
    check_axe(page, "clips")
    expect(page.locator(".job.done")).to_have_count(2, timeout=ANALYSED_MS)
    expect(page.locator(".job.failed .wrong")).to_contain_text("damaged.mp4")
    follow(page, page.locator(".job.done", has_text="thoracic").get_by_role("link", name="Open"))

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
    shot(page, SHOTS / "session")
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
    shot(page, SHOTS / "session-corrected")

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
    shot(page, SHOTS / "people")
    check_axe(page, "people")
    follow(page, page.get_by_role("link", name="Ana Kovač"))
    shot(page, SHOTS / "person")
    check_axe(page, "person")
    send_from_a_phone(page)
    page.reload()
    page.check("#all")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Reports as PDF").click()
    download.value.save_as(tmp_path / "reports.zip")
    with zipfile.ZipFile(tmp_path / "reports.zip") as zipped:
        assert len(zipped.namelist()) == 2
        assert all(zipped.read(name).startswith(b"%PDF") for name in zipped.namelist())
    page.get_by_role("button", name="Compare two").click()
    until(page, "[...document.querySelectorAll('video')].every(v => v.readyState >= 2)")
    shot(page, SHOTS / "compare")
    check_axe(page, "compare")
    for path in ("moves", "settings"):
        page.goto(home + path)
        shot(page, SHOTS / path)
        check_axe(page, path)

    # Forgetting wants the name, then nothing is left.
    page.goto(home + "people")
    follow(page, page.get_by_role("link", name="Ana Kovač"))
    page.click("#forget")
    page.locator("#sure [name=name]").fill("Ana Kovač")
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url(home + "people")
    expect(page.get_by_text("Nobody yet")).to_be_visible()
    page.goto(session)
    expect(page.get_by_text("not kept here any more")).to_be_visible()


def send_from_a_phone(page: Page) -> None:
    """The code of a person's page, opened by another browser as small as a phone: a clip comes in, and nothing else."""
    page.click("#phone")
    expect(page.locator("#code .qr")).to_be_visible()
    code = page.locator("#code-address").inner_text()
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone = context.new_page()
    phone.goto(code)
    shot(phone, SHOTS / "phone", widths=(390,))
    check_axe(phone, "phone")
    phone.set_input_files("#film", CLIPS / "glute_good.mp4")
    expect(phone.locator(".jobs li")).to_contain_text("has arrived", timeout=30_000)
    for path in ("people", "api/jobs"):
        answer = phone.goto(code.split("/u/")[0] + "/" + path)
        assert answer is not None
        assert answer.status == 404
    page.click("#withdraw")
    answer = phone.goto(code)
    assert answer is not None
    assert answer.status == 404
    context.close()


def test_without_the_token_a_browser_sees_nothing(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    answer = page.goto(home_of(address))
    assert answer is not None
    assert answer.status == 401
    context.close()
