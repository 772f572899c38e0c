"""Deeds on a session: what they change, what they leave, and what a power cut leaves."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from smr_vision.corrections import CorrectionRecord, corrected
from smr_vision.corrections.amounts import _rows_of
from smr_vision.corrections.apply import apply
from smr_vision.corrections.record import NAME
from smr_vision.corrections.truth import truth_of
from smr_vision.errors import InputError, UsageError
from smr_vision.moves import load_moves
from smr_vision.session import Session
from tests.report.sample import make_session, make_set, write_folder


@pytest.fixture
def session() -> Session:
    return make_session(make_set("calf", "left"), make_set("calf", "left", start_s=50))


@pytest.fixture
def folder(tmp_path: Path, session: Session) -> Path:
    return write_folder(tmp_path / "roll", session).parent


def after(session: Session, folder: Path, *deeds: dict[str, Any]) -> Session:
    record = CorrectionRecord(folder)
    for deed in deeds:
        record.append(len(record.read()), "Maja", deed, fits=lambda events: None)
    return corrected(session, folder)


def test_without_corrections_it_is_the_session_itself(session: Session, folder: Path) -> None:
    assert corrected(session, folder) is session


def test_a_pass_that_the_trainer_says_counts_where_nobody_could_see_any(folder: Path) -> None:
    line = "Film from the side."
    one = make_set("calf", "left").model_copy(update={"pass_count": None, "passes": (), "unknown": (line,)})
    session = make_session(one)
    wrong = after(session, folder, {"do": "add_fault", "check": "hips_lifted", "start_s": 10.0, "end_s": 12.0})
    assert (wrong.sets[0].pass_count, wrong.sets[0].unknown, wrong.totals.pass_count) == (None, (line,), None)
    found = after(session, folder, {"do": "add_pass", "start_s": 5.0, "end_s": 8.0})
    assert (found.sets[0].pass_count, found.sets[0].unknown, found.totals.pass_count) == (1, (), 1)


def test_a_dismissed_fault_is_right_again(session: Session, folder: Path) -> None:
    one = after(session, folder, {"do": "dismiss_fault", "part": "s0.f0"}).sets[0]
    assert one.faults[0].dismissed_by == "Maja"
    assert one.checks["leg_crossed"].fault_s == 0
    assert one.time_on_target_s == session.sets[0].time_on_target_s


def test_a_fault_added_counts(session: Session, folder: Path) -> None:
    deed = {"do": "add_fault", "check": "hips_lifted", "start_s": 10.0, "end_s": 12.0, "words": "Up!"}
    found = after(session, folder, deed)
    assert found.totals.faults == session.totals.faults + 1
    assert found.sets[0].checks["hips_lifted"].fault_s == pytest.approx(2)
    assert "Up!" in [f.cue for f in found.sets[0].faults]


def test_the_series_is_read_where_a_second_is_worked_out_and_then_once(session: Session, folder: Path) -> None:
    """An hour's takes half a second, and a session's page asks each time it is looked at."""
    _rows_of.cache_clear()
    apply(session, [], folder, load_moves())
    after(session, folder, {"do": "remove", "part": "s0.h0"})
    assert _rows_of.cache_info().misses == 0
    after(session, folder, {"do": "add_pass", "start_s": 3.0, "end_s": 7.2})
    after(session, folder, {"do": "add_pass", "start_s": 13.0, "end_s": 17.2})
    assert _rows_of.cache_info().misses == 1


def on_target_but_for(folder: Path, start_s: float, end_s: float) -> None:
    """Write into the series that all was on target outside of a stretch."""
    path = folder / "series.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        for row in rows:
            writer.writerow(row | {"on_target": str(int(not start_s <= float(row["t_s"]) <= end_s))})


def test_nothing_is_on_target_in_a_fault_of_load_and_what_was_dismissed_is(tmp_path: Path) -> None:
    """By the trainer's word, as far as the place was measured; faults of form change no time on target."""
    one = make_set("calf", "left")
    lifted = one.faults[0].model_copy(update={"check": "hips_lifted", "start_s": 20.0, "end_s": 22.0})
    session = make_session(one.model_copy(update={"faults": (lifted,)}))
    folder = write_folder(tmp_path / "roll", session).parent
    on_target_but_for(folder, 20.0, 22.0)
    told = session.sets[0].time_on_target_s
    assert told is not None
    added: dict[str, Any] = {"do": "add_fault", "start_s": 10.0, "end_s": 12.0, "words": ""}
    assert after(session, folder, added | {"check": "leg_crossed"}).sets[0].time_on_target_s == told
    found = after(session, folder, added | {"check": "hips_lifted"})
    assert found.sets[0].time_on_target_s == pytest.approx(told - 2, abs=0.11)
    found = after(session, folder, {"do": "dismiss_fault", "part": "s0.f0"})
    assert found.sets[0].time_on_target_s == pytest.approx(told, abs=0.11)
    assert found.totals.time_on_target_s == pytest.approx(told, abs=0.11)


def test_passes_are_added_moved_and_removed(session: Session, folder: Path) -> None:
    found = after(
        session, folder, {"do": "remove", "part": "s0.p0"}, {"do": "remove", "part": "s0.p1"},
        {"do": "add_pass", "start_s": 3.0, "end_s": 7.2},
        {"do": "move", "part": "s0.p2", "start_s": 11.4, "end_s": 15.0},
    )  # fmt: skip
    assert found.sets[0].pass_count == 7
    assert found.totals.pass_count == session.totals.pass_count - 1
    first, second = found.sets[0].passes[:2]
    assert (first.start_s, first.end_s, first.direction) == (3.0, 7.2, "down")
    assert first.extent == pytest.approx(0.66, abs=0.05)
    assert second.end_s == 15.0


def test_a_set_split_and_joined_is_what_it_was(session: Session, folder: Path) -> None:
    split = after(session, folder, {"do": "split_set", "part": "s0", "at_s": 20.0})
    assert [len(s.passes) for s in split.sets] == [5, 3, 8]
    joined = after(session, folder, {"do": "join_sets", "part": "s0"})
    assert [s.passes for s in joined.sets] == [s.passes for s in session.sets]


def test_borders_take_their_time_from_the_series(session: Session, folder: Path) -> None:
    one = session.sets[0]
    found = after(session, folder, {"do": "move", "part": "s0", "start_s": one.start_s, "end_s": one.end_s / 2}).sets[0]
    zones = found.time_by_zone_s
    assert zones.green + zones.amber + zones.red == pytest.approx(found.end_s - found.start_s, abs=0.2)
    assert all(p.start_s < found.end_s for p in found.passes)


def test_not_a_set_and_another_side(session: Session, folder: Path) -> None:
    found = after(
        session,
        folder,
        {"do": "remove", "part": "s1"},
        {"do": "describe_set", "part": "s0", "move": "calf", "side": "right"},
    )
    assert len(found.sets) == 1
    assert found.side == "right"
    assert found.totals.faults == 1


def test_another_move_leaves_no_time_of_the_old_one(session: Session, folder: Path) -> None:
    found = after(session, folder, {"do": "describe_set", "part": "s0", "move": "thoracic", "side": "left"}).sets[0]
    assert (found.move, found.side, found.time_on_target_s) == ("thoracic", None, None)
    assert "knees_90" in found.checks


def test_sets_never_overlap(session: Session, folder: Path) -> None:
    with pytest.raises(UsageError, match="overlap"):
        after(session, folder, {"do": "move", "part": "s0", "start_s": 1.0, "end_s": 60.0})


def test_a_line_that_a_power_cut_left_counts_as_not_written(session: Session, folder: Path) -> None:
    after(session, folder, {"do": "remove", "part": "s0.p0"})
    path = folder / NAME
    with path.open("ab") as file:
        file.write(b'{"id": 2, "at": "2026')
    assert corrected(session, folder).totals.pass_count == 15
    assert after(session, folder, {"do": "remove", "part": "s0.p1"}).totals.pass_count == 14
    assert len(path.read_bytes().splitlines()) == 2


def test_a_damaged_record_is_told_in_one_line(session: Session, folder: Path) -> None:
    (folder / NAME).write_text("{}\n")
    with pytest.raises(InputError, match="damaged"):
        corrected(session, folder)


def test_the_truth_holds_what_the_trainer_says(session: Session, folder: Path) -> None:
    dismissed = after(session, folder, {"do": "dismiss_fault", "part": "s0.f0"})
    truth = truth_of(dismissed, "roll", folder, load_moves(), session.sets)
    assert (truth["move"], truth["side"], truth["pass_count"]) == ("calf", "L", 16)
    assert [f["fault"] for f in truth["faults"]] == ["leg_not_crossed"]
