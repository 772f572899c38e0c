"""Landmarks as a tidy CSV: one row a landmark and moment, one column a variable."""

from __future__ import annotations

import csv
import io
from typing import Final

import numpy as np

from smr_vision.errors import did_you_mean
from smr_vision.exchange.recording import LandmarkRecording
from smr_vision.pose import LANDMARKS

COLUMNS: Final = ("t_s", "landmark", "x_m", "y_m", "z_m", "x_px", "y_px", "visibility")


def table_text(recording: LandmarkRecording) -> str:
    """The recording as CSV; moments without anybody have rows with empty cells."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for k, t in enumerate(recording.t):
        for name, joint in LANDMARKS.items():
            values = (*recording.world[k, joint], *recording.xy[k, joint])
            cells = ["" if np.isnan(v) else f"{v:.5f}" for v in values]
            rows.writerow([f"{t:.6f}", name, *cells, f"{recording.visibility[k, joint]:.4f}"])
    return out.getvalue()


def parse_table(text: str) -> LandmarkRecording:
    """A recording from such a CSV. Raises ValueError in words where it is none."""
    rows = csv.DictReader(io.StringIO(text))
    head = rows.fieldnames or ()
    lacking = [name for name in COLUMNS if name not in head]
    if lacking and any(";" in name for name in head):
        raise ValueError("its cells are parted by semicolons: part them by commas, and write numbers with a point")
    if lacking:
        raise ValueError(f"columns are missing: {', '.join(lacking)}.{did_you_mean(lacking[0], head)}")
    moments: dict[float, dict[str, list[float]]] = {}
    for row in rows:
        if None in row:
            raise ValueError(
                f"line {rows.line_num} has more cells than the first line. Write numbers with a point: 0.25"
            )
        if not row["landmark"]:
            raise ValueError(f"line {rows.line_num} names no landmark")
        numbers = [_number(row, name, rows.line_num) for name in COLUMNS if name != "landmark"]
        moments.setdefault(numbers[0], {})[row["landmark"]] = numbers[1:]
    if not moments:
        raise ValueError("it holds no row")
    times = sorted(moments)
    absent = next(((name, t) for t in times for name in LANDMARKS if name not in moments[t]), None)
    if absent is not None:
        name, t = absent
        others = moments[t].keys() - LANDMARKS.keys()
        raise ValueError(f"the landmark {name} is missing at {t:.3f} s.{did_you_mean(name, others)}")
    values = np.array([[moments[t][name] for name in LANDMARKS] for t in times])
    seen = np.nan_to_num(values[..., 5], nan=0.0)
    return LandmarkRecording(np.array(times), values[..., :3], values[..., 3:5], seen)


def _number(row: dict[str, str], column: str, line: int) -> float:
    cell = row[column] or "nan"
    try:
        return float(cell)
    except ValueError as e:
        raise ValueError(f"line {line}, {column}: {cell[:40]!r} is no number. Write it with a point: 0.25") from e
