"""Which segments of a rendered picture the finder is shown, and what it is told of them."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from smr_vision.tool.crop import HEIGHT, WIDTH
from training.crops import PAD, looks
from training.mix import TOOL_SHOWN, carried, in_a_room, moved, with_tool, without_tool
from training.photographs import FIRST_PERSON, held_back, person_of, usable

HELD_BACK = 10  # as in training.batches, which needs torch


def truth(segment: str, contact: float | None, kind: str = "thoracic") -> dict[str, Any]:
    touching = contact is not None
    return {"segment": segment, "contact": contact, "touching": touching, "side": "L", "move": "x", "kind": kind}


def names(of: dict[str, Any], touching: bool) -> set[str]:
    random = np.random.default_rng(0)
    return {name for _ in range(200) for name, _, touches in looks(of, random) if touches == touching}


@pytest.mark.parametrize("segment", ["trunk", "shank", "pelvis", "chest"])
def test_the_segment_on_the_tool_is_always_looked_at_and_others_now_and_then(segment: str) -> None:
    assert names(truth(segment, 0.3), touching=True) == {segment}
    assert segment not in names(truth(segment, 0.3), touching=False)
    assert names(truth(segment, 0.3), touching=False)


def test_low_on_the_trunk_the_pelvis_is_not_called_free() -> None:
    """There the tool lies under both."""
    assert "pelvis" in names(truth("trunk", 0.3), touching=False)
    assert "pelvis" not in names(truth("trunk", 0.9), touching=False)


def test_pictures_that_only_look_like_rolling_are_looked_at_where_rolling_would_be() -> None:
    assert names(truth("none", None, "none_mimic"), touching=False) == {"trunk", "shank", "pelvis"}
    assert not names(truth("none", None, "none_mimic"), touching=True)


# Photographs


def test_of_the_photographs_only_the_odd_half_is_read_and_none_about_rolling() -> None:
    names = [f"Exercise_{n}" for n in range(400)]
    odd = [n for n in names if int(hashlib.sha256(n.encode()).hexdigest(), 16) % 2 == 1]
    assert [n for n in names if usable(n)] == odd
    rolling = [n for n in (f"{what}_{k}" for k in range(40) for what in ("Calves-SMR", "Roller")) if usable(n)]
    assert rolling == []


def test_a_fourth_of_it_is_held_back_and_known_by_its_number() -> None:
    names = [n for n in (f"Exercise_{n}" for n in range(4000)) if usable(n)]
    held = [n for n in names if held_back(n)]
    assert len(held) / len(names) == pytest.approx(0.25, abs=0.03)
    assert all((person_of(n) % HELD_BACK == 0) == held_back(n) for n in names)
    assert all(person_of(n) >= FIRST_PERSON for n in names)


# Mixed crops


def crop(colour: int) -> NDArray[np.uint8]:
    return np.full((HEIGHT + 2 * PAD, WIDTH + 2 * PAD, 3), colour, np.uint8)


def points(start: tuple[float, float], end: tuple[float, float]) -> NDArray[np.float32]:
    middle = (np.array(start) + np.array(end)) / 2
    down = np.array([0.0, 1.0])
    return np.array([middle, middle + 20 * down, middle + 10 * down, start, end], np.float32)


def shown_tool() -> NDArray[np.uint8]:
    shown = np.zeros((HEIGHT + 2 * PAD, WIDTH + 2 * PAD), np.uint8)
    shown[70:90, 70:90] = TOOL_SHOWN
    return shown


def test_a_segment_is_carried_onto_another_end_on_end() -> None:
    one, other = points((20, 40), (100, 40)), points((30, 50), (110, 60))
    way = carried(one, other)
    assert way is not None
    np.testing.assert_allclose(moved(one, way)[3:], other[3:], atol=1e-4)


@pytest.mark.parametrize("end", [(24.0, 40.0), (20.0, 120.0), (np.nan, 40.0)])
def test_segments_that_lie_too_differently_are_not_mixed(end: tuple[float, float]) -> None:
    assert carried(points((20, 40), (100, 40)), points((20, 40), end)) is None


def test_a_tool_put_into_a_photograph_lies_where_its_points_say() -> None:
    one, other = points((20, 40), (100, 40)), points((25, 45), (105, 45))
    way = carried(one, other)
    assert way is not None
    made = with_tool(crop(100), crop(240), shown_tool(), way, pad=PAD, random=np.random.default_rng(1))
    assert made is not None
    bright = np.argwhere(made.max(axis=2) > 150)
    assert bright.mean(axis=0) == pytest.approx([79.5 + 5, 79.5 + 5], abs=1.0)
    assert made[10, 10].tolist() == [100, 100, 100]


def test_a_tool_too_small_to_be_seen_is_not_put_in() -> None:
    way = carried(points((20, 40), (100, 40)), points((20, 40), (100, 40)))
    assert way is not None
    nothing = np.zeros_like(shown_tool())
    assert with_tool(crop(100), crop(240), nothing, way, pad=PAD, random=np.random.default_rng(1)) is None


def test_a_person_stays_and_the_room_is_another() -> None:
    shown = np.zeros((HEIGHT + 2 * PAD, WIDTH + 2 * PAD), np.uint8)
    shown[40:80, 40:80] = 1
    made = in_a_room(crop(200), shown, crop(50))
    assert made[60, 60].tolist() == [200, 200, 200]
    assert made[10, 10].tolist() == [50, 50, 50]


def test_a_tool_that_is_taken_away_leaves_what_lies_round_it() -> None:
    image = crop(60)
    image[shown_tool() == TOOL_SHOWN] = 250
    assert without_tool(image, shown_tool()).max() < 70
