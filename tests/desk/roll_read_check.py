"""Every screen of Roll now, read by a machine as an eye sees it from three metres: `make test-browser`.

A screen of 1366x768 and 15.6 inches has 0.25 mm a pixel; at 3 m one minute of arc, what an eye can tell apart, is
3.46 of them. So a shot is made that much smaller before tesseract reads it. Pictures in build/roll.
"""

from __future__ import annotations

import re
import subprocess
from itertools import product
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import pytest

from smr_vision.live.framing import HAND_UP, ROOM
from tests.desk.browsing import ROOT, chromium, started_desk

SHOTS: Final = ROOT / "build" / "roll" / "read"
SMALL: Final = (395, 222)
READ: Final = 0.95

ITEM: Final = {
    "title": "Calf roll, left side", "set": "Set 1 of 2", "full": "Calf roll, left side, set 1 of 2", "seconds": 45,
    "steps": ["Sit with the roller under one calf."], "move": "calf",
}  # fmt: skip
ON, EDGE, OFF = (
    "\N{BLACK CIRCLE} On target",
    "\N{BLACK UP-POINTING TRIANGLE} At the edge",
    "\N{BLACK SQUARE} Off target",
)
ROLLING: Final[dict[str, Any]] = {
    "stage": "rolling", "paused": False, "item": ITEM, "then": "Calf roll, right side", "findings": [],
    "instruction": "", "count": None, "left_s": 28, "stage_s": 45, "to_go": "about 9 minutes to go", "cue": None,
    "breath": None, "asking": None, "tallies": [], "last": None, "all": None, "ending": "All done", "closing": [],
    "early": None, "other": None, "safety": [], "joints": None, "near": None, "bands": [], "tool": None, "passes": 4,
    "passes_words": "4 passes",
    "on_target_s": 17, "known": True, "assumed": False, "zone": "green", "place": ON, "on_target": True,
    "phase": "rolling", "speed": 3, "checks": [], "aspect": 1.778, "menu": None, "held": 0, "taken": None,
    "at": 1, "muted": False,
}  # fmt: skip
DONE: Final = [
    {"sign": "ok", "title": "Calf roll, left side", "numbers": "8 passes, 45 s"},
    {"sign": "watch", "title": "Calf roll, right side", "numbers": "7 passes, 44 s"},
]
LAST: Final = "8 passes, 45 s on target"
SCORE: Final = "Calf roll, left side 17 of 45 s 4 passes Set 1 of 2 28 s left about 9 minutes to go "
LISTED: Final = ["Pause", "Next set", "This set again", "Skip this side", "Finish", "Nothing"]
CASES: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "rolling": ({}, SCORE + "On target"),
    "cue": ({"cue": {"text": "Press up, lift your hips", "severity": "form"}, "zone": "amber", "place": EDGE},
            SCORE + "At the edge Press up, lift your hips"),
    "safety": ({"cue": {"text": "Lower back off the roller", "severity": "safety"}, "zone": "red", "place": OFF},
               SCORE + "Off target Lower back off the roller"),
    "praise": ({"cue": {"text": "Hips are up, good.", "severity": "praise"}}, SCORE + "Hips are up, good."),
    "framing": ({"stage": "framing", "instruction": "Move towards your feet, to come into the picture.",
                 "findings": [{"title": t, "state": "ok", "say": ""} for t in ("Light", "Whole body", "Distance")]},
                "Light Whole body Distance Move towards your feet, to come into the picture"),
    "room": ({"stage": "framing", "instruction": HAND_UP, "findings": [{"title": ROOM, "state": "watch", "say": ""}]},
             f"{ROOM} {HAND_UP}"),
    "rest": ({"stage": "rest", "left_s": 23, "tallies": DONE[:1], "last": LAST},
             "Rest 23 8 passes, 45 s on target Next: Calf roll, left side, set 1 of 2 about 9 minutes to go"),
    "early": ({"stage": "rest", "left_s": 23, "tallies": DONE[:1], "last": LAST, "early": "17 of 45 s."},
              "Rest 23 17 of 45 s. Go on with it? a, or raise an arm Next: Calf roll, left side, set 1 of 2"),
    "summary": ({"stage": "summary", "tallies": DONE, "all": "89 s on target, 15 passes"},
                "All done 89 s on target, 15 passes Calf roll, left side 8 passes, 45 s right side 7 passes, 44 s"),
    "countdown": ({"stage": "countdown", "count": 2}, "Calf roll, left side 2"),
    "paused": ({"paused": True}, "Paused Raise an arm, or press space, to go on."),
    "list": ({"menu": {"choices": LISTED, "lit": 1, "share": 0.4}}, " ".join(LISTED)),
    "switch": ({"stage": "setup", "instruction": "This looks like a calf roll. Switch?", "other": "Calf roll"},
               "This looks like a calf roll. Switch?"),
}  # fmt: skip
STAGE: Final = """async () => {
  const { Stage } = await import("/static/roll_stage.js");
  const { moves } = JSON.parse(document.querySelector("main").dataset.facts);
  window.stage = new Stage({ mirrored: true, moves });
  document.querySelector("#stage").hidden = false;
}"""


SIZES: Final = ((1366, 768), (390, 844), (1280, 720), (1920, 1080))  # the first is read
CUT_OFF: Final = """() => [...document.querySelectorAll("#stage p, #stage h1, #stage h2, #stage li, #stage td")]
  .filter((one) => {
    const { right, bottom } = one.getBoundingClientRect();
    return one.offsetParent && one.textContent && one.id !== "caption"
      && (one.scrollWidth > one.clientWidth + 1 || right > innerWidth + 1 || bottom > innerHeight + 1);
  }).map((one) => one.textContent)"""


def shots(data: Path) -> dict[str, list[str]]:
    """Pictures of every screen in every size; what is cut off, by its screen and width."""
    cut_off: dict[str, list[str]] = {}
    with started_desk(data) as (address, _), chromium() as browser:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(address)
        page.goto(address.split("/enter", maxsplit=1)[0] + "/roll")
        page.evaluate(STAGE)
        for (width, height), (name, (changes, _)) in product(SIZES, CASES.items()):
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("now => window.stage.show(now)", ROLLING | changes)
            page.wait_for_timeout(150)
            page.screenshot(path=str(shot_of(name, width)))
            if found := page.evaluate(CUT_OFF):
                cut_off[f"{name}, {width}"] = found
    return cut_off


def shot_of(name: str, width: int) -> Path:
    folder = SHOTS / str(width)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.png"


def read(path: Path, scratch: Path) -> set[str]:
    """The words that are read in a shot from afar; light on dark and dark on light."""
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    far = cv2.resize(image, SMALL, interpolation=cv2.INTER_AREA)
    near = np.asarray(cv2.resize(far, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC))
    banner = near[int(0.7 * len(near)) : int(0.9 * len(near))]
    found: set[str] = set()
    for part in (near, 255 - near, banner, 255 - banner):
        cv2.imwrite(str(scratch), part)
        told = subprocess.run(
            ["tesseract", str(scratch), "-", "--psm", "11"], check=True, capture_output=True, text=True
        )
        found |= words(told.stdout)
    return found


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower()))


@pytest.mark.slow
def test_every_screen_is_read_from_three_metres(tmp_path: Path) -> None:
    cut_off = shots(tmp_path / "data")
    wanted = missed = 0
    unread: dict[str, set[str]] = {}
    for name, (_, text) in CASES.items():
        unread[name] = words(text) - read(shot_of(name, SIZES[0][0]), tmp_path / "part.png")
        wanted += len(words(text))
        missed += len(unread[name])
    assert missed <= (1 - READ) * wanted, unread
    assert cut_off == {}
