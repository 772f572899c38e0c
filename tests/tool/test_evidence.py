"""Whether there is a tool at all: seen, hidden, absent, or not known yet."""

from __future__ import annotations

from collections.abc import Iterable
from math import nan

import pytest

from smr_vision.tool.evidence import GONE_S, Presence, ToolEvidence

EVERY_S = 0.2


def after(chances: Iterable[float], hidden: bool = False, kind: str = "between") -> list[Presence | None]:
    """What is known after each of the looks."""
    evidence = ToolEvidence(kind)
    told = []
    for number, chance in enumerate(chances):
        evidence.add(number * EVERY_S, chance, hidden)
        told.append(evidence.presence)
    return told


def seconds(length: float, chance: float) -> list[float]:
    return [chance] * round(length / EVERY_S)


def test_a_tool_that_is_surely_seen_for_two_seconds_is_there() -> None:
    told = after(seconds(3.0, 0.95))
    assert told[0] is None
    assert told[-1] == "seen"
    assert 1.0 < told.index("seen") * EVERY_S <= 2.0


def test_a_second_of_sure_looks_among_doubtful_ones_is_no_tool() -> None:
    assert "seen" not in after([*seconds(1.0, 0.15), *seconds(1.0, 0.95), *seconds(3.0, 0.5)])


def test_where_the_body_covers_a_tool_many_middling_looks_weigh_as_much_as_a_few_sure_ones() -> None:
    told = after(seconds(6.0, 0.65), kind="floor")
    assert told[-1] == "seen"
    assert told.index("seen") * EVERY_S >= 3.0
    assert after(seconds(6.0, 0.55), kind="across")[-1] == "seen"


def test_the_longer_somebody_stays_the_less_sure_a_covered_tool_has_to_be_seen() -> None:
    six, eight = (after(seconds(9.0, chance), kind="floor") for chance in (0.47, 0.42))
    assert 4.5 <= six.index("seen") * EVERY_S <= 6.0
    assert 6.0 < eight.index("seen") * EVERY_S <= 8.0
    assert set(after(seconds(30.0, 0.35), kind="floor")) == {None}


def test_elsewhere_middling_looks_mean_that_a_tool_lies_beside() -> None:
    assert set(after(seconds(6.0, 0.75))) == {None}


def test_one_look_alone_says_nothing() -> None:
    assert "seen" not in after([*seconds(1.0, 0.05), 0.99, 0.99, *seconds(1.0, 0.05)])


def test_an_empty_place_is_known_within_five_seconds() -> None:
    told = after(seconds(5.0, 0.02))
    assert told[-1] == "absent"
    assert told.index("absent") * EVERY_S < 3.0


def test_in_doubt_nothing_is_said() -> None:
    assert set(after(seconds(3.0, 0.45))) == {None}


def test_where_the_body_hides_the_place_its_emptiness_is_not_known() -> None:
    assert after(seconds(5.0, 0.02), hidden=True)[-1] == "hidden"
    assert after(seconds(5.0, 0.95), hidden=True)[-1] == "seen"


def test_nobody_who_could_be_looked_at_tells_nothing() -> None:
    assert set(after([nan] * 30)) == {None}


@pytest.mark.parametrize(("unseen_s", "then"), [(GONE_S - 1.0, "seen"), (GONE_S + 1.0, "absent")])
def test_a_tool_seen_once_is_followed_until_it_is_surely_gone(unseen_s: float, then: Presence) -> None:
    assert after([*seconds(2.0, 0.95), *seconds(unseen_s, 0.02)])[-1] == then
