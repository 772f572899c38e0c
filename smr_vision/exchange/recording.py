"""Landmarks over time without pictures: what TRC and CSV hold, and a source of poses for the pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_vision.errors import UsageError
from smr_vision.pipeline.valid_input import built_rightly, demand_landmarks
from smr_vision.pose import LANDMARKS, Pose, PoseSource
from smr_vision.video import Frame, UnseenFrame

Array = NDArray[np.float64]

_JOINTS: Final = len(LANDMARKS)


@built_rightly
@dataclass(frozen=True, eq=False)
class LandmarkRecording:
    """Landmarks of one person over time; can be given to `Pipeline.run` any number of times.

    Attributes
    ----------
    t : ndarray (n,)
        Seconds, growing.
    world : ndarray (n, 33, 3)
        Metres, origin between the hips, x right, y down, z away from the camera; NaN where nobody was seen.
    xy : ndarray (n, 33, 2)
        Pixels of the upright picture, x right, y down; NaN where nobody was seen.
    visibility : ndarray (n, 33)
        0 to 1.

    Raises
    ------
    UsageError
        When shapes don't fit together, times don't grow, visibility is not from 0 to 1, or some landmarks of a moment
        have a place and some have none.

    Examples
    --------
    >>> import numpy as np, smr_vision as smr
    >>> n = 20
    >>> still = smr.LandmarkRecording(
    ...     np.arange(n) / 10, np.zeros((n, 33, 3)), np.full((n, 33, 2), 50.0), np.ones((n, 33))
    ... )
    >>> len(list(smr.Pipeline(move="calf").run(still)))
    20
    """

    t: Array
    world: Array
    xy: Array
    visibility: Array

    def __post_init__(self) -> None:
        """Refuse what is no recording."""
        for name in ("t", "world", "xy", "visibility"):
            try:
                object.__setattr__(self, name, np.asarray(getattr(self, name), np.float64))
            except (TypeError, ValueError) as e:
                raise UsageError(f"{name} of landmarks has to be an array of numbers ({e}).") from e
        count = len(self.t) if self.t.ndim == 1 else 0
        shapes = self.world.shape, self.xy.shape, self.visibility.shape
        if shapes != ((count, _JOINTS, 3), (count, _JOINTS, 2), (count, _JOINTS)):
            raise UsageError(
                f"Landmarks are of shapes {shapes[0]}, {shapes[1]} and {shapes[2]}: give (n, {_JOINTS}, 3) for world, "
                f"(n, {_JOINTS}, 2) for xy and (n, {_JOINTS}) for visibility, with n = {count} times."
            )
        if not count or not np.isfinite(self.t).all() or (np.diff(self.t) <= 0).any():
            raise UsageError("The times of landmarks have to grow from one moment to the next.")
        demand_landmarks(self.t, self.xy, self.world, self.visibility)

    def __len__(self) -> int:
        return len(self.t)

    def __iter__(self) -> Iterator[Frame]:
        """A frame without a picture for each moment."""
        return (UnseenFrame(float(t)) for t in self.t)

    def pose(self, number: int) -> Pose:
        """The pose of moment `number`; `Pose.found` is False where nobody was seen: where all places are NaN."""
        t = float(self.t[number])
        if np.isnan(self.world[number]).all():
            return Pose.nobody(t)
        return Pose(t, self.xy[number], self.world[number], self.visibility[number])

    def source(self) -> PoseSource:
        """The pose of each frame, in order."""
        return _Replayed(self)


class _Replayed(PoseSource):
    def __init__(self, recording: LandmarkRecording) -> None:
        self._poses = (recording.pose(k) for k in range(len(recording)))

    def detect(self, frame: Frame) -> Pose:
        """The pose of the next frame."""
        pose = next(self._poses, None)
        if pose is None:
            raise UsageError(f"The landmarks end before the frame at {frame.t:.3f} s. They need one moment a frame.")
        return pose
