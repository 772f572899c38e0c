"""A session in the terminal, right after the analysis: what was done, how it went, what to do next time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from smr_vision.errors import shown
from smr_vision.report import words
from smr_vision.report.cards import MoveCard
from smr_vision.report.facts import CheckFact, FaultFact, SessionFacts, SetFacts, session_facts
from smr_vision.session import Session

NO_MOVE = (
    "No set of a known move was found, so there is nothing to judge.",
    "Film one set from the side, the whole body in the picture, the lens at knee height.",
    "If you did one of the moves, name it: --move NAME (`smr moves list` shows them).",
)
INDENT = (0, 0, 0, 2)


def print_summary(
    session: Session, folder: Path, cards: Mapping[str, MoveCard], console: Console | None = None
) -> None:
    """Print what came of a clip whose results lie in `folder`."""
    facts = session_facts(session, folder, cards)
    out = console or Console()
    out.print(_head(session))
    for part in facts.sets:
        out.print(_set(part, several=len(facts.sets) > 1))
    out.print(Padding(Group(*_tail(facts)), (1, 0, 0, 0)))
    # Paths are never wrapped: they are there to be copied.
    out.print(Text(f"Everything is in {shown(folder)}: open report.html"), soft_wrap=True)
    out.print()


def _head(session: Session) -> RenderableType:
    name = words.file_name(session.source.path)
    head = Text.assemble(("\n" + name, "bold"), f"  {words.seconds(session.source.duration_s)}")
    if session.person:
        head.append(f", {session.person}")
    lines = [head]
    if not session.complete:
        lines.append(Text("The clip is damaged or cut off: this is what could be read of it.", style="yellow"))
    lines += [Text(_sentence(note), style="yellow") for note in session.notes]
    if not session.sets:
        lines += [Text(line) for line in NO_MOVE]
    if session.recognised is not None:
        sure = words.percent(session.recognised.confidence)
        lines.append(Text(f"The move was recognised by itself, {sure} sure.", style="dim"))
    return Group(*lines)


def _set(s: SetFacts, *, several: bool) -> RenderableType:
    """One set: a heading, its figures, its checks, its faults, holds and advice."""
    title = f"Set {s.number}: {s.label}" if several else s.label
    span = f"{words.clock(s.set.start_s)}-{words.clock(s.set.end_s)}"
    heading = Text.assemble((f"\n{title}", "bold cyan"), (f"  {span}", "dim"))
    if s.set.view:
        heading.append(f", seen from {words.VIEW[s.set.view]}", style="dim")
    parts: list[RenderableType] = [heading, Padding(_figures(s), INDENT)]
    if s.checks:
        parts.append(Padding(_checks(s), INDENT))
    if s.faults:
        parts.append(Padding(_faults(s.faults), INDENT))
    parts += [Padding(Text(line, style="dim"), INDENT) for line in s.set.advice]
    return Group(*parts)


def _figures(s: SetFacts) -> Table:
    """What a set amounts to; whatever was not measured says so."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column()
    grid.add_row("Passes", str(s.set.pass_count))
    aim = f" of the {_range(s.card.dose_s)} s to aim for" if s.card.dose_s else ""
    on_target = f"{words.seconds(s.set.time_on_target_s)}{aim}" if s.contact_known else words.NOT_MEASURED
    grid.add_row("On target", on_target)
    grid.add_row("Tempo", _tempo(s))
    if s.set.holds:
        holds = (f"{words.clock(h.start_s)} for {words.seconds(h.end_s - h.start_s)}" for h in s.set.holds)
        grid.add_row("Holds", ", ".join(holds))
    felt = s.set.discomfort
    if felt is not None:
        before, after = ("?" if v is None else v for v in (felt.before, felt.after))
        grid.add_row("Discomfort", f"{before} before, {after} after, of 10")
    return grid


def _tempo(s: SetFacts) -> str:
    tempo = s.tempo
    parts = []
    if tempo.median_cm_s is not None:
        ideal = f" ({_range(s.card.tempo_cm_s)} is ideal)" if s.card.tempo_cm_s else ""
        parts.append(f"{tempo.median_cm_s:.1f} cm/s{ideal}")
    if tempo.median_pass_s is not None:
        parts.append(f"{words.seconds(tempo.median_pass_s)} a pass")
    return ", ".join(parts) or words.NOT_MEASURED


def _checks(s: SetFacts) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(width=1)
    table.add_column(min_width=26)
    table.add_column(justify="right")
    faulty = {f.title for f in s.counted}
    for check in s.checks:
        mark, style = _mark(check, check.title in faulty)
        table.add_row(Text(mark, style=style), Text(check.title), _share(check))
    return table


def _mark(check: CheckFact, faulty: bool) -> tuple[str, str]:
    if faulty:
        return "✗", "bold red"
    return ("?", "yellow") if check.share is None else ("✓", "green")


def _share(check: CheckFact) -> Text:
    if check.share is None:
        return Text(words.NOT_MEASURED, style="yellow")
    return Text(f"{words.percent(check.share)} right")


def _faults(faults: tuple[FaultFact, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("At", no_wrap=True)
    table.add_column("What slipped", min_width=12)
    table.add_column("Measured", min_width=8)
    table.add_column("Aim for")
    table.add_column("Tell yourself")
    for fact in faults:
        fault = fact.fault
        style = "dim strike" if fault.dismissed_by else "bold red" if fault.severity == "safety" else ""
        table.add_row(
            f"{words.clock(fault.start_s)} ({words.lasting(fault)})",
            Text(fact.title, style=style),
            words.measured(fact) or words.NOT_MEASURED,
            Text(fault.target),
            Text(fault.cue, style="bold"),
        )
    return table


def _tail(facts: SessionFacts) -> Iterator[RenderableType]:
    session = facts.session
    if facts.sets:
        yield Text(words.contact_sentence(session), style="dim")
    yield Text(words.tracking_sentence(session), style="dim")
    if facts.sets:
        yield Text.assemble(("Next time: ", "bold"), words.summary_of(facts).goal)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _range(ends: tuple[float, float]) -> str:
    return f"{ends[0]:g}-{ends[1]:g}"
