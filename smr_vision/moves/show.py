"""Moves in the terminal: the list, one move with its picture, and what `smr moves check` says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from smr_vision.errors import UsageError, shown
from smr_vision.moves import Move, load_moves, read_move
from smr_vision.moves.read import files_that_come_along, meant, read_moves
from smr_vision.moves.zone_picture import as_text, legend


def find_move(name: str, folder: Path | None = None) -> Move:
    """A move by its id or by the path of its file."""
    if name.endswith(".toml"):
        return read_move(Path(name))
    moves = load_moves(folder)
    if name not in moves:
        known = f"Choose one of: {', '.join(moves)}; or give the path of a file."
        raise UsageError(f"{shown(name)}: no such move.{meant(name, moves)} {known}")
    return moves[name]


def table_of(moves: Iterable[Move]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("Move", no_wrap=True)
    table.add_column("What it is")
    table.add_column("Sides", no_wrap=True)
    table.add_column("Tools", no_wrap=True)
    table.add_column("Muscles")
    for move in moves:
        sides = "left, right" if move.sided else "-"
        tools = ", ".join(tool.kind for tool in move.tools)
        table.add_row(Text(move.id, style="bold"), Text(move.title), sides, tools, Text(move.muscles))
    return table


def page_of(move: Move) -> RenderableType:
    """Everything about one move, the zone on a figure beside it."""
    grid = Table.grid(padding=(0, 3))
    grid.add_column(no_wrap=True)
    grid.add_column()
    picture = as_text(move)
    for letter, style, meaning in legend():
        picture.append(letter * 2, style).append(f" {meaning}\n")
    picture.append(f"from the {move.zone.seen_from}{', left side' if move.sided else ''}", "dim")
    grid.add_row(picture, Group(*_words(move)))
    return grid


def _words(move: Move) -> Iterator[RenderableType]:
    yield Text(move.title, style="bold cyan")
    yield Text(move.muscles)
    yield Text(f"For {', '.join(move.purpose)}.\n")
    for number, step in enumerate(move.steps, start=1):
        yield Text(f"{number}. {step}")
    yield Text("\nIs checked", style="bold")
    for check in move.checks:
        mark = " (safety)" if check.severity == "safety" else ""
        yield Text(f"{check.title}{mark}: {check.target}")
    yield Text("\nHow much", style="bold")
    dose, tempo = move.dose, move.tempo
    sides = " a side" if move.sided else ""
    yield Text(f"{dose.seconds[0]:g}-{dose.seconds[1]:g} s{sides}, {dose.sets[0]}-{dose.sets[1]} sets")
    yield Text(f"{dose.rest_s:g} s rest between sets; {tempo.ideal[0]:g}-{tempo.ideal[1]:g} cm/s")
    yield Text("\nTools", style="bold")
    for tool in move.tools:
        yield Text(f"{tool.kind}: {tool.feel}")
    if move.variations:
        yield Text("\nVariations", style="bold")
        for variation in move.variations:
            yield Text(f"{variation.title}: {variation.how}")
    yield Text("\nFilm it", style="bold")
    yield Text(f"{move.camera}.")


def verdict_of(path: Path, beside: Iterable[Path] = ()) -> str:
    """What `smr moves check` says of a file that is right; UsageError where it is not, or where its id is that of a
    move that comes along or is `beside` it."""
    others = [one for one in (*files_that_come_along(), *beside) if not (path.exists() and one.samefile(path))]
    *_, move = read_moves([*others, path]).values()
    count = len(move.checks)
    return f"{shown(path)}: fine. {move.id}, {count} {'check' if count == 1 else 'checks'}, {len(move.steps)} steps."
