"""The pose looked for in the film alone, and told in pixels of the whole picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from smr_vision.pose import Pose, PoseSource
from smr_vision.pose.letterboxed import PoseInFilm, film_alone
from smr_vision.pose.serving import Picture, Stretch, found_in
from smr_vision.pose.verified import verified_pose
from smr_vision.video import ClipReader, Frame
from smr_vision.video.frame import FilmArea
from tests.video.test_letterbox import clip_of, filmed, on, plain

FILM = FilmArea(0.25, 0.0, 0.75, 1.0)
SAMPLE = Path(__file__).parents[2] / "samples" / "videos" / "thoracic_good.mp4"


class Brightest(PoseSource):
    """Takes the brightest pixel for every joint; keeps what it was shown."""

    def __init__(self) -> None:
        self.shown: list[Frame] = []

    def detect(self, frame: Frame) -> Pose:
        self.shown.append(frame)
        grey = frame.look.max(axis=2)
        row, column = np.unravel_index(grey.argmax(), grey.shape)
        scale = frame.size[0] / grey.shape[1]
        return Pose(frame.t, np.tile([column * scale, row * scale], (33, 1)), np.zeros((33, 3)), np.ones(33))


def lit(x: int, y: int, width: int = 1920, height: int = 1080) -> np.ndarray:
    image = np.zeros((height, width, 3), np.uint8)
    image[y : y + 4, x : x + 4] = 255
    return image


def test_places_are_those_of_the_whole_picture() -> None:
    with PoseInFilm(Brightest()) as poses:
        found = poses.detect(Frame(0.0, lit(800, 600), FILM))
    assert found.xy == pytest.approx(np.tile([800, 600], (33, 1)), abs=2)
    assert (found.xy == found.xy.astype(np.float32)).all()  # as they are kept


def test_a_picture_without_bars_is_shown_as_it_is() -> None:
    source, frame = Brightest(), Frame(0.0, lit(800, 600))
    with PoseInFilm(source) as poses:
        poses.detect(frame)
    assert source.shown == [frame]


def test_who_follows_starts_again_where_bars_begin_and_end() -> None:
    source = Brightest()
    with PoseInFilm(source) as poses:
        for t, film in enumerate([None, FILM, FILM, None]):
            poses.detect(Frame(float(t), lit(800, 600), film))
    assert [(frame.t, bool(frame.look.any())) for frame in source.shown] == [
        (0.0, True), (1.0, False), (1.0, True), (2.0, True), (3.0, False), (3.0, True),
    ]  # fmt: skip
    assert source.shown[2].look.shape[1] * 2 == source.shown[0].look.shape[1]


def test_the_picture_without_bars_with_its_pose() -> None:
    image, pose = film_alone(
        Frame(0.0, lit(800, 600), FILM), Pose(0.0, np.full((33, 2), 600.0), np.zeros((33, 3)), np.ones(33))
    )
    assert image.shape == (1080, 960, 3)
    assert image[600, 320].all()
    assert (pose.xy == [120.0, 600.0]).all()


class OfOne:
    def __init__(self, source: PoseSource) -> None:
        self._source = source

    def verifier(self) -> PoseSource:
        return self._source

    def tracker(self, verifier: PoseSource) -> PoseSource:
        return PoseInFilm(verifier)


def test_a_stretch_read_by_itself_is_looked_at_without_the_bars_of_the_whole(tmp_path: Path) -> None:
    clip = clip_of(tmp_path / "clip.mp4", [on(plain(16), filmed(n // 2), 170, 0) for n in range(60)])
    source = Brightest()
    found = [
        one
        for one in found_in(Stretch(clip, 2.0, 4.0, pictures=True), OfOne(source), source)
        if isinstance(one, Picture)
    ]
    assert len(found) == 20
    with ClipReader(clip) as reader:
        assert {one.frame.film for one in found} == {reader.film}
    assert all(frame.look.shape[1] == pytest.approx(300, abs=4) for frame in source.shown)


@pytest.mark.model
def test_a_person_is_the_same_with_bars_and_without() -> None:
    with ClipReader(SAMPLE, 0.0, 0.5) as clip:
        frames = [Frame(frame.t, frame.image) for frame in clip]
    width = frames[0].image.shape[1]
    barred = [Frame(frame.t, np.pad(frame.image, ((0, 0), (width // 2, width // 2), (0, 0))), FILM) for frame in frames]
    with verified_pose("lite") as alone, verified_pose("lite") as inside:
        for plain_one, one in zip(frames, barred, strict=True):
            expected, found = alone.detect(plain_one), inside.detect(one)
            # The picture is made smaller for its bars, and a joint that is hidden is guessed anew.
            assert np.median(np.abs(found.xy - [width // 2, 0] - expected.xy)) < 1.5
            assert np.median(np.abs(found.world - expected.world)) < 0.01
