"""Short sounds: a soft tick for each pass, a note before a cue, a chime for praise, a warning."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from smr_vision.coach.cues import Sound

Tone = Literal["tick"] | Sound
RATE: Final = 44_100
NO_SOUND: Final = "No sound device works here: going on in silence. Everything is on the screen."
# Pitches (Hz) one after another, seconds of each, loudness 0..1.
_TONES: Final[dict[Tone, tuple[tuple[float, ...], float, float]]] = {
    "tick": ((1320.0,), 0.035, 0.12),
    "note": ((660.0,), 0.12, 0.2),
    "chime": ((784.0, 1047.0), 0.11, 0.18),
    "warning": ((440.0, 440.0), 0.14, 0.35),
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
        self._waves = {tone: wave(tone) for tone in _TONES}
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
    pitches, seconds, loud = _TONES[tone]
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
    except Exception:  # noqa: BLE001 - sounddevice's own error type exists only when it loads
        tell(NO_SOUND)
    return SilentPlayer()
