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
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from smr_vision.session import read_session
from smr_vision.store import Store
from smr_vision.video import ClipReader, Frame
from smr_vision.video.writer import ClipWriter

CLOCK: Final = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
LEAPS: Final = ("+0", "+3h", "-2d", "+0", "-10m", "+400d", "-1h")
LEAP_S: Final = 3.0
DIFFERENT: Final = 40  # pieces; more clips are copies of them, under names of their own
GROWS: Final = 1.1  # times what was held after a tenth of the clips


def pieces(clips: Sequence[Path], place: Path, count: int) -> Path:
    """A folder in `place`, if it isn't there yet, with files of one to three seconds from all of the clips: by twenty
    in a folder of their move."""
    if (place / "clips").exists():
        return place / "clips"
    folder = place / "clips.part"
    folder.mkdir(parents=True, exist_ok=True)
    films = [_film(clip) for clip in clips]
    chance = random.Random(7)
    made: list[tuple[str, bytes]] = []
    for n in range(min(count, DIFFERENT)):
        path = folder / f"{n}.mp4"
        clip, film = clips[n % len(clips)], films[n % len(clips)]
        pictures = round(chance.uniform(1, 3) / (film[1].t - film[0].t))
        start = chance.randrange(len(film) - pictures)
        height, width = film[0].image.shape[:2]
        with ClipWriter(path, width, height) as out:
            for frame in film[start : start + pictures]:
                out.write(Frame(frame.t - film[start].t, frame.image))
        made.append((clip.stem.split("_")[0], path.read_bytes()))
        path.unlink()
    for n in range(count):
        move, data = made[n % len(made)]
        beside = folder / f"{n // 20:03}" / move
        beside.mkdir(parents=True, exist_ok=True)
        (beside / f"{n:04}.mp4").write_bytes(data)
    return folder.rename(place / "clips")


def _film(clip: Path) -> list[Frame]:
    """A sample's pictures, small, from when somebody is there."""
    with ClipReader(clip, max_side=320) as reader:
        return [frame for frame in reader if frame.t > 2]


@dataclass(frozen=True)
class Held:
    """What the command, and the largest of its workers, hold after so many clips."""

    clips: int
    memory_mb: float
    handles: int
    threads: int
    worker_mb: float
    worker_handles: int

    @classmethod
    def now(cls, clips: int, pid: int, workers: Sequence[int]) -> Self:
        mine, theirs = _held(pid), [one for worker in workers if (one := _held(worker))] or [(0.0, 0, 0)]
        return cls(clips, *(mine or (0.0, 0, 0)), max(one[0] for one in theirs), max(one[1] for one in theirs))

    def grew(self, since: Self) -> bool:
        """Whether the command, which stays, holds more. (A worker that was killed leaves a new one.)"""
        return (
            self.memory_mb > GROWS * since.memory_mb
            or self.handles > since.handles + 2
            or self.worker_mb > GROWS * since.worker_mb
        )


def _held(pid: int) -> tuple[float, int, int] | None:
    """Memory in MB, handles and threads of a process; none if it is gone."""
    with suppress(OSError):
        place = Path(f"/proc/{pid}")
        status = (place / "status").read_text(encoding="ascii", errors="replace")
        kilobytes, threads = (int(status.split(f"{name}:")[1].split()[0]) for name in ("VmRSS", "Threads"))
        return kilobytes * 1024 / 1e6, sum(1 for _ in (place / "fd").iterdir()), threads
    return None


def batch(clips: Sequence[Path], count: int, kill_every: int, kept: Path | None = None) -> bool:
    """Do `count` clips; after so many of them, a worker is killed. Clips and results that are `kept` in a folder stay
    there, and a run that was ended goes on after the last of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = kept or Path(name)
        made = pieces(clips, folder, count)
        clock = folder / "clock"
        clock.write_text("+0", encoding="ascii")
        env = {**os.environ, "SMR_DATA": str(folder / "data")}
        if CLOCK.exists():
            env |= {
                "LD_PRELOAD": str(CLOCK), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_CACHE_DURATION": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
                "FAKETIME_FORCE_MONOTONIC_FIX": "0",  # else each wait ends at once, and threads wait by spinning
            }  # fmt: skip
        command = [
            sys.executable, "-m", "smr_vision.cli", "batch", str(made), "--out", str(folder / "out"),
            "--model", "lite", "--no-video", "--person", "Ana", "--json",
        ]  # fmt: skip
        started, killed, leaps, held = time.monotonic(), 0, 0, list[Held]()
        before = _done(folder)
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
            reading = threading.Thread(target=lambda: told.append(running.communicate()[1]), daemon=True)
            told: list[str] = []
            reading.start()
            chance = random.Random(3)
            while reading.is_alive():
                reading.join(LEAP_S)
                leaps += 1
                clock.write_text(LEAPS[leaps % len(LEAPS)], encoding="ascii")
                done = _done(folder)
                workers = _workers(running.pid)
                if done >= (held[-1].clips if held else before) + count / 20 and workers:
                    held.append(Held.now(done, running.pid, workers))
                    print(held[-1], f"{(time.monotonic() - started) / 60:.1f} min", flush=True)
                if done >= before + (killed + 1) * kill_every and workers:
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
        f"{count} clips, {before} of them done by a run before, in {first_s / 60:.1f} minutes, a worker "
        f"killed {killed} times, the clock "
        f"{f'leapt {leaps} times' if 'FAKETIME_TIMESTAMP_FILE' in env else 'left alone'}: exit code "
        f"{running.returncode}, {missing} told as lost; once more: exit code {again.returncode}, {len(records)} lines, "
        f"{len(results)} results, {sound} whole, {history} in the history, {len(left)} scratch files"
    )
    flat = len(held) < 2 or not held[-1].grew(held[min(1, len(held) - 2)])
    return flat and again.returncode == 0 and len(records) == len(results) == sound == history == count and not left


def _done(folder: Path) -> int:
    return sum(1 for _ in (folder / "out").glob("*/*/*/session.json"))


def _workers(pid: int) -> list[int]:
    """Processes that a batch has at work: not the one of Python's that minds their semaphores."""
    return [child for child in _children(pid) if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        yield from map(int, task.read_text(encoding="ascii").split())
