"""What a live session goes through: a routine from a `.toml` file, or one move, as a list of sets."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from smr_vision.coach.recogniser import Side
from smr_vision.errors import UsageError, shown
from smr_vision.moves import Move, ShortText
from smr_vision.moves.read import meant

LONGEST_FILE: Final = 100_000  # letters; the longest of ours has 1500
MOST_SHOWN: Final = 80  # letters of what is wrong
DEFAULT: Final = "after-training"
_FOLDER: Final = Path(__file__).parent / "routines"


class _RoutineData(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RoutinePart(_RoutineData):
    """One move of a routine; what is left out is the move's own dose, on all its sides."""

    move: str
    sets: Annotated[int, Field(ge=1, le=5)] | None = None
    seconds: Annotated[float, Field(ge=10, le=120)] | None = None
    rest_s: Annotated[float, Field(ge=0, le=180)] | None = None
    sides: Annotated[tuple[Literal["left", "right"], ...], Field(max_length=2)] | None = None
    reminder: ShortText | None = None


class Routine(_RoutineData):
    """A routine file: title, what it is for, its parts in order, and what to remember at the end."""

    title: ShortText
    purpose: ShortText
    parts: Annotated[tuple[RoutinePart, ...], Field(min_length=1, max_length=50)]
    closing: Annotated[tuple[ShortText, ...], Field(max_length=20)] = ()


@dataclass(frozen=True)
class Item:
    """One set to do: number `number` of `of` on this side. `reminder` is said after the move's last set."""

    move: Move
    side: Side | None
    number: int
    of: int
    seconds: float
    rest_s: float
    reminder: str | None = None

    @property
    def title(self) -> str:
        """Its move and side, and its number where it is one of several."""
        title = self.move.titled(self.side)
        return f"{title}, set {self.number} of {self.of}" if self.of > 1 else title

    def same_place(self, other: Item | None) -> bool:
        """Whether the person need not turn or change position between the two."""
        return other is not None and (self.move.id, self.side) == (other.move.id, other.side)


@dataclass(frozen=True)
class Plan:
    """A routine worked out: every set in order."""

    title: str
    items: tuple[Item, ...]
    closing: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it takes without set-up: the sets and the rests between them."""
        return sum(item.seconds + item.rest_s for item in self.items) - self.items[-1].rest_s


def routine_names() -> list[str]:
    """The routines that come along."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


def routine_file(name: str) -> Path:
    """Where a routine that comes along lies."""
    return _FOLDER / f"{name}.toml"


def load_routine(name: str) -> Routine:
    """A routine by its name, or from a `.toml` file; UsageError says what is wrong with it."""
    path = Path(name) if name.endswith(".toml") else routine_file(name)
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LONGEST_FILE + 1)
        if len(text) > LONGEST_FILE:
            raise UsageError(f"{shown(name)}: is too long for a routine. Name a routine's file.")
        data = tomllib.loads(text)
    except FileNotFoundError as e:
        raise UsageError(
            f"There is no routine {shown(name)}. Choose one of {', '.join(routine_names())}, or a .toml file."
        ) from e
    except (OSError, UnicodeDecodeError) as e:
        raise UsageError(f"{shown(name)}: can't be read. A routine is a TOML file.") from e
    except ValueError as e:  # bad TOML, a number of thousands of digits, or a name that no file can have
        raise UsageError(f"{shown(name)}: is not TOML: {_one_line(e)}.") from e
    except RecursionError as e:
        raise UsageError(f"{shown(name)}: is nested too deep for a routine. Name a routine's file.") from e
    try:
        return Routine.model_validate(data)
    except ValidationError as e:
        first = e.errors()[0]
        where = shown(".".join(str(part) for part in first["loc"])[:MOST_SHOWN]) or "the routine"
        raise UsageError(f"{shown(name)}: {where}: {first['msg']} (see docs/live.md).") from e


def _one_line(error: ValueError) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(error))


def plan_of(routine: Routine, moves: Mapping[str, Move]) -> Plan:
    """Every set of a routine, in order; UsageError for a move or side that does not exist."""
    items: list[Item] = []
    for part in routine.parts:
        move = _known(part.move, moves)
        if part.sides and not move.sided:
            raise UsageError(f"{shown(routine.title)}: {move.id} has no sides. Take `sides` out.")
        dose = move.dose
        sets = part.sets or dose.sets[0]
        seconds = part.seconds or dose.default_s
        rest = dose.rest_s if part.rest_s is None else part.rest_s
        items += _sets(move, part.sides or move.sides, sets=sets, seconds=seconds, rest_s=rest, reminder=part.reminder)
    return Plan(routine.title, tuple(items), routine.closing)


def plan_for_move(move_id: str, moves: Mapping[str, Move], side: Side | None = None) -> Plan:
    """One move by its own dose: the fewest sets it asks for, on the side asked for or on each."""
    move = _known(move_id, moves)
    dose = move.dose
    sides = (side,) if side is not None and move.sided else move.sides
    return Plan(move.title, tuple(_sets(move, sides, sets=dose.sets[0], seconds=dose.default_s, rest_s=dose.rest_s)))


def _known(move_id: str, moves: Mapping[str, Move]) -> Move:
    if move_id not in moves:
        known = f"{meant(move_id[:MOST_SHOWN], moves)} Choose one of {', '.join(sorted(moves))}."
        raise UsageError(f"There is no move {shown(move_id[:MOST_SHOWN])!r}.{known}")
    return moves[move_id]


def _sets(
    move: Move,
    sides: tuple[Side | None, ...],
    *,
    sets: int,
    seconds: float,
    rest_s: float,
    reminder: str | None = None,
) -> list[Item]:
    items = [Item(move, side, n + 1, sets, seconds, rest_s) for side in sides for n in range(sets)]
    last = items[-1]
    items[-1] = Item(move, last.side, last.number, last.of, seconds, rest_s, reminder)
    return items
