"""What the desk itself keeps, in one SQLite file: clips under way, notes, consent.

Sessions and people are in the history that all commands share. Every change is one transaction that is on the disk
before we answer, so that `kill -9` and power cuts lose nothing that was promised.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from smr_vision.corrections import Outdated
from smr_vision.desk.notes import Note
from smr_vision.errors import InputError
from smr_vision.store.database import Execute, open_database

JobState = Literal["uploading", "waiting", "running", "done", "failed", "cancelled"]
_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS jobs (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL, mark TEXT NOT NULL, person TEXT, move TEXT,
        side TEXT, state TEXT NOT NULL, error TEXT, session_id TEXT, added_at TEXT NOT NULL,
        changed_at TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, added_at)",
    "CREATE INDEX IF NOT EXISTS jobs_by_session ON jobs (session_id)",
    """CREATE TABLE IF NOT EXISTS notes (
        id TEXT PRIMARY KEY, session_id TEXT NOT NULL, t_s REAL, words TEXT NOT NULL, changed_at TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS notes_by_session ON notes (session_id)",
    "CREATE TABLE IF NOT EXISTS cards (person TEXT PRIMARY KEY, consent_on TEXT, words TEXT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS drawings (
        id TEXT PRIMARY KEY, session_id TEXT NOT NULL, t_s REAL NOT NULL, shapes TEXT NOT NULL, words TEXT NOT NULL,
        in_report INTEGER NOT NULL, changed_at TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS drawings_by_session ON drawings (session_id)",
    "CREATE TABLE IF NOT EXISTS programmes (person TEXT PRIMARY KEY, body TEXT NOT NULL, changed_at TEXT NOT NULL)",
)
_LATER: Final = {  # columns of `jobs` that its first versions had not
    "filmed_at": "filmed_at TEXT",
    "guessed": "guessed INTEGER NOT NULL DEFAULT 0",
}
_OF_SESSION: Final = ("notes", "jobs", "drawings")
_OF_PERSON: Final = ("jobs", "cards", "programmes")
_ONE_EACH: Final = ("cards", "programmes")


@dataclass(frozen=True, slots=True)
class QueuedClip:
    """One clip from the first piece of it to its session."""

    id: str
    name: str
    size: int
    mark: str
    person: str | None
    move: str | None
    side: str | None
    state: JobState
    error: str | None
    session_id: str | None
    added_at: str
    changed_at: str
    filmed_at: str | None = None  # None: nobody has said, and the name does not tell
    guessed: bool = False  # whose clip it is was told by its name alone


_JOB: Final = ", ".join(f.name for f in fields(QueuedClip))


class Records:
    """The desk's own file."""

    def __init__(self, path: Path) -> None:
        self.database = open_database(path)
        with self.database.write() as run:
            for statement in _TABLES:
                run(statement, {})
            there = {row[1] for row in run("PRAGMA table_info(jobs)", {})}
            for name, column in _LATER.items():
                if name not in there:
                    run(f"ALTER TABLE jobs ADD COLUMN {column}", {})

    def close(self) -> None:
        self.database.close()

    def add_job(self, name: str, size: int, mark: str, asked: Mapping[str, str | bool | None]) -> QueuedClip:
        """A clip that is about to come; the one that is under way already where name, size and mark are the same."""
        now = _now()
        values = {"id": uuid.uuid4().hex, "name": name, "size": size, "mark": mark, "now": now}
        values |= {"filmed_at": None, "guessed": False, **asked}
        with self.database.write() as run:
            there = run(
                f"SELECT {_JOB} FROM jobs WHERE state = 'uploading' AND name = :name AND size = :size AND mark = :mark"  # noqa: S608
                " AND person IS :person",
                values,
            )
            if there:
                return QueuedClip(*there[0])
            run(
                "INSERT INTO jobs (id, name, size, mark, person, move, side, state, added_at, changed_at, filmed_at,"
                " guessed) VALUES (:id, :name, :size, :mark, :person, :move, :side, 'uploading', :now, :now,"
                " :filmed_at, :guessed)",
                values,
            )
            return _job(run, str(values["id"]))

    def job(self, identity: str) -> QueuedClip:
        with self.database.read() as run:
            return _job(run, identity)

    def jobs(self, *, most: int = 200) -> list[QueuedClip]:
        """All clips that are not done, and the latest that are; the newest first."""
        with self.database.read() as run:
            rows = run(
                f"SELECT {_JOB} FROM jobs WHERE state != 'done' ORDER BY added_at DESC LIMIT :most",  # noqa: S608
                {"most": most},
            )
            rows += run(
                f"SELECT {_JOB} FROM jobs WHERE state = 'done' ORDER BY added_at DESC LIMIT 12",  # noqa: S608
                {},
            )
        return sorted((QueuedClip(*row) for row in rows), key=lambda j: j.added_at, reverse=True)

    def jobs_of(self, *, session_id: str | None = None, person: str | None = None) -> list[QueuedClip]:
        column, value = ("session_id", session_id) if session_id is not None else ("person", person)
        with self.database.read() as run:
            return [QueuedClip(*row) for row in run(f"SELECT {_JOB} FROM jobs WHERE {column} = :v", {"v": value})]  # noqa: S608

    def next_waiting(self) -> QueuedClip | None:
        """The oldest clip that waits, now marked as running."""
        with self.database.write() as run:
            rows = run("SELECT id FROM jobs WHERE state = 'waiting' ORDER BY added_at, id LIMIT 1", {})
            if not rows:
                return None
            return _moved(run, str(rows[0][0]), "running")

    def move_job(
        self,
        identity: str,
        state: JobState,
        *,
        only_from: tuple[JobState, ...] = (),
        error: str | None = None,
        session_id: str | None = None,
    ) -> QueuedClip | None:
        """Change a clip's state; None, and nothing changed, where it isn't in one of `only_from` any more."""
        with self.database.write() as run:
            found = _job(run, identity)
            if only_from and found.state not in only_from:
                return None
            return _moved(run, identity, state, error, session_id)

    def describe_job(self, identity: str, asked: Mapping[str, str | None]) -> QueuedClip:
        """Say whose clip it is and what is done in it; then it is no guess any more."""
        with self.database.write() as run:
            run(
                "UPDATE jobs SET person = :person, move = :move, side = :side, guessed = 0 WHERE id = :id",
                {"id": identity, **asked},
            )
            return _job(run, identity)

    def put_filmed(self, identity: str, filmed_at: str) -> None:
        """Keep when the clip says it was filmed, where its name told nothing."""
        with self.database.write() as run:
            values = {"id": identity, "at": filmed_at}
            run("UPDATE jobs SET filmed_at = :at WHERE id = :id AND filmed_at IS NULL", values)

    def take_up(self) -> None:
        """After a start: what ran when the desk ended waits again."""
        with self.database.write() as run:
            run("UPDATE jobs SET state = 'waiting' WHERE state = 'running'", {})

    def remove_jobs(self, identities: list[str]) -> None:
        with self.database.write() as run:
            for identity in identities:
                run("DELETE FROM jobs WHERE id = :id", {"id": identity})
        self.database.scrub()

    def notes(self, session_id: str) -> list[Note]:
        with self.database.read() as run:
            rows = run(
                "SELECT id, session_id, t_s, words, changed_at FROM notes WHERE session_id = :id"
                " ORDER BY t_s IS NOT NULL, t_s",
                {"id": session_id},
            )
        return [Note(*row) for row in rows]

    def put_note(self, session_id: str, t_s: float | None, words: str, before: str | None = None) -> None:
        """Keep a note; there is one for the session and one a moment, and empty words take it away. Outdated where its
        words are no longer those of `before` that its writer saw; None: whatever they are."""
        with self.database.write() as run:
            at = {"id": session_id, "t": t_s}
            there = run("SELECT words FROM notes WHERE session_id = :id AND t_s IS :t", at)
            if before is not None and before != (there[0][0] if there else ""):
                raise Outdated(
                    "This note was written in another window. Yours is still in its field; nothing was lost."
                )
            run("DELETE FROM notes WHERE session_id = :id AND t_s IS :t", at)
            if words.strip():
                run(
                    "INSERT INTO notes VALUES (:new, :id, :t, :words, :now)",
                    {**at, "new": uuid.uuid4().hex, "words": words, "now": _now()},
                )

    def card(self, person: str) -> tuple[str | None, str]:
        """When the person agreed to be filmed (a date, or None), and words about them."""
        with self.database.read() as run:
            rows = run("SELECT consent_on, words FROM cards WHERE person = :p", {"p": person})
        return (rows[0][0], rows[0][1]) if rows else (None, "")

    def put_card(self, person: str, consent_on: str | None, words: str) -> None:
        with self.database.write() as run:
            run(
                "INSERT INTO cards VALUES (:p, :on, :words)"
                " ON CONFLICT (person) DO UPDATE SET consent_on = excluded.consent_on, words = excluded.words",
                {"p": person, "on": consent_on, "words": words},
            )

    def rename(self, old: str, new: str) -> None:
        """What was kept for one name is kept for another, where that has nothing of its own."""
        with self.database.write() as run:
            run("UPDATE jobs SET person = :new WHERE person = :old", {"old": old, "new": new})
            theirs = {"old": old, "new": new}
            for table in _ONE_EACH:
                if not run(f"SELECT 1 FROM {table} WHERE person = :new", theirs):  # noqa: S608 - our own names
                    run(f"UPDATE {table} SET person = :new WHERE person = :old", theirs)  # noqa: S608
                run(f"DELETE FROM {table} WHERE person = :old", theirs)  # noqa: S608

    def forget(self, person: str, session_ids: list[str]) -> None:
        """Take out everything of a person and their sessions, from the file's free pages as well."""
        with self.database.write() as run:
            for identity in session_ids:
                for table in _OF_SESSION:
                    run(f"DELETE FROM {table} WHERE session_id = :id", {"id": identity})  # noqa: S608
            for table in _OF_PERSON:
                run(f"DELETE FROM {table} WHERE person = :p", {"p": person})  # noqa: S608
        self.database.scrub()


def _job(run: Execute, identity: str) -> QueuedClip:
    rows = run(f"SELECT {_JOB} FROM jobs WHERE id = :id", {"id": identity})  # noqa: S608
    if not rows:
        raise InputError("That clip is not here any more.")
    return QueuedClip(*rows[0])


def _moved(
    run: Execute, identity: str, state: str, error: str | None = None, session_id: str | None = None
) -> QueuedClip:
    values: dict[str, Any] = {"id": identity, "state": state, "error": error, "session": session_id, "now": _now()}
    run(
        "UPDATE jobs SET state = :state, error = :error, session_id = COALESCE(:session, session_id),"
        " changed_at = :now WHERE id = :id",
        values,
    )
    return _job(run, identity)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
