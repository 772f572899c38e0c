"""What kept sessions say together: what was done, and the measures whose trend is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from smr_vision.store import Entry, SetEntry


def what(entry: Entry, titles: Mapping[str, str] | None = None) -> str:
    """The moves of a session, each with its sides."""
    sides: dict[str, list[str]] = {}
    for s in entry.sets:
        known = sides.setdefault(s.move, [])
        if s.side and s.side not in known:
            known.append(s.side)
    return (
        ", ".join(f"{(titles or {}).get(move, move)} {'+'.join(found)}".strip() for move, found in sides.items())
        or "no set"
    )


def trend_values(entries: Sequence[Entry]) -> list[tuple[str, str, list[float | None]]]:
    """Title, unit and values of each measure a trend is shown of."""
    return [
        ("Seconds on target", " s", [on_target(e.sets) for e in entries]),
        ("Faults", "", [sum(s.faults for s in e.sets) for e in entries]),
        ("Discomfort after", " of 10", [_most(s.discomfort_after for s in e.sets) for e in entries]),
    ]


def on_target(sets: Sequence[SetEntry]) -> float | None:
    """Seconds on target of a session; None where it was not measured in any set."""
    known = [s.on_target_s for s in sets if s.on_target_s is not None]
    return sum(known) if known else None


def _most(values: Iterable[int | None]) -> float | None:
    return max((v for v in values if v is not None), default=None)
