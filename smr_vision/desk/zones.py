"""Where the zone of each set lies on the body, for the session's page: measured anew from the poses that were kept, and
in the shapes that the annotated clip has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from smr_vision.body import BodyEstimator
from smr_vision.body.side_lock import SideLock
from smr_vision.desk.lanes import records_of
from smr_vision.moves import Move
from smr_vision.overlay.figure import zone_bands
from smr_vision.pose import Pose
from smr_vision.tool.axis import axis_of

WARM_S: Final = 6.0  # read before the stretch: scale and sides are known by the seconds before, 3 at most


@dataclass(frozen=True, slots=True)
class Worked:
    """A set: when, of which move, on which side."""

    start_s: float
    end_s: float
    move: Move
    side: str | None


def zones(folder: Path, start_s: float, end_s: float, sets: Sequence[Worked]) -> dict[str, list[Any]]:
    """The zones at the moments measured between two times: `t`, and for each its bands as a colour and the corners'
    pixels, x and y in turn. Nothing where nobody was seen, and outside of the sets."""
    near = [s for s in sets if s.start_s < end_s and s.end_s >= start_s and not (s.move.sided and s.side is None)]
    found: dict[str, list[Any]] = {"t": [], "bands": []}
    records = records_of(folder, start_s - WARM_S, end_s) if near else None
    if records is None:
        return found
    meter, sides = BodyEstimator(), SideLock()
    for pose, room in _poses(records):
        body = meter.estimate(sides.filter(pose), room)
        one = next((s for s in near if s.start_s <= pose.t <= s.end_s), None)
        if body is None or one is None or pose.t < start_s:
            continue
        bands = zone_bands(body, axis_of(body, one.move.segment, one.side), one.move, one.side)
        found["t"].append(round(pose.t, 3))
        found["bands"].append([[colour, _whole(corners)] for colour, corners in bands])
    return found


def _poses(records: NDArray[np.void]) -> Iterator[tuple[Pose, NDArray[np.float64]]]:
    """The poses of the person who is coached, and where the room had moved."""
    for one in records:
        if one["watched"] and not np.isnan(one["xy"]).any():
            xy, world, visibility = (one[name].astype(np.float64) for name in ("xy", "world", "visibility"))
            yield Pose(float(one["t"]), xy, world, visibility), one["room"]


def _whole(corners: NDArray[np.float64]) -> Iterable[int]:
    whole: list[int] = np.clip(np.round(corners), -32000, 32000).astype(int).ravel().tolist()
    return whole
