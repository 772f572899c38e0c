"""The window on the screen, and the keys pressed in it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Final, Protocol

import numpy as np

from smr_vision.errors import DeviceError
from smr_vision.overlay.brush import Image
from smr_vision.pose.processes import deaf_to_ctrl_c
from smr_vision.runtime.shielded import undisturbed

OPENS_S: Final = 20.0  # a first window on a slow machine takes seconds
LEAVES_S: Final = 2.0
NO_DISPLAY: Final = (
    "There is no display to show the coach on. Run `smr live` on a desktop, or with --no-window: voice only."
)
LOST: Final = "The display is gone. What was done is kept (`smr history`); --no-window needs none."
_PROGRAM: Final = Path(__file__).with_name("picture_window.py")


class Window(Protocol):
    """Where pictures are shown and keys come from."""

    def show(self, image: Image) -> None:
        """Show an RGB picture. Raises DeviceError when the display is gone."""
        ...

    def keys(self) -> tuple[str, ...]:
        """Keys pressed since the last call: single characters, "space", and "closed" when the window was. Raises
        DeviceError when the display is gone."""
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
    """A real window, in a process of its own; full screen from the start. DeviceError when there is no display."""

    def __init__(self, width: int, height: int, full: bool = True) -> None:
        self._said: SimpleQueue[str | None] = SimpleQueue()
        self._closed = False
        self._process = undisturbed(lambda: _started(width, height))
        threading.Thread(target=self._listen, name="window", daemon=True).start()
        try:
            opened = self._said.get(timeout=OPENS_S)
        except Empty:
            opened = None
        except BaseException:
            self.close()
            raise
        if opened is None:
            self.close()
            raise DeviceError(NO_DISPLAY)
        if full:
            self.full_screen()

    def show(self, image: Image) -> None:
        self._send(b"P", np.ascontiguousarray(image))

    def keys(self) -> tuple[str, ...]:
        pressed: list[str] = []
        with suppress(Empty):
            while True:
                said = self._said.get_nowait()
                if said is None and not self._closed:
                    self._said.put(None)
                    raise DeviceError(LOST)
                self._closed = self._closed or said == "closed"
                if said is not None:
                    pressed.append(said)
        return tuple(pressed)

    def full_screen(self) -> None:
        self._send(b"F")

    def close(self) -> None:
        with suppress(OSError):
            self._stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(LEAVES_S)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _send(self, what: bytes, image: Image | None = None) -> None:
        # Where it has ended, `keys` tells how: closed by the person, or the display is gone.
        with suppress(OSError):
            self._stdin.write(what)
            if image is not None:
                self._stdin.write(image.data)
            self._stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._said.put(line.decode("utf-8", "replace").rstrip("\n"))
        self._said.put(None)

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin


def _started(width: int, height: int) -> subprocess.Popen[bytes]:
    # Qt complains about fonts that we don't use, type is drawn by OpenCV itself; and -P: our modules have names of
    # Python's own when their folder is looked into.
    quiet = {**os.environ, "QT_LOGGING_RULES": "default.warning=false"}
    command = [sys.executable, "-P", str(_PROGRAM), str(width), str(height)]
    with deaf_to_ctrl_c():  # it ends when we do
        return subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=quiet
        )


def has_display() -> bool:
    """Whether a window can be opened here."""
    try:
        ScreenWindow(64, 64, full=False).close()
    except (DeviceError, OSError):
        return False
    return True


def open_window(width: int, height: int) -> Window:
    """A window of this size; DeviceError when there is no display."""
    return ScreenWindow(width, height)
