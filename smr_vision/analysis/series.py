"""`series.csv`: one row a picture, written as the clip goes by. Empty where nothing was measured.

How a set went while it opened is known when it is open, and where it ended when it was left. So at the end those rows
are written anew.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterable
from math import isfinite
from pathlib import Path
from typing import Final

from smr_vision.coach.sets import SetDone, ToldLate, place_hidden
from smr_vision.pipeline.result import FrameResult

COLUMNS: Final = (
    "t_s", "phase", "move", "side", "contact", "contact_source", "zone", "on_target",
    "knee_angle_left", "knee_angle_right", "hip_angle_left", "hip_angle_right", "trunk_tilt", "hip_height",
    "roller_x", "roller_y", "roller_radius", "roller_x2", "roller_y2", "pass_count", "pose", "session",
    "contact_change",
)  # fmt: skip
_MEASURES: Final = COLUMNS[8:14]
_ROUNDED: Final = 1e-4  # a row's time is rounded to this
_PHASE, _MOVE, _ZONE, _ON_TARGET, _PASSES = map(COLUMNS.index, ("phase", "move", "zone", "on_target", "pass_count"))


class SeriesWriter:
    """Writes rows to `path`; a context manager. `identity` of the session stands in the first row."""

    def __init__(self, path: Path, identity: str = "") -> None:
        self._path = path
        self._identity = identity
        # From when on rows are told otherwise, with move and side; None: as they are.
        self._late: list[tuple[float, ToldLate | None, list[str]]] = []
        self._sets: list[tuple[float, float, bool]] | None = None  # from, to, and whether passes can't be known
        self._file = path.open("w", newline="", encoding="utf-8")
        self._rows = csv.writer(self._file)
        self._rows.writerow(COLUMNS)

    def __enter__(self) -> SeriesWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        self._file.close()
        if kind is None and (self._late or self._sets is not None):
            self._tell_late()

    def settle(self, sets: Iterable[SetDone]) -> None:
        """Say which sets there were: beyond them nothing counts, nor do passes that turned out not to be seen."""
        self._sets = [(one.start_s - _ROUNDED, one.end_s + _ROUNDED, one.uncounted) for one in sets]

    def _counts(self, t: float) -> bool:
        return self._sets is None or any(start <= t <= end for start, end, _ in self._sets)

    def _uncounted(self, t: float) -> bool:
        return any(uncounted and start <= t <= end for start, end, uncounted in self._sets or ())

    def _tell_late(self) -> None:
        """Write the file anew, with what was told late in the rows it is of."""
        from_s = [float(_number(t, 4)) for t, _, _ in self._late]
        new = self._path.with_name(f"{self._path.name}.part")
        with self._path.open(newline="", encoding="utf-8") as old, new.open("w", newline="", encoding="utf-8") as file:
            rows, out = csv.reader(old), csv.writer(file)
            out.writerow(next(rows))
            for row in rows:
                place = bisect_right(from_s, float(row[0])) - 1
                _, late, whose = self._late[place] if place >= 0 else (0.0, None, [])
                if late is not None:
                    if row[_MOVE : _MOVE + 2] != whose:  # then it was taken for another move
                        row[_MOVE : _MOVE + 4] = [*whose, "", ""]
                    row[_PHASE], row[_ZONE], row[_ON_TARGET] = late.phase, late.zone or "", str(int(late.on_target))
                    row[_PASSES] = "" if late.pass_count is None else str(late.pass_count)
                if self._uncounted(float(row[0])):
                    row[_PASSES] = ""
                if row[_ON_TARGET] == "1" and not self._counts(float(row[0])):
                    row[_ON_TARGET] = "0"
                out.writerow(row)
        new.replace(self._path)

    def write(self, result: FrameResult, *, measured: bool = True) -> None:
        """Add the row of one picture; its landmarks were `measured`, or lie between two that were."""
        row: list[object] = [_number(result.t, 4)]
        feedback = result.feedback
        change = ""
        if feedback is None:
            row += ["none", "", "", "", "", "", ""]
        else:
            contact = feedback.contact
            known = isfinite(contact.position) and feedback.phase not in ("ready", "out")
            row += [feedback.phase, feedback.move.id, feedback.side or ""]
            # Of a tool whose place on the body is not known it still shows how it rolls.
            unplaced = known and place_hidden(contact, feedback.tool)
            row += [_number(contact.position, 4), contact.source] if known and not unplaced else ["", ""]
            change = _number(contact.position, 4) if unplaced else ""
            row += [feedback.zone or "", int(feedback.on_target)]
            if feedback.told_late:
                whose = [feedback.move.id, feedback.side or ""]
                earlier = [one for one in self._late if one[0] < feedback.told_late[0].t]  # the latest word holds
                self._late = [
                    *earlier,
                    *((late.t, late, whose) for late in feedback.told_late),
                    (result.t, None, whose),
                ]
        measures = result.body.measures if result.body is not None else {}
        row += [_number(measures.get(name), 4 if name == "hip_height" else 1) for name in _MEASURES]
        detection = feedback.contact.detection if feedback is not None else None
        if detection is None:
            row += [""] * 5
        else:
            row += [_number(detection.near[0], 1), _number(detection.near[1], 1), _number(detection.radius, 1)]
            row += ["", ""] if detection.far is None else [_number(detection.far[0], 1), _number(detection.far[1], 1)]
        row.append(0 if feedback is None else "" if feedback.uncounted else feedback.pass_count)
        row.append(("measured" if measured else "between") if result.pose.found else "")
        row.append(self._identity)
        self._identity = ""  # once is enough
        row.append(change)
        self._rows.writerow(row)


def _number(value: float | None, digits: int) -> str:
    return "" if value is None or not isfinite(value) else f"{value:.{digits}f}"
