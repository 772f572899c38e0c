"""`poses.npz`: the poses of a clip and what the tool finder saw, so that it can be coached again.

Kept on disk as they come, so that an hour's clip needs no more memory than a minute's.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

import numpy as np
from numpy.lib import format as npy

from smr_vision.pose import LANDMARKS
from smr_vision.watcher import Seen

_COUNT: Final = len(LANDMARKS)
RECORD: Final = np.dtype(
    [
        ("t", "<f8"),
        ("xy", "<f4", (_COUNT, 2)),
        ("world", "<f4", (_COUNT, 3)),
        ("visibility", "<f4", (_COUNT,)),
        ("sight", "<f4", (8,)),  # near x, y, radius, far x, y, touch x, y, confidence; NaN when not seen
        ("looked", "<i2"),  # which move and side the tool was looked for; -1 none
    ]
)


class PoseKeeper:
    """Gathers one record a picture in a file beside `path`; `finish` makes `path` of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._raw = path.with_suffix(".part")
        self._file = self._raw.open("wb")
        self._count = 0
        self._keys: list[str] = []

    def __enter__(self) -> PoseKeeper:
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.close()
        self._raw.unlink(missing_ok=True)

    def write(self, seen: Seen) -> None:
        """Add one moment."""
        record = np.zeros((), RECORD)
        record["t"] = seen.t
        record["xy"], record["world"], record["visibility"] = seen.pose.xy, seen.pose.world, seen.pose.visibility
        record["sight"] = np.nan
        record["looked"] = -1
        feedback = seen.feedback
        if feedback is not None:
            key = f"{feedback.move.id}/{feedback.side or ''}"
            if key not in self._keys:
                self._keys.append(key)
            record["looked"] = self._keys.index(key)
            sight = feedback.contact.sight
            if sight is not None:
                far = sight.far if sight.far is not None else (np.nan, np.nan)
                record["sight"] = (*sight.near, sight.radius, *far, *sight.touch, sight.confidence)
        self._file.write(record.tobytes())
        self._count += 1

    def finish(self) -> None:
        """Write `path`: one array `records` and the names of what was looked for."""
        self._file.close()
        with zipfile.ZipFile(self._path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
            with out.open("records.npy", "w", force_zip64=True) as array, self._raw.open("rb") as raw:
                header = {"descr": npy.dtype_to_descr(RECORD), "fortran_order": False, "shape": (self._count,)}
                npy.write_array_header_2_0(array, header)
                while block := raw.read(1 << 20):
                    array.write(block)
            with out.open("looked.npy", "w") as names:
                npy.write_array(names, np.array(self._keys or [""]), allow_pickle=False)
