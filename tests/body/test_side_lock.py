"""Left and right stay where they are from one picture to the next."""

from __future__ import annotations

import numpy as np
import pytest

from smr_vision.body.side_lock import BELIEVED_S, FOLLOWS_S, SideLock
from smr_vision.pose import Pose, exchanged
from tests.people import Camera, moments, pose, standing, thoracic

EVERY_S = 0.1


def passed_on(swapped: list[bool], lock: SideLock | None = None, start: float = 0.0) -> list[bool]:
    """Whether each pose of somebody on a roller comes out the other way round, where some go in that way."""
    lock = lock or SideLock()
    out = []
    for number, other in enumerate(swapped):
        t = start + number * EVERY_S
        true = pose(thoracic(0.3 + 0.01 * number), t, Camera(30.0))
        seen = lock.filter(exchanged(true) if other else true)
        assert seen.t == t
        same = np.allclose(seen.world, true.world) and np.allclose(seen.xy, true.xy)
        assert same or np.allclose(seen.world, exchanged(true).world)
        out.append(not same)
    return out


def test_who_is_seen_the_other_way_round_for_a_second_does_not_turn_round() -> None:
    assert not any(passed_on([False] * 20 + [True] * 10 + [False] * 10 + [True] * 10 + [False] * 5))


def test_who_stays_the_other_way_round_was_taken_wrongly_before() -> None:
    out = passed_on([False] * 40 + [True] * 40)
    believed = out.index(True) - 40
    assert believed * EVERY_S == pytest.approx(BELIEVED_S, abs=2 * EVERY_S)
    assert all(out[40 + believed :])


@pytest.mark.parametrize("wrong", [1, 3])
def test_wrong_first_pictures_are_put_right_as_soon_as_they_are_outlasted(wrong: int) -> None:
    out = passed_on([True] * wrong + [False] * 20)
    assert not any(out[2 * wrong + 1 :])


def test_after_a_gap_anybody_may_have_turned_round() -> None:
    lock = SideLock()
    passed_on([False] * 20, lock)
    assert all(passed_on([True] * 5, lock, start=2.0 + FOLLOWS_S))


def test_who_turns_round_is_followed() -> None:
    lock = SideLock()
    for t in moments(0.0, 4.0, 10.0):
        seen = pose(standing(), t, Camera(90.0 * t))
        assert lock.filter(seen) is seen


def test_nobody_stays_nobody() -> None:
    lock = SideLock()
    passed_on([False] * 5, lock)
    assert not lock.filter(Pose.nobody(0.6)).found
