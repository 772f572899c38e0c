"""The random clips of the proving ground: each its own, and the two parts with nothing in common."""

from __future__ import annotations

from collections import Counter

import pytest

from samples.studio.parts import TOOL
from samples.studio.proving import CYCLE, FURTHER, WAYS, factors_of, scene_of
from samples.studio.tempo import LEAST_PASS
from training.mix import TOOL_SHOWN

MANY = range(240)
FURTHER_MANY = range(1000, 1400)


def test_a_clip_depends_on_its_number_alone() -> None:
    assert factors_of(7) == factors_of(7)
    assert factors_of(7) != factors_of(8)


def test_every_kind_is_there_in_both_parts() -> None:
    for part in (MANY[::2], MANY[1::2]):
        kinds = Counter(factors_of(n)["kind"] for n in part)
        assert set(kinds) == set(CYCLE)
        assert min(kinds.values()) >= 20


def test_the_two_parts_share_no_person_room_or_roller() -> None:
    scenes = [scene_of(n, factors_of(n)) for n in range(60)]
    for what in ("phenotype", "look", "tool", "room"):
        assert len({repr(getattr(scene, what)) for scene in scenes}) == len(scenes)


@pytest.mark.parametrize("move", WAYS)
def test_sweeps_and_faults_are_what_the_move_can_have(move: str) -> None:
    drawn = [f for f in map(factors_of, FURTHER_MANY if move in FURTHER else MANY) if f["kind"] == move]
    assert all(f["low"] + f["extent"] <= WAYS[move].top + 1e-9 for f in drawn)
    assert min(f["extent"] for f in drawn) < 1.1 * LEAST_PASS[move]
    assert {f["fault"] for f in drawn} == {"", *WAYS[move].faults}


def test_who_rolls_on_nothing_is_a_negative() -> None:
    mimes = [n for n in MANY if factors_of(n)["mime"] == "mime"]
    assert len(mimes) >= 5
    assert all(scene_of(n, factors_of(n)).negative for n in mimes)


def test_training_knows_a_tool_by_the_studios_number() -> None:
    assert TOOL_SHOWN == TOOL + 1
