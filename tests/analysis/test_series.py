"""`series.csv`, a row a picture."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from smr_vision.analysis.series import SeriesWriter
from smr_vision.coach import Feedback
from smr_vision.desk.lanes import columns_of
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.result import FrameResult
from smr_vision.pipeline.river import PipelineRun
from smr_vision.session.series import read_series
from tests.people import Act, Eyes, frame, moments, pose, standing, then, thoracic

CONTRACT = [
    "t_s", "phase", "move", "side", "contact", "contact_source", "zone", "on_target", "knee_angle_left",
    "knee_angle_right", "hip_angle_left", "hip_angle_right", "trunk_tilt", "hip_height", "roller_x", "roller_y",
    "roller_radius", "roller_x2", "roller_y2", "pass_count", "pose", "session",
    "contact_change",
]  # fmt: skip
ACT: Act = then((1.0, lambda t: None), (1.0, lambda t: standing()), (9.0, lambda t: thoracic(0.2)))


def rows_of(path: Path, result: list[FrameResult]) -> list[dict[str, str]]:
    with SeriesWriter(path) as series:
        for one in result:
            series.write(one)
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def result() -> list[FrameResult]:
    pipeline = PipelineRun(PipelineOptions(load_moves()), Eyes(lambda t: 0.2 if t > 4 else None))
    return [pipeline.advance(frame(t), pose(ACT(t), t)) for t in moments(0.0, 7.0, 10.0)]


def test_the_columns_are_those_of_the_contract(tmp_path: Path, result: list[FrameResult]) -> None:
    rows_of(tmp_path / "series.csv", result)
    assert (tmp_path / "series.csv").read_text().splitlines()[0].split(",") == CONTRACT


def test_there_is_a_row_for_every_picture_and_none_half_full(tmp_path: Path, result: list[FrameResult]) -> None:
    rows = rows_of(tmp_path / "series.csv", result)
    assert [float(row["t_s"]) for row in rows] == pytest.approx([s.t for s in result], abs=1e-3)
    assert all(set(row) == set(CONTRACT) and None not in row.values() for row in rows)


def test_what_was_not_measured_is_empty(tmp_path: Path, result: list[FrameResult]) -> None:
    nobody = rows_of(tmp_path / "series.csv", result)[0]
    assert nobody == {"t_s": "0.0000", "phase": "none", "pass_count": "0"} | dict.fromkeys(
        (c for c in CONTRACT if c not in ("t_s", "phase", "pass_count")), ""
    )


def test_the_pose_is_measured_between_or_nobody_is_there(tmp_path: Path, result: list[FrameResult]) -> None:
    with SeriesWriter(tmp_path / "series.csv") as series:
        series.write(result[0], measured=False)
        series.write(result[-1])
        series.write(result[-1], measured=False)
    with (tmp_path / "series.csv").open(newline="", encoding="utf-8") as file:
        assert [row["pose"] for row in csv.DictReader(file)] == ["", "measured", "between"]


def test_before_a_tool_is_seen_its_place_is_empty_and_the_contact_inferred(
    tmp_path: Path, result: list[FrameResult]
) -> None:
    row = rows_of(tmp_path / "series.csv", result)[35]
    assert (row["move"], row["side"], row["contact_source"]) == ("thoracic", "", "inferred")
    assert row["roller_x"] == row["roller_radius"] == ""


def test_a_row_of_a_set_holds_what_was_measured(tmp_path: Path, result: list[FrameResult]) -> None:
    row = rows_of(tmp_path / "series.csv", result)[-1]
    detection = result[-1].feedback.contact.detection  # type: ignore[union-attr]
    assert detection is not None
    assert (row["phase"], row["move"], row["zone"], row["on_target"]) == ("setup", "thoracic", "green", "1")
    assert float(row["contact"]) == pytest.approx(0.2, abs=0.05)
    assert row["contact_source"] == "seen"
    assert float(row["knee_angle_left"]) == pytest.approx(90.0, abs=1.0)
    assert float(row["trunk_tilt"]) == pytest.approx(9.5, abs=1.0)
    assert float(row["hip_height"]) == pytest.approx(0.15, abs=0.01)
    assert [float(row["roller_x"]), float(row["roller_y"])] == pytest.approx(list(np.round(detection.near, 1)))
    assert row["roller_x2"] == ""
    assert row["pass_count"] == "0"


def test_of_a_tool_that_is_there_and_nobody_knows_where_only_the_change_is_told(
    tmp_path: Path, result: list[FrameResult]
) -> None:
    last = result[-1]
    feedback = last.feedback
    assert feedback is not None
    lost = replace(feedback, tool="seen", zone=None, contact=replace(feedback.contact, confidence=0.1))
    row = rows_of(tmp_path / "series.csv", [replace(last, feedback=lost)])[0]
    assert row["contact"] == row["contact_source"] == ""
    assert float(row["contact_change"]) == pytest.approx(feedback.contact.position, abs=1e-4)
    series = read_series(tmp_path / "series.csv")
    assert series is not None
    assert series.contact == (float(row["contact_change"]),)
    assert columns_of(tmp_path).curves["contact"] == pytest.approx([feedback.contact.position], abs=1e-3)


def test_passes_that_nobody_can_see_are_empty(tmp_path: Path, result: list[FrameResult]) -> None:
    last = result[-1]
    assert last.feedback is not None
    hidden = replace(last.feedback, pass_count=0, uncounted=True)
    assert rows_of(tmp_path / "series.csv", [replace(last, feedback=hidden)])[0]["pass_count"] == ""


def test_who_is_not_in_position_has_no_contact(tmp_path: Path, result: list[FrameResult]) -> None:
    for row in rows_of(tmp_path / "series.csv", result):
        if row["phase"] in ("none", "ready", "out"):
            assert (row["contact"], row["contact_source"], row["zone"]) == ("", "", "")


def test_rows_of_a_set_hold_what_it_is_credited_with_once_it_is_open(tmp_path: Path) -> None:
    """It counts from where it began, which is clear a second later; and so do its rows."""
    pipeline = PipelineRun(PipelineOptions(load_moves()), Eyes(lambda t: 0.2))
    told = [pipeline.advance(frame(t), pose(ACT(t), t)) for t in moments(0.0, 9.0, 10.0)]
    (one,) = pipeline.finish()
    at_the_time = [r.feedback for r in told if r.feedback is not None and r.t >= one.start_s]
    assert sum(f.on_target for f in at_the_time) / 10.0 < one.time_on_target_s - 0.6
    rows = [r for r in rows_of(tmp_path / "series.csv", told) if one.start_s <= float(r["t_s"]) <= one.end_s]
    assert sum(int(r["on_target"]) for r in rows) / 10.0 == pytest.approx(one.time_on_target_s, abs=0.11)
    assert {r["zone"] for r in rows} == {"green"}


def test_rows_that_were_taken_for_another_move_are_those_of_the_set_they_turn_out_to_be_of(tmp_path: Path) -> None:
    pipeline = PipelineRun(PipelineOptions(load_moves()), Eyes(lambda t: 0.2))
    told = [pipeline.advance(frame(t), pose(ACT(t), t)) for t in moments(0.0, 9.0, 10.0)]
    (one,) = pipeline.finish()
    calf = load_moves()["calf"]
    other = [
        replace(r, feedback=replace(r.feedback, move=calf, side="left"))
        if r.feedback is not None and not r.feedback.told_late and r.t < one.start_s + 0.75
        else r
        for r in told
    ]  # fmt: skip
    rows = [r for r in rows_of(tmp_path / "series.csv", other) if one.start_s <= float(r["t_s"]) < one.start_s + 0.75]
    assert {(r["move"], r["side"], r["contact"], r["contact_source"]) for r in rows} == {("thoracic", "", "", "")}


def test_nothing_counts_beyond_the_end_of_a_set(tmp_path: Path, result: list[FrameResult]) -> None:
    """How long somebody took to get up is told when they are up: until then it looked like the set."""
    on = [r.t for r in result if r.feedback is not None and r.feedback.on_target]
    pipeline = PipelineRun(PipelineOptions(load_moves()), Eyes(lambda t: 0.2 if t > 4 else None))
    for t in moments(0.0, 7.0, 10.0):
        pipeline.advance(frame(t), pose(ACT(t), t))
    (one,) = pipeline.finish()
    with SeriesWriter(tmp_path / "series.csv") as series:
        for moment in result:
            series.write(moment)
        series.settle([replace(one, end_s=on[-5])])
    with (tmp_path / "series.csv").open(newline="", encoding="utf-8") as file:
        counted = [float(row["t_s"]) for row in csv.DictReader(file) if row["on_target"] == "1"]
    assert counted[-1] == pytest.approx(on[-5], abs=1e-3)


def test_a_picture_between_two_goes_with_the_one_before_it(tmp_path: Path, result: list[FrameResult]) -> None:
    with SeriesWriter(tmp_path / "series.csv") as series:
        for one in result:
            series.write(one)
            series.write(replace(one, t=one.t + 0.05, feedback=_between(one.feedback)), measured=False)
    with (tmp_path / "series.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(r["on_target"], r["zone"], r["phase"]) for r in rows[::2]] == [
        (r["on_target"], r["zone"], r["phase"]) for r in rows[1::2]
    ]
    assert sum(r["on_target"] == "1" for r in rows) > 2 * sum(
        r.feedback is not None and r.feedback.on_target for r in result
    )


def _between(feedback: Feedback | None) -> Feedback | None:
    return replace(feedback, told_late=(), new_faults=()) if feedback is not None else None


def test_the_first_row_says_to_which_session_the_series_belongs(tmp_path: Path, result: list[FrameResult]) -> None:
    with SeriesWriter(tmp_path / "series.csv", "abc") as series:
        for one in result[:3]:
            series.write(one)
    with (tmp_path / "series.csv").open(newline="", encoding="utf-8") as file:
        assert [row["session"] for row in csv.DictReader(file)] == ["abc", "", ""]
    read = read_series(tmp_path / "series.csv")
    assert read is not None
    assert read.session == "abc"
