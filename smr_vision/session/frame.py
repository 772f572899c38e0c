"""A session as tables for pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from smr_vision.errors import UsageError

if TYPE_CHECKING:
    import pandas

    from smr_vision.session.record import Session, Set

ROWS: Final = ("sets", "passes", "holds", "faults")


def frame_of(session: Session, rows: Literal["sets", "passes", "holds", "faults"]) -> pandas.DataFrame:
    """The table that `Session.to_frame` gives."""
    if rows not in ROWS:
        raise UsageError(f"rows={rows!r}: there are no such rows. Choose one of: {', '.join(ROWS)}.")
    try:
        import pandas  # noqa: PLC0415 - only where it is wanted
    except ImportError as e:
        raise UsageError("Tables need pandas. Install it with: pip install pandas") from e
    if rows == "sets":
        return pandas.DataFrame([_set(number, one) for number, one in enumerate(session.sets, 1)])
    found: list[dict[str, Any]] = [
        {"set": number, "move": one.move, "side": one.side, **part.model_dump()}
        for number, one in enumerate(session.sets, 1)
        for part in getattr(one, rows)
    ]
    return pandas.DataFrame(found)


def _set(number: int, one: Set) -> dict[str, Any]:
    zones, felt = one.time_by_zone_s, one.discomfort
    return {
        "set": number, "move": one.move, "side": one.side, "start_s": one.start_s, "end_s": one.end_s, "view": one.view,
        "tool": one.tool, "pass_count": one.pass_count, "time_on_target_s": one.time_on_target_s,
        "time_unsure_s": one.time_unsure_s,
        "green_s": zones.green, "amber_s": zones.amber, "red_s": zones.red, "holds": len(one.holds),
        "faults": sum(fault.dismissed_by is None for fault in one.faults),
        "discomfort_before": felt.before if felt else None, "discomfort_after": felt.after if felt else None,
    }  # fmt: skip
