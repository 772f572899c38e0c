"""Bars around a film: black, blurred, with a text; and rooms that could be taken for them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from smr_vision.video import ClipReader, Frame
from smr_vision.video.frame import FilmArea
from smr_vision.video.letterbox import LIVE_LOOKS, BarsWatch, film_in, film_of, grey_of

Image = NDArray[np.uint8]
WIDTH, HEIGHT = 640, 360


ROOM = np.random.default_rng(7).integers(20, 235, (40, 60, 3), np.uint8).repeat(24, 0).repeat(24, 1)


def filmed(number: int, width: int = 300, height: int = HEIGHT) -> Image:
    """A room that the camera wanders through: blocks, never the same in two pictures."""
    return ROOM[5 * number : 5 * number + height, 9 * number : 9 * number + width].copy()


def on(ground: Image, film: Image, left: int, top: int) -> Image:
    picture = ground.copy()
    picture[top : top + film.shape[0], left : left + film.shape[1]] = film
    return picture


def plain(level: int) -> Image:
    return np.full((HEIGHT, WIDTH, 3), level, np.uint8)


def blurred(film: Image) -> Image:
    return cv2.GaussianBlur(cv2.resize(film, (WIDTH, HEIGHT)), (0, 0), 14).astype(np.uint8)


def found(pictures: list[Image]) -> tuple[int, int, int, int] | None:
    film = film_in([grey_of(picture) for picture in pictures])
    return None if film is None else film.box(WIDTH, HEIGHT)


def black(film: Image) -> Image:
    del film
    return plain(16)


def white(film: Image) -> Image:
    del film
    return plain(235)


@pytest.mark.parametrize("ground", [black, white, blurred])
def test_bars_on_both_sides(ground: Callable[[Image], Image]) -> None:
    films = [filmed(n) for n in range(5)]
    assert found([on(ground(film), film, 170, 0) for film in films]) == pytest.approx((170, 0, 470, HEIGHT), abs=2)
    films = [filmed(n, WIDTH, 200) for n in range(5)]
    assert found([on(ground(film), film, 0, 80) for film in films]) == pytest.approx((0, 80, WIDTH, 280), abs=2)


def test_black_all_round_and_black_on_one_side() -> None:
    films = [filmed(n, 300, 200) for n in range(5)]
    assert found([on(plain(16), film, 170, 80) for film in films]) == pytest.approx((170, 80, 470, 280), abs=2)
    films = [filmed(n, 500) for n in range(5)]
    assert found([on(plain(16), film, 140, 0) for film in films]) == pytest.approx((140, 0, WIDTH, HEIGHT), abs=2)


def test_a_text_that_never_changes_is_no_film() -> None:
    ground = plain(16)
    cv2.putText(ground, "ROLL", (10, 200), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (255, 255, 255), 4)
    films = [filmed(n) for n in range(5)]
    assert found([on(ground, film, 170, 0) for film in films]) == pytest.approx((170, 0, 470, HEIGHT), abs=2)


def test_a_fade_says_nothing_of_bars() -> None:
    films = [filmed(n) for n in range(5)]
    pictures = [on(plain(16), film, 170, 0) for film in films]
    assert found([plain(0), *pictures, plain(0)]) == found(pictures) is not None
    assert found([plain(0), plain(0)]) is None


def test_where_somebody_was_once_is_no_bar() -> None:
    pictures = [on(plain(16), filmed(n), 170, 0) for n in range(5)]
    pictures[3][200:330, 20:70] = filmed(9, 50, 130)
    # The other side is black and nobody was there.
    assert found(pictures) == pytest.approx((0, 0, 470, HEIGHT), abs=2)


def test_a_plain_wall_above_a_floor_is_no_bar() -> None:
    wall = plain(200)
    wall[140:] = 90
    assert found([on(wall, filmed(n, 120, 60), 100 + 40 * n, 200) for n in range(5)]) is None
    ceiling = wall.copy()
    ceiling[:40] = 240  # another line, but not as far from its edge
    assert found([on(ceiling, filmed(n, 120, 60), 100 + 40 * n, 200) for n in range(5)]) is None


def test_a_room_that_stands_still_is_no_bar() -> None:
    room = filmed(0, WIDTH)
    assert found([on(room, filmed(n, 100, 90), 200 + 20 * n, 150) for n in range(5)]) is None


def test_a_bright_bar_on_one_side_alone_may_be_a_wall() -> None:
    assert found([on(plain(220), filmed(n, 500), 140, 0) for n in range(5)]) is None


def test_somebody_before_black_is_not_cut_to_size() -> None:
    pictures = [plain(16) for _ in range(5)]
    for n, picture in enumerate(pictures):
        cv2.circle(picture, (250 + 20 * n, 180), 60, (200, 150, 120), -1)
        cv2.ellipse(picture, (300 + 20 * n, 230), (150, 40), 0, 0, 360, (90, 140, 60), -1)
    assert found(pictures) is None


# In clips


def clip_of(path: Path, pictures: list[Image], keyframe_every: int = 5) -> Path:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", 10, options={"crf": "20", "g": str(keyframe_every)})
        stream.width, stream.height, stream.pix_fmt = pictures[0].shape[1], pictures[0].shape[0], "yuv420p"
        stream.codec_context.time_base = Fraction(1, 10)
        for n, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            frame.pts, frame.time_base = n, Fraction(1, 10)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(("name", "keyframe_every"), [("often.mp4", 5), ("once.mp4", 250), ("once.flv", 250)])
def test_a_clip_is_looked_at_over_its_whole_length(tmp_path: Path, name: str, keyframe_every: int) -> None:
    pictures = [on(plain(16), filmed(n // 2), 170, 0) for n in range(60)]
    clip = clip_of(tmp_path / name, pictures, keyframe_every)
    film = film_of(clip)
    assert film is not None
    assert film.box(WIDTH, HEIGHT) == pytest.approx((170, 0, 470, HEIGHT), abs=2)
    with ClipReader(clip) as reader:
        assert {frame.film for frame in reader} == {film}


def test_bars_that_go_are_none(tmp_path: Path) -> None:
    pictures = [on(plain(16), filmed(n // 2), 170, 0) for n in range(40)] + [filmed(n, WIDTH) for n in range(20)]
    assert film_of(clip_of(tmp_path / "clip.mp4", pictures)) is None


def test_what_is_no_clip_has_no_bars(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"no clip")
    assert film_of(tmp_path / "clip.mp4") is None
    assert film_of(tmp_path / "gone.mp4") is None


# As pictures come


def watched(pictures: list[Image]) -> list[FilmArea | None]:
    watch = BarsWatch()
    return [watch.advance(Frame(n / 2, picture)).film for n, picture in enumerate(pictures)]


def test_bars_of_a_camera_count_once_they_have_been_there_for_some_seconds() -> None:
    films = watched([on(plain(16), filmed(n), 170, 0) for n in range(20)])
    seen = 2 * (LIVE_LOOKS - 1)
    assert films[:seen] == [None] * seen
    assert all(film is not None and film == films[seen] for film in films[seen:])
    assert films[seen].box(WIDTH, HEIGHT) == pytest.approx((170, 0, 470, HEIGHT), abs=2)  # type: ignore[union-attr]


def test_bars_of_a_camera_stay_in_the_dark_and_go_when_something_comes_into_them() -> None:
    lit = [on(plain(16), filmed(n), 170, 0) for n in range(10)]
    dark = [on(plain(16), filmed(n) // 30, 170, 0) for n in range(6)]
    whole = [filmed(n, WIDTH) for n in range(4)]
    films = watched([*lit, *dark, *whole])
    assert all(film is not None for film in films[8:16])
    assert films[16:] == [None] * 4


def test_a_camera_whose_picture_changes_its_shape_has_no_bars() -> None:
    turned = [np.ascontiguousarray(on(plain(16), filmed(n), 170, 0).transpose(1, 0, 2)) for n in range(2)]
    assert watched([*(on(plain(16), filmed(n), 170, 0) for n in range(10)), *turned])[-2:] == [None] * 2
