"""`poses.npz`, written and read: the poses of a clip and what the tool finder saw, so that it can be coached again.

Kept on disk as they come, so that an hour's clip needs no more memory than a minute's.
"""

from __future__ import annotations

import json
import zipfile
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.lib import format as npy

from smr_vision.body import Array
from smr_vision.errors import InputError, shown
from smr_vision.pipeline.result import FrameResult
from smr_vision.pose import LANDMARKS, Pose
from smr_vision.tool import ToolDetection
from smr_vision.video import ClipReader

FORMAT: Final = 8  # a new one whenever what is kept would no longer give what a fresh run gives
NAME: Final = "poses.npz"
_COUNT: Final = len(LANDMARKS)
_LONGEST: Final = 300  # letters of a note
_MOST: Final = 1e6  # no pixel, metre or second of a clip is beyond
RECORD: Final = np.dtype(
    [
        ("t", "<f8"),
        ("xy", "<f4", (_COUNT, 2)),
        ("world", "<f4", (_COUNT, 3)),
        ("visibility", "<f4", (_COUNT,)),
        ("room", "<f8", (2,)),  # where the room has moved in the picture since the start, pixels
        ("change", "<f4", (4,)),  # shares of the picture that are not what they were; NaN: there was none to compare
        ("sight", "<f8", (11,)),  # near, radius, far, touch, along, spread, length, confidence; NaN: not seen
        ("chance", "<f8"),  # that a tool touches there, by the finder; NaN: nobody could look
        ("looked", "<i2"),  # along which line the tool was looked for; -1 none
        ("watched", "?"),  # whether this is the person who is coached
    ]
)


@dataclass(frozen=True)
class ClipAccount:
    """What is to be said of a clip once it has been read: when its last picture leaves the screen, what of it was lost,
    how many times the phone stretched its time, and what was made of whiles without a picture."""

    end_s: float
    damaged: str | None = None
    slowed: float = 1.0
    assumed: tuple[str, ...] = ()

    @classmethod
    def of(cls, clip: ClipReader) -> ClipAccount:
        """That of a clip just read."""
        return cls(clip.end_s, clip.damaged, clip.slowed, clip.assumed)

    @classmethod
    def kept(cls, told: Mapping[str, Any]) -> ClipAccount:
        """That of a clip read before, as its poses were kept with it."""
        damaged, said = told["damaged"], told.get("assumed", [])
        assumed = tuple(str(line)[:_LONGEST] for line in said[:3]) if isinstance(said, list) else ()
        lost = None if damaged is None else str(damaged)
        return cls(float(told["end_s"]), lost, float(told["slowed"]), assumed)


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
        record["change"] = np.nan if result.change is None else result.change
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


class UnfitError(Exception):
    """Says in words why kept poses can't be used; no failure by itself, as another file may fit."""


def read_kept(path: Path) -> tuple[Array, Array, Array, Array]:
    """Times (n,), pixels (n, 33, 2), world landmarks (n, 33, 3) and visibility (n, 33) of the person who was coached,
    from `poses.npz`; NaN where it was nobody or somebody else. InputError where it is missing or no such file."""
    if not path.is_file():
        raise InputError(f"{shown(path)}: no poses are kept there. Analyse the clip again.")
    try:
        records, _, _, told = read_records(path)
    except UnfitError as e:
        raise InputError(f"{shown(path)} {e}. Analyse the clip again.") from e
    if told.get("format") != FORMAT or not len(records):
        raise InputError(f"{shown(path)} was written by another version of smr. Analyse the clip again.")
    other = ~records["watched"]
    xy, world, visibility = (records[name].astype(np.float64) for name in ("xy", "world", "visibility"))
    xy[other], world[other], visibility[other] = np.nan, np.nan, 0.0
    return records["t"].astype(np.float64), xy, world, visibility


def read_records(path: Path) -> tuple[Any, Any, list[str], dict[str, Any]]:
    """The records, the times of all pictures, the lines looked along and what the file says of itself; it may come from
    anyone."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            if "about" not in data.files:
                raise UnfitError("was written by another version of smr")
            records, lines = data["records"], [str(line) for line in data["looked"]]
            told = json.loads(str(data["about"]))
            times = data["times"] if "times" in data.files else records["t"]
    except UnfitError:
        raise
    # What numpy and zipfile raise at a damaged file is nowhere written.
    except Exception as e:
        raise UnfitError("is damaged") from e
    if not isinstance(told, dict) or (told.get("format") == FORMAT and not _sound(records, times, lines, told)):
        raise UnfitError("is damaged")
    return records, times, lines, told


def _sound(records: Any, times: Any, lines: list[str], told: dict[str, Any]) -> bool:
    """Whether kept poses can be what this program kept: their kind, their times, and no number beyond reason."""
    if records.dtype != RECORD or records.ndim != 1 or not len(records):
        return False
    if times.dtype != np.float64 or times.ndim != 1 or not np.isin(records["t"], times).all():
        return False
    if not {"damaged", "end_s", "slowed"} <= told.keys():
        return False
    if any(not isinstance(told[k], int | float) or not 0 <= told[k] < _MOST for k in ("end_s", "slowed")):
        return False
    numbers = [records[name].reshape(len(records), -1) for name in ("xy", "world", "visibility", "room", "sight")]
    xy, world, visibility, camera_motion, detection = (
        np.where(np.abs(n) < _MOST, n, np.where(np.isnan(n), n, np.inf)) for n in numbers
    )
    someone = np.isfinite(xy).all(axis=1) & np.isfinite(world).all(axis=1)
    nobody = np.isnan(xy).all(axis=1) & np.isnan(world).all(axis=1)
    unseen, change = np.isnan(detection[:, 0]), records["change"]
    return bool(
        (someone | nobody).all()
        and ((visibility >= 0) & (visibility <= 1)).all()
        and np.isfinite(camera_motion).all()
        and (unseen | np.isfinite(np.delete(detection, (3, 4), axis=1)).all(axis=1)).all()
        and not np.isinf(detection).any()
        and (np.isnan(change).all(axis=1) | ((change >= 0) & (change <= 1)).all(axis=1)).all()
        and (np.isnan(records["chance"]) | ((records["chance"] >= 0) & (records["chance"] <= 1))).all()
        and all(np.isfinite(t).all() and (np.diff(t, prepend=-1.0) > 0).all() for t in (records["t"], times))
        and ((records["looked"] >= -1) & (records["looked"] < len(lines))).all()
    )
