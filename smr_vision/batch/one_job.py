"""One job, done so that it may be done again: a result appears whole, by a rename, and only once."""

from __future__ import annotations

import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from smr_vision.analysis import Outcome, Request, analyse
from smr_vision.batch.finished import SCRATCH, hand_in, mark
from smr_vision.batch.jobs import Job
from smr_vision.errors import SmrError, cannot_write
from smr_vision.runtime.progress import Progress

Analyse = Callable[[Request, Progress | None], Outcome]


@dataclass(frozen=True)
class Done:
    """What came of a job: its folder, or what went wrong in one line with the exit code for it."""

    job: Job
    folder: Path | None = None
    error: str | None = None
    exit_code: int = 0
    again: bool = False  # it was there from an earlier run


class Stopped(Exception):  # noqa: N818 - no error: the batch was told to stop
    """Raised inside an analysis to end it, so that it cleans up behind itself."""


def request_of(job: Job, out: Path) -> Request:
    options = job.options
    return Request(
        clip=job.clip,
        out=out,
        options=options.pipeline_options,
        person=options.person,
        tool=options.tool,
        model=options.model,
        video=options.video,
        workers=1,  # the batch uses the other cores
        blur_faces=options.blur_faces,
    )


def work(job: Job, out: Path, progress: Progress | None = None, analysing: Analyse = analyse) -> Path:
    """Analyse the job's clip; the folder of results, which appears in `out` when it is complete."""
    scratch = out / SCRATCH
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f"{job.fingerprint}-", dir=scratch))
    except OSError as e:
        raise cannot_write(out, e) from e
    try:
        folder = analysing(request_of(job, part), progress).folder
        mark(folder, job)
        return hand_in(folder, out / job.place, job.fingerprint)
    except OSError as e:
        raise cannot_write(out, e) from e
    finally:
        shutil.rmtree(part, ignore_errors=True)


def work_or_say(job: Job, out: Path, progress: Progress | None = None, analysing: Analyse = analyse) -> Done:
    """The same, with what went wrong as a result: it has to come back from another process."""
    try:
        return Done(job, work(job, out, progress, analysing))
    except SmrError as e:
        return Done(job, error=str(e), exit_code=e.exit_code)
    except Stopped:
        return Done(job, error="stopped.", exit_code=130)
    # A bug met in one clip must not stop the others.
    except Exception as e:  # noqa: BLE001
        traceback.print_exc(file=sys.stderr)
        return Done(job, error=f"{job.name}: a bug in smr ({type(e).__name__}). Please report it.", exit_code=1)


def clear(out: Path, jobs: Sequence[Job]) -> None:
    """Remove what killed processes left of jobs that nobody works at any more."""
    scratch = out / SCRATCH
    for job in jobs:
        for left in scratch.glob(f"{job.fingerprint}-*"):
            shutil.rmtree(left, ignore_errors=True)
    leave(out)


def leave(out: Path) -> None:
    """Remove the folder for what is under way, unless somebody is still at work in it."""
    with suppress(OSError):
        (out / SCRATCH).rmdir()
