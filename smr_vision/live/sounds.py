"""Short sounds: a tick for each pass, a note before a cue, a chime for praise, a warning, and one for each trouble.

The desk's page plays the same ones (`TONES`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from smr_vision.coach.cues import Sound
from smr_vision.live.framing import Trouble

Tone = Literal["tick", "lost"] | Sound | Trouble
RATE: Final = 44_100
NO_SOUND: Final = "No sound device works here: going on in silence. Everything is on the screen."
# Pitches (Hz) one after another, seconds of each, loudness 0..1. Troubles go up, stay, to and fro, or down, each in its
# own way, so that they are told apart by who can't name a pitch; none below 200 Hz, which small speakers swallow [E].
TONES: Final[dict[Tone, tuple[tuple[float, ...], float, float]]] = {
    "tick": ((1320.0,), 0.035, 0.12),
    "note": ((660.0,), 0.12, 0.2),
    "chime": ((784.0, 1047.0), 0.11, 0.18),
    "warning": ((440.0, 440.0), 0.14, 0.35),
    "light": ((262.0, 330.0, 392.0), 0.13, 0.3),  # too dark, or behind the person: a light goes on
    "covered": ((233.0, 233.0, 233.0), 0.13, 0.4),  # the lens: knocking
    "company": ((587.0, 440.0, 587.0, 440.0), 0.095, 0.3),  # two people: one and the other
    "cut_off": ((880.0, 440.0), 0.17, 0.3),  # half a body
    "lost": ((494.0, 370.0, 277.0), 0.13, 0.35),  # the camera is gone
}


class Player(Protocol):
    """Something that plays short sounds without waiting for them."""

    def play(self, tone: Tone) -> None: ...

    def close(self) -> None: ...


class SilentPlayer:
    """Plays nothing."""

    def play(self, tone: Tone) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class DevicePlayer:
    """Plays through the sound device, mixed in the device's own thread."""

    def __init__(self, sounddevice: Any) -> None:
        self._lock = threading.Lock()
        self._playing: list[NDArray[np.float32]] = []
        self._waves = {tone: wave(tone) for tone in TONES}
        self._stream = sounddevice.OutputStream(samplerate=RATE, channels=1, dtype="float32", callback=self._fill)
        self._stream.start()

    def play(self, tone: Tone) -> None:
        with self._lock:
            self._playing.append(self._waves[tone])

    def close(self) -> None:
        self._stream.abort()
        self._stream.close()

    def _fill(self, out: NDArray[np.float32], frames: int, _time: object, _status: object) -> None:
        out.fill(0)
        with self._lock:
            for playing in self._playing:
                part = playing[:frames]
                out[: len(part), 0] += part
            self._playing = [rest for playing in self._playing if len(rest := playing[frames:])]


def wave(tone: Tone) -> NDArray[np.float32]:
    """Samples of a sound, each note rising and fading softly."""
    pitches, seconds, loud = TONES[tone]
    t = np.arange(round(seconds * RATE)) / RATE
    shape = np.minimum(t / 0.005, 1.0) * np.exp(-4 * t / seconds)
    return np.concatenate([loud * shape * np.sin(2 * np.pi * pitch * t) for pitch in pitches]).astype(np.float32)


def open_player(tell: Callable[[str], None]) -> Player:
    """The device's player, or a silent one after one line to `tell`."""
    try:
        import sounddevice  # noqa: PLC0415 - a library that may be missing, and slow to load

        return DevicePlayer(sounddevice)
    except (ImportError, OSError):
        tell("No ticks: PortAudio is missing. On Debian and Ubuntu: sudo apt install libportaudio2")
    # The error type of sounddevice exists only when it loads.
    except Exception:  # noqa: BLE001
        tell(NO_SOUND)
    return SilentPlayer()
