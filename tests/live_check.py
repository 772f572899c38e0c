"""The live window on a real display: run by `make test-live` under Xvfb (needs xvfb, xdotool, imagemagick)."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from smr_vision.errors import DeviceError
from smr_vision.screens import SIZE
from smr_vision.window import NAME, open_window


def test_a_window_shows_pictures_and_takes_keys(tmp_path: Path) -> None:
    window = open_window(*SIZE)
    image = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    image[:] = (200, 40, 10)
    pressed: list[str] = []
    for number in range(60):
        window.show(image)
        if number == 30:
            found = subprocess.run(["xdotool", "search", "--name", NAME], check=True, capture_output=True, text=True)
            for key in ("n", "space"):
                subprocess.run(["xdotool", "key", "--window", found.stdout.split()[0], key], check=True)
        pressed += window.keys()
        time.sleep(0.02)
    picture = tmp_path / "screen.png"
    subprocess.run(["import", "-window", "root", str(picture)], check=True)
    window.close()
    shot = cv2.imread(str(picture))
    assert shot is not None
    blue, green, red = shot.reshape(-1, 3).mean(axis=0)
    assert red > 150 > green > blue
    assert {"n", "space"} <= set(pressed)


def test_without_a_display_it_says_so_and_does_not_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY")
    with pytest.raises(DeviceError, match="no display"):
        open_window(*SIZE)


def test_doctor_runs_here() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "smr_vision.cli", "doctor"], capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 5)
    assert "Display" in done.stdout
    assert "Traceback" not in done.stderr
