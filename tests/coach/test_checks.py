"""Judging one check: ok, fault or unknown, with hysteresis and persistence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import inf, isnan, nan

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smr_vision.coach.checks import MERGE_S, FaultSpan, PostureJudge, Verdict, judge_means, merged, outside_by, scaled
from smr_vision.moves import Bound, Check, Rule, load_moves
from smr_vision.moves.measures import PASS_MEASURES
from tests.drill import check_of, drill
from tests.people import moments

MOVES = load_moves()
GOOD, DOUBTFUL, BAD = 0.6, 0.47, 0.3  # of "lifted": at least 0.5, slack 0.05
Course = Callable[[float], float]


def judged(
    course: Course, end: float, name: str = "lifted", fps: float = 15.0
) -> tuple[list[tuple[float, Verdict]], list[FaultSpan]]:
    """Verdicts over a course of the check's one measure, and the faults found."""
    check, rule = check_of(name)
    judge = PostureJudge(check, rule, "standard")
    verdicts, faults = [], []
    for t in moments(0.0, end, fps):
        verdict, fault = judge.judge(t, {rule.bounds[0].measure: course(t)})
        verdicts.append((t, verdict))
        faults += [fault] if fault else []
    last = judge.flush()
    return verdicts, faults + ([last] if last else [])


def states(verdicts: list[tuple[float, Verdict]], start: float, end: float) -> set[str]:
    return {v.state for t, v in verdicts if start <= t < end}


def during(start: float, end: float, bad: float = BAD, good: float = GOOD) -> Course:
    return lambda t: bad if start <= t < end else good


def test_what_is_within_its_bound_is_ok() -> None:
    verdicts, faults = judged(lambda t: GOOD, 3.0)
    assert states(verdicts, 0.0, 3.0) == {"ok"}
    assert faults == []


def test_a_lasting_violation_is_a_fault_dated_back_to_when_it_began() -> None:
    verdicts, (fault,) = judged(during(2.0, 6.0), 10.0)
    assert fault.start_s == pytest.approx(2.0, abs=0.3)
    assert fault.end_s == pytest.approx(6.0, abs=0.3)
    assert fault.start_s < fault.decided_s <= 2.0 + 1.5
    assert states(verdicts, 3.5, 6.0) == {"fault"}
    assert states(verdicts, 7.0, 10.0) == {"ok"}


def test_before_it_is_confirmed_a_violation_is_told_but_no_fault() -> None:
    verdicts, _ = judged(during(2.0, 6.0), 10.0)
    early = [v for t, v in verdicts if 2.3 <= t < 2.7]
    assert all(v.violated and v.state == "unknown" for v in early)


def test_a_violation_that_does_not_last_is_no_fault() -> None:
    _, faults = judged(during(2.0, 2.6), 6.0)
    assert faults == []


def test_one_wild_picture_decides_nothing() -> None:
    verdicts, faults = judged(lambda t: -50.0 if abs(t - 2.0) < 0.01 else GOOD, 4.0)
    assert states(verdicts, 0.0, 4.0) == {"ok"}
    assert faults == []


def test_a_short_recovery_does_not_end_a_fault() -> None:
    _, faults = judged(lambda t: BAD if 1.0 <= t < 3.0 or 3.3 <= t < 6.0 else GOOD, 9.0)
    assert len(faults) == 1


def test_within_the_slack_it_is_neither_begun_nor_ended() -> None:
    """Hysteresis: in doubt a check stays what it was."""
    _, faults = judged(during(2.0, 6.0, bad=DOUBTFUL), 9.0)
    assert faults == []
    _, (fault,) = judged(lambda t: BAD if t < 2.0 else DOUBTFUL if t < 6.0 else GOOD, 9.0)
    assert fault.end_s == pytest.approx(6.0, abs=0.3)


def test_a_safety_fault_begins_at_the_bound_and_ends_well_inside() -> None:
    """Hysteresis on the safe side: 0.62 is the bound, 0.02 the slack."""
    check = next(c for c in load_moves()["thoracic"].checks if c.severity == "safety")
    judge, ended = PostureJudge(check, check.rules[0], "standard"), []
    for n in range(240):
        t = n / 20
        verdict, fault = judge.judge(t, {"contact": 0.5 if t < 2 else 0.63 if t < 5 else 0.61 if t < 8 else 0.59})
        ended += [fault] if fault else []
        if 3.0 < t < 8.0:
            assert verdict.state == "fault", t
    (fault,) = ended
    assert (fault.start_s, fault.end_s) == (pytest.approx(2.2, abs=0.3), pytest.approx(8.2, abs=0.3))


def test_what_is_not_seen_is_unknown_and_no_fault() -> None:
    verdicts, faults = judged(lambda t: nan, 4.0)
    assert states(verdicts, 0.0, 4.0) == {"unknown"}
    assert all(isnan(v.measured) for _, v in verdicts)
    assert faults == []


def test_a_fault_ends_where_it_is_no_longer_seen() -> None:
    verdicts, (fault,) = judged(lambda t: BAD if t < 3.0 else nan, 6.0)
    assert fault.end_s == pytest.approx(3.0, abs=0.1)
    assert states(verdicts, 4.0, 6.0) == {"unknown"}


def test_of_several_bounds_one_unseen_leaves_the_check_unknown_but_a_violation_counts() -> None:
    check, _ = check_of("lifted")
    rule = Rule(bounds=(Bound(measure="hip_height", at_least=0.5), Bound(measure="knee_angle", at_least=90.0)))
    for knee, state in ((nan, "unknown"), (100.0, "ok")):
        judge = PostureJudge(check, rule, "standard")
        assert judge.judge(0.0, {"hip_height": 0.6, "knee_angle": knee})[0].state == state
    judge = PostureJudge(check, rule, "standard")
    assert judge.judge(0.0, {"hip_height": 0.4, "knee_angle": nan})[0].violated


def test_other_evidence_that_all_is_well_excuses_a_violation_while_it_is_seen() -> None:
    check, _ = check_of("lifted")
    level = Bound(measure="trunk_tilt", at_least=-5.0, at_most=4.0)
    side_on = Bound(measure="view_angle", at_most=25.0)
    rule = Rule(bounds=(Bound(measure="hip_height", at_least=0.5),), unless=(level, side_on))
    for tilt, view, violated in ((0.0, 10.0, False), (12.0, 10.0, True), (0.0, 40.0, True), (nan, 40.0, True)):
        judge = PostureJudge(check, rule, "standard")
        verdict, _ = judge.judge(0.0, {"hip_height": 0.4, "trunk_tilt": tilt, "view_angle": view})
        assert verdict.violated == violated, (tilt, view)


def test_what_cannot_be_judged_is_neither_kept_nor_broken() -> None:
    check, _ = check_of("lifted")
    hand = Bound(measure="hand_height", at_most=0.05)
    rule = Rule(bounds=(Bound(measure="hip_height", at_least=0.5),), only_when=(hand,))
    for hips, at, state, violated in ((0.4, 0.0, "unknown", True), (0.4, nan, "unknown", False),
                                      (0.4, 0.2, "unknown", False), (0.6, nan, "unknown", False),
                                      (0.6, 0.0, "ok", False)):  # fmt: skip
        judge = PostureJudge(check, rule, "standard")
        verdict, _ = judge.judge(0.0, {"hip_height": hips, "hand_height": at})
        assert (verdict.state, verdict.violated) == (state, violated), (hips, at)
        assert verdict.measured == hips


def test_the_worst_value_and_its_moment_are_kept() -> None:
    _, (fault,) = judged(lambda t: 0.3 + 0.1 * abs(t - 4.0), 8.0)
    assert fault.measured == pytest.approx(0.3, abs=0.03)
    assert fault.worst_s == pytest.approx(4.0, abs=0.5)


def test_the_running_fault_is_told_while_it_goes_on() -> None:
    check, rule = check_of("lifted")
    judge = PostureJudge(check, rule, "standard")
    for t in moments(0.0, 0.7):
        judge.judge(t, {"hip_height": BAD})
    assert judge.running is None
    for t in moments(0.7, 2.0):
        judge.judge(t, {"hip_height": BAD})
    assert judge.running is not None
    assert judge.running.start_s == pytest.approx(0.0)
    judge.flush()
    assert judge.running is None


@given(st.lists(st.sampled_from([GOOD, DOUBTFUL, BAD, nan]), min_size=1, max_size=150), st.integers(5, 60))
@example([BAD, GOOD, BAD, DOUBTFUL, GOOD, GOOD, GOOD], 10)
@example([BAD, GOOD, BAD, GOOD, GOOD, GOOD], 12)
def test_no_fault_is_ever_shorter_than_its_persistence(course: list[float], fps: int) -> None:
    check, _ = check_of("lifted")
    _, faults = judged(lambda t: course[min(int(t * 4), len(course) - 1)], len(course) / 4, fps=fps)
    for fault in faults:
        assert fault.end_s - fault.start_s >= check.persist_s - 1e-6
        assert fault.start_s <= fault.worst_s <= fault.end_s
        assert fault.start_s + check.persist_s - 1e-6 <= fault.decided_s <= fault.end_s
    for one, next_ in pairwise(faults):
        assert one.end_s <= next_.start_s


@given(st.lists(st.sampled_from([GOOD, DOUBTFUL, nan]), min_size=1, max_size=60))
def test_without_a_violation_there_is_never_a_fault(course: list[float]) -> None:
    verdicts, faults = judged(lambda t: course[min(int(t * 4), len(course) - 1)], len(course) / 4)
    assert faults == []
    assert {v.state for _, v in verdicts} <= {"ok", "unknown"}


# Every posture check of every move that comes along


def posture_checks() -> list[tuple[Check, Rule]]:
    checks = [check for move in MOVES.values() for check in move.checks]
    return [(check, rule) for check in checks for rule in check.rules if rule.when == "always"]


@pytest.mark.parametrize(("check", "rule"), posture_checks(), ids=lambda x: getattr(x, "id", ""))
@pytest.mark.parametrize("fps", [10.0, 30.0, 60.0])
def test_posture_faults_are_decided_within_a_second_and_a_half(check: Check, rule: Rule, fps: float) -> None:
    def outside(bound: Bound) -> float:
        low, high = bound.at_least, bound.at_most
        return low - 3 * bound.slack - 0.1 if low > -inf else high + 3 * bound.slack + 0.1

    def values(good: bool) -> dict[str, float]:
        found = {b.measure: outside(b) for b in (*rule.unless, *rule.or_unless)}  # nothing excuses it
        found |= {b.measure: (max(b.at_least, -1.0) + min(b.at_most, 1.0)) / 2 for b in rule.only_when}
        for bound in rule.bounds:
            low, high = bound.at_least, bound.at_most
            room = 1.0 if inf in (-low, high) else (high - low) / 2
            found[bound.measure] = (low + room if low > -inf else high - room) if good else outside(bound)
        return found

    judge = PostureJudge(check, rule, "standard")
    for t in moments(0.0, 6.0, fps):
        verdict, _ = judge.judge(t, values(good=t < 2.0))
        assert t >= 2.0 or verdict.state == "ok"
    assert judge.running is not None
    assert judge.running.decided_s - 2.0 <= 1.5
    assert judge.running.start_s == pytest.approx(2.0, abs=0.4)


@pytest.mark.parametrize(("other", "state"), [(0.12, "ok"), (0.48, "fault"), (nan, "unknown")])
def test_who_tips_to_the_side_of_the_crossed_leg_is_not_blamed_for_the_other(other: float, state: str) -> None:
    """The other ankle lies on the working knee: left and right are taken for each other."""
    check = MOVES["glute"].by_id["rolled_to_side"]
    judge = PostureJudge(check, check.rules[0], "standard")
    values = {"working shoulder_drop": -26.0, "other ankle_to_other_knee": other}
    for t in moments(0.0, 3.0, 10.0):
        verdict, _ = judge.judge(t, values)
    assert verdict.state == state


# Means over a pass or a still set-up


BOUNDS = (Bound(measure="knee_angle", at_least=70.0, at_most=110.0), Bound(measure="pass_s", at_least=1.0))


@pytest.mark.parametrize(
    ("means", "state"),
    [
        ({"knee_angle": 90.0, "pass_s": 2.0}, "ok"), ({"knee_angle": 120.0, "pass_s": 2.0}, "fault"),
        ({"knee_angle": 90.0, "pass_s": 0.5}, "fault"), ({"knee_angle": 90.0}, "unknown"), ({}, "unknown"),
        ({"knee_angle": 120.0}, "fault"), ({"knee_angle": nan, "pass_s": 2.0}, "unknown"),
    ],
)  # fmt: skip
def test_means_are_judged_against_all_bounds(means: dict[str, float], state: str) -> None:
    assert judge_means(BOUNDS, means)[0] == state


def test_the_value_told_is_the_one_furthest_out() -> None:
    assert judge_means(BOUNDS, {"knee_angle": 125.0, "pass_s": 2.0})[:2] == ("fault", 125.0)
    assert isnan(judge_means(BOUNDS, {})[1])


@given(st.floats(-200, 200))
def test_outside_by_is_positive_just_where_the_bound_does_not_hold(value: float) -> None:
    bound = BOUNDS[0]
    assert (outside_by(bound, value) <= 0) == bound.holds(value)


# Strictness


def test_strictness_widens_for_beginners_and_narrows_for_the_strict() -> None:
    bound = Bound(measure="knee_angle", at_least=70.0, at_most=110.0, tolerance=20.0)
    beginner, standard, strict = (scaled(bound, s, "form") for s in ("beginner", "standard", "strict"))
    assert (beginner.at_least, beginner.at_most) == (60.0, 120.0)
    assert (standard.at_least, standard.at_most) == (70.0, 110.0)
    assert (strict.at_least, strict.at_most) == (80.0, 100.0)


def test_safety_is_never_loosened_but_may_be_tightened() -> None:
    bound = Bound(measure="contact", at_most=0.62, tolerance=0.1)
    assert scaled(bound, "beginner", "safety").at_most == 0.62
    assert scaled(bound, "strict", "safety").at_most < 0.62


def test_a_bound_without_tolerance_is_the_same_for_all() -> None:
    bound = Bound(measure="contact", at_most=0.62)
    assert {scaled(bound, s, "form").at_most for s in ("beginner", "standard", "strict")} == {0.62}


@pytest.mark.parametrize(
    ("hips", "faults"), [(0.42, ["standard", "strict"]), (0.47, ["strict"]), (0.37, ["beginner", "standard", "strict"])]
)
def test_beginners_are_forgiven_what_the_strict_are_told(hips: float, faults: list[str]) -> None:
    """At least 0.5, slack 0.05, and half of the tolerance of 0.1 either way."""
    check, rule = check_of("lifted")
    found = []
    for strictness in ("beginner", "standard", "strict"):
        judge = PostureJudge(check, rule, strictness)
        for t in moments(0.0, 2.0):
            judge.judge(t, {"hip_height": hips})
        found += [strictness] if judge.running else []
    assert found == faults


@pytest.mark.parametrize("move", MOVES.values(), ids=lambda m: m.id)
@pytest.mark.parametrize("strictness", ["beginner", "strict"])
def test_no_strictness_turns_a_bound_of_a_real_move_upside_down(move: object, strictness: str) -> None:
    for check in move.checks:  # type: ignore[attr-defined]
        for rule in check.rules:
            for bound in rule.bounds:
                changed = scaled(bound, strictness, check.severity)
                assert changed.at_least < changed.at_most, (check.id, bound.measure)


# Faults that belong together


def span(name: str, start: float, end: float, measured: float = 0.0) -> FaultSpan:
    return FaultSpan(drill().by_id[name], start, end, end, measured, start)


def test_faults_of_one_check_close_together_are_one() -> None:
    (fault,) = merged([span("lifted", 5.0, 6.0), span("lifted", 1.0, 5.0 - MERGE_S + 0.1)])
    assert (fault.start_s, fault.end_s) == (1.0, 6.0)


def test_faults_further_apart_or_of_other_checks_stay_apart_in_order_of_start() -> None:
    faults = [span("low", 2.0, 3.0), span("lifted", 1.0, 2.0), span("lifted", 2.0 + MERGE_S, 6.0)]
    assert [(f.check.id, f.start_s) for f in merged(faults)] == [("lifted", 1.0), ("low", 2.0), ("lifted", 3.5)]


def test_of_faults_joined_the_worse_is_told() -> None:
    first, second = span("lifted", 1.0, 3.0, 0.09), replace(span("lifted", 3.5, 5.0, 0.02), outside=0.08)
    (fault,) = merged([first, second])
    assert (fault.start_s, fault.measured, fault.worst_s) == (1.0, 0.02, 3.5)


def test_a_fault_inside_of_another_does_not_shorten_it() -> None:
    (fault,) = merged([span("lifted", 1.0, 9.0), span("lifted", 2.0, 3.0)])
    assert fault.end_s == 9.0


@given(st.lists(st.tuples(st.sampled_from(["low", "lifted"]), st.floats(0, 50), st.floats(0, 5)), max_size=12))
def test_merging_loses_no_moment_of_any_fault(raw: list[tuple[str, float, float]]) -> None:
    faults = [span(name, start, start + length) for name, start, length in raw]
    joined = merged(faults)
    assert len(joined) <= len(faults)
    assert [f.start_s for f in joined] == sorted(f.start_s for f in joined)
    for fault in faults:
        assert any(
            f.check.id == fault.check.id and f.start_s <= fault.start_s and f.end_s >= fault.end_s for f in joined
        )  # fmt: skip
    assert merged(joined) == joined


def test_pass_measures_are_never_asked_of_a_body() -> None:
    """They are known only once a pass is over: a rule that looks at every moment must not name them."""
    for check, rule in posture_checks():
        assert not {b.measure for b in rule.bounds} & set(PASS_MEASURES), check.id


def test_joined_faults_are_shown_by_the_picture_of_the_worst_of_them() -> None:
    mild, bad = span("lifted", 2.0, 3.0), replace(span("lifted", 3.5, 5.0), outside=0.4)
    assert merged([mild, bad])[0].picture_key == bad.picture_key == ("lifted", 3.5)
    assert merged([bad, replace(mild, start_s=5.5, end_s=6.0)])[0].picture_key == ("lifted", 3.5)


@pytest.mark.parametrize(("excuse", "state"), [(0.2, "ok"), (0.9, "fault"), (nan, "unknown")])
def test_where_it_can_not_be_seen_whether_something_excuses_it_there_is_no_fault(excuse: float, state: str) -> None:
    """The ankle is not near the other knee; whether the foot is, nobody sees, for the picture ends before it."""
    check, rule = check_of("lifted")
    judge = PostureJudge(
        check, rule.model_copy(update={"unless": (Bound(measure="view_angle", at_most=0.5),)}), "standard"
    )
    for t in moments(0.0, 4.0, 15.0):
        verdict, _ = judge.judge(t, {"hip_height": BAD, "view_angle": excuse})
    assert verdict.state == state
    assert (judge.flush() is None) == (state != "fault")
    assert isnan(verdict.measured) == (state == "unknown")
