"""The history: people, sessions, sets and faults, and the journal of the session going on.

with Store() as store:
    journal = store.begin(session)      # a live session starts
    journal.checkpoint(session)         # about once a second: after kill -9 the rest is still there
    journal.finish(session)
    store.add_session(session, folder)  # or, for a clip, all at once
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from pydantic import ValidationError

from smr_vision.session import Session
from smr_vision.store.database import Row, open_database
from smr_vision.store.files import remove_session_files
from smr_vision.store.schema import migrate, write_rows

RUNNING_S = 10.0  # a session not finished and quiet for longer than this was interrupted

__all__ = ["Entry", "Forgotten", "Journal", "Person", "SetEntry", "Store", "default_db"]


def default_db() -> Path:
    """The history's file in the user's own data folder; the environment's SMR_DATA names another folder."""
    if chosen := os.environ.get("SMR_DATA"):
        return Path(chosen) / "history.sqlite"
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "smr-vision" / "history.sqlite"


# What a `SetEntry` is made of, in its order, from a row of `sets`.
SET_COLUMNS: Final = (
    "move, side, CASE WHEN pass_count >= 0 THEN pass_count END,"
    # Old sessions have 0 where the tool's place was never known; where it is not, seconds under load may be.
    " CASE WHEN on_target_s > 0 OR (green_s + amber_s + red_s > 0 AND on_target_s >= 0) THEN on_target_s END,"
    " (SELECT COUNT(*) FROM faults WHERE faults.session_id = sets.session_id"
    " AND set_number = sets.number AND dismissed_by IS NULL), discomfort_before, discomfort_after"
)


@dataclass(frozen=True, slots=True)
class SetEntry:
    """One set as the history lists it. Faults the trainer dismissed are not counted; `on_target_s` is None
    where the tool's place on the body was not known, `pass_count` where the rolling could not be seen."""

    move: str
    side: str | None
    pass_count: int | None
    on_target_s: float | None
    faults: int
    discomfort_before: int | None
    discomfort_after: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One session as the history lists it. `state`: complete, running or interrupted."""

    id: str
    person: str | None
    recorded_at: str
    state: str
    folder: Path | None
    sets: tuple[SetEntry, ...]


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    sessions: int
    last_at: str | None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What `forget` did: sessions taken out, files deleted, folders left and why."""

    sessions: int
    removed: tuple[Path, ...]
    left: tuple[tuple[Path, str], ...]


class Store:
    """The history in a SQLite file (default) or a PostgreSQL database (a URL). Safe for several processes."""

    def __init__(self, where: str | Path | None = None) -> None:
        self._database = open_database(where if where is not None else default_db())
        try:
            migrate(self._database)
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    def begin(self, session: Session, folder: Path | None = None) -> Journal:
        """Start the journal of a session that is going on."""
        identity = uuid.uuid4().hex
        self._put(identity, session, folder, complete=False)
        return Journal(self, identity, folder)

    def add_session(self, session: Session, folder: Path | None = None) -> str:
        """Keep a session; given again for the same folder and time, it replaces what was kept."""
        identity = self._known(session, folder) or uuid.uuid4().hex
        self._put(identity, session, folder, complete=session.complete)
        return identity

    def _known(self, session: Session, folder: Path | None) -> str | None:
        if folder is None:
            return None
        with self._database.read() as run:
            rows = run(
                "SELECT id FROM sessions WHERE folder = :folder AND recorded_at = :at",
                {"folder": _folder_text(folder), "at": session.recorded_at},
            )
        return str(rows[0][0]) if rows else None

    def _put(self, identity: str, session: Session, folder: Path | None, *, complete: bool) -> None:
        now = datetime.now(UTC).isoformat()
        row: dict[str, Any] = {
            "id": identity,
            "person": session.person,
            "at": session.recorded_at,
            "now": now,
            "complete": int(complete),
            "body": json.dumps(session.model_dump(mode="json", by_alias=True)),
            "folder": _folder_text(folder) if folder else None,
        }
        with self._database.write() as run:
            run(
                "INSERT INTO sessions (id, person, recorded_at, updated_at, complete, body, folder)"
                " VALUES (:id, :person, :at, :now, :complete, :body, :folder)"
                " ON CONFLICT (id) DO UPDATE SET person = excluded.person, recorded_at = excluded.recorded_at,"
                " updated_at = excluded.updated_at, complete = excluded.complete, body = excluded.body,"
                " folder = excluded.folder",
                row,
            )
            if session.person is not None:
                run(
                    "INSERT INTO people (name, added_at) VALUES (:person, :now) ON CONFLICT (name) DO NOTHING",
                    {"person": session.person, "now": now},
                )
            write_rows(run, identity, session)

    def entries(self, person: str | None = None) -> list[Entry]:
        """The sessions, oldest first, of everybody or of one person."""
        with self._database.read() as run:
            sessions = run(
                "SELECT id, person, recorded_at, updated_at, complete, folder FROM sessions"
                " WHERE CAST(:person AS TEXT) IS NULL OR person = :person ORDER BY recorded_at, id",
                {"person": person},
            )
            sets = run(
                f"SELECT session_id, {SET_COLUMNS} FROM sets ORDER BY session_id, number",  # noqa: S608 - no input
                {},
            )
        by_session: defaultdict[str, list[SetEntry]] = defaultdict(list)
        for identity, *values in sets:
            by_session[identity].append(SetEntry(*values))
        return [_entry(row, tuple(by_session[row[0]])) for row in sessions]

    def sessions(self, person: str | None = None) -> list[Session]:
        """The full records, oldest first; one that this version can't read is left out."""
        with self._database.read() as run:
            rows = run(
                "SELECT body FROM sessions WHERE CAST(:person AS TEXT) IS NULL OR person = :person"
                " ORDER BY recorded_at, id",
                {"person": person},
            )
        found = []
        for (body,) in rows:
            try:
                found.append(Session.model_validate_json(body))
            except ValidationError:
                continue
        return found

    def people(self) -> list[Person]:
        with self._database.read() as run:
            rows = run(
                "SELECT name, (SELECT COUNT(*) FROM sessions WHERE person = name),"
                " (SELECT MAX(recorded_at) FROM sessions WHERE person = name) FROM people ORDER BY name",
                {},
            )
        return [Person(*row) for row in rows]

    def forget(self, person: str) -> Forgotten:
        """Delete everything about a person: the files smr wrote for each session first, then the rows."""
        with self._database.read() as run:
            rows = run("SELECT folder, body FROM sessions WHERE person = :person", {"person": person})
        removed: list[Path] = []
        left: list[tuple[Path, str]] = []
        folders = {_folder_path(text): _source_of(body) for text, body in rows if text}
        for folder, source in folders.items():
            gone, why = remove_session_files(folder, person, source)
            removed += gone
            if why:
                left.append((folder, why))
        with self._database.write() as run:
            mine = {"person": person}
            run("DELETE FROM faults WHERE session_id IN (SELECT id FROM sessions WHERE person = :person)", mine)
            run("DELETE FROM sets WHERE session_id IN (SELECT id FROM sessions WHERE person = :person)", mine)
            run("DELETE FROM sessions WHERE person = :person", mine)
            run("DELETE FROM people WHERE name = :person", mine)
            run("DELETE FROM screens WHERE person = :person", mine)
        self._database.scrub()
        return Forgotten(len(rows), tuple(removed), tuple(left))

    def accept_screen(self, person: str | None) -> None:
        """Remember that this person (None: whoever gives no name) has read and accepted the safety screen."""
        with self._database.write() as run:
            run(
                "INSERT INTO screens (person, accepted_at) VALUES (:person, :now)"
                " ON CONFLICT (person) DO UPDATE SET accepted_at = excluded.accepted_at",
                {"person": person or "", "now": datetime.now(UTC).isoformat()},
            )

    def screen_accepted_at(self, person: str | None) -> str | None:
        """When this person accepted the safety screen, or None."""
        with self._database.read() as run:
            rows = run("SELECT accepted_at FROM screens WHERE person = :person", {"person": person or ""})
        return str(rows[0][0]) if rows else None


class Journal:
    """The record of a session going on, written as it goes."""

    def __init__(self, store: Store, identity: str, folder: Path | None) -> None:
        self.id = identity
        self._store = store
        self._folder = folder

    def checkpoint(self, session: Session) -> None:
        self._store._put(self.id, session, self._folder, complete=False)

    def finish(self, session: Session) -> None:
        self._store._put(self.id, session, self._folder, complete=session.complete)


def _entry(row: Row, sets: tuple[SetEntry, ...]) -> Entry:
    identity, person, recorded_at, updated_at, complete, folder = row
    quiet = (datetime.now(UTC) - datetime.fromisoformat(updated_at)).total_seconds()
    state = "complete" if complete else "running" if quiet < RUNNING_S else "interrupted"
    return Entry(identity, person, recorded_at, state, _folder_path(folder) if folder else None, sets)


def _source_of(body: str) -> str:
    """The clip a session was made from, also when this version can't read the rest of it."""
    source = json.loads(body).get("source")
    return str(source.get("path", "")) if isinstance(source, dict) else ""


def _folder_text(folder: Path) -> str:
    """As JSON: a folder's name need not be UTF-8, a database's text must."""
    return json.dumps(str(folder.absolute()))


def _folder_path(text: str) -> Path:
    return Path(json.loads(text))
