"""A desk that runs and a real browser in front of it, for the checks of `make test-browser`.

Needs Debian's chromium, playwright from PyPI, and axe-core from npm (SMR_AXE names its file).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from smr_vision.desk.people import DeskStore
from smr_vision.desk.places import Places
from tests.report.sample import make_session, make_set, write_folder

ROOT: Final = Path(__file__).parents[2]
CLIPS: Final = ROOT / "samples" / "videos"
AXE: Final = Path(os.environ.get("SMR_AXE", ROOT / "build/axe/node_modules/axe-core/axe.min.js"))
PERSON: Final = "Ana Kovač"
# What reaches out by itself would only be refused, and its refusals would be read as the page's.
QUIET: Final = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic",
)  # fmt: skip


@contextmanager
def started_desk(data: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`smr desk` on a folder: its address with the token, and its process, which ends with the block."""
    command = [sys.executable, "-m", "smr_vision.cli", "desk", "--data", str(data), "--no-browser", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), process
        finally:
            process.terminate()


@contextmanager
def running_desk(data: Path, *options: str) -> Iterator[str]:
    """The address, with the token, of a desk of its own process, of a trainer with a name."""
    (data / "desk").mkdir(parents=True, exist_ok=True)
    (data / "desk" / "settings.json").write_text('{"trainer": "Maja", "model": "lite"}')
    with started_desk(data, *options) as (address, process):
        yield address
    assert process.returncode == 143


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    found = shutil.which("chromium")
    assert found is not None, "These checks need chromium: apt install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*QUIET, *arguments])
        yield browser
        browser.close()


@dataclass
class Watched:
    """What a page asked for, and what it complained of."""

    home: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> Page:
        page.on("request", lambda r: self.asked.append(r.url))
        page.on("pageerror", lambda e: self.complaints.append(str(e)))
        page.on("console", lambda m: self.complaints.append(m.text) if "Content Security Policy" in m.text else None)
        return page

    def approve(self) -> None:
        """Fails where a page complained or asked for anything beyond the desk."""
        assert self.complaints == []
        assert [url for url in self.asked if not url.startswith((self.home, "blob:", "data:"))] == []


def home_of(address: str) -> str:
    return address.split("/enter", maxsplit=1)[0]


@contextmanager
def entered(browser: Browser, address: str, **context: Any) -> Iterator[Page]:
    """A page that has come in; watched to its end."""
    made = browser.new_context(accept_downloads=True, **({"viewport": {"width": 1280, "height": 900}} | context))
    watched = Watched(home_of(address))
    page = watched.watch(made.new_page())
    page.goto(address)
    yield page
    made.close()
    watched.approve()


def follow(page: Page, link: Locator) -> None:
    """Go where a link leads, until the page there is at work: before its scripts are, it answers no click."""
    with page.expect_navigation():
        link.click()


def until(page: Page, wanted: str) -> None:
    """Wait until a script says so; asked from here, as the page's policy forbids to evaluate text in it."""
    end = time.monotonic() + 20
    while not page.evaluate(wanted):
        assert time.monotonic() < end, wanted
        page.wait_for_timeout(50)


def shot(page: Page, name: Path, widths: tuple[int, ...] = (390, 1280, 1920)) -> None:
    """Pictures of a page at the widths people have, and no sideways scrolling at any."""
    name.parent.mkdir(parents=True, exist_ok=True)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(250)
        page.screenshot(path=f"{name}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name.name, width)
    page.set_viewport_size({"width": 1280, "height": 900})


def check_axe(page: Page, name: str) -> None:
    """Nothing serious, by axe-core's rules."""
    assert AXE.exists(), f"{AXE} is missing: npm install --no-save --prefix build/axe axe-core@4"
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    faults = [
        (v["id"], [n["html"][:160] for n in v["nodes"][:4]], v["nodes"][0]["any"][:1])
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ]
    assert faults == [], (name, faults)
    assert len(found["passes"]) > 5, name  # it did look


def sessions_of(data: Path, person: str, count: int = 2) -> list[str]:
    """Made-up sessions with a clip to play, as if they had been analysed."""
    store = DeskStore(Places(data).history)
    found = []
    for number in range(count):
        session = make_session(
            make_set("calf", "left", passes=4 + number, discomfort=(4, 2), picture="faults/leg.png"),
            person=person, recorded_at=f"2026-11-{10 + number}T18:05:00+00:00",
        )  # fmt: skip
        folder = write_folder(data / "taken" / f"{person}-{number}", session).parent
        shutil.copy(CLIPS / "calf_good.mp4", folder / "recording.mp4")
        found.append(store.add_session(session, folder))
    store.close()
    return found
