"""Copies of a clip as phones and rooms make them worse. Each takes frames and gives frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import cv2
import numpy as np

from smr_vision.video import Frame

Frames = Iterable[Frame]


def mirrored(frames: Frames) -> Iterator[Frame]:
    for frame in frames:
        yield Frame(frame.t, np.ascontiguousarray(frame.image[:, ::-1]))


def blurred(frames: Frames) -> Iterator[Frame]:
    for frame in frames:
        yield Frame(frame.t, cv2.GaussianBlur(frame.image, (0, 0), frame.image.shape[0] / 200).astype(np.uint8))


def darkened(frames: Frames) -> Iterator[Frame]:
    """A third of the light, and the noise that comes with it."""
    noise = np.random.default_rng(1)
    for frame in frames:
        grain = noise.normal(0, 6, frame.image.shape).astype(np.float32)
        yield Frame(frame.t, np.clip(frame.image * 0.33 + grain, 0, 255).astype(np.uint8))


def cropped(frames: Frames) -> Iterator[Frame]:
    """The outer twentieth of each edge cut off."""
    for frame in frames:
        h, w = frame.image.shape[:2]
        yield Frame(frame.t, np.ascontiguousarray(frame.image[h // 20 : h - h // 20, w // 20 : w - w // 20]))


def shaken(frames: Frames) -> Iterator[Frame]:
    """A hand-held phone: a slow wander of about 1 % of the height and a fast tremble of a quarter of that."""
    noise = np.random.default_rng(2)
    at = np.zeros(2)
    for frame in frames:
        h, w = frame.image.shape[:2]
        at = 0.93 * at + noise.normal(0, 0.004 * h, 2)
        shift = at + noise.normal(0, 0.0025 * h, 2)
        move = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
        image = cv2.warpAffine(frame.image, move, (w, h), borderMode=cv2.BORDER_REPLICATE)
        yield Frame(frame.t, image.astype(np.uint8))


def half_rate(frames: Frames) -> Iterator[Frame]:
    for number, frame in enumerate(frames):
        if number % 2 == 0:
            yield frame


DEGRADED: Final[dict[str, Callable[[Frames], Iterator[Frame]]]] = {
    "mirrored": mirrored,
    "blurred": blurred,
    "darkened": darkened,
    "cropped": cropped,
    "shaken": shaken,
    "half_rate": half_rate,
}
