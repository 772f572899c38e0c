"""A routine in real Chromium, whose camera plays a film of it: built by clicking, then untouched to its summary.

Run by `make test-browser`, four minutes; pictures in build/roll. Needs Debian's chromium and ffmpeg, and playwright
from PyPI.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from benchmarks.routine import film
from smr_vision.live.routine import Routine, RoutinePart, plan_of
from smr_vision.moves import load_moves
from tests.desk.roll_browser import analysed, as_clip, chromium, desk, film_of, opened, playing, rolled
from tests.desk.roll_check import CLIPS, shot

MOVES: Final = load_moves()
PARTS: Final = (
    RoutinePart(move="thoracic", sets=1, seconds=10, rest_s=15),
    RoutinePart(move="calf", sets=1, seconds=10, rest_s=15, sides=("left",)),
    RoutinePart(move="glute", sets=1, seconds=10, rest_s=15, sides=("right",)),
)
MOST_S: Final = 600.0  # a busy machine plays the film slower
AFTER_S: Final = 60.0


def build(page: Page) -> None:
    """The routine, by clicking."""
    page.get_by_role("link", name="Build a routine").click()
    for number, part in enumerate(PARTS):
        page.locator("#add button", has_text=MOVES[part.move].title).click()
        row = page.locator("#parts > li").nth(number)
        row.get_by_label("Seconds").fill(f"{part.seconds:.0f}")
        row.get_by_label("Rest, s").fill(f"{part.rest_s:.0f}")
        row.get_by_label("Sets").fill(f"{part.sets}")
        if part.sides:
            row.get_by_label("Side").select_option(part.sides[0])
    page.fill("[name=title]", "A short one")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("#kept")).to_contain_text("A short one")
    page.get_by_role("link", name="Roll now").first.click()


def test_a_routine_from_the_first_page_to_its_summary(data: Path, tmp_path: Path) -> None:
    plan = plan_of(Routine(title="A short one", purpose="a film", parts=PARTS), MOVES)
    camera = film_of(film(plan, CLIPS), tmp_path / "camera.mjpeg", AFTER_S)
    with desk(data) as (address, _), chromium(*playing(camera)) as browser:
        page = opened(browser, address)
        build(page)
        page.fill("[name=person]", "Ana routine")
        page.locator("label.tile", has_text="A short one").click()
        expect(page.locator("#camera-says")).to_contain_text("outline", timeout=20_000)
        page.click("#start")
        page.click("#safe")
        # From here on nothing is touched.
        stages: list[str] = []
        end = time.monotonic() + MOST_S
        while time.monotonic() < end and (not stages or stages[-1] != "ended"):
            stage = page.evaluate("window.roll?.over ? 'ended' : window.roll?.now?.stage ?? 'waiting'")
            if not stages or stage != stages[-1]:
                stages.append(stage)
                page.wait_for_timeout(1200)
                shot(page, f"routine-{len(stages):02}-{stage}")
            page.wait_for_timeout(200)
        assert stages.count("rest") == len(PARTS) - 1, stages
        assert stages[-2:] == ["summary", "ended"] or stages[-3:] == ["summary", "over", "ended"], stages
        for line in page.locator("#screen tr").all_inner_texts():
            assert "pass" in line
        assert page.locator("#screen tr").count() == len(PARTS)
        page.get_by_role("link", name="Read it all").click()
        expect(page.locator("h1")).to_be_visible()
        shot(page, "routine-session")
    told, _ = rolled(data)
    assert told["complete"]
    assert [(s["move"], s["side"]) for s in told["sets"]] == [(i.move.id, i.side) for i in plan.items]
    # What is rolled after a set's time still belongs to it, until somebody gets up: so the film has the same sets. The
    # last ends with the plan, as soon as its seconds are done.
    *live, last = told["sets"]
    assert last["time_on_target_s"] >= PARTS[-1].seconds
    # With the model that live uses: what differs between models is no fault of what lies between camera and coach.
    clip = analysed(as_clip(camera, told["source"]["duration_s"] + AFTER_S), None, tmp_path / "out", "full")
    assert [(s["move"], s["side"]) for s in clip] == [(i.move.id, i.side) for i in plan.items]
    # A busy machine plays the film slower: by how much, the way from the first set to the last tells.
    pace = (clip[-1]["start_s"] - clip[0]["start_s"]) / (last["start_s"] - live[0]["start_s"])
    print(f"played at {pace:.2f} of its speed")
    for one, other in zip(live, clip, strict=False):
        print(*(f"{s['move']} {len(s['passes'])} passes {s['time_on_target_s']:.1f} s" for s in (one, other)), sep="; ")
        assert abs(len(one["passes"]) - len(other["passes"])) <= 1, one["move"]
        assert one["time_on_target_s"] * pace == pytest.approx(other["time_on_target_s"], abs=1.0), one["move"]
