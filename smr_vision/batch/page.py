"""What a batch shows at its end: a table in the terminal, and `index.html` with a link to each report."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from rich.console import Console
from rich.table import Table
from rich.text import Text

from smr_vision.batch.one_job import Done
from smr_vision.errors import shown
from smr_vision.report import words
from smr_vision.report.facts import on_target
from smr_vision.report.html import page
from smr_vision.runtime.atomic_write import atomic_write
from smr_vision.runtime.progress import results_console
from smr_vision.session import Session, read_session

NO_SET = "no known move"


@dataclass(frozen=True)
class ClipLine:
    """One clip of the batch: its figures, or what went wrong."""

    name: str
    error: str | None = None
    session: Session | None = None
    link: str | None = None

    @property
    def moves(self) -> str:
        """The moves of the sets, each with its sides."""
        if self.session is None:
            return ""
        sides: dict[str, list[str]] = {}
        for one in self.session.sets:
            known = sides.setdefault(one.move, [])
            if one.side and one.side not in known:
                known.append(one.side)
        return ", ".join(" ".join([move, "+".join(found)]).strip() for move, found in sides.items()) or NO_SET

    @property
    def figures(self) -> tuple[str, str, str, str]:
        """Sets, passes, seconds on target and faults, as text."""
        if self.session is None:
            return "", "", "", ""
        sets = self.session.sets
        faults = sum(f.dismissed_by is None for s in sets for f in s.faults)
        passes = words.amount(self.session.totals.pass_count, "")
        seconds = words.amount(on_target(sets), "s") if sets else "-"
        return str(len(sets)), passes, seconds, str(faults)


def lines_of(results: Sequence[Done], out: Path) -> list[ClipLine]:
    return [_line(done, out) for done in results]


def _line(done: Done, out: Path) -> ClipLine:
    if done.folder is None:
        return ClipLine(done.job.name, error=done.error)
    link = quote(os.path.relpath(done.folder / "report.html", out).replace(os.sep, "/"))
    return ClipLine(done.job.name, session=read_session(done.folder / "session.json"), link=link)


def print_table(results: Sequence[Done], index: Path, console: Console | None = None) -> None:
    """Print a line a clip, and where the page is."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("Clip", overflow="fold")
    table.add_column("Move")
    for title in ("Sets", "Passes", "On target", "Faults"):
        table.add_column(title, justify="right", no_wrap=True)
    lines = lines_of(results, index.parent)
    for line in lines:
        if line.error is not None:
            table.add_row(Text(line.name), Text("failed", style="red"), "", "", "", "")
        else:
            table.add_row(Text(line.name), Text(line.moves), *line.figures)
    failed = sum(line.error is not None for line in lines)
    before = sum(done.again for done in results)
    out = console or results_console()
    out.print(table)
    out.print(f"\n{_count(len(lines) - failed, 'clip')} analysed, {failed} failed, {before} done before.")
    out.print(Text(f"All reports: {shown(index)}"), soft_wrap=True)


def write_index(results: Sequence[Done], out: Path) -> Path:
    """Write `index.html` into the folder of results."""
    lines = lines_of(results, out)
    content = page(
        "batch.html.j2",
        title=f"Foam-rolling clips: {len(lines)}",
        lines=lines,
        failed=[line for line in lines if line.error is not None],
        clip=None,
        frames=(),
    )
    path = out / "index.html"
    atomic_write(path, content.encode())
    return path


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
