"""One line at a time, cues first; silence where there is no voice, said once."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

import pytest

from smr_vision.live import sounds, voice
from smr_vision.live.sounds import RATE, TONES, DevicePlayer, Tone, wave
from smr_vision.live.stage_messages import Utterance
from smr_vision.live.voice import CommandEngine, Manner, NoVoice, SystemVoice, open_voice, system_engine


class FakeEngine:
    """Speaks each line for `seconds`, or until stopped."""

    def __init__(self, seconds: float = 0.15, fails: bool = False) -> None:
        self.seconds = seconds
        self.fails = fails
        self.spoken: list[str] = []
        self.cut: list[str] = []
        self.overlapped = False
        self._until = 0.0

    def start(self, text: str) -> None:
        if self.fails:
            raise OSError("no voice")
        self.overlapped |= self.busy()
        self.spoken.append(text)
        self._until = time.monotonic() + self.seconds

    def busy(self) -> bool:
        return time.monotonic() < self._until

    def stop(self) -> None:
        if self.busy():
            self.cut.append(self.spoken[-1])
        self._until = 0.0


class FakePlayer:
    def __init__(self) -> None:
        self.played: list[Tone] = []

    def play(self, tone: Tone) -> None:
        self.played.append(tone)

    def close(self) -> None: ...


def wait_for(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def speaker(engine: FakeEngine, told: list[str]) -> Iterator[SystemVoice]:
    spoken = SystemVoice(engine, FakePlayer(), told.append)
    yield spoken
    spoken.close()


def test_words_are_said_one_after_another(speaker: SystemVoice, engine: FakeEngine) -> None:
    for text in ("one", "two", "three"):
        speaker.say(Utterance(text))
    wait_for(lambda: engine.spoken == ["one", "two", "three"])
    assert not engine.overlapped
    assert engine.cut == []


def test_a_cue_cuts_what_is_being_said_and_goes_first(speaker: SystemVoice, engine: FakeEngine) -> None:
    engine.seconds = 5.0
    speaker.say(Utterance("a long story"))
    wait_for(lambda: engine.spoken == ["a long story"])
    speaker.say(Utterance("later"))
    engine.seconds = 0.1
    speaker.say(Utterance("Lift your hips.", "cue", "note"))
    wait_for(lambda: engine.spoken == ["a long story", "Lift your hips.", "later"])
    assert engine.cut == ["a long story"]
    assert not engine.overlapped


@pytest.mark.alone
def test_saying_something_takes_no_time(speaker: SystemVoice, engine: FakeEngine) -> None:
    engine.seconds = 5.0
    started = time.monotonic()
    for number in range(100):
        speaker.say(Utterance(f"cue {number}", "cue"))
    assert time.monotonic() - started < 0.1
    engine.seconds = 0.0
    speaker.mute()


def test_muted_it_says_nothing_and_stops_at_once(speaker: SystemVoice, engine: FakeEngine) -> None:
    engine.seconds = 5.0
    speaker.say(Utterance("a long story"))
    wait_for(lambda: engine.spoken == ["a long story"])
    assert speaker.mute()
    assert engine.cut == ["a long story"]
    speaker.say(Utterance("not heard"))
    speaker.tick()
    assert not speaker.mute()
    engine.seconds = 0.05
    speaker.say(Utterance("heard"))
    wait_for(lambda: engine.spoken == ["a long story", "heard"])


def test_a_line_that_waited_too_long_is_dropped(speaker: SystemVoice, engine: FakeEngine) -> None:
    engine.seconds = 0.4
    speaker.say(Utterance("one"))
    wait_for(lambda: engine.spoken == ["one"])
    speaker.say(Utterance("stale", good_s=0.1))
    time.sleep(0.5)
    speaker.say(Utterance("fresh"))
    wait_for(lambda: engine.spoken == ["one", "fresh"])


def test_a_voice_that_fails_is_told_once_and_the_rest_goes_on(told: list[str]) -> None:
    spoken = SystemVoice(FakeEngine(fails=True), FakePlayer(), told.append)
    spoken.say(Utterance("one"))
    wait_for(lambda: bool(told))
    spoken.say(Utterance("two", "cue"))
    spoken.tick()
    spoken.close()
    assert told == [sounds.NO_SOUND]


@pytest.mark.parametrize(
    ("script", "fails"),
    [("", False), ("import sys; sys.exit(3)", True), ("import sys; sys.stderr.write('error: no')", True)],
)
def test_a_program_that_complains_has_failed(script: str, fails: bool) -> None:
    spoken = CommandEngine([sys.executable, "-c", script])
    spoken.start("words")
    if fails:
        with pytest.raises(OSError, match="failed"):
            wait_for(lambda: not spoken.busy())
    else:
        wait_for(lambda: not spoken.busy())
    spoken.stop()


def test_a_program_is_cut_off() -> None:
    spoken = CommandEngine([sys.executable, "-c", "import time; time.sleep(60)"])
    spoken.start("words")
    assert spoken.busy()
    spoken.stop()
    assert not spoken.busy()


def test_no_voice_when_none_is_wanted(told: list[str]) -> None:
    assert isinstance(open_voice(False, told.append), NoVoice)
    assert told == []


def test_no_voice_on_this_system_is_said(told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice, "system_engine", lambda manner: None)
    silent = open_voice(True, told.append)
    silent.say(Utterance("nothing"))
    silent.tick()
    silent.close()
    assert silent.mute()
    assert told == [voice.NO_ESPEAK]


class FakeSoundDevice:
    class OutputStream:
        def __init__(self, *, callback: Callable[..., None], **_: object) -> None:
            self.callback = callback

        def start(self) -> None: ...

        def abort(self) -> None: ...

        def close(self) -> None: ...


def test_sounds_are_mixed_and_end() -> None:
    import numpy as np

    player = DevicePlayer(FakeSoundDevice)
    player.play("tick")
    player.play("chime")
    out = np.zeros((2048, 1), np.float32)
    loud = []
    for _ in range(10):
        player._fill(out, 2048, None, None)
        loud.append(float(np.abs(out).max()))
    player.close()
    assert 0 < loud[0] < 0.5
    assert loud[-1] == 0


@pytest.mark.parametrize("tone", TONES)
def test_sounds_are_short_and_soft(tone: Tone) -> None:
    samples = wave(tone)
    assert len(samples) / RATE < 0.4
    assert abs(samples).max() < 0.5
    assert abs(samples[0]) < 0.01


def test_without_portaudio_it_is_silent(told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    player = sounds.open_player(told.append)
    player.play("tick")
    player.close()
    assert len(told) == 1
    assert "libportaudio2" in told[0]


@pytest.mark.parametrize(
    ("platform", "said"),
    [("linux", ["/bin/espeak-ng", "-s", "198", "-a", "40", "--", "Up."]),
     ("darwin", ["say", "-r", "198", "--", "[[volm 0.40]] Up."])],
)  # fmt: skip
def test_how_loud_and_how_fast_is_the_persons_choice(
    monkeypatch: pytest.MonkeyPatch, platform: str, said: list[str]
) -> None:
    monkeypatch.setattr("smr_vision.live.voice.sys.platform", platform)
    monkeypatch.setattr("smr_vision.live.voice.shutil.which", lambda name: f"/bin/{name}")
    started: list[list[str]] = []
    monkeypatch.setattr("smr_vision.live.voice.subprocess.Popen", lambda command, **_: started.append(command))
    engine = system_engine(Manner(0.4, 1.2))
    assert engine is not None
    engine.start("Up.")
    assert started == [said]
