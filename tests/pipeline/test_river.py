"""Whole people before the camera: from poses to sets, by the contract's meanings and the real moves."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from smr_vision.body import Body
from smr_vision.body.person_lock import leap_of
from smr_vision.body.picture_change import Change
from smr_vision.coach import PassDone, SetDone
from smr_vision.moves import Move, load_moves
from smr_vision.pipeline.active_set import SURE_SPREAD
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.result import FrameResult
from smr_vision.pipeline.river import PipelineRun
from smr_vision.pose import Pose, exchanged
from smr_vision.tool import DetectorResult
from smr_vision.tool.axis import SegmentAxis
from smr_vision.video import Frame
from smr_vision.video.sampling import LOOK_EVERY_S
from tests.people import (
    Act,
    Camera,
    Eyes,
    Joints,
    bridge,
    calf,
    frame,
    glute,
    lying,
    mirrored,
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
FPS = 10.0
SIDE_ON = {"left": Camera(180.0), "right": Camera(0.0)}
BEHIND = {"left": Camera(140.0), "right": Camera(40.0)}  # obliquely
Contact = Callable[[float], float]


def watched(
    act: Act, end: float, camera: Camera | None = None, eyes: Eyes | None = None, mirror: bool = False, **options: Any
) -> tuple[tuple[SetDone, ...], list[FrameResult]]:
    pipeline = PipelineRun(PipelineOptions(MOVES, **options), eyes)
    seen = []
    for t in moments(0.0, end, FPS):
        figure = pose(act(t), t, camera)
        seen.append(pipeline.advance(frame(t), mirrored(figure) if mirror else figure))
    return pipeline.finish(), seen


def only(sets: tuple[SetDone, ...]) -> SetDone:
    (found,) = sets
    return found


def rolls(low: float, high: float, pass_s: float = 2.0, start: float = 0.0) -> Contact:
    return lambda t: zigzag(t - start, low, high, pass_s)


DOES: dict[str, tuple[Callable[..., Joints], Contact, dict[str, Camera]]] = {
    "calf": (calf, rolls(0.2, 0.7), SIDE_ON),
    "glute": (glute, rolls(-0.25, 0.25), SIDE_ON),
    "pectoral": (pectoral, rolls(0.4, 0.9), BEHIND),
}


# Every move, either side


@pytest.mark.parametrize("seeing", [True, False], ids=["seen", "by the rule"])
def test_a_thoracic_roll_is_a_set_with_its_passes(seeing: bool) -> None:
    contact = rolls(0.05, 0.45, start=2.0)
    sets, _ = watched(lambda t: thoracic(contact(t)), 14.0, eyes=Eyes(contact) if seeing else None)
    found = only(sets)
    assert (found.move.id, found.side, len(found.passes)) == ("thoracic", None, 6)
    assert found.faults == ()
    assert [p.direction for p in found.passes[:2]] == ["down", "up"]
    assert (found.seen_s > 10) == seeing


@pytest.mark.parametrize("name", DOES)
@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("seeing", [True, False], ids=["seen", "by the rule"])
def test_the_other_moves_are_known_with_their_side(name: str, side: str, seeing: bool) -> None:
    make, contact, cameras = DOES[name]
    sets, _ = watched(lambda t: make(side, contact(t)), 10.0, cameras[side], Eyes(contact) if seeing else None)
    found = only(sets)
    assert (found.move.id, found.side, len(found.passes)) == (name, side, 5)
    assert found.faults == ()
    assert found.time_on_target_s > 7.0
    assert found.confidence > 0.5


class OneSided(Eyes):
    """Sees the tool along the line of one side alone."""

    def __init__(self, contact: Contact, side: str) -> None:
        super().__init__(contact)
        self._side = side

    def detect(
        self, frame: Frame, body: Body, axis: SegmentAxis, move: Move, side: str | None
    ) -> DetectorResult | None:
        if side == self._side:
            return super().detect(frame, body, axis, move, side)
        return DetectorResult(None, axis, 0.1)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_ball_at_a_wall_that_is_seen_along_the_line_of_the_other_shoulder_is_there(side: str) -> None:
    """Filmed from beside both shoulders lie on one spot of the picture, and so does the ball."""
    make, contact, cameras = DOES["pectoral"]
    other = "left" if side == "right" else "right"
    sets, seen = watched(lambda t: make(side, contact(t)), 14.0, cameras[side], OneSided(contact, other))
    found = only(sets)
    assert (found.move.id, found.side, found.tool) == ("pectoral", side, "seen")
    assert len(found.passes) in (6, 7)
    last = seen[-1].feedback
    assert last is not None
    assert last.contact.followed
    assert last.contact.position == pytest.approx(contact(13.9), abs=0.1)


def test_a_roller_that_is_seen_along_the_line_of_the_other_leg_is_not_under_this_one() -> None:
    make, contact, cameras = DOES["calf"]
    eyes = OneSided(contact, "left")
    sets, _ = watched(lambda t: make("right", contact(t)), 10.0, cameras["right"], eyes, move="calf", side="right")
    assert sets == ()


@pytest.mark.parametrize("seeing", [True, False], ids=["seen", "by the rule"])
def test_left_and_right_taken_for_each_other_for_a_second_now_and_then_change_nothing(seeing: bool) -> None:
    contact = rolls(0.05, 0.45, start=2.0)
    pipeline = PipelineRun(PipelineOptions(MOVES), Eyes(contact) if seeing else None)
    seen = []
    for t in moments(0.0, 14.0, FPS):
        true = pose(thoracic(contact(t)), t, Camera(30.0))
        seen.append(pipeline.advance(frame(t), exchanged(true) if t % 4.0 > 2.6 else true))
    found = only(pipeline.finish())
    assert (found.move.id, len(found.passes)) == ("thoracic", 6)
    assert "out" not in [s.feedback.phase for s in seen if s.feedback is not None]
    assert all(s.body is not None and s.body.measures["facing_up"] > 45.0 for s in seen)


@pytest.mark.parametrize("name", DOES)
def test_a_mirrored_clip_is_the_same_on_the_other_side(name: str) -> None:
    make, contact, cameras = DOES[name]
    act = lambda t: make("right", contact(t))  # noqa: E731
    plain = only(watched(act, 8.0, cameras["right"], Eyes(contact))[0])
    swapped = only(watched(act, 8.0, cameras["right"], Eyes(contact), mirror=True)[0])
    assert (plain.side, swapped.side) == ("right", "left")
    assert len(plain.passes) == len(swapped.passes) == 4
    assert swapped.time_on_target_s == pytest.approx(plain.time_on_target_s, abs=0.3)


# Who does nothing


NO_MOVE: dict[str, Act] = {
    "walking": walking, "standing": lambda t: standing(), "lying": lambda t: lying(),
    "bridging": lambda t: bridge(0.14 + 0.10 * abs(t % 3 - 1.5)), "sitting": lambda t: sitting(),
    "on a chair": lambda t: on_a_chair(), "squatting": lambda t: squatting(abs(t % 3 - 1.5) / 1.5),
    "push-ups": lambda t: push_up(abs(t % 2 - 1)), "away": lambda t: None,
}  # fmt: skip


@pytest.mark.parametrize("name", NO_MOVE)
def test_who_rolls_on_nothing_has_no_set(name: str) -> None:
    sets, seen = watched(NO_MOVE[name], 8.0, Camera(at=(100.0, 400.0)))
    assert sets == ()
    assert all(s.feedback is None or s.feedback.pass_count == 0 for s in seen)


def test_lying_beside_a_roller_is_no_set_unless_it_is_seen_under_the_trunk() -> None:
    assert watched(lambda t: lying(), 8.0, eyes=Eyes(lambda t: None))[0] == ()


# Evidence before verdict


@pytest.mark.parametrize("name", DOES)
@pytest.mark.parametrize("named", [True, False])
def test_the_posture_and_the_motion_of_a_move_without_a_tool_are_nothing(name: str, named: bool) -> None:
    make, contact, cameras = DOES[name]
    options = {"move": name} if named else {}
    sets, seen = watched(lambda t: make("left", contact(t)), 10.0, cameras["left"], Eyes(lambda t: None), **options)
    assert sets == ()
    assert all(s.feedback is None or not (s.feedback.set_open or s.feedback.new_faults) for s in seen)
    assert all(s.feedback is None or s.feedback.pass_count == 0 for s in seen)


@pytest.mark.parametrize(("name", "opens"), [("calf", False), ("glute", True), ("pectoral", True)])
def test_a_tool_that_is_never_surely_seen_counts_where_the_body_covers_it(name: str, opens: bool) -> None:
    make, contact, cameras = DOES[name]
    sets, _ = watched(lambda t: make("left", contact(t)), 10.0, cameras["left"], Eyes(contact, chance=0.65))
    assert [(s.move.id, s.side, s.tool) for s in sets] == ([(name, "left", "seen")] if opens else [])


def test_who_is_in_position_with_nothing_to_roll_on_is_told_so_within_five_seconds() -> None:
    contact = rolls(0.05, 0.45)
    pipeline = PipelineRun(PipelineOptions(MOVES, "thoracic"), Eyes(lambda t: None))
    notices = [pipeline.advance(frame(t), pose(thoracic(contact(t)), t)).notice for t in moments(0.0, 6.0, FPS)]
    assert pipeline.finish() == ()
    assert notices.index("No roller seen under you") / FPS < 5.0
    assert pipeline.remark == "no roller seen under you: nothing was counted"


def test_nobody_in_the_position_of_the_move_named_is_another_remark() -> None:
    pipeline = PipelineRun(PipelineOptions(MOVES, "thoracic"), Eyes(lambda t: None))
    for t in moments(0.0, 5.0, FPS):
        assert pipeline.advance(frame(t), pose(standing(), t)).notice is None
    assert pipeline.finish() == ()
    assert pipeline.remark == "nobody was in the position of the upper back roll: nothing was counted"


def test_a_tool_seen_late_makes_a_set_of_what_went_before_it_by_seconds_only() -> None:
    """Ten seconds on nothing, then a roller under the same posture: the set begins with the roller."""
    contact = rolls(0.05, 0.45)
    eyes = Eyes(lambda t: contact(t) if t >= 10.0 else None)
    found = only(watched(lambda t: thoracic(contact(t)), 18.0, eyes=eyes)[0])
    assert 8.0 <= found.start_s <= 11.0
    assert found.tool == "seen"
    assert found.time_on_target_s == pytest.approx(18.0 - found.start_s, abs=0.7)


def test_a_tool_taken_away_ends_the_set() -> None:
    contact = rolls(0.05, 0.45)
    eyes = Eyes(lambda t: contact(t) if t < 8.0 else None)
    found = only(watched(lambda t: thoracic(contact(t)), 20.0, eyes=eyes)[0])
    assert found.end_s < 14.0


def hiding(name: str) -> dict[str, Any]:
    """The moves, `name` with a place that no view shows."""
    views = ("side", "oblique", "front", "back")
    segment = MOVES[name].segment.model_copy(update={"hidden_from": views})
    return {**MOVES, name: MOVES[name].model_copy(update={"segment": segment})}


@pytest.mark.parametrize("named", [True, False])
def test_a_hidden_place_is_assumed_only_for_who_named_the_move(named: bool) -> None:
    contact = rolls(0.05, 0.45)
    pipeline = PipelineRun(PipelineOptions(hiding("thoracic"), "thoracic" if named else None), Eyes(lambda t: None))
    for t in moments(0.0, 9.0, FPS):
        pipeline.advance(frame(t), pose(thoracic(contact(t)), t))
    sets = pipeline.finish()
    assert [(s.tool, len(s.passes)) for s in sets] == ([("assumed", 4)] if named else [])


def thin(contact: float) -> Joints:
    """On a roller of 10 cm: shoulders and hips are hardly higher than on the floor."""
    return thoracic(contact, hips=0.08, shoulders=0.09)


def test_on_a_thin_roller_the_tool_tells_that_it_is_a_roll() -> None:
    contact = rolls(0.05, 0.45, start=2.0)
    found = only(watched(lambda t: thin(contact(t)), 8.0, eyes=Eyes(contact, spread=SURE_SPREAD - 0.005))[0])
    assert (found.move.id, len(found.passes)) == ("thoracic", 3)
    assert "hips_lifted" not in [fault.check.id for fault in found.faults]  # the trunk is level: they are up


@pytest.mark.parametrize("eyes", [Eyes(lambda t: 0.3, spread=SURE_SPREAD + 0.01), Eyes(lambda t: None), None])
def test_a_tool_that_may_lie_beside_somebody_flat_makes_no_set(eyes: Eyes | None) -> None:
    assert watched(lambda t: thin(0.3), 8.0, eyes=eyes)[0] == ()


@pytest.mark.parametrize(("place", "opens"), [(0.7, True), (0.95, False)])
def test_who_sits_on_the_tool_does_not_roll_the_back(place: float, opens: bool) -> None:
    leaning = thoracic(0.3, hips=0.10, shoulders=0.27)
    sets = watched(lambda t: leaning, 8.0, eyes=Eyes(lambda t: place), move="thoracic")[0]
    assert len(sets) == opens


# A session


def test_getting_into_position_and_leaving_count_nothing() -> None:
    """Walks in, sits down, lies down and up, rolls, sits up, stands up, walks out."""
    contact = rolls(0.05, 0.45)
    act = then(
        (3.0, lambda t: walking(t - 3)), (1.5, lambda t: sitting()), (1.0, lambda t: lying()),
        (8.0, lambda t: thoracic(contact(t))),
        (1.5, lambda t: sitting()), (1.5, lambda t: standing()), (4.0, walking),
    )  # fmt: skip
    sets, seen = watched(act, 21.0, Camera(at=(200.0, 400.0)), Eyes(lambda t: contact(t - 5.5)))
    found = only(sets)
    assert len(found.passes) == 4
    assert found.faults == ()
    assert found.start_s == pytest.approx(5.5, abs=1.0)
    assert found.end_s == pytest.approx(13.5, abs=1.0)
    assert seen[-1].feedback is None


def test_sets_one_after_another_are_told_apart_with_their_move_and_side() -> None:
    """Between the calves one sits up for longer than the three seconds that end a set."""
    contact = rolls(0.2, 0.7)
    act = then(
        (6.0, lambda t: calf("right", contact(t))), (5.0, lambda t: sitting()),
        (6.0, lambda t: calf("right", contact(t))), (5.0, lambda t: sitting()),
        (6.0, lambda t: thoracic(contact(t) - 0.2)), (5.0, lambda t: standing()),
    )  # fmt: skip
    sets, _ = watched(act, 33.0)
    assert [(s.move.id, s.side, len(s.passes)) for s in sets] == [
        ("calf", "right", 3), ("calf", "right", 3), ("thoracic", None, 3),
    ]  # fmt: skip
    for one, next_ in pairwise(sets):
        assert one.end_s < next_.start_s


def test_a_short_break_does_not_end_the_set() -> None:
    act = then((4.0, lambda t: calf("right")), (1.5, lambda t: sitting()), (4.0, lambda t: calf("right")))
    assert len(watched(act, 9.0)[0]) == 1


def test_a_person_who_leaves_and_comes_back_begins_a_new_set() -> None:
    act = then((5.0, lambda t: thoracic()), (5.0, lambda t: None), (5.0, lambda t: thoracic()))
    assert [round(s.start_s) for s in watched(act, 15.0)[0]] == [0, 10]


def test_pictures_without_the_person_are_unknown_and_no_fault() -> None:
    sets, _ = watched(lambda t: None if 4.0 < t < 5.5 else thoracic(), 9.0, eyes=Eyes(lambda t: 0.3))
    assert only(sets).faults == ()


def test_the_set_under_way_can_be_looked_at_without_ending_it() -> None:
    pipeline = PipelineRun(PipelineOptions(MOVES), None)
    contact = rolls(0.05, 0.45)
    counts = []
    for t in moments(0.0, 10.0, FPS):
        pipeline.advance(frame(t), pose(thoracic(contact(t)), t))
        counts.append(sum(len(s.passes) for s in pipeline.so_far()))
    assert counts == sorted(counts)
    assert len(only(pipeline.finish()).passes) == counts[-1] == 5


# Faults of real moves


def test_leaning_is_unknown_from_right_behind() -> None:
    """There a lean goes away from the camera: neither a fault nor praise."""
    sets, _ = watched(lambda t: pectoral("right", lean=1.0), 8.0, Camera(85.0), Eyes(lambda t: 0.65, on_floor=True))
    done = only(sets)
    ok, fault, unknown = done.check_s["leaning_in"]
    assert not done.faults
    assert (ok, fault) == (0.0, 0.0)
    assert unknown > 5.0


@pytest.mark.parametrize(
    ("check", "bad", "good", "camera", "contact"),
    [
        ("hips_lifted", thoracic(hips=0.08), thoracic(), Camera(), 0.3),
        ("hands_behind_head", thoracic(hands="down"), thoracic(), Camera(), 0.3),
        ("hips_lifted", calf("right", hips=0.05), calf("right"), Camera(), 0.45),
        ("leg_crossed", calf("right", crossed=False), calf("right"), Camera(), 0.45),
        ("ankle_crossed", glute("right", crossed=False), glute("right"), Camera(), 0.0),
        ("rolled_to_side", glute("right", roll=3.0), glute("right"), Camera(-60.0), 0.0),
        ("leaning_in", pectoral("right", lean=1.0), pectoral("right"), BEHIND["right"], 0.65),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_a_posture_fault_is_found_where_it_was(
    check: str, bad: Joints, good: Joints, camera: Camera, contact: float
) -> None:
    """It blends in and out over a second, centred on its start and end."""

    def act(t: float) -> Joints:
        share = float(np.clip(min(t - 3.5, 7.5 - t), 0.0, 1.0))
        return {name: (1 - share) * good[name] + share * bad[name] for name in good}

    sets, _ = watched(act, 11.0, camera, Eyes(lambda t: contact, on_floor=True))
    (fault,) = only(sets).faults
    assert fault.check.id == check
    assert fault.start_s == pytest.approx(4.0, abs=0.6)
    assert fault.end_s == pytest.approx(7.0, abs=0.7)
    assert fault.decided_s - 4.0 <= 1.5


def test_rolling_onto_the_lower_back_is_a_safety_fault_and_off_target() -> None:
    contact = lambda t: 0.3 if t < 4 else 0.75 if 5 <= t < 8 else 0.3 + 0.45 * (t - 4 if t < 5 else max(9 - t, 0))  # noqa: E731
    sets, seen = watched(lambda t: thoracic(contact(t)), 12.0, eyes=Eyes(contact))
    found = only(sets)
    low = [f for f in found.faults if f.check.id == "off_lower_back"]
    assert [f.check.severity for f in low] == ["safety"]
    assert low[0].start_s == pytest.approx(4.8, abs=0.5)
    assert not any(s.feedback is not None and s.feedback.on_target for s in seen if 5.2 < s.t < 7.8)


@pytest.mark.parametrize("knees", [70.0, 120.0])
def test_knees_that_are_not_bent_right_are_found_at_set_up_and_over_the_passes(knees: float) -> None:
    contact = rolls(0.05, 0.45, start=3.0)
    sets, _ = watched(lambda t: thoracic(contact(t), knees=knees), 9.0, eyes=Eyes(contact))
    assert "knees_90" in {f.check.id for f in only(sets).faults}


def test_hidden_hands_are_unknown_not_wrong() -> None:
    pipeline = PipelineRun(PipelineOptions(MOVES), None)
    for t in moments(0.0, 6.0, FPS):
        hidden = ("left_elbow", "right_elbow", "left_wrist", "right_wrist")
        pipeline.advance(frame(t), pose(thoracic(), t, hidden=hidden))
    found = only(pipeline.finish())
    assert found.faults == ()
    ok, bad, unknown = found.check_s["hands_behind_head"]
    assert (ok, bad) == (0.0, 0.0)
    assert unknown > 5.0


# The contact of a set


def test_a_tool_first_seen_late_is_put_right_and_no_pass() -> None:
    """It was assumed at 0.3; nobody moved."""
    sets, seen = watched(lambda t: thoracic(-0.1), 9.0, eyes=Eyes(lambda t: -0.1 if t > 4 else None))
    assert seen[-1].feedback.contact.position == pytest.approx(-0.1, abs=0.05)  # type: ignore[union-attr]
    assert (only(sets).passes, only(sets).faults) == ((), ())


def test_a_tool_moved_by_hand_is_found_again_and_no_pass() -> None:
    sets, seen = watched(lambda t: thoracic(0.1), 12.0, eyes=Eyes(lambda t: 0.1 if t < 5 else 0.5))
    assert seen[-1].feedback.contact.position == pytest.approx(0.5, abs=0.05)  # type: ignore[union-attr]
    assert (only(sets).passes, only(sets).faults) == ((), ())


def test_the_start_that_the_user_gives_is_where_the_contact_begins() -> None:
    _, seen = watched(lambda t: thoracic(), 4.0, start_at=0.1)
    feedback = seen[-1].feedback
    assert feedback is not None
    assert feedback.contact.position == pytest.approx(0.1, abs=0.01)
    assert feedback.contact.sure


def test_a_jump_of_the_pose_is_no_pass() -> None:
    """For a moment the whole figure is found a third of a trunk away, and back."""
    act = lambda t: thoracic(shift=0.15 if 4.0 <= t < 4.3 or 6.0 <= t < 6.1 else 0.0)  # noqa: E731
    assert only(watched(act, 9.0)[0]).passes == ()


def test_a_shaking_camera_rolls_nothing() -> None:
    """The room's corners tell the camera's movement from the person's."""
    rng = np.random.default_rng(3)
    camera_motion = rng.integers(0, 255, (60, 80, 3), np.uint8).repeat(8, 0).repeat(8, 1)
    pipeline = PipelineRun(PipelineOptions(MOVES), None)
    for t in moments(0.0, 8.0, FPS):
        aside = round(14 * np.sin(1.5 * t))
        figure = pose(thoracic(), t, Camera(at=(320.0 + aside, 400.0)))
        pipeline.advance(type(frame(t))(t, np.roll(camera_motion, aside, axis=1)), figure)
    assert only(pipeline.finish()).passes == ()


# What the user asks for


def test_a_named_move_and_side_is_the_only_one_looked_for() -> None:
    assert watched(lambda t: thoracic(), 5.0, move="calf")[0] == ()
    assert only(watched(lambda t: calf("right"), 5.0, move="calf", side="right")[0]).side == "right"


@pytest.mark.parametrize("start", [0.0, 1.13])
def test_the_tool_is_looked_for_at_the_same_pictures_whenever_somebody_gets_on_it(start: float) -> None:
    pipeline = PipelineRun(PipelineOptions(MOVES, "thoracic"), Eyes(lambda t: 0.3))
    looked = []
    for t in moments(0.0, 6.0, 30.0):
        seen = pipeline.advance(frame(t), pose(thoracic() if t >= start else walking(t), t))
        looked += [t] if seen.searched is not None else []
        if t > start + 1.0:
            assert seen.feedback is not None
            assert seen.feedback.contact.detection is not None, t  # the last sight stays between looks
    due = [t for t in moments(0.0, 6.0, 30.0) if round(30 * t) % round(30 * LOOK_EVERY_S) == 0]
    assert len(looked) > 20
    assert looked == due[-len(looked) :]


def test_strictness_reaches_the_checks() -> None:
    for strictness, faulty in (("beginner", False), ("strict", True)):
        sets, _ = watched(lambda t: thoracic(hips=0.112), 6.0, strictness=strictness)
        assert bool(only(sets).faults) == faulty, strictness


def test_another_person_walking_through_is_not_followed() -> None:
    """The pose jumps to a passer-by for a second."""

    def at(t: float) -> Pose:
        if 4.0 <= t < 5.0:
            return pose(walking(t - 4.5), t, Camera(scale=380.0, at=(700.0, 420.0)))
        return pose(thoracic(), t)

    pipeline = PipelineRun(PipelineOptions(MOVES), None)
    for t in moments(0.0, 9.0, FPS):
        pipeline.advance(frame(t), at(t))
    found = only(pipeline.finish())
    assert (found.passes, found.faults) == ((), ())
    assert found.end_s > 8.0


# Clips that were cut


def rolling_person(t: float, contact: float | None = None, shift: float = 0.0) -> Joints:
    return thoracic(zigzag(t, 0.05, 0.45, 3.0) if contact is None else contact, shift=shift)


@pytest.mark.parametrize("seeing", [True, False], ids=["seen", "by the rule"])
def test_no_pass_spans_a_jump_in_time_at_the_same_place(seeing: bool) -> None:
    """Somebody rolls evenly; at 8.2 s six seconds were cut out, after which they are as far on in a pass, and lie a
    little further along: nothing but that tells it."""

    def when(t: float) -> float:
        return t if t < 8.2 else t + 6.0

    def act(t: float) -> Joints:
        return rolling_person(when(t), shift=0.0 if t < 8.2 else 0.2)

    eyes = Eyes(lambda t: zigzag(when(t), 0.05, 0.45, 3.0)) if seeing else None
    sets, seen = watched(act, 16.0, eyes=eyes, move="thoracic")
    found = only(sets)
    assert len(found.passes) >= 4
    assert not any(p.start_s < 8.15 and p.end_s > 8.25 for p in found.passes)
    assert all(p.speed_cm_s < 12.0 for p in found.passes)
    assert not any(f.check.id == "slow" for f in found.faults)
    assert all(not s.feedback.speed_cm_s > 30.0 for s in seen if s.feedback is not None)


class Cut:
    """Somebody else looked at the pictures: little changes but at one moment."""

    def __init__(self, at_s: float | None) -> None:
        self._at = at_s

    def compare(self, frame: Frame, pose: Pose, camera_motion: np.ndarray) -> Change | None:
        del pose, camera_motion
        cut = self._at is not None and abs(frame.t - self._at) < 0.01
        return Change(0.9, 0.05, 0.8, 0.05) if cut else Change(0.3, 0.05, 0.2, 0.05)


@pytest.mark.parametrize("seeing", [True, False], ids=["seen", "by the rule"])
def test_no_pass_spans_a_small_jump_that_the_picture_tells(seeing: bool) -> None:
    """Two thirds of a second were cut out at 8.2 s: the tool jumps by a tenth of the segment, and rolls on that way."""
    cut_s = round(8.2 * FPS) / FPS

    def when(t: float) -> float:
        return t if t < cut_s - 0.01 else t + 0.67

    def passes(changes: Cut) -> tuple[PassDone, ...]:
        eyes = Eyes(lambda t: zigzag(when(t), 0.05, 0.45, 3.0)) if seeing else None
        pipeline = PipelineRun(PipelineOptions(MOVES, move="thoracic"), eyes, changes=changes)
        for t in moments(0.0, 16.0, FPS):
            pipeline.advance(frame(t), pose(rolling_person(when(t)), t))
        return only(pipeline.finish()).passes

    def spanning(found: tuple[PassDone, ...]) -> list[PassDone]:
        return [p for p in found if p.start_s < cut_s - 0.1 and p.end_s > cut_s + 0.1]

    assert spanning(passes(Cut(None)))  # nothing but the picture tells it
    told = passes(Cut(cut_s))
    assert not spanning(told)
    assert len(told) >= 4
    assert all(p.speed_cm_s < 12.0 for p in told)


def test_another_person_elsewhere_begins_another_set() -> None:
    """The picture changes to somebody who rolls a metre further on."""
    sets, _ = watched(lambda t: rolling_person(t, shift=0.0 if t < 10 else 0.6), 24.0, move="thoracic")
    first, second = sets
    assert first.end_s <= 10.1
    assert second.start_s >= 9.9
    assert all(p.end_s <= 10.1 for p in first.passes)


def test_after_a_long_gap_in_the_pictures_another_set_begins() -> None:
    pipeline = PipelineRun(PipelineOptions(MOVES, move="thoracic"), None)
    for t in (*moments(0.0, 8.0, FPS), *moments(20.0, 28.0, FPS)):
        pipeline.advance(frame(t), pose(rolling_person(t), t))
    first, second = pipeline.finish()
    assert (first.end_s, second.start_s) == (pytest.approx(7.9, abs=0.2), pytest.approx(20.0, abs=1.1))


@pytest.mark.parametrize("pass_s", [0.7, 1.0, 3.0])
def test_who_rolls_however_fast_is_not_taken_for_a_cut(pass_s: float) -> None:
    poses = [pose(thoracic(zigzag(t, 0.05, 0.45, pass_s)), t) for t in moments(0.0, 6.0, FPS)]
    assert not any(leap_of(a, b, np.zeros(2)) for a, b in pairwise(poses))
