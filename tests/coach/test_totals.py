"""Stretches of time and their sums."""

from __future__ import annotations

from itertools import accumulate
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_vision.coach.totals import Spans, length_of

STEPS = st.lists(st.tuples(st.sampled_from([1 / 30, 0.1, 0.2, 1.7]), st.booleans()), max_size=40)


@given(steps=STEPS, end=st.floats(-1.0, 70.0))
def test_seconds_before_any_time_are_those_of_the_stretches_before_it(
    steps: list[tuple[float, bool]], end: float
) -> None:
    """To the last bit, though nothing is added up again."""
    spans = Spans()
    for (step, right), t in zip(steps, accumulate(step for step, _ in steps), strict=True):
        if right:
            spans.add(t - min(step, 0.5), t)
    for until in (end, -inf, inf, *(edge for span in spans.within(-inf, inf) for edge in span)):
        assert spans.until(until) == length_of(spans.within(-inf, until))


def test_what_follows_is_added_to_a_copy_alone() -> None:
    spans = Spans()
    spans.add(0.0, 1.0)
    assert spans.followed_by([(1.0, 2.0), (4.0, 5.0)]).within(-inf, inf) == [(0.0, 2.0), (4.0, 5.0)]
    assert spans.within(-inf, inf) == [(0.0, 1.0)]
    assert spans.followed_by([(3.0, 4.0)]).until(inf) == pytest.approx(2.0)
