"""What the terminal gets: results on stdout, and how far the work is on stderr, a bar there, else a line a clip."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

Progress = Callable[[float, float], None]
"""Called with what is done and what there is in all; 0 in all: not known."""


def say(line: str) -> None:
    """One line for the person, out of the way of the results."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - that is what stderr is for


def results_console() -> Console:
    """Where results are printed. Whoever reads them may leave (`smr history | head`): rich would end the program then,
    as if it had failed."""
    from rich.console import Console  # noqa: PLC0415 - only where there is something to print

    class PipedConsole(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return PipedConsole()


@contextmanager
def progress_shown(title: str) -> Iterator[Progress]:
    """Show how far a piece of work is, for as long as the block runs."""
    if not sys.stderr.isatty():
        say(title)
        yield _silent
        return
    with _bar(title) as progress:
        yield progress


def _silent(done: float, total: float) -> None:
    del done, total


@contextmanager
def _bar(title: str) -> Iterator[Progress]:
    from rich.console import Console  # noqa: PLC0415 - only on a terminal
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total if total > 0 else None)
