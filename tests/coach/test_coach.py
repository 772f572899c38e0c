"""One set of one move, by the contract's meanings."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from math import inf, isnan, nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smr_vision.coach import CLOSES_S, OPENS_S, Feedback, SetCoach, SetDone
from smr_vision.coach.checks import FaultSpan
from smr_vision.coach.set_bounds import SetBounds
from smr_vision.coach.totals import BEFORE_S
from smr_vision.moves import Move
from smr_vision.tool import Contact
from smr_vision.tool.contact import FOLLOWED_S
from smr_vision.tool.evidence import Presence
from tests.drill import CHECKS, check, drill
from tests.people import FPS, body_with, moments, zigzag


@dataclass(frozen=True)
class Moment:
    """What is measured of one moment: by default all is well."""

    contact: float = 0.3
    hips: float = 0.7
    knees: float = 90.0
    posture: bool = True
    sure: bool = True
    nobody: bool = False
    source: str = "seen"
    corrected: float = 0.0
    steady: bool = True
    settled: bool = True
    unseen: float = 0.0
    to_scale: bool = True
    more: dict[str, float] = field(default_factory=dict)


Course = Callable[[float], Moment]


def coached(course: Course, end: float, fps: float = FPS, **how: Any) -> tuple[SetDone | None, list[Feedback]]:
    """Coach a course of moments to its end, or until the set is over."""
    coach = SetCoach(how.get("move") or drill(), how.get("side"), how.get("strictness", "standard"))
    said = []
    for t in moments(0.0, end, fps):
        now = course(t)
        body = body_with(t, {"hip_height": now.hips, "knee_angle": now.knees, **now.more})
        contact = Contact(
            t, now.contact, now.source, 0.9 if now.sure else 0.2, None, now.corrected, now.steady, now.settled,  # type: ignore[arg-type]
            now.to_scale, unseen_s=now.unseen,
        )  # fmt: skip
        presence = how.get("presence", lambda t: "seen")(t)
        said.append(coach.advance(None if now.nobody else body, contact, now.posture, 0.8, presence))
        if coach.over:
            break
    return coach.finish(), said


def _seen(t: float, place: float) -> Contact:
    return Contact(t, place, "seen", 0.9, None, unseen_s=0.0)


def done(course: Course, end: float, **how: Any) -> SetDone:
    found, _ = coached(course, end, **how)
    assert found is not None
    return found


def faults(found: SetDone, name: str) -> list[FaultSpan]:
    return [f for f in found.faults if f.check.id == name]


def rolling(t: float, pass_s: float = 2.0, low: float = 0.1, high: float = 0.5, **more: Any) -> Moment:
    return Moment(zigzag(t, low, high, pass_s), **more)


# When a set opens and ends


def test_a_set_opens_after_two_seconds_of_posture() -> None:
    _, said = coached(lambda t: Moment(), 4.0)
    opened = next(f.t for f in said if f.set_open)
    assert opened == pytest.approx(OPENS_S, abs=1 / FPS) == 2.0


def test_it_opens_just_the_same_with_faults() -> None:
    _, said = coached(lambda t: Moment(contact=0.95, hips=0.1, knees=170.0), 4.0)
    assert next(f.t for f in said if f.set_open) == pytest.approx(2.0, abs=1 / FPS)


def test_a_shorter_posture_opens_none() -> None:
    found, said = coached(lambda t: Moment(posture=t < 1.8), 8.0)
    assert found is None
    assert not any(f.set_open for f in said)


def test_the_first_pass_opens_it_earlier() -> None:
    found, _ = coached(lambda t: rolling(t, pass_s=0.7), 1.5)
    assert found is not None
    assert len(found.passes) == 2


def test_a_set_without_a_pass_is_a_set() -> None:
    found = done(lambda t: Moment(), 5.0)
    assert (found.passes, found.start_s, found.end_s) == ((), 0.0, pytest.approx(5.0, abs=0.1))


def test_it_ends_three_seconds_after_the_posture_was_left_and_is_dated_back() -> None:
    found, said = coached(lambda t: Moment(posture=t < 6.0), 20.0)
    assert found is not None
    assert said[-1].t == pytest.approx(6.0 + CLOSES_S, abs=0.2) == pytest.approx(9.0, abs=0.2)
    assert found.end_s == pytest.approx(6.0, abs=0.1)


def test_leaving_the_posture_for_less_goes_on_with_the_same_set() -> None:
    found = done(lambda t: Moment(posture=not 4.0 <= t < 6.5), 10.0)
    assert (found.start_s, found.end_s) == (0.0, pytest.approx(10.0, abs=0.1))


def test_a_set_starts_when_its_posture_began() -> None:
    found = done(lambda t: Moment(posture=t >= 3.0), 8.0)
    assert found.start_s == pytest.approx(3.0, abs=0.1)


def test_nobody_in_the_picture_is_not_in_posture() -> None:
    found, _ = coached(lambda t: Moment(nobody=t >= 4.0), 20.0)
    assert found is not None
    assert found.end_s == pytest.approx(4.0, abs=0.1)


def test_where_no_posture_ever_was_there_is_no_set() -> None:
    found, said = coached(lambda t: rolling(t, posture=False), 10.0)
    assert found is None
    assert {f.phase for f in said} == {"ready"}
    assert {f.pass_count for f in said} == {0}


# Passes


def test_there_and_back_is_two_passes() -> None:
    assert len(done(rolling, 12.0).passes) == 6


def test_a_pass_says_when_whither_how_far_and_how_fast() -> None:
    first, second = done(rolling, 4.0).passes[:2]
    assert (first.direction, second.direction) == ("down", "up")
    assert first.extent == pytest.approx(0.4, abs=0.03)
    assert (first.start_s, first.end_s) == (pytest.approx(0.0, abs=0.1), pytest.approx(2.0, abs=0.1))
    assert first.speed_cm_s == pytest.approx(0.4 * 0.3 * 170 / 2, rel=0.1)


def test_getting_into_position_and_standing_up_count_no_pass_and_raise_no_fault() -> None:
    """The contact shoots about while nobody is in posture."""

    def course(t: float) -> Moment:
        if t < 3.0 or t > 11.0:
            return Moment(zigzag(t, 0.0, 0.9, 0.5), hips=0.1, knees=170.0, posture=False)
        return Moment(zigzag(t - 3.0, 0.1, 0.5, 2.0))

    found = done(course, 20.0)
    assert len(found.passes) == 4
    assert found.faults == ()


def test_a_pass_made_mostly_out_of_posture_is_none() -> None:
    found = done(lambda t: rolling(t, posture=not 4.5 < t < 5.9), 8.0)
    assert len(found.passes) < 4


def test_a_pass_without_the_load_that_the_move_needs_is_none() -> None:
    needing = drill(passes={"least": 0.2, "needs": ["lifted"]})
    assert len(done(lambda t: rolling(t, hips=0.2), 12.0, move=needing).passes) == 0
    assert len(done(lambda t: rolling(t, hips=0.2), 12.0).passes) == 6


def test_a_place_put_right_is_no_pass() -> None:
    """The tool was assumed at 0.3 and then seen at 0.7, while nobody moved."""

    def course(t: float) -> Moment:
        first = 4.0 <= t < 4.0 + 1 / FPS
        return Moment(0.3 if t < 4.0 else 0.7, corrected=0.4 if first else 0.0)

    found, said = coached(course, 8.0)
    assert found is not None
    assert (found.passes, found.faults) == ((), ())
    assert {f.pass_count for f in said} == {0}


def test_what_can_not_be_told_from_error_is_no_pass() -> None:
    assert done(lambda t: rolling(t, steady=False), 12.0).passes == ()


def test_the_pass_under_way_is_counted_as_soon_as_it_is_long_enough() -> None:
    found, said = coached(rolling, 8.0)
    assert found is not None
    counts = [f.pass_count for f in said]
    assert counts == sorted(counts)
    assert counts[-1] == len(found.passes) == 4
    assert next(f.t for f in said if f.pass_count == 1) == pytest.approx(1.0, abs=0.2)  # 0.2 of 0.4, in 2 s


@pytest.mark.parametrize("end", [8.0, 9.3, 10.7, 12.0, 13.2])
@pytest.mark.parametrize("unsettled_s", [0.0, 0.5, 1.5, 3.0])
def test_passes_that_were_told_are_kept_wherever_the_session_is_ended(end: float, unsettled_s: float) -> None:
    """The slant changes just then: that may be rolling or getting off, so the pass under way is not told yet."""
    found, said = coached(lambda t: rolling(t, settled=t < end - unsettled_s), end)
    assert found is not None
    counts = [f.pass_count for f in said]
    assert counts == sorted(counts)
    assert counts[-1] == len(found.passes)


@pytest.mark.parametrize(("side", "outward", "inward"), [("left", "left", "right"), ("right", "right", "left")])
def test_outward_is_towards_the_working_side(side: str, outward: str, inward: str) -> None:
    segment = {
        "kind": "across", "start": "mid_shoulders", "end": "working shoulder", "length_h": 0.1,
        "grows": "outward", "shrinks": "inward",
    }  # fmt: skip
    found = done(rolling, 4.0, move=drill(sided=True, segment=segment), side=side)
    assert [p.direction for p in found.passes[:2]] == [outward, inward]


@given(st.lists(st.tuples(st.floats(0.0, 0.9), st.booleans()), min_size=5, max_size=20))
@settings(max_examples=20, deadline=None)
def test_whatever_happens_the_sums_are_right(course: list[tuple[float, bool]]) -> None:
    end = len(course) / 2

    def at(t: float) -> Moment:
        contact, posture = course[min(int(2 * t), len(course) - 1)]
        return Moment(contact, posture=posture)

    found, said = coached(at, end)
    if found is None:
        return
    length = found.end_s - found.start_s
    assert sum(found.time_by_zone_s.values()) <= length + 0.6
    assert found.time_on_target_s <= found.time_by_zone_s["green"] + found.time_by_zone_s["amber"] + 1e-9
    for ok, bad, unknown in found.check_s.values():
        assert min(ok, bad, unknown) >= 0
        assert ok + bad + unknown == pytest.approx(length, abs=0.01)
    for one in found.passes:
        assert one.extent >= 0.2
        assert found.start_s <= one.start_s <= one.end_s <= said[-1].t


# Time on target


def test_time_on_target_is_time_in_green_and_amber() -> None:
    found = done(lambda t: Moment(contact=0.3 if t < 5 else 0.7), 10.0)
    assert found.time_on_target_s == pytest.approx(10.0, abs=0.2)
    assert found.time_by_zone_s["green"] == pytest.approx(5.0, abs=0.2)
    assert found.time_by_zone_s["amber"] == pytest.approx(5.0, abs=0.2)


def test_no_time_on_target_in_red() -> None:
    found = done(lambda t: Moment(contact=-0.2), 10.0)
    assert found.time_on_target_s == 0.0
    assert found.time_by_zone_s["red"] == pytest.approx(10.0, abs=0.2)


def test_no_time_on_target_without_load() -> None:
    assert done(lambda t: Moment(hips=0.2), 10.0).time_on_target_s < 0.5


def test_load_that_can_not_be_seen_is_not_assumed() -> None:
    assert isnan(done(lambda t: Moment(hips=nan), 10.0).time_on_target_s)  # and unknown is not zero


def _lost(t: float, **more: Any) -> Moment:
    """Seen for ten seconds, then only followed by how the body moves."""
    return Moment(unseen=max(t - 10.0, 0.0), source="seen" if t < 10.0 else "inferred", **more)


def test_a_place_not_seen_for_long_is_no_longer_on_target() -> None:
    found = done(_lost, 20.0 + FOLLOWED_S)
    assert found.time_on_target_s == pytest.approx(10.0 + FOLLOWED_S, abs=0.3)
    assert found.unsure_s == pytest.approx(10.0, abs=0.3)
    assert found.time_by_zone_s["green"] == pytest.approx(20.0 + FOLLOWED_S, abs=0.3)  # where it would be, if it is
    _, said = coached(_lost, 20.0 + FOLLOWED_S)
    assert not said[-1].on_target


def test_a_place_that_was_never_seen_is_not_on_target() -> None:
    """And unknown is not zero."""
    found, said = coached(lambda t: Moment(unseen=inf, source="inferred"), 20.0)
    assert found is not None
    assert isnan(found.time_on_target_s)
    assert not any(f.on_target or f.on_target_known for f in said)
    assert found.holds == ()


def test_an_assumed_place_counts_and_is_called_so() -> None:
    """From the beginning, though it takes two seconds until it is clear that this view hides the tool."""

    def hidden(t: float) -> Presence | None:
        return "hidden" if t >= 2.0 else None

    found, said = coached(lambda t: Moment(unseen=inf, source="inferred"), 10.0, presence=hidden)
    assert found is not None
    assert found.tool == "assumed"
    assert found.time_on_target_s == pytest.approx(10.0, abs=0.3)
    assert all(late.on_target for f in said for late in f.told_late)


def _hidden(t: float, **more: Any) -> Moment:
    """A tool that is seen to be there, and nobody knows where: in red by what is assumed."""
    return Moment(contact=0.95, sure=False, **more)


def test_a_place_that_nobody_knows_is_in_no_zone_and_takes_no_time_off() -> None:
    found, said = coached(_hidden, 10.0, presence=lambda t: "seen" if t >= 2.0 else None)
    assert found is not None
    assert found.unplaced
    assert set(found.time_by_zone_s.values()) == {0.0}
    assert found.seen_s == 0.0  # nor is it known from what was seen
    assert found.time_on_target_s == pytest.approx(8.0, abs=0.3)
    assert {f.zone for f in said} == {None}
    assert {late.zone for f in said for late in f.told_late} == {None}
    assert said[-1].unplaced
    assert not said[40].unplaced  # it may still be seen


def test_a_place_that_nobody_knows_is_still_no_time_on_target_without_load() -> None:
    assert done(lambda t: _hidden(t, hips=0.2), 10.0).time_on_target_s == 0.0  # which is known
    assert isnan(done(lambda t: _hidden(t, hips=nan), 10.0).time_on_target_s)


def test_who_knows_the_place_most_of_the_time_is_told_the_zones() -> None:
    found = done(lambda t: Moment(sure=t < 6.0), 10.0)
    assert not found.unplaced
    assert found.time_by_zone_s["green"] == pytest.approx(6.0, abs=0.3)


def test_before_the_tool_is_seen_only_the_last_two_seconds_count() -> None:
    """8 s in which nobody saw it."""

    def at(t: float) -> Moment:
        return Moment(unseen=0.0 if t >= 8.0 else inf, source="seen" if t >= 8.0 else "inferred")

    found, said = coached(at, 15.0, presence=lambda t: "seen" if t >= 10.0 else None)
    assert found is not None
    assert found.time_on_target_s == pytest.approx(7.0 + BEFORE_S, abs=0.3)
    assert found.unsure_s == pytest.approx(8.0 - BEFORE_S, abs=0.3)
    (told,) = [f.told_late for f in said if f.told_late]
    assert {late.on_target for late in told if late.t < 7.9 - BEFORE_S} == {False}
    assert {late.on_target for late in told if late.t > 8.1 - BEFORE_S} <= {True}
    assert told[-1].on_target


def test_no_time_on_target_while_a_safety_check_fails() -> None:
    """Amber that reaches further than what is safe."""
    wide = drill(zone={"green": [0.0, 0.6], "amber": [0.0, 1.0], "assumed": 0.3})
    found = done(lambda t: Moment(contact=0.9), 10.0, move=wide)
    assert found.time_by_zone_s["amber"] > 9.0
    assert found.time_on_target_s < 0.5


def test_a_fault_of_form_that_is_no_load_takes_no_time_off() -> None:
    assert done(lambda t: Moment(knees=170.0), 10.0).time_on_target_s == pytest.approx(10.0, abs=0.2)


def test_out_of_posture_nothing_is_timed() -> None:
    found = done(lambda t: Moment(posture=not 4.0 <= t < 6.0), 10.0)
    assert found.time_on_target_s == pytest.approx(8.0, abs=0.3)


def test_a_gap_in_the_pictures_is_not_time_on_target() -> None:
    """Ten seconds without a picture: nobody knows what happened in them."""
    coach = SetCoach(drill(), None)
    for t in (*moments(0.0, 3.0), *moments(13.0, 16.0)):
        coach.advance(body_with(t, {"hip_height": 0.7, "knee_angle": 90.0}), _seen(t, 0.3), True)
    found = coach.finish()
    assert found is not None
    assert found.time_on_target_s < 6.8


def test_seen_and_inferred_seconds_are_told_apart() -> None:
    found = done(lambda t: Moment(source="seen" if t < 3 else "inferred"), 10.0)
    assert (found.seen_s, found.inferred_s) == (pytest.approx(3.0, abs=0.2), pytest.approx(7.0, abs=0.2))


# Faults


@pytest.mark.parametrize(
    ("name", "bad"), [("lifted", {"hips": 0.2}), ("low", {"contact": 0.95})], ids=["form", "safety"]
)
def test_a_posture_fault_is_found_and_dated(name: str, bad: dict[str, float]) -> None:
    still = drill(passes={"least": 2.0})  # nothing here is a pass
    found, said = coached(lambda t: Moment(**bad) if 4.0 <= t < 8.0 else Moment(), 12.0, move=still)  # type: ignore[arg-type]
    assert found is not None
    (fault,) = found.faults
    assert fault.check.id == name
    assert fault.start_s == pytest.approx(4.0, abs=0.4)
    assert fault.end_s == pytest.approx(8.0, abs=0.4)
    assert fault.decided_s - 4.0 <= 1.5
    assert next(f.t for f in said if f.new_faults) == pytest.approx(fault.decided_s)


def test_a_fault_is_announced_once() -> None:
    _, said = coached(lambda t: Moment(hips=0.2) if 3.0 <= t < 9.0 else Moment(), 12.0)
    assert [n.check.id for f in said for n in f.new_faults] == ["lifted"]


def test_a_fault_that_a_second_rule_finds_later_is_announced_once() -> None:
    lifted = next(c for c in CHECKS if c["id"] == "lifted")
    (rule,) = lifted["rules"]
    (bound,) = rule["bounds"]
    lower = rule | {"bounds": [bound | {"at_least": bound["at_least"] - 0.05}]}
    move = drill(checks=[*(c for c in CHECKS if c is not lifted), lifted | {"rules": [rule, lower]}])
    sinking = lambda t: Moment(hips=0.6 - 0.1 * max(t - 3.0, 0.0)) if t < 9.0 else Moment()  # noqa: E731
    found, said = coached(sinking, 12.0, move=move)
    assert found is not None
    assert [n.check.id for f in said for n in f.new_faults] == ["lifted"]
    assert len(found.faults) == 1


def test_a_fault_that_lasts_to_the_end_is_kept() -> None:
    (fault,) = faults(done(lambda t: Moment(hips=0.2 if t > 5 else 0.7), 9.0), "lifted")
    assert fault.end_s == pytest.approx(9.0, abs=0.1)


def test_two_faults_close_together_are_one_and_far_apart_are_two() -> None:
    def course(gap: float) -> Course:
        return lambda t: Moment(hips=0.2 if 2.0 <= t < 4.0 or 4.0 + gap <= t < 6.0 + gap else 0.7)

    assert len(faults(done(course(1.0), 12.0), "lifted")) == 1
    assert len(faults(done(course(3.0), 12.0), "lifted")) == 2


def test_what_is_not_seen_counts_as_unknown_and_neither_way() -> None:
    found = done(lambda t: Moment(hips=nan if t >= 5 else 0.7), 10.0)
    ok, bad, unknown = found.check_s["lifted"]
    assert (ok, bad, unknown) == (pytest.approx(5.0, abs=0.3), 0.0, pytest.approx(5.0, abs=0.3))
    assert faults(found, "lifted") == []


def test_a_place_that_is_not_sure_accuses_nobody() -> None:
    found = done(lambda t: Moment(contact=0.95, sure=False), 10.0)
    assert faults(found, "low") == []
    assert found.check_s["low"][:2] == (0.0, 0.0)


def test_faults_before_the_set_opened_belong_to_it() -> None:
    """The whole set, set-up included."""
    (fault,) = faults(done(lambda t: Moment(hips=0.2 if t < 4.0 else 0.7), 8.0), "lifted")
    assert fault.start_s == pytest.approx(0.0, abs=0.1)


def test_what_is_put_right_while_getting_ready_was_no_fault() -> None:
    assert faults(done(lambda t: Moment(hips=0.2 if t < 1.5 else 0.7), 8.0), "lifted") == []
    assert faults(done(lambda t: rolling(t, hips=0.2 if t < 2.6 else 0.7), 8.0), "lifted") != []


def test_before_one_keeps_still_in_position_nothing_is_judged() -> None:
    """Lying down with the hips on the floor for two seconds, then all is well."""

    def course(t: float) -> Moment:
        return Moment(hips=0.2 if t < 2.0 else 0.7, contact=zigzag(t, 0.1, 0.7, 0.5) if t < 2 else 0.3, settled=t > 3.0)

    found, said = coached(course, 8.0)
    assert found is not None
    assert (found.faults, found.passes) == ((), ())
    assert found.start_s == pytest.approx(2.0, abs=0.2)  # the still second before is not lost
    assert all(f.pass_count == 0 and not f.new_faults for f in said)


def test_who_never_keeps_still_is_in_position_all_the_same() -> None:
    assert len(done(lambda t: rolling(t, settled=False), 14.0).passes) >= 4


def test_sitting_up_at_the_end_is_no_part_of_the_set() -> None:
    """The posture still holds for two seconds of it, and the hips go down."""
    leaving = done(lambda t: Moment(hips=0.7 if t < 8 else 0.2, settled=t < 8, posture=t < 10), 20.0)
    assert leaving.end_s == pytest.approx(8.0, abs=0.2)
    assert leaving.faults == ()


def test_a_fault_decided_while_getting_into_position_is_announced() -> None:
    """Nothing is judged for three seconds, then the last second is at once: nobody must miss what it shows."""
    _, said = coached(lambda t: Moment(hips=0.2, settled=t > 3.0), 6.0)
    assert [n.check.id for f in said for n in f.new_faults] == ["lifted"]


# Pass faults


@pytest.mark.parametrize(
    ("pass_s", "high", "slow"), [(0.7, 0.5, True), (1.3, 0.5, True), (1.8, 0.5, False), (1.2, 0.35, False)]
)
def test_slow_is_a_fault_under_a_second_or_over_15_cm_a_second(pass_s: float, high: float, slow: bool) -> None:
    """0.4 of the trunk is 20 cm: in 1.3 s that is 15.7 cm/s."""
    found = done(lambda t: rolling(t, pass_s=pass_s, high=high), 8 * pass_s, fps=30.0)
    assert len(found.passes) == 8
    assert bool(faults(found, "slow")) == slow


def test_a_pass_fault_is_that_of_its_pass_and_decided_at_its_end() -> None:
    def course(t: float) -> Moment:  # the third pass is fast
        if t < 4.0:
            return rolling(t)
        return Moment(0.1 + 0.4 * min((t - 4.0) / 0.8, 1.0)) if t < 4.8 else Moment(max(0.5 - 0.2 * (t - 4.8), 0.1))

    (fault,) = faults(done(course, 8.0, fps=30.0), "slow")
    assert (fault.start_s, fault.end_s) == (pytest.approx(4.0, abs=0.15), pytest.approx(4.8, abs=0.15))
    assert fault.decided_s - fault.end_s < 0.5


def test_knees_are_judged_on_the_mean_of_a_pass_not_moment_by_moment() -> None:
    swinging = done(lambda t: rolling(t, knees=90 + 45 * (2 * abs((t / 2) % 2 - 1) - 1)), 12.0)
    assert faults(swinging, "knees") == []
    straight = done(lambda t: rolling(t, knees=125.0), 12.0)
    assert faults(straight, "knees") != []


@pytest.mark.parametrize(("knees", "fault"), [(92.0, False), (104.0, False), (108.0, True), (72.0, True)])
def test_knees_are_within_15_at_a_still_set_up(knees: float, fault: bool) -> None:
    found = done(lambda t: Moment(knees=knees), 4.0)
    assert bool(faults(found, "knees")) == fault
    ok, bad, _ = found.check_s["knees"]
    assert (bad > 0) == fault
    assert (ok > 0) != fault


def test_without_a_still_set_up_that_part_is_unknown() -> None:
    """108 degrees are too much at set-up and fine over a pass."""
    found = done(lambda t: rolling(t, knees=108.0), 8.0)
    assert faults(found, "knees") == []


def test_a_still_moment_between_passes_is_no_set_up() -> None:
    found = done(lambda t: rolling(min(t, 6.0), knees=90.0 if t < 6.0 else 108.0), 12.0)
    assert faults(found, "knees") == []


def test_over_a_pass_only_moments_with_the_load_are_judged() -> None:
    """The hips are down for most of each pass: of the rest alone nothing is said of the knees."""
    found = done(lambda t: rolling(t, knees=125.0, hips=0.2), 12.0)
    assert faults(found, "knees") == []


def test_knees_that_are_not_seen_are_unknown() -> None:
    found = done(lambda t: rolling(t, knees=nan), 8.0)
    assert faults(found, "knees") == []
    assert found.check_s["knees"][:2] == (0.0, 0.0)


def test_short_sweeps_fail_the_full_range_except_the_first_and_the_last() -> None:
    assert faults(done(rolling, 12.0), "full") == []
    short = done(lambda t: rolling(t, high=0.32), 12.0)  # passes, but less than the full 0.3
    assert len(short.passes) == 6
    (fault,) = faults(short, "full")
    assert fault.start_s == pytest.approx(2.0, abs=0.2)
    assert fault.end_s == pytest.approx(10.0, abs=0.3)
    starts_low = done(lambda t: Moment(zigzag(t + 1.5, 0.1, 0.5, 2.0)), 6.0)
    assert faults(starts_low, "full") == []


def test_getting_into_place_is_no_sweep_that_could_be_too_short() -> None:
    """Shuffling by less than half a pass, then from the middle of the range to its end, then whole passes."""

    def shuffled(t: float) -> Moment:
        if t < 2.0:
            return Moment(zigzag(t, 0.3, 0.38, 0.5))
        return Moment(zigzag(t - 2.0 + 1.0, 0.1, 0.5, 2.0))

    assert faults(done(shuffled, 10.0), "full") == []


def test_strictness_reaches_the_rules_of_a_pass() -> None:
    fast = {
        s: done(lambda t: rolling(t, pass_s=0.9, high=0.35), 7.2, fps=30.0, strictness=s)
        for s in ("beginner", "strict")
    }
    assert faults(fast["beginner"], "slow") == []
    assert faults(fast["strict"], "slow") != []


# Holds


def held(t: float, start: float = 4.0, seconds: float = 6.0) -> Moment:
    """Rolls, stands still from `start` for so many seconds, rolls on."""
    return rolling(t if t < start else max(start, t - seconds))


def test_three_seconds_still_on_target_are_a_hold_and_no_fault() -> None:
    found, said = coached(lambda t: held(t, start=4.5), 20.0)
    assert found is not None
    (hold,) = found.holds
    assert hold.start_s == pytest.approx(4.5, abs=0.6)
    assert hold.end_s == pytest.approx(10.5, abs=0.6)
    assert found.faults == ()
    assert any(f.phase == "holding" and f.hold_s > 3.0 for f in said)


def test_only_after_thirty_seconds_is_standing_still_a_fault() -> None:
    assert faults(done(lambda t: held(t, seconds=28.0), 36.0), "moving") == []
    (fault,) = faults(done(lambda t: held(t, seconds=40.0), 48.0), "moving")
    assert fault.start_s == pytest.approx(4.0 + 30.0, abs=1.0)


def test_standing_still_in_a_fault_is_not_told_to_be_held() -> None:
    _, said = coached(lambda t: held(t, seconds=40.0), 42.0)
    assert {f.phase for f in said if 10.0 < f.t < 30.0} == {"holding"}
    assert "holding" not in {f.phase for f in said if f.t > 38.0}


def test_standing_still_off_target_is_no_hold() -> None:
    assert done(lambda t: Moment(contact=-0.2), 10.0).holds == ()


def test_a_hold_that_lasts_to_the_end_is_kept() -> None:
    found = done(lambda t: Moment(), 8.0)
    assert [round(h.end_s - h.start_s) for h in found.holds] == [8]


# What is said along the way


def test_phases_follow_one_another() -> None:
    def course(t: float) -> Moment:
        if t < 1.0 or t > 14.0:
            return Moment(posture=False)
        return rolling(t - 3.0) if t < 9.0 else rolling(6.0)

    _, said = coached(course, 20.0)
    phases = [f.phase for f in said]
    assert list(dict.fromkeys(phases)) == ["ready", "setup", "rolling", "holding", "out"]


def test_the_zone_and_the_speed_are_told() -> None:
    _, said = coached(lambda t: rolling(t, low=0.1, high=0.7, pass_s=4.0), 8.0)
    assert {f.zone for f in said} == {"green", "amber"}
    middle = [f.speed_cm_s for f in said if 1.0 < f.t < 3.0]
    assert middle == pytest.approx([0.15 * 0.3 * 170] * len(middle), rel=0.15)


def test_every_check_has_a_verdict_at_every_moment_and_in_the_end() -> None:
    found, said = coached(rolling, 6.0)
    names = [c["id"] for c in CHECKS]
    assert found is not None
    assert all([v.check.id for v in f.verdicts] == names for f in said)
    assert list(found.check_s) == names


def test_a_fault_outweighs_what_other_rules_of_the_check_say() -> None:
    """Knees: wrong at set-up, and no pass yet."""
    _, said = coached(lambda t: Moment(knees=120.0), 4.0)
    verdict = next(v for v in said[-1].verdicts if v.check.id == "knees")
    assert verdict.state == "fault"


def advising() -> Move:
    return drill(advice=[{"bounds": [{"measure": "lean", "at_least": 30.0}], "text": "Straighten up."}])


@pytest.mark.parametrize(("lean", "advice"), [(40.0, ("Straighten up.",)), (10.0, ()), (nan, ())])
def test_advice_is_given_on_the_mean_of_a_set(lean: float, advice: tuple[str, ...]) -> None:
    assert done(lambda t: Moment(more={"lean": lean}), 5.0, move=advising()).advice == advice


def test_the_view_of_a_set_is_the_one_it_was_mostly_seen_from() -> None:
    assert done(lambda t: Moment(), 5.0).view == "side"


def test_the_same_course_at_half_the_rate_gives_the_same_set() -> None:
    fast, slow = (done(lambda t: rolling(t, hips=0.2 if 5 < t < 9 else 0.7), 16.0, fps=fps) for fps in (30.0, 15.0))
    assert len(fast.passes) == len(slow.passes)
    assert [f.check.id for f in fast.faults] == [f.check.id for f in slow.faults]
    assert slow.time_on_target_s == pytest.approx(fast.time_on_target_s, abs=0.3)


# What lies beyond the end, or was not seen, is not counted


def test_the_sums_end_where_the_set_ends() -> None:
    """Sitting up for two seconds after eight, still on the tool and in posture as far as can be told."""

    def course(t: float) -> Moment:
        return Moment(0.3 if t < 8 else 0.1 + 0.05 * (t - 8), settled=t < 8, posture=t < 10)

    found = done(course, 20.0)
    length = found.end_s - found.start_s
    assert length == pytest.approx(8.0, abs=0.2)
    assert found.time_on_target_s <= sum(found.time_by_zone_s.values()) + 1e-9 <= length + 2e-9
    assert found.seen_s + found.inferred_s <= length + 1e-9
    assert all(sum(times) == pytest.approx(length, abs=1e-6) for times in found.check_s.values())
    assert all(hold.end_s <= found.end_s for hold in found.holds)


def test_a_fault_that_goes_on_while_sitting_up_ends_with_the_set() -> None:
    found = done(lambda t: Moment(hips=0.7 if t < 3 else 0.2, settled=t < 8, posture=t < 10), 20.0)
    (fault,) = faults(found, "lifted")
    assert fault.end_s <= found.end_s == pytest.approx(8.0, abs=0.2)


@pytest.mark.parametrize("mended", [9.0, 20.0])  # over while getting off; lasts to the end
def test_a_fault_is_measured_within_the_set_however_it_goes_on_while_sitting_up(mended: float) -> None:
    def course(t: float) -> Moment:
        hips = 0.3 if t < 5.0 else 0.4 if t < 8.0 else 0.1 if t < mended else 0.7
        return rolling(min(t, 8.0), hips=hips, settled=t < 8.0, posture=t < 10.0)

    (fault,) = faults(done(course, 20.0), "lifted")
    assert fault.start_s <= fault.worst_s <= fault.end_s == pytest.approx(8.0, abs=0.4)
    assert fault.measured == pytest.approx(0.3)
    assert fault.worst_s < 5.5


def test_a_fault_that_gets_worse_where_the_slant_changes_for_a_moment_is_measured_there() -> None:
    found = done(lambda t: rolling(t, hips=0.1 if 6.0 <= t < 7.0 else 0.3, settled=not 6.0 <= t < 7.0), 12.0)
    (fault,) = faults(found, "lifted")
    assert (fault.measured, 6.0 <= fault.worst_s <= 7.4) == (pytest.approx(0.1), True)


def test_a_sweep_whose_middle_is_getting_off_has_no_fault() -> None:
    """As a pass is none by whose middle somebody is getting off."""
    bounds = SetBounds()
    for t in moments(0.0, 12.0, 10.0):
        bounds.follow(t, in_posture=t < 10.0, settled=t < 8.0)
    full = drill().by_id["full"]
    sweeps = [FaultSpan(full, start, end, end, 0.2, (start + end) / 2) for start, end in ((5.0, 9.0), (7.0, 9.6))]
    found = bounds.within((), sweeps, ())
    assert found is not None
    assert [(f.start_s, f.worst_s, f.end_s) for f in found.faults] == [(5.0, 7.0, found.end_s)]


@pytest.mark.parametrize(
    ("wrong_from", "left_at", "told"), [(4.5, 8.0, False), (3.5, 8.0, True), (6.0, None, False), (5.0, None, True)]
)
def test_what_goes_wrong_shortly_before_the_end_and_stays_wrong_is_getting_off(
    wrong_from: float, left_at: float | None, told: bool
) -> None:
    """Left at 8 s, or the pictures end there."""
    end = 8.0 if left_at is None else 14.0
    found = done(lambda t: Moment(hips=0.7 if t < wrong_from else 0.2, posture=t < 8.0), end)
    assert bool(faults(found, "lifted")) == told


def test_passes_that_were_wrong_to_the_end_stay_so() -> None:
    found = done(lambda t: rolling(t, knees=90.0 if t < 4.5 else 130.0, posture=t < 8.0), 14.0)
    assert len(faults(found, "knees")) == 1


def test_rolling_off_is_no_pass() -> None:
    """The contact runs along while the slant changes, and on until the posture is left."""
    found = done(lambda t: Moment(0.1 if t < 8 else 0.1 + 0.3 * (t - 8), settled=t < 8, posture=t < 10), 20.0)
    assert found.passes == ()


def test_who_rocks_while_rolling_has_not_left_the_set() -> None:
    found = done(lambda t: rolling(t, settled=t < 3), 13.0)
    assert len(found.passes) == 6
    assert found.end_s >= found.passes[-1].end_s == pytest.approx(12.0, abs=1.1)


def test_the_seconds_of_a_check_with_several_rules_are_counted_once() -> None:
    """Right at the still set-up and in every pass: `knees` has a rule for each."""
    found = done(lambda t: Moment(0.3) if t < 4 else rolling(t - 4, low=0.3, high=0.7), 12.0)
    ok, bad, _ = found.check_s["knees"]
    assert bad == 0
    assert ok <= found.end_s - found.start_s
    late = done(lambda t: rolling(t, knees=90.0 if t < 6 else 150.0), 12.0)
    ok, bad, _ = late.check_s["knees"]
    assert ok + bad <= late.end_s - late.start_s + 1e-9
    assert ok <= 6.5
    level = {"bounds": [{"measure": "knee_angle", "at_least": 75.0, "at_most": 105.0}]}
    twice = check("knees", "form", level, {"when": "pass", **level})  # right at each moment, and over each pass
    both = done(rolling, 12.0, move=drill(checks=[*(c for c in CHECKS if c["id"] != "knees"), twice]))
    assert sum(both.check_s["knees"]) == pytest.approx(both.end_s - both.start_s)


def test_a_hold_does_not_bridge_what_was_not_seen() -> None:
    found = done(lambda t: Moment(nobody=5.0 <= t < 7.0), 12.0)
    assert [(h.start_s, h.end_s) for h in found.holds] == [
        (pytest.approx(0.0, abs=0.2), pytest.approx(5.0, abs=0.2)),
        (pytest.approx(7.0, abs=0.2), pytest.approx(12.0, abs=0.2)),
    ]


def test_what_was_not_seen_is_no_rest() -> None:
    """Thirty seconds are welcome; here they are so only with the two in which nobody was seen."""
    found = done(lambda t: Moment(nobody=5.0 <= t < 7.5), 32.0)
    assert faults(found, "moving") == []


def test_faults_on_both_sides_of_what_was_not_seen_are_two() -> None:
    def course(t: float) -> Moment:
        return Moment(hips=nan if 5.0 <= t < 6.2 else 0.2 if 3.0 <= t < 8.0 else 0.7)

    found = done(course, 12.0)
    assert len(faults(found, "lifted")) == 2
    assert found.check_s["lifted"][1] == pytest.approx(3.8, abs=0.4)


def test_a_gap_in_the_pictures_ends_what_was_going_on() -> None:
    """Two seconds without a picture in the middle of a hold, a fault and (below) a pass."""
    coach = SetCoach(drill(), None)
    for t in (*moments(0.0, 4.0), *moments(6.0, 10.0)):
        coach.advance(body_with(t, {"hip_height": 0.7, "knee_angle": 90.0}), _seen(t, 0.3), True)
    found = coach.finish()
    assert found is not None
    assert [round(h.end_s - h.start_s) for h in found.holds] == [4, 4]
    coach = SetCoach(drill(), None)
    for t in (*moments(0.0, 3.0), *moments(5.0, 8.0)):
        body = body_with(t, {"hip_height": 0.2, "knee_angle": 90.0})
        coach.advance(body, _seen(t, zigzag(t, 0.1, 0.6, 4.0)), True)
    found = coach.finish()
    assert found is not None
    assert [round(f.end_s - f.start_s) for f in faults(found, "lifted")] == [3, 3]
    assert not any(p.start_s < 4.0 < p.end_s for p in found.passes)


# Nothing is told that no body can do


@pytest.mark.parametrize("fps", [30.0, 10.0, 3.0])
def test_a_jump_in_time_is_no_pass_and_has_no_speed(fps: float) -> None:
    """Still at one end of the segment; then, from one picture to the next, at the other."""
    found = done(lambda t: Moment(0.1 if t < 4 else 0.6), 8.0, fps=fps)
    assert found.passes == ()
    assert faults(found, "slow") == []


def test_a_pass_does_not_span_a_jump() -> None:
    def course(t: float) -> Moment:
        return Moment(0.1 + 0.1 * t if t < 3 else 0.75 - 0.1 * (t - 3)) if t < 6 else Moment(0.45)

    found, said = coached(course, 8.0, fps=30.0)
    assert found is not None
    assert not any(p.start_s < 2.9 and p.end_s > 3.1 for p in found.passes)
    assert all(f.speed_cm_s <= 80.0 for f in said if not isnan(f.speed_cm_s))


def test_a_pass_seen_in_too_few_pictures_has_no_speed() -> None:
    """Two pictures a second, and a pass takes one: how fast can't be told, and is no fault."""
    found = done(lambda t: rolling(t, pass_s=1.0), 10.0, fps=2.0)
    assert found.passes
    assert all(isnan(p.speed_cm_s) for p in found.passes)
    assert faults(found, "slow") == []
    assert found.check_s["slow"][:2] == (0.0, 0.0)


def test_where_nobody_knows_how_far_it_rolled_no_speed_stands_beside_a_check_that_is_unknown() -> None:
    """The segment points at the camera: passes count, at a speed that nobody can tell."""
    found, said = coached(lambda t: replace(rolling(t, pass_s=2.0), to_scale=False), 10.0)
    assert found is not None
    assert found.passes
    assert all(isnan(p.speed_cm_s) for p in found.passes)
    assert found.check_s["slow"][:2] == (0.0, 0.0)
    assert all(isnan(f.speed_cm_s) for f in said)


# How far a set is


@settings(max_examples=25, deadline=None)
@given(
    lows=st.lists(st.floats(0.05, 0.3), min_size=3, max_size=6),
    pass_s=st.floats(1.0, 4.0),
    lifts=st.floats(4.0, 20.0),
    leaves=st.floats(5.0, 20.0),
)
def test_a_set_so_far_is_what_it_would_be_if_it_ended_now_and_asking_changes_nothing(
    lows: list[float], pass_s: float, lifts: float, leaves: float
) -> None:
    """Whenever it is asked: the same as of a copy that is brought to its end, number by number."""
    asked, alone = SetCoach(drill(), None), SetCoach(drill(), None)
    for t in moments(0.0, 20.0, 5.0):
        low = lows[int(t / 4) % len(lows)]
        hips = 0.3 if lifts <= t < lifts + 2.5 else 0.7
        body = body_with(t, {"hip_height": hips, "knee_angle": 90.0 + 60.0 * (t > 12.0)})
        contact = _seen(t, zigzag(t, low, 0.5, pass_s))
        for coach in (asked, alone):
            coach.advance(body, contact, not leaves <= t < leaves + 1.0, 0.8)
        assert repr(asked.so_far()) == repr(deepcopy(asked).finish())
    assert repr(asked.finish()) == repr(alone.finish())
    assert asked.so_far() is not None
