"""A session as tables for pandas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from smr_vision.errors import UsageError

if TYPE_CHECKING:
    import pandas

    from smr_vision.session.record import Session
    from smr_vision.session.set_record import Set

_OF_SET: Final = ("set", "move", "side")
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "sets": (
        *_OF_SET, "start_s", "end_s", "view", "tool", "pass_count", "time_on_target_s", "time_unsure_s",
        "green_s", "amber_s", "red_s", "holds", "faults", "discomfort_before", "discomfort_after",
    ),
    "passes": (*_OF_SET, "start_s", "end_s", "direction", "extent", "speed_cm_s"),
    "holds": (*_OF_SET, "start_s", "end_s", "along"),
    "faults": (
        *_OF_SET, "check", "severity", "start_s", "end_s", "decided_s", "measured", "target", "cue", "picture",
        "picture_t_s", "dismissed_by",
    ),
}  # fmt: skip
_COUNTS: Final = frozenset({"set", "holds", "faults"})
_TEXTS: Final = frozenset({
    "move", "side", "view", "tool", "direction", "check", "severity", "target", "cue", "picture", "dismissed_by",
})  # fmt: skip


def frame_of(session: Session, rows: Literal["sets", "passes", "holds", "faults"]) -> pandas.DataFrame:
    """The table that `Session.to_frame` gives."""
    if rows not in [*COLUMNS]:
        raise UsageError(f"rows={rows!r}: there are no such rows. Choose one of: {', '.join(COLUMNS)}.")
    try:
        import pandas  # noqa: PLC0415 - only where it is wanted
    except ImportError as e:
        raise UsageError("Tables need pandas. Install it with: pip install pandas") from e
    found: list[dict[str, Any]] = [
        {"set": number, "move": one.move, "side": one.side, **values}
        for number, one in enumerate(session.sets, 1)
        for values in ([_set(one)] if rows == "sets" else [part.model_dump() for part in getattr(one, rows)])
    ]
    kinds = {name: "int64" if name in _COUNTS else "object" if name in _TEXTS else "float64" for name in COLUMNS[rows]}
    return pandas.DataFrame(found, columns=[*kinds]).astype(kinds)


def _set(one: Set) -> dict[str, Any]:
    zones, felt = one.time_by_zone_s, one.discomfort
    return {
        "start_s": one.start_s, "end_s": one.end_s, "view": one.view, "tool": one.tool,
        "pass_count": one.pass_count, "time_on_target_s": one.time_on_target_s, "time_unsure_s": one.time_unsure_s,
        "green_s": zones.green, "amber_s": zones.amber, "red_s": zones.red, "holds": len(one.holds),
        "faults": sum(fault.dismissed_by is None for fault in one.faults),
        "discomfort_before": felt.before if felt else None, "discomfort_after": felt.after if felt else None,
    }  # fmt: skip
