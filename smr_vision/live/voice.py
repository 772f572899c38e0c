"""What is heard: lines spoken by the system's own voice, in a process of its own, and short sounds.

Nothing here waits: a line is handed over in microseconds, one is spoken at a time, and a machine without
a voice or a sound device goes on in silence after saying so once.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from typing import Final, Protocol

from smr_vision.live.sounds import NO_SOUND, Player, open_player
from smr_vision.live.stage_messages import Utterance

LAST_WORDS_S: Final = 5.0  # at the end what is being said may be said to its end
POLL_S: Final = 0.05  # how soon after a line the next one begins
RATE_WPM: Final = 165  # words a minute: calm [E]
NO_ESPEAK: Final = "There is no voice: install espeak-ng to hear the coach. Everything is on the screen."


@dataclass(frozen=True)
class Manner:
    """How to speak: how loud, 0..1 of the system's own, and how fast, 1 for calm."""

    volume: float = 1.0
    pace: float = 1.0

    @property
    def wpm(self) -> int:
        return round(RATE_WPM * self.pace)


CALM: Final = Manner()


class Voice(Protocol):
    """Something that speaks and sounds."""

    def say(self, line: Utterance) -> None:
        """Say a line: a cue at once, cutting what is being said; a word when nothing is."""
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

    def say(self, line: Utterance) -> None:
        """Nothing."""

    def tick(self) -> None:
        """Nothing."""

    def mute(self) -> bool:
        return True

    def close(self) -> None:
        """Nothing."""


class Engine(Protocol):
    """Speaks one line. `busy` while it does; raises OSError when it can't."""

    def start(self, text: str) -> None: ...

    def busy(self) -> bool: ...

    def stop(self) -> None: ...


class CommandEngine:
    """A program that speaks its last argument: a process for each line, so that it can be cut off. `before` goes in
    front of each line."""

    def __init__(self, command: Sequence[str], before: str = "") -> None:
        self._command = tuple(command)
        self._before = before
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, text: str) -> None:
        quiet = subprocess.DEVNULL
        command = [*self._command, self._before + text]
        self._process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=subprocess.PIPE)  # noqa: S603

    def busy(self) -> bool:
        if self._process is None:
            return False
        code = self._process.poll()
        if code is None:
            return True
        assert self._process.stderr is not None
        with self._process.stderr as complaints:
            # espeak-ng without a sound device complains, and ends as if all were well.
            failed = code > 0 or b"error:" in complaints.read()
        self._process = None
        if failed:
            raise OSError(f"{self._command[0]} failed")
        return False

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.kill()
            process.communicate()


class PowerShellEngine:
    """Windows' own voice. PowerShell takes half a second to start, so one process speaks all lines."""

    _SCRIPT: Final = (
        "Add-Type -AssemblyName System.Speech;"
        "$v = New-Object System.Speech.Synthesis.SpeechSynthesizer; $v.Volume = {volume}; $v.Rate = {rate};"
        "while (($line = [Console]::In.ReadLine()) -ne $null)"
        "{ $v.SpeakAsyncCancelAll(); if ($line) { [void]$v.SpeakAsync($line) } }"
    )

    def __init__(self, manner: Manner) -> None:
        script = self._SCRIPT.replace("{volume}", f"{100 * manner.volume:.0f}")
        script = script.replace("{rate}", str(round(10 * log(manner.pace, 3))))  # 10 is three times as fast
        command = ["powershell", "-NoProfile", "-NonInteractive", "-Command", script]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet)  # noqa: S603
        self._wpm = manner.wpm
        self._until = 0.0

    def start(self, text: str) -> None:
        self._write(text)
        self._until = time.monotonic() + 0.3 + 60 * len(text.split()) / self._wpm

    def busy(self) -> bool:
        return time.monotonic() < self._until

    def stop(self) -> None:
        if self.busy():
            self._write("")
        self._until = 0.0

    def _write(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write((" ".join(text.split()) + "\n").encode("utf-8"))
        self._process.stdin.flush()


def system_engine(manner: Manner = CALM) -> Engine | None:
    """This system's own voice; None when it has none."""
    if sys.platform == "win32":
        return PowerShellEngine(manner)
    if sys.platform == "darwin":
        return CommandEngine(["say", "-r", str(manner.wpm), "--"], f"[[volm {manner.volume:.2f}]] ")
    for program in ("espeak-ng", "espeak"):
        found = shutil.which(program)
        if found:
            # Its own loudness is 100 of 200.
            return CommandEngine([found, "-s", str(manner.wpm), "-a", f"{100 * manner.volume:.0f}", "--"])
    return None


class SystemVoice:
    """Speaks through an engine, from a thread of its own. `tell` gets the line about a voice that fails."""

    def __init__(self, engine: Engine, player: Player, tell: Callable[[str], None]) -> None:
        self._engine = engine
        self._player = player
        self._tell = tell
        self._news = threading.Condition()
        self._waiting: list[tuple[Utterance, float]] = []
        self._muted = self._broken = self._closed = False
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
        self._thread.start()

    def say(self, line: Utterance) -> None:
        with self._news:
            if self._muted or self._broken:
                return
            if line.kind == "cue":  # goes first; an older cue that hasn't begun is out of date
                self._waiting = [waiting for waiting in self._waiting if waiting[0].kind == "word"]
                self._waiting.insert(0, (line, time.monotonic()))
            else:
                self._waiting.append((line, time.monotonic()))
            self._news.notify()

    def tick(self) -> None:
        if not self._muted:
            self._player.play("tick")

    def mute(self) -> bool:
        with self._news:
            self._muted = not self._muted
            if self._muted:
                self._waiting = []
                self._engine.stop()
            return self._muted

    def close(self) -> None:
        """Let what is being said end, then stop."""
        with self._news:
            self._closed = True
            self._waiting = [waiting for waiting in self._waiting if waiting[0].kind == "cue"]
            self._news.notify()
        self._thread.join(LAST_WORDS_S)
        self._engine.stop()
        self._player.close()

    def _run(self) -> None:
        try:
            while self._speak_next():
                pass
        except OSError:
            self._broken = True
            self._tell(NO_SOUND)

    def _speak_next(self) -> bool:
        """Wait for a line whose turn it is and begin it; False at the end."""
        with self._news:
            while not self._waiting or (self._waiting[0][0].kind == "word" and self._engine.busy()):
                if self._closed and not self._waiting and not self._engine.busy():
                    return False
                self._news.wait(POLL_S if self._waiting or self._engine.busy() else None)
            line, since = self._waiting.pop(0)
            if time.monotonic() - since <= line.good_s:
                self._engine.stop()
                if line.sound is not None:
                    self._player.play(line.sound)
                self._engine.start(line.say)
        return True


def open_voice(wanted: bool, tell: Callable[[str], None], manner: Manner = CALM) -> Voice:
    """The system's voice; silence when none is wanted, and, after a line to `tell`, when there is none."""
    if not wanted:
        return NoVoice()
    told: set[str] = set()

    def tell_once(words: str) -> None:
        if words not in told:
            told.add(words)
            tell(words)

    try:
        engine = system_engine(manner)
    except OSError:
        tell(NO_SOUND)
        return NoVoice()
    if engine is None:
        tell(NO_ESPEAK)
        return NoVoice()
    return SystemVoice(engine, open_player(tell_once), tell_once)
