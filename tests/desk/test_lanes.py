"""Curves thinned for the page, and landmarks in stretches."""

from __future__ import annotations

import csv
import json
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.lib import format as npy

from smr_vision.analysis.poses_file import RECORD
from smr_vision.desk.lanes import columns_of, curve, figure, sources
from tests.report.sample import COLUMNS


def write(folder: Path, contact: list[str]) -> None:
    with (folder / "series.csv").open("w", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS, restval="")
        rows.writeheader()
        for i, value in enumerate(contact):
            rows.writerow({"t_s": i / 10, "contact": value, "contact_source": "seen" if value else ""})


def test_peaks_survive_thinning_and_gaps_stay_gaps(tmp_path: Path) -> None:
    values = ["0.5"] * 1000
    values[333] = "0.9"
    values[600:700] = [""] * 100
    write(tmp_path, values)
    columns = columns_of(tmp_path)
    found = curve(columns, "contact", 0, 1000, 100)
    assert len(found) <= 110
    assert [33.3, 0.9] in found
    assert [v for t, v in found if t is not None and 60.5 < t < 69] == []
    assert None in [v for _, v in found]
    assert sources(columns) == [(0.0, 60.0, "seen"), (70.0, 99.9, "seen")]


@pytest.mark.parametrize("text", ["", "x\n1\n", "t_s,contact\n1\n", "\0"])
def test_a_damaged_series_draws_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "series.csv").write_text(text)
    columns = columns_of(tmp_path)
    assert curve(columns, "contact", 0, 10, 100) == []
    assert sources(columns) == []


def test_landmarks_come_for_the_stretch_that_is_asked_for(tmp_path: Path) -> None:
    records = np.zeros(3000, RECORD)
    records["t"] = np.arange(3000) / 30
    records["xy"][:] = 7
    records["watched"] = True
    records["xy"][1000] = np.nan
    with zipfile.ZipFile(tmp_path / "poses.npz", "w") as out:
        times = np.arange(6000) / 60  # a picture between two that were measured
        about = np.array(json.dumps({"slowed": 4.0}))
        for name, values in (("records", records), ("times", times), ("about", about)):
            with out.open(f"{name}.npy", "w") as file:
                npy.write_array(file, values, allow_pickle=False)
    content = figure(tmp_path, 30, 60)
    n, m, slowed, first = struct.unpack_from("<IIff", content)
    assert (n, m, slowed, first) == (1800, 33, 4.0, 30.0)
    xy = np.frombuffer(content, "<i2", n * m * 2, 12 + 4 * n).reshape(n, m, 2)
    assert (xy[199:202] == -32768).all()
    assert (np.delete(xy, [199, 200, 201], 0) == 7).all()
    assert len(content) == 12 + 4 * n + 4 * n * m + n * m + (-n * m) % 4 + 20 * n


def test_no_ring_where_the_tools_place_is_not_known(tmp_path: Path) -> None:
    records = np.zeros(10, RECORD)
    records["t"] = np.arange(10) / 10
    records["watched"] = True
    records["sight"][:] = 5
    with zipfile.ZipFile(tmp_path / "poses.npz", "w") as out:
        about = np.array(json.dumps({"slowed": 1.0}))
        for name, values in (("records", records), ("times", records["t"]), ("about", about)):
            with out.open(f"{name}.npy", "w") as file:
                npy.write_array(file, values, allow_pickle=False)
    with (tmp_path / "series.csv").open("w", newline="") as file:
        rows = csv.DictWriter(file, [*COLUMNS, "contact_change"], restval="")
        rows.writeheader()
        for i in range(10):
            rows.writerow({"t_s": f"{i / 10:.4f}", "contact_change" if 3 <= i < 7 else "contact": "0.5"})
    content = figure(tmp_path, 0, 1)
    tool = np.frombuffer(content, "<f4", 50, len(content) - 200).reshape(10, 5)
    assert np.isnan(tool).all(axis=1).tolist() == [3 <= i < 7 for i in range(10)]


@pytest.mark.parametrize("content", [b"", b"PK", b"x" * 100])
def test_damaged_poses_draw_nobody(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "poses.npz").write_bytes(content)
    assert struct.unpack_from("<II", figure(tmp_path, 0, 10)) == (0, 0)


def test_somebody_who_walks_by_is_not_drawn(tmp_path: Path) -> None:
    records = np.zeros(20, RECORD)
    records["t"] = np.arange(20) / 10
    records["watched"][:10] = True
    with zipfile.ZipFile(tmp_path / "poses.npz", "w") as out:
        for name, values in (
            ("records", records), ("times", records["t"]), ("about", np.array(json.dumps({"slowed": 1.0}))),
        ):  # fmt: skip
            with out.open(f"{name}.npy", "w") as file:
                npy.write_array(file, values, allow_pickle=False)
    content = figure(tmp_path, 0, 30)
    n, m = struct.unpack_from("<II", content)
    xy = np.frombuffer(content, "<i2", n * m * 2, 12 + 4 * n).reshape(n, m, 2)
    assert (xy[:10] == 0).all()
    assert (xy[10:] == -32768).all()
