"""Hips that come down from where they were, where neither their height nor the trunk's slant tells it."""

from __future__ import annotations

from math import isnan

import pytest

from smr_vision.coach.set_coach import SetCoach
from smr_vision.coach.usual_hips import LEAST_S, UsualHips
from smr_vision.moves import load_moves
from smr_vision.tool import Contact
from tests.people import FPS, body_with, moments

MOVES = load_moves()
UP = {"hip_height": 0.16, "trunk_tilt": -4.0, "hip_angle": 152.0}
DOWN = {
    "hip_height": 0.125,
    "trunk_tilt": 4.0,
    "hip_angle": 138.0,
}  # a level trunk and an open hip excuse it by its levels


def sunk(then: dict[str, float], move: str = "thoracic") -> float:
    """After ten seconds with the hips up."""
    hips = UsualHips(MOVES[move])
    for t in moments(0.0, 10.0, FPS):
        hips.sunk(t, body_with(t, UP))
    for t in moments(10.0, 11.0, FPS):
        found = hips.sunk(t, body_with(t, UP | then))
    return found


def test_hips_that_come_down_lie_lower_than_usual() -> None:
    assert sunk(DOWN) == pytest.approx(0.035, abs=1e-6)
    assert sunk({"hip_height": 0.2, "trunk_tilt": 4.0, "hip_angle": 138.0}) == pytest.approx(-0.04, abs=1e-6)


@pytest.mark.parametrize("name", ["trunk_tilt", "hip_angle"])
def test_trunk_and_hip_have_to_say_so_too(name: str) -> None:
    assert isnan(sunk(DOWN | {name: UP[name]}))


@pytest.mark.parametrize("name", UP)
def test_what_is_not_seen_says_nothing(name: str) -> None:
    assert isnan(sunk(DOWN | {name: float("nan")}))


@pytest.mark.parametrize(("after_s", "known"), [(0.7 * LEAST_S, False), (1.2 * LEAST_S, True)])
def test_what_is_usual_has_to_be_known_for_a_while(after_s: float, known: bool) -> None:
    hips = UsualHips(MOVES["thoracic"])
    for t in moments(0.0, after_s + 0.5, FPS):
        found = hips.sunk(t, body_with(t, UP if t < after_s else DOWN))
    assert isnan(found) != known


def test_moves_that_do_not_ask_are_not_told() -> None:
    assert isnan(sunk(DOWN, "glute"))


@pytest.mark.parametrize(("contact", "told"), [(0.3, True), (0.56, False)])
def test_hips_that_come_down_are_a_fault_but_far_down_the_back(contact: float, told: bool) -> None:
    coach = SetCoach(MOVES["thoracic"], None)
    for t in moments(0.0, 14.0, FPS):
        body = body_with(t, (UP if t < 10.0 else DOWN) | {"view_angle": 10.0, "hand_level": -0.3, "knee_angle": 90.0})
        coach.advance(body, Contact(t, contact, "seen", 0.9, None, unseen_s=0.0), in_posture=True)
    done = coach.finish()
    assert done is not None
    found = [f.start_s for f in done.faults if f.check.id == "hips_lifted"]
    assert found == ([pytest.approx(10.2, abs=0.3)] if told else [])
