"""A window that shows the pictures it is sent, as a program of its own; `smr_vision.live.window` starts it.

Where the connection to the display is lost, its library ends the whole process, without a word. So it gets one that
has nothing to lose. From stdin: `P` and a picture (RGB, width x height as told on the command line), `F` for full
screen and back. To stdout: `open`, then a line for each key, and `closed` when the person closed the window.
"""

from __future__ import annotations

import sys
import threading
from typing import BinaryIO, Final

import cv2
import numpy as np

NAME: Final = "smr-vision"
LOOK_S: Final = 0.01  # keys are looked for this often
# Page up and down are a presenter's remote; of their codes the lower byte comes.
_KEYS: Final = {27: "q", 13: "space", 32: "space", 0x55: "a", 0x56: "n"}


class _Sent:
    """What came from stdin and was not shown yet: the latest picture, and how often to switch to full screen."""

    def __init__(self, source: BinaryIO, width: int, height: int) -> None:
        self._source = source
        self._shape = height, width, 3
        self._news = threading.Condition()
        self._picture: np.ndarray | None = None
        self._switches = 0
        self.ended = False
        threading.Thread(target=self._run, daemon=True).start()

    def take(self) -> tuple[np.ndarray | None, int]:
        """Both, as soon as there is something, or nothing after a moment."""
        with self._news:
            if self._picture is None and not self._switches and not self.ended:
                self._news.wait(LOOK_S)
            taken = self._picture, self._switches
            self._picture, self._switches = None, 0
            return taken

    def _run(self) -> None:
        size = int(np.prod(self._shape))
        while (what := self._source.read(1)) and (what != b"P" or len(sent := self._source.read(size)) == size):
            with self._news:
                if what == b"P":
                    self._picture = np.frombuffer(sent, np.uint8).reshape(self._shape)
                else:
                    self._switches += 1
                self._news.notify()
        self.ended = True


def main(width: int, height: int) -> None:
    """Show until stdin ends or the window is closed."""
    cv2.namedWindow(NAME, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
    cv2.resizeWindow(NAME, width, height)
    cv2.pollKey()
    _say("open")
    sent = _Sent(sys.stdin.buffer, width, height)
    full = shown = False
    while not sent.ended:
        picture, switches = sent.take()
        try:
            if switches % 2:
                full = not full
                mode = cv2.WINDOW_FULLSCREEN if full else cv2.WINDOW_NORMAL
                cv2.setWindowProperty(NAME, cv2.WND_PROP_FULLSCREEN, mode)
            if picture is not None:
                cv2.imshow(NAME, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
                shown = True
            while (code := cv2.pollKey()) >= 0:
                _say(_KEYS.get(code & 0xFF, chr(code & 0xFF).lower()))
            closed = shown and cv2.getWindowProperty(NAME, cv2.WND_PROP_VISIBLE) < 1
        except cv2.error:  # there is no such window any more
            closed = True
        if closed:
            _say("closed")
            return


def _say(line: str) -> None:
    # In UTF-8 whatever the system speaks; a key that is no letter is none of ours.
    sys.stdout.buffer.write(line.encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
