"""Arm signs given by rendered people, found by the live coach: how many, how soon, and which entry was taken.

    python -m samples.studio.signs OUT            # ten rooms; --first 10 --last 19 for others
    python -m benchmarks.signs OUT

Pictures come as the page sends them, through the pose, the whole coach and its list (`smr_vision.live.arm_menu`). A
sign is found when the list opens within 1.5 s of the arm being all the way up. Those with the hand out of the picture
count apart, and so do those before which the placement check asks for more room above (`room_above`).
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from benchmarks.roll_wire import pictures
from smr_vision.live.coaching import LiveCoach
from smr_vision.live.flow import Flow
from smr_vision.live.framing import room_above
from smr_vision.live.routine import Plan, plan_for_move
from smr_vision.moves import load_moves
from smr_vision.pose.verified import verified_pose
from smr_vision.tool.detector import RollerDetector
from smr_vision.video import Frame

SOON_S: Final = 1.5  # [issue: roll now]
EARLY_S: Final = 0.9  # an arm may count as up while it still rises
BEFORE_S: Final = (1.5, 0.6)  # so long before, with the arms down: what is said of the room above
AFTER_S: Final = 1.2  # when it has come down, what was lit has been taken
SIDES: Final = {"L": "left", "R": "right", None: None}
MOVES: Final = {"pec": "pectoral", "floor": "thoracic"}


@dataclass(frozen=True)
class Opened:
    """The list opened at one time, and shut at another, with the entry that was taken; None: nothing."""

    start_s: float
    end_s: float
    entry: int | None


def lists_of(clip: Path, truth: dict[str, Any]) -> tuple[list[Opened], list[float]]:
    """All lists that opened in a clip, and the moments at which more room above would be asked for."""
    moves = load_moves()
    plan = plan_for_move(MOVES.get(truth["move"], truth["move"]), moves, SIDES[truth["side"]])
    coach = LiveCoach(Flow(Plan(plan.title, plan.items * 30)), RollerDetector(), moves=moves, menu=True)
    opened: list[Opened] = []
    asked: list[float] = []
    since: float | None = None
    menu, t = None, 0.0
    with verified_pose("full") as poses:
        for t, jpeg in pictures(clip):
            image = np.ascontiguousarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB), np.uint8)
            frame = Frame(t, image)
            shown = coach.advance(frame, poses.detect(frame))
            if room_above(shown.result.body).state == "watch":
                asked.append(t)
            if shown.menu is None and since is not None and menu is not None:
                taken = None if shown.taken is None else menu.choices.index(shown.taken)
                opened.append(Opened(since, t, taken))
            since = None if shown.menu is None else (t if since is None else since)
            menu = shown.menu
    return (opened if since is None else [*opened, Opened(since, t, None)]), asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    rows: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    waits: list[float] = []
    unasked = 0
    for path in sorted(given.folder.glob("sign_*.json")):
        truth = json.loads(path.read_text())
        opened, asked = lists_of(path.with_suffix(".mp4"), truth)
        for sign in truth["signs"]:
            up, down = sign["start_s"], sign["end_s"]
            mine = [o for o in opened if up - EARLY_S <= o.start_s <= down + AFTER_S]
            found = bool(mine) and mine[0].start_s - up <= SOON_S
            right = found and mine[0].entry == sign["entry"]
            opened = [o for o in opened if o not in mine]
            where = "hand in the picture" if sign["inside"] else "hand out of the picture"
            early, late = (up - s for s in BEFORE_S)
            room = ", step back" if any(early <= t <= late for t in asked) else ""
            # By posture only those that can be seen.
            of = (f"{truth['move']}, {sign['pose']}", f"entry {sign['entry'] + 1}") if sign["inside"] else ()
            for name in (where, where + (room or ", room enough"), *of):
                rows[name].append((found, right))
            if found:
                waits.append(mine[0].start_s - up)
            if not right:
                print(f"{path.stem}: {sign['pose']}{room}, arm {sign['arm']}, up {up:.1f} to {down:.1f} s: {mine}")
        unasked += len(opened)
    print(f"{'':36}{'signs':>6}{'found':>7}{'right entry':>13}")
    for name, got in rows.items():
        print(f"{name:36}{len(got):6}{sum(f for f, _ in got):7}{sum(r for _, r in got):13}")
    median, most = np.median(waits), max(waits)
    print(f"from the arm being up to the list: median {median:.2f} s, at most {most:.2f} s; unasked {unasked}")


if __name__ == "__main__":
    main()
