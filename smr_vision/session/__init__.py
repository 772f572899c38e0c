"""What happened in one clip or live session: the record kept in `session.json` and its reader."""

from smr_vision.session.record import (
    CheckTime,
    Discomfort,
    Fault,
    Hold,
    Pass,
    Recognised,
    Session,
    Set,
    Source,
    Totals,
    Tracking,
    ZoneTime,
    read_session,
)

__all__ = [
    "CheckTime", "Discomfort", "Fault", "Hold", "Pass", "Recognised", "Session", "Set", "Source", "Totals",
    "Tracking", "ZoneTime", "read_session",
]  # fmt: skip
