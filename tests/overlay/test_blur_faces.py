"""The tracked person's face is covered, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from smr_vision.overlay.blur_faces import FaceBlur
from smr_vision.pose import LANDMARKS, Pose
from smr_vision.video import Frame

NOISE = np.random.default_rng(7).integers(0, 256, (480, 640, 3), dtype=np.uint8)
SEEN_FACE = [LANDMARKS[n] for n in ("nose", "left_eye", "right_eye", "left_ear", "mouth_left", "mouth_right")]


def pose_at(x: float, y: float, size: float = 20.0, visibility: float = 1.0) -> Pose:
    """A person lying with the face round (x, y), ear to nose about `size`, feet to the right."""
    xy = np.full((33, 2), (x + 300.0, y + 40.0))
    around = np.linspace(0, 2 * np.pi, 11, endpoint=False)
    xy[:11] = np.stack([x + size / 2 * np.cos(around), y + size / 2 * np.sin(around)], axis=1)
    for name, shift in (("shoulder", 40.0), ("hip", 160.0)):
        for side in ("left", "right"):
            xy[LANDMARKS[f"{side}_{name}"]] = (x + shift, y + 30.0)
    return Pose(0.0, xy, np.zeros((33, 3)), np.full(33, visibility))


def covered(pose: Pose, image: np.ndarray = NOISE) -> np.ndarray:
    """The picture with the face of one pose covered."""
    return FaceBlur().covered(Frame(0.0, image), pose, pose).image


def detail(image: np.ndarray, x: int, y: int, reach: int = 12) -> float:
    """How much neighbouring pixels differ round a place: noise has plenty, a covered face next to none."""
    part = image[max(0, y - reach) : y + reach, max(0, x - reach) : x + reach].astype(float)
    return float(np.abs(np.diff(part, axis=1)).mean())


@pytest.mark.parametrize("visibility", [1.0, 0.05])
def test_the_face_is_gone_and_the_rest_untouched(visibility: float) -> None:
    image = covered(pose_at(200, 150, visibility=visibility))
    assert detail(image, 200, 150) < 0.1 * detail(NOISE, 200, 150)
    assert (image[:, 300:] == NOISE[:, 300:]).all()
    assert (image[250:] == NOISE[250:]).all()


def test_what_is_left_does_not_tell_two_faces_apart() -> None:
    """Covering two different textures of the same brightness gives nearly the same patch."""
    images = [np.random.default_rng(n).integers(0, 256, (480, 640, 3), dtype=np.uint8) for n in (1, 2)]
    patches = [covered(pose_at(200, 150), image)[135:165, 185:215].astype(float) for image in images]
    assert np.abs(patches[0] - patches[1]).mean() < 25


@pytest.mark.parametrize("place", [(0, 0), (639, 479), (-10, 100), (5, 470)])
def test_a_face_at_the_edge_of_the_picture(place: tuple[int, int]) -> None:
    image = covered(pose_at(*place))
    inside = (min(max(place[0], 6), 633), min(max(place[1], 6), 473))
    assert detail(image, *inside, reach=6) < 0.4 * detail(NOISE, *inside, reach=6)


@pytest.mark.parametrize("place", [(-500, 100), (5000, 5000)])
def test_a_face_outside_the_picture_changes_nothing(place: tuple[int, int]) -> None:
    image = covered(pose_at(*place))
    assert (image == NOISE).all()


def test_nobody_means_nothing_to_cover() -> None:
    image = covered(Pose.nobody(0.0))
    assert (image == NOISE).all()


def test_in_a_clip_the_face_stays_covered_while_the_person_is_lost() -> None:
    blur = FaceBlur()
    blur.covered(Frame(0.0, NOISE), pose_at(200, 150), pose_at(200, 150))
    image = blur.covered(Frame(9.0, NOISE), Pose.nobody(9.0), Pose.nobody(9.0)).image
    assert detail(image, 200, 150) < 0.1 * detail(NOISE, 200, 150)


def test_somebody_else_is_covered_too_and_the_picture_given_is_left_alone() -> None:
    """While the lock holds on to the tracked person, the pose model may find a passer-by."""
    blur, before = FaceBlur(), NOISE.copy()
    blur.covered(Frame(0.0, NOISE), pose_at(200, 150), pose_at(200, 150))
    image = blur.covered(Frame(1.0, NOISE), Pose.nobody(1.0), pose_at(450, 300)).image
    assert detail(image, 200, 150) < 0.1 * detail(NOISE, 200, 150)
    assert detail(image, 450, 300) < 0.1 * detail(NOISE, 450, 300)
    assert (before == NOISE).all()


def test_a_head_seen_end_on_is_still_covered_whole() -> None:
    """All landmarks of the face on one spot: the trunk tells how large a head is."""
    image = covered(pose_at(200, 150, size=1.0))
    assert detail(image, 200 - 20, 150, reach=6) < 0.2 * detail(NOISE, 180, 150, reach=6)
