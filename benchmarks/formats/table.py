"""The tables of docs/formats.md, between two marks, from the results of a run."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, Protocol

import av

from benchmarks.speed import put

PLACE: Final = "formats"  # the names of the pages' marks
AGAIN: Final = "formats-again"
PAIRS: Final = "formats-pairs"
_VERDICTS: Final = ("right", "warned", "refused", "wrong")


class Row(Protocol):
    """What is told of one combination (`Result` of the run)."""

    @property
    def name(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def browser(self) -> str: ...
    @property
    def others(self) -> str: ...


def write_table(path: Path, results: Sequence[Row], players: str) -> None:
    """Put the tables between the marks of the page at `path`. `players`: names and versions of who was asked."""
    made = [row for row in results if row.verdict != "not made"]
    lines = [
        f"{_counted(made)}. {made_with()}; judged by {players}.", "",
        "| what | right | told in a line | wrong |", "|---|---|---|---|",
        *_by_part(made), "",
        "Not right, or told:", "", "| file | what we say or do | Chromium | others |", "|---|---|---|---|",
        *_told(made), "",
        "Right, though somebody shows it otherwise:", "", "| files | who, and how |", "|---|---|",
        *_disagreements(made),
    ]  # fmt: skip
    put(path, PLACE, lines)


def write_some(path: Path, place: str, results: Mapping[str, Sequence[Row]], players: str) -> None:
    """The same in a line each for some of the files, by what they have in common; and those that are not right."""
    made = {what: [row for row in rows if row.verdict != "not made"] for what, rows in results.items()}
    lines = [
        *(f"{what}: {_counted(rows)}." for what, rows in made.items()),
        f"{made_with()}; judged by {players}.",
        *(f"- {row.name}: {row.verdict}: {_short(row.why)}" for rows in made.values() for row in rows
          if row.verdict != "right"),
    ]  # fmt: skip
    put(path, place, lines)


def made_with() -> str:
    """When a run was, and the versions of the libraries that read for us."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("av", "opencv-python"))
    ffmpeg = ".".join(map(str, av.ffmpeg_version_info.split("-")[:1]))
    return f"Run on {datetime.now(UTC):%Y-%m-%d} with {libraries} (FFmpeg {ffmpeg} inside)"


def _counted(made: Sequence[Row]) -> str:
    counts = Counter(row.verdict for row in made)
    return f"{len(made)} files: " + ", ".join(f"{counts[v]} {v}" for v in _VERDICTS if counts[v])


def _told(made: Iterable[Row]) -> list[str]:
    return [
        f"| {row.name} | {row.verdict}: {_short(row.why)} | {_short(row.browser)} | {_short(row.others)} |"
        for row in made
        if row.verdict != "right"
    ]


def _by_part(made: Iterable[Row]) -> list[str]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in made:
        for part in row.name.split(", "):
            counts[part][row.verdict] += 1
    return [
        f"| {part} | {c['right']} | {c['warned'] + c['refused'] or ''} | {c['wrong'] or ''} |"
        for part, c in sorted(counts.items())
    ]


def _disagreements(made: Iterable[Row]) -> list[str]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in made:
        if row.verdict == "right":
            told = [f"Chromium: {row.browser}"] if row.browser not in {"", "as made", "not played"} else []
            told += [t for t in row.others.split("; ") if ": " in t and not t.endswith(("as made", "not played"))]
            for words in told:
                found[re.sub(r"\d+", "N", words)].append(row.name)
    return [
        f"| {len(names)}: {names[0]}{' and others' if len(names) > 1 else ''} | {_short(words)} |"
        for words, names in sorted(found.items(), key=lambda item: -len(item[1]))
    ]


def _short(text: str) -> str:
    text = re.sub(r"/\S*/([\w-]+\.\w+)", r"\1", text).replace("|", "/").replace("\n", " ")
    return text if len(text) <= 160 else text[:157] + "..."
