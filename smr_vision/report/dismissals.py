"""The trainer's last word: faults set aside, kept in session.json with who did it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from smr_vision.errors import UsageError, cannot_write
from smr_vision.report.facts import fault_key
from smr_vision.session import Fault, Session

NEAR_S = 0.15  # the report shows a tenth of a second


def dismissed(
    records: Sequence[Session], paths: Sequence[Path], names: Sequence[str], trainer: str | None
) -> list[Session]:
    """The sessions with the named faults set aside, and written so.

    A name is a check (all its faults) or `check@seconds` (the one that began then).
    """
    there = [f for record in records for s in record.sets for f in s.faults]
    for name in names:
        if not any(_is_named(f, name) for f in there):
            known = ", ".join(dict.fromkeys(fault_key(f) for f in there)) or "none"
            raise UsageError(f"No fault is called {name:.60}. Those in this report: {known:.300}.")
    found = []
    for record, path in zip(records, paths, strict=True):
        changed = _set_aside(record, names, trainer or "the trainer")
        if changed != record:
            try:
                changed.write(path)
            except OSError as e:
                raise cannot_write(path, e) from e
        found.append(changed)
    return found


def _set_aside(record: Session, names: Sequence[str], trainer: str) -> Session:
    sets = []
    for one in record.sets:
        faults = tuple(
            f.model_copy(update={"dismissed_by": trainer}) if any(_is_named(f, n) for n in names) else f
            for f in one.faults
        )
        sets.append(one.model_copy(update={"faults": faults}))
    return record.model_copy(update={"sets": tuple(sets)})


def _is_named(fault: Fault, name: str) -> bool:
    check, _, when = name.partition("@")
    if check != fault.check:
        return False
    try:
        return not when or abs(float(when) - fault.start_s) <= NEAR_S
    except ValueError:
        return False
