"""Clips in by pieces, and the queue: nothing lost, nothing done twice."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from smr_vision.desk.desk import Desk
from smr_vision.desk.places import Places, tame
from smr_vision.desk.queue import Queue
from smr_vision.desk.records import QueuedClip, Records
from smr_vision.desk.settings import Settings
from tests.report.sample import make_session, make_set, write_folder


def announce(client: TestClient, **more: Any) -> dict[str, Any]:
    answer = client.post("/api/uploads", json={"name": "roll.mp4", "size": 10, "mark": "1", **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_clip_comes_in_pieces_and_waits(client: TestClient, desk: Desk) -> None:
    job = announce(client, person="Ana", move="calf", side="left")
    assert client.put(f"/api/uploads/{job['id']}?offset=0", content=b"01234").json() == {"received": 5}
    assert client.put(f"/api/uploads/{job['id']}?offset=5", content=b"56789").json() == {"received": 10}
    (known,) = desk.records.jobs()
    assert (known.state, known.person, known.move, known.side) == ("waiting", "Ana", "calf", "left")
    assert desk.places.clip(known.id, known.name).read_bytes() == b"0123456789"


def test_a_piece_out_of_step_is_told_where_to_go_on(client: TestClient) -> None:
    job = announce(client)
    client.put(f"/api/uploads/{job['id']}?offset=0", content=b"01234")
    answer = client.put(f"/api/uploads/{job['id']}?offset=0", content=b"01234")
    assert (answer.status_code, answer.json()["received"]) == (409, 5)


def test_after_a_restart_the_same_clip_goes_on(client: TestClient, desk: Desk) -> None:
    job = announce(client)
    client.put(f"/api/uploads/{job['id']}?offset=0", content=b"0123")
    again = Records(desk.places.records)
    assert [j.id for j in again.jobs()] == [job["id"]]
    again.close()
    assert announce(client) == {"id": job["id"], "received": 4}


def test_a_clip_whole_on_the_disk_but_not_yet_said_so_is_taken_up(client: TestClient, desk: Desk) -> None:
    job = announce(client)
    clip = desk.places.clip(job["id"], "roll.mp4")
    clip.parent.mkdir(parents=True)
    (clip.parent / "roll.mp4.part").write_bytes(b"0123456789")
    desk.uploads.repair()
    assert desk.records.job(job["id"]).state == "waiting"
    assert clip.exists()


def test_more_than_announced_is_refused(client: TestClient) -> None:
    job = announce(client)
    assert client.put(f"/api/uploads/{job['id']}?offset=0", content=b"0" * 11).status_code == 400


@pytest.mark.parametrize("name", ["x.html", "x.svg", "x.py", "mp4", "x.mp4.exe"])
def test_what_is_no_clip_is_not_taken(client: TestClient, name: str) -> None:
    answer = client.post("/api/uploads", json={"name": name, "size": 10, "mark": ""})
    assert answer.status_code == 404
    assert "no clip" in answer.json()["error"]


def test_a_clip_for_which_there_is_no_room_is_not_taken(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smr_vision.desk.uploads.SPARE", 1 << 62)
    answer = client.post("/api/uploads", json={"name": "a.mp4", "size": 10, "mark": ""})
    assert "no room" in answer.json()["error"]


@pytest.mark.parametrize(
    ("name", "tamed"),
    [
        ("../../etc/passwd.mp4", "passwd.mp4"), ("C:\\x\\roll.MP4", "roll.mp4"), ("..mp4", "clip.mp4"),
        ("a\0b\n.mp4", "a_b_.mp4"), ("Änne 1.mov", "Änne 1.mov"), ("x" * 300 + ".mp4", "x" * 80 + ".mp4"),
    ],
)  # fmt: skip
def test_names_from_outside_are_tame(name: str, tamed: str) -> None:
    assert tame(name) == tamed


class At:
    """A queue whose worker is a small script instead of the analysis."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
        self.places = Places(folder)
        self.places.make()
        self.records = Records(self.places.records)
        self.registered: list[Path] = []
        code = folder / "worker.py"
        code.write_text(
            f"import json, sys, time, os\nfrom pathlib import Path\norder = json.loads(sys.stdin.readline())\n{script}"
        )
        real = __import__("subprocess").Popen
        monkeypatch.setattr(
            "smr_vision.desk.queue.subprocess.Popen", lambda _, **k: real([sys.executable, str(code)], **k)
        )
        self.queue = Queue(self.places, self.records, Settings, self._register)

    def _register(self, job: QueuedClip, folder: Path) -> str:
        del job
        self.registered.append(folder)
        return "f" * 32

    def add(self) -> QueuedClip:
        job = self.records.add_job("roll.mp4", 3, "", {"person": None, "move": None, "side": None})
        clip = self.places.clip(job.id, job.name)
        clip.parent.mkdir(parents=True)
        clip.write_bytes(b"abc")
        self.records.move_job(job.id, "waiting")
        return job

    def until(self, job: QueuedClip, *states: str) -> QueuedClip:
        end = time.monotonic() + 15
        while (found := self.records.job(job.id)).state not in states:
            assert time.monotonic() < end, found
            time.sleep(0.02)
        return found


DONE = """
out = Path(order["out"]) / "roll"
out.mkdir(parents=True)
(out / "session.json").write_text("{}")
print("noise of a library", flush=True)
print(json.dumps({"folder": str(out)}), flush=True)
"""


def test_what_waits_is_analysed_and_registered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = At(tmp_path, monkeypatch, DONE)
    jobs = [at.add(), at.add()]
    at.queue.start()
    assert [at.until(job, "done").session_id for job in jobs] == ["f" * 32] * 2
    assert len(at.registered) == 2
    at.queue.stop()


def test_results_that_are_there_are_registered_and_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk was killed after the analysis and before it was said."""
    at = At(tmp_path, monkeypatch, "raise SystemExit('made again')")
    job = at.add()
    at.records.move_job(job.id, "running")
    write_folder(at.places.results(job.id) / "roll", make_session(make_set()))
    at.queue.start()
    at.until(job, "done")
    at.queue.stop()


def test_what_ran_when_the_desk_was_killed_runs_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = At(tmp_path, monkeypatch, DONE)
    job = at.add()
    at.records.move_job(job.id, "running")
    half = at.places.results(job.id) / ".half.part"
    half.mkdir(parents=True)
    at.queue.start()
    at.until(job, "done")
    assert not half.exists()
    at.queue.stop()


def test_a_worker_that_dies_fails_its_clip_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = At(tmp_path, monkeypatch, "if order['clip'].split('/')[-2] < '8': os.kill(os.getpid(), 9)\n" + DONE)
    jobs = [at.add() for _ in range(6)]
    at.queue.start()
    for job in jobs:
        found = at.until(job, "done", "failed")
        assert (found.state == "failed") == (job.id < "8"), found
        assert found.state == "done" or "broke off" in str(found.error)
    at.queue.stop()


def test_what_went_wrong_is_told_in_the_worker_s_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = At(tmp_path, monkeypatch, 'print(json.dumps({"error": "roll.mp4: nobody to analyse in it."}), flush=True)')
    job = at.add()
    at.queue.start()
    assert at.until(job, "failed").error == "roll.mp4: nobody to analyse in it."
    at.queue.stop()


SLOW = """
(Path(order["clip"]).parent / "pid").write_text(str(os.getpid()))
time.sleep(0 if Path("GO").exists() else 30)
"""


def test_a_clip_taken_out_ends_its_worker_and_can_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = At(tmp_path, monkeypatch, SLOW.replace("GO", str(tmp_path / "go")) + DONE)
    job = at.add()
    at.queue.start()
    pid_file = at.places.clip_folder(job.id) / "pid"
    while not (pid_file.exists() and pid_file.read_text()):
        time.sleep(0.02)
    at.queue.cancel(job.id)
    assert at.until(job, "cancelled")
    (tmp_path / "go").touch()
    pid = int(pid_file.read_text())
    end = time.monotonic() + 10
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            break
        assert time.monotonic() < end
        time.sleep(0.05)
    at.queue.again(job.id)
    at.until(job, "done")
    at.queue.stop()


def test_stopping_the_desk_leaves_the_clip_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = At(tmp_path, monkeypatch, "time.sleep(30)")
    job = at.add()
    at.queue.start()
    at.until(job, "running")
    at.queue.stop()
    again = Records(at.places.records)
    again.take_up()
    assert again.job(job.id).state == "waiting"
    again.close()
