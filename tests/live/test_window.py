"""The window's side that needs no display: what its program says, and how it ends."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from smr_vision.errors import DeviceError
from smr_vision.live import window
from smr_vision.live.window import ScreenWindow, has_display

PICTURE = np.zeros((6, 8, 3), np.uint8)


def all_keys(shown: ScreenWindow) -> None:
    """Ask for keys until there are none any more."""
    for _ in range(1000):
        shown.keys()
        time.sleep(0.01)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of the one that shows pictures."""
    path = tmp_path / "shown.py"
    monkeypatch.setattr(window, "_PROGRAM", path)
    return path


def test_without_a_display_it_says_what_to_do(program: Path) -> None:
    program.write_text("raise SystemExit(1)")
    with pytest.raises(DeviceError, match="no display.*--no-window"):
        ScreenWindow(8, 6)
    assert not has_display()


def test_pictures_go_out_and_keys_come_in(program: Path, tmp_path: Path) -> None:
    got = tmp_path / "got"
    program.write_text(
        "import sys\nprint('open', flush=True)\nprint('space\\nn\\nclosed', flush=True)\n"
        f"open({str(got)!r}, 'wb').write(sys.stdin.buffer.read())"
    )
    shown = ScreenWindow(8, 6)
    keys: list[str] = []
    while len(keys) < 3:
        keys += shown.keys()
    shown.show(PICTURE)
    shown.close()
    assert keys == ["space", "n", "closed"]
    assert got.read_bytes() == b"F" + b"P" + bytes(8 * 6 * 3)


def test_closed_by_the_person_is_no_failure(program: Path) -> None:
    program.write_text("print('open\\nclosed', flush=True)")
    shown = ScreenWindow(8, 6)
    keys: list[str] = []
    end = time.monotonic() + 10
    while time.monotonic() < end and not keys:
        keys += shown.keys()
    shown._process.wait()
    shown.show(PICTURE)
    for _ in range(20):
        assert shown.keys() == ()
        time.sleep(0.01)
    assert keys == ["closed"]
    shown.close()


def test_a_display_that_goes_is_told(program: Path) -> None:
    program.write_text("print('open\\nspace', flush=True)\nraise SystemExit(1)")
    shown = ScreenWindow(8, 6)
    shown._process.wait()
    shown.show(np.zeros((600, 800, 3), np.uint8))
    with pytest.raises(DeviceError, match=r"display is gone.*is kept"):
        all_keys(shown)
    shown.close()


@pytest.mark.alone
def test_a_program_that_hangs_is_ended(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "LEAVES_S", 0.2)
    program.write_text("import time\nprint('open', flush=True)\ntime.sleep(100)")
    shown = ScreenWindow(8, 6)
    began = time.monotonic()
    shown.close()
    assert time.monotonic() - began < 10
    assert shown._process.poll() is not None
