"""What is heard: spoken lines by the system's own voice, in a process of its own, and short sounds.

Nothing here waits: a line is handed over in microseconds, one speaks at a time, and a machine without a
voice or a sound device goes on in silence after saying so once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Final, Protocol, Self

from smr_vision.cues import Sound
from smr_vision.now import Line
from smr_vision.sounds import Player, Tone

WORDS_WAIT_S: Final = 4.0  # a line that couldn't be said for this long is out of date
RATE_WPM: Final = 165  # words a minute: calm [E]
SILENT: Final = "There is no {what} here: going on in silence. Everything is on the screen."


class Voice(Protocol):
    """Something that speaks and sounds."""

    def say(self, line: Line) -> None:
        """Say a line soon: a cue at once, a word when nothing is being said."""
        ...

    def tick(self) -> None:
        """The soft sound of a pass."""
        ...

    def mute(self) -> bool:
        """Switch between silent and not; whether it is silent now."""
        ...

    def close(self) -> None: ...


class NoVoice:
    """Says nothing."""

    def say(self, line: Line) -> None:
        """Nothing."""

    def tick(self) -> None:
        """Nothing."""

    def mute(self) -> bool:
        return True

    def close(self) -> None:
        """Nothing."""


class SystemVoice:
    """Speaks through the system's own voice, one line at a time, from a thread of its own.

    `tell` gets the one line about a missing voice or sound device.
    """

    def __init__(self, command: Sequence[str], player: Player, tell: Callable[[str], None]) -> None:
        self._command = tuple(command)
        self._player = player
        self._tell = tell
        self._news = threading.Condition()
        self._waiting: tuple[Line, float] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._muted = self._broken = self._closed = False
        self.started: list[tuple[float, str]] = []
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def say(self, line: Line) -> None:
        with self._news:
            if self._muted or self._broken:
                return
            waiting = self._waiting
            if waiting is not None and waiting[0].kind == "cue" and line.kind == "word":
                return
            self._waiting = line, time.monotonic()
            self._news.notify()

    def tick(self) -> None:
        if not self._muted:
            self._player.play("tick")

    def mute(self) -> bool:
        with self._news:
            self._muted = not self._muted
            if self._muted:
                self._waiting = None
                self._hush()
        return self._muted

    def close(self) -> None:
        """Let the line being said end, then stop."""
        with self._news:
            self._closed = True
            self._news.notify()
        self._thread.join(5.0)
        self._hush()
        self._player.close()

    def _run(self) -> None:
        while True:
            with self._news:
                while self._waiting is None or (self._busy() and self._waiting[0].kind == "word"):
                    if self._closed and self._waiting is None and not self._busy():
                        return
                    self._news.wait(0.05 if self._waiting is not None or self._closed else 0.5)
                line, since = self._waiting
                self._waiting = None
            if line.kind == "word" and time.monotonic() - since > WORDS_WAIT_S:
                continue
            self._hush()
            self._start(line)

    def _busy(self) -> bool:
        if self._process is None:
            return False
        code = self._process.poll()
        if code is None:
            return True
        self._process = None
        if code > 0:
            self._break("sound device that works")
        return False

    def _hush(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.kill()
            process.wait()

    def _start(self, line: Line) -> None:
        if line.sound is not None:
            self._player.play(line.sound)
        try:
            self._process = subprocess.Popen(
                [*self._command, line.say], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError:
            self._break("voice")

    def _break(self, what: str) -> None:
        if not self._broken:
            self._broken = True
            self._tell(SILENT.format(what=what))
