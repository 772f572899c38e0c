"""Jobs on the cores of this machine: a process each, and each clip on one core."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context, parent_process
from multiprocessing.synchronize import Event
from pathlib import Path

import cv2

from smr_vision.analysis import analyse
from smr_vision.batch.jobs import Job
from smr_vision.batch.one_job import Analyse, Done, Stopped, work_or_say
from smr_vision.pose.processes import deaf_to_ctrl_c
from smr_vision.runtime.shielded import run_shielded

_stop: Event | None = None  # in a worker: set when the batch is told to stop


def on_processes(jobs: Sequence[Job], out: Path, workers: int, analysing: Analyse = analyse) -> Iterator[Done]:
    """Do the jobs, `workers` at a time, in any order. A clip that kills its process fails alone."""
    waiting = deque(jobs)
    suspects: deque[Job] = deque()
    while waiting or suspects:
        if suspects:
            lost = yield from _round(deque([suspects.popleft()]), out, 1, analysing)
            for job in lost:
                yield Done(job, error=f"{job.name}: its process died, out of memory perhaps.", exit_code=1)
        else:
            suspects.extend((yield from _round(waiting, out, workers, analysing)))


def _round(waiting: deque[Job], out: Path, workers: int, analysing: Analyse) -> Generator[Done, None, list[Job]]:
    """Work until nothing waits, or until a process dies; gives the jobs that were under way then."""
    context = get_context("spawn")  # threads and libraries of this process do not survive a fork
    stop = context.Event()
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(stop,)) as pool:
        under_way: dict[Future[Done], Job] = {}
        lost: list[Job] = []
        try:
            while (waiting or under_way) and not lost:
                while waiting and len(under_way) < workers:
                    job = waiting[0]
                    under_way[run_shielded(lambda: _submitted(pool, waiting[0], out, analysing))] = job
                    waiting.popleft()
                ready, _ = wait(under_way, return_when=FIRST_COMPLETED)
                for future in ready:
                    job = under_way.pop(future)
                    try:
                        yield replace(future.result(), job=job)  # what came back has moves of its own: 0.3 MB a clip
                    except BrokenProcessPool:
                        lost.append(job)
        except BrokenProcessPool:  # nothing could be handed out any more
            pass
        except BaseException:
            stop.set()
            raise
        return [*lost, *under_way.values()]


def _submitted(pool: ProcessPoolExecutor, job: Job, out: Path, analysing: Analyse) -> Future[Done]:
    with deaf_to_ctrl_c():  # submitting starts a process where one is wanting
        return pool.submit(_work, job, out, analysing)


def _begin(stop: Event) -> None:
    """In a new worker: stop when told, not at the Ctrl-C meant for all; and do not outlive the batch."""
    global _stop  # noqa: PLW0603 - a process's own
    _stop = stop
    cv2.setNumThreads(1)  # a core for each process
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(job: Job, out: Path, analysing: Analyse) -> Done:
    return work_or_say(job, out, _unless_stopped, analysing)


def _unless_stopped(done: float, total: float) -> None:
    del done, total
    if _stop is not None and _stop.is_set():
        raise Stopped
