"""The history as the desk asks it: pages of it, one session, one person, and putting people right."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from smr_vision.errors import InputError
from smr_vision.moves import Move
from smr_vision.session import Session, read_session
from smr_vision.store import Entry, SetEntry, Store
from smr_vision.store.history import SET_COLUMNS

PAGE: Final = 50
SORTS: Final = {"seen": "last seen", "name": "name", "sessions": "sessions"}
NOBODY: Final = "nobody"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person as the list shows them. `id` stands for the name in addresses."""

    id: str
    name: str | None
    sessions: int
    last_at: str | None
    last_session: str | None


def person_id(name: str | None) -> str:
    """A name as an address may hold it: never the name itself, which would stand in the browser's history."""
    return NOBODY if name is None else hashlib.sha256(name.encode()).hexdigest()[:20]


def in_order(lines: list[PersonLine], by: str) -> list[PersonLine]:
    """People as the page lists them: by one of `SORTS`."""
    match by:
        case "seen":
            return lines
        case "name":
            return sorted(lines, key=lambda line: (line.name or "\uffff").casefold())
        case "sessions":
            return sorted(lines, key=lambda line: -line.sessions)
    raise InputError("That order is not known.")


class DeskStore(Store):
    """The history, with what pages need of it and no more. `moves`: by which sessions are corrected, None: those that
    come along."""

    moves: Mapping[str, Move] | None = None

    def lines(self) -> list[PersonLine]:
        """Everybody, whoever was seen last first."""
        with self._database.read() as run:
            people = [str(row[0]) for row in run("SELECT name FROM people", {})]
            seen = run(
                "SELECT s.person, c.n, s.recorded_at, s.id FROM sessions s JOIN (SELECT person, COUNT(*) AS n,"
                " MAX(recorded_at) AS last FROM sessions GROUP BY person) c"
                " ON s.recorded_at = c.last AND (s.person = c.person OR (s.person IS NULL AND c.person IS NULL))",
                {},
            )
        found = {row[0]: PersonLine(person_id(row[0]), *row) for row in seen}
        for name in people:
            found.setdefault(name, PersonLine(person_id(name), name, 0, None, None))
        return sorted(found.values(), key=lambda line: line.last_at or "", reverse=True)

    def name_of(self, identity: str) -> str | None:
        """The name behind an id; None for those without a name."""
        if identity == NOBODY:
            return None
        with self._database.read() as run:
            names = [str(row[0]) for row in run("SELECT name FROM people", {})]
        for name in names:
            if person_id(name) == identity:
                return name
        raise InputError("That person is not kept here any more.")

    def add_person(self, name: str) -> str:
        with self._database.write() as run:
            run(
                "INSERT INTO people (name, added_at) VALUES (:name, :now) ON CONFLICT (name) DO NOTHING",
                {"name": name, "now": ""},
            )
        return person_id(name)

    def page(
        self, *, person: str | None = None, everybody: bool = False, start: int = 0, most: int = PAGE
    ) -> list[Entry]:
        """Sessions, the newest first."""
        where = "" if everybody else "WHERE person IS NULL" if person is None else "WHERE person = :person"
        with self._database.read() as run:
            ids = [
                str(row[0])
                for row in run(
                    f"SELECT id FROM sessions {where} ORDER BY recorded_at DESC, id LIMIT :most OFFSET :start",  # noqa: S608
                    {"person": person, "most": most, "start": start},
                )
            ]
        return [self.entry(identity) for identity in ids]

    def entry(self, identity: str) -> Entry:
        """One session as the history lists it."""
        with self._database.read() as run:
            rows = run(
                "SELECT id, person, recorded_at, complete, folder FROM sessions WHERE id = :id", {"id": identity}
            )
            if not rows:
                raise InputError("That session is not kept here any more.")
            sets = run(
                f"SELECT {SET_COLUMNS} FROM sets WHERE session_id = :id ORDER BY number",  # noqa: S608 - no input in it
                {"id": identity},
            )
        _, person, at, complete, folder = rows[0]
        where = Path(json.loads(folder)) if folder else None
        state = "complete" if complete else "interrupted"
        return Entry(identity, person, at, state, where, tuple(SetEntry(*s) for s in sets))

    def folder(self, identity: str) -> Path:
        """Where a session's files lie; InputError where they are gone."""
        found = self.entry(identity).folder
        if found is None or not (found / "session.json").is_file():
            raise InputError("The files of that session are gone. Only its figures are kept.")
        return found

    def put(self, identity: str, session: Session, folder: Path) -> None:
        """Keep a session anew under its id: corrected, or of another person."""
        self._put(identity, session, folder, complete=session.complete)

    def rename(self, old: str, new: str) -> None:
        """Give all sessions of one name to another; their records on the disk too, one by one: it may be done again."""
        for entry in self.page(person=old, most=1_000_000):
            if entry.folder is not None and (entry.folder / "session.json").is_file():
                self.give(entry.id, new)
        with self._database.write() as run:
            names = {"old": old, "new": new}
            run("UPDATE sessions SET person = :new WHERE person = :old", names)
            run("DELETE FROM people WHERE name = :old", names)
        self.add_person(new)

    def give(self, identity: str, person: str | None) -> None:
        """Say whose session it is."""
        from smr_vision.corrections import corrected  # noqa: PLC0415 - reads moves

        folder = self.folder(identity)
        session = read_session(folder / "session.json").model_copy(update={"person": person})
        session.write(folder / "session.json")
        self.put(identity, corrected(session, folder, self.moves), folder)
