"""What holds for the SQLite file: privacy, earlier versions, sudden ends, damage, forgetting files."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from smr_vision.errors import DeviceError, InputError, OutputError, UsageError
from smr_vision.session import Session
from smr_vision.store import Store, default_db

# Schema version 1 as it was shipped: never change this text.
VERSION_1 = """
CREATE TABLE smr_schema (version INTEGER NOT NULL);
INSERT INTO smr_schema VALUES (1);
CREATE TABLE sessions (
    id TEXT PRIMARY KEY, person TEXT, recorded_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    complete INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE screens (person TEXT PRIMARY KEY, accepted_at TEXT NOT NULL);
INSERT INTO screens VALUES ('Ana', '2026-11-01T10:00:00+00:00');
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


@pytest.fixture
def version_1(file: Path, session: Session) -> Path:
    with sqlite3.connect(file) as connection:
        connection.executescript(VERSION_1)
        rows = [
            ("one", "Ana", session.model_dump_json(by_alias=True), 1),
            ("two", None, session.model_dump_json(by_alias=True), 0),
            ("bad", "Bo", '{"schema": "smr-session/0"}', 1),
        ]
        for name, person, body, complete in rows:
            connection.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)",
                (name, person, session.recorded_at, "2026-11-20T18:01:00+00:00", complete, body),
            )
    connection.close()
    return file


def test_a_history_of_version_1_is_migrated(version_1: Path, session: Session) -> None:
    with Store(version_1) as store:
        entries = {e.id: e for e in store.entries()}
        assert set(entries) == {"one", "two", "bad"}
        assert len(entries["one"].sets) == 1
        assert entries["one"].sets[0].faults == 1
        assert entries["two"].state == "interrupted"
        assert entries["bad"].sets == ()
        assert [p.name for p in store.people()] == ["Ana", "Bo"]
        assert store.screen_accepted_at("Ana") == "2026-11-01T10:00:00+00:00"
        assert store.sessions("Ana") == [session]
    with Store(version_1) as store:  # and is not migrated twice
        assert len(store.entries()) == 3


def test_a_migration_that_fails_changes_nothing(version_1: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("in the middle")

    with monkeypatch.context() as patched:
        patched.setattr("smr_vision.store.schema.write_rows", fail)
        with pytest.raises(RuntimeError):
            Store(version_1)
    with Store(version_1) as store:
        assert len(store.entries()) == 3


def test_a_history_of_a_newer_program_is_refused(file: Path) -> None:
    Store(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE smr_schema SET version = 99")
    connection.close()
    with pytest.raises(InputError, match=r"newer smr \(schema 99\)"):
        Store(file)


def test_a_file_that_is_no_history_is_refused(file: Path) -> None:
    file.write_bytes(b"this is a shopping list, not a database " * 100)
    with pytest.raises(InputError, match="not a history"):
        Store(file)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="SMR_DATA"):
        Store(tmp_path / "file" / "history.sqlite")


def test_a_full_disk_is_told(file: Path, session: Session) -> None:
    with Store(file) as store:
        store.add_session(session)
        store._database._connection.execute("PRAGMA max_page_count=1")  # type: ignore[attr-defined]
        big = session.model_copy(update={"notes": ("x" * 300_000,)})
        with pytest.raises(DeviceError, match="disk is full"):
            store.add_session(big)
        assert store.sessions() == [session]


@pytest.mark.parametrize("url", ["mysql://host/name", "http://host/", "oracle+x://h"])
def test_another_kind_of_url_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="postgresql://"):
        Store(url)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes: the user's folder is private")
def test_the_history_is_private_to_its_user(tmp_path: Path, session: Session) -> None:
    before = os.umask(0)
    try:
        with Store(tmp_path / "data" / "history.sqlite") as store:
            store.add_session(session)
            for path in (tmp_path / "data").iterdir():
                assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_smr_data_chooses_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMR_DATA", str(tmp_path / "mine"))
    assert default_db() == tmp_path / "mine" / "history.sqlite"
    monkeypatch.delenv("SMR_DATA")
    assert default_db().name == "history.sqlite"
    assert "smr-vision" in default_db().parts


def test_after_kill_9_the_last_checkpoint_is_there(file: Path, session: Session, tmp_path: Path) -> None:
    (tmp_path / "session.json").write_text(session.model_dump_json(by_alias=True))
    program = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from smr_vision.session import read_session
        from smr_vision.store import Store
        session = read_session(Path(sys.argv[2]))
        journal = Store(sys.argv[1]).begin(session)
        for number in range(10_000):
            journal.checkpoint(session.model_copy(update={"notes": (str(number),)}))
            print(number, flush=True)
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(file), str(tmp_path / "session.json")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout as said:
        told = [int(said.readline()) for _ in range(20)]
        time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        told += [int(line) for line in said if line.endswith("\n")]
    process.wait()
    with Store(file) as store:
        (kept,) = store.sessions()
        assert int(kept.notes[0]) >= told[-1]
        assert store.entries()[0].state in ("running", "interrupted")


@pytest.fixture
def folder(tmp_path: Path, session: Session) -> Path:
    """What `smr analyse` leaves, and beside it the user's own clip and a file of theirs."""
    folder = tmp_path / "smr-out" / "roll"
    (folder / "faults").mkdir(parents=True)
    for name in ("annotated.mp4", "poses.npz", "series.csv", "report.html", "faults/1.jpg", "my notes.txt", "roll.mp4",
                 "recording.mp4", "recording-2.mp4", "recording-of-mine.mp4"):  # fmt: skip
        (folder / name).write_text(name)
    source = session.source.model_copy(update={"path": str(folder / "roll.mp4")})
    session.model_copy(update={"source": source}).write(folder / "session.json")
    return folder


def test_forget_deletes_what_smr_wrote_and_nothing_else(file: Path, folder: Path, session: Session) -> None:
    with Store(file) as store:
        store.add_session(session, folder)
        gone = store.forget("Ana")
        assert (gone.sessions, len(gone.removed), gone.left) == (1, 8, ())
        assert sorted(p.name for p in folder.iterdir()) == ["my notes.txt", "recording-of-mine.mp4", "roll.mp4"]
        assert (store.entries(), store.people()) == ([], [])


def test_forget_takes_the_empty_folder_too(file: Path, folder: Path, session: Session) -> None:
    (folder / "my notes.txt").unlink()
    (folder / "roll.mp4").unlink()
    (folder / "recording-of-mine.mp4").unlink()
    with Store(file) as store:
        store.add_session(session, folder)
        store.forget("Ana")
    assert not folder.exists()
    assert folder.parent.exists()


def test_forget_never_deletes_the_source_clip_whatever_its_name(file: Path, folder: Path, session: Session) -> None:
    """A clip the user called annotated.mp4, analysed from within its own folder, by another path to it."""
    source = session.source.model_copy(update={"path": str(folder / ".." / "roll" / "annotated.mp4")})
    session.model_copy(update={"source": source}).write(folder / "session.json")
    with Store(file) as store:
        store.add_session(session, folder)
        store.forget("Ana")
    assert (folder / "annotated.mp4").exists()
    assert not (folder / "series.csv").exists()


def test_forget_leaves_a_folder_that_is_somebody_elses_by_now(file: Path, folder: Path, session: Session) -> None:
    with Store(file) as store:
        store.add_session(session, folder)
        session.model_copy(update={"person": "Bo"}).write(folder / "session.json")
        gone = store.forget("Ana")
    assert gone.removed == ()
    assert gone.left == ((folder, "its session.json names somebody else"),)
    assert (folder / "series.csv").exists()


def test_forget_deletes_the_recording_of_an_interrupted_session(file: Path, folder: Path, session: Session) -> None:
    """Killed in the middle: no session.json was written, but the journal knows whose folder it is."""
    (folder / "session.json").unlink()
    with Store(file) as store:
        store.begin(session, folder)
        gone = store.forget("Ana")
    assert gone.left == ()
    assert not (folder / "recording.mp4").exists()
    assert (folder / "my notes.txt").exists()


def test_forget_leaves_what_it_cannot_read(file: Path, folder: Path, session: Session) -> None:
    (folder / "session.json").write_text("{")
    with Store(file) as store:
        store.add_session(session, folder)
        assert store.forget("Ana").left == ((folder, "its session.json can't be read"),)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_forget_follows_no_link_out_of_the_folder(file: Path, folder: Path, session: Session, tmp_path: Path) -> None:
    (tmp_path / "precious.csv").write_text("mine")
    (folder / "series.csv").unlink()
    (folder / "series.csv").symlink_to(tmp_path / "precious.csv")
    with Store(file) as store:
        store.add_session(session, folder)
        store.forget("Ana")
    assert (tmp_path / "precious.csv").read_text() == "mine"


def test_a_forgotten_name_is_not_left_in_the_files(file: Path, session: Session) -> None:
    with Store(file) as store:
        store.add_session(session.model_copy(update={"person": "Zebedee Quux"}))
        store.forget("Zebedee Quux")
        for path in file.parent.glob("history.sqlite*"):
            assert b"Zebedee" not in path.read_bytes(), path
