"""What came of each file, kept as it comes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

_OUT: Final = Console()


@dataclass(frozen=True)
class Result:
    """How one combination came out: "right", "refused" or "warned" in words, "wrong", or "not made"."""

    name: str
    verdict: str
    why: str = ""
    patches: float | None = None
    browser: str = ""
    others: str = ""


class Verdicts:
    """What came out, kept in a file line by line as it comes: a run that was stopped goes on after the last of them."""

    def __init__(self, path: Path, *, again: bool = False) -> None:
        self._path = path
        if again:
            path.unlink(missing_ok=True)
        lines = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
        whole = [line for line in lines if line.endswith("\n")]
        if len(whole) < len(lines):  # stopped while it was writing
            path.write_text("".join(whole), "utf-8")
        self.known = {row["name"]: Result(**row) for row in map(json.loads, whole)}

    def keep(self, result: Result) -> Result:
        """Write it down, and say it where it isn't right."""
        self.known[result.name] = result
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(result)) + "\n")
        if result.verdict != "right":
            told = f"{result.name}: {result.verdict}: {result.why} [{result.browser}] {result.others}"
            _OUT.print(told, highlight=False, markup=False, soft_wrap=True)
        return result
