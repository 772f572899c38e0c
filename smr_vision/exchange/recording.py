"""Landmarks over time without pictures: what TRC and CSV hold, and a source of poses for the pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_vision.errors import InputError, UsageError, shown
from smr_vision.pose import LANDMARKS, Pose, PoseSource
from smr_vision.video import Frame, UnseenFrame

Array = NDArray[np.float64]

LARGEST_FILE: Final = 500_000_000  # bytes; an hour at 30 a second is a fifth of that
_JOINTS: Final = len(LANDMARKS)


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
        When shapes don't fit together, or times don't grow.
    """

    t: Array
    world: Array
    xy: Array
    visibility: Array

    def __post_init__(self) -> None:
        """Refuse what is no recording."""
        count = len(self.t)
        shapes = self.world.shape, self.xy.shape, self.visibility.shape
        if shapes != ((count, _JOINTS, 3), (count, _JOINTS, 2), (count, _JOINTS)):
            raise UsageError(
                f"Landmarks are of shapes {shapes[0]}, {shapes[1]} and {shapes[2]}: give (n, {_JOINTS}, 3) for world, "
                f"(n, {_JOINTS}, 2) for xy and (n, {_JOINTS}) for visibility, with n = {count} times."
            )
        if not count or not np.isfinite(self.t).all() or (np.diff(self.t) <= 0).any():
            raise UsageError("The times of landmarks have to grow from one moment to the next.")

    def __len__(self) -> int:
        return len(self.t)

    def __iter__(self) -> Iterator[Frame]:
        """A frame without a picture for each moment."""
        return (UnseenFrame(float(t)) for t in self.t)

    def pose(self, number: int) -> Pose:
        """The pose of moment `number`; `Pose.found` is False where nobody was seen."""
        t = float(self.t[number])
        if not (np.isfinite(self.world[number]).all() and np.isfinite(self.xy[number]).all()):
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
        del frame
        return next(self._poses)


def read_landmarks(path: str | Path) -> LandmarkRecording:
    """Landmarks from a TRC or CSV file, as `smr export` writes them.

    Of a TRC the picture is worked out: as seen by a camera far away, 300 pixels a metre.

    Parameters
    ----------
    path : str or Path
        A file whose name ends in `.trc` or `.csv`.

    Returns
    -------
    LandmarkRecording
        To be given to `Pipeline(move=...).run`.

    Raises
    ------
    InputError
        When the file can't be read or is not of that kind.

    Examples
    --------
    >>> import smr_vision as smr
    >>> landmarks = smr.read_landmarks("roll.csv")
    >>> landmarks.world.shape[1:]
    (33, 3)
    >>> sum(1 for _ in smr.Pipeline(move="thoracic").run(landmarks)) == len(landmarks)
    True
    """
    from smr_vision.exchange.table import parse_table  # noqa: PLC0415 - they build what is defined here
    from smr_vision.exchange.trc import parse_trc  # noqa: PLC0415

    path = Path(path)
    parse = {".trc": parse_trc, ".csv": parse_table}.get(path.suffix.lower())
    if parse is None:
        raise InputError(f"{shown(path)}: landmarks are read from .trc and .csv. Give one of these.")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(f"{shown(path)} is too large. Give landmarks of an hour or less.")
        return parse(path.read_text(encoding="utf-8-sig"))
    except OSError as e:
        raise InputError(f"{shown(path)}: can't be read ({e.strerror}). Check the name.") from e
    except UnicodeDecodeError as e:
        raise InputError(f"{shown(path)} is not text. Give a .trc or .csv with landmarks.") from e
    except (ValueError, KeyError, IndexError, UsageError) as e:
        raise InputError(f"{shown(path)}: {e}. Write it anew with 'smr export'.") from e
