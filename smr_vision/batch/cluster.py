"""Jobs on a Dask cluster: clips by a path all machines share, or sent along; results always come back.

A task may be done twice (a worker was lost, or only seemed to be): both do the same, and the first to
come back is kept.
"""

from __future__ import annotations

import io
import shutil
import socket
import tarfile
import tempfile
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from smr_vision.analysis import analyse
from smr_vision.batch.finished import SCRATCH, hand_in, mark
from smr_vision.batch.jobs import Job
from smr_vision.batch.one_job import Analyse, Done, work_or_say
from smr_vision.errors import DeviceError, InputError, SmrError, cannot_read, cannot_write, shown
from smr_vision.session import read_session

CONNECTS_S: Final = 5
AHEAD: Final = 2  # tasks handed out for each thread of the cluster, so that none waits and memory stays flat
TRIES: Final = 3  # for a task whose worker was lost


@dataclass(frozen=True)
class Answer:
    """What a worker sends back: the folder as a tar, what went wrong, or that it has no such clip."""

    packed: bytes | None = None
    error: str | None = None
    exit_code: int = 0
    no_clip: bool = False


def on_cluster(jobs: Sequence[Job], out: Path, address: str, analysing: Analyse = analyse) -> Iterator[Done]:
    """Do the jobs on the cluster whose scheduler listens at `address`, in any order."""
    try:
        import distributed  # noqa: PLC0415 - an optional part
    except ImportError as e:
        raise DeviceError("--cluster needs dask.distributed. Install it with: pip install 'smr-vision[cluster]'") from e
    if not _answers(address):
        raise _silent(address)
    try:
        client: Any = distributed.Client(address, timeout=CONNECTS_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as e:
        raise _silent(address) from e
    with client:
        yield from _Handed(client, distributed, out, analysing).all(jobs)


def _answers(address: str) -> bool:
    """Whether anybody listens there. A client that finds nobody complains on stderr long after it was given up."""
    try:
        there = urlsplit(address if "://" in address else f"tcp://{address}")
        if there.scheme not in ("tcp", "tls"):
            return True  # the client knows more kinds
        with socket.create_connection((there.hostname or "", there.port or 0), CONNECTS_S):
            return True
    except (OSError, ValueError):
        return False


def _silent(address: str) -> DeviceError:
    return DeviceError(f"--cluster {shown(address)}: no scheduler answers there. Start one with: dask scheduler")


class _Handed:
    """The tasks handed out to the cluster."""

    def __init__(self, client: Any, distributed: Any, out: Path, analysing: Analyse) -> None:
        self._client = client
        self._lost_worker = (distributed.KilledWorker, distributed.client.FutureCancelledError)
        self._results = distributed.as_completed(loop=client.loop)
        self._out = out
        self._analysing = analysing
        self._jobs: dict[Any, tuple[Job, int, bool]] = {}

    def all(self, jobs: Sequence[Job]) -> Iterator[Done]:
        waiting = deque(jobs)
        while waiting or self._jobs:
            while waiting and len(self._jobs) < max(AHEAD * sum(self._client.nthreads().values()), 1):
                self._hand(waiting.popleft())
            future = next(self._results)
            job, tries, sent = self._jobs.pop(future)
            try:
                answer: Answer = future.result()
            except self._lost_worker:
                if tries < TRIES:
                    self._hand(job, tries + 1, sent=sent)
                else:
                    yield Done(job, error=f"{job.name}: its worker died {TRIES} times.", exit_code=1)
                continue
            finally:
                future.release()
            if answer.no_clip and not sent:
                try:
                    self._hand(job, tries, sent=True)
                except OSError as e:
                    error = cannot_read(job.clip, e)
                    yield Done(job, error=str(error), exit_code=error.exit_code)
            else:
                yield self._received(job, answer)

    def _hand(self, job: Job, tries: int = 1, *, sent: bool = False) -> None:
        data = job.clip.read_bytes() if sent else None
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Sending large graph")  # a clip is large
            future = self._client.submit(
                work_far, job, data, self._analysing, key=f"smr-{job.fingerprint}-{tries}-{sent}", pure=False
            )
        self._jobs[future] = (job, tries, sent)
        self._results.add(future)

    def _received(self, job: Job, answer: Answer) -> Done:
        if answer.packed is None:
            return Done(job, error=answer.error or f"{job.name}: can't be read.", exit_code=answer.exit_code or 3)
        return Done(job, unpacked(answer.packed, job, self._out))


def work_far(job: Job, data: bytes | None, analysing: Analyse) -> Answer:
    """On a worker: the job done in a folder of its own, and the results packed."""
    try:
        return _worked(job, data, analysing)
    except OSError as e:  # of the worker's own disk
        error: SmrError = cannot_write(tempfile.gettempdir(), e)
        return Answer(error=f"{job.name}: on a worker, {error}", exit_code=DeviceError.exit_code)


def _worked(job: Job, data: bytes | None, analysing: Analyse) -> Answer:
    with tempfile.TemporaryDirectory(prefix="smr-") as scratch:
        here = job
        if data is not None:
            here = replace(job, clip=Path(scratch) / job.clip.name)
            here.clip.write_bytes(data)
        elif not _same(job):
            return Answer(no_clip=True)
        done = work_or_say(here, Path(scratch) / "out", analysing=analysing)
        if done.folder is None:
            return Answer(error=done.error, exit_code=done.exit_code)
        if data is not None:
            _name_source(done.folder, job)
        return Answer(packed=packed(done.folder))


def _same(job: Job) -> bool:
    """Whether this machine sees the job's clip under the same path."""
    try:
        return job.clip.stat().st_size == job.size
    except OSError:
        return False


def _name_source(folder: Path, job: Job) -> None:
    """Name the clip as it is named where the batch was started, not the copy that was sent."""
    from smr_vision.report import write_report  # noqa: PLC0415 - rarely needed

    path = folder / "session.json"
    session = read_session(path)
    session.model_copy(update={"source": session.source.model_copy(update={"path": shown(job.clip)})}).write(path)
    write_report([path], folder / "report.html", moves=job.pipeline_options.moves)
    mark(folder, job)


def packed(folder: Path) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        tar.add(folder, arcname=folder.name)
    return out.getvalue()


def _written(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """A plain file of the archive, inside `folder` only. (Python before 3.11.4, as in Debian 12, has no filters.)"""
    path = folder / member.name
    if member.isdir():
        return
    source = tar.extractfile(member) if member.isfile() else None
    if source is None or ".." in path.parts or not path.is_relative_to(folder):
        raise tarfile.ReadError(member.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with source, path.open("wb") as file:
        shutil.copyfileobj(source, file)


def unpacked(data: bytes, job: Job, out: Path) -> Path:
    """The results in their place, complete or not at all."""
    try:
        (out / SCRATCH).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{job.fingerprint}-", dir=out / SCRATCH) as part:
            with tarfile.open(fileobj=io.BytesIO(data)) as tar:
                for member in tar:
                    _written(tar, member, Path(part))
            (folder,) = Path(part).iterdir()
            return hand_in(folder, out / job.place, job.fingerprint)
    except (tarfile.TarError, ValueError) as e:
        raise InputError(f"{job.name}: its results came back damaged. Start the batch again.") from e
    except OSError as e:
        raise cannot_write(out, e) from e
