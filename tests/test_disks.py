"""Full and read-only disks: one line says so, nothing half-written is left, and what was there stays.

The disks are real (tmpfs), so that all of the system's own behaviour is in the test; mounting them needs root on Linux.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from smr_vision.analysis import analyse
from smr_vision.batch import find_jobs, run_batch
from smr_vision.errors import DeviceError, OutputError, SmrError
from smr_vision.live import run_live
from smr_vision.report import write_report
from smr_vision.session import Session, read_session
from smr_vision.store import Store
from tests.analysis.test_analyse import ROLLING, Actor, request
from tests.batch.test_batch import OPTIONS, pretended
from tests.film import Film
from tests.live.test_live import LiveOptions, devices
from tests.report.sample import make_session, make_set, write_folder

Mount = Callable[[str], Path]


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Makes a small disk; `remount,ro` and the like may follow."""
    disk = tmp_path / "disk"
    disk.mkdir()

    def mounted(options: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)]
        if sys.platform != "linux" or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("a disk can't be mounted here")
        return disk

    yield mounted
    # Lazily: a thread of the test may hold a file a moment longer.
    subprocess.run(["umount", "--lazy", str(disk)], capture_output=True, check=False)


def filled(disk: Path, left: int) -> Path:
    """Fill a disk but for `left` bytes."""
    room = disk / "filling"
    with room.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    os.truncate(room, max(0, room.stat().st_size - left))
    return disk


def left_on(disk: Path) -> list[str]:
    return sorted(str(p.relative_to(disk)) for p in disk.rglob("*") if p.name != "filling")


@pytest.mark.parametrize("left", [0, 8_192, 40_960, 70_000])
def test_a_clip_on_a_full_disk(film: Film, tmp_path: Path, mount: Mount, left: int) -> None:
    clip = film(times=60, size=(192, 108))
    disk = filled(mount("size=1m"), left)
    with pytest.raises(DeviceError, match="the disk is full"):
        analyse(request(clip, disk / "out"), source=Actor(ROLLING))
    assert left_on(disk) in ([], ["out"])


def test_a_clip_on_a_read_only_disk(film: Film, tmp_path: Path, mount: Mount) -> None:
    clip = film(times=30, size=(192, 108))
    disk = mount("size=1m")
    mount("remount,ro")
    for out in (disk, disk / "out"):
        with pytest.raises(OutputError, match="read-only"):
            analyse(request(clip, out), source=Actor(ROLLING))


def fill_up(store: Store, session: Session) -> None:
    for number in range(100):
        store.add_session(session.model_copy(update={"recorded_at": f"2026-11-21T18:{number:02}:00+00:00"}))


def test_the_history_on_a_full_disk_loses_nothing(mount: Mount) -> None:
    disk = mount("size=1m")
    session = make_session(make_set(), person="Ana")
    with Store(disk / "history.sqlite") as store:
        store.add_session(session)
        filled(disk, 0)
        with pytest.raises(SmrError, match="full"):
            fill_up(store, session)
    (disk / "filling").unlink()
    with Store(disk / "history.sqlite") as store:
        kept = store.sessions("Ana")
    assert session in kept


def test_a_report_on_a_full_disk_leaves_the_one_that_was_there(mount: Mount) -> None:
    disk = mount("size=1m")
    path = write_folder(disk / "roll", make_session(make_set()))
    report = write_report([path], disk / "roll" / "report.html")
    before = report.read_bytes()
    filled(disk, 0)
    with pytest.raises(DeviceError, match="full"):
        write_report([path], report)
    assert report.read_bytes() == before
    assert not list(disk.rglob("*.part"))


def test_a_batch_on_a_full_disk(tmp_path: Path, mount: Mount) -> None:
    clips = tmp_path / "clips"
    clips.mkdir()
    for name in ("one.mp4", "two.mp4"):
        (clips / name).write_text("good", encoding="utf-8")
    disk = filled(mount("size=1m"), 0)
    with pytest.raises(DeviceError, match="full"):
        run_batch(find_jobs(clips, OPTIONS, out=disk / "out"), disk / "out", workers=0, running=pretended)  # type: ignore[arg-type]
    assert [name for name in left_on(disk) if "/" in name.removeprefix("out/")] == []


def test_live_on_a_full_disk_coaches_on_and_says_so(tmp_path: Path, mount: Mount) -> None:
    disk = filled(mount("size=1m"), 0)
    options = LiveOptions(move="thoracic", db=tmp_path / "history.sqlite", ask=False, yes=True, record=disk)
    told: list[str] = []
    with pytest.raises(DeviceError, match="full"):
        run_live(options, tell=told.append, devices=devices(8.0))
    assert any("the coaching goes on" in line for line in told)
    with Store(options.db) as store:
        (kept,) = store.sessions()
    assert kept.sets[0].pass_count >= 1
    assert not list(disk.rglob("*.part"))
    assert not [p for p in disk.rglob("session.json") if not read_session(p)]
