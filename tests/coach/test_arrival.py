"""Since when somebody is in position."""

from __future__ import annotations

import pytest

from smr_vision.coach.arrival import FLICKER_S, LONGEST_ARRIVAL_S, Arrival, SetMoment
from smr_vision.moves import load_moves
from smr_vision.tool import SETTLED_S, TURNING_DEG, Contact

WALL = load_moves()["pectoral"]
TURN = TURNING_DEG["across"]
STEP_S = 0.1


def moment(t: float, slant: float, *, settled: bool, in_posture: bool = True) -> SetMoment:
    contact = Contact(t, 0.5, "inferred", 1.0, None, settled=settled, slant=slant)
    return SetMoment(None, contact, in_posture, 1.0)


def began(slants: list[float], *, settles: float, out: tuple[float, float] = (9.0, 9.0)) -> float:
    """When the set begins of somebody with these slants, ten a second, who is out of posture between two times."""
    arrival = Arrival(WALL)
    for k, slant in enumerate(slants):
        t = k * STEP_S
        belong = arrival.add(moment(t, slant, settled=t >= settles, in_posture=not out[0] <= t < out[1]))
        if belong:
            assert arrival.over
            assert belong[-1].contact.t == t
            return belong[0].contact.t
    raise AssertionError("never in position")


@pytest.mark.parametrize("off", [0.8 * TURN, 1.2 * TURN])
def test_it_began_when_the_slant_came_to_what_was_kept_then(off: float) -> None:
    """Leaning in is slow at its end: that is no longer stepping up to the wall."""
    slants = [-20.0] * 5 + [10.0 - off] * 5 + [10.0] * 20
    assert began(slants, settles=2.0) == pytest.approx(0.5 if off < TURN else 1.0)


def test_who_never_holds_still_is_in_position_all_the_same() -> None:
    slants = [2.0 * TURN * k * STEP_S for k in range(60)]
    assert began(slants, settles=9.0) == pytest.approx(LONGEST_ARRIVAL_S - SETTLED_S, abs=0.3)


def test_who_is_badly_seen_holds_still_all_the_same() -> None:
    slants = [10.0 + (1.5 * TURN if k % 4 == 0 else 0.0) for k in range(60)]
    assert began(slants, settles=9.0) == pytest.approx(0.0)


@pytest.mark.parametrize("gone_s", [FLICKER_S - 0.1, FLICKER_S + 0.2])
def test_a_sign_that_is_lost_for_a_moment_is_no_new_arrival(gone_s: float) -> None:
    start = began([10.0] * 40, settles=2.0, out=(1.0, 1.0 + gone_s))
    assert start == pytest.approx(0.0 if gone_s < FLICKER_S else 1.0 + gone_s, abs=0.11)
