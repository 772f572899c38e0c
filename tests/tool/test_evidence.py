"""Whether there is a tool at all: seen, hidden, absent, or not known yet."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan, nan

import numpy as np
import pytest

from smr_vision.moves import load_moves
from smr_vision.tool import Look, Sight
from smr_vision.tool.axis import Ruler
from smr_vision.tool.evidence import DOUBT, GONE_S, Presence, ToolEvidence, chance_of

EVERY_S = 0.2


def after(chances: Iterable[float], hidden: bool = False) -> list[Presence | None]:
    """What is known after each of the looks."""
    evidence = ToolEvidence()
    told = []
    for number, chance in enumerate(chances):
        evidence.add(number * EVERY_S, chance, hidden)
        told.append(evidence.presence)
    return told


def seconds(length: float, chance: float) -> list[float]:
    return [chance] * round(length / EVERY_S)


def test_a_tool_that_is_surely_seen_for_a_second_is_there() -> None:
    told = after(seconds(2.0, 0.95))
    assert told[0] is None
    assert told[-1] == "seen"
    assert told.index("seen") * EVERY_S <= 1.0


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


def test_many_middling_looks_weigh_as_much_as_a_few_sure_ones() -> None:
    told = after(seconds(6.0, 0.65))
    assert told[-1] == "seen"
    assert told.index("seen") * EVERY_S >= 3.0
    assert set(after(seconds(6.0, 0.55))) == {None}


def look(chance: float, spread: float | None) -> Look:
    """A look with a sight of that spread, or with none."""
    ruler = Ruler(np.zeros(2), np.array([100.0, 0.0]))
    place = ruler.at(0.5)
    sight = None if spread is None else Sight(place, 8.0, None, place, 0.5, spread, ruler.length, chance)
    return Look(sight, ruler, chance)


@pytest.mark.parametrize(
    ("move", "spread", "chance"),
    [("thoracic", 0.04, 0.97), ("thoracic", 0.09, DOUBT), ("calf", 0.09, DOUBT), ("glute", 0.09, 0.97),
     ("pectoral", 0.19, 0.97), ("calf", None, 0.97)],
)  # fmt: skip
def test_a_tool_that_cannot_be_placed_under_trunk_or_limb_is_doubted(
    move: str, spread: float | None, chance: float
) -> None:
    assert chance_of(look(0.97, spread), load_moves()[move].segment) == chance


def test_what_is_doubted_is_neither_seen_nor_absent() -> None:
    segment = load_moves()["thoracic"].segment
    assert set(after([chance_of(look(0.99, 0.09), segment)] * 30)) == {None}


def test_without_a_look_nothing_is_known() -> None:
    assert isnan(chance_of(None, load_moves()["calf"].segment))
