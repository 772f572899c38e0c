"""Somebody else in the picture: looked for now and then before a set, told, and no reason to wait for ever."""

from __future__ import annotations

import pytest

from smr_vision.live.bystanders import EVERY_S, STANDS_S, Company, Crowd
from smr_vision.live.coaching import LiveCoach
from smr_vision.live.flow import Flow
from smr_vision.live.framing import COMPANY
from smr_vision.live.readiness import FRAMED_S, HEARD_S
from smr_vision.live.routine import plan_for_move
from smr_vision.moves import load_moves
from smr_vision.video import Frame
from tests.doubles import ROOM
from tests.people import pose, thoracic

MOVES = load_moves()


class Two(Crowd):
    """Two people until a time; keeps when it was asked."""

    def __init__(self, until_s: float = 1e9) -> None:
        self._until_s = until_s
        self.asked: list[float] = []

    def count(self, frame: Frame) -> int:
        self.asked.append(frame.t)
        return 2 if frame.t < self._until_s else 1


def test_it_looks_now_and_then_and_believes_a_look_for_a_while() -> None:
    crowd = Two(until_s=0.1)
    company = Company(crowd)
    seen = [k / 10 for k in range(120) if company.detect(Frame(k / 10, ROOM))]
    assert crowd.asked == pytest.approx([EVERY_S * k for k in range(6)])
    assert seen[-1] == pytest.approx(STANDS_S - 0.1)


def test_without_anything_to_look_with_nobody_is_there() -> None:
    assert not Company(None).detect(Frame(0.0, ROOM))


def staged(crowd: Crowd | None) -> tuple[float, list[str], list[str]]:
    """When the framing was over, what was shown till then, and what was said."""
    coach = LiveCoach(Flow(plan_for_move("thoracic", MOVES)), None, moves=MOVES, crowd=crowd)
    shown, said = [], []
    for k in range(200):
        now = coach.advance(Frame(k / 10, ROOM), pose(thoracic(), k / 10)).now
        said += [line.say for line in now.lines]
        if now.stage != "framing":
            return k / 10, shown, said
        shown.append(now.instruction)
    raise AssertionError("the framing never ended")


def test_somebody_else_is_told_and_holds_nobody_up() -> None:
    alone_s, shown, said = staged(None)
    assert alone_s < FRAMED_S + 1.5
    assert COMPANY not in (*shown, *said)
    both_s, shown, said = staged(Two())
    assert said.count(COMPANY) == 1
    assert COMPANY in shown
    assert HEARD_S <= both_s < HEARD_S + 1.5


def test_in_a_pause_nobody_looks() -> None:
    crowd = Two()
    coach = LiveCoach(Flow(plan_for_move("thoracic", MOVES)), None, moves=MOVES, crowd=crowd)
    stages = [
        coach.advance(Frame(k / 10, ROOM), pose(thoracic(), k / 10), ("space",) if k == 30 else ()).now.stage
        for k in range(80)
    ]
    assert len(stages) == 80
    assert max(crowd.asked) <= 3.0
