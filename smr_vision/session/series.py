"""Reads `series.csv`, one row a frame, into columns; what was not measured is None."""

from __future__ import annotations

import csv
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

Column = tuple[float | None, ...]

SeriesRow = tuple[float | None, float | None, bool, float | None, float | None]

COLUMNS = ("t_s", "contact", "contact_source", "knee_angle_left", "knee_angle_right", "contact_change")
LONGEST_STEP_S = 0.5  # a longer gap between two frames is a gap in the clip, not time spent


@dataclass(frozen=True, slots=True)
class Series:
    """Columns over time (`t_s`, seconds, rising)."""

    t_s: tuple[float, ...] = ()
    contact: Column = ()  # where its place is not known, how it changes
    seen: tuple[bool, ...] = ()  # whether the tool was seen; else its place was worked out
    knee_left: Column = ()
    knee_right: Column = ()
    session: str | None = None  # of which session it says it is; old ones don't

    def between(self, start_s: float, end_s: float) -> Series:
        """The part of the series within two times."""
        part = slice(bisect_left(self.t_s, start_s), bisect_right(self.t_s, end_s))
        return Series(self.t_s[part], self.contact[part], self.seen[part], self.knee_left[part], self.knee_right[part])

    def steps(self) -> list[float]:
        """Seconds that each row stands for."""
        gaps = [min(b - a, LONGEST_STEP_S) for a, b in zip(self.t_s, self.t_s[1:], strict=False)]
        return [*gaps, gaps[-1]] if gaps else [0.0] * len(self.t_s)


def read_series(path: Path) -> Series | None:
    """The series at `path`; None when there is none, or none that can be read."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = csv.reader(file)
            header = next(rows, [])
            if "t_s" not in header:
                return None
            places = [header.index(name) if name in header else None for name in COLUMNS]
            said: list[str] = []
            table = sorted(
                (row for cells in _noting(rows, header, said) if (row := _row(cells, places))[0] is not None),
                key=lambda row: row[0] or 0.0,
            )
    except (OSError, UnicodeDecodeError, csv.Error):
        return None
    if not table:
        return None
    t_s, contact, seen, left, right = zip(*table, strict=True)
    return Series(tuple(t or 0.0 for t in t_s), contact, seen, left, right, said[0] if said else None)


def _noting(rows: Iterable[list[str]], header: list[str], said: list[str]) -> Iterator[list[str]]:
    """The same rows; of which session they say they are goes into `said`."""
    place = header.index("session") if "session" in header else None
    for cells in rows:
        if place is not None and place < len(cells) and cells[place]:
            said.append(cells[place])
        yield cells


def _row(cells: list[str], places: list[int | None]) -> SeriesRow:
    t, contact, source, left, right, change = (cells[i] if i is not None and i < len(cells) else "" for i in places)
    return _number(t), _number(contact or change), source == "seen", _number(left), _number(right)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
