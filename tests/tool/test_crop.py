"""The finder's window on a picture, and the classical finder that it is compared with."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from smr_vision.moves import load_moves
from smr_vision.tool.axis import SegmentAxis, axis_of
from smr_vision.tool.crop import HEIGHT, WIDTH, Crop, crop_of
from smr_vision.video import Frame
from smr_vision.video.frame import FilmArea
from tests.people import measured, thoracic

MOVES = load_moves()
TRUNK = MOVES["thoracic"].segment


def window(stature_px: float = 500.0) -> Crop:
    return crop_of(SegmentAxis(np.array([250.0, 300.0]), np.array([150.0, 20.0])), TRUNK, stature_px)


def test_a_point_lies_in_the_window_where_the_picture_shows_it() -> None:
    crop = window()
    image = np.zeros((480, 640, 3), np.uint8)
    cv2.circle(image, (320, 330), 9, (255, 255, 255), -1)
    rows, columns = np.nonzero(crop.cut(image)[..., 0] > 128)
    assert [columns.mean(), rows.mean()] == pytest.approx(crop.into(np.array([[320.0, 330.0]]))[0], abs=0.3)


def test_a_window_in_a_picture_with_bars_is_that_of_the_film_alone() -> None:
    film = np.random.default_rng(0).integers(0, 255, (480, 400, 3), dtype=np.uint8)
    picture = np.pad(film, ((0, 0), (120, 120), (0, 0)))  # 640 wide
    inside = FilmArea(120 / 640, 0.0, 520 / 640, 1.0)
    alone = crop_of(SegmentAxis(np.array([60.0, 300.0]), np.array([150.0, 20.0])), TRUNK, 500.0)
    barred = crop_of(SegmentAxis(np.array([180.0, 300.0]), np.array([150.0, 20.0])), TRUNK, 500.0)
    assert np.abs(barred.cut(picture, film=inside).astype(int) - alone.cut(film)).max() <= 2
    assert np.abs(barred.cut(picture).astype(int) - alone.cut(film)).max() > 50  # the window reaches into the bar
    half = cv2.resize(picture, (320, 240), interpolation=cv2.INTER_AREA)
    small = barred.cut(half, of=(640, 480), film=inside).astype(int)
    assert np.abs(small - barred.cut(half, of=(640, 480)))[:, WIDTH // 2 :].max() <= 2


def test_a_wide_window_holds_the_narrow_one() -> None:
    image = np.random.default_rng(0).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    wide = window().cut(image, pad=16)
    assert wide.shape == (HEIGHT + 32, WIDTH + 32, 3)
    assert np.abs(wide[16:-16, 16:-16].astype(int) - window().cut(image)).max() <= 2


def test_fine_detail_of_a_big_picture_turns_grey_and_not_into_noise() -> None:
    """One look a window pixel would hit or miss single pixels of the picture."""
    image = np.random.default_rng(0).integers(0, 2, (960, 1280, 3), dtype=np.uint8) * 255
    assert window(900.0).cut(image).std() < 0.45 * image.std()


@pytest.fixture
def _benchmarks() -> Iterator[None]:
    folder = str(Path(__file__).parents[2] / "benchmarks")
    sys.path.insert(0, folder)
    yield
    sys.path.remove(folder)


@pytest.mark.usefixtures("_benchmarks")
def test_circles_find_the_round_end_of_a_roller_under_the_trunk_and_nothing_in_an_empty_room() -> None:
    from circles import Circles

    body = measured(thoracic())
    axis = axis_of(body, TRUNK, None)
    image = np.full((480, 640, 3), 120, np.uint8)
    empty = Circles().detect(Frame(0.0, image), body, axis, MOVES["thoracic"], None)
    assert empty is not None
    assert empty.detection is None
    centre = axis.at(0.3) + np.array([0.0, 0.09 * body.stature_px])
    cv2.circle(image, (round(centre[0]), round(centre[1])), round(0.038 * body.stature_px), (30, 40, 200), -1)
    look = Circles().detect(Frame(0.0, image), body, axis, MOVES["thoracic"], None)
    assert look is not None
    assert look.detection is not None
    assert look.detection.near == pytest.approx(centre, abs=5)


def test_a_picture_made_smaller_shows_the_same_in_the_window() -> None:
    rows, columns = np.mgrid[0:480, 0:640]
    image = np.repeat((60 + 50 * np.sin(columns / 40) + 50 * np.cos(rows / 30))[..., None], 3, axis=2).astype(np.uint8)
    small = cv2.resize(image, (320, 240), interpolation=cv2.INTER_AREA).astype(np.uint8)
    apart = window().cut(image).astype(int) - window().cut(small, of=(640, 480))
    assert np.abs(apart).mean() < 1.0
