"""The window on the screen, and the keys pressed in it. Everything here belongs to the main thread."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final, Protocol

import cv2

from smr_vision.errors import DeviceError
from smr_vision.overlay.brush import Image

NAME: Final = "smr-vision"
PROBE_S: Final = 20.0  # a first window on a slow machine takes seconds
_KEYS: Final = {27: "q", 13: "space", 32: "space"}

# OpenCV aborts the whole process when it can't open a window, so a child tries first.
_PROBE: Final = "import cv2; cv2.namedWindow('probe'); cv2.pollKey(); cv2.destroyAllWindows()"


class Window(Protocol):
    """Where pictures are shown and keys come from."""

    def show(self, image: Image) -> None:
        """Show an RGB picture."""
        ...

    def keys(self) -> tuple[str, ...]:
        """Keys pressed since the last call: single characters and "space"; "q" when the window was closed."""
        ...

    def full_screen(self) -> None:
        """Switch between full screen and a window."""
        ...

    def close(self) -> None: ...


class NoWindow:
    """Shows nothing: coaching by voice alone."""

    def show(self, image: Image) -> None:
        """Nothing."""

    def keys(self) -> tuple[str, ...]:
        return ()

    def full_screen(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class ScreenWindow:
    """A real window; full screen from the start."""

    def __init__(self, width: int, height: int, full: bool = True) -> None:
        cv2.namedWindow(NAME, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        cv2.resizeWindow(NAME, width, height)
        self._full = False
        self._shown = False
        if full:
            self.full_screen()

    def show(self, image: Image) -> None:
        cv2.imshow(NAME, cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        self._shown = True

    def keys(self) -> tuple[str, ...]:
        pressed: list[str] = []
        while (code := cv2.pollKey()) >= 0:
            code &= 0xFF
            pressed.append(_KEYS.get(code, chr(code).lower()))
        if self._shown and cv2.getWindowProperty(NAME, cv2.WND_PROP_VISIBLE) < 1:
            pressed.append("q")
        return tuple(pressed)

    def full_screen(self) -> None:
        self._full = not self._full
        mode = cv2.WINDOW_FULLSCREEN if self._full else cv2.WINDOW_NORMAL
        cv2.setWindowProperty(NAME, cv2.WND_PROP_FULLSCREEN, mode)

    def close(self) -> None:
        cv2.destroyAllWindows()


def has_display() -> bool:
    """Whether a window can be opened here."""
    # Qt complains about fonts that we don't use: type is drawn by OpenCV itself.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    try:
        done = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, timeout=PROBE_S, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def open_window(width: int, height: int) -> Window:
    """A window of this size; DeviceError when there is no display."""
    if not has_display():
        raise DeviceError(
            "There is no display to show the coach on. Run `smr live` on a desktop, or with --no-window: voice only."
        )
    return ScreenWindow(width, height)
