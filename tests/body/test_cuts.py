"""A clip that was cut, told from all else that changes a picture, on a made-up person in a made-up room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from random import Random

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from smr_vision.body.camera_motion import CameraMotion
from smr_vision.body.cuts import CutWatch
from smr_vision.body.picture_change import PictureChange
from smr_vision.pose import LANDMARKS, Pose
from smr_vision.video import Frame, UnseenFrame
from tests.people import moments, pose, thoracic, zigzag

FPS = 10.0
CHANCE = np.random.default_rng(8)
ROOM = cv2.resize(CHANCE.integers(60, 200, (60, 80, 3), np.uint8), (640, 480), interpolation=cv2.INTER_CUBIC)
SKIN = cv2.resize(CHANCE.integers(0, 255, (12, 12, 3), np.uint8), (56, 56), interpolation=cv2.INTER_CUBIC)
LIMBS = (("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"))

Image = NDArray[np.uint8]
Shown = Callable[[float], tuple[Image, Pose]]


def person(contact: float, t: float) -> Pose:
    return pose(thoracic(contact), t)


def picture(of: Pose) -> Image:
    """The room with somebody in it: patches of cloth along the limbs, which go where they go."""
    image = ROOM.copy()
    for a, b in LIMBS:
        ends = [of.xy[LANDMARKS[f"right_{joint}"]] for joint in (a, b)]
        for share in (0.0, 0.33, 0.67, 1.0):
            x, y = (ends[0] * (1 - share) + ends[1] * share).round().astype(int) - 28
            x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + 56, 640), min(y + 56, 480)
            if x0 < x1 and y0 < y1:
                image[y0:y1, x0:x1] = SKIN[y0 - y : y1 - y, x0 - x : x1 - x]
    return image


def rolled(t: float) -> float:
    return zigzag(t, 0.05, 0.45, 3.0)


def cuts_told(shown: Shown, end: float = 8.0, fps: float = FPS) -> list[float]:
    """The times of the pictures before which a cut was told."""
    return cuts_among((t, *shown(t)) for t in moments(0.0, end, fps))


def cuts_among(shown: Iterable[tuple[float, Image, Pose]]) -> list[float]:
    """The same of pictures with their times."""
    room, changes, watch = CameraMotion(), PictureChange(), CutWatch()
    told, last = [], 0.0
    for t, image, found in shown:
        frame = Frame(t, image)
        moved = room.estimate(frame, found)
        if watch.advance(found, changes.compare(frame, found, moved), moved):
            told.append(last)
        last = t
    return told


def rolling(t: float) -> tuple[Image, Pose]:
    found = person(rolled(t), t)
    return picture(found), found


def test_a_picture_that_is_given_again_has_not_changed_and_the_next_is_held_against_it() -> None:
    (first, found), (second, later) = rolling(1.0), rolling(2.0)

    def change(shown: list[NDArray[np.uint8]], poses: list[Pose]) -> list[tuple[float, ...] | None]:
        changes = PictureChange()
        pairs = zip(shown, poses, strict=True)
        return [changes.compare(Frame(k / 10, image), pose, np.zeros(2)) for k, (image, pose) in enumerate(pairs)]

    nothing, plain = change([first, second], [found, later])
    assert nothing is None
    assert plain is not None
    assert min(plain[0], plain[2]) > 0.2  # the person is elsewhere
    assert change([first, first.copy(), second], [found, found, later]) == [None, (0.0, 0.0, 0.0, 0.0), plain]


@pytest.mark.parametrize("skipped", [0.6, 1.0, 1.4])
def test_a_jump_in_time_that_nobody_could_make_is_told_a_picture_later(skipped: float) -> None:
    """At 5 s a while was cut out: the tool jumps by less than a fifth of the segment."""
    assert 0.07 < abs(rolled(5.0) - rolled(5.0 + skipped)) < 0.21

    def shown(t: float) -> tuple[Image, Pose]:
        found = person(rolled(t if t < 5.0 else t + skipped), t)
        return picture(found), found

    assert cuts_told(shown) == [pytest.approx(5.0)]


@pytest.mark.parametrize("pass_s", [0.8, 1.5, 3.0])
def test_who_rolls_however_fast_makes_no_cut(pass_s: float) -> None:
    def shown(t: float) -> tuple[Image, Pose]:
        found = person(zigzag(t, 0.05, 0.45, pass_s), t)
        return picture(found), found

    assert cuts_told(shown) == []


def test_who_starts_and_stops_at_once_makes_no_cut() -> None:
    """Half a second of quick movement between whiles of stillness, again and again."""

    def shown(t: float) -> tuple[Image, Pose]:
        whole, part = divmod(t, 1.5)
        way = whole + min(part / 0.5, 1.0)
        found = person(0.25 + 0.2 * np.sin(way), t)
        return picture(found), found

    assert cuts_told(shown, 12.0) == []


def every_third_twice(end: float) -> Iterator[tuple[float, float]]:
    """A converter from 20 pictures a second to 15 of a recording in which each third comes twice."""
    for number, t in enumerate(moments(0.0, end, 15.0)):
        source = int(t * 20 + 1e-6)
        yield t, (source - 1 if number and source % 3 == 0 else source) / 20


def stays(end: float) -> Iterator[tuple[float, float]]:
    """Now and then a picture stays for a fifth to half of a second: a recorder of a constant rate that lost some."""
    chance, since, until, sound = Random(2), 0.0, -1.0, 1.0
    for t in moments(0.0, end, FPS):
        if t >= sound:
            since, until = t - 1 / FPS, t + chance.uniform(0.2, 0.5)
            sound = until + chance.uniform(0.4, 1.2)
        yield t, since if t < until else t


def wait(end: float) -> Iterator[tuple[float, float]]:
    """Pictures wait, and come all at once with the times at which they came: 15 a second, made of 20."""
    waiting: list[float] = []
    for t in moments(0.0, end, 15.0):
        waiting.append(int(t * 20 + 1e-6) / 20)
        if t % 1.3 > 0.4:
            yield from ((t - 0.004 * (len(waiting) - k), one) for k, one in enumerate(waiting, start=1))
            waiting.clear()


@pytest.mark.parametrize("stutter", [every_third_twice, stays, wait])
def test_a_recording_that_stutters_has_no_cut(stutter: Callable[[float], Iterator[tuple[float, float]]]) -> None:
    """A jump after a picture that came again is as large as the time that was lost."""

    def shown() -> Iterator[tuple[float, Image, Pose]]:
        for t, then in stutter(16.0):
            found = person(rolled(then), t)
            yield t, picture(found), found

    assert cuts_among(shown()) == []


def test_a_cut_in_a_recording_that_stutters_is_told() -> None:
    """Where the movement before and after would not have gone."""

    def shown() -> Iterator[tuple[float, Image, Pose]]:
        for t, then in stays(9.0):
            found = person(rolled(then if t < 8.0 else then + 1.4), t)
            yield t, picture(found), found

    assert cuts_among(shown()) == [pytest.approx(8.0)]


def flash(image: Image, t: float) -> Image:
    return np.clip(image * 1.5 + 50.0, 0, 255).astype(np.uint8) if 3.95 < t < 4.05 else image


def lamp(image: Image, t: float) -> Image:
    """A lamp at the right is switched off."""
    return image if t < 4.0 else (image * np.linspace(0.4, 0.6, 640)[None, :, None]).astype(np.uint8)


def focus(image: Image, t: float) -> Image:
    width = max(0.0, 3.0 - 6.0 * abs(t - 4.2))
    return cv2.GaussianBlur(image, (0, 0), width).astype(np.uint8) if width > 0.2 else image


def noise(image: Image, t: float) -> Image:
    grain = np.random.default_rng(int(1000 * t)).normal(0, 8, image.shape)
    return np.clip(0.4 * image + grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("disturbed", [flash, lamp, focus, noise])
def test_light_lens_and_noise_make_no_cut(disturbed: Callable[[Image, float], Image]) -> None:
    def shown(t: float) -> tuple[Image, Pose]:
        image, found = rolling(t)
        return disturbed(image, t), found

    assert cuts_told(shown) == []


@pytest.mark.parametrize("still", [True, False], ids=["lying still", "rolling"])
def test_a_camera_that_is_knocked_makes_no_cut(still: bool) -> None:
    steps = [(0, 0), (18, 10), (-8, -6), (4, 2), (6, 2)]

    def shown(t: float) -> tuple[Image, Pose]:
        found = person(0.2 if still else rolled(t), t)
        aside = np.array(steps[min(max(int((t - 4.0) * FPS + 1.001), 0), len(steps) - 1)] if t > 3.95 else (0, 0))
        move = np.array([[1, 0, aside[0]], [0, 1, aside[1]]], np.float32)
        image = cv2.warpAffine(picture(found), move, (640, 480), borderMode=cv2.BORDER_REPLICATE)
        return image.astype(np.uint8), Pose(t, found.xy + aside, found.world, found.visibility)

    assert cuts_told(shown) == []


def test_a_pose_that_errs_or_a_picture_alone_makes_no_cut() -> None:
    """The one jumps while the other goes on."""

    def pose_alone(t: float) -> tuple[Image, Pose]:
        found = person(0.2, t)
        return picture(found), person(0.2 if t < 4.0 else 0.32, t)

    def picture_alone(t: float) -> tuple[Image, Pose]:
        return picture(person(0.2 if t < 4.0 else 0.32, t)), person(0.2, t)

    assert cuts_told(pose_alone) == []
    assert cuts_told(picture_alone) == []


def test_between_pictures_far_apart_anything_may_happen() -> None:
    """At five pictures a second somebody may move and lie still again from one to the next."""

    def shown(t: float) -> tuple[Image, Pose]:
        found = person(0.2 if t < 4.0 else 0.32, t)
        return picture(found), found

    assert cuts_told(shown, fps=5.0) == []
    assert cuts_told(shown, fps=10.0) == [pytest.approx(4.0)]


def test_without_a_picture_or_somebody_in_it_nothing_is_compared() -> None:
    changes = PictureChange()
    image, found = rolling(0.0)
    still = np.zeros(2)
    assert changes.compare(Frame(0.0, image), found, still) is None  # nothing before it
    assert changes.compare(Frame(0.1, image), found, still) == (0.0, 0.0, 0.0, 0.0)
    assert changes.compare(UnseenFrame(0.2), found, still) is None
    assert changes.compare(Frame(0.3, image), Pose.nobody(0.3), still) is None
    assert changes.compare(Frame(0.4, image), found, still) is None
