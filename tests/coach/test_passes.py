"""Sweeps, passes and holds of the contact."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from math import cos, nan, pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_vision.coach.passes import MOST_SAMPLES, TURN_SHARE, HoldDone, HoldFinder, Sweep, SweepFinder
from tests.drill import drill
from tests.people import moments, zigzag

LEAST = 0.2
TURN = TURN_SHARE * LEAST
Path = Callable[[float], float]


def sweeps(path: Path, end: float, start: float = 0.0, fps: float = 30.0) -> list[Sweep]:
    """All sweeps of a contact, the one under way at the end included."""
    return swept((t, path(t)) for t in moments(start, end, fps))


def swept(samples: Iterable[tuple[float, float]]) -> list[Sweep]:
    finder = SweepFinder(LEAST)
    found = [sweep for t, position in samples if (sweep := finder.add(t, position))]
    last = finder.flush()
    return found + ([last] if last else [])


def passes(found: list[Sweep]) -> list[Sweep]:
    return [sweep for sweep in found if sweep.extent >= LEAST]


def test_one_way_is_one_pass_and_there_and_back_is_two() -> None:
    assert len(passes(sweeps(lambda t: zigzag(t, 0.1, 0.5, 2.0), 2.0))) == 1
    assert len(passes(sweeps(lambda t: zigzag(t, 0.1, 0.5, 2.0), 4.0))) == 2
    assert len(passes(sweeps(lambda t: zigzag(t, 0.1, 0.5, 2.0), 20.0))) == 10


def test_a_sweep_says_whence_whither_and_when() -> None:
    first, second = sweeps(lambda t: zigzag(t, 0.1, 0.5, 2.0), 4.0)
    assert (first.start, first.end, first.grows) == (pytest.approx(0.1), pytest.approx(0.5, abs=0.01), True)
    assert (first.start_s, first.end_s) == (pytest.approx(0.0, abs=0.05), pytest.approx(2.0, abs=0.05))
    assert (second.grows, second.seconds) == (False, pytest.approx(2.0, abs=0.1))
    assert second.extent == pytest.approx(0.4, abs=0.02)


def test_wobble_is_no_turning_point() -> None:
    def wobbling(t: float) -> float:
        return zigzag(t, 0.1, 0.5, 4.0) + 0.4 * TURN * sin(40 * t)

    assert len(sweeps(wobbling, 8.0)) == 2


def test_standing_still_with_noise_is_no_sweep() -> None:
    assert sweeps(lambda t: 0.3 + 0.4 * TURN * sin(37 * t), 30.0) == []


def test_a_sweep_shorter_than_the_least_extent_is_no_pass() -> None:
    found = sweeps(lambda t: zigzag(t, 0.2, 0.2 + 0.8 * LEAST, 1.5), 12.0)
    assert len(found) == 8
    assert passes(found) == []


@pytest.mark.parametrize("pass_s", [0.4, 0.7])
def test_fast_passes_are_counted_each(pass_s: float) -> None:
    found = sweeps(lambda t: zigzag(t, 0.1, 0.5, pass_s), 10 * pass_s, fps=15.0)
    assert len(passes(found)) == 10
    assert found[3].seconds == pytest.approx(pass_s, abs=0.14)


def test_rests_at_the_turning_points_are_not_part_of_a_pass() -> None:
    """Two seconds there, two seconds of rest, two seconds back, rest again."""

    def with_rests(t: float) -> float:
        at = t % 8.0
        return 0.1 + 0.4 * (min(at / 2, 1.0) if at < 4 else max(1 - (at - 4) / 2, 0.0))

    found = sweeps(with_rests, 16.0)
    assert len(found) == 4
    for sweep in found:
        assert sweep.seconds == pytest.approx(2.0, abs=0.25)
        assert sweep.turned_s <= sweep.start_s <= sweep.end_s <= sweep.turns_s


@pytest.mark.parametrize("pass_s", [1.0, 2.0, 5.0])
def test_starting_and_slowing_down_belong_to_a_pass(pass_s: float) -> None:
    """As a sine comes and goes, with two seconds of rest at each end."""

    def smooth(t: float) -> float:
        at = t % (2 * pass_s + 4.0)
        there, back = min(at / pass_s, 1.0), min(max(at - pass_s - 2.0, 0.0) / pass_s, 1.0)
        return 0.3 - 0.2 * cos(pi * (there - back))

    for sweep in sweeps(smooth, 4 * pass_s + 8.0):
        assert sweep.seconds == pytest.approx(pass_s, rel=0.06, abs=0.07)


def test_a_rest_in_the_middle_belongs_to_the_pass() -> None:
    def halted(t: float) -> float:
        return 0.1 + 0.4 * (min(t / 2, 0.5) if t < 4 else min((t - 2) / 2 - 0.5, 1.0))

    (only,) = sweeps(halted, 5.0)
    assert only.seconds == pytest.approx(5.0, abs=0.25)


def test_getting_going_is_not_measured_from_before_the_first_move() -> None:
    found = sweeps(lambda t: zigzag(t - 5.0, 0.1, 0.5, 2.0), 9.0)
    assert len(found) == 2
    assert found[0].start_s == pytest.approx(5.0, abs=0.2)
    assert found[0].seconds == pytest.approx(2.0, abs=0.25)


def test_a_pass_ends_as_soon_as_the_contact_has_come_back_a_little() -> None:
    finder = SweepFinder(LEAST)
    for t in moments(0.0, 4.0, 30.0):
        if finder.add(t, zigzag(t, 0.1, 0.5, 2.0)):
            assert 2.0 < t <= 2.0 + TURN / 0.2 + 0.1
            return
    pytest.fail("no sweep")


def test_how_far_the_sweep_under_way_has_come_is_told_while_it_goes_on() -> None:
    finder = SweepFinder(LEAST)
    assert finder.under_way == 0.0
    for t in moments(0.0, 1.0, 30.0):
        finder.add(t, zigzag(t, 0.1, 0.5, 2.0))
    assert finder.under_way == pytest.approx(0.2, abs=0.02)


def test_a_place_put_right_is_no_movement() -> None:
    """In the middle of a pass it turns out that all was 0.3 further down."""
    finder = SweepFinder(LEAST)
    for t in moments(0.0, 1.0, 30.0):
        finder.add(t, zigzag(t, 0.1, 0.5, 2.0))
    finder.shift(0.3)
    for t in moments(1.0, 2.0, 30.0):
        finder.add(t, 0.3 + zigzag(t, 0.1, 0.5, 2.0))
    only = finder.flush()
    assert only is not None
    assert (only.start, only.end) == (pytest.approx(0.4), pytest.approx(0.8, abs=0.02))


def test_a_very_long_rest_is_not_remembered_sample_by_sample() -> None:
    finder, before = SweepFinder(LEAST), SweepFinder(LEAST)
    for number in range(2 * MOST_SAMPLES):
        finder.add(number / 30, 0.1)
    end = 2 * MOST_SAMPLES / 30
    for t in moments(0.0, 2.0, 30.0):
        finder.add(end + t, zigzag(t, 0.1, 0.5, 2.0))
        before.add(t, zigzag(t, 0.1, 0.5, 2.0))
    for _ in range(2 * MOST_SAMPLES):
        finder.add(end := end + 1 / 30, 0.49)
    one, other = finder.flush(), before.flush()
    assert one is not None
    assert other is not None
    assert one.extent == pytest.approx(other.extent)
    assert one.seconds == pytest.approx(2.0, abs=0.2)


def test_where_the_contact_is_not_known_nothing_is_swept() -> None:
    finder = SweepFinder(LEAST)
    assert all(finder.add(t, nan) is None for t in moments(0.0, 1.0))
    assert finder.flush() is None


def test_after_a_flush_it_starts_anew() -> None:
    finder = SweepFinder(LEAST)
    for t in moments(0.0, 2.0, 30.0):
        finder.add(t, zigzag(t, 0.1, 0.5, 2.0))
    assert finder.flush() is not None
    assert finder.flush() is None


places = st.lists(st.floats(-0.5, 1.5), min_size=2, max_size=60)


@given(places)
def test_sweeps_lie_end_to_end_and_turn_each_time(values: list[float]) -> None:
    found = swept((number / 10, value) for number, value in enumerate(values))
    for sweep in found:
        assert sweep.extent >= TURN - 1e-9
        assert sweep.turned_s <= sweep.start_s <= sweep.end_s <= sweep.turns_s
    for one, next_ in pairwise(found):
        assert one.end == next_.start
        assert one.turns_s == next_.turned_s
        assert one.grows != next_.grows


@given(places)
def test_the_sum_of_the_sweeps_is_the_way_from_the_first_to_the_last_turn(values: list[float]) -> None:
    found = swept((number / 10, value) for number, value in enumerate(values))
    if not found:
        assert max(values) - min(values) < TURN + 1e-9
        return
    signed = sum(sweep.extent if sweep.grows else -sweep.extent for sweep in found)
    assert signed == pytest.approx(found[-1].end - found[0].start, abs=1e-9)
    assert max(s.extent for s in found) <= max(values) - min(values) + 1e-9


@given(places, st.floats(-3, 3))
def test_where_along_the_body_it_happens_changes_no_sweep(values: list[float], shift: float) -> None:
    here = swept((number / 10, value) for number, value in enumerate(values))
    there = swept((number / 10, value + shift) for number, value in enumerate(values))
    if all(abs(abs(a - b) - TURN) > 1e-6 for a in values for b in values):
        assert [s.extent for s in there] == pytest.approx([s.extent for s in here], abs=1e-6)


@given(places)
def test_the_other_way_round_the_sweeps_are_the_same(values: list[float]) -> None:
    here = swept((number / 10, value) for number, value in enumerate(values))
    mirrored = swept((number / 10, -value) for number, value in enumerate(values))
    assert [(s.extent, not s.grows) for s in mirrored] == [(s.extent, s.grows) for s in here]


# Holds


def holds(
    path: Path, end: float, on_target: Callable[[float], bool] = lambda t: True, fps: float = 15.0
) -> list[HoldDone]:
    finder = HoldFinder(drill().passes)
    found = [hold for t in moments(0.0, end, fps) if (hold := finder.add(t, path(t), on_target(t)))]
    last = finder.flush()
    return found + ([last] if last else [])


def still_between(start: float, end: float) -> Path:
    """Rolls, stands still at 0.3 from `start` to `end`, and rolls on."""

    def path(t: float) -> float:
        return 0.3 if start <= t < end else 0.3 + 0.2 * abs(((t - end) % 2) - 1) + 0.1

    return path


def test_three_seconds_still_on_target_are_a_hold() -> None:
    (hold,) = holds(still_between(2.0, 7.0), 10.0)
    assert hold.start_s == pytest.approx(2.0, abs=0.3)
    assert hold.end_s == pytest.approx(7.0, abs=0.3)
    assert hold.position == pytest.approx(0.3, abs=0.02)


def test_less_than_three_seconds_are_none() -> None:
    assert holds(still_between(2.0, 4.5), 8.0) == []


def test_rolling_is_no_hold() -> None:
    assert holds(lambda t: zigzag(t, 0.1, 0.5, 2.0), 20.0) == []


def test_standing_still_off_target_is_none() -> None:
    assert holds(lambda t: 0.3, 10.0, on_target=lambda t: False) == []


def test_a_hold_ends_when_it_leaves_the_target() -> None:
    (hold,) = holds(lambda t: 0.3, 10.0, on_target=lambda t: t < 6.0)
    assert (hold.start_s, hold.end_s) == (pytest.approx(0.0, abs=0.1), pytest.approx(6.0, abs=0.1))


def test_a_hold_under_way_is_told_from_when_it_began() -> None:
    finder = HoldFinder(drill().passes)
    for t in moments(0.0, 3.5):
        finder.add(t, 0.3, True)
        assert t > 2.8 or finder.since is None
    assert finder.since == pytest.approx(0.0)


def test_a_hold_goes_on_when_its_place_is_put_right() -> None:
    finder = HoldFinder(drill().passes)
    for t in moments(0.0, 4.0):
        finder.add(t, 0.3, True)
    finder.shift(0.4)
    for t in moments(4.0, 6.0):
        finder.add(t, 0.7, True)
    hold = finder.flush()
    assert hold is not None
    assert (hold.start_s, hold.position) == (pytest.approx(0.0), pytest.approx(0.7))


def test_two_holds_are_two() -> None:
    def path(t: float) -> float:
        return 0.2 if t < 5 else 0.4

    assert len(holds(path, 10.0)) == 2


@given(st.lists(st.tuples(st.floats(0.0, 1.0), st.booleans()), min_size=1, max_size=120))
def test_no_hold_is_ever_shorter_than_three_seconds(samples: list[tuple[float, bool]]) -> None:
    finder = HoldFinder(drill().passes)
    for number, (position, on_target) in enumerate(samples):
        hold = finder.add(number / 5, position, on_target)
        assert hold is None or hold.end_s - hold.start_s >= 0.95 * 3.0


def test_a_pause_on_the_way_is_no_calm_pass() -> None:
    """A hurried sweep that stands still for six seconds half way is as fast as without them."""

    def path(t: float) -> float:
        way = min(t, 1.0) if t < 7.0 else min(t - 6.0, 2.0)
        return 0.1 + 0.2 * way if t < 8.0 else 0.5 - 0.2 * (t - 8.0)

    first = sweeps(path, 9.0)[0]
    assert first.seconds == pytest.approx(8.0, abs=0.3)
    assert first.moving_s == pytest.approx(2.0, abs=0.5)


@pytest.mark.parametrize("pass_s", [1.5, 4.0, 12.0, 40.0])
def test_an_even_pass_has_no_pause(pass_s: float) -> None:
    first = sweeps(lambda t: zigzag(t, 0.1, 0.5, pass_s), 2 * pass_s)[0]
    assert first.paused_s == 0
