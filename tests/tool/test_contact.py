"""The contact: seen, inferred by the half-speed rule, and both together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf, isnan, pi, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_vision.body import BodyEstimator
from smr_vision.moves import load_moves
from smr_vision.tool import FASTEST_CM_S, MOST_SPREAD, MOVED_S, STATURE_CM, Contact, ContactTracker
from smr_vision.tool.axis import Rolled, SegmentAxis, axis_of
from smr_vision.tool.contact import FOLLOWED_S
from tests.people import Camera, Joints, calf, detection, glute, moments, pectoral, pose, thoracic, zigzag

MOVES = load_moves()
UNIT = 100.0
ALONG = MOVES["thoracic"].segment
FPS = 15.0


def axis(shift: float = 0.0, turn: float = 0.0, length: float = UNIT) -> SegmentAxis:
    """A segment that has shifted along itself by so many units."""
    unit = length * np.array([np.cos(turn), np.sin(turn)])
    return SegmentAxis(np.array([50.0, 80.0]) + shift * unit, unit)


def tracked(
    tracker: ContactTracker,
    shift: Callable[[float], float],
    end: float,
    start: float = 0.0,
    seen: Callable[[float], float | None] = lambda t: None,
    confidence: float = 0.9,
) -> list[Contact]:
    """Contacts over time; `seen` gives where along the segment the tool is seen."""
    found = []
    for t in moments(start, end, FPS):
        here, place = axis(shift(t)), seen(t)
        found.append(tracker.track(t, here, None if place is None else detection(here, place, confidence)))
    return found


# The half-speed rule


def test_nobody_knows_where_it_is_at_first_but_the_start_is_assumed() -> None:
    contact = ContactTracker(0.3, ALONG).track(0.0, axis(), None)
    assert contact.position == 0.3
    assert contact.source == "inferred"
    assert not contact.sure


def test_a_start_given_by_the_user_is_not_followed_by_the_net_of_the_rolling() -> None:
    """Which knows how far the tool rolls, but in a few seconds not where it is; a precise sight tells that."""
    tracker = ContactTracker(0.3, MOVES["pectoral"].segment, given=True)
    still = Rolled(0.0, to_scale=True)
    assert not tracker.track(0.0, axis(), None, rolled=still).sure
    for t in moments(0.1, 1.5, FPS):
        seen = tracker.track(t, axis(), detection(axis(), 0.3), rolled=still)
    assert seen.sure


def test_a_start_given_by_the_user_is_believed() -> None:
    contact = ContactTracker(0.3, ALONG, given=True).track(0.0, axis(), None)
    assert contact.sure
    assert contact.position == 0.3


@given(st.floats(-0.8, 0.8), st.floats(0.0, 2 * pi))
def test_a_shift_of_the_body_moves_the_contact_half_as_far_the_other_way(shift: float, turn: float) -> None:
    tracker = ContactTracker(0.3, ALONG)
    contact = None
    for number in range(31):
        contact = tracker.track(number / FPS, axis(shift * number / 30, turn), None)
    assert contact is not None
    assert contact.position == pytest.approx(0.3 - shift / 2, abs=0.01)


def test_a_shift_square_to_the_segment_moves_nothing() -> None:
    tracker = ContactTracker(0.3, ALONG)
    for number in range(31):
        contact = tracker.track(number / FPS, SegmentAxis(np.array([0.0, 3.0 * number]), np.array([UNIT, 0.0])), None)
    assert contact.position == pytest.approx(0.3)


def test_when_the_room_moves_in_the_picture_the_camera_shook_and_nobody_rolled() -> None:
    tracker = ContactTracker(0.3, ALONG)
    for number in range(20):
        contact = tracker.track(number / FPS, axis(0.02 * number), None, camera_motion=np.array([2.0 * number, 0.0]))
    assert contact.position == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("make", "move", "side", "camera", "low", "high"),
    [
        (thoracic, "thoracic", None, Camera(), 0.1, 0.5),
        (lambda c: calf("right", c), "calf", "right", Camera(), 0.2, 0.7),
        (lambda c: pectoral("left", c), "pectoral", "left", Camera(110.0), 0.4, 1.0),
        (lambda c: pectoral("right", c), "pectoral", "right", Camera(60.0), 0.4, 1.0),
        (lambda c: glute("right", c), "glute", "right", Camera(-10.0), -0.3, 0.3),
    ],
    ids=["between", "between, one leg", "across left", "across right", "floor"],
)
def test_the_rule_follows_a_figure_that_rolls(
    make: Callable[[float], Joints], move: str, side: str | None, camera: Camera, low: float, high: float
) -> None:
    segment = MOVES[move].segment
    meter, tracker = BodyEstimator(), ContactTracker(low, segment, given=True)
    for t in moments(0.0, 8.0, FPS):
        place = zigzag(t, low, high, 2.0)
        body = meter.estimate(pose(make(place), t, camera))
        assert body is not None
        contact = tracker.track(t, axis_of(body, segment, side), None)
        assert contact.position == pytest.approx(place, abs=0.15 * (high - low))


@pytest.mark.parametrize("longer", [0.8, 1.4])
def test_the_rules_changes_are_in_the_segments_length_as_the_finder_sees_it(longer: float) -> None:
    tracker = ContactTracker(0.3, ALONG)
    for number in range(60):
        seen = replace(detection(axis(), 0.3), length=longer * UNIT) if number < 15 else None
        contact = tracker.track(number / FPS, axis(0.005 * max(number - 19, 0)), seen)
    assert contact.position == pytest.approx(0.3 - 0.1 / longer, abs=0.005)


def test_a_sight_too_vague_to_tell_the_place_does_not_tell_the_length_either() -> None:
    tracker = ContactTracker(0.3, ALONG)
    vague = replace(detection(axis(), 0.3), length=2 * UNIT, spread=MOST_SPREAD + 0.01)
    for number in range(60):
        contact = tracker.track(number / FPS, axis(0.005 * max(number - 19, 0)), vague)
    assert contact.position == pytest.approx(0.2, abs=0.005)


def test_a_jump_of_the_pose_moves_no_contact_but_leaves_doubt() -> None:
    tracker = ContactTracker(0.3, ALONG, given=True)
    before = tracked(tracker, lambda t: 0.0, 1.0)[-1]
    jump = 4 * FASTEST_CM_S / (ALONG.length_h * STATURE_CM) / FPS
    after = tracked(tracker, lambda t: jump, 1.2, start=1.0)[-1]
    assert after.position == pytest.approx(0.3, abs=0.001)
    assert after.confidence < before.confidence


def test_a_fast_pass_is_no_jump() -> None:
    """A pass of 0.4 in 0.6 s, much too fast, is still followed."""
    tracker = ContactTracker(0.1, ALONG, given=True)
    contact = tracked(tracker, lambda t: -2 * zigzag(t, 0.0, 0.4, 0.6), 0.6)[-1]
    assert contact.position == pytest.approx(0.5, abs=0.06)


def test_after_a_gap_nothing_is_inferred_from_what_happened_in_it() -> None:
    tracker = ContactTracker(0.3, ALONG, given=True)
    tracked(tracker, lambda t: 0.0, 1.0)
    assert tracker.track(5.0, axis(0.5), None).position == pytest.approx(0.3)


def test_a_wobble_of_the_segments_length_moves_no_contact() -> None:
    tracker = ContactTracker(0.3, ALONG, given=True)
    for number in range(60):
        here = axis(length=UNIT * (1 + 0.05 * sin(2.0 * number)))
        middle = SegmentAxis(np.array([100.0, 0.0]) - here.unit / 2, here.unit)
        contact = tracker.track(number / FPS, middle, None)
    assert contact.position == pytest.approx(0.3, abs=0.02)


def test_while_what_keeps_its_slant_turns_the_movement_is_not_steady() -> None:
    """Sitting up or lying down is no rolling."""
    tracker = ContactTracker(0.3, ALONG, given=True)
    steady = {t: tracker.track(t, axis(), None, slant=40.0 * min(max(t - 1, 0), 1)).steady for t in moments(0.0, 4.0)}
    assert all(steady[t] for t in steady if t <= 1.0 or t > 2.8)
    assert not any(steady[t] for t in steady if 1.4 < t < 2.0)


def test_off_the_tool_nothing_rolls_and_its_place_waits() -> None:
    tracker = ContactTracker(0.1, ALONG, given=True)
    before = tracked(tracker, lambda t: -2 * zigzag(t, 0.0, 0.4, 2.0), 2.0)[-1]
    for t in moments(2.0, 4.0, FPS):
        off = tracker.track(t, axis(-0.8 + 0.2 * (t - 2)), None, pressed=False)
    assert off.position == pytest.approx(before.position, abs=0.2)
    for t in moments(4.0, 5.0, FPS):
        again = tracker.track(t, axis(-0.4 - 0.2 * (t - 4)), None)
    assert again.position == pytest.approx(off.position + 0.1, abs=0.04)


def test_without_a_sight_the_rule_grows_less_sure_with_every_pass() -> None:
    contacts = tracked(ContactTracker(0.1, ALONG, given=True), lambda t: -2 * zigzag(t, 0.0, 0.4, 2.0), 60.0)
    assert contacts[0].sure
    confidences = [c.confidence for c in contacts[:: int(FPS * 4)]]
    assert confidences == sorted(confidences, reverse=True)
    assert confidences[-1] < confidences[0] - 0.1


# Seeing


def test_a_tool_that_is_seen_is_where_it_is_seen() -> None:
    contacts = tracked(ContactTracker(0.3, ALONG), lambda t: 0.0, 3.0, seen=lambda t: 0.5)
    assert contacts[-1].position == pytest.approx(0.5, abs=0.05)
    assert contacts[-1].source == "seen"
    assert contacts[-1].sure


def test_rolling_and_seen_it_is_followed_closely() -> None:
    def place(t: float) -> float:
        return zigzag(t, 0.1, 0.5, 2.0)

    noise = np.random.default_rng(1).normal(0, 0.03, 1000)
    contacts = tracked(
        ContactTracker(0.3, ALONG), lambda t: -2 * place(t), 12.0, seen=lambda t: place(t) + noise[round(t * FPS)]
    )  # fmt: skip
    errors = [abs(c.position - place(c.t)) for c in contacts if c.t > 2]
    assert np.median(errors) < 0.02
    assert max(errors) < 0.06


def test_a_slipping_roller_is_corrected_by_seeing_it() -> None:
    """It rolls four fifths of what the rule says: unseen the error grows, seen it stays small."""

    def place(t: float) -> float:
        return 0.3 + 0.02 * t

    def shift(t: float) -> float:
        return -2 * 0.025 * t

    blind = tracked(ContactTracker(0.3, ALONG, given=True), shift, 20.0)[-1]
    seeing = tracked(ContactTracker(0.3, ALONG, given=True), shift, 20.0, seen=place)[-1]
    assert abs(blind.position - place(20.0)) > 0.08
    assert abs(seeing.position - place(20.0)) < 0.03


def test_a_contact_stays_seen_for_a_moment_and_then_is_inferred() -> None:
    contacts = tracked(ContactTracker(0.3, ALONG), lambda t: 0.0, 6.0, seen=lambda t: 0.3 if t < 3.0 else None)
    sources = {c.t: c.source for c in contacts}
    assert all(source == "seen" for t, source in sources.items() if t < 3.3)
    assert all(source == "inferred" for t, source in sources.items() if t > 4.0)


def test_it_says_for_how_long_the_tool_was_not_seen() -> None:
    tracker = ContactTracker(0.3, ALONG)
    assert tracker.track(0.0, axis(), None).unseen_s == inf
    assert not tracker.track(0.1, axis(), None).followed
    contacts = tracked(tracker, lambda t: 0.0, 6.0, start=1.0, seen=lambda t: 0.3 if t < 3.0 else None)
    unseen = {c.t: c.unseen_s for c in contacts}
    assert all(unseen[t] == 0.0 for t in unseen if t < 3.0)
    assert unseen[5.0] == pytest.approx(2.0, abs=1.5 / FPS)
    assert contacts[-1].followed
    assert not tracker.track(6.0 + FOLLOWED_S, axis(), None).followed


def test_after_the_body_was_lost_an_old_sight_says_nothing() -> None:
    tracker = ContactTracker(0.3, ALONG)
    tracked(tracker, lambda t: 0.0, 3.0, seen=lambda t: 0.3)
    tracker.lose()
    assert tracker.track(3.0, axis(), None).unseen_s == inf
    assert tracker.track(3.2, axis(), detection(axis(), 0.3)).unseen_s == 0.0


def test_a_sight_that_is_off_is_doubted_and_after_a_second_believed() -> None:
    """The tool was moved by hand."""
    tracker = ContactTracker(0.1, ALONG)
    tracked(tracker, lambda t: 0.0, 3.0, seen=lambda t: 0.1)
    contacts = tracked(tracker, lambda t: 0.0, 6.0, start=3.0, seen=lambda t: 0.9)
    for contact in contacts:
        if contact.t < 3.0 + MOVED_S - 0.1:
            assert contact.position == pytest.approx(0.1, abs=0.02)
        if contact.t > 3.0 + MOVED_S + 0.5:
            assert contact.position > 0.7
    assert contacts[-1].position == pytest.approx(0.9, abs=0.1)


def test_a_second_tool_seen_for_a_moment_takes_nothing_over() -> None:
    contacts = tracked(
        ContactTracker(0.1, ALONG), lambda t: 0.0, 12.0, seen=lambda t: 0.9 if 3.0 < t % 4 < 3.6 else 0.1
    )  # fmt: skip
    assert all(c.position == pytest.approx(0.1, abs=0.03) for c in contacts if c.t > 1)


def test_two_stray_sights_long_apart_are_not_a_tool_that_was_moved() -> None:
    tracker = ContactTracker(0.1, ALONG)
    tracked(tracker, lambda t: 0.0, 3.0, seen=lambda t: 0.1)
    contacts = tracked(tracker, lambda t: 0.0, 9.0, start=3.0, seen=lambda t: 0.9 if t % 3 < 0.05 else None)
    assert all(c.position == pytest.approx(0.1, abs=0.03) for c in contacts)


def test_an_unsure_sight_counts_for_less() -> None:
    off = 0.08
    sure, unsure = (
        tracked(ContactTracker(0.3, ALONG, given=True), lambda t: 0.0, 0.2, seen=lambda t: 0.3 + off, confidence=c)[-1]
        for c in (0.95, 0.3)
    )
    assert 0.3 < unsure.position < sure.position < 0.3 + off


def test_at_a_wall_vague_sights_draw_the_place_slowly_and_nobody_rolled_that_way() -> None:
    tracker, moved = ContactTracker(0.3, MOVES["pectoral"].segment), 0.0
    for t in moments(0.0, 8.0, FPS):
        contact = tracker.track(t, axis(), replace(detection(axis(), 0.8), spread=2 * MOST_SPREAD))
        moved += contact.corrected
        if t < 0.5:
            assert contact.position < 0.45
    assert contact.position == pytest.approx(0.8, abs=0.05)
    assert moved == pytest.approx(contact.position - 0.3)


def test_a_vague_sight_says_that_the_tool_is_there_not_where() -> None:
    tracker = ContactTracker(0.3, ALONG)
    for t in moments(0.0, 3.0, FPS):
        contact = tracker.track(t, axis(), replace(detection(axis(), 0.8), spread=2 * MOST_SPREAD))
        assert contact.position == 0.3
        assert contact.source == "seen"


@given(st.lists(st.tuples(st.floats(-0.2, 0.2), st.one_of(st.none(), st.floats(-0.5, 1.5))), min_size=1, max_size=60))
def test_whatever_is_seen_the_contact_is_a_number_and_its_confidence_a_share(
    course: list[tuple[float, float | None]],
) -> None:
    tracker = ContactTracker(0.3, ALONG)
    for number, (shift, seen) in enumerate(course):
        here = axis(shift)
        contact = tracker.track(number / FPS, here, None if seen is None else detection(here, seen))
        assert not isnan(contact.position)
        assert 0.0 <= contact.confidence <= 1.0
        assert contact.sure == (contact.confidence >= 0.5)


def test_between_two_looks_the_tool_that_was_seen_moves_half_as_far_as_the_body() -> None:
    tracker = ContactTracker(0.3, ALONG)
    first = detection(axis(), 0.4)
    tracker.track(0.0, axis(), first)
    held = tracker.track(0.1, axis(0.04), None, looked=False)
    assert held.detection is not None
    assert held.detection.near == pytest.approx(first.near + np.array([0.02 * UNIT, 0.0]))
    assert held.detection.touch == pytest.approx(first.touch + np.array([0.02 * UNIT, 0.0]))
    assert held.source == "seen"
    assert tracker.track(0.2, axis(0.04), None).detection is None  # looked, and not seen


def test_where_nobody_is_there_is_no_contact() -> None:
    contact = Contact.nowhere(3.0)
    assert (contact.t, contact.source, contact.sure) == (3.0, "none", False)
    assert isnan(contact.position)
