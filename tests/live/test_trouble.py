"""Trouble: the command says in one line what to do, ends with the right exit code, and keeps the session."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import pytest
from typer.testing import CliRunner

from smr_vision.cli.main import app
from smr_vision.errors import DeviceError
from smr_vision.live import camera, grabber, running
from smr_vision.live import session as live
from smr_vision.live.camera import DeviceCamera
from smr_vision.live.display import Drawn
from smr_vision.live.running import Devices
from smr_vision.live.voice import NoVoice, SystemVoice
from smr_vision.live.window import NoWindow
from smr_vision.session import Session, read_session
from smr_vision.store import Store
from smr_vision.video import ClipReader, Frame
from smr_vision.video.writer import ClipWriter
from tests.doubles import ActedPoses, FakeVoice, frames
from tests.live.test_camera import FakeCapture
from tests.live.test_live import FPS, Paced, contact, rolls
from tests.live.test_voice import FakeEngine, FakePlayer
from tests.people import Eyes


@dataclass
class Ended:
    """How `smr live` ended: exit code, what it said, and what the history holds."""

    code: int
    said: list[str]
    kept: list[Session]


class Command:
    """Runs `smr live` with doubles of its devices."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._patch = monkeypatch

    def __call__(self, devices: Devices, *options: str) -> Ended:
        self._patch.setattr(live, "camera_of", lambda text: devices.camera)
        self._patch.setattr(live, "_open_devices", lambda *_: devices)
        return self.run(*options)

    def run(self, *options: str) -> Ended:
        db = self._folder / "history.sqlite"
        done = CliRunner().invoke(app, ["live", "thoracic", "--yes", "--person", "Ana", "--db", str(db), *options])
        assert not isinstance(done.exception, Exception) or done.exit_code == 1
        with Store(db) as store:
            return Ended(done.exit_code, done.stderr.splitlines(), store.sessions())


@pytest.fixture
def smr_live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setattr(grabber, "RETRY_S", 0.02)
    monkeypatch.setattr(camera, "FIRST_WAIT_S", 0.0)
    monkeypatch.setattr(running, "STALLED_S", 0.6)
    return Command(tmp_path, monkeypatch)


def devices(pictures: Any, **other: Any) -> Devices:
    shot = Paced(pictures, opens=other.pop("opens", []))
    given = Devices(shot, ActedPoses(rolls(60.0)), Eyes(contact), NoVoice(), Drawn(NoWindow()), patience_s=0.3)
    return replace(given, **other)


def test_a_camera_that_is_missing(smr_live: Command) -> None:
    ended = smr_live(devices([], opens=[False]))
    assert (ended.code, len(ended.said)) == (5, 1)
    assert ended.said[0].startswith("smr: Camera 7 does not open: it is missing, or another program uses it.")
    assert ended.kept == []


def test_a_camera_that_another_program_uses(smr_live: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", lambda place: FakeCapture([]))
    ended = smr_live(devices([], camera=DeviceCamera(0)))
    assert (ended.code, len(ended.said)) == (5, 1)
    assert "gives no picture: another program uses it" in ended.said[0]
    assert "Close that program" in ended.said[0]
    assert ended.kept == []


def test_a_camera_that_never_gives_a_picture(smr_live: Command) -> None:
    ended = smr_live(devices([None] * 100_000))
    assert (ended.code, len(ended.said)) == (5, 1)
    assert ended.said[0].startswith("smr: The camera gives no picture.")
    assert ended.kept == []


class Hanging(Paced):
    """Its last picture given, a read never comes back."""

    def read(self) -> Frame | None:
        frame = super().read()
        if frame is None:
            time.sleep(2.5)
        return frame


@pytest.mark.parametrize("how", ["pulled out", "comes back dark", "hangs"])
def test_a_camera_that_goes_in_the_middle_of_a_set(how: str, smr_live: Command) -> None:
    pictures: list[Frame | None] = [*frames(9.0, FPS), *[None] * 100_000]
    shot = (Hanging if how == "hangs" else Paced)(pictures, opens=[True] + 9999 * [how == "comes back dark"])
    voice = FakeVoice()
    ended = smr_live(devices([], camera=shot, voice=voice))
    assert (ended.code, len(ended.said)) == (5, 1)
    assert "did not come back. What was done is kept" in ended.said[0]
    assert [line.say for line in voice.lines if line.sound == "lost"] == [running.LOST.say]
    (session,) = ended.kept
    assert not session.complete
    assert session.sets[0].pass_count >= 3


def test_no_display(smr_live: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":no such display")
    monkeypatch.setenv("WAYLAND_DISPLAY", "none such")
    monkeypatch.setattr(live, "camera_of", lambda text: Paced(frames(2.0, FPS)))
    ended = smr_live.run()
    assert (ended.code, len(ended.said)) == (5, 1)
    assert "There is no display" in ended.said[0]
    assert "--no-window" in ended.said[0]
    assert ended.kept == []


def test_no_sound(smr_live: Command) -> None:
    told: list[str] = []
    voice = SystemVoice(FakeEngine(fails=True), FakePlayer(), told.append)
    ended = smr_live(devices(frames(8.0, FPS), voice=voice))
    assert (ended.code, ended.said) == (0, [])
    assert len(told) == 1
    assert "in silence" in told[0]
    assert ended.kept[0].complete
    voice.close()


def full(*_: object, **__: object) -> None:
    raise DeviceError("history.sqlite: the disk is full. Free some space and try again.")


def test_a_disk_that_is_full_to_the_end(smr_live: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "_put", full)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    ended = smr_live(devices(frames(8.0, FPS)))
    assert ended.code == 5
    going_on, instead, last = ended.said
    assert "the disk is full" in going_on
    assert going_on.endswith("The coaching goes on.")
    assert last.startswith("smr: history.sqlite: the disk is full.")
    (rescued,) = (tmp_path / "tmp").glob("smr-live-*/session.json")
    assert str(rescued) in instead
    assert read_session(rescued).sets[0].pass_count >= 3


def test_a_disk_that_is_full_for_a_while(smr_live: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    put, tries = Store._put, []

    def at_times(*given: Any, **how: Any) -> None:
        tries.append(1)
        (full if 3 <= len(tries) < 6 else put)(*given, **how)

    monkeypatch.setattr(Store, "_put", at_times)
    ended = smr_live(devices(frames(12.0, FPS)))
    assert ended.code == 0
    assert len(ended.said) == 1
    assert ended.said[0].endswith("The coaching goes on.")
    assert ended.kept[0].complete


def test_no_room_for_the_video(smr_live: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, written = ClipWriter.write, []

    def until_full(self: ClipWriter, frame: Frame) -> None:
        written.append(1)
        if len(written) > 20:
            raise DeviceError("recording.mp4 could not be written: the disk is full.")
        write(self, frame)

    monkeypatch.setattr(ClipWriter, "write", until_full)
    ended = smr_live(devices(frames(8.0, FPS)), "--record", str(tmp_path / "rec"))
    assert ended.code == 5
    assert ended.said[0].endswith("The video ends here; the coaching goes on.")
    (session,) = ended.kept
    assert session.complete
    assert session.sets[0].pass_count >= 3
    (folder,) = (tmp_path / "rec").iterdir()
    assert sorted(p.name for p in folder.iterdir()) == ["recording.mp4", "session.json"]
    with ClipReader(folder / "recording.mp4") as clip:
        assert 10 <= sum(1 for _ in clip) <= 20  # to the last whole second
        assert clip.damaged is None


KILLED = """
import sys
from tests.live.test_trouble import *
from smr_vision.live import LiveOptions, run_live
class Telling(ActedPoses):
    def detect(self, frame):
        print(frame.t, flush=True)
        return super().detect(frame)
class Slow(Paced):
    def read(self):
        time.sleep(1 / FPS)
        return super().read()
options = LiveOptions(move="thoracic", db=sys.argv[1], ask=False, yes=True, person="Ana")
run_live(options, devices=devices([], camera=Slow(frames(60.0, FPS)), poses=Telling(rolls(60.0))))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize("after_s", [6.35, 9.0])
def test_after_kill_9_at_most_the_last_second_is_missing(after_s: float, tmp_path: Path) -> None:
    db = tmp_path / "history.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(db)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout is not None
        reached = 0.0
        for line in process.stdout:  # to the end: what it went on with until the kill counts, too
            if reached <= after_s < float(line):
                os.kill(process.pid, signal.SIGKILL)
            reached = float(line)
    with Store(db) as store:
        (entry,) = store.entries("Ana")
        (session,) = store.sessions()
    assert entry.state in ("running", "interrupted")
    assert not session.complete
    assert session.sets[0].pass_count >= 2
    # By the clock of the pictures, the last one that reached the pose against the last one that is kept.
    assert reached - session.source.duration_s <= 1.0


def test_a_bug_in_the_cameras_thread_is_a_bug_and_no_missing_camera(smr_live: Command) -> None:
    class Broken(Paced):
        def read(self) -> Frame | None:
            frame = super().read()
            if frame is not None and frame.t > 6.0:
                raise ZeroDivisionError
            return frame

    for _ in range(5):  # it was a race
        ended = smr_live(devices([], camera=Broken(frames(60.0, FPS))))
        assert ended.code == 1
        assert not any("camera" in line for line in ended.said)
        assert not any(session.complete for session in ended.kept)


def test_the_journal_keeps_what_it_was_told_when_the_coach_fails_at_the_end(
    smr_live: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smr_vision.live.coaching.LiveCoach.finish", lambda self: 1 // 0)
    ended = smr_live(devices(frames(8.0, FPS)))
    assert ended.code == 1
    (session,) = ended.kept
    assert not session.complete
    assert session.sets[0].pass_count >= 2


def test_a_clip_that_is_cut_off_is_no_complete_session(smr_live: Command) -> None:
    class CutOff(Paced):
        def read(self) -> Frame | None:
            frame = super().read()
            if frame is None:
                self.cut_off = "cut off"
            return frame

    ended = smr_live(devices([], camera=CutOff(frames(8.0, FPS))))
    assert ended.code == 0
    assert not ended.kept[0].complete
