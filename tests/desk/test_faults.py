"""What goes wrong around the desk: a database that another program holds, a full disk, two windows at once. Nothing is
lost or half written, and one clear line says so.

Disks are real (tmpfs) where they can be mounted. Real processes that are killed: `python -m tests.desk.kills`.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from smr_vision.corrections import CorrectionRecord
from smr_vision.desk.app import desk_app
from smr_vision.desk.desk import Desk
from smr_vision.desk.places import Places
from tests.desk.conftest import HOME, PORT, TOKEN
from tests.report.sample import make_session, make_set, write_folder

PIECE = 256 * 1024


def entered(desk: Desk) -> TestClient:
    client = TestClient(desk_app(desk, token=TOKEN, port=PORT), base_url=HOME)
    assert client.get(f"/enter?token={TOKEN}", follow_redirects=False).status_code == 303
    client.headers["origin"] = HOME
    return client


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another program in the middle of a change to the database."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smr_vision.store.database.BUSY_S", 0.4)


@pytest.mark.usefixtures("impatient")
def test_a_database_that_another_program_holds(tmp_path: Path, desk: Desk, client: TestClient, session_id: str) -> None:
    """Pages are there meanwhile; what can't be kept says so in one line, and can be kept afterwards."""
    note = {"t_s": None, "words": "Calm", "before": ""}
    with held(desk.places.records), held(desk.places.history):
        for path in ("/", "/people", f"/sessions/{session_id}", f"/api/sessions/{session_id}/state", "/api/jobs"):
            assert client.get(path).status_code == 200, path
        answers = [
            client.post(f"/api/sessions/{session_id}/note", json=note),
            client.post("/api/people", json={"name": "Eva"}),
            client.post("/api/uploads", json={"name": "roll.mp4", "size": 10, "mark": "1"}),
        ]
    for answer in answers:
        assert answer.status_code == 400
        assert "What it holds is safe; try again" in answer.json()["error"]
        assert "\n" not in answer.json()["error"]
    assert desk.store.people() == [p for p in desk.store.people() if p.name == "Ana"]
    assert client.post(f"/api/sessions/{session_id}/note", json=note).status_code == 200
    assert [n.words for n in desk.records.notes(session_id)] == ["Calm"]


@pytest.mark.usefixtures("impatient")
def test_reading_goes_on_while_somebody_waits_to_write(desk: Desk, client: TestClient) -> None:
    with held(desk.places.records):
        waiting = threading.Thread(target=lambda: _refused(lambda: desk.records.add_job("a.mp4", 3, "", _NOBODY)))
        waiting.start()
        time.sleep(0.05)
        before = time.monotonic()
        assert client.get("/api/jobs").json() == []
        assert waiting.is_alive() or time.monotonic() - before < 0.3
        waiting.join()


_NOBODY: dict[str, str | None] = {"person": None, "move": None, "side": None}


def _refused(work: Callable[[], object]) -> None:
    with pytest.raises(Exception, match="try again"):
        work()


def test_what_two_windows_correct_at_once_is_kept_once_and_the_other_is_told(desk: Desk, session_id: str) -> None:
    """Eight at the same moment: one is kept, seven are told, and none is half there."""
    clients = [entered(desk) for _ in range(8)]
    for turn in range(5):
        start, found = threading.Barrier(len(clients)), []

        def correct(i: int, client: TestClient, *, turn: int = turn, start: threading.Barrier = start,
                    found: list[Any] = found) -> None:  # fmt: skip
            deed = {"do": "add_pass", "start_s": 3.0 + turn + i / 100, "end_s": 3.5 + turn + i / 100}
            start.wait()
            found.append(client.post(f"/api/sessions/{session_id}/correct", json={"after": turn, "deed": deed}))

        threads = [threading.Thread(target=correct, args=(i, c)) for i, c in enumerate(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(a.status_code for a in found) == [200] + [409] * 7
        assert all("another window" in a.json()["error"] for a in found if a.status_code == 409)
        assert [e.id for e in CorrectionRecord(desk.store.folder(session_id)).read()] == list(range(1, turn + 2))


def test_a_note_written_in_two_windows_is_not_overwritten(client: TestClient, desk: Desk, session_id: str) -> None:
    """The second has not seen the first one's words: it is told, and keeps its own to put beside them."""
    where = f"/api/sessions/{session_id}/note"
    assert client.post(where, json={"t_s": 2.0, "words": "First", "before": ""}).status_code == 200
    answer = client.post(where, json={"t_s": 2.0, "words": "Second", "before": ""})
    assert answer.status_code == 409
    assert "another window" in answer.json()["error"]
    assert [n.words for n in desk.records.notes(session_id)] == ["First"]
    assert client.post(where, json={"t_s": 2.0, "words": "Both", "before": "First"}).status_code == 200
    assert [n.words for n in desk.records.notes(session_id)] == ["Both"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 12 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = os.geteuid() == 0 and not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)], capture_output=True, check=False
    ).returncode  # fmt: skip
    if not mounted:
        pytest.skip("mounting a disk needs root on Linux")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path, leaving: int) -> Path:
    """Another program's file that takes all but so many bytes."""
    path = disk / "filler"
    free = os.statvfs(disk)
    path.write_bytes(b"\0" * max(free.f_bavail * free.f_frsize - leaving, 0))
    return path


def test_a_disk_that_fills_up_while_a_clip_comes_in(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says so; with room again the clip goes on where it was, and is whole."""
    monkeypatch.setattr("smr_vision.desk.uploads.SPARE", 0)
    monkeypatch.setattr("smr_vision.desk.queue.Queue.start", lambda self: None)
    monkeypatch.setattr("smr_vision.desk.queue.Queue.stop", lambda self: None)
    content = os.urandom(4_000_000)
    with Desk(Places(small_disk / "data")) as desk:
        client = entered(desk)
        about = {"name": "roll.mp4", "size": len(content), "mark": "1"}
        job = client.post("/api/uploads", json=about).json()
        filler = fill(small_disk, leaving=1_500_000)
        at, told = 0, ""
        while at < len(content):
            answer = client.put(f"/api/uploads/{job['id']}?offset={at}", content=content[at : at + PIECE])
            if answer.status_code != 200:
                told = answer.json()["error"]
                break
            at = answer.json()["received"]
        assert 0 < at < len(content)
        assert "space" in told
        assert "\n" not in told
        assert client.get("/").status_code == client.get("/api/jobs").status_code == 200
        filler.unlink()
        job = client.post("/api/uploads", json=about).json()
        at = job["received"]
        while at < len(content):
            piece = content[at : at + PIECE]
            at = client.put(f"/api/uploads/{job['id']}?offset={at}", content=piece).json()["received"]
        assert client.get(f"/api/uploads/{job['id']}").json()["state"] == "waiting"
        whole = desk.places.clip(job["id"], "roll.mp4").read_bytes()
        assert hashlib.sha256(whole).digest() == hashlib.sha256(content).digest()


def test_a_full_disk_keeps_no_half_correction_and_no_half_note(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smr_vision.desk.queue.Queue.start", lambda self: None)
    monkeypatch.setattr("smr_vision.desk.queue.Queue.stop", lambda self: None)
    with Desk(Places(small_disk / "data")) as desk:
        client = entered(desk)
        path = write_folder(small_disk / "roll", make_session(make_set(), person="Ana"), pictures=False)
        session = desk.store.add_session(read(path), path.parent)
        kept = client.get(f"/api/sessions/{session}/state").json()
        filler = fill(small_disk, leaving=0)
        told = []
        for i in range(400):  # some fit into what a file has left of its last block
            deed = {
                "do": "add_fault",
                "check": "hips_lifted",
                "start_s": 5.0 + i / 50,
                "end_s": 6.0 + i / 50,
                "words": "x" * 90,
            }
            last = client.get(f"/api/sessions/{session}/state").json()["last"]
            answer = client.post(f"/api/sessions/{session}/correct", json={"after": last, "deed": deed})
            if answer.status_code != 200:
                told.append(answer)
                break
        note = client.post(f"/api/sessions/{session}/note", json={"t_s": None, "words": "y" * 19_000, "before": ""})
        assert told
        for answer in (*told, note):
            assert answer.status_code == 400
            assert "space" in answer.json()["error"]
        lines = (path.parent / "corrections.jsonl").read_bytes()
        assert lines == b"" or lines.endswith(b"\n")
        filler.unlink()
        now = client.get(f"/api/sessions/{session}/state").json()
        assert now["notes"] == []
        assert now["totals"]["pass_count"] == kept["totals"]["pass_count"]
        deed = {"do": "dismiss_fault", "part": now["sets"][0]["faults"][0]["name"]}
        answer = client.post(f"/api/sessions/{session}/correct", json={"after": now["last"], "deed": deed})
        assert answer.status_code == 200


def read(path: Path) -> Any:
    from smr_vision.session import read_session

    return read_session(path)
