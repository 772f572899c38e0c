"""How the room moves in the picture, on a made-up room of noise."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from smr_vision.body.camera_motion import EASY_S, CameraMotion
from smr_vision.pose import Pose
from smr_vision.video import Frame
from smr_vision.video.frame import FilmArea

FPS = 30
ROOM = np.random.default_rng(3).integers(0, 255, (60, 80, 3), np.uint8).repeat(8, 0).repeat(8, 1)


def followed(aside: Callable[[float], int], end: float) -> list[tuple[float, float]]:
    """(t, pixels to the right) of a camera that makes the room stand `aside(t)` pixels to the right."""
    camera_motion, found = CameraMotion(), []
    for n in range(int(end * FPS)):
        t = n / FPS
        moved = camera_motion.estimate(Frame(t, np.roll(ROOM, aside(t), axis=1)), Pose.nobody(t))
        found.append((t, float(moved[0])))
        assert moved[1] == pytest.approx(0.0, abs=1.0)
    return found


def test_a_room_that_stands_still_has_moved_by_exactly_nothing() -> None:
    assert {moved for _, moved in followed(lambda t: 0, 6.0)} == {0.0}


def test_a_camera_that_is_knocked_is_told_soon_and_for_good() -> None:
    for t, moved in followed(lambda t: 12 if t > 2.5 else 0, 8.0):
        if t < 2.5:
            assert moved == 0.0
        elif t > 2.5 + EASY_S + 1 / FPS:
            assert moved == pytest.approx(12.0, abs=1.0), t


def test_a_camera_that_sways_is_followed_from_picture_to_picture() -> None:
    def sway(t: float) -> int:
        return round(14 * np.sin(2.0 * t))

    for t, moved in followed(sway, 6.0):
        if t > 0.5:
            assert moved == pytest.approx(sway(t), abs=2.0), t


@pytest.mark.parametrize("px_per_s", [0.1, 0.2, 1.0])
def test_a_camera_that_drifts_slowly_is_followed_all_the_way(px_per_s: float) -> None:
    """Sinking on a soft tripod: between two choices of corners it moves by less than noise does."""
    camera_motion = CameraMotion()
    smooth = cv2.GaussianBlur(ROOM, (0, 0), 3)
    for n in range(90 * 5):
        t = n / 5
        shift = np.array([[1.0, 0.0, px_per_s * t], [0.0, 1.0, 0.0]])
        image = cv2.warpAffine(smooth, shift, (640, 480), borderMode=cv2.BORDER_REFLECT)
        moved = camera_motion.estimate(Frame(t, image.astype(np.uint8)), Pose.nobody(t))
    assert moved[0] == pytest.approx(px_per_s * t, abs=max(0.15 * px_per_s * t, 1.0))
    assert moved[1] == pytest.approx(0.0, abs=1.0)


def test_noise_in_a_room_that_stands_still_adds_up_to_nothing() -> None:
    camera_motion, chance = CameraMotion(), np.random.default_rng(5)
    smooth = cv2.GaussianBlur(ROOM, (0, 0), 3)
    for n in range(120 * 5):
        noisy = np.clip(smooth + chance.normal(0.0, 6.0, smooth.shape), 0, 255).astype(np.uint8)
        moved = camera_motion.estimate(Frame(n / 5, noisy), Pose.nobody(n / 5))
    assert np.abs(moved).max() < 1.5


@pytest.mark.parametrize("text", [False, True])
def test_bars_around_the_film_do_not_hold_the_room(text: bool) -> None:
    film = FilmArea(0.25, 0.0, 0.75, 1.0)
    ground = np.full((480, 1280, 3), 16, np.uint8)
    if text:
        for row in range(60, 480, 60):
            cv2.putText(ground, "rolling at home", (10, row), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (255, 255, 255), 2)
    camera_motion = CameraMotion()
    for n in range(4 * FPS):
        picture = ground.copy()
        picture[:, 320:960] = np.roll(ROOM, 12 if n > FPS else 0, axis=1)[:, :640]
        moved = camera_motion.estimate(Frame(n / FPS, picture, film), Pose.nobody(n / FPS))
    assert moved == pytest.approx([12.0, 0.0], abs=1.5)
