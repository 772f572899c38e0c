"""What a trainer makes at the desk, in real Chromium: drawings, reports, a brand, a programme, a move of one's own.

Run by `make test-browser`; pictures in build/desk/studio.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from playwright.sync_api import Page, expect

from smr_vision.desk.people import person_id
from tests.desk.browsing import PERSON, ROOT, check_axe, home_of, shot, until

SHOTS: Final = ROOT / "build" / "desk" / "studio"
WIDE: Final = (390, 1280, 1920, 2560)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one share of the picture to another."""
    box = page.locator("#ink").bounding_box()
    assert box is not None
    (x0, y0), (x1, y1) = ((box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in (start, end))
    page.mouse.move(x0, y0)
    page.mouse.down()
    page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2)
    page.mouse.move(x1, y1)
    page.mouse.up()


def drawn(page: Page) -> int:
    return page.locator("#ink g").count()


def test_what_is_drawn_is_in_the_report(page: Page, address: str, ids: list[str]) -> None:
    page.goto(f"{home_of(address)}/sessions/{ids[0]}")
    until(page, "document.querySelector('video').readyState >= 2")
    page.locator("#stage").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("d")
    drag(page, (0.2, 0.2), (0.4, 0.5))
    page.get_by_role("button", name="Angle").click()
    drag(page, (0.7, 0.8), (0.6, 0.5))
    drag(page, (0.6, 0.5), (0.8, 0.4))
    page.get_by_role("button", name="Text").click()
    page.locator("#draw-words").fill("Up <here>")
    drag(page, (0.15, 0.15), (0.15, 0.15))
    assert drawn(page) == 3
    expect(page.locator("#ink")).to_contain_text("Up <here>")
    # By the keyboard alone: a line in the middle, moved, then taken back.
    page.get_by_role("button", name="Line").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#ink circle:focus")).to_have_count(1)
    before = page.locator("#ink circle:focus").get_attribute("cy")
    page.keyboard.press("ArrowDown")
    assert page.locator("#ink circle:focus").get_attribute("cy") != before
    assert drawn(page) == 4
    page.keyboard.press("Delete")
    assert drawn(page) == 3
    shot(page, SHOTS / "drawing", WIDE)
    check_axe(page, "drawing")
    page.keyboard.press("Escape")
    expect(page.locator("#draw-tools")).to_be_hidden()
    words = page.get_by_label(re.compile("Words below the picture"))
    words.fill("Keep them this high.")
    words.press("Tab")
    # It is there again after a reload, at its own picture alone.
    page.wait_for_timeout(500)
    page.reload()
    until(page, "document.querySelector('video').readyState >= 2")
    assert drawn(page) == 0
    page.get_by_role("button", name=re.compile("Go to the picture")).click()
    until(page, "document.querySelectorAll('#ink g').length === 3")
    # A second window that has not seen a change is told.
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_label(re.compile("Words below"))).to_have_value("Keep them this high.")
    page.get_by_label(re.compile("goes into the report")).uncheck()
    page.wait_for_timeout(500)
    other.get_by_role("button", name=re.compile("Remove the picture")).click()
    expect(other.locator(".toast")).to_contain_text("another window")
    expect(other.get_by_label(re.compile("goes into the report"))).not_to_be_checked()
    other.close()
    page.get_by_label(re.compile("goes into the report")).check()
    page.wait_for_timeout(500)
    # Sent: what is chosen, and the words with it.
    page.get_by_role("button", name="Send …").click()
    expect(page.locator("#give-words")).to_have_value(re.compile("Hello Ana"))
    page.get_by_label("One page").check()
    expect(page.locator("#give-words")).to_have_value(re.compile("on one page"))
    shot(page, SHOTS / "send")
    check_axe(page, "send")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Save PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    page.goto(f"{home_of(address)}/sessions/{ids[0]}/report?kind=page")
    expect(page.locator(".drawn figcaption")).to_contain_text("Keep them this high.")
    expect(page.locator(".drawn svg image")).to_have_count(1)
    shot(page, SHOTS / "report", WIDE)


def test_a_brand_is_seen_as_it_is_typed_and_stands_on_reports(
    page: Page, address: str, ids: list[str], tmp_path: Path
) -> None:
    cv2.imwrite(str(tmp_path / "logo.png"), np.full((120, 400, 3), (60, 40, 200), np.uint8))
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    page.goto(home_of(address) + "/settings")
    page.get_by_label("Name of the practice").fill("Praxis am Park")
    expect(page.locator("#letterhead")).to_contain_text("Praxis am Park")
    page.set_input_files("#logo", tmp_path / "logo.svg")
    expect(page.locator(".toast")).to_contain_text("PNG or JPEG")
    page.set_input_files("#logo", tmp_path / "logo.png")
    expect(page.locator("#logo-shown img")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".toast")).to_have_text("Kept.")
    shot(page, SHOTS / "settings", WIDE)
    check_axe(page, "settings")
    page.goto(f"{home_of(address)}/sessions/{ids[0]}/report")
    expect(page.locator(".brand")).to_contain_text("Praxis am Park")
    expect(page.locator(".brand img")).to_have_js_property("naturalWidth", 400)


def test_a_programme_is_built_by_the_keyboard_and_held_against_what_was_done(page: Page, address: str) -> None:
    home = f"{home_of(address)}/people/{person_id(PERSON)}"
    page.goto(home)
    page.get_by_role("link", name="Make one").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Home programme")
    page.wait_for_load_state("load")
    page.locator("#move").select_option("calf")
    page.locator("#add").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#items select:focus")).to_have_count(1)
    page.get_by_label("Times a week").fill("2")
    page.get_by_label("Begins on").fill("2026-11-02")
    page.get_by_role("button", name="Keep").press("Enter")
    expect(page.locator(".toast")).to_have_text("Kept.")
    shot(page, SHOTS / "programme", WIDE)
    check_axe(page, "programme")
    page.goto(home)
    expect(page.locator(".done tbody tr")).to_have_count(2)
    expect(page.locator(".done tbody tr").first).to_contain_text("Calf roll, left")
    shot(page, SHOTS / "person", WIDE)
    check_axe(page, "person")
    page.goto(home + "/programme/print")
    expect(page.locator(".boxes i")).to_have_count(8)
    shot(page, SHOTS / "programme-print")
    check_axe(page, "programme on paper")


def test_a_move_of_one_s_own_is_checked_as_it_is_typed(page: Page, address: str) -> None:
    page.goto(home_of(address) + "/moves")
    page.get_by_role("link", name="Write one of your own").click()
    expect(page.locator("h1")).to_have_text("A move of your own")
    page.wait_for_load_state("load")
    page.locator("#from").select_option("calf")
    expect(page.locator("#verdict")).to_have_text("Every line is right.", timeout=20_000)
    expect(page.locator("#card h2")).to_have_text("My Calf roll")
    text = page.locator("#text")
    kept = text.input_value()
    text.fill(kept.replace("sided = true", "sided = perhaps"))
    expect(page.locator("#verdict")).to_contain_text("is not TOML", timeout=20_000)
    expect(page.get_by_role("button", name="Keep this move")).to_be_disabled()
    page.get_by_role("button", name=re.compile("Go to line")).click()
    assert page.evaluate("(() => { const t = document.activeElement; return t.value.slice(t.selectionStart, "
                         "t.selectionEnd) })()") == "sided = perhaps"  # fmt: skip
    shot(page, SHOTS / "move")
    check_axe(page, "move")
    text.fill(kept)
    expect(page.get_by_role("button", name="Keep this move")).to_be_enabled(timeout=20_000)
    page.get_by_role("button", name="Keep this move").click()
    expect(page.locator(".toast")).to_contain_text("Kept")
    page.goto(home_of(address) + "/")
    expect(page.locator("#move option", has_text="My Calf roll")).to_have_count(1)


def test_clips_dropped_on_somebody_are_theirs(page: Page, address: str) -> None:
    drop = """([where, name]) => {
      const all = new DataTransfer();
      all.items.add(new File([new Uint8Array(3000)], name));
      for (const kind of ["dragenter", "dragover", "drop"])
        document.querySelector(where).dispatchEvent(
          new DragEvent(kind, { dataTransfer: all, bubbles: true, cancelable: true }));
    }"""
    page.goto(home_of(address) + "/people")
    page.evaluate(drop, ["#lines li", "VID_20261120_181502.mp4"])
    expect(page.locator(".toast")).to_contain_text("All have come")
    page.goto(home_of(address) + "/")
    page.evaluate(drop, ["#drop", "ana kovac 2.mp4"])
    expect(page.locator(".job")).to_have_count(2)
    first = page.locator(".job", has_text="VID_20261120")
    expect(first).to_contain_text(f"{PERSON} · filmed")
    guessed = page.locator(".job", has_text="ana kovac 2")
    expect(guessed).to_contain_text(f"{PERSON}, by its name")
    shot(page, SHOTS / "clips", WIDE)
