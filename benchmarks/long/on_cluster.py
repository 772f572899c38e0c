"""Many clips over a local Dask cluster, of which workers are killed."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.long.many_clips import pieces
from benchmarks.taken import megabytes
from smr_vision.batch import JobOptions, find_jobs, run_jobs
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.session import read_session

WORKERS: Final = 2


def cluster(clips: Sequence[Path], count: int, kill_every: int, kept: Path | None = None) -> bool:
    """Do `count` clips of seconds; after so many of them, a worker is killed in the midst of another. Clips and
    results that are `kept` in a folder stay there, and a run that was ended goes on after the last of them."""
    from distributed import LocalCluster  # noqa: PLC0415 - an optional part

    with tempfile.TemporaryDirectory() as name, LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=WORKERS, threads_per_worker=1, dashboard_address=None
    ) as running:  # fmt: skip
        folder = kept or Path(name)
        jobs = find_jobs(
            pieces(clips, folder, count), JobOptions(PipelineOptions(load_moves()), model="lite", video=False)
        )
        done: list[str] = []
        failed = killed = before = 0
        most_mb = 0.0
        started = time.monotonic()
        for one in run_jobs(jobs, folder / "out", workers=0, cluster=running.scheduler_address):
            done.append(one.job.fingerprint)
            failed += one.error is not None
            before += one.again
            if not one.again and len(done) % kill_every == 0 and len(done) < count:
                os.kill(next(iter(running.workers.values())).pid, signal.SIGKILL)
                killed += 1
            if len(done) % 20 == 0:
                most_mb = max(most_mb, megabytes())
                print(f"{len(done)} done, {failed} failed, {killed} killed, {most_mb:.0f} MB", flush=True)
        seconds = time.monotonic() - started
        results = sorted((folder / "out").rglob("session.json"))
        sound = sum(read_session(path).complete for path in results)
        left = [path for path in (folder / "out").rglob(".*") if path.is_file()]
        again = [one.again for one in run_jobs(jobs, folder / "out", workers=0, cluster=running.scheduler_address)]
    print(
        f"{count} clips, {before} of them done by a run before, in {seconds / 60:.1f} minutes on {WORKERS} workers, "
        f"one of them killed {killed} times: {len(done)} told, {len(set(done))} of them different, {failed} failed; "
        f"{len(results)} results, {sound} "
        f"whole, {len(left)} scratch files; once more: {sum(again)} found done; {most_mb:.0f} MB at most"
    )
    return len(done) == len(set(done)) == len(results) == sound == sum(again) == count and not (failed or left)
