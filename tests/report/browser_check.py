"""The report in a real browser: headless Chromium, without a network. Run by `make test-browser`.

Needs Debian's chromium and chromium-driver, selenium from PyPI, and axe-core from npm (SMR_AXE names its file).
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from rich.console import Console
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from smr_vision.cli.history import show_history
from smr_vision.report import write_report
from smr_vision.store import Store
from tests.report.sample import make_session, make_set, png, write_folder

AXE = Path(os.environ.get("SMR_AXE", "build/axe/node_modules/axe-core/axe.min.js"))
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
LONG = "Bartholomäus" * 80
PAGES = ("one", "many", "hostile", "compare", "empty", "history")
FAULT_S = 23.16  # when the made-up fault of the first set begins
PICTURE_S = FAULT_S + 1.0  # and when it was worst


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page of each kind, as a user would have them."""
    root = tmp_path_factory.mktemp("pages")
    one = make_session(make_set(picture="faults/1.png", discomfort=(6, 4)))
    paths = {"one": write_folder(root / "one", one)}
    (root / "one/faults/1.png").write_bytes(png(640, 360, (90, 140, 150)))
    write_clip(root / "one/annotated.mp4", one.source.duration_s)
    kinds = (("calf", "left"), ("calf", "right"), ("glute", "left"), ("pectoral", "right"))
    many = make_session(
        *(make_set(*kind, start_s=50 * i, picture=f"faults/{i}.png", passes=6 + i) for i, kind in enumerate(kinds)),
        person=None,
    )
    paths["many"] = write_folder(root / "many", many)
    nasty = one.model_copy(update={"person": f"<script>alert(1)</script> עדה 💪 {LONG}"})
    paths["hostile"] = write_folder(root / "hostile", nasty)
    paths["empty"] = write_folder(root / "empty", make_session(), series=False, pictures=False)
    earlier = [
        make_session(make_set(discomfort=(7, 5)), recorded_at=f"2026-10-0{d}T08:00:00+00:00") for d in range(1, 6)
    ]
    found = {}
    for name, path in paths.items():
        note = LONG + "</script><img src=x onerror=alert(2)>" if name == "hostile" else "Lovely.\nMore on Monday."
        found[name] = write_report([path], path.parent / "report.html", note=note, trainer="Maja", history=earlier)
    found["compare"] = write_report([paths["one"], paths["many"], paths["hostile"]], root / "compare.html")
    with Store(root / "history.sqlite") as store:
        for session in [*earlier, one, many, nasty]:
            store.add_session(session)
        found["history"] = root / "history.html"
        show_history(store, html=found["history"], console=Console(quiet=True))
    return found


def write_clip(path: Path, duration_s: float) -> None:
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=10, options={"preset": "ultrafast", "g": "10"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.time_base = Fraction(1, 10)
        for i in range(int(duration_s * 10)):
            frame = av.VideoFrame.from_ndarray(np.full((180, 320, 3), i % 255, np.uint8), format="rgb24")
            frame.pts = i
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


class Browser:
    """Chromium with the network off."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, page: Path, *, width: int = 1280, height: int = 850, dark: bool = False) -> None:
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.driver.get(page.as_uri())

    def run(self, script: str, *values: object) -> Any:
        return self.driver.execute_script(script, *values)

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def until(self, script: str, wanted: Callable[[Any], bool]) -> Any:
        """Wait until the script's value is as wanted."""
        end = time.monotonic() + 5
        while not wanted(value := self.run(script)):
            assert time.monotonic() < end, f"{script} is {value}"
            time.sleep(0.05)
        return value

    def clip_time(self) -> float:
        return float(self.until("const v = document.querySelector('video'); return v.seeking ? null : v.currentTime",
                                lambda t: t is not None))  # fmt: skip


@pytest.fixture(scope="module")
def _driver() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver") or "chromedriver"))
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd(
        "Network.emulateNetworkConditions",
        {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0},
    )
    yield driver
    driver.quit()


@pytest.fixture
def browser(_driver: webdriver.Chrome) -> Iterator[Browser]:
    """Fails the test on any console message and on any request for more than files."""
    _driver.get_log("browser")
    _driver.get_log("performance")
    yield Browser(_driver)
    messages = [m["message"] for m in _driver.get_log("browser") if "ERR_FILE_NOT_FOUND" not in m["message"]]
    assert messages == []
    events = [json.loads(e["message"])["message"] for e in _driver.get_log("performance")]
    asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert all(url.startswith(("file:", "data:")) for url in asked), asked


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("name", PAGES)
def test_no_sideways_scrolling(browser: Browser, pages: dict[str, Path], name: str, width: int) -> None:
    browser.open(pages[name], width=width)
    assert browser.run("return document.documentElement.scrollWidth") <= width
    spilling = browser.run(
        "return [...document.querySelectorAll('main *')].filter(e => !e.closest('.table-wide, .sr, svg')"
        " && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
    )
    assert spilling == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_serious_fault(
    browser: Browser, pages: dict[str, Path], name: str, width: int, dark: bool
) -> None:
    browser.open(pages[name], width=width, dark=dark)
    browser.run(AXE.read_text(encoding="utf-8"))
    result = browser.driver.execute_async_script(
        "const done = arguments[0]; axe.run().then(done, e => done(String(e)))"
    )
    assert isinstance(result, dict), result
    faults = [
        (v["impact"], v["id"], v["nodes"][0]["html"][:200], v["nodes"][0].get("failureSummary"))
        for v in result["violations"]
        if v["impact"] in ("serious", "critical")
    ]
    assert faults == []


def test_the_plots_are_there(browser: Browser, pages: dict[str, Path]) -> None:
    for width, kind in ((1280, "wide"), (390, "narrow")):
        browser.open(pages["one"], width=width)
        boxes = browser.run(
            "return [...document.querySelectorAll('svg.plot')].filter(s => s.getClientRects().length)"
            ".map(s => [s.classList[1], s.getBoundingClientRect().width, s.querySelectorAll('path').length])"
        )
        assert [b[0] for b in boxes] == [kind] * 3
        assert all(b[1] > 300 for b in boxes)
        assert all(b[2] >= 1 for b in (boxes[0], boxes[2]))


def test_a_click_on_the_fault_moves_the_clip_to_its_time(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["one"])
    browser.find(".summary a.jump").click()
    assert browser.clip_time() == pytest.approx(FAULT_S, abs=0.15)
    assert browser.driver.current_url.endswith("report.html")
    cursor = browser.run("return Number(document.querySelector('svg.plot .cursor').getAttribute('x1'))")
    assert 92 < cursor < 708


def test_a_click_on_the_picture_of_the_fault_moves_the_clip(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["one"])
    browser.find(".hero img").click()
    assert browser.clip_time() == pytest.approx(PICTURE_S, abs=0.15)


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_beside_the_set_stands_the_clip_and_what_is_in_it(
    browser: Browser, pages: dict[str, Path], size: tuple[int, int]
) -> None:
    """The right third of a wide screen is not empty, however far down the page is."""
    browser.open(pages["one"], width=size[0], height=size[1])
    browser.run("document.querySelector('.checks').scrollIntoView({behavior: 'instant'})")
    bottom = browser.run("return document.querySelector('.chapters').getBoundingClientRect().bottom")
    # A clip twice as wide as high; what is below it is as long as there is to tell.
    assert 0.45 * size[1] < bottom <= size[1]
    browser.find(".chapters .within a").click()
    assert browser.clip_time() == pytest.approx(FAULT_S, abs=0.15)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_click_in_a_plot_moves_the_clip_there(browser: Browser, pages: dict[str, Path], width: int) -> None:
    browser.open(pages["one"], width=width)
    plot = browser.find("svg.plot.wide" if width > 500 else "svg.plot.narrow")
    browser.run("arguments[0].scrollIntoView({block: 'end', behavior: 'instant'})", plot)
    data = {k: float(str(plot.get_attribute(f"data-{k}"))) for k in ("start", "end", "x0", "x1")}
    size = plot.size
    middle = ((data["x0"] + data["x1"]) / 2 - 0.5) * size["width"]
    ActionChains(browser.driver).move_to_element_with_offset(plot, int(middle), 0).click().perform()
    assert browser.clip_time() == pytest.approx((data["start"] + data["end"]) / 2, abs=0.3)


def test_the_keyboard_moves_the_clip_too(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["one"])
    slider = browser.find(".scrub")
    slider.send_keys(Keys.END)
    assert browser.clip_time() == pytest.approx(37.6, abs=0.15)
    slider.send_keys(Keys.ARROW_LEFT * 5)
    assert browser.clip_time() == pytest.approx(37.1, abs=0.15)
    assert slider.get_attribute("aria-valuetext") == "0:37"
    browser.find(".summary a.jump").send_keys(Keys.ENTER)
    assert browser.clip_time() == pytest.approx(FAULT_S, abs=0.15)


def test_a_report_sent_without_its_clip_shows_the_still(
    browser: Browser, pages: dict[str, Path], tmp_path: Path
) -> None:
    alone = shutil.copy(pages["one"], tmp_path / "mail.html")
    browser.open(Path(alone))
    browser.until("return document.querySelector('.player').hidden", bool)
    browser.find(".scrub").send_keys(Keys.END)
    assert browser.find(".picked img").is_displayed()
    assert browser.run("return document.querySelectorAll('.with-clip').length") == 0


def test_a_clip_inside_the_report_is_moved_as_well(browser: Browser, pages: dict[str, Path], tmp_path: Path) -> None:
    session = pages["one"].parent / "session.json"
    out = write_report([session], tmp_path / "inside.html", embed_clip=True)
    assert out.stat().st_size < 3_000_000
    browser.open(out)
    browser.until("return document.querySelector('video').readyState", lambda state: state >= 1)
    browser.find(".summary a.jump").click()
    assert browser.clip_time() == pytest.approx(FAULT_S, abs=0.15)


def test_nothing_in_a_name_or_note_runs(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["hostile"])
    assert browser.run("return document.scripts.length") == 1
    assert browser.run("return document.querySelectorAll('img[src=x]').length") == 0
    assert "<script>alert(1)</script> עדה 💪" in browser.find("h1").text


def test_without_javascript_everything_is_there(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["one"])
    live = browser.find("main").text
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open(pages["one"])
        tree = browser.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    names = " ".join(str(n.get("name", {}).get("value", "")) for n in tree["nodes"])
    for words in ("What went well", "Lift your hips", "Where the body was on the tool", "How this was measured"):
        assert words in names
        assert words in live or words.startswith("Where the body")
