"""The page thins its pictures on a busy computer and says so, on a clock that is made up; by the page's own code."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from playwright._impl._driver import compute_driver_executable

SOURCE: Final = Path(__file__).parents[2] / "smr_vision" / "desk" / "static" / "roll_pace.js"
# A camera of `every` ms before a desk that takes `work` ms a picture, one after another, for half a minute.
PLAY: Final = """
const { Pace } = await import("data:text/javascript," + encodeURIComponent(process.argv[1]));
const { every, work, seen } = JSON.parse(process.argv[2]);
const pace = new Pace();
let free = 0, waiting = [], ages = [], told = [], sent = 0;
for (let now = 0; now < 30000; now += 1) {
  while (waiting.length && waiting[0].done <= now) {
    const { at } = waiting.shift();
    pace.heard(at, now);
    ages.push(now - at);
  }
  if (now % every === 0 && (!seen || pace.takes(now, now))) {
    if (seen) pace.sends(now);
    sent += 1;
    free = Math.max(free, now) + work;
    waiting.push({ at: now, done: free });
  }
  if (now % 1000 === 0) told.push(pace.told(now));
}
console.log(JSON.stringify({ rate: sent / 30, oldest: Math.max(...ages), late: ages.at(-1), told }));
"""


def play(every: int, work: int, *, seen: bool = True) -> dict[str, Any]:
    node = compute_driver_executable()[0]
    given = json.dumps({"every": every, "work": work, "seen": seen})
    # What node is told is the page's own source.
    command = [str(node), "--input-type=module", "--eval", PLAY, SOURCE.read_text(encoding="utf-8"), given]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(told.stdout)
    return result


def test_a_quick_computer_looks_ten_times_a_second_and_says_nothing() -> None:
    played = play(every=33, work=40)
    assert 9.9 < played["rate"] < 10.5
    assert set(played["told"]) == {""}
    assert played["oldest"] <= 40


@pytest.mark.parametrize(("work", "often"), [(150, 7), (250, 4), (400, 2)])
def test_a_busy_one_looks_less_often_and_is_never_behind(work: int, often: int) -> None:
    played = play(every=33, work=work)
    assert 0.75 * 1000 / work < played["rate"] < 1.1 * 1000 / work
    # One is looked at while the next is under way, until that takes too long: no answer grows older from then on.
    assert played["oldest"] <= 2 * work + 33
    assert played["late"] <= work + 150
    assert played["told"][0] == ""
    assert played["told"][-1].startswith("This computer is busy: I look ")
    assert abs(int(played["told"][-1].split()[-4]) - often) <= 1


@pytest.mark.parametrize(("every", "rate"), [(40, 10), (42, 10), (50, 10), (66, 15), (83, 12), (100, 10)])
def test_of_any_camera_as_many_are_looked_at_as_of_a_clip(every: int, rate: int) -> None:
    """Those of 15 a second and fewer, as webcams give in a dim room, all; and that is called neither busy nor dark."""
    played = play(every=every, work=30)
    assert played["rate"] == pytest.approx(rate, abs=0.5)
    assert set(played["told"]) == {""}


def test_a_camera_in_the_dark_is_not_called_a_busy_computer() -> None:
    played = play(every=200, work=40)
    assert "The camera gives few pictures: I look 5 times a second." in played["told"][-1]


def test_of_a_camera_that_the_desk_reads_it_is_not_known_which() -> None:
    played = play(every=250, work=40, seen=False)
    assert played["told"][-1] == "I look 4 times a second: this camera or this computer is slow."
