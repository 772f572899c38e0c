"""The desk in real Chromium, in short: part of `.ci/run` (`make test-browser-short`). The whole is `browser_check`.

A clip of a few seconds is really analysed; the sessions that are looked at meanwhile are made up, with a clip to play.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import av
from playwright.sync_api import Page, expect

from tests.desk.browsing import (
    CLIPS,
    PERSON,
    check_axe,
    chromium,
    entered,
    follow,
    home_of,
    running_desk,
    sessions_of,
    until,
)


def first_seconds(clip: Path, out: Path, seconds: float) -> Path:
    """The beginning of a clip, as it was encoded."""
    with av.open(str(clip)) as source, av.open(str(out), "w") as target:
        stream = source.streams.video[0]
        copied = target.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.pts is not None and packet.pts * stream.time_base < seconds:
                packet.stream = copied
                target.mux(packet)
    return out


def test_a_clip_in_a_session_corrected_two_compared_and_all_forgotten(tmp_path: Path) -> None:
    session, _ = sessions_of(tmp_path / "data", PERSON)
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(b"\0\0\0\x20ftypisom" + b"x" * 5000)
    short = first_seconds(CLIPS / "thoracic_good.mp4", tmp_path / "short.mp4", 4.0)
    with running_desk(tmp_path / "data") as address, chromium() as browser, entered(browser, address) as page:
        home = home_of(address)
        assert "token" not in page.url
        page.fill("#person", PERSON)
        page.set_input_files("#files", [damaged, short])
        expect(page.locator(".job.failed .wrong")).to_contain_text("damaged.mp4", timeout=60_000)
        check_axe(page, "clips")
        page.goto(f"{home}/sessions/{session}")
        seek_and_correct(page)
        compare_and_give(page, home, tmp_path / "reports.zip")
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="dark")
        for path in ("/people", "/moves", "/settings", "/roll", f"/sessions/{session}"):
            page.goto(home + path)
            page.wait_for_timeout(300)
            check_axe(page, path)
        page.goto(home)
        expect(page.locator(".job.done")).to_have_count(1, timeout=60_000)
        follow(page, page.get_by_role("link", name="Open"))
        expect(page.locator("#who")).to_have_text(PERSON)
        made = page.url
        forget(page, home)
        page.goto(made)
        expect(page.get_by_text("not kept here any more")).to_be_visible()


def seek_and_correct(page: Page) -> None:
    """Seek by the lanes, which asks for a range; set a fault aside and bring it back, add one, move a pass, a note."""
    expect(page.locator("#faults li")).to_have_count(1)
    until(page, "document.querySelector('video').readyState >= 2")
    box = page.locator("#lanes").bounding_box()
    assert box is not None
    length = float(page.locator("#lanes").get_attribute("aria-valuemax") or 0)
    page.locator("#lanes").click(position={"x": 76 + (box["width"] - 84) * 5 / length, "y": 30})
    until(page, "Math.abs(document.querySelector('video').currentTime - 5) < 0.3")
    assert (
        page.evaluate("fetch(document.querySelector('video').src, {headers: {range: 'bytes=0-9'}}).then(a => a.status)")
        == 206
    )
    check_axe(page, "session")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator("#by")).to_contain_text("corrected by Maja")
    page.click("#undo")
    expect(page.locator("#faults .dismissed")).to_have_count(0)
    page.get_by_text("Add a fault at this moment").click()
    page.locator("#add-fault button").click()
    expect(page.locator("#faults li")).to_have_count(2)
    first = page.locator("#passes li").first
    first.get_by_text("Move", exact=True).first.click()
    first.get_by_label(", end").first.fill("6.5")
    first.get_by_role("button", name=re.compile("^Move pass")).click()
    expect(first.locator(".what")).to_contain_text("3.5 s")
    page.locator("#note [name=words]").fill("**Lovely** breathing")
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator("#notes strong")).to_have_text("Lovely")


def compare_and_give(page: Page, home: str, to: Path) -> None:
    """Both reports as PDF, and the two side by side."""
    page.goto(f"{home}/people")
    follow(page, page.get_by_role("link", name=PERSON))
    check_axe(page, "person")
    page.check("#all")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Reports as PDF").click()
    download.value.save_as(to)
    with zipfile.ZipFile(to) as zipped:
        assert all(zipped.read(name).startswith(b"%PDF") for name in zipped.namelist())
        assert len(zipped.namelist()) >= 2
    for box in page.locator("[name=chosen]").all()[2:]:
        box.uncheck()
    page.get_by_role("button", name="Compare two").click()
    until(page, "document.querySelectorAll('video').length === 2")
    check_axe(page, "compare")


def forget(page: Page, home: str) -> None:
    page.goto(f"{home}/people")
    follow(page, page.get_by_role("link", name=PERSON))
    page.click("#forget")
    page.locator("#sure [name=name]").fill(PERSON)
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url(f"{home}/people")
    expect(page.get_by_text("Nobody yet")).to_be_visible()
