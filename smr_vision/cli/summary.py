"""A session in the terminal, right after the analysis: what was done, how it went, what to do next time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from smr_vision.errors import shown
from smr_vision.report import unseen, words
from smr_vision.report.cards import MoveCard, card_of, load_cards
from smr_vision.report.facts import CheckFact, FaultFact, SessionFacts, SetFacts, session_facts
from smr_vision.report.summary import summary_of
from smr_vision.runtime.progress import results_console
from smr_vision.session import Session

NO_SET = (
    "No set was found, so there is nothing to judge.",
    "Film one set with your whole body and the roller or ball in the picture, from where `smr moves show NAME` says.",
)
NOT_NAMED = "If you did one of the moves, name it: --move NAME (`smr moves list` shows them)."
FILES = (("Report", "report.html"), ("Clip", "annotated.mp4"), ("Record", "session.json"))
INDENT = (0, 0, 0, 2)
MARKS = {"fault": ("✗", "bold red"), "unknown": ("?", "yellow"), "ok": ("✓", "green")}


def print_session(
    session: Session, moves: Path | None = None, folder: Path | None = None, *, named: bool = True
) -> None:
    """Print what came of a clip or a live session; `moves` is a folder with moves of the user's own, `named` whether
    the user said which move it is."""
    print_summary(session, folder, load_cards(moves), named=named)


def print_summary(
    session: Session,
    folder: Path | None,
    cards: Mapping[str, MoveCard],
    console: Console | None = None,
    *,
    named: bool = True,
) -> None:
    """Print a session whose results lie in `folder`, if any were kept."""
    facts = session_facts(session, folder or Path(), cards)
    out = console or results_console()
    out.print(_head(session, cards, named=named))
    for part in facts.sets:
        out.print(_set(part, several=len(facts.sets) > 1))
    out.print(Padding(Group(*_tail(facts)), (1, 0, 0, 0)))
    # Paths are never wrapped: they are there to be copied.
    if folder is not None:
        for title, path in ((title, folder / name) for title, name in FILES):
            if path.is_file():
                out.print(Text(f"{title:<9}{shown(path)}"), soft_wrap=True)
    out.print()


def _head(session: Session, cards: Mapping[str, MoveCard], *, named: bool) -> RenderableType:
    name = shown(words.file_name(session.source.path))
    head = Text.assemble(("\n" + name, "bold"), f"  {words.seconds(session.source.duration_s)}")
    if session.person:
        head.append(f", {shown(session.person)}")
    lines = [head]
    if model := words.model_sentence(session):
        lines.append(Text(shown(model), style="yellow" if words.model_of(session) == "lite" else "dim"))
    if not session.complete and not session.notes:  # a note says more
        lines.append(Text("It ended early: this is what there is of it.", style="yellow"))
    lines += [Text(_sentence(note), style="yellow") for note in session.notes]
    if not session.sets:
        lines += [Text(line) for line in (*NO_SET, *(() if named else (NOT_NAMED,)))]
    found = session.recognised
    if found is not None:
        side = f", {found.side}" if found.side else ""
        title = f"{card_of(found.move, cards).title}{side}"
        lines.append(Text(f"Recognised: {title} ({words.percent(found.confidence)} sure)", style="dim"))
    return Group(*lines)


def _set(s: SetFacts, *, several: bool) -> RenderableType:
    """One set: a heading, its figures, its checks, its faults, holds and advice."""
    title = f"Set {s.number}: {s.label}" if several else s.label
    span = f"{words.clock(s.set.start_s)}-{words.clock(s.set.end_s, end=True)}"
    heading = Text.assemble((f"\n{title}", "bold cyan"), (f"  {span}", "dim"))
    if s.set.view:
        heading.append(f", seen from {words.VIEW[s.set.view]}", style="dim")
    parts: list[RenderableType] = [heading, Padding(_figures(s), INDENT)]
    if s.checks:
        parts.append(Padding(_checks(s), INDENT))
    if s.set.tool == "assumed":
        parts.insert(1, Padding(Text(unseen.assumed_sentence("tool"), style="yellow"), INDENT))
    parts += [Padding(_fault(fact), INDENT) for fact in s.faults]
    parts += [Padding(Text(line, style="dim"), INDENT) for line in s.set.advice]
    return Group(*parts)


def _figures(s: SetFacts) -> Table:
    """What a set amounts to; whatever was not measured says so."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column()
    grid.add_row("Passes", words.amount(s.set.pass_count, ""))
    if uncounted := unseen.uncounted_words(s.set):
        grid.add_row("", Text(uncounted, style="dim"))
    aim = f" of the {_range(s.card.dose_s)} s to aim for" if s.card.dose_s else ""
    on_target = words.NOT_MEASURED if s.on_target_s is None else f"{words.seconds(s.on_target_s)}{aim}"
    grid.add_row("On target", on_target)
    if why := words.on_target_words(s):
        grid.add_row("", Text(why, style="dim"))
    grid.add_row("Tempo", _tempo(s))
    for name, holds in (("Holds", s.holds), ("Stood still", s.stood)):
        if holds:
            spans = (f"{words.clock(h.start_s)} for {words.seconds(h.end_s - h.start_s)}" for h in holds)
            grid.add_row(name, ", ".join(spans) + (" while something was off" if name == "Stood still" else ""))
    felt = s.set.discomfort
    if felt is not None:
        before, after = ("?" if v is None else v for v in (felt.before, felt.after))
        grid.add_row("Discomfort", f"{before} before, {after} after, of 10")
    return grid


def _tempo(s: SetFacts) -> str:
    tempo = s.tempo
    parts = [words.tempo_words(tempo)] if tempo.median_cm_s is not None else []
    if spread := words.pass_words(tempo):
        parts.append(spread)
    elif tempo.median_pass_s is not None:
        parts.append(f"{words.seconds(tempo.median_pass_s)} a pass")
    return ", ".join(parts) or words.NOT_MEASURED


def _checks(s: SetFacts) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(width=1)
    table.add_column(min_width=26)
    table.add_column()
    for check in s.checks:
        mark, style = MARKS[check.verdict]
        table.add_row(Text(mark, style=style), Text(check.title), _share(check))
    return table


def _share(check: CheckFact) -> Text:
    if check.share is None:
        return Text(words.NOT_MEASURED, style="yellow")
    return Text(words.check_share(check))


def _fault(fact: FaultFact) -> RenderableType:
    """When it was off and for how long, measured against the target, and what to tell oneself."""
    fault = fact.fault
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True, width=5, justify="right")
    grid.add_column()
    if fault.dismissed_by:
        what = Text(f"{fact.title}: set aside by {shown(fault.dismissed_by)}", style="dim")
        grid.add_row(words.clock(fault.start_s), what)
        return grid
    style = "bold red" if fault.severity == "safety" else "bold"
    value = words.measured(fact)
    was = f"measured {value}, aim for {fault.target}" if value else f"aim for {fault.target}"
    grid.add_row(
        words.clock(fault.start_s),
        Text.assemble((fact.title, style), f" was not right for {words.lasting(fault)}: {was}"),
    )
    grid.add_row("", Text(f"\N{RIGHTWARDS ARROW} {fault.cue}", style="cyan"))
    return grid


def _tail(facts: SessionFacts) -> Iterator[RenderableType]:
    session = facts.session
    if facts.sets:
        yield Text(unseen.contact_sentence(session), style="dim")
    yield Text(words.tracking_sentence(session), style="dim")
    if facts.sets:
        yield Text.assemble(("Next time: ", "bold"), summary_of(facts).goal)


def _sentence(text: str) -> str:
    text = shown(text)  # a note may come from a file that others made
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _range(ends: tuple[float, float]) -> str:
    return f"{ends[0]:g}-{ends[1]:g}"
