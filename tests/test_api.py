"""`import smr_vision as smr`: what is public."""

import subprocess
import sys
from pathlib import Path

import pytest

import smr_vision as smr


def test_every_public_name_is_there_and_explained() -> None:
    assert all(getattr(smr, name) is not None for name in smr.__all__)
    assert all(getattr(smr, name).__doc__ for name in smr.__all__)


def test_importing_loads_nothing_heavy() -> None:
    code = "import sys, smr_vision; print([m for m in ('mediapipe', 'cv2', 'numpy', 'av') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "[]"


def test_the_room_does_not_hide_the_function() -> None:
    import smr_vision.analyse.record  # noqa: F401

    assert callable(smr.analyse)


def test_what_can_not_be_read_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(smr.InputError):
        smr.analyse(tmp_path / "nothing.mp4")
    with pytest.raises(smr.InputError):
        smr.load_move(tmp_path / "nothing.toml")


def test_wrong_use_is_a_usage_error() -> None:
    with pytest.raises(smr.UsageError, match="no such move"):
        smr.Pipeline(move="juggling")
    with pytest.raises(smr.UsageError, match="open_video"):
        smr.Pipeline().run("roll.mp4")  # type: ignore[arg-type]
