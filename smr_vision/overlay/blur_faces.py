"""Makes the face of the tracked person unrecognisable in pictures and annotated clips (`--blur-faces`)."""

from __future__ import annotations

from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from smr_vision.pose import LANDMARKS, Pose
from smr_vision.video import Frame, LazyFrame

Image = NDArray[np.uint8]
Face = tuple[float, float, float]
"""Centre and radius, pixels."""

FACE = tuple(range(LANDMARKS["mouth_right"] + 1))  # nose, eyes, ears, mouth
SPREAD = 1.7  # the landmarks end at the ears and the mouth; the head does not
LEAST_OF_TRUNK = 0.28  # a head seen end-on still covers this much of shoulder-to-hip
LEAST_OF_HEIGHT = 0.02
LOST = 1.3  # wider while the person is lost: the head may have moved meanwhile
BLOCKS = 5  # what stays of the face: five by five patches of colour


class FaceBlur:
    """Covers faces in one picture after the other; the last place stays covered while the person is lost.

    One for each clip. Covered are the tracked person and whoever else the pose model takes for a person;
    of anybody further in the room no pose is known.
    """

    def __init__(self) -> None:
        self._last: Face | None = None

    def covered(self, frame: Frame, tracked: Pose, found: Pose) -> Frame:
        """A copy of the picture with the faces of `tracked` and of the pose `found` in it covered; made when it is
        looked at."""
        height = frame.size[1]
        face = face_of(tracked, height)
        faces: list[Face] = []
        if face is not None:
            self._last = face
            faces.append(face)
        elif self._last is not None:
            x, y, radius = self._last
            faces.append((x, y, LOST * radius))
        other = face_of(found, height)
        if other is not None and other != face:
            faces.append(other)
        return _Covered(frame, tuple(faces))


class _Covered(LazyFrame):
    """A frame with round patches of it covered."""

    def __init__(self, frame: Frame, faces: tuple[Face, ...]) -> None:
        super().__init__(frame.t, None, under=frame, faces=faces)

    @property
    def size(self) -> tuple[int, int]:
        size: tuple[int, int] = self.__dict__["under"].size
        return size

    @cached_property
    def image(self) -> Image:
        return self._over(self.__dict__["under"].image)

    @cached_property
    def look(self) -> Image:
        return self._over(self.__dict__["under"].look)

    def _over(self, image: Image) -> Image:
        image = image.copy()
        scale = image.shape[1] / self.size[0]
        for face in self.__dict__["faces"]:
            cover(image, *(scale * number for number in face))
        return image


def face_of(pose: Pose, height: int) -> Face | None:
    """Centre and radius of the head in pixels. Guessed landmarks count too: better too much than a face."""
    points = pose.xy[list(FACE)]
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return None
    x, y = points.mean(axis=0)
    spread = float(np.hypot(*(points - (x, y)).T).max())
    trunk = [pose.xy[LANDMARKS[name]] for name in ("left_shoulder", "right_shoulder", "left_hip", "right_hip")]
    length = float(np.hypot(*((trunk[0] + trunk[1]) / 2 - (trunk[2] + trunk[3]) / 2)))
    least = LEAST_OF_TRUNK * length if np.isfinite(length) else 0.0
    return float(x), float(y), max(SPREAD * spread, least, LEAST_OF_HEIGHT * height)


def cover(image: Image, x: float, y: float, radius: float) -> None:
    """Reduce a round patch to a few blocks of colour, in place: what was there can't be won back."""
    height, width = image.shape[:2]
    left, right = max(0, int(x - radius)), min(width, int(x + radius) + 1)
    top, bottom = max(0, int(y - radius)), min(height, int(y + radius) + 1)
    if left >= right or top >= bottom:
        return
    patch = image[top:bottom, left:right]
    few = cv2.resize(patch, (BLOCKS, BLOCKS), interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(few, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    rows, columns = np.ogrid[top:bottom, left:right]
    inside = (columns - x) ** 2 + (rows - y) ** 2 <= radius**2
    patch[inside] = coarse[inside]
