"""The live window on a real display: run by `make test-live` under Xvfb (needs xvfb, xdotool, imagemagick)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from smr_vision.errors import DeviceError
from smr_vision.live.screens import SIZE
from smr_vision.live.window import open_window
from tests.endings import ENDINGS, ended

# In a process of its own: the test runner has loaded PyAV before OpenCV, the program never does.
WINDOW = """
import subprocess, sys, time
import smr_vision.cli.main, smr_vision.analysis, smr_vision.live
import numpy as np
from smr_vision.live.screens import SIZE
from smr_vision.live.window import open_window

window = open_window(*SIZE)
image = np.full((SIZE[1], SIZE[0], 3), (200, 40, 10), np.uint8)
for number in range(60):
    window.show(image)
    if number in (20, 40):
        search = ["xdotool", "search", "--name", "smr-vision"]
        found = subprocess.run(search, check=True, capture_output=True, text=True)
        key = "n" if number == 20 else "space"
        subprocess.run(["xdotool", "key", "--window", found.stdout.split()[0], key], check=True)
    print(*window.keys())
    time.sleep(0.02)
subprocess.run(["import", "-window", "root", sys.argv[1]], check=True)
window.close()
"""


def test_a_window_shows_pictures_and_takes_keys(tmp_path: Path) -> None:
    picture = tmp_path / "screen.png"
    done = subprocess.run(
        [sys.executable, "-c", WINDOW, str(picture)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert {"n", "space"} <= set(done.stdout.split())
    shot = cv2.imread(str(picture))
    assert shot is not None
    blue, green, red = shot.reshape(-1, 3).mean(axis=0)
    assert red > 150 > green > blue


def test_without_a_display_it_says_so_and_does_not_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY")
    with pytest.raises(DeviceError, match="no display"):
        open_window(*SIZE)


@pytest.mark.parametrize("name", ENDINGS)
def test_every_way_to_end(name: str) -> None:
    assert ended(name, 7.0) == []


def test_doctor_runs_here() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "smr_vision.cli", "doctor"], capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 5)
    assert "Display" in done.stdout
    assert "Traceback" not in done.stderr
