"""The tables, version by version; `migrate` brings a database of any earlier version to the latest.

Version 1: sessions as a journal, and who has accepted the safety screen.
Version 2: people, sets and faults as rows of their own, and the folder of each session.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from smr_vision.errors import InputError
from smr_vision.session import Session
from smr_vision.store.database import Database, Execute

VERSION_1 = (
    """CREATE TABLE sessions (
        id TEXT PRIMARY KEY, person TEXT, recorded_at TEXT NOT NULL, updated_at TEXT NOT NULL,
        complete INTEGER NOT NULL, body TEXT NOT NULL)""",
    "CREATE TABLE screens (person TEXT PRIMARY KEY, accepted_at TEXT NOT NULL)",
)

VERSION_2 = (
    "ALTER TABLE sessions ADD COLUMN folder TEXT",
    "CREATE INDEX sessions_by_person ON sessions (person, recorded_at)",
    "CREATE TABLE people (name TEXT PRIMARY KEY, added_at TEXT NOT NULL)",
    """CREATE TABLE sets (
        session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, number INTEGER NOT NULL,
        move TEXT NOT NULL, side TEXT, start_s REAL NOT NULL, end_s REAL NOT NULL,
        pass_count INTEGER NOT NULL, on_target_s REAL NOT NULL,
        green_s REAL NOT NULL, amber_s REAL NOT NULL, red_s REAL NOT NULL,
        discomfort_before INTEGER, discomfort_after INTEGER,
        PRIMARY KEY (session_id, number))""",
    """CREATE TABLE faults (
        session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, set_number INTEGER NOT NULL,
        number INTEGER NOT NULL, check_id TEXT NOT NULL, severity TEXT NOT NULL,
        start_s REAL NOT NULL, end_s REAL NOT NULL, dismissed_by TEXT,
        PRIMARY KEY (session_id, set_number, number))""",
)


def migrate(database: Database) -> None:
    """Bring the tables to the latest version, in one transaction: all of it happens or none."""
    with database.write() as run:
        version = _version(run)
        if version > len(STEPS):
            raise InputError(f"The history was written by a newer smr (schema {version}). Update smr-vision.")
        for step in STEPS[version:]:
            step(run)
        if version < len(STEPS):
            run("DELETE FROM smr_schema", {})
            run("INSERT INTO smr_schema (version) VALUES (:version)", {"version": len(STEPS)})


def _version(run: Execute) -> int:
    """The version found; the table that holds it is made when the database is new."""
    run("CREATE TABLE IF NOT EXISTS smr_schema (version INTEGER NOT NULL)", {})
    rows = run("SELECT version FROM smr_schema", {})
    return int(rows[0][0]) if rows else 0


def _to_1(run: Execute) -> None:
    for statement in VERSION_1:
        run(statement, {})


def _to_2(run: Execute) -> None:
    for statement in VERSION_2:
        run(statement, {})
    run(
        "INSERT INTO people (name, added_at) SELECT person, MIN(recorded_at) FROM sessions"
        " WHERE person IS NOT NULL GROUP BY person",
        {},
    )
    for identity, body in run("SELECT id, body FROM sessions", {}):
        try:
            session = Session.model_validate_json(body)
        except ValidationError:
            continue  # the record itself stays as it was; only its rows can't be filled in
        write_rows(run, identity, session)


STEPS: tuple[Callable[[Execute], None], ...] = (_to_1, _to_2)


def write_rows(run: Execute, identity: str, session: Session) -> None:
    """Replace the sets and faults of a session by what it holds now."""
    run("DELETE FROM faults WHERE session_id = :id", {"id": identity})
    run("DELETE FROM sets WHERE session_id = :id", {"id": identity})
    for number, one in enumerate(session.sets):
        felt = one.discomfort
        row: dict[str, Any] = {
            "id": identity, "number": number, "move": one.move, "side": one.side,
            "start_s": one.start_s, "end_s": one.end_s,
            # Below 0: not known.
            "passes": -1 if one.pass_count is None else one.pass_count,
            "on_target": -1.0 if one.time_on_target_s is None else one.time_on_target_s,
            "green": one.time_by_zone_s.green,
            "amber": one.time_by_zone_s.amber, "red": one.time_by_zone_s.red,
            "before": felt.before if felt else None, "after": felt.after if felt else None,
        }  # fmt: skip
        run(
            "INSERT INTO sets VALUES (:id, :number, :move, :side, :start_s, :end_s, :passes, :on_target,"
            " :green, :amber, :red, :before, :after)",
            row,
        )
        for order, fault in enumerate(one.faults):
            run(
                "INSERT INTO faults VALUES (:id, :number, :order, :check, :severity, :start_s, :end_s, :dismissed)",
                {
                    "id": identity, "number": number, "order": order, "check": fault.check,
                    "severity": fault.severity, "start_s": fault.start_s, "end_s": fault.end_s,
                    "dismissed": fault.dismissed_by,
                },
            )  # fmt: skip
