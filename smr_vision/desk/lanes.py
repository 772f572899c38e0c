"""What a session's page draws over time and over the picture, in pieces small enough to come at once."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

CURVES: Final = ("contact", "knee_angle_left", "knee_angle_right", "hip_angle_left", "hip_angle_right", "trunk_tilt")
SOURCES: Final = ("", "seen", "inferred")
NOWHERE: Final = -32768
NEEDED: Final = {"t", "xy", "world", "visibility", "room", "sight", "watched"}
LONGEST_CELL: Final = 16  # letters; a number of ours has ten
_reading = Lock()
SAME_S: Final = 1e-3  # the series tells times to a tenth of that
NEAR_S: Final = 0.5  # between pictures measured further apart nothing is drawn


@dataclass(frozen=True, slots=True)
class Columns:
    """`series.csv` in columns; NaN where nothing was measured. `source` holds places in SOURCES, `hidden` whether only
    how the tool rolls is known, not where."""

    t: NDArray[np.float64]
    curves: dict[str, NDArray[np.float32]]
    source: NDArray[np.int8]
    hidden: NDArray[np.bool_]


def columns_of(folder: Path) -> Columns:
    path = folder / "series.csv"
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return _empty()
    with _reading:  # who asks while it is read waits, and finds it read
        return _columns(path, changed)


def _empty() -> Columns:
    curves = {name: np.empty(0, np.float32) for name in CURVES}
    return Columns(np.empty(0), curves, np.empty(0, np.int8), np.empty(0, np.bool_))


@lru_cache(maxsize=2)
def _columns(path: Path, changed: int) -> Columns:
    del changed  # a new file is read anew
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        header = head.decode().strip().split(",")
        places = [header.index(name) for name in ("t_s", "contact_source", *CURVES)]
        change = [header.index("contact_change")] if "contact_change" in header else []  # older ones have none
        if not body.strip():
            return _empty()
        # As text first: numpy reads numbers no faster, but stops at an empty cell.
        cells = np.loadtxt(
            BytesIO(body), f"S{LONGEST_CELL}", comments=None, delimiter=",", usecols=places + change, ndmin=2
        )
        hidden = np.zeros(len(cells), np.bool_)
        if change:  # where the place is not known, how it rolls
            unplaced = cells[:, 2] == b""
            hidden = unplaced & (cells[:, -1] != b"")
            cells[unplaced, 2] = cells[unplaced, -1]
        cells[cells == b""] = b"nan"
        times, *curves = (cells[:, i].astype(np.float64) for i in (0, *range(2, len(places))))
    except (OSError, ValueError):
        return _empty()
    source = sum(place * (cells[:, 1] == name.encode()) for place, name in enumerate(SOURCES))
    named = zip(CURVES, curves, strict=True)
    return Columns(times, {name: c.astype(np.float32) for name, c in named}, np.asarray(source, np.int8), hidden)


def curve(columns: Columns, name: str, start_s: float, end_s: float, points: int) -> list[list[float | None]]:
    """A curve between two moments as [time, value]: lowest and highest of each stretch; a null where it breaks."""
    low, high = np.searchsorted(columns.t, [start_s, end_s])
    t, v = columns.t[low:high], columns.curves[name][low:high]
    if not len(t):
        return []
    size = max(1, 2 * len(t) // points)
    count = -(-len(t) // size)
    padded = np.full(count * size, np.nan, np.float32)
    padded[: len(v)] = v
    parts = padded.reshape(count, size)
    known = ~np.isnan(parts)
    ends = np.stack([np.where(known, parts, np.inf).argmin(1), np.where(known, parts, -np.inf).argmax(1)], 1)
    places = np.minimum(np.sort(ends, 1) + np.arange(count)[:, None] * size, len(t) - 1)
    times, values = np.round(t[places], 3).tolist(), np.round(v[places].astype(float), 4).tolist()
    kept: list[list[float | None]] = []
    some: list[bool] = np.any(known, axis=1).tolist()
    for there, (a, b), (x, y), (first, last) in zip(some, times, values, places.tolist(), strict=True):
        if not there:
            if kept and kept[-1][1] is not None:
                kept.append([a, None])
        else:
            kept += [[a, x]] if first == last else [[a, x], [b, y]]
    return kept


def sources(columns: Columns) -> list[tuple[float, float, str]]:
    """When the tool was seen and when its place was worked out, as spans."""
    if not len(columns.t):
        return []
    edges = np.flatnonzero(np.diff(columns.source)) + 1
    starts, ends = np.r_[0, edges], np.r_[edges, len(columns.t)]
    last = len(columns.t) - 1
    return [
        (round(float(columns.t[a]), 3), round(float(columns.t[min(b, last)]), 3), SOURCES[columns.source[a]])
        for a, b in zip(starts, ends, strict=True)
        if columns.source[a]
    ]


def figure(folder: Path, start_s: float, end_s: float) -> bytes:
    """Landmarks of the pictures between two moments, packed for the page: how many n, how many landmarks m (uint32),
    how many times the phone stretched time (float32), n times (float32), n x m x 2 pixels (int16), n x m visibilities
    (uint8) padded to four, n x 5 of the tool: near, radius, far (float32, NaN: not seen, or its place not known)."""
    kept = _kept(folder, start_s - NEAR_S, end_s + NEAR_S)
    if kept is None:
        return np.array([0, 0], "<u4").tobytes() + np.array([1], "<f4").tobytes()
    records, times, slowed = kept
    t = times[(times >= start_s) & (times < end_s)]
    xy, visibility, detection = _at(t, records)
    detection[_hidden(folder, t)] = np.nan
    whole = np.where(np.isnan(xy), NOWHERE, np.clip(np.nan_to_num(xy), -32000, 32000))
    seen = (np.nan_to_num(visibility) * 255).astype("u1").tobytes()
    return b"".join(
        (
            np.array([len(t), xy.shape[1]], "<u4").tobytes(),
            np.array([slowed], "<f4").tobytes(),
            t.astype("<f4").tobytes(),
            whole.astype("<i2").tobytes(),
            seen + b"\0" * (-len(seen) % 4),
            detection.astype("<f4").tobytes(),
        )
    )


def _hidden(folder: Path, t: NDArray[np.float64]) -> NDArray[np.bool_]:
    """At which of these times the tool's place is not known: no ring there, as on the annotated clip."""
    columns = columns_of(folder)
    if not len(columns.t):
        return np.zeros(len(t), np.bool_)
    rows = np.clip(np.searchsorted(columns.t, t - SAME_S), 0, len(columns.t) - 1)
    return columns.hidden[rows] & (np.abs(columns.t[rows] - t) <= SAME_S)


def records_of(folder: Path, start_s: float, end_s: float) -> NDArray[np.void] | None:
    """What was kept of the pictures measured between two times, as `poses.npz` has it; None where there is nothing."""
    kept = _kept(folder, start_s, end_s)
    return kept[0] if kept is not None else None


def _kept(folder: Path, start_s: float, end_s: float) -> tuple[NDArray[np.void], NDArray[np.float64], float] | None:
    """The records between two times, the times of all pictures, and how many times the phone stretched time."""
    try:
        with zipfile.ZipFile(folder / "poses.npz") as zipped:
            with zipped.open("about.npy") as file:
                slowed = float(json.loads(str(npy.read_array(file)))["slowed"])
            with zipped.open("times.npy") as file:
                times = npy.read_array(file)
            with zipped.open("records.npy") as file:
                records = _stretch(file, start_s, end_s)
    # What numpy and zipfile raise at a damaged file is nowhere written.
    except Exception:  # noqa: BLE001
        return None
    return (records, times, slowed) if records is not None and len(records) else None


def _at(t: NDArray[np.float64], records: NDArray[np.void]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Landmarks, visibility and the tool at the times of pictures: on a straight line between the measured ones near
    by, as in `series.csv`; the tool where it was looked at."""
    known = records["t"]
    after = np.clip(np.searchsorted(known, t), 0, len(known) - 1)
    before = np.clip(after - (known[after] > t + 1e-6), 0, len(known) - 1)
    ours = np.where(records["watched"][:, None, None], records["xy"], np.nan)  # somebody who walks by is not drawn
    gap = known[after] - known[before]
    share = np.where(gap > 0, (t - known[before]) / np.where(gap > 0, gap, 1), 0.0)
    part = np.clip(share, 0, 1)[:, None]
    xy = ours[before] * (1 - part[..., None]) + ours[after] * part[..., None]
    visibility = records["visibility"][before] * (1 - part) + records["visibility"][after] * part
    far = (gap > NEAR_S) | (np.abs(known[before] - t) > NEAR_S)
    xy[far] = np.nan
    detection = np.where((np.abs(known[before] - t) < 1e-6)[:, None], records["sight"][before][:, :5], np.nan)
    return xy, visibility, detection


def _stretch(file: Any, start_s: float, end_s: float) -> NDArray[np.void] | None:
    """The records between two times, found without reading the others: an hour's are 100 MB."""
    major, _ = npy.read_magic(file)
    shape, _, kind = (npy.read_array_header_1_0 if major == 1 else npy.read_array_header_2_0)(file)
    if kind.names is None or not set(kind.names) >= NEEDED or len(shape) != 1:
        return None
    begin = file.tell()

    def at(row: int, count: int) -> NDArray[np.void]:
        file.seek(begin + row * kind.itemsize)
        found: NDArray[np.void] = np.frombuffer(file.read(count * kind.itemsize), kind)
        return found

    low, high = 0, int(shape[0])
    while low < high:
        middle = (low + high) // 2
        if float(at(middle, 1)["t"][0]) < start_s:
            low = middle + 1
        else:
            high = middle
    found = at(low, min(int((end_s - start_s) * 130) + 1, int(shape[0]) - low))
    return found[found["t"] < end_s]
