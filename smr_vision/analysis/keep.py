"""`poses.npz`: the poses of a clip and what the tool finder saw, so that it can be coached again.

Kept on disk as they come, so that an hour's clip needs no more memory than a minute's.
"""

from __future__ import annotations

import json
import zipfile
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.lib import format as npy

from smr_vision.pipeline.result import FrameResult
from smr_vision.pose import LANDMARKS, Pose
from smr_vision.tool import ToolDetection

FORMAT: Final = 7  # a new one whenever what is kept would no longer give what a fresh run gives
_COUNT: Final = len(LANDMARKS)
RECORD: Final = np.dtype(
    [
        ("t", "<f8"),
        ("xy", "<f4", (_COUNT, 2)),
        ("world", "<f4", (_COUNT, 3)),
        ("visibility", "<f4", (_COUNT,)),
        ("room", "<f8", (2,)),  # where the room has moved in the picture since the start, pixels
        ("sight", "<f8", (11,)),  # near, radius, far, touch, along, spread, length, confidence; NaN: not seen
        ("chance", "<f8"),  # that a tool touches there, by the finder; NaN: nobody could look
        ("looked", "<i2"),  # along which line the tool was looked for; -1 none
        ("watched", "?"),  # whether this is the person who is coached
    ]
)


class PoseKeeper:
    """Gathers a record of each picture measured in a file beside `path`, and all times; `finish` makes `path` of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._raw = path.with_suffix(".part")
        self._file = self._raw.open("wb")
        self._count = 0
        self._lines: list[str] = []
        self._times = array("d")

    def __enter__(self) -> PoseKeeper:
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.close()
        self._raw.unlink(missing_ok=True)

    def write(self, result: FrameResult, found: Pose) -> None:
        """Add one moment; `found` is the pose before it was asked whose it is."""
        record = np.zeros((), RECORD)
        record["t"] = result.t
        self._times.append(result.t)
        record["xy"], record["world"], record["visibility"] = found.xy, found.world, found.visibility
        record["watched"] = result.pose.found
        if result.camera_motion is not None:
            record["room"] = result.camera_motion
        detection = result.detector_result.detection if result.detector_result is not None else None
        record["sight"] = np.nan if detection is None else numbers_of(detection)
        record["chance"] = np.nan if result.detector_result is None else result.detector_result.chance
        record["looked"] = -1
        if result.searched is not None:
            if result.searched not in self._lines:
                self._lines.append(result.searched)
            record["looked"] = self._lines.index(result.searched)
        self._file.write(record.tobytes())
        self._count += 1

    def pass_over(self, t: float) -> None:
        """Add a picture at `t` that was not measured."""
        self._times.append(t)

    def finish(self, provenance: Mapping[str, object]) -> None:
        """Write `path`: one array `records`, the `times` of all pictures, the lines looked along, and `provenance`."""
        self._file.close()
        # Not compressed: a sixth would be saved, for a twentieth of the time that coaching again takes.
        with zipfile.ZipFile(self._path, "w") as out:
            with out.open("records.npy", "w", force_zip64=True) as records, self._raw.open("rb") as raw:
                header = {"descr": npy.dtype_to_descr(RECORD), "fortran_order": False, "shape": (self._count,)}
                npy.write_array_header_2_0(records, header)
                while block := raw.read(1 << 20):
                    records.write(block)
            for name, values in (
                ("times", np.array(self._times)),
                ("looked", np.array(self._lines or [""])),
                ("about", np.array(json.dumps({**provenance, "format": FORMAT}))),
            ):
                with out.open(f"{name}.npy", "w") as file:
                    npy.write_array(file, values, allow_pickle=False)


def numbers_of(detection: ToolDetection) -> tuple[float, ...]:
    """A sight as the numbers of a record."""
    far = detection.far if detection.far is not None else (np.nan, np.nan)
    return (
        *detection.near,
        detection.radius,
        *far,
        *detection.touch,
        detection.position,
        detection.spread,
        detection.length,
        detection.confidence,
    )


def detection_of(numbers: np.ndarray[tuple[int], np.dtype[np.float64]]) -> ToolDetection | None:
    """The sight of a record (11,)."""
    if np.isnan(numbers[0]):
        return None
    radius, position, spread, length, confidence = (float(numbers[k]) for k in (2, 7, 8, 9, 10))
    far = numbers[3:5].copy()
    return ToolDetection(
        near=numbers[:2].copy(),
        radius=radius,
        far=None if np.isnan(far[0]) else far,
        touch=numbers[5:7].copy(),
        position=position,
        spread=spread,
        length=length,
        confidence=confidence,
    )
