"""Routines: the two that come along, and what is said about a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from smr_vision.errors import UsageError
from smr_vision.live.plan_position import Course
from smr_vision.live.routine import DEFAULT, load_routine, plan_for_move, plan_of, routine_names
from smr_vision.moves import load_moves

MOVES = load_moves()


def test_after_training_takes_10_to_20_minutes_with_stretching() -> None:
    routine = load_routine(DEFAULT)
    plan = plan_of(routine, MOVES)
    assert len({item.move.id for item in plan.items}) == 4
    assert 10 * 60 <= plan.seconds <= 20 * 60
    assert all("stretch" in (part.reminder or "") for part in routine.parts)


@pytest.mark.parametrize("name", routine_names())
def test_routines_keep_to_the_dose(name: str) -> None:
    plan = plan_of(load_routine(name), MOVES)
    for item in plan.items:
        least, most = item.move.dose.seconds
        assert least <= item.seconds <= most
        assert 1 <= item.number <= item.of <= item.move.dose.sets[1]
    for item in plan.items:
        assert {i.side for i in plan.items if i.move is item.move} == set(item.move.sides)


def test_a_warm_up_is_short() -> None:
    assert plan_of(load_routine("warm-up"), MOVES).seconds < 6 * 60


def test_one_move_by_its_own_dose_on_each_side() -> None:
    sided = next(m for m in MOVES.values() if m.sided)
    plan = plan_for_move(sided.id, MOVES)
    assert [(i.side, i.number) for i in plan.items] == [("left", 1), ("left", 2), ("right", 1), ("right", 2)]
    assert [i.side for i in plan_for_move(sided.id, MOVES, "right").items] == ["right", "right"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = 1", "title"),
        ("title = 'A'\npurpose = 'B'\nparts = []", "parts"),
        ("title = 'A'\npurpose = 'B'\n[[parts]]\nmove = 'nose'", "no move 'nose'"),
        ("title = 'A'\npurpose = 'B'\n[[parts]]\nmove = 'thoracic'\nsides = ['left']", "no sides"),
        ("title = 'A'\npurpose = 'B'\n[[parts]]\nmove = 'calf'\nseconds = 900", "parts.0.seconds"),
        ("= nothing", "not TOML"),
    ],
)
def test_a_wrong_routine_is_told_with_its_place(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        plan_of(load_routine(str(path)), MOVES)


def test_a_missing_routine_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="after-training, warm-up"):
        load_routine("evening")
    with pytest.raises(UsageError, match="no move 'nose'"):
        plan_for_move("nose", MOVES)


def test_the_person_may_begin_with_the_other_side() -> None:
    sided = next(m for m in MOVES.values() if m.sided)
    course = Course(plan_for_move(sided.id, MOVES))
    assert course.side_ahead is None
    course.take_side("right")
    sides = []
    while course.item is not None:
        sides.append(course.item.side)
        course.advance()
    assert sides == ["right", "left", "left", "right"]


def test_only_the_side_that_is_left() -> None:
    sided = next(m for m in MOVES.values() if m.sided)
    course = Course(plan_for_move(sided.id, MOVES))
    course.advance()
    course.advance()
    assert course.side_ahead == "right"
    assert course.later_s > 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"deep = {'[' * 5000}", "nested too deep"),
        (f"title = {'9' * 5000}", "is not TOML"),
        (f"# {'x' * 100_000}", "too long"),
        ("title = 'A'\npurpose = 'B'\n" + "[[parts]]\nmove = 'calf'\n" * 51, "parts"),
        (f"title = 'A'\npurpose = 'B'\n[[parts]]\nmove = '{'n' * 5000}'", "no move"),
        (f'title = "A"\npurpose = "B"\n"{"k" * 5000}" = 1\n[[parts]]\nmove = "calf"', "kkk"),
        ("title = 'A'\n\x01", "is not TOML"),
    ],
)
def test_a_hostile_routine_is_refused_in_a_line(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=words) as caught:
        plan_of(load_routine(str(path)), MOVES)
    assert len(str(caught.value)) < 600
    assert str(caught.value).isprintable()


def test_a_name_that_no_file_can_have() -> None:
    for name in ("a\0b.toml", f"{'x' * 5000}.toml", "a\0b"):
        with pytest.raises(UsageError):
            load_routine(name)
