"""The history under test: a SQLite file, or the PostgreSQL database that SMR_TEST_DB names (`make test-postgres`)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from smr_vision.session import (
    CheckTime,
    Discomfort,
    Fault,
    Pass,
    Session,
    Set,
    Source,
    Totals,
    Tracking,
    ZoneTime,
)
from smr_vision.store import Store
from smr_vision.store.database import open_database


@pytest.fixture
def where(tmp_path: Path) -> str:
    server = os.environ.get("SMR_TEST_DB")
    if not server:
        return str(tmp_path / "history.sqlite")
    database = open_database(server)
    with database.write() as run:
        for table in ("faults", "sets", "people", "screens", "sessions", "smr_schema"):
            run(f"DROP TABLE IF EXISTS {table}", {})
    database.close()
    return server


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    with Store(where) as opened:
        yield opened


def make_set(*, move: str = "calf", side: str | None = "left", faults: int = 1, passes: int = 3) -> Set:
    return Set(
        move=move, side=side, start_s=1, end_s=20, view="side",
        passes=tuple(Pass(start_s=2 * i, end_s=2 * i + 2, direction="up", extent=0.4) for i in range(passes)),
        pass_count=passes, time_on_target_s=17.5, time_by_zone_s=ZoneTime(green=15, amber=2.5, red=0.5), holds=(),
        checks={"slow": CheckTime(ok_s=15, fault_s=2, unknown_s=1)},
        faults=tuple(
            Fault(check="slow", severity="tempo", start_s=i, end_s=i + 1, decided_s=i + 1, measured=22.0,
                  target="at most 15 cm/s", cue="Slow down")
            for i in range(faults)
        ),
        discomfort=Discomfort(before=6, after=4),
    )  # fmt: skip


def make_session(
    *sets: Set,
    person: str | None = "Ana",
    at: str = "2026-11-20T18:00:00+00:00",
    clip: str = "a.mp4",
    complete: bool = True,
) -> Session:
    return Session(
        recorded_at=at, person=person, tool="roller", strictness="standard", notes=(), versions={}, complete=complete,
        source=Source(path=clip, width=640, height=480, duration_s=20, frames=400), move=None, side=None,
        recognised=None, tracking=Tracking(pose_share=1, view="side", contact_source="seen"), sets=sets,
        totals=Totals(pass_count=3, time_on_target_s=17.5, duration_s=19, faults=1),
    )  # fmt: skip


@pytest.fixture
def one_set() -> Set:
    return make_set()


@pytest.fixture
def session(one_set: Set) -> Session:
    return make_session(one_set)
