"""Kills the desk's worker at random moments, and takes clips away while they are analysed: each clip ends as one line
or as one session, and by "again" as one session.

    python -m tests.desk.worker_kills --tries 20

Real processes, a real pose model; `make stops` runs it.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import httpx2

from smr_vision.desk.people import DeskStore
from smr_vision.desk.places import Places
from smr_vision.session import read_session
from tests.desk.kills import CLIPS, send, start

LONGEST_S: Final = 300.0


def workers(desk: int) -> list[int]:
    """The desk's workers and the processes they have started."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    found: list[int] = []
    for pid, parent in parents.items():
        above = parent
        while above and above != desk:
            above = parents.get(above, 0)
        if above:
            found.append(pid)
    return found


def ended(client: httpx2.Client, name: str) -> dict[str, Any]:
    """The clip once it is no longer under way."""
    end = time.monotonic() + LONGEST_S
    while True:
        job: dict[str, Any] = next(j for j in client.get("/api/jobs").json() if j["name"] == name)
        if job["state"] not in ("uploading", "waiting", "running"):
            return job
        assert time.monotonic() < end, job
        time.sleep(0.1)


def one_line(job: dict[str, Any]) -> bool:
    return job["state"] == "failed" and 10 < len(job["error"]) < 300 and "\n" not in job["error"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tries", type=int, default=20)
    tries = parser.parse_args().tries
    luck = random.Random(5)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        (data / "desk").mkdir()
        (data / "desk" / "settings.json").write_text('{"model": "lite"}')
        process, client = start(data)
        try:
            clip = CLIPS[0]
            began = time.monotonic()
            send(client, clip)
            assert ended(client, clip.name)["state"] == "done"
            usual_s = time.monotonic() - began
            killed = through = 0
            for i in range(tries):
                name = f"try-{i}.mp4"
                (data / name).write_bytes(clip.read_bytes())
                send(client, data / name)
                time.sleep(luck.uniform(0.0, usual_s))
                for pid in workers(process.pid)[: luck.choice([1, 9])]:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                job = ended(client, name)
                if job["state"] == "done":
                    through += 1
                    continue
                killed += 1
                assert one_line(job), job
                assert not list((data / "desk" / "results" / job["id"]).glob("*")), job
                client.post(f"/api/jobs/{job['id']}/again", json={})
                assert ended(client, name)["state"] == "done"
            gone = 0
            for i in range(max(tries // 4, 2)):
                name = f"gone-{i}.mp4"
                (data / name).write_bytes(clip.read_bytes())
                send(client, data / name)
                time.sleep(luck.uniform(0.0, usual_s / 2))
                job = next(j for j in client.get("/api/jobs").json() if j["name"] == name)
                Places(data).clip(job["id"], name).unlink()
                job = ended(client, name)
                gone += job["state"] == "failed"
                assert job["state"] == "done" or one_line(job), job
        finally:
            process.terminate()
            process.wait()
            client.close()
        store = DeskStore(Places(data).history)
        folders = [entry.folder for entry in store.entries()]
        store.close()
        assert len(set(folders)) == len(folders), folders
        assert all(f is not None and read_session(f / "session.json").sets for f in folders)
        assert len(folders) >= 1 + tries
        assert not [p for p in (data / "desk").rglob("*") if p.name.endswith(".part")]
        sys.stdout.write(
            f"{killed} workers killed and {through} too late, {gone} clips gone before they were read:"
            f" each ended in one line or one session, {len(folders)} sessions in all.\n"
        )


if __name__ == "__main__":
    main()
