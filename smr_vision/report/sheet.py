"""The report as a table for spreadsheets: one row a set, empty where not measured."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from smr_vision.report.facts import SessionFacts, SetFacts

COLUMNS = (
    "recorded_at", "person", "clip", "set", "move", "side", "start_s", "end_s", "passes", "on_target_s", "green_s",
    "amber_s", "red_s", "holds", "median_pass_s", "median_cm_s", "calm_passes_share", "faults", "dismissed",
    "discomfort_before", "discomfort_after",
)  # fmt: skip


def sheet(sessions: Sequence[SessionFacts]) -> str:
    checks = list(dict.fromkeys(name for f in sessions for s in f.sets for name in s.set.checks))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *(f"{name}_right_share" for name in checks)])
    for facts in sessions:
        for s in facts.sets:
            writer.writerow([_cell(v) for v in _row(facts, s, checks)])
    return out.getvalue()


def _row(facts: SessionFacts, s: SetFacts, checks: Sequence[str]) -> list[object]:
    one, session = s.set, facts.session
    known = s.contact_known
    zones = one.time_by_zone_s
    felt = one.discomfort
    shares = dict(zip(one.checks, (c.share for c in s.checks), strict=True))
    return [
        session.recorded_at, session.person, session.source.path, s.number, one.move, one.side, one.start_s, one.end_s,
        one.pass_count, s.on_target_s, *((zones.green, zones.amber, zones.red) if known else (None,) * 3),
        len(s.holds), s.tempo.median_pass_s, s.tempo.median_cm_s, s.tempo.share("calm"), len(s.counted),
        len(s.faults) - len(s.counted), felt.before if felt else None, felt.after if felt else None,
        *(shares.get(name) for name in checks),
    ]  # fmt: skip


def _cell(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"  # a spreadsheet would run it as a formula
    return value
