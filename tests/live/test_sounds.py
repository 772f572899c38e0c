"""Each trouble has a sound of its own, which comes with its sentence, in a terminal as on the desk's page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest

from smr_vision.desk.roll_wire import SentVoice
from smr_vision.live.bystanders import Crowd
from smr_vision.live.coaching import LiveCoach
from smr_vision.live.flow import Flow
from smr_vision.live.framing import Trouble
from smr_vision.live.routine import plan_for_move
from smr_vision.live.sounds import TONES, Tone, wave
from smr_vision.live.stage_messages import Utterance
from smr_vision.live.voice import NoVoice, SystemVoice, open_voice
from smr_vision.moves import load_moves
from smr_vision.overlay.brush import Image
from smr_vision.video import Frame
from tests.doubles import ROOM
from tests.live.test_voice import FakeEngine, FakePlayer, wait_for
from tests.people import Camera, Joints, pose, thoracic

MOVES = load_moves()
TROUBLES: tuple[Tone, ...] = (*get_args(Trouble), "lost")
ALIKE = 0.5  # of two sounds laid over each other as well as they will go; a sound and itself: 1


def way(tone: Tone) -> str:
    """Up, down or on, from note to note."""
    return "".join("+" if b > a else "-" if b < a else "=" for a, b in pairwise(TONES[tone][0]))


@pytest.mark.parametrize("tone", TROUBLES)
def test_no_other_sound_goes_like_that_of_a_trouble(tone: Tone) -> None:
    others = [other for other in TONES if other != tone]
    assert way(tone)
    assert way(tone) not in {way(other) for other in others}
    mine = wave(tone)
    for other in others:
        laid = np.abs(np.correlate(mine[::8], wave(other)[::8], "full")).max()
        alike = laid * 8 / (np.linalg.norm(mine) * np.linalg.norm(wave(other)))
        assert alike < ALIKE, (tone, other, alike)


class Two(Crowd):
    def count(self, frame: Frame) -> int:
        del frame
        return 2


def said(
    image: Image, joints: Joints | None, camera: Camera | None = None, crowd: Crowd | None = None
) -> Iterator[Utterance]:
    """What is said in the first seconds before a set."""
    coach = LiveCoach(Flow(plan_for_move("thoracic", MOVES)), None, moves=MOVES, crowd=crowd)
    for k in range(40):
        now = coach.advance(Frame(k / 10, image), pose(joints, k / 10, camera)).now
        assert now.stage == "framing" or k > 10
        yield from now.lines


def room(brightness: int) -> Image:
    return np.full(ROOM.shape, brightness, np.uint8)


@pytest.mark.parametrize(
    ("wanted", "words", "lines"),
    [
        ("light", "too dark", lambda: said(room(30), thoracic())),
        ("covered", "covers the lens", lambda: said(room(4), None)),
        ("company", "Somebody else", lambda: said(ROOM, thoracic(), crowd=Two())),
        ("cut_off", "towards your feet", lambda: said(ROOM, thoracic(), Camera(at=(60.0, 400.0)))),
        ("note", "can't see you", lambda: said(ROOM, None)),
    ],
)
def test_each_trouble_is_told_with_its_own_sound(
    wanted: Tone, words: str, lines: Callable[[], Iterator[Utterance]]
) -> None:
    sounds = {line.sound for line in lines() if words in line.say}
    assert sounds == {wanted}


def test_the_sound_that_is_asked_for_is_the_one_that_is_played() -> None:
    player, engine = FakePlayer(), FakeEngine(seconds=0.0)
    voice = SystemVoice(engine, player, lambda line: None)
    for tone in TROUBLES:
        voice.say(Utterance(tone, sound=tone))
    wait_for(lambda: len(engine.spoken) == len(TROUBLES))
    voice.close()
    assert player.played == [*TROUBLES]
    sent: list[dict[str, object]] = []
    for tone in TROUBLES:
        SentVoice(sent.append).say(Utterance(tone, sound=tone))
    assert [one["sound"] for one in sent] == [*TROUBLES]


def test_with_the_voice_off_no_trouble_sounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smr_vision.live.voice.open_player", lambda tell: pytest.fail("a sound device is opened"))
    assert isinstance(open_voice(False, print), NoVoice)
