"""Move files: read, checked, and their JSON Schema, made from the very models that read them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from math import isinf
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from smr_vision.errors import UsageError, shown
from smr_vision.moves.measures import BODY_MEASURES, CONTACT_MEASURES, PASS_MEASURES, SIDED_MEASURES
from smr_vision.moves.schema import Move

LONGEST_FILE: Final = 1_000_000  # letters; the longest of ours has 8000
ALIKE: Final = 0.55  # of 1: `calves` is a calf, `squat` is nothing


def read_move(path: Path) -> Move:
    """Read and check one move file; UsageError names the line or key and what is allowed."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LONGEST_FILE + 1)
    except OSError as e:
        raise UsageError(f"{shown(path)}: can't be read ({e.strerror}). Name a move file.") from e
    except UnicodeDecodeError as e:
        raise UsageError(f"{shown(path)}: is not text. A move file is TOML in UTF-8.") from e
    return move_from(text, shown(path))


def move_from(text: str, where: str) -> Move:
    """The move that a move file's text says; UsageError names `where`, the line or key and what is allowed."""
    if len(text) > LONGEST_FILE:
        raise UsageError(f"{where}: is too long for a move file. Name a move file.")
    try:
        data: dict[str, Any] = tomllib.loads(text)
    except ValueError as e:  # bad TOML, or a number of thousands of digits
        raise UsageError(f"{where}: is not TOML: {e}.") from e
    except RecursionError as e:
        raise UsageError(f"{where}: is nested too deep for a move file. Name a move file.") from e
    try:
        return Move.model_validate(data)
    except ValidationError as e:
        raise UsageError(f"{where}: {_first_problem(e, data)}") from e


def _first_problem(error: ValidationError, data: dict[str, Any]) -> str:
    first = error.errors()[0]
    place = [str(part + 1) if isinstance(part, int) else part for part in first["loc"]]  # people count from 1
    key = (".".join(place) or "the move") + _check_at(first["loc"], data)
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "missing":
        message = "is missing; every move needs it"
    elif first["type"] == "extra_forbidden":
        message = "is not a key of a move file (see docs/moves.md)"
    elif first["type"] == "string_pattern_mismatch":
        message = "has to begin with a small letter; then small letters, digits and _, 2 to 31 in all"
    return f"{key}: {message}."


def meant(text: str, moves: Mapping[str, Move]) -> str:
    """` Did you mean calf?` for whoever spells a move another way; empty where none is called anything like that."""
    names = {name.casefold(): name for name in moves}
    names |= {move.title.casefold(): name for name, move in moves.items()}
    found = get_close_matches(text.strip().casefold(), names, n=1, cutoff=ALIKE)
    return f" Did you mean {names[found[0]]}?" if found else ""


def _check_at(place: tuple[int | str, ...], data: dict[str, Any]) -> str:
    """The id of the check that a key is in, where it says one: who counts checks from 0?"""
    match place:
        case ("checks", int(number), *_):
            checks = data["checks"]
            name = checks[number].get("id") if isinstance(checks[number], dict) else None
            return f" (check {name[:40]!r})" if isinstance(name, str) else ""
    return ""


def files_that_come_along() -> list[Path]:
    """The files of the moves that come along."""
    return sorted(Path(__file__).parent.glob("*.toml"))


def load_moves(folder: Path | None = None) -> dict[str, Move]:
    """The moves that come along, and those of `folder`, by id; UsageError when two share an id."""
    paths = files_that_come_along()
    if folder is not None:
        own = sorted(folder.glob("*.toml"))
        if not own:
            raise UsageError(f"{shown(folder)} holds no .toml file. Name the folder with your move files.")
        paths += own
    return read_moves(paths)


def read_moves(paths: Iterable[Path]) -> dict[str, Move]:
    """The moves of these files by id, in their order; UsageError when two share one."""
    found: dict[str, Move] = {}
    for path in paths:
        move = read_move(path)
        if move.id in found:
            raise UsageError(f"{shown(path)}: id: {move.id!r} is taken by another move. Choose another id.")
        found[move.id] = move
    return found


def schema_text() -> str:
    """As JSON that an editor reads; the measures are listed, so that it can complete them."""
    schema = _finite(Move.model_json_schema())
    sided = [f"{role} {name}" for role in ("working", "other") for name in SIDED_MEASURES]
    names = sorted({*BODY_MEASURES, *CONTACT_MEASURES, *PASS_MEASURES, *sided})
    for model in schema["$defs"].values():
        measure = model.get("properties", {}).get("measure")
        if measure is not None:
            measure["enum"] = names
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "smr-vision move"}
    return json.dumps(schema, indent=2, allow_nan=False)


def _finite(value: Any) -> Any:
    """Without the infinite defaults, which JSON can't say: no bound is no key."""
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items() if not (isinstance(v, float) and isinf(v))}
    if isinstance(value, list):
        return [_finite(v) for v in value]
    return value
