"""One cue at a time, safety first, repeated seldom, praise when mended."""

from __future__ import annotations

from itertools import pairwise
from math import nan

from smr_vision.coach import Feedback
from smr_vision.coach.checks import State, Verdict
from smr_vision.coach.cues import REPEAT_S, SPOKEN_S, Cue, CuePlanner
from smr_vision.tool import Contact
from tests.drill import drill

MOVE = drill()


def moment(t: float, **states: State) -> Feedback:
    """A moment in which these checks are so, and all others right."""
    verdicts = tuple(Verdict(c, states.get(c.id, "ok"), nan) for c in MOVE.checks)
    return Feedback(t, "rolling", MOVE, None, Contact.nowhere(t), None, False, verdicts, 0, 0.0, nan, 0.0, True, t)


def given(planner: CuePlanner, moments: list[Feedback]) -> list[Cue]:
    """The new cues, in order."""
    cues: list[Cue] = []
    last: Cue | None = None
    for feedback in moments:
        cue = planner.update(feedback)
        if cue is not None and cue is not last:
            cues.append(cue)
        last = cue
    return cues


def during(start: float, end: float, **states: State) -> list[Feedback]:
    return [moment(start + k / 10, **states) for k in range(round((end - start) * 10))]


def test_a_confirmed_fault_is_told_in_the_same_moment() -> None:
    planner = CuePlanner()
    assert planner.update(moment(0.0)) is None
    cue = planner.update(moment(0.1, lifted="fault"))
    assert cue is not None
    assert (cue.t, cue.check, cue.severity) == (0.1, "lifted", "form")
    assert (cue.text, cue.say) == ("lifted words", "lifted words")


def test_safety_comes_before_form_before_tempo() -> None:
    cues = given(CuePlanner(), during(0.0, 12.0, low="fault", lifted="fault", slow="fault"))
    assert {c.severity for c in cues} == {"safety"}  # nothing lesser while it is unsafe
    cues = given(CuePlanner(), during(0.0, 5.0, lifted="fault", slow="fault"))
    assert [c.severity for c in cues] == ["form", "tempo"]


def test_a_safety_cue_interrupts_another_and_no_other_does() -> None:
    moments = [*during(0.0, 1.0, slow="fault"), *during(1.0, 2.0, slow="fault", low="fault")]
    cues = given(CuePlanner(), moments)
    assert [(c.severity, c.t) for c in cues] == [("tempo", 0.0), ("safety", 1.0)]


def test_never_two_cues_at_once() -> None:
    moments = during(0.0, 40.0, lifted="fault", knees="fault", full="fault", slow="fault")
    times = [cue.t for cue in given(CuePlanner(), moments)]
    assert all(b - a >= SPOKEN_S - 1e-9 for a, b in pairwise(times))


def test_the_same_cue_comes_again_after_six_seconds_at_the_earliest() -> None:
    times = [c.t for c in given(CuePlanner(), during(0.0, 20.0, lifted="fault"))]
    assert times == [0.0, REPEAT_S, 2 * REPEAT_S, 3 * REPEAT_S]


def test_praise_when_mended_once() -> None:
    cues = given(CuePlanner(), [*during(0.0, 4.0, lifted="fault"), *during(4.0, 12.0)])
    assert [c.severity for c in cues] == ["form", "praise"]
    assert cues[1].check == "lifted"
    assert cues[1].t >= 4.5  # right for half a second


def test_no_praise_for_what_was_never_told_or_can_not_be_seen() -> None:
    assert given(CuePlanner(), [*during(0.0, 2.0, lifted="unknown"), *during(2.0, 4.0)]) == []
    cues = given(CuePlanner(), [*during(0.0, 4.0, lifted="fault"), *during(4.0, 9.0, lifted="unknown")])
    assert [c.severity for c in cues] == ["form"]


def test_the_banner_goes_when_the_fault_is_mended() -> None:
    planner = CuePlanner()
    for feedback in during(0.0, 1.0, lifted="fault"):
        assert planner.update(feedback) is not None
    assert planner.update(moment(1.0)) is None


def test_another_side_starts_afresh() -> None:
    planner = CuePlanner()
    first = planner.update(moment(0.0, lifted="fault"))
    assert planner.update(None) is None
    assert first is not None


def test_no_praise_beside_a_failing_check() -> None:
    moments = [*during(0.0, 1.0, lifted="fault"), *during(1.0, 8.0, slow="fault")]
    assert "praise" not in {c.severity for c in given(CuePlanner(), moments)}
    planner = CuePlanner()
    cues = given(planner, [*during(0.0, 4.0, lifted="fault"), *during(4.0, 5.2)])
    assert [c.severity for c in cues] == ["form", "praise"]
    after = planner.update(moment(5.3, slow="fault"))
    assert after is None or after.severity != "praise"  # praise under way goes with the first fault
