"""A picture in the sizes in which it is looked at."""

from __future__ import annotations

import gc
import pickle
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from smr_vision.video import GREY_WIDTH, LOOK_SIDE, ClipReader, Frame, SmallFrame, fitting
from tests.film import Film


@pytest.mark.parametrize(
    ("size", "fits"),
    [((640, 480), (640, 480)), ((1920, 1080), (960, 540)), ((1080, 1920), (540, 960)), ((4096, 3), (960, 2))],
)
def test_a_picture_is_made_no_larger_keeps_its_shape_and_gets_even_sides(
    size: tuple[int, int], fits: tuple[int, int]
) -> None:
    assert fitting(size, LOOK_SIDE) == fits


def test_the_look_is_made_once_and_places_stay_those_of_the_picture() -> None:
    frame = Frame(0.0, np.zeros((1080, 1920, 3), np.uint8))
    assert frame.look is frame.look
    assert (frame.look.shape, frame.grey.shape) == ((540, 960, 3), (180, GREY_WIDTH))
    assert frame.size == (1920, 1080)


def test_a_small_frame_goes_to_another_process_and_knows_its_size() -> None:
    sent = pickle.loads(pickle.dumps(SmallFrame(1.0, np.ones((54, 96, 3), np.uint8), (1920, 1080))))
    assert (sent.t, sent.size, sent.look.shape) == (1.0, (1920, 1080), (54, 96, 3))


@pytest.mark.parametrize("how", [{}, {"pix_fmt": "yuv420p10le"}, {"pix_fmt": "yuv444p"}, {"rotation": 90}])
def test_the_look_of_a_clip_has_the_colours_of_the_clip(film: Film, how: dict[str, object]) -> None:
    path = film(times=2, size=(1440, 810), options={"crf": "10"}, **how)  # type: ignore[arg-type]
    with ClipReader(path) as clip:
        frame = next(iter(clip))
    image = frame.image
    assert max(frame.look.shape) == LOOK_SIDE
    assert frame.size == (image.shape[1], image.shape[0])
    for y, x in ((0.2, 0.2), (0.2, 0.8), (0.8, 0.2)):
        full = image[int(y * image.shape[0]), int(x * image.shape[1])].astype(int)
        small = frame.look[int(y * frame.look.shape[0]), int(x * frame.look.shape[1])]
        assert np.abs(full - small).max() <= 4


@pytest.mark.parametrize("size", [(640, 480), (1280, 720)])
def test_colours_of_vp8_that_says_nothing_of_them_are_those_of_any_other(tmp_path: Path, size: tuple[int, int]) -> None:
    middles = []
    for codec in ("libvpx", "libvpx-vp9"):
        path = tmp_path / f"{codec}.mkv"
        with av.open(str(path), "w") as out:
            stream = out.add_stream(codec, rate=10, options={"crf": "4", "b": "8M", "deadline": "realtime"})
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            height = size[1]
            planes = np.full((height * 3 // 2, size[0]), 90, np.uint8)  # a red: 81, 90, 240
            planes[:height], planes[height + height // 4 :] = 81, 240
            picture = VideoFrame.from_ndarray(planes, "yuv420p")
            out.mux([*stream.encode(picture), *stream.encode()])
        with ClipReader(path) as clip:
            middles.append(next(iter(clip)).image[size[1] // 2, size[0] // 2].astype(int))
    assert middles[0] == pytest.approx(middles[1], abs=3)


def _pictures() -> int:
    """Decoded pictures that are alive, other tests' among them."""
    return sum(isinstance(one, VideoFrame) for one in gc.get_objects())


def test_pictures_that_were_looked_at_are_let_go(film: Film) -> None:
    # Of 4K with 10 bits each takes 25 MB: they must not wait until Python looks for rings of objects.
    gc.collect()
    before, held = _pictures(), []
    gc.disable()
    try:
        with ClipReader(film(times=24)) as clip:
            for frame in clip:
                assert frame.look.size
                held.append(_pictures() - before)
    finally:
        gc.enable()
    assert len(held) == 24
    assert held[-1] <= held[3] <= 6
