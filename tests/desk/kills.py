"""Kills the desk again and again while clips come in and are analysed; nothing may be lost or done twice.

    python -m tests.desk.kills --tries 60

Real processes, a real pose model; `make stops` runs it.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2

from smr_vision.desk.people import DeskStore
from smr_vision.desk.places import Places
from smr_vision.desk.records import Records
from smr_vision.session import read_session

ROOT = Path(__file__).parents[2]
CLIPS = [ROOT / "samples" / "videos" / f"{name}.mp4" for name in ("calf_good", "thoracic_faults", "glute_good")]
PIECE = 60_000


def start(data: Path) -> tuple[subprocess.Popen[str], httpx2.Client]:
    command = [sys.executable, "-m", "smr_vision.cli", "desk", "--data", str(data), "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    home = address.split("/enter", maxsplit=1)[0]
    client = httpx2.Client(base_url=home, headers={"origin": home}, timeout=30)
    client.get(address.removeprefix(home))
    return process, client


def send(client: httpx2.Client, clip: Path) -> None:
    """Send a clip from wherever the desk says it is, a little at a time."""
    size = clip.stat().st_size
    asked = {"name": clip.name, "size": size, "mark": "1", "person": "Ana"}
    told = client.post("/api/uploads", json=asked).json()
    at = told["received"]
    content = clip.read_bytes()
    while at < size:
        at = client.put(f"/api/uploads/{told['id']}?offset={at}", content=content[at : at + PIECE]).json()["received"]
        time.sleep(0.02)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tries", type=int, default=60)
    tries = parser.parse_args().tries
    luck = random.Random(11)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        (data / "desk").mkdir()
        (data / "desk" / "settings.json").write_text('{"model": "lite"}')
        sent: set[Path] = set()
        kills = 0
        while True:
            process, client = start(data)
            end = time.monotonic() + luck.uniform(0.1, 9) if kills < tries else float("inf")
            try:
                for clip in CLIPS:
                    if clip not in sent and time.monotonic() < end:
                        send(client, clip)
                        sent.add(clip)
                while time.monotonic() < end:
                    states = [job["state"] for job in client.get("/api/jobs").json()]
                    assert "failed" not in states, client.get("/api/jobs").json()
                    if len(states) == len(CLIPS) and set(states) == {"done"}:
                        break
                    time.sleep(0.1)
            except httpx2.HTTPError as e:
                raise SystemExit(f"the desk did not answer: {e}") from e
            finally:
                process.send_signal(signal.SIGKILL)
                process.wait()
                client.close()
            kills += 1
            if len(sent) == len(CLIPS) and kills > tries:
                break
            if kills % 10 == 0:
                print(f"{kills} kills")
        time.sleep(2)
        records, store = Records(Places(data).records), DeskStore(Places(data).history)
        states = sorted(job.state for job in records.jobs())
        folders = [e.folder for e in store.entries()]
        assert states == ["done"] * len(CLIPS), states
        assert len(set(folders)) == len(folders) == len(CLIPS), folders
        assert all(f is not None and read_session(f / "session.json").sets for f in folders)
        left = [p for p in (data / "desk").rglob("*") if p.name.endswith(".part")]
        assert left == [], left
        print(f"{kills} kills: {len(CLIPS)} clips, each analysed and kept once, nothing left over.")


if __name__ == "__main__":
    main()
