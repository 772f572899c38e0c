"""The pictures of the desk in README and docs/desk.md, from sample clips: what it shows today.

python -m scripts.desk_pictures docs

Needs chromium and playwright (extra `dev`). Look at each of them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from smr_vision.analysis import Request, analyse
from smr_vision.desk.people import DeskStore, person_id
from smr_vision.desk.places import Places
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions

SAMPLES: Final = Path(__file__).parents[1] / "samples" / "videos"
PERSON: Final = "Ana Kova\u010d"
# Clip, move, side, and the day it is said to be of: three weeks of somebody who gets better.
FILMED: Final = (
    ("thoracic_faults", "thoracic", None, "2026-11-03"), ("calf_faults", "calf", "right", "2026-11-11"),
    ("thoracic_good", "thoracic", None, "2026-11-24"), ("calf_good", "calf", "left", "2026-11-27"),
)  # fmt: skip
SETTINGS: Final = (
    '{"trainer": "Maja Horvat", "practice": "Studio by the river", "contact": "12 Mill Lane\\nmaja@studio.example",'
    ' "footer": "Studio by the river", "model": "full"}'
)
WIDE, HIGH = 1280, 980


def main() -> int:
    docs = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch)
        (data / "desk").mkdir()
        (data / "desk" / "settings.json").write_text(SETTINGS, encoding="utf-8")
        ids = _sessions(data)
        with _desk(data) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": WIDE, "height": HIGH})
            page.goto(address)
            _take(page, address.split("/enter", maxsplit=1)[0], ids, docs)
            browser.close()
    return 0


def _sessions(data: Path) -> list[str]:
    """Analyse the samples; the ids of their sessions, in the order of FILMED."""
    store = DeskStore(Places(data).history)
    found = []
    for name, move, side, day in FILMED:
        clip = data / f"{name}.mp4"
        shutil.copy(SAMPLES / clip.name, clip)
        options = PipelineOptions(load_moves(), move, side)  # type: ignore[arg-type]
        outcome = analyse(Request(clip, data / "out", options, person=PERSON, model="full"))
        session = outcome.session.model_copy(
            update={
                "recorded_at": f"{day}T18:05:00+00:00",
                "source": outcome.session.source.model_copy(update={"path": str(clip)}),
            }
        )
        session.write(outcome.folder / "session.json")
        found.append(store.add_session(session, outcome.folder))
    store.close()
    return found


@contextmanager
def _desk(data: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "smr_vision.cli", "desk", "--data", str(data), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own words
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


def _take(page: Page, home: str, ids: list[str], docs: Path) -> None:  # noqa: PLR0915 - one picture after the other
    folder = docs / "desk"
    folder.mkdir(exist_ok=True)

    def keep(path: Path, *, whole: bool = False, down: int = 0) -> None:
        page.evaluate(f"window.scrollTo(0, {down})")
        page.wait_for_timeout(700)
        page.screenshot(path=str(path), full_page=whole)

    # A session, at a moment in which something is to be fixed.
    page.goto(f"{home}/sessions/{ids[0]}")
    page.wait_for_timeout(2500)
    page.locator("#faults .jump").last.click()
    page.keyboard.press(".")
    keep(docs / "desk.png")
    # Drawing on it.
    page.keyboard.press("d")
    page.locator(".ink.yellow").click()
    _drag(page, (0.66, 0.93), (0.65, 0.67))
    page.locator("[data-tool=angle]").click()
    page.locator(".ink.green").click()
    _drag(page, (0.35, 0.56), (0.645, 0.6))
    _drag(page, (0.645, 0.6), (0.73, 0.45))
    page.locator("[data-tool=text]").click()
    page.locator("#draw-words").fill("Up, and keep them there")
    page.locator(".ink.yellow").click()
    _drag(page, (0.4, 0.18), (0.4, 0.18))
    keep(folder / "drawing.png")
    page.keyboard.press("Escape")
    page.locator("#pictures input").first.fill("Press your feet into the floor, and the hips come up.")
    page.keyboard.press("Tab")
    page.wait_for_timeout(500)
    page.locator("#give-report").click()
    page.locator("[name=kind][value=page]").check()
    keep(folder / "send.png")
    page.locator("#give-close").click()
    page.goto(f"{home}/sessions/{ids[0]}/report?kind=page")
    keep(folder / "one-page.png", whole=True)
    # A programme, and the person's page with it.
    person = f"{home}/people/{person_id(PERSON)}"
    page.goto(person + "/programme")
    for move in ("thoracic", "calf"):
        page.select_option("#move", move)
        page.locator("#add").click()
    page.locator("[name=words]").fill("In the evening, after a warm shower.")
    page.locator("[name=since]").fill("2026-11-02")
    page.locator("#programme .primary").click()
    page.wait_for_timeout(500)
    page.goto(person + "/programme/print")
    keep(folder / "programme.png", whole=True)
    page.goto(person)
    keep(folder / "person.png")
    # A move of one's own.
    page.goto(home + "/moves/own")
    page.select_option("#clip", ids[3])
    page.select_option("#from", "calf")
    page.locator("#see").wait_for(timeout=120_000)
    page.locator("#see").click()
    page.locator("#stage").wait_for(timeout=120_000)
    keep(folder / "move.png", down=430)


def _drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one share of the picture to another."""
    box = page.locator("#ink").bounding_box()
    assert box is not None
    (x0, y0), (x1, y1) = ((box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in (start, end))
    page.mouse.move(x0, y0)
    page.mouse.down()
    page.mouse.move(x1, y1, steps=3)
    page.mouse.up()


if __name__ == "__main__":
    sys.exit(main())
