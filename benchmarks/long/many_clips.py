"""Thousands of clips through `smr batch`, while workers are killed and the clock leaps."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from smr_vision.session import read_session
from smr_vision.store import Store
from smr_vision.video import ClipReader, Frame
from smr_vision.video.writer import ClipWriter

CLOCK: Final = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
LEAPS: Final = ("+0", "+3h", "-2d", "+0", "-10m", "+400d", "-1h")
LEAP_S: Final = 3.0


def pieces(clip: Path, folder: Path, count: int) -> None:
    """Files of one second, each of another length: by twenty in a folder of their move."""
    with ClipReader(clip, max_side=320) as reader:
        frames = [frame for frame in reader if frame.t > 2]
    images, step = [f.image for f in frames], frames[1].t - frames[0].t
    chance = random.Random(7)
    made: list[bytes] = []
    for n in range(min(count, 40)):
        path = folder / f"{n}.mp4"
        start = chance.randrange(len(images) - 40)
        height, width = images[0].shape[:2]
        with ClipWriter(path, width, height) as out:
            for k in range(round(1 / step)):
                out.write(Frame(k * step, images[start + k]))
        made.append(path.read_bytes())
        path.unlink()
    for n in range(count):
        place = folder / f"{n // 20:03}" / "thoracic"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{n:04}.mp4").write_bytes(made[n % len(made)])


def batch(clip: Path, count: int, kill_every: int) -> bool:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "clips").mkdir()
        pieces(clip, folder / "clips", count)
        clock = folder / "clock"
        clock.write_text("+0", encoding="ascii")
        env = {**os.environ, "SMR_DATA": str(folder / "data")}
        if CLOCK.exists():
            env |= {
                "LD_PRELOAD": str(CLOCK), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_CACHE_DURATION": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
            }  # fmt: skip
        command = [
            sys.executable, "-m", "smr_vision.cli", "batch", str(folder / "clips"), "--out", str(folder / "out"),
            "--model", "lite", "--no-video", "--person", "Ana", "--json",
        ]  # fmt: skip
        started, killed, leaps = time.monotonic(), 0, 0
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
            reading = threading.Thread(target=lambda: told.append(running.communicate()[1]), daemon=True)
            told: list[str] = []
            reading.start()
            chance = random.Random(3)
            while reading.is_alive():
                reading.join(LEAP_S)
                leaps += 1
                clock.write_text(LEAPS[leaps % len(LEAPS)], encoding="ascii")
                done = sum(1 for _ in (folder / "out").glob("*/*/*/session.json"))
                if done >= (killed + 1) * kill_every and (workers := _workers(running.pid)):
                    os.kill(chance.choice(workers), signal.SIGKILL)
                    killed += 1
        first_s = time.monotonic() - started
        missing = told[0].count("its process died")
        env.pop("LD_PRELOAD", None)
        again = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        records = [json.loads(line) for line in again.stdout.splitlines()]
        results = sorted((folder / "out").rglob("session.json"))
        sound = sum(read_session(path).complete for path in results)
        left = [str(path) for path in (folder / "out").rglob(".*")]
        with Store(folder / "data" / "history.sqlite") as store:
            history = len(store.sessions("Ana"))
    print(
        f"{count} clips in {first_s / 60:.1f} minutes, a worker killed {killed} times, the clock "
        f"{f'leapt {leaps} times' if 'FAKETIME_TIMESTAMP_FILE' in env else 'left alone'}: exit code "
        f"{running.returncode}, {missing} told as lost; once more: exit code {again.returncode}, {len(records)} lines, "
        f"{len(results)} results, {sound} whole, {history} in the history, {len(left)} scratch files"
    )
    return again.returncode == 0 and len(records) == len(results) == sound == history == count and not left


def _workers(pid: int) -> list[int]:
    """Processes that a batch has at work: not the one of Python's that minds their semaphores."""
    return [child for child in _children(pid) if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        yield from map(int, task.read_text(encoding="ascii").split())
