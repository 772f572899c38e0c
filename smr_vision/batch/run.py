"""A batch from its jobs to the table, the page and the exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from smr_vision.batch.finished import finished
from smr_vision.batch.jobs import Job
from smr_vision.batch.one_job import Done, clear, leave
from smr_vision.batch.page import print_table, write_index
from smr_vision.errors import shown
from smr_vision.runtime.progress import progress_shown, say
from smr_vision.session import read_session

if TYPE_CHECKING:
    from smr_vision.store import Store


def run_jobs(jobs: Sequence[Job], out: Path, *, workers: int, cluster: str | None = None) -> Iterator[Done]:
    """Do what is not done yet; what is, comes first."""
    there = finished(out)
    yield from (Done(job, there[job.fingerprint], again=True) for job in jobs if job.fingerprint in there)
    todo = [job for job in jobs if job.fingerprint not in there]
    if cluster is not None and todo:
        from smr_vision.batch.cluster import on_cluster  # noqa: PLC0415 - rarely needed

        yield from on_cluster(todo, out, cluster)
    elif todo:
        from smr_vision.batch.pool import on_processes  # noqa: PLC0415

        yield from on_processes(todo, out, min(workers, len(todo)))


def run_batch(
    jobs: Sequence[Job],
    out: Path,
    *,
    workers: int,
    cluster: str | None = None,
    as_json: bool = False,
    db: str | None = None,
    running: Callable[..., Iterator[Done]] = run_jobs,
) -> int:
    """Do the jobs, keep them in the history, print the table; the exit code is that of the first clip that failed."""
    results: dict[str, Done] = {}
    with ExitStack() as stack:
        store = _history(jobs, db, stack)
        progress = stack.enter_context(progress_shown(f"Analysing {len(jobs)} {'clip' if len(jobs) == 1 else 'clips'}"))
        stack.callback(leave, out)  # after a stop too: by then all have put away their own
        for done in running(jobs, out, workers=workers, cluster=cluster):
            results[done.job.fingerprint] = done
            progress(len(results), len(jobs))
            _tell(done, len(results), len(jobs))
            if store is not None and done.folder is not None and done.job.options.person:
                store.add_session(read_session(done.folder / "session.json"), done.folder)
    ordered = [results[job.fingerprint] for job in jobs]
    clear(out, jobs)
    index = write_index(ordered, out)
    if as_json:
        sys.stdout.writelines(json.dumps(record) + "\n" for record in map(_record, ordered))
    else:
        print_table(ordered, index)
    return next((done.exit_code for done in ordered if done.exit_code), 0)


def _history(jobs: Sequence[Job], db: str | None, stack: ExitStack) -> Store | None:
    if not any(job.options.person for job in jobs):
        return None
    from smr_vision.store import Store  # noqa: PLC0415 - only where somebody is named

    return stack.enter_context(Store(db))


def _tell(done: Done, number: int, count: int) -> None:
    """A line for a clip that failed; and, where no bar is shown, for each."""
    if done.error is not None:
        say(f"smr: {done.error}")
    elif not sys.stderr.isatty():
        say(f"{number} of {count}: {done.job.name}{' (was done before)' if done.again else ''}")


def _record(done: Done) -> dict[str, object]:
    if done.folder is None:
        return {"clip": shown(done.job.clip), "error": done.error, "exit_code": done.exit_code}
    session = read_session(done.folder / "session.json").model_dump(mode="json", by_alias=True)
    return {**session, "folder": str(done.folder)}
