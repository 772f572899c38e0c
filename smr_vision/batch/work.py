"""One job, done so that it may be done again: a result appears whole, by a rename, and only once."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from smr_vision.analysis import Outcome, Request, analyse
from smr_vision.batch.jobs import Job
from smr_vision.errors import SmrError, cannot_write
from smr_vision.runtime.atomic_write import settle
from smr_vision.runtime.progress import Progress

MARK: Final = "batch.json"
SCRATCH: Final = ".batch"  # in the results' folder, for what is under way

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
    except Exception as e:  # noqa: BLE001 - a bug met in one clip must not stop the others
        traceback.print_exc(file=sys.stderr)
        return Done(job, error=f"{job.name}: a bug in smr ({type(e).__name__}). Please report it.", exit_code=1)


def mark(folder: Path, job: Job) -> None:
    """Say in a folder of results which job made it."""
    text = json.dumps({"fingerprint": job.fingerprint, "clip": str(job.clip)})
    (folder / MARK).write_text(text + "\n", encoding="utf-8", errors="surrogateescape")


def marked(folder: Path) -> str | None:
    """The fingerprint of the job that made a folder; None when no batch did."""
    try:
        found = json.loads((folder / MARK).read_text(encoding="utf-8", errors="replace"))["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, str) else None


def finished(out: Path) -> dict[str, Path]:
    """Folders of finished jobs by fingerprint."""
    jobs: dict[str, Path] = {}
    for folder, below, files in os.walk(out):  # which passes over what is renamed or removed meanwhile
        if SCRATCH in below:
            below.remove(SCRATCH)
        if MARK in files and (found := marked(Path(folder))) is not None:
            jobs[found] = Path(folder)
    return jobs


def hand_in(folder: Path, place: Path, fingerprint: str) -> Path:
    """Give the complete folder of a job its name in `place`, unless the job is there already: a second worker was
    given it, and was faster."""
    place.mkdir(parents=True, exist_ok=True)
    return settle(folder, place, folder.name, lambda there: marked(there) == fingerprint)


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
