"""The queue: clips that wait are analysed, each in a process of its own, in the order in which they came."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import IO, Final

from smr_vision.desk.places import Places
from smr_vision.desk.records import QueuedClip, Records
from smr_vision.desk.settings import Settings
from smr_vision.errors import SmrError
from smr_vision.runtime.machine import cores

LONGEST_S: Final = 6 * 3600.0  # an hour of film takes less on two slow cores
GRACE_S: Final = 5.0
LOOK_S: Final = 2.0

Register = Callable[[QueuedClip, Path], str]
"""Takes a finished folder into the history and gives the session's id; the same id however often it is called."""


@dataclass(frozen=True, slots=True)
class Far:
    """How far the analysis of a clip is, 0..1, and how many seconds are left; None: not known yet."""

    share: float
    left_s: float | None


class Queue:
    """Works one clip at a time, with all cores, on a thread of its own."""

    def __init__(self, places: Places, records: Records, settings: Callable[[], Settings], register: Register) -> None:
        self._places = places
        self._records = records
        self._settings = settings
        self._register = register
        self._wake = threading.Event()
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._under_way: tuple[str, subprocess.Popen[str]] | None = None
        self._cancelled: set[str] = set()
        self._far: dict[str, Far] = {}
        self._thread = threading.Thread(target=self._work, name="queue", daemon=True)

    def start(self) -> None:
        self._records.take_up()
        self._thread.start()

    def stop(self) -> None:
        """End; the clip under way waits for the next start."""
        self._ended.set()
        self._wake.set()
        self._end_worker(None)
        self._thread.join(GRACE_S * 2)

    def wake(self) -> None:
        """Something new may wait."""
        self._wake.set()

    def far(self, identity: str) -> Far | None:
        return self._far.get(identity)

    def cancel(self, identity: str) -> None:
        """Take a clip out: it is not analysed, or no further. `again` brings it back."""
        with self._lock:
            self._cancelled.add(identity)
        if self._records.move_job(identity, "cancelled", only_from=("uploading", "waiting", "running")) is not None:
            self._end_worker(identity)
        with self._lock:
            self._cancelled.discard(identity)

    def again(self, identity: str) -> None:
        """Analyse a clip that failed or was taken out once more."""
        job = self._records.job(identity)
        whole = self._places.clip(job.id, job.name).exists()
        self._records.move_job(identity, "waiting" if whole else "uploading", only_from=("failed", "cancelled"))
        self.wake()

    def _end_worker(self, identity: str | None) -> None:
        with self._lock:
            under_way = self._under_way
        if under_way is None or identity not in (None, under_way[0]):
            return
        process = under_way[1]
        process.terminate()
        try:
            process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()

    def _work(self) -> None:
        unsaid = False  # whether what became of a clip could not be written down
        while not self._ended.is_set():
            try:
                if unsaid:
                    self._records.take_up()
                    unsaid = False
                job = self._records.next_waiting()
            except SmrError:  # the file is locked or the disk is full: what waits, waits
                job = None
            if job is None:
                self._wake.wait(LOOK_S)
                self._wake.clear()
                continue
            try:
                self._do(job)
            except (SmrError, OSError) as e:
                try:
                    self._records.move_job(job.id, "failed", only_from=("running",), error=str(e))
                except SmrError:  # it waits again, and its results are found
                    unsaid = True
            finally:
                self._far.pop(job.id, None)

    def _do(self, job: QueuedClip) -> None:
        """Analyse one clip, unless its results are there from before; take them in, and say so."""
        out = self._places.results(job.id)
        folder = finished(out)
        if folder is None:
            shutil.rmtree(out, ignore_errors=True)  # what a worker that was killed left
            clip = self._places.clip(job.id, job.name)
            if not clip.exists():
                self._records.move_job(
                    job.id, "failed", only_from=("running",), error=f"{job.name} is gone. Upload it again."
                )
                return
            folder, error = self._run(job, clip, out)
            if self._ended.is_set() and folder is None:
                return  # taken up again at the next start
            folder = folder or finished(out)  # it may have been killed between its last deed and its last word
            if folder is None:
                shutil.rmtree(out, ignore_errors=True)
                self._records.move_job(job.id, "failed", only_from=("running",), error=error)
                return
        if self._records.job(job.id).state != "running":
            shutil.rmtree(out, ignore_errors=True)  # it was taken out in its last moment
            return
        session_id = self._register(self._records.job(job.id), folder)
        self._records.move_job(job.id, "done", only_from=("running",), session_id=session_id)

    def _run(self, job: QueuedClip, clip: Path, out: Path) -> tuple[Path | None, str]:
        settings = self._settings()
        order = {
            "clip": str(clip), "out": str(out), "move": job.move, "side": job.side, "person": job.person,
            "model": settings.model, "strictness": settings.strictness, "workers": cores(),
            "moves": str(self._places.moves),
        }  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-m", "smr_vision.desk.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with self._lock:
            self._under_way = (job.id, process)
        watch = threading.Timer(LONGEST_S, process.kill)
        watch.daemon = True
        watch.start()
        try:
            if self._records.job(job.id).state != "running" or self._ended.is_set():
                process.kill()
            with suppress(OSError):
                process.stdin.write(json.dumps(order) + "\n")
                process.stdin.flush()
            return self._listen(job, process.stdout)
        finally:
            watch.cancel()
            with suppress(OSError):
                process.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE_S)
            process.kill()
            process.wait()
            process.stdout.close()
            with self._lock:
                self._under_way = None

    def _listen(self, job: QueuedClip, said: IO[str]) -> tuple[Path | None, str]:
        """Follow what the worker says to its end."""
        error = f"{job.name} could not be analysed: the analysis broke off. Try it again, or another clip."
        began = monotonic()
        for line in said:
            try:
                told = json.loads(line)
            except ValueError:
                continue  # a library that writes to stdout
            if "done" in told:
                self._far[job.id] = _far(told["done"], told["total"], monotonic() - began)
            elif "filmed" in told:
                self._records.put_filmed(job.id, str(told["filmed"]))
            elif "folder" in told:
                return Path(told["folder"]), ""
            elif "error" in told:
                error = str(told["error"])
        return None, error


def _far(done: float, total: float, took_s: float) -> Far:
    share = min(done / total, 1.0) if total > 0 else 0.0
    return Far(share, took_s * (1 - share) / share if share > 0.02 else None)


def finished(out: Path) -> Path | None:
    """The complete results in a job's folder: the analysis gives a folder its name only when all of it is there."""
    if not out.is_dir():
        return None
    whole = [p for p in out.iterdir() if not p.name.startswith(".") and (p / "session.json").is_file()]
    return whole[0] if whole else None
