"""`smr moves`: see the moves, check a move file of your own, help an editor with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smr_vision.cli.options import MovesOption

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="See the moves, and write your own.",
    epilog="docs/moves.md teaches how to write a move file.",
)


@app.command("list")
def list_moves(moves: MovesOption = None) -> None:
    """List the moves there are.

    \b
    Examples:
      smr moves list
      smr moves list --moves my-moves
    """

    from smr_vision.moves import load_moves
    from smr_vision.moves.show import table_of
    from smr_vision.runtime.progress import results_console

    results_console().print(table_of(load_moves(moves).values()))


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A move, or the path of a move file.")],
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Draw the body with the zone into an SVG file.")
    ] = None,
    moves: MovesOption = None,
) -> None:
    """Show one move: how to do it, where the tool belongs, what is checked.

    \b
    Examples:
      smr moves show calf
      smr moves show calf --svg calf.svg
      smr moves show ./my-moves/adductors.toml
    """

    from smr_vision.moves.show import find_move, page_of
    from smr_vision.moves.zone_picture import write_svg
    from smr_vision.runtime.progress import results_console

    move = find_move(name, moves)
    if svg is not None:
        write_svg(move, svg)
    results_console().print(page_of(move))


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Move files (.toml).")],
) -> None:
    """Check move files; the first thing wrong is named with its key and what is allowed. Each needs an id of its own.

    \b
    Example:
      smr moves check my-moves/adductors.toml
    """
    from smr_vision.moves.show import verdict_of

    for number, file in enumerate(files):
        print(verdict_of(file, files[:number]))


@app.command()
def schema() -> None:
    """Print the JSON Schema of a move file, for editors that complete and check as you type.

    \b
    Example:
      smr moves schema > move.schema.json
    """
    from smr_vision.moves.read import schema_text

    print(schema_text())
