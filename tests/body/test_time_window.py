"""The short memory of a value."""

from math import isnan, nan
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_vision.body.time_window import Recent

values = st.floats(-1e6, 1e6)


def test_an_empty_memory_knows_nothing() -> None:
    recent = Recent(1.0)
    assert all(isnan(value) for value in (recent.median, recent.mean, recent.spread))
    assert recent.span == 0.0


def test_what_is_too_old_is_forgotten_by_its_own_time() -> None:
    recent = Recent(1.0)
    for t, value in ((0.0, 100.0), (0.5, 1.0), (1.4, 3.0)):
        recent.add(t, value)
    assert (recent.median, recent.mean, recent.spread) == (2.0, 2.0, 2.0)
    assert recent.span == pytest.approx(0.9)


def test_a_value_that_is_not_measured_is_not_kept_but_time_goes_on() -> None:
    recent = Recent(1.0)
    recent.add(0.0, 5.0)
    recent.add(0.5, nan)
    assert recent.median == 5.0
    recent.add(1.5, nan)
    assert isnan(recent.median)


def test_one_wild_value_does_not_move_the_median() -> None:
    recent = Recent(1.0)
    for number in range(9):
        recent.add(number / 10, 1000.0 if number == 4 else 7.0)
    assert recent.median == 7.0


def test_cleared_memory_is_empty() -> None:
    recent = Recent(1.0)
    recent.add(0.0, 1.0)
    recent.clear()
    assert isnan(recent.mean)


@given(st.lists(st.tuples(st.floats(0.01, 0.5), values), min_size=1, max_size=40), st.floats(0.1, 2.0))
def test_never_reaches_further_back_than_asked(steps: list[tuple[float, float]], seconds: float) -> None:
    recent = Recent(seconds)
    t = 0.0
    for step, value in steps:
        t += step
        recent.add(t, value)
        assert recent.span <= seconds + 1e-9
        assert recent.spread >= 0


@given(
    st.lists(
        st.tuples(st.floats(0.01, 0.5), st.sampled_from([-2.0, 0.0, 1.0, 1.5, 7.0, nan]), st.booleans()), max_size=40
    ),
    st.floats(0.1, 2.0),
)
def test_the_median_is_of_what_is_kept_whenever_it_is_asked_for(
    steps: list[tuple[float, float, bool]], seconds: float
) -> None:
    recent = Recent(seconds)
    kept: list[tuple[float, float]] = []
    t = 0.0
    for step, value, asked in steps:
        t += step
        recent.add(t, value)
        kept = [(then, v) for then, v in [*kept, (t, value)] if then >= t - seconds and not isnan(v)]
        if asked:
            assert recent.median == median(v for _, v in kept) if kept else isnan(recent.median)
