"""The devices that are in a browser, one by one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from smr_vision.desk.desk import Desk
from smr_vision.desk.roll_wire import STOOD_S, SentCamera, SentDisplay
from smr_vision.desk.routines import Routines
from smr_vision.errors import DeviceError
from smr_vision.live.routine import RoutinePart
from tests.desk.test_roll import JPEG


def test_of_pictures_that_wait_the_latest_is_seen_and_standstills_do_not_count() -> None:
    camera = SentCamera()
    for t in (10.0, 10.1, 10.2):
        camera.put(t, JPEG)
    first = camera.read()
    assert first is not None
    assert (first.t, camera.sent_at) == (0.0, 10.2)
    camera.put(100.2, JPEG)  # a minute and a half in the background
    second = camera.read()
    assert second is not None
    assert second.t == pytest.approx(STOOD_S)
    camera.put(0.5, JPEG)  # the clock of a page that was loaded anew
    third = camera.read()
    assert third is not None
    assert third.t == pytest.approx(2 * STOOD_S)
    camera.hang_up()
    assert camera.read() is None


def test_a_browser_that_never_comes_ends_the_session() -> None:
    now = [0.0]
    display = SentDisplay(SentCamera(), lambda: now[0])
    assert display.keys() == ()
    now[0] = 41.0
    with pytest.raises(DeviceError, match="browser is gone"):
        display.keys()


def test_a_routine_of_other_letters_is_found_again_by_another_run(desk: Desk) -> None:
    routines = Routines(desk.places.own / "routines", desk.moves)
    name = routines.keep("拉伸", [RoutinePart(move="calf")])
    # Python's own hash of a text is another in each run.
    code = (
        "import sys; from pathlib import Path; from smr_vision.desk.routines import Routines; "
        "from smr_vision.live.routine import RoutinePart; from smr_vision.moves import load_moves; "
        "print(Routines(Path(sys.argv[1]), load_moves()).keep('拉伸', [RoutinePart(move='calf')]))"
    )
    command = [sys.executable, "-X", "utf8", "-c", code, str(desk.places.own / "routines")]
    for seed in ("1", "2"):
        again = subprocess.run(
            command, capture_output=True, encoding="utf-8", check=True, cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
        )  # fmt: skip
        assert again.stdout.strip() == name
