"""When one posture changed into another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smr_vision.body import Body
from smr_vision.coach.checks import PostureJudge
from smr_vision.coach.half_way import LASTS_S, HalfWay
from smr_vision.coach.set_coach import SetCoach
from smr_vision.tool import Contact
from tests.drill import check_of, drill
from tests.people import FPS, body_with, moments

CHANGED, BACK = 5.0, 8.0  # when half of a change is done
GOOD, BAD = 0.9, 0.3  # of "lifted", whose bound is .5: crossed late in the change


def blend(t: float, changed: float = CHANGED, back: float = BACK, lasts: float = 1.2) -> float:
    """Down and up again, each over so long."""
    down = min(max((t - changed) / lasts + 0.5, 0.0), 1.0)
    up = min(max((t - back) / lasts + 0.5, 0.0), 1.0)
    return GOOD + (BAD - GOOD) * (down - up)


def followed(course: Callable[[float], float], end: float) -> HalfWay:
    follower = HalfWay()
    for t in moments(0.0, end, FPS):
        follower.add(t, course(t))
    return follower


def test_half_way_lies_between_how_it_was_and_how_it_is() -> None:
    assert followed(blend, 6.0).into(5.4, BAD) == pytest.approx(CHANGED, abs=1.5 / FPS)
    assert followed(blend, 9.0).out_of(7.7, GOOD) == pytest.approx(BACK, abs=1.5 / FPS)


def test_it_is_never_on_the_other_side_of_the_bound() -> None:
    assert followed(blend, 6.0).into(4.8, BAD) == 4.8
    assert followed(blend, 9.0).out_of(8.3, GOOD) == 8.3


def test_where_nobody_saw_how_it_was_it_is_the_bound() -> None:
    late = lambda t: blend(t) if t > CHANGED else float("nan")  # noqa: E731
    assert followed(late, 6.0).into(5.4, BAD) == 5.4


def test_a_change_that_takes_longer_began_no_earlier_than_one_that_does_not() -> None:
    slow = lambda t: blend(t, lasts=8.0, back=99.0)  # noqa: E731
    assert followed(slow, 7.4).into(6.4, 0.6) >= 6.4 - LASTS_S


def test_a_fault_of_posture_lasts_from_half_way_into_it_to_half_way_out() -> None:
    check, rule = check_of("lifted")
    judge = PostureJudge(check, rule, "standard")
    found = [f for t in moments(0.0, 12.0, FPS) if (f := judge.judge(t, {"hip_height": blend(t)})[1])]
    assert [(f.start_s, f.end_s) for f in found] == [pytest.approx((CHANGED, BACK), abs=0.15)]


def test_without_weight_on_the_tool_it_is_not_on_target_from_there_on() -> None:
    coach = SetCoach(drill(), None)
    for t in moments(0.0, 12.0, FPS):
        body: Body = body_with(t, {"hip_height": blend(t), "knee_angle": 90.0})
        coach.advance(body, Contact(t, 0.3, "seen", 0.9, None, unseen_s=0.0), in_posture=True)
    done = coach.finish()
    assert done is not None
    lifted = BACK - CHANGED
    assert done.time_on_target_s == pytest.approx(done.end_s - done.start_s - lifted, abs=0.25)


def test_a_fault_began_no_sooner_than_what_came_after_a_cut() -> None:
    check, rule = check_of("lifted")
    judge = PostureJudge(check, rule, "standard")
    for t in moments(0.0, 8.0, FPS):
        if abs(t - 5.2) < 0.5 / FPS:
            judge.flush()
        judge.judge(t, {"hip_height": blend(t, back=99.0)})
    fault = judge.running
    assert fault is not None
    assert fault.start_s >= 5.2
