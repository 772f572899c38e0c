"""`series.csv`: one row a picture, written as the clip goes by. Empty where nothing was measured."""

from __future__ import annotations

import csv
from math import isfinite
from pathlib import Path
from typing import Final

from smr_vision.pipeline.river import Seen

COLUMNS: Final = (
    "t_s", "phase", "move", "side", "contact", "contact_source", "zone", "on_target",
    "knee_angle_left", "knee_angle_right", "hip_angle_left", "hip_angle_right", "trunk_tilt", "hip_height",
    "roller_x", "roller_y", "roller_radius", "roller_x2", "roller_y2", "pass_count", "pose", "session",
)  # fmt: skip
_MEASURES: Final = COLUMNS[8:14]


class SeriesWriter:
    """Writes rows to `path`; a context manager. `identity` of the session stands in the first row."""

    def __init__(self, path: Path, identity: str = "") -> None:
        self._identity = identity
        self._file = path.open("w", newline="", encoding="utf-8")
        self._rows = csv.writer(self._file)
        self._rows.writerow(COLUMNS)

    def __enter__(self) -> SeriesWriter:
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.close()

    def write(self, seen: Seen, *, measured: bool = True) -> None:
        """Add the row of one picture; its landmarks were `measured`, or lie between two that were."""
        row: list[object] = [_number(seen.t, 4)]
        feedback = seen.feedback
        if feedback is None:
            row += ["none", "", "", "", "", "", ""]
        else:
            contact = feedback.contact
            known = isfinite(contact.along) and feedback.phase not in ("ready", "out")
            row += [feedback.phase, feedback.move.id, feedback.side or ""]
            row += [_number(contact.along, 4), contact.source] if known else ["", ""]
            row += [feedback.zone or "", int(feedback.on_target)]
        measures = seen.body.measures if seen.body is not None else {}
        row += [_number(measures.get(name), 4 if name == "hip_height" else 1) for name in _MEASURES]
        sight = feedback.contact.sight if feedback is not None else None
        if sight is None:
            row += [""] * 5
        else:
            row += [_number(sight.near[0], 1), _number(sight.near[1], 1), _number(sight.radius, 1)]
            row += ["", ""] if sight.far is None else [_number(sight.far[0], 1), _number(sight.far[1], 1)]
        row.append(feedback.pass_count if feedback is not None else 0)
        row.append(("measured" if measured else "between") if seen.pose.found else "")
        row.append(self._identity)
        self._identity = ""  # once is enough
        self._rows.writerow(row)


def _number(value: float | None, digits: int) -> str:
    return "" if value is None or not isfinite(value) else f"{value:.{digits}f}"
