"""Tables and colours on stdout, for readers that may go away."""

from __future__ import annotations

from rich.console import Console


class PipedConsole(Console):
    """Whoever reads may leave (`smr history | head`): the rich one ends the program then, as if it had failed."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError
