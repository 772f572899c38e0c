"""The desk of a busy house: 200 people, 10,000 sessions. What its start and each page cost the server.

    python -m tests.desk.scale

Processor time is told beside the clock's, as other programs may be at work. Clips that come in are measured by
`python -m tests.desk.load`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx2

from smr_vision.desk.people import DeskStore, person_id
from smr_vision.desk.places import Places
from smr_vision.store.schema import write_rows
from tests.report.sample import make_session, make_set, write_folder

TIMES: Final = 20
FIRST: Final = datetime(2024, 1, 8, 9, tzinfo=UTC)
TICKS: Final = os.sysconf("SC_CLK_TCK")


def name_of(number: int) -> str:
    return f"Person {number:03d}"


def fill(data: Path, people: int, sessions: int) -> list[str]:
    """A history of so many, the last ones with files; the ids of the last person's sessions."""
    luck = random.Random(4)
    store = DeskStore(Places(data).history)
    moves = [("thoracic", None), ("calf", "left"), ("calf", "right"), ("glute", "left"), ("pectoral", "right")]
    ids: list[str] = []
    with store._database.write() as run:
        for number in range(people):
            run("INSERT INTO people VALUES (:name, :at)", {"name": name_of(number), "at": FIRST.isoformat()})
        for number in range(sessions):
            chosen = luck.sample(moves, 3)
            session = make_session(
                *(make_set(m, side, start_s=1 + 60 * i, discomfort=(5, 2)) for i, (m, side) in enumerate(chosen)),
                person=name_of(number % people), recorded_at=(FIRST + timedelta(hours=2 * number)).isoformat(),
            )  # fmt: skip
            folder = data / "taken" / f"{number:05d}"
            if number >= sessions - 2 * people:
                write_folder(folder, session)
            identity = f"{luck.getrandbits(128):032x}"
            row: dict[str, Any] = {
                "id": identity, "person": session.person, "at": session.recorded_at, "folder": json.dumps(str(folder)),
                "body": json.dumps(session.model_dump(mode="json", by_alias=True)),
            }  # fmt: skip
            run(
                "INSERT INTO sessions (id, person, recorded_at, updated_at, complete, body, folder)"
                " VALUES (:id, :person, :at, :at, 1, :body, :folder)", row,
            )  # fmt: skip
            write_rows(run, identity, session)
            if number % people == people - 1:
                ids.append(identity)
    store.close()
    return ids


def worked_s(pid: int) -> float:
    """Seconds of processor time a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(pid: int, what: str = "VmRSS") -> float:
    told = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith(what)) / 1024


def start(data: Path) -> tuple[subprocess.Popen[str], httpx2.Client, float]:
    """A desk of its own process, a client that has entered, and seconds until it answered."""
    command = [sys.executable, "-m", "smr_vision.cli", "desk", "--data", str(data), "--no-browser"]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    home = address.split("/enter", maxsplit=1)[0]
    client = httpx2.Client(base_url=home, headers={"origin": home}, timeout=60)
    client.get(address.removeprefix(home))
    return process, client, time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--sessions", type=int, default=10_000)
    given = parser.parse_args()
    say = sys.stdout.write
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        ids = fill(data, given.people, given.sessions)
        last = person_id(name_of(given.people - 1))
        for _ in range(3):
            process, client, took = start(data)
            say(f"start: {took:.2f} s by the clock, {worked_s(process.pid):.2f} s of processor time\n")
            if _ < 2:
                process.terminate()
                process.wait()
        pages = {
            "clips": "/", "people": "/people", "by name": "/people?sort=name", "person": f"/people/{last}",
            "session": f"/sessions/{ids[-1]}", "its state": f"/api/sessions/{ids[-1]}/state",
            "its report": f"/sessions/{ids[-1]}/report", "compare": f"/compare?a={ids[-2]}&b={ids[-1]}",
            "moves": "/moves", "settings": "/settings", "roll now": "/roll",
            "routines": "/routines", "jobs": "/api/jobs",
        }  # fmt: skip
        for name, path in pages.items():
            clocked, before = [], worked_s(process.pid)
            for _ in range(TIMES):
                began = time.monotonic()
                answer = client.get(path)
                clocked.append(1000 * (time.monotonic() - began))
                assert answer.status_code == 200, (path, answer.status_code)
            cost = 1000 * (worked_s(process.pid) - before) / TIMES
            p95 = sorted(clocked)[int(0.95 * TIMES) - 1]
            say(f"{name:>12}: {cost:6.0f} ms of processor time; clock {median(clocked):.0f} ms, 95 % {p95:.0f} ms\n")
        began, before = time.monotonic(), worked_s(process.pid)
        client.post(f"/api/sessions/{ids[-1]}/note", json={"t_s": None, "words": "x"})
        say(f"a note kept: {1000 * (time.monotonic() - began):.0f} ms\n")
        began = time.monotonic()
        client.post("/api/results", json={"folder": str(data / "taken" / f"{given.sessions - 1:05d}")})
        say(f"one taken in: {1000 * (time.monotonic() - began):.0f} ms\n")
        say(f"memory: {memory_mb(process.pid):.0f} MB\n")
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
