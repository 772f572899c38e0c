"""`smr history` and `smr forget`: what the store holds, for the terminal, for machines, and as a page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from smr_vision.errors import InputError, UsageError
from smr_vision.report.cards import load_cards
from smr_vision.runtime.progress import results_console
from smr_vision.session.set_record import passes_of
from smr_vision.store import Entry, Forgotten, Person, SetEntry, Store
from smr_vision.store.trends import target_words, trend_values, what

SHOWN = 40  # sessions in the terminal; --json and --html have them all
BARS = "▁▂▃▄▅▆▇█"


def show_history(
    store: Store,
    person: str | None = None,
    *,
    as_json: bool = False,
    html: Path | None = None,
    console: Console | None = None,
) -> None:
    """Print the sessions kept, of everybody or of one person with the trend; or write them as a page."""
    entries = entries_of(store, person)
    out = console or results_console()
    if html is not None:
        write_html(entries, html, person)
        out.print(str(html), markup=False, highlight=False, soft_wrap=True)
    elif as_json:
        out.print(as_text(entries), markup=False, highlight=False, soft_wrap=True)
    elif not entries:
        out.print("No sessions are kept yet. `smr live` and `smr analyse --person NAME` keep them.", markup=False)
    else:
        out.print(table_of(entries, person))
        if len(entries) > SHOWN:
            out.print(f"The latest {SHOWN} of {len(entries)} sessions. --json and --html give all.", style="dim")
        if person is not None:
            for line in trends_of(entries):
                out.print(line)


def show_forget(store: Store, person: str, *, console: Console | None = None) -> Forgotten:
    """Forget a person, and say what is gone and what was left."""
    entries_of(store, person)  # an unknown name is refused before anything is touched
    gone = store.forget(person)
    out = console or Console()
    out.print(
        f"Forgot {person}: {_count(gone.sessions, 'session')} and {_count(len(gone.removed), 'file')} deleted.",
        markup=False,
        soft_wrap=True,
    )
    for folder, why in gone.left:
        out.print(f"Left alone: {folder} ({why}). Delete it by hand if it is theirs.", markup=False, soft_wrap=True)
    return gone


def entries_of(store: Store, person: str | None) -> list[Entry]:
    """The sessions, oldest first; InputError with the names there are when nobody is called that."""
    if person is not None:
        known = store.people()
        if not person.strip():
            raise UsageError(f"Give the name of somebody. {_names(known)}")
        if person not in {p.name for p in known}:
            raise InputError(f"Nobody called {person:.60} is kept. {_names(known)}")
    return store.entries(person)


def _names(people: Sequence[Person]) -> str:
    return f"Kept: {', '.join(p.name for p in people):.200}." if people else "The history is empty."


def table_of(entries: Sequence[Entry], person: str | None) -> Table:
    dose_s = {name: card.aim_s or 0.0 for name, card in load_cards().items()}
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("When", no_wrap=True)
    if person is None:
        table.add_column("Who", overflow="fold", max_width=20)
    table.add_column("What", overflow="fold", min_width=17)
    for name in ("Sets", "Passes", "On\ntarget", "Faults", "Discom-\nfort"):
        table.add_column(name, justify="right", no_wrap=True)
    for entry in entries[-SHOWN:]:
        who = [] if person is not None else [Text(entry.person or "")]
        done = Text(what(entry))
        if entry.state != "complete":
            done.append(f" {entry.state}", style="yellow")
        table.add_row(entry.recorded_at[:10], *who, done, *_figures(entry.sets, dose_s))
    return table


def _figures(sets: Sequence[SetEntry], dose_s: Mapping[str, float]) -> list[str]:
    felt = [s.discomfort_after for s in sets if s.discomfort_after is not None]
    return [
        str(len(sets)),
        "-" if (count := passes_of(sets)) is None else str(count),
        target_words(sets, dose_s).replace("not measured", "-"),
        str(sum(s.faults for s in sets)),
        str(max(felt)) if felt else "-",
    ]


def trends_of(entries: Sequence[Entry]) -> Iterable[str]:
    """A line of small bars per move, side and measure, oldest to newest; nothing before the second session."""
    if len(entries) < 2:
        return
    last = entries[-SHOWN:]
    for line in trend_values(last):
        seen = [v for v in line.values if v is not None]
        if len(seen) >= 2:
            yield f"{line.named():<34}{spark(line.values)}  {seen[0]:.0f} → {seen[-1]:.0f}{line.unit}"


def spark(values: Sequence[float | None]) -> str:
    """Values as small bars from zero; what was not measured is a dot."""
    top = max((v for v in values if v is not None), default=0) or 1
    return "".join("·" if v is None else BARS[round(v / top * (len(BARS) - 1))] for v in values)


def as_text(entries: Sequence[Entry]) -> str:
    """The sessions as JSON, for machines."""
    return json.dumps([_plain(e) for e in entries], indent=1)


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "person": entry.person,
        "recorded_at": entry.recorded_at,
        "state": entry.state,
        "folder": str(entry.folder) if entry.folder else None,
        "sets": [
            {
                "move": s.move,
                "side": s.side,
                "pass_count": s.pass_count,
                "time_on_target_s": s.on_target_s,
                "faults": s.faults,
                "discomfort": {"before": s.discomfort_before, "after": s.discomfort_after},
            }
            for s in entry.sets
        ],
    }


def write_html(entries: Sequence[Entry], out: Path, person: str | None) -> None:
    """The history as a page: for each person the trend and the sessions."""
    from smr_vision.report.html import history_page  # noqa: PLC0415 - the terminal needs no templates
    from smr_vision.runtime.atomic_write import atomic_write  # noqa: PLC0415

    atomic_write(out, history_page(entries, person).encode())


def _count(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"
