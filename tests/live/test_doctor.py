"""Each thing looked at is ok or says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smr_vision.errors import ModelError
from smr_vision.live import doctor
from smr_vision.live.camera import NoPictureError
from smr_vision.live.doctor import SystemCheck, cameras, disk, model, run
from smr_vision.video import Frame
from tests.doubles import ActedPoses, FakeCamera, FakeClock, frames
from tests.people import standing


def test_all_is_well() -> None:
    written: list[str] = []
    assert run(written.append, iter([SystemCheck("Disk", True, "9 GB free")])) == 0
    assert written == ["ok    Disk      9 GB free\n"]


def test_what_is_needed_and_missing_makes_the_exit_code_5() -> None:
    written: list[str] = []
    found = iter(
        [SystemCheck("Voice", False, "install espeak-ng", needed=False), SystemCheck("Camera", False, "plug one in")]
    )
    assert run(written.append, found) == 5
    assert written[0].startswith("note")
    assert written[1].startswith("FIX")
    voice = iter([SystemCheck("Voice", False, "install espeak-ng", needed=False)])
    assert run(written.append, voice) == 0


def timed(clock: FakeClock, fps: float) -> Iterator[Frame]:
    for frame in frames(5.0, fps):
        clock.sleep(1 / fps)
        yield frame


@pytest.mark.parametrize(("fps", "ok"), [(30.0, True), (8.0, False)])
def test_the_rate_of_a_camera(fps: float, ok: bool) -> None:
    clock = FakeClock()
    found = list(cameras(lambda index: FakeCamera(timed(clock, fps), opens=[index == 1]), clock))
    assert [f.name for f in found] == ["Camera 1"]
    assert found[0].ok == ok
    assert "640 x 480" in found[0].says
    assert f"{fps:.0f} pictures" in found[0].says


def test_no_camera_and_one_without_pictures() -> None:
    (missing,) = cameras(lambda index: FakeCamera([], opens=[False]), FakeClock())
    assert not missing.ok
    assert "plug one in" in missing.says
    (dark,) = cameras(lambda index: FakeCamera([], opens=[index == 0]), FakeClock())
    assert "no picture" in dark.says

    class Busy(FakeCamera):
        def open(self) -> None:
            raise NoPictureError("Camera 0 opens but gives no picture.")

    busy = next(cameras(lambda index: Busy([]), FakeClock()))
    assert (busy.name, busy.ok) == ("Camera 0", False)
    assert "close programs that use it" in busy.says


def test_the_model() -> None:
    assert model(lambda: ActedPoses(lambda t: standing()), FakeClock()).ok

    class Missing(ActedPoses):
        def __enter__(self):  # type: ignore[no-untyped-def]
            raise ModelError("The pose model is missing. Reinstall smr-vision.")

    found = model(lambda: Missing(lambda t: None), FakeClock())
    assert (found.ok, found.says) == (False, "The pose model is missing. Reinstall smr-vision.")


def test_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "GB free" in disk(tmp_path / "not" / "yet").says
    monkeypatch.setattr(doctor, "LEAST_FREE_MB", 10**12)
    assert "SMR_DATA" in disk(tmp_path).says


def test_silence_is_noted_not_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "system_engine", lambda: None)
    for finding in doctor.sound():
        assert finding.ok or not finding.needed
        assert finding.says
