"""A clip without its pictures: poses, how the room moved, and what the finder saw along every segment.

All that the pipeline takes from pictures is here, so that a clip is coached again in a moment, by other rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from smr_vision.analysis import poses_file
from smr_vision.body import Array, Body
from smr_vision.body.picture_change import Change
from smr_vision.moves import Move
from smr_vision.pose import Pose
from smr_vision.tool import DetectorResult
from smr_vision.tool.axis import SegmentAxis, line_of
from smr_vision.video import Frame

PIXEL: Final = 1 / 16  # what is kept of a place in the picture: pixels,
METRE: Final = 1 / 1000  # of a world landmark: metres,
SURENESS: Final = 1 / 255  # of a visibility
_NOBODY: Final = np.iinfo(np.int16).min
LOOK: Final = 16  # numbers of a look: a sight's 11, the segment's zero and unit as the finder sees them, the chance


@dataclass(frozen=True, eq=False)
class Track:
    """The poses of one model over `n` pictures and the looks that were laid by them.

    `xy` (n, 33, 2) pixels, NaN: nobody; `world` (n, 33, 3) metres; `visibility` (n, 33); `camera_motion` (n, 2) pixels;
    `looks` by line (`line_of`): (n, LOOK) with NaN where nobody looked.
    """

    xy: Array
    world: Array
    visibility: Array
    camera_motion: Array
    looks: Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class Kept:
    """One clip: its truth (docs/contract.md), the pictures' times (n,) s and size (width, height), a track by model."""

    name: str
    truth: Mapping[str, Any]
    t: Array
    size: tuple[int, int]
    tracks: Mapping[str, Track]

    def frames(self) -> Iterator[Frame]:
        """Pictures with their times and size; black, and of no bytes."""
        width, height = self.size
        black = np.broadcast_to(np.uint8(0), (height, width, 3))
        for t in self.t.tolist():
            yield Frame(t, black)

    def poses(self, model: str) -> Iterator[Pose]:
        track = self.tracks[model]
        for k, t in enumerate(self.t.tolist()):
            yield Pose(t, track.xy[k], track.world[k], track.visibility[k])


class Replay:
    """Stands in for whoever looks at a clip's pictures: finder, follower of the room, and who compares them."""

    def __init__(self, kept: Kept, model: str) -> None:
        self._track = kept.tracks[model]
        self._rows = {float(t): row for row, t in enumerate(kept.t)}

    def estimate(self, frame: Frame, pose: Pose) -> Array:
        """Where the room has moved, (2,) pixels."""
        del pose
        return np.asarray(self._track.camera_motion[self._rows[frame.t]].copy())

    def compare(self, frame: Frame, pose: Pose, camera_motion: Array) -> Change | None:
        """Nothing: there is no picture."""
        del frame, pose, camera_motion
        return None

    def detect(
        self, frame: Frame, body: Body, axis: SegmentAxis, move: Move, side: str | None
    ) -> DetectorResult | None:
        """What the finder saw along this segment."""
        del body, axis
        numbers = self._track.looks[line_of(move.segment, side)][self._rows[frame.t]]
        return look_of(numbers)


def numbers_of(look: DetectorResult | None) -> Array:
    """A look as LOOK numbers, NaN: there was none."""
    numbers = np.full(LOOK, np.nan)
    if look is not None:
        if look.detection is not None:
            numbers[:11] = poses_file.numbers_of(look.detection)
        numbers[11:15] = (*look.axis.zero, *look.axis.unit)
        numbers[15] = look.chance
    return numbers


def look_of(numbers: Array) -> DetectorResult | None:
    """The look kept as LOOK numbers."""
    if np.isnan(numbers[15]):
        return None
    axis = SegmentAxis(numbers[11:13].copy(), numbers[13:15].copy())
    return DetectorResult(poses_file.detection_of(numbers[:11]), axis, float(numbers[15]))


def save(kept: Kept, path: Path) -> None:
    """Write `path` (.npz)."""
    arrays: dict[str, NDArray[Any]] = {
        "t": kept.t,
        "size": np.array(kept.size),
        "truth": np.array(json.dumps(kept.truth, separators=(",", ":"))),
        "models": np.array(list(kept.tracks)),
    }
    for model, track in kept.tracks.items():
        arrays[f"{model}.xy"] = _packed(track.xy, PIXEL)
        arrays[f"{model}.world"] = _packed(track.world, METRE)
        arrays[f"{model}.visibility"] = np.rint(track.visibility / SURENESS).astype(np.uint8)
        arrays[f"{model}.room"] = track.camera_motion.astype(np.float32)
        arrays[f"{model}.lines"] = np.array(list(track.looks))
        looked = np.any([np.isfinite(looks[:, 15]) for looks in track.looks.values()], axis=0)
        arrays[f"{model}.looked"] = np.flatnonzero(looked).astype(np.int32)
        arrays[f"{model}.looks"] = np.stack([looks[looked] for looks in track.looks.values()]).astype(np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def load(path: Path) -> Kept:
    """Read what `save` wrote."""
    with np.load(path, allow_pickle=False) as data:
        t = data["t"]
        tracks = {}
        for model in data["models"].tolist():
            looks = {}
            lines = [line.removesuffix(" 21") for line in data[f"{model}.lines"].tolist()]
            for line, some in zip(lines, data[f"{model}.looks"], strict=True):
                looks[line] = np.full((len(t), LOOK), np.nan)
                looks[line][data[f"{model}.looked"]] = some
            tracks[model] = Track(
                _unpacked(data[f"{model}.xy"], PIXEL),
                _unpacked(data[f"{model}.world"], METRE),
                data[f"{model}.visibility"] * SURENESS,
                data[f"{model}.room"].astype(np.float64),
                looks,
            )
        width, height = data["size"].tolist()
        return Kept(path.stem, json.loads(str(data["truth"])), t, (width, height), tracks)


def _packed(places: Array, step: float) -> NDArray[np.int16]:
    """Whole steps, as changes from picture to picture, which pack better."""
    steps = np.clip(np.rint(places / step), _NOBODY + 1, -_NOBODY - 1)
    whole = np.where(np.isnan(steps), _NOBODY, steps).astype(np.int16)
    return np.diff(whole, axis=0, prepend=np.zeros_like(whole[:1]))  # wraps round, and back when summed


def _unpacked(changes: NDArray[np.int16], step: float) -> Array:
    whole = np.cumsum(changes, axis=0, dtype=np.int16)
    return np.where(whole == _NOBODY, np.nan, whole * step)
