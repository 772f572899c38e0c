"""What happened in one clip or live session: the record kept in `session.json` and its reader."""

from smr_vision.session.record import Recognised, Session, Source, Totals, Tracking, read_session
from smr_vision.session.set_record import CheckTime, Discomfort, Fault, Hold, Pass, Set, ZoneTime

__all__ = [
    "CheckTime", "Discomfort", "Fault", "Hold", "Pass", "Recognised", "Session", "Set", "Source", "Totals",
    "Tracking", "ZoneTime", "read_session",
]  # fmt: skip
