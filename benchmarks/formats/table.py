"""The tables of docs/formats.md, between two marks, from the results of a run."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, Protocol

import av

BEGIN: Final = "<!-- made by benchmarks.formats: begin -->"
END: Final = "<!-- end -->"
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
    counts = Counter(row.verdict for row in made)
    told = ", ".join(f"{counts[v]} {v}" for v in _VERDICTS if counts[v])
    libraries = ", ".join(f"{name} {version(name)}" for name in ("av", "opencv-python"))
    ffmpeg = ".".join(map(str, av.ffmpeg_version_info.split("-")[:1]))
    lines = [
        f"{len(made)} files: {told}. Run on {datetime.now(UTC):%Y-%m-%d} with {libraries} (FFmpeg {ffmpeg} inside); "
        f"judged by {players}.", "",
        "| what | right | told in a line | wrong |", "|---|---|---|---|",
        *_by_part(made), "",
        "Not right, or told:", "", "| file | what we say or do | Chromium | others |", "|---|---|---|---|",
        *(f"| {row.name} | {row.verdict}: {_short(row.why)} | {_short(row.browser)} | {_short(row.others)} |"
          for row in made if row.verdict != "right"), "",
        "Right, though somebody shows it otherwise:", "", "| files | who, and how |", "|---|---|",
        *_disagreements(made),
    ]  # fmt: skip
    page = path.read_text("utf-8")
    inside = f"{BEGIN}\n{chr(10).join(lines)}\n{END}"
    path.write_text(re.sub(f"{BEGIN}.*{END}", lambda _: inside, page, flags=re.DOTALL), "utf-8")


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
