"""The table of docs/formats.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class Row(Protocol):
    name: str
    verdict: str


def write_table(path: Path, results: Sequence[Row]) -> None:
    raise NotImplementedError
