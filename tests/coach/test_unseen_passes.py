"""Passes of somebody whose rolling can't be seen from where they are filmed."""

from __future__ import annotations

from math import cos, isnan, radians
from typing import Any

import pytest

from smr_vision.coach import Feedback, SetCoach, SetDone
from smr_vision.moves import load_moves
from smr_vision.session.builder import set_of
from smr_vision.session.set_record import passes_of
from smr_vision.tool import Contact
from tests.drill import drill
from tests.people import body_with, moments, zigzag

SEEN = {"least": 0.2, "seen": [{"measure": "length_seen", "at_least": 0.3}], "unseen": "Film from the side."}


def _coached(length: float, hips: float = 0.7) -> tuple[SetDone, list[Feedback]]:
    """Rolled much too fast for 8 s, then held for 6 s; hips as given."""
    coach, said = SetCoach(drill(passes=SEEN), None), []
    for t in moments(0.0, 14.0):
        body = body_with(t, {"hip_height": hips, "knee_angle": 90.0, "length_seen": length})
        place = zigzag(min(t, 8.0), 0.1, 0.5, 0.8)
        said.append(coach.advance(body, Contact(t, place, "seen", 0.9, None, unseen_s=0.0), True, 0.8))
    done = coach.finish()
    assert done is not None
    return done, said


def test_seen_from_the_side_passes_are_told() -> None:
    done, said = _coached(0.45)
    assert not done.uncounted
    assert len(done.passes) == 10
    assert done.holds
    assert {f.check.id for f in done.faults} >= {"slow"}
    assert not any(f.uncounted for f in said)


def test_what_can_not_be_seen_to_roll_has_no_passes_no_holds_and_no_tempo() -> None:
    done, said = _coached(0.2)
    assert done.uncounted
    assert (done.passes, done.holds, done.faults) == ((), (), ())
    assert done.check_s["slow"] == (0.0, 0.0, pytest.approx(done.end_s - done.start_s))
    assert done.check_s["lifted"][0] > 10.0
    assert done.time_on_target_s > 10.0  # the weight on it is seen all the same
    assert all(f.uncounted and f.pass_count == 0 and isnan(f.speed_cm_s) and not f.hold_s for f in said if f.set_open)
    assert not any(f.new_faults or f.running for f in said)
    assert "holding" not in {f.phase for f in said}
    states: dict[str, set[Any]] = {}
    for verdict in (v for f in said for v in f.verdicts):
        states.setdefault(verdict.check.id, set()).add(verdict.state)
    assert states["slow"] == {"unknown"}


def test_faults_of_posture_are_told_all_the_same() -> None:
    done, _ = _coached(0.2, hips=0.1)
    assert {f.check.id for f in done.faults} == {"lifted"}


def test_a_view_that_nobody_measured_takes_nothing_away() -> None:
    done, _ = _coached(float("nan"))
    assert not done.uncounted


def test_a_session_says_why_it_has_no_number_of_passes_and_adds_up_the_others() -> None:
    (hidden, _), (seen, _) = _coached(0.2), _coached(0.45)
    one, two = set_of(hidden), set_of(seen)
    assert (one.pass_count, one.passes, one.unknown, one.unplaced) == (None, (), ("Film from the side.",), False)
    assert (two.pass_count, two.unknown) == (10, ())
    assert (passes_of([one]), passes_of([one, two]), passes_of([])) == (None, 10, 0)


def test_filmed_from_the_feet_a_glute_set_has_no_number_of_passes() -> None:
    (seen,) = load_moves()["glute"].passes.seen
    assert seen.measure == "length_seen"
    assert not seen.holds(0.5 * cos(radians(75.0)))  # shoulders and ankles are half a stature apart
    assert seen.holds(0.5 * cos(radians(45.0)))
