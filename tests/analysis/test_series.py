"""`series.csv`, a row a picture."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from smr_vision.analysis.series import SeriesWriter
from smr_vision.moves import load_moves
from smr_vision.pipeline.river import Seen, Watcher, Wishes
from smr_vision.report.series import read_series
from tests.people import Act, Eyes, frame, moments, pose, standing, then, thoracic

CONTRACT = [
    "t_s", "phase", "move", "side", "contact", "contact_source", "zone", "on_target", "knee_angle_left",
    "knee_angle_right", "hip_angle_left", "hip_angle_right", "trunk_tilt", "hip_height", "roller_x", "roller_y",
    "roller_radius", "roller_x2", "roller_y2", "pass_count", "pose", "session",
]  # fmt: skip
ACT: Act = then((1.0, lambda t: None), (1.0, lambda t: standing()), (9.0, lambda t: thoracic(0.2)))


def rows_of(path: Path, seen: list[Seen]) -> list[dict[str, str]]:
    with SeriesWriter(path) as series:
        for one in seen:
            series.write(one)
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def seen() -> list[Seen]:
    watcher = Watcher(Wishes(load_moves()), Eyes(lambda t: 0.2 if t > 4 else None))
    return [watcher.update(frame(t), pose(ACT(t), t)) for t in moments(0.0, 7.0, 10.0)]


def test_the_columns_are_those_of_the_contract(tmp_path: Path, seen: list[Seen]) -> None:
    rows_of(tmp_path / "series.csv", seen)
    assert (tmp_path / "series.csv").read_text().splitlines()[0].split(",") == CONTRACT


def test_there_is_a_row_for_every_picture_and_none_half_full(tmp_path: Path, seen: list[Seen]) -> None:
    rows = rows_of(tmp_path / "series.csv", seen)
    assert [float(row["t_s"]) for row in rows] == pytest.approx([s.t for s in seen], abs=1e-3)
    assert all(set(row) == set(CONTRACT) and None not in row.values() for row in rows)


def test_what_was_not_measured_is_empty(tmp_path: Path, seen: list[Seen]) -> None:
    nobody = rows_of(tmp_path / "series.csv", seen)[0]
    assert nobody == {"t_s": "0.0000", "phase": "none", "pass_count": "0"} | dict.fromkeys(
        (c for c in CONTRACT if c not in ("t_s", "phase", "pass_count")), ""
    )


def test_the_pose_is_measured_between_or_nobody_is_there(tmp_path: Path, seen: list[Seen]) -> None:
    with SeriesWriter(tmp_path / "series.csv") as series:
        series.write(seen[0], measured=False)
        series.write(seen[-1])
        series.write(seen[-1], measured=False)
    with (tmp_path / "series.csv").open(newline="", encoding="utf-8") as file:
        assert [row["pose"] for row in csv.DictReader(file)] == ["", "measured", "between"]


def test_before_a_tool_is_seen_its_place_is_empty_and_the_contact_inferred(tmp_path: Path, seen: list[Seen]) -> None:
    row = rows_of(tmp_path / "series.csv", seen)[35]
    assert (row["move"], row["side"], row["contact_source"]) == ("thoracic", "", "inferred")
    assert row["roller_x"] == row["roller_radius"] == ""


def test_a_row_of_a_set_holds_what_was_measured(tmp_path: Path, seen: list[Seen]) -> None:
    row = rows_of(tmp_path / "series.csv", seen)[-1]
    sight = seen[-1].feedback.contact.sight  # type: ignore[union-attr]
    assert sight is not None
    assert (row["phase"], row["move"], row["zone"], row["on_target"]) == ("setup", "thoracic", "green", "1")
    assert float(row["contact"]) == pytest.approx(0.2, abs=0.05)
    assert row["contact_source"] == "seen"
    assert float(row["knee_angle_left"]) == pytest.approx(90.0, abs=1.0)
    assert float(row["trunk_tilt"]) == pytest.approx(9.5, abs=1.0)
    assert float(row["hip_height"]) == pytest.approx(0.15, abs=0.01)
    assert [float(row["roller_x"]), float(row["roller_y"])] == pytest.approx(list(np.round(sight.near, 1)))
    assert row["roller_x2"] == ""
    assert row["pass_count"] == "0"


def test_who_is_not_in_position_has_no_contact(tmp_path: Path, seen: list[Seen]) -> None:
    for row in rows_of(tmp_path / "series.csv", seen):
        if row["phase"] in ("none", "ready", "out"):
            assert (row["contact"], row["contact_source"], row["zone"]) == ("", "", "")


def test_the_first_row_says_to_which_session_the_series_belongs(tmp_path: Path, seen: list[Seen]) -> None:
    with SeriesWriter(tmp_path / "series.csv", "abc") as series:
        for one in seen[:3]:
            series.write(one)
    with (tmp_path / "series.csv").open(newline="", encoding="utf-8") as file:
        assert [row["session"] for row in csv.DictReader(file)] == ["abc", "", ""]
    read = read_series(tmp_path / "series.csv")
    assert read is not None
    assert read.session == "abc"
