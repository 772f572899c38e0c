"""Move files of the user's own, beside the moves that come along: checked before they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from smr_vision.errors import InputError, SmrError, UsageError
from smr_vision.moves import Move, load_moves, move_from, read_move
from smr_vision.runtime.atomic_write import atomic_write

MOST: Final = 100
LONGEST: Final = 60_000  # letters of a file; the longest of ours has 8000
NAME: Final = "Your move"  # in what is said of it


@dataclass(frozen=True, slots=True)
class KnownMoves:
    """All moves by id, which of them are the user's own, and what is wrong with files that can't be used."""

    moves: dict[str, Move]
    own: frozenset[str]
    broken: dict[str, str]


def known_moves(folder: Path) -> KnownMoves:
    """The moves that come along and those in the folder. A file that can't be used takes no other with it."""
    moves, own, broken = load_moves(), set(), {}
    for path in sorted(folder.glob("*.toml")):
        try:
            move = read_move(path)
            if move.id in moves:
                raise UsageError(f"{path.name}: id: {move.id!r} is taken by another move. Choose another id.")
        except SmrError as e:
            broken[path.stem] = str(e).replace(f"{path.parent}/", "")
            continue
        moves[move.id] = move
        own.add(move.id)
    return KnownMoves(moves, frozenset(own), broken)


def checked_move(text: str) -> Move:
    """The move that a text says; UsageError names the line or key that is wrong. An id that is taken by a move that
    comes along is wrong too."""
    if len(text) > LONGEST:
        raise UsageError(f"{NAME} is longer than {LONGEST} letters.")
    move = move_from(text, NAME)
    if move.id in load_moves():
        raise UsageError(f"{NAME}: id: {move.id!r} is taken by a move that comes along. Choose another id.")
    return move


def keep_move(folder: Path, text: str) -> Move:
    """Keep a move file under its id; the one of that id before is replaced."""
    move = checked_move(text)
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{move.id}.toml"
    if not path.exists() and len(list(folder.glob("*.toml"))) >= MOST:
        raise UsageError("There are too many moves of your own. Remove some first.")
    atomic_write(path, text.encode())
    return move


def text_of(folder: Path, identity: str) -> str:
    """The file of a move, the user's own or one that comes along, by its id."""
    for place in (folder, Path(__file__).parents[1] / "moves"):
        found = {path.stem: path for path in place.glob("*.toml")}.get(identity)
        if found is not None:
            return found.read_text(encoding="utf-8", errors="replace")[:LONGEST]
    raise InputError("That move is not here any more.")


def remove_move(folder: Path, identity: str) -> None:
    """Remove the file of a move of the user's own; sessions keep what was found by it."""
    found = {path.stem: path for path in folder.glob("*.toml")}.get(identity)
    if found is None:
        raise InputError("That move is not here any more.")
    found.unlink(missing_ok=True)
