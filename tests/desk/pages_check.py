"""Every page of the desk, by axe-core in the dark and in the light, narrow and wide, and by the keyboard alone.

The pages are those of the app, so that a new one is looked at without a word here. Pictures in build/desk/pages.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.routing import Route

from smr_vision.desk.app import desk_app
from smr_vision.desk.desk import Desk
from smr_vision.desk.people import person_id
from smr_vision.desk.places import Places
from smr_vision.desk.programmes import Programme, Programmes
from smr_vision.desk.records import Records
from tests.desk.browsing import PERSON, ROOT, check_axe, entered, home_of, sessions_of, until
from tests.desk.roll_read_check import CASES, ROLLING, STAGE

SHOTS: Final = ROOT / "build" / "desk" / "pages"
NO_PAGES: Final = ("/api/", "/original", ".mp4")  # facts, and the clips themselves
NOWHERE: Final = ("/people/" + "0" * 20, "/sessions/" + "0" * 32)
LOOKS: Final = [(scheme, width) for scheme in ("light", "dark") for width in (390, 1280)]
# What a keyboard has to reach on a page, by what a reader would be told it is.
REACHED: Final = "a[href], button, input, select, textarea, summary, [tabindex='0']"


@pytest.fixture(scope="module")
def ids(data: Path) -> list[str]:
    """Two sessions of somebody who has a programme."""
    item = {"move": "calf", "side": "both", "sets": 2, "seconds": 45, "times_a_week": 3}
    programme = Programme.model_validate({"since": "2026-11-02", "items": [item], "words": "Gently."})
    places = Places(data)
    places.make()
    records = Records(places.records)
    Programmes(records).keep(PERSON, programme, None)
    records.close()
    return sessions_of(data, PERSON)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, ids: list[str]) -> list[str]:
    """The addresses of all pages."""
    with Desk(Places(tmp_path_factory.mktemp("none"))) as desk:
        paths = [
            r.path for r in desk_app(desk, token="x", port=1).routes if isinstance(r, Route) and "GET" in r.methods
        ]
    found = [p for p in paths if not any(part in p for part in NO_PAGES)]
    filled = [p.replace("{id}", ids[0]).replace("{person}", person_id(PERSON)) for p in found]
    assert "/roll" in filled
    assert not [p for p in filled if "{" in p]
    return [f"{p}?a={ids[0]}&b={ids[1]}" if p == "/compare" else p for p in filled]


def settled(page: Page) -> None:
    page.wait_for_load_state("load")
    page.wait_for_timeout(400)


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_axe_finds_nothing_serious_on_any_page(
    browser: Browser, address: str, pages: list[str], scheme: str, width: int
) -> None:
    wrong: list[str] = []
    with entered(browser, address, color_scheme=scheme, viewport={"width": width, "height": 900}) as page:
        for path in [*pages, *NOWHERE]:
            answer = page.goto(home_of(address) + path)
            assert answer is not None
            assert answer.status == (404 if path in NOWHERE else 200), path
            settled(page)
            for one in page.locator("details").all():
                one.evaluate("d => { d.open = true }")
            name = re.sub(r"[0-9a-f]{20,}", "x", path.replace("0" * 20, "nobody"))
            name = re.sub(r"\W+", "-", name).strip("-") or "clips"
            page.screenshot(path=str(SHOTS / f"{name}-{scheme}-{width}.png"), full_page=True)
            try:
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, "scrolls sideways")
                check_axe(page, f"{path} {scheme} {width}")
            except AssertionError as e:
                wrong.append(str(e).splitlines()[0])
    assert wrong == []


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_axe_finds_nothing_serious_on_any_screen_of_a_live_session(
    browser: Browser, address: str, scheme: str, width: int
) -> None:
    wrong: list[str] = []
    with entered(browser, address, color_scheme=scheme, viewport={"width": width, "height": 900}) as page:
        page.goto(home_of(address) + "/roll")
        page.evaluate(STAGE)
        for name, (changes, _) in CASES.items():
            page.evaluate("now => window.stage.show(now)", ROLLING | changes)
            page.wait_for_timeout(150)
            try:
                check_axe(page, f"{name} {scheme} {width}")
            except AssertionError as e:
                wrong.append(str(e).splitlines()[0])
    assert wrong == []


STOP: Final = """() => {
  const e = document.activeElement, s = getComputedStyle(e), marks = [s];
  if (e.classList.contains("sr")) for (const l of e.labels ?? []) marks.push(getComputedStyle(l));
  const outlined = m => m.outlineStyle !== "none" && parseFloat(m.outlineWidth) > 0;
  const within = window.last === e;  // the parts of a date have marks of the browser's own
  const shown = within || marks.some(m => outlined(m) || m.boxShadow !== "none");
  window.stops ??= new Set();
  const again = window.stops.has(e) && !within;
  window.stops.add(e);
  window.last = e;
  return { what: e.outerHTML.slice(0, 120), body: e === document.body, shown, again };
}"""
MISSED: Final = """wanted => [...document.querySelectorAll(wanted)].filter(e => {
  if (window.stops.has(e) || e.disabled || e.tabIndex < 0) return false;
  if (!e.checkVisibility({ visibilityProperty: true })) return false;
  if (e.type === "radio") return ![...window.stops].some(s => s.type === "radio" && s.name === e.name);
  return true;
}).map(e => e.outerHTML.slice(0, 120))"""


def test_the_keyboard_reaches_all_and_shows_where_it_is(browser: Browser, address: str, pages: list[str]) -> None:
    wrong: list[str] = []
    with entered(browser, address) as page:
        for path in pages:
            page.goto(home_of(address) + path)
            settled(page)
            for _ in range(400):
                page.keyboard.press("Tab")
                stop = page.evaluate(STOP)
                if stop["body"] or stop["again"]:
                    break
                if not stop["shown"]:
                    wrong.append(f"{path}: nothing shows the focus on {stop['what']}")
            wrong += [f"{path}: not reached: {what}" for what in page.evaluate(MISSED, REACHED)]
    assert wrong == []


CALLED: Final = """() => {
  const e = document.activeElement;
  const name = e.getAttribute("aria-label") || e.labels?.[0]?.innerText || e.innerText || "";
  return e === document.body ? "" : `${e.tagName} ${name}`;
}"""


def to(page: Page, name: str, tag: str = "") -> None:
    """Tab to what is called so."""
    for _ in range(200):
        page.keyboard.press("Tab")
        called = page.evaluate(CALLED)
        if name in called and called.startswith(tag):
            return
    raise AssertionError(f"{name} is not reached")


def press(page: Page, name: str, key: str = "Enter") -> None:
    to(page, name)
    page.keyboard.press(key)


def follow(page: Page, name: str, head: str) -> None:
    before = page.url
    to(page, name, "A ")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)
    expect(page.locator("h1")).to_have_text(head)
    page.wait_for_load_state("load")


def test_a_day_at_the_desk_by_the_keyboard_alone(
    browser: Browser, address: str, data: Path, tmp_path: Path, ids: list[str]
) -> None:
    (tmp_path / "damaged.mp4").write_bytes(b"\0\0\0\x20ftypisom" + b"x" * 5000)
    with entered(browser, address) as page:
        # A clip in.
        to(page, "Choose clips")
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Space")
        chooser.value.set_files(tmp_path / "damaged.mp4")
        expect(page.locator(".job.failed")).to_be_visible(timeout=60_000)
        # A person, found by name.
        follow(page, "People", "People")
        to(page, "New person")
        page.keyboard.type("Zoe")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Zoe")
        follow(page, "People", "People")
        to(page, "Search")
        page.keyboard.type("ana")
        follow(page, "Ana", PERSON)
        # A session: seek, a picture on, a fault set aside and brought back, one added, a note.
        follow(page, "November", PERSON)
        expect(page.locator("#faults li")).to_have_count(1)
        until(page, "document.querySelector('video').readyState >= 2")
        to(page, "Time")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        until(page, "Math.abs(document.querySelector('video').currentTime - 2) < 0.1")
        page.keyboard.press(".")
        until(page, "document.querySelector('video').currentTime > 2.02")
        press(page, "Dismiss")
        expect(page.locator("#faults .dismissed")).to_have_count(1)
        page.keyboard.press("Control+z")
        expect(page.locator("#faults .dismissed")).to_have_count(0)
        press(page, "Add a fault at this moment")
        press(page, "Add")
        expect(page.locator("#faults li")).to_have_count(2)
        to(page, "Note")
        page.keyboard.type("**Calm** today")
        press(page, "Keep note")
        expect(page.locator("#notes strong")).to_have_text("Calm")
        # Two compared, and all of it forgotten.
        follow(page, "People", "People")
        follow(page, "Ana", PERSON)
        press(page, "Choose all", "Space")
        with page.expect_download(timeout=60_000) as download:
            press(page, "Reports as PDF")
        assert download.value.suggested_filename == "reports.zip"
        press(page, "Compare two")
        expect(page.locator("video")).to_have_count(2)
        follow(page, "People", "People")
        follow(page, "Ana", PERSON)
        press(page, "Forget")
        to(page, "Type the name")
        page.keyboard.type(PERSON)
        press(page, "Delete")
        expect(page.get_by_text("Zoe")).to_be_visible()
        expect(page.get_by_text(PERSON)).to_have_count(0)
    assert not (data / "taken" / f"{PERSON}-0" / "session.json").exists()
