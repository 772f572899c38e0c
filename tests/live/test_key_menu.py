"""`smr live` without a name asks what to do, by keys."""

from __future__ import annotations

import pytest

from smr_vision.live.key_menu import CAMERAS, Chooser, LiveChoice, choose
from smr_vision.live.screens import SIZE
from smr_vision.moves import load_moves
from tests.doubles import FakeWindow

MOVES = load_moves()


def test_a_digit_is_a_move_a_letter_a_routine_and_c_the_next_camera() -> None:
    chooser = Chooser(MOVES)
    assert chooser.press("x") is None
    assert chooser.press("c") is None
    assert chooser.press("1") == LiveChoice(next(iter(MOVES)), None, "1")
    assert chooser.press("a") == LiveChoice(None, "after-training", "1")
    for _ in range(CAMERAS - 1):
        chooser.press("c")
    assert chooser.camera == "0"
    assert chooser.draw().shape == (SIZE[1], SIZE[0], 3)


@pytest.mark.parametrize(
    ("camera", "words"),
    [
        ("2", "Camera 2     c another"),
        ("clips/calf.mp4", "Camera: calf.mp4"),
        ("http://me:secret@phone:8080/video", "Camera: http://phone:8080/video"),
    ],
)
def test_the_camera_that_was_named_is_shown_and_a_clip_is_no_number(camera: str, words: str) -> None:
    chooser = Chooser(MOVES, camera)
    assert chooser.camera_words == words
    if not camera.isdecimal():
        chooser.press("c")
        assert chooser.press("1") == LiveChoice(next(iter(MOVES)), None, camera)


def test_it_asks_until_something_is_chosen_or_the_window_is_closed() -> None:
    window = FakeWindow({2: "f", 3: "c", 5: "2"})
    assert choose(window, MOVES) == LiveChoice(list(MOVES)[1], None, "1")
    assert window.full
    assert choose(FakeWindow({1: "q"}), MOVES) is None
