"""One way to speak SQL to the private SQLite file and to a PostgreSQL server shared by several trainers.

SQLite comes with Python; SQLAlchemy is imported only for a server's URL, so that a home user's install
and start-up don't pay for it. Statements are written once, in the SQL both understand, with `:name`
parameters.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from smr_vision.errors import DeviceError, InputError, OutputError, UsageError, shown

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

BUSY_S = 20.0
MIGRATION_LOCK = 0x736D72  # any number that every smr agrees on

Row = tuple[Any, ...]
Execute = Callable[[str, Mapping[str, Any]], list[Row]]


class Database(Protocol):
    """Transactions on one database; `run(sql, parameters)` inside gives the rows."""

    def read(self) -> AbstractContextManager[Execute]: ...

    def write(self) -> AbstractContextManager[Execute]: ...

    def scrub(self) -> None:
        """Take deleted rows out of the files as well."""

    def close(self) -> None: ...


def open_database(where: str | Path) -> Database:
    """The database at a path, or at a `postgresql://` URL."""
    text = str(where)
    if text.startswith("sqlite:///"):
        return SqliteDatabase(Path(text.removeprefix("sqlite:///")))
    if "://" not in text:
        return SqliteDatabase(Path(where))
    if not text.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")):
        raise UsageError("--db takes a file or a URL like postgresql://user@host/name.")
    return ServerDatabase(text)


class SqliteDatabase:
    """A file only its owner can read, safe for several processes at once (WAL, immediate transactions).

    Who reads has a connection of its own: while one who writes waits for another process, reading goes on.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._reading = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # SQLite gives its -wal and -shm files the mode of this one.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as e:
            raise OutputError(
                f"{shown(path)}: the history can't be kept there ({e.strerror}). Set SMR_DATA to a folder of yours."
            ) from e
        with self._told():
            self._connection = self._connected()
            try:
                self._use_wal()
                self._connection.execute("PRAGMA synchronous=FULL")
                self._connection.execute("PRAGMA foreign_keys=ON")
                self._connection.execute("PRAGMA secure_delete=ON")
                self._reader = self._connected()
            except BaseException:
                self._connection.close()
                raise

    def _connected(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)

    def _use_wal(self) -> None:
        """Switch to WAL. SQLite does not wait its busy time for this one statement, so we do."""
        end = time.monotonic() + BUSY_S
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as e:
                if "locked" not in str(e) or time.monotonic() > end:
                    raise
                time.sleep(0.02)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as e:
            name = shown(self._path)
            if e.sqlite_errorcode in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE):
                raise DeviceError(f"{name}: the disk is full. Free some space and try again.") from e
            raise OutputError(f"{name}: the history can't be used ({e}). What it holds is safe; try again.") from e
        except sqlite3.DatabaseError as e:
            raise InputError(
                f"{shown(self._path)} is not a history of this program ({e}). Move it away or set SMR_DATA."
            ) from e

    @contextmanager
    def _transaction(self, connection: sqlite3.Connection, lock: threading.RLock, begin: str) -> Iterator[Execute]:
        def run(sql: str, parameters: Mapping[str, Any]) -> list[Row]:
            return connection.execute(sql, dict(parameters)).fetchall()

        with lock, self._told():
            connection.execute(begin)
            try:
                yield run
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def read(self) -> AbstractContextManager[Execute]:
        return self._transaction(self._reader, self._reading, "BEGIN")

    def write(self) -> AbstractContextManager[Execute]:
        return self._transaction(self._connection, self._lock, "BEGIN IMMEDIATE")

    def scrub(self) -> None:
        with self._lock, self._told():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        with self._lock, self._reading:
            self._reader.close()
            self._connection.close()


class ServerDatabase:
    """PostgreSQL by way of SQLAlchemy (extra `[db]`)."""

    def __init__(self, url: str) -> None:
        try:
            import sqlalchemy  # noqa: PLC0415 - an optional part
        except ImportError as e:
            raise DeviceError("A shared history needs SQLAlchemy. Install it with: pip install 'smr-vision[db]'") from e
        self._sqlalchemy = sqlalchemy
        try:
            parsed = sqlalchemy.make_url(url).set(drivername="postgresql+psycopg")
            self._engine = sqlalchemy.create_engine(parsed, pool_pre_ping=True)
        except ModuleNotFoundError as e:
            raise DeviceError("A shared history needs psycopg. Install it with: pip install 'smr-vision[db]'") from e
        except sqlalchemy.exc.ArgumentError as e:
            raise UsageError("--db takes a file or a URL like postgresql://user@host/name.") from e
        self._where = parsed.render_as_string(hide_password=True)

    @contextmanager
    def _transaction(self, first: str | None) -> Iterator[Execute]:
        text = self._sqlalchemy.text
        try:
            with self._engine.begin() as connection:

                def run(sql: str, parameters: Mapping[str, Any]) -> list[Row]:
                    result = connection.execute(text(sql), dict(parameters))
                    return [tuple(row) for row in result] if result.returns_rows else []

                if first:
                    connection.execute(text(first))
                yield run
        except self._sqlalchemy.exc.OperationalError as e:
            raise DeviceError(
                f"{self._where}: the shared history does not answer ({_first_line(e)}). Check --db and the server."
            ) from e
        except self._sqlalchemy.exc.DBAPIError as e:
            raise OutputError(
                f"{self._where}: the shared history refused this ({_first_line(e)}). Ask who runs the server."
            ) from e

    def read(self) -> AbstractContextManager[Execute]:
        return self._transaction(None)

    def write(self) -> AbstractContextManager[Execute]:
        # One writer at a time, as in SQLite: a migration and two edits of one session never interleave.
        return self._transaction(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")

    def scrub(self) -> None:
        """The server's own vacuum does this."""

    def close(self) -> None:
        self._engine.dispose()


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]
