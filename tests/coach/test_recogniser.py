"""Which move, on which side, by posture alone; and none rather than a guess."""

from __future__ import annotations

from collections import Counter
from math import nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_vision.body import Body, BodyEstimator
from smr_vision.coach.recogniser import (
    IN_POSTURE,
    OUT_OF_POSTURE,
    PREFERENCE,
    UNSEEN,
    Candidate,
    Guess,
    Recogniser,
    Scores,
    candidates,
    membership,
    posture_scores,
)  # fmt: skip
from smr_vision.moves import PostureBound, load_moves
from tests.people import (
    Act,
    Camera,
    Joints,
    body_with,
    bridge,
    calf,
    glute,
    lying,
    measured,
    moments,
    on_a_chair,
    pectoral,
    pose,
    push_up,
    sitting,
    squatting,
    standing,
    then,
    thoracic,
    walking,
    zigzag,
)  # fmt: skip

MOVES = load_moves()
ALL = candidates(MOVES, None, None)
FPS = 10.0
SIDE_ON = {"left": Camera(180.0), "right": Camera(0.0)}
SWAP = {"left": "right", "right": "left"}
BEHIND = {"left": Camera(140.0), "right": Camera(40.0)}  # obliquely


def guesses(act: Act, end: float, camera: Camera | None = None, **how: Any) -> list[tuple[float, Guess | None]]:
    """Guesses over time; `locked`: since when a set has been open."""
    meter, recogniser = BodyEstimator(), Recogniser(how.get("among", ALL))
    found = []
    for t in moments(0.0, end, FPS):
        body = meter.estimate(pose(act(t), t, camera))
        found.append((t, recogniser.classify(t, body, how.get("tool", "none"), t >= how.get("locked", 1e9))))
    return found


def in_posture(found: list[tuple[float, Guess | None]], after: float = 0.0) -> set[tuple[str, str | None]]:
    return {g.candidate.key for t, g in found if g is not None and t >= after and g.score >= IN_POSTURE}


# Scores


def test_candidates_are_all_moves_and_sides_or_those_asked_for() -> None:
    assert {c.key for c in ALL} >= {("thoracic", None), ("calf", "left"), ("calf", "right"), ("glute", "left")}
    assert [c.key for c in candidates(MOVES, "calf", "left")] == [("calf", "left")]
    assert [c.key for c in candidates(MOVES, "thoracic", "left")] == [("thoracic", None)]


def test_a_sign_scores_one_within_its_bound_and_falls_to_zero_over_its_slack() -> None:
    bound = PostureBound(measure="hip_height", at_least=0.2, at_most=0.4, slack=0.1)
    assert [membership(bound, v) for v in (0.2, 0.3, 0.4)] == [1.0, 1.0, 1.0]
    assert membership(bound, 0.15) == pytest.approx(0.5)
    assert membership(bound, 0.45) == pytest.approx(0.5)
    assert membership(bound, 0.6) == 0.0


def test_a_sign_that_can_not_be_seen_is_in_doubt_but_no_veto() -> None:
    assert membership(PostureBound(measure="hip_height", at_least=0.2), nan) == UNSEEN


def test_a_sign_that_only_prefers_never_rules_out() -> None:
    bound = PostureBound(measure="hip_height", at_least=0.2, prefers=True)
    assert membership(bound, -5.0) == PREFERENCE
    assert membership(bound, 0.3) == 1.0


@given(st.floats(-10, 10), st.floats(0, 2))
def test_membership_is_a_share_and_never_grows_outwards(value: float, slack: float) -> None:
    bound = PostureBound(measure="lean", at_least=-1.0, at_most=1.0, slack=slack)
    assert 0.0 <= membership(bound, value) <= 1.0
    assert membership(bound, 1.1 * value) <= membership(bound, value)


def test_a_score_moves_towards_what_is_seen_now() -> None:
    halfway = Scores(0.4, 0.1, 0.0, 0.2, 1.0).towards(Scores(0.8, 0.3, 1.0, 0.2, 0.0), 0.5)
    told = (halfway.possible, halfway.firm, halfway.with_tool, halfway.plain, halfway.staying)
    assert told == pytest.approx((0.6, 0.2, 0.5, 0.2, 0.5))


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize(
    ("name", "make", "cameras"), [("calf", calf, SIDE_ON), ("glute", glute, SIDE_ON), ("pectoral", pectoral, BEHIND)]
)  # fmt: skip
def test_each_posture_fits_its_own_move_and_side_best(
    name: str, make: Any, cameras: dict[str, Camera], side: str
) -> None:
    body = measured(make(side), cameras[side])
    scores = {c.key: posture_scores(c, body).plain for c in ALL}
    best = max(scores, key=lambda key: scores[key])
    assert best == (name, side)
    assert scores[best] >= IN_POSTURE
    assert all(score < OUT_OF_POSTURE for (move, _), score in scores.items() if move != name)


def test_a_tool_that_is_seen_stands_in_for_the_sign_it_waives() -> None:
    """With low shoulders only a roller seen under the trunk makes it the move."""
    scores = posture_scores(Candidate(MOVES["thoracic"], None), measured(thoracic(hips=0.14, shoulders=0.12)))
    assert scores.plain < OUT_OF_POSTURE
    assert scores.with_tool >= IN_POSTURE


def test_only_a_surely_seen_tool_stands_in_for_being_carried() -> None:
    scores = posture_scores(Candidate(MOVES["thoracic"], None), measured(thoracic(hips=0.08, shoulders=0.09)))
    assert scores.with_tool < OUT_OF_POSTURE
    assert scores.possible >= IN_POSTURE


def test_what_opens_a_set_is_not_needed_to_stay_in_it() -> None:
    """Not leaning in is a fault of the chest move, so it does not end the set."""
    scores = posture_scores(
        Candidate(MOVES["pectoral"], "right"), measured(pectoral("right", lean=0.0), BEHIND["right"])
    )
    assert scores.plain < OUT_OF_POSTURE
    assert scores.staying >= IN_POSTURE


# Over time


@pytest.mark.parametrize(
    ("key", "act", "camera"),
    [
        (("thoracic", None), lambda t: thoracic(0.1 + 0.1 * (t % 4)), Camera()),
        (("thoracic", None), lambda t: thoracic(), Camera(180.0)),
        (("thoracic", None), lambda t: thoracic(), Camera(-50.0)),
        (("calf", "left"), lambda t: calf("left"), SIDE_ON["left"]),
        (("calf", "right"), lambda t: calf("right"), SIDE_ON["right"]),
        (("glute", "left"), lambda t: glute("left"), Camera(-60.0)),
        (("glute", "right"), lambda t: glute("right"), Camera(-60.0)),
        (("pectoral", "left"), lambda t: pectoral("left"), BEHIND["left"]),
        (("pectoral", "right"), lambda t: pectoral("right"), BEHIND["right"]),
    ],
)
def test_move_and_side_are_named_within_three_seconds(key: tuple[str, str | None], act: Act, camera: Camera) -> None:
    found = guesses(then((1.0, lambda t: standing()), (9.0, act)), 8.0, camera)
    assert in_posture(found) == {key}
    named = next(t for t, g in found if g is not None and g.score >= IN_POSTURE)
    assert named - 1.0 <= 3.0
    last = found[-1][1]
    assert last is not None
    assert last.confidence > 0.5


NO_MOVE: dict[str, Act] = {
    "walking": walking,
    "standing": lambda t: standing(),
    "lying": lambda t: lying(),
    "bridging": lambda t: bridge(0.14 + 0.10 * abs(t % 3 - 1.5)),
    "sitting": lambda t: sitting(),
    "on a chair": lambda t: on_a_chair(),
    "squatting": lambda t: squatting(abs(t % 3 - 1.5) / 1.5),
    "in a deep squat": lambda t: squatting(1.0),
    "push-ups": lambda t: push_up(abs(t % 2 - 1)),
}


@pytest.mark.parametrize("name", NO_MOVE)
@pytest.mark.parametrize("heading", [0.0, 180.0, 60.0, -60.0])
def test_no_move_is_named_where_nobody_rolls(name: str, heading: float) -> None:
    found = guesses(NO_MOVE[name], 6.0, Camera(heading))
    sure = [t for t, g in found if g is not None and g.score >= IN_POSTURE]
    assert len(sure) < FPS  # never for a second, so never for the two that open a set


@pytest.mark.parametrize(
    ("key", "act"),
    [
        (("thoracic", None), lambda t: thoracic(hips=0.08)), (("thoracic", None), lambda t: thoracic(hands="down")),
        (("thoracic", None), lambda t: thoracic(knees=130.0)), (("calf", "right"), lambda t: calf("right", hips=0.07)),
        (("calf", "right"), lambda t: calf("right", crossed=False)),
        (("glute", "right"), lambda t: glute("right", roll=2.0)),
        (("glute", "right"), lambda t: glute("right", crossed=False)),
    ],
)  # fmt: skip
def test_a_move_done_with_a_fault_is_still_that_move(key: tuple[str, str | None], act: Act) -> None:
    assert in_posture(guesses(act, 4.0, Camera()), after=1.0) == {key}


def test_nobody_does_nothing() -> None:
    assert all(g is None for _, g in guesses(lambda t: None, 2.0))


def test_a_guess_fades_when_the_person_leaves() -> None:
    found = guesses(then((3.0, lambda t: thoracic()), (3.0, lambda t: None)), 6.0)
    assert found[-1][1] is None


def test_one_wild_picture_changes_no_guess() -> None:
    found = guesses(lambda t: standing() if 3.0 <= t < 3.1 else thoracic(), 6.0)
    assert {g.candidate.key for t, g in found if g is not None} == {("thoracic", None)}
    assert all(g is not None for t, g in found)


def test_with_a_named_move_nothing_else_is_guessed() -> None:
    found = guesses(lambda t: thoracic(), 3.0, among=candidates(MOVES, "calf", None))
    assert in_posture(found) == set()


@pytest.mark.parametrize("swapped_s", [0.1, 0.4])
def test_crossed_legs_that_the_pose_confuses_for_a_moment_do_not_swap_the_side(swapped_s: float) -> None:
    def legs(t: float) -> Joints:
        right = calf("right")
        if not 3.0 <= t < 3.0 + swapped_s:
            return right
        swaps = {f"{s}_{j}": f"{o}_{j}" for j in ("knee", "ankle", "heel", "foot_index") for s, o in SWAP.items()}
        return right | {name: right[other] for name, other in swaps.items()}

    found = guesses(legs, 6.0, locked=2.0)
    assert in_posture(found) == {("calf", "right")}
    assert {g.candidate.key for _, g in found if g is not None} == {("calf", "right")}


def test_while_a_set_is_open_its_side_stays_though_the_other_looks_better() -> None:
    """The hips tip over to the other side: a fault of the set, not another set."""
    act = then((3.0, lambda t: glute("right")), (9.0, lambda t: glute("right", roll=-15.0)))
    found = guesses(act, 8.0, Camera(-60.0), locked=2.0)
    assert {g.candidate.key for t, g in found if g is not None and t > 1} == {("glute", "right")}


GLUTE = {  # of one who sits on the left buttock, seen from 18 degrees up by `heavy`: the near knee stands low
    "trunk_tilt": 48.0, "facing_up": 24.0, "hip_height": 0.17, "hand_height": 0.05, "knee_angle_right": 90.0,
    "ankle_height_right": 0.06, "knee_height_left": 0.13, "thigh_tilt_left": 40.0, "shoulder_drop_left": 35.0,
    "hip_roll_left": 45.0,
    "ankle_to_other_knee_left": 0.09, "knee_angle_left": 115.0, "ankle_height_left": 0.28, "knee_height_right": 0.25,
    "thigh_tilt_right": 45.0, "shoulder_drop_right": -35.0, "hip_roll_right": -45.0, "ankle_to_other_knee_right": 0.37,
}  # fmt: skip


def test_the_side_to_which_somebody_tips_is_the_one_that_is_worked() -> None:
    scores = {side: posture_scores(Candidate(MOVES["glute"], side), body_with(0.0, GLUTE)) for side in SWAP}
    assert scores["left"].firm > 0.9
    assert scores["right"].firm == 0.0


def test_who_lies_on_the_front_and_props_up_on_the_hands_does_no_glute_roll() -> None:
    scores = posture_scores(Candidate(MOVES["glute"], "left"), body_with(0.0, GLUTE | {"facing_up": -45.0}))
    assert scores.firm == 0.0


def test_a_level_thigh_with_a_long_leg_is_no_glute_roll() -> None:
    """Nobody crosses an ankle so; it is how the back of the thigh is rolled."""
    long = GLUTE | {"thigh_tilt_left": 3.0, "knee_angle_left": 168.0, "knee_height_left": 0.17}
    long |= {"shoulder_drop_left": 3.0, "shoulder_drop_right": -3.0, "ankle_to_other_knee_left": 0.43}
    scores = posture_scores(Candidate(MOVES["glute"], "left"), body_with(0.0, long))
    assert scores.firm == 0.0
    assert scores.staying > 0.9  # a set goes on with it


def test_while_no_set_is_open_the_side_may_change() -> None:
    act = then((3.0, lambda t: calf("right")), (9.0, lambda t: calf("left")))
    assert guesses(act, 8.0, Camera())[-1][1].candidate.side == "left"  # type: ignore[union-attr]


def test_while_a_set_is_open_rivals_are_scored_now_and_then_and_confidence_hardly_differs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scored: list[tuple[str, str | None]] = []

    def counted(candidate: Candidate, body: Body) -> Scores:
        scored.append(candidate.key)
        return posture_scores(candidate, body)

    def rolling(t: float) -> Joints:
        return thoracic(zigzag(t, 0.1, 0.4, 2.0))

    monkeypatch.setattr("smr_vision.coach.recogniser.posture_scores", counted)
    free = guesses(rolling, 6.0)
    each = Counter(scored)
    scored.clear()
    held = guesses(rolling, 6.0, locked=0.0)
    fewer = Counter(scored)
    assert fewer["thoracic", None] == each["thoracic", None]
    assert fewer["calf", "left"] < 0.6 * each["calf", "left"]
    for (_, a), (_, b) in zip(free, held, strict=True):
        assert (a is None) == (b is None)
        assert a is None or b is None or b.confidence == pytest.approx(a.confidence, abs=0.05)


def test_a_move_that_follows_another_takes_over() -> None:
    act = then((4.0, lambda t: thoracic()), (9.0, lambda t: calf("right")))
    found = guesses(act, 8.0)
    assert in_posture(found) == {("thoracic", None), ("calf", "right")}
    assert found[-1][1].candidate.key == ("calf", "right")  # type: ignore[union-attr]


def test_a_set_does_not_go_on_for_ever_without_the_signs_that_opened_it() -> None:
    """Standing at the wall without leaning: for a while a fault of the set, then no set any more."""
    act = then((3.0, lambda t: pectoral("right")), (60.0, lambda t: pectoral("right", lean=0.0)))
    found = guesses(act, 20.0, BEHIND["right"], locked=2.0)
    scores = {round(t): g.score if g is not None else 0.0 for t, g in found}
    assert scores[6] >= IN_POSTURE
    assert scores[19] < IN_POSTURE
