"""`series.csv`: one row a picture, written as the clip goes by. Empty where nothing was measured."""

from __future__ import annotations

import csv
from math import isfinite
from pathlib import Path
from typing import Final

from smr_vision.pipeline.result import FrameResult

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

    def write(self, result: FrameResult, *, measured: bool = True) -> None:
        """Add the row of one picture; its landmarks were `measured`, or lie between two that were."""
        row: list[object] = [_number(result.t, 4)]
        feedback = result.feedback
        if feedback is None:
            row += ["none", "", "", "", "", "", ""]
        else:
            contact = feedback.contact
            known = isfinite(contact.position) and feedback.phase not in ("ready", "out")
            row += [feedback.phase, feedback.move.id, feedback.side or ""]
            row += [_number(contact.position, 4), contact.source] if known else ["", ""]
            row += [feedback.zone or "", int(feedback.on_target)]
        measures = result.body.measures if result.body is not None else {}
        row += [_number(measures.get(name), 4 if name == "hip_height" else 1) for name in _MEASURES]
        detection = feedback.contact.detection if feedback is not None else None
        if detection is None:
            row += [""] * 5
        else:
            row += [_number(detection.near[0], 1), _number(detection.near[1], 1), _number(detection.radius, 1)]
            row += ["", ""] if detection.far is None else [_number(detection.far[0], 1), _number(detection.far[1], 1)]
        row.append(feedback.pass_count if feedback is not None else 0)
        row.append(("measured" if measured else "between") if result.pose.found else "")
        row.append(self._identity)
        self._identity = ""  # once is enough
        self._rows.writerow(row)


def _number(value: float | None, digits: int) -> str:
    return "" if value is None or not isfinite(value) else f"{value:.{digits}f}"
