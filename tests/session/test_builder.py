"""From finished sets to the session that is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from math import nan
from typing import Any

import pytest

from smr_vision import session as kept
from smr_vision.coach import PassDone, SetDone
from smr_vision.coach.checks import FaultSpan
from smr_vision.coach.passes import HoldDone
from smr_vision.session.builder import session_of, set_of, tracking_of, versions
from tests.drill import drill

MOVE = drill()
FAULT = FaultSpan(MOVE.by_id["lifted"], 5.0, 6.23456, 5.9, 0.123456, 5.5)
DONE = SetDone(
    move=MOVE, side=None, start_s=1.0, end_s=31.0, view="side",
    passes=(PassDone(2.0, 4.0, "down", 0.41239, 10.2349), PassDone(4.0, 6.0, "up", 0.4, 10.0)),
    time_on_target_s=28.00049, time_by_zone_s={"green": 25.0, "amber": 3.0, "red": 2.0},
    holds=(HoldDone(10.0, 15.0, 0.40001),), check_s={"lifted": (28.0, 1.2, 0.8)}, faults=(FAULT,),
    seen_s=20.0, inferred_s=10.0, advice=("Well done.",), confidence=0.8, unsure_s=1.5,
)  # fmt: skip
SOURCE = kept.Source(path="clip.mp4", width=640, height=480, duration_s=40.0, frames=1200)


def recorded(*sets: SetDone, **how: Any) -> kept.Session:
    given: dict[str, Any] = {
        "source": SOURCE, "pose_share": 0.98, "model": "heavy", "automatic": True, "tool": None,
        "strictness": "standard", "person": None, "notes": (), "complete": True,
    }  # fmt: skip
    return session_of(sets, **(given | how))


def test_a_set_is_kept_as_it_was_rounded_to_what_means_something() -> None:
    one = set_of(DONE)
    assert (one.move, one.side, one.start_s, one.end_s, one.view) == ("drill", None, 1.0, 31.0, "side")
    assert one.pass_count == len(one.passes) == 2
    assert one.passes[0] == kept.Pass(start_s=2.0, end_s=4.0, direction="down", extent=0.4124, speed_cm_s=10.23)
    assert one.time_on_target_s == 28.0
    assert one.time_unsure_s == 1.5
    assert one.holds == (kept.Hold(start_s=10.0, end_s=15.0, along=0.4),)
    assert one.checks == {"lifted": kept.CheckTime(ok_s=28.0, fault_s=1.2, unknown_s=0.8)}
    assert one.advice == ("Well done.",)
    assert one.discomfort is None


def test_a_fault_says_when_what_was_measured_and_what_to_do() -> None:
    (fault,) = set_of(DONE).faults
    assert fault == kept.Fault(
        check="lifted", severity="form", start_s=5.0, end_s=6.235, decided_s=5.9, measured=0.1235,
        target="lifted words", cue="lifted words",
    )  # fmt: skip


def test_a_fault_has_its_picture_where_one_was_taken() -> None:
    (fault,) = set_of(DONE, {("lifted", 5.5): ("faults/a.jpg", 5.5)}).faults
    assert (fault.picture, fault.picture_t_s) == ("faults/a.jpg", 5.5)


def test_a_value_that_was_not_measured_is_null_not_nan() -> None:
    (fault,) = set_of(replace(DONE, faults=(replace(FAULT, measured=nan),))).faults
    assert fault.measured is None


def test_totals_are_the_sums_over_the_sets() -> None:
    totals = recorded(DONE, replace(DONE, start_s=40.0, end_s=60.0, faults=())).totals
    assert (totals.pass_count, totals.time_on_target_s, totals.duration_s, totals.faults) == (4, 56.0, 50.0, 1)


def test_a_session_of_one_move_and_side_says_so_and_a_mixed_one_does_not() -> None:
    left, right = replace(DONE, side="left"), replace(DONE, side="right")
    other = replace(DONE, move=drill(id="other"))
    assert (recorded(left, left).move, recorded(left, left).side) == ("drill", "left")
    assert (recorded(left, right).move, recorded(left, right).side) == ("drill", None)
    assert recorded(DONE, other).move is None


def test_nothing_recognised_is_null() -> None:
    session = recorded()
    assert (session.move, session.side, session.recognised, session.sets) == (None, None, None, ())
    assert session.totals == kept.Totals(pass_count=0, time_on_target_s=0.0, duration_s=0.0, faults=0)
    assert session.tracking.contact_source == "none"


def test_what_was_recognised_is_that_of_the_longest_set_and_only_when_it_was_to_be_found() -> None:
    long = replace(DONE, side="left", end_s=100.0, confidence=1.2)
    assert recorded(DONE, long).recognised == kept.Recognised(move="drill", side="left", confidence=1.0)
    assert recorded(long, automatic=False).recognised is None


@pytest.mark.parametrize(
    ("seen", "inferred", "source", "share"),
    [
        (30.0, 0.0, "seen", 1.0), (24.0, 6.0, "seen", 0.8), (15.0, 15.0, "mixed", 0.5), (3.0, 27.0, "inferred", 0.1),
        (0.0, 0.0, "none", None),
    ],
)  # fmt: skip
def test_how_the_contact_was_known(seen: float, inferred: float, source: str, share: float | None) -> None:
    tracking = tracking_of([replace(DONE, seen_s=seen, inferred_s=inferred)], 0.5)
    assert (tracking.contact_source, tracking.contact_seen_share) == (source, share)


def test_the_view_is_the_commonest_of_the_sets() -> None:
    sets = [replace(DONE, view=v) for v in ("oblique", "side", "oblique", None)]  # type: ignore[arg-type]
    assert tracking_of(sets, 1.0).view == "oblique"
    assert tracking_of([], 0.0).view is None


def test_the_tool_is_the_one_named_or_the_moves_own() -> None:
    ball = drill(tools=[{"kind": "ball", "feel": "firm"}])
    assert recorded(DONE).tool == "roller"
    assert recorded(replace(DONE, move=ball)).tool == "ball"
    assert recorded(replace(DONE, move=ball), tool="roller").tool == "roller"
    assert recorded().tool == "roller"


def test_the_time_it_was_recorded_has_its_zone() -> None:
    assert recorded(recorded_at=datetime(2026, 5, 4, 10, 0, tzinfo=UTC)).recorded_at == "2026-05-04T10:00:00+00:00"
    assert datetime.fromisoformat(recorded().recorded_at).tzinfo is not None


def test_versions_name_what_made_it() -> None:
    found = versions("full")
    assert found["pose_model"] == found["model"] == "full"
    assert versions("mine.task")["model"] == "custom"
    assert set(found) == {"model", "pose_model", "smr-vision", "mediapipe", "opencv", "numpy"}
    assert found["numpy"][0].isdigit()


def test_versions_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A live session is written each second; a package's papers took half of that time."""
    versions("full")

    def papers(package: str) -> str:
        raise AssertionError(package)

    monkeypatch.setattr("smr_vision.session.builder.metadata.version", papers)
    assert versions("heavy")["numpy"][0].isdigit()


def test_time_on_target_that_could_not_be_known_is_none_and_no_zero() -> None:
    known = replace(DONE, time_on_target_s=4.0)
    unknown = replace(known, time_on_target_s=nan)
    assert set_of(unknown).time_on_target_s is None
    totals = [recorded(*sets).totals.time_on_target_s for sets in ((known, unknown), (unknown,), ())]
    assert totals == [4.0, None, 0.0]
