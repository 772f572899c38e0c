"""A real cluster of two worker processes with the real pose model: the same results, and a worker that dies."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smr_vision.batch import JobOptions, find_jobs, run_jobs
from smr_vision.batch.finished import SCRATCH
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.video import ClipReader
from smr_vision.video.writer import ClipWriter

pytestmark = [pytest.mark.slow, pytest.mark.model, pytest.mark.filterwarnings("default")]

SAMPLES = Path(__file__).parents[2] / "samples" / "videos"
OPTIONS = JobOptions(PipelineOptions(load_moves()), model="lite", video=False)
SECONDS = 3.0


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first seconds of some samples, small."""
    folder = tmp_path_factory.mktemp("clips")
    for name in ("calf_good", "glute_good", "pectoral_good", "thoracic_good"):
        with ClipReader(SAMPLES / f"{name}.mp4", 0.0, SECONDS, max_height=240) as sample:
            frames = list(sample)
        height, width = frames[0].image.shape[:2]
        with ClipWriter(folder / f"{name}.mp4", width, height) as out:
            for frame in frames:
                out.write(frame)
    return folder


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """One for all tests; the last of them kills a worker."""
    distributed = pytest.importorskip("distributed", reason="pip install 'smr-vision[cluster]'")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as running:
        yield running


def results(out: Path) -> dict[str, bytes]:
    """All files but reports, sessions without the time at which they were recorded."""
    found = {}
    for path in out.rglob("*"):
        if path.is_file() and path.suffix != ".html":
            data = path.read_bytes()
            if path.name == "session.json":
                session = json.loads(data)
                assert session.pop("recorded_at")
                data = json.dumps(session).encode()
            found[path.relative_to(out).as_posix()] = data
    return found


@pytest.fixture(scope="module")
def near(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one process on this machine makes of the clips."""
    out = tmp_path_factory.mktemp("near")
    assert all(done.error is None for done in run_jobs(find_jobs(clips, OPTIONS), out, workers=1))
    return results(out)


@pytest.mark.parametrize("sent", [False, True], ids=["shared path", "sent along"])
def test_a_cluster_gives_the_very_same(
    clips: Path, near: dict[str, bytes], cluster: Any, tmp_path: Path, sent: bool
) -> None:
    with cluster.get_client() as client:
        client.run(_see, not sent)
    done = list(run_jobs(find_jobs(clips, OPTIONS), tmp_path, workers=0, cluster=cluster.scheduler_address))
    with cluster.get_client() as client:
        client.run(_see, True)
    assert [one.error for one in done] == [None] * 4
    assert results(tmp_path) == near
    assert len([name for name in near if name.endswith("session.json")]) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_that_is_killed_loses_nothing(
    clips: Path, near: dict[str, bytes], cluster: Any, tmp_path: Path
) -> None:
    victim = next(iter(cluster.workers.values())).pid
    killed = threading.Event()

    def kill() -> None:
        os.kill(victim, signal.SIGKILL)
        killed.set()

    jobs = find_jobs(clips, OPTIONS)
    threading.Timer(1.0, kill).start()  # both are at their first clip then: the pose model alone takes that long
    done = list(run_jobs(jobs, tmp_path, workers=0, cluster=cluster.scheduler_address))
    assert killed.wait(timeout=30)
    assert [one.error for one in done] == [None] * 4
    assert results(tmp_path) == near
    assert not list((tmp_path / SCRATCH).glob("*"))


def _see(clips: bool) -> None:
    """On a worker: whether it sees the clips where the batch was started."""
    from smr_vision.batch import cluster

    if not hasattr(cluster, "_really_same"):
        cluster._really_same = cluster._same  # type: ignore[attr-defined]
    cluster._same = cluster._really_same if clips else lambda job: False  # type: ignore[attr-defined]
