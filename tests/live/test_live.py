"""The whole of `smr live` on doubles of its devices: threads, keys, trouble, and what is kept."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from smr_vision.errors import DeviceError, ModelError, UsageError
from smr_vision.live import LiveOptions, grabber, run_live, safety
from smr_vision.live.camera import Camera as CameraProtocol
from smr_vision.live.display import Drawn
from smr_vision.live.running import Devices, Timing
from smr_vision.live.voice import NoVoice, Voice
from smr_vision.live.window import NoWindow, Window
from smr_vision.session import Session, read_session
from smr_vision.store import Store
from smr_vision.video import ClipReader, Frame
from tests.doubles import ActedPoses, FakeCamera, FakeVoice, FakeWindow, frames
from tests.people import Act, Eyes, standing, thoracic, zigzag

FPS = 10.0


def contact(t: float) -> float:
    return zigzag(t, 0.15, 0.45, 2.0)


def rolls(seconds: float) -> Act:
    return lambda t: thoracic(contact(t)) if t < seconds else standing()


class Paced(FakeCamera):
    """Waits for the coach: no picture is lost, and none is waited for."""

    def read(self) -> Frame | None:
        time.sleep(0.012)
        return super().read()


def devices(
    seconds: float = 12.0,
    *,
    pictures: Iterator[Frame | None] | list[Frame | None] | None = None,
    opens: list[bool] | None = None,
    window: Window | None = None,
    voice: Voice | None = None,
    rolling_s: float = 60.0,
) -> Devices:
    shot: CameraProtocol = Paced(pictures if pictures is not None else frames(seconds, FPS), opens=opens or [])
    poses, display = ActedPoses(rolls(rolling_s)), Drawn(window or NoWindow())
    return Devices(shot, poses, Eyes(contact), voice or NoVoice(), display, patience_s=0.2)


@pytest.fixture
def options(tmp_path: Path) -> LiveOptions:
    return LiveOptions(move="thoracic", db=tmp_path / "history.sqlite", ask=False, yes=True, person="Ana")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grabber, "RETRY_S", 0.02)


def kept(options: LiveOptions) -> Session:
    with Store(options.db) as store:
        (session,) = store.sessions()
    return session


def test_a_session_is_coached_shown_said_and_kept(options: LiveOptions) -> None:
    window, voice = FakeWindow(), FakeVoice()
    timings: list[Timing] = []
    session = run_live(options, devices=devices(window=window, voice=voice), watch=timings.append)
    assert session.complete
    assert session.person == "Ana"
    (one,) = session.sets
    assert (one.move, one.pass_count >= 4) == ("thoracic", True)
    assert voice.ticks == one.pass_count
    assert any("Upper back" in x for x in voice.said)
    assert window.shown > 20
    assert window.last is not None
    assert window.last.shape == (720, 1280, 3)
    assert all(t.captured <= t.taken <= t.posed <= t.coached <= t.drawn <= t.shown for t in timings)
    assert kept(options) == session


def test_keys_from_the_window(options: LiveOptions) -> None:
    window, voice = FakeWindow({5: "m", 10: "f", 15: "space", 20: "q"}), FakeVoice()
    session = run_live(options, devices=devices(60.0, window=window, voice=voice))
    assert window.full
    assert voice.muted
    assert any("Paused" in x for x in voice.said)
    assert session.complete
    assert session.source.duration_s < 60


def test_the_window_is_used_by_the_main_thread_only(options: LiveOptions) -> None:
    import threading

    window = FakeWindow()
    run_live(options, devices=devices(4.0, window=window))
    assert window.thread == threading.get_ident()


def test_a_camera_that_is_missing_leaves_nothing_behind(options: LiveOptions, tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="Camera 7"):
        run_live(replace(options, record=tmp_path / "rec"), devices=devices(opens=[False]))
    with Store(options.db) as store:
        assert store.sessions() == []
    assert list((tmp_path / "rec").iterdir()) == []


def test_a_camera_that_vanishes_and_comes_back(options: LiveOptions) -> None:
    pictures = list[Frame | None](frames(12.0, FPS))
    pictures.insert(60, None)
    session = run_live(options, devices=devices(pictures=pictures, opens=[True, False, False, True]))
    assert session.complete
    assert session.sets[0].pass_count >= 4


def test_a_camera_that_stays_away_ends_the_session_and_keeps_it(options: LiveOptions) -> None:
    window = FakeWindow()
    pictures: list[Frame | None] = [*frames(9.0, FPS), None]
    with pytest.raises(DeviceError, match="did not come back"):
        run_live(options, devices=devices(pictures=pictures, opens=[True] + 9999 * [False], window=window))
    session = kept(options)
    assert not session.complete
    assert session.sets[0].pass_count >= 3


def test_a_camera_that_changes_its_size(options: LiveOptions, tmp_path: Path) -> None:
    import numpy as np

    small, large = np.full((240, 320, 3), 150, np.uint8), np.full((720, 1280, 3), 150, np.uint8)
    pictures: list[Frame | None] = [Frame(f.t, small if f.t < 2 else large) for f in frames(4.0, FPS)]
    recorded = tmp_path / "rec"
    session = run_live(replace(options, record=recorded), devices=devices(pictures=pictures, window=FakeWindow()))
    assert session.complete
    (folder,) = recorded.iterdir()
    assert sorted(p.name for p in folder.iterdir()) == ["recording-2.mp4", "recording.mp4", "session.json"]
    assert read_session(folder / "session.json") == session
    with ClipReader(folder / "recording-2.mp4") as clip:
        assert (clip.info.width, clip.info.height) == (1280, 720)
        assert sum(1 for _ in clip) == 20


def test_no_video_unless_it_is_wanted(options: LiveOptions, tmp_path: Path) -> None:
    run_live(options, devices=devices(2.0))
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".mp4"] == []


def test_ctrl_c_keeps_what_there_is(options: LiveOptions) -> None:
    class Interrupting(FakeWindow):
        def keys(self) -> tuple[str, ...]:
            if self.shown > 60:
                raise KeyboardInterrupt
            return ()

    with pytest.raises(KeyboardInterrupt):
        run_live(options, devices=devices(60.0, window=Interrupting()))
    assert not kept(options).complete


def test_a_bug_in_the_coach_is_raised_and_what_there_is_is_kept(options: LiveOptions) -> None:
    class Broken(ActedPoses):
        def detect(self, frame: Frame):  # type: ignore[no-untyped-def]
            if frame.t > 6:
                raise ZeroDivisionError
            return super().detect(frame)

    broken = replace(devices(60.0), poses=Broken(rolls(60)))
    with pytest.raises(ZeroDivisionError):
        run_live(options, devices=broken)
    assert kept(options).sets


def test_a_missing_model_is_told_before_the_camera_runs(options: LiveOptions) -> None:
    class Missing(ActedPoses):
        def __enter__(self):  # type: ignore[no-untyped-def]
            raise ModelError("The pose model is missing.")

    shot = FakeCamera(frames(5.0))
    with pytest.raises(ModelError):
        run_live(options, devices=replace(devices(), camera=shot, poses=Missing(rolls(1))))
    assert shot.closed


def test_the_safety_screen_is_asked_once_per_person(options: LiveOptions) -> None:
    asking = replace(options, yes=False, ask=True)
    voice = FakeVoice()
    run_live(asking, devices=devices(3.0, voice=voice, window=FakeWindow({5: "space"})))
    assert safety.SAID in voice.said
    again = FakeVoice()
    run_live(asking, devices=devices(2.0, voice=again))
    assert safety.SAID not in again.said
    other = FakeVoice()
    run_live(replace(asking, person="Ben"), devices=devices(2.0, voice=other))
    assert safety.SAID in other.said


def test_a_script_is_asked_nothing_but_told(options: LiveOptions) -> None:
    told: list[str] = []
    voice = FakeVoice()
    run_live(replace(options, yes=False), devices=devices(3.0, voice=voice), tell=told.append)
    assert safety.SAID not in voice.said
    assert safety.STOP in told[0]
    assert not any("zero to ten" in x for x in voice.said)


def test_an_unknown_move_is_wrong_usage(options: LiveOptions) -> None:
    with pytest.raises(UsageError, match="no move 'nose'"):
        run_live(replace(options, move="nose"), devices=devices())


ORDER = "import sys, smr_vision.{}; names = list(sys.modules); assert names.index('cv2') < names.index('av')"


@pytest.mark.parametrize("module", ["video", "video.decoding", "analysis", "live", "batch"])
def test_opencv_is_loaded_before_pyav(module: str) -> None:
    # The other way round OpenCV's windows hang on Linux.
    subprocess.run([sys.executable, "-c", ORDER.format(module)], check=True, cwd=Path(__file__).parents[2])
