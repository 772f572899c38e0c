"""One set as kept in `session.json`: its passes, holds, checks and faults.

Times are seconds from the start of the clip, extents and contacts in units of the move's segment
(see `docs/contract.md`). The models are frozen and forbid unknown keys, so that a foreign or damaged
file is told apart from ours with the name of the wrong key.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

Severity = Literal["safety", "form", "tempo"]
Side = Literal["left", "right"]
ViewName = Literal["side", "front", "oblique", "back"]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class Record(BaseModel):
    """A part of a session: never changed, and with no other keys than its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Pass(Record):
    """One way of the tool from an end to the other.

    Attributes
    ----------
    start_s, end_s : float
        Its turning points, seconds from the first picture.
    direction : {"up", "down", "left", "right"}
        Which way along the move's segment: down from its start to its end, up back; or to the person's left or right.
    extent : float
        How far, lengths of the move's segment.
    speed_cm_s : float or None
        Mean speed for a body of 1.70 m, cm/s; None where too few pictures show it.
    """

    start_s: Seconds
    end_s: Seconds
    direction: Literal["up", "down", "left", "right"]
    extent: Finite
    speed_cm_s: Finite | None = None


class Hold(Record):
    """Standing still on a tender spot.

    Attributes
    ----------
    start_s, end_s : float
        Seconds from the first picture.
    along : float or None
        Where along the move's segment, in its lengths; None where that is not known.
    """

    start_s: Seconds
    end_s: Seconds
    along: Finite | None


class CheckTime(Record):
    """Seconds of the set in which a check was right, wrong, or could not be seen.

    Attributes
    ----------
    ok_s, fault_s, unknown_s : float
        Seconds; together they are the set's.
    """

    ok_s: Seconds
    fault_s: Seconds
    unknown_s: Seconds


class Fault(Record):
    """One fault: when it happened, when it was decided, what was measured against what target.

    Attributes
    ----------
    check : str
        The id of the check in the move's file, as `hips_lifted`.
    severity : {"safety", "form", "tempo"}
        Its kind.
    start_s, end_s : float
        When it happened, seconds from the first picture.
    decided_s : float
        When it had lasted long enough to be sure, seconds from the first picture.
    measured : float or None
        The worst value, in the unit of the check's measure (docs/moves.md); None when nothing was measured.
    target, cue : str
        What it should be, and what puts it right, in words.
    picture : str or None
        Its picture, a path in the session's folder.
    picture_t_s : float or None
        When that was taken, seconds from the first picture.
    dismissed_by : str or None
        The trainer who called it no fault.
    """

    check: str
    severity: Severity
    start_s: Seconds
    end_s: Seconds
    decided_s: Seconds
    measured: Finite | None
    target: str
    cue: str
    picture: str | None = None
    picture_t_s: Seconds | None = None
    dismissed_by: str | None = None


class ZoneTime(Record):
    """Seconds by zone.

    Attributes
    ----------
    green, amber, red : float
        Seconds in which the tool was where it belongs, at the edge of that, beyond.
    """

    green: Seconds
    amber: Seconds
    red: Seconds


class Discomfort(Record):
    """What the person said of it.

    Attributes
    ----------
    before, after : int or None
        0 (none) to 10; None where nothing was said.
    """

    before: Annotated[int, Field(ge=0, le=10)] | None = None
    after: Annotated[int, Field(ge=0, le=10)] | None = None


class Set(Record):
    """One set of one move, from taking up its posture to leaving it.

    Attributes
    ----------
    move : str
        The move's id.
    side : {"left", "right"} or None
        The side worked; None where the move has none.
    start_s, end_s : float
        Seconds from the first picture.
    view : {"side", "front", "oblique", "back"} or None
        From where the camera saw the person.
    passes : tuple of Pass
        In order; `pass_count` of them.
    pass_count : int or None
        How many; None where the rolling can't be seen from this view.
    time_on_target_s : float or None
        Seconds; None where it could not be known. Sessions of before that was told have 0 there.
    time_by_zone_s : ZoneTime
        Seconds by zone; all 0 where the contact was not known.
    holds : tuple of Hold
        In order.
    checks : dict of str to CheckTime
        Each check of the move by its id.
    faults : tuple of Fault
        In order.
    discomfort : Discomfort or None
        As said to the live coach.
    advice : tuple of str
        What to do otherwise next time.
    tool : {"seen", "assumed"}
        Evidence of it. Sessions of before that was told have "seen".
    time_unsure_s : float or None
        Seconds in the zone of which nobody could see whether they were on target; None: not told.
    unknown : tuple of str
        What could not be known from this view, with what to change: the tool's place (then no zone is known), and last
        the passes, where `pass_count` is None.
    """

    move: str
    side: Side | None
    start_s: Seconds
    end_s: Seconds
    view: ViewName | None
    passes: tuple[Pass, ...]
    pass_count: int | None
    time_on_target_s: Seconds | None
    time_by_zone_s: ZoneTime
    holds: tuple[Hold, ...]
    checks: dict[str, CheckTime]
    faults: tuple[Fault, ...]
    discomfort: Discomfort | None = None
    advice: tuple[str, ...] = ()
    tool: Literal["seen", "assumed"] = "seen"
    time_unsure_s: Seconds | None = None
    unknown: tuple[str, ...] = ()

    @property
    def unplaced(self) -> bool:
        """Whether the tool's place on the body could not be known: it is told before the passes."""
        return len(self.unknown) > (self.pass_count is None)


class Counted(Protocol):
    """A set, as a session or the history keeps it."""

    @property
    def pass_count(self) -> int | None:
        """Its passes; None where they are not known."""


def passes_of(sets: Iterable[Counted]) -> int | None:
    """Passes of all sets in which they are known; None where they are in none of them."""
    told = [one.pass_count for one in sets]
    known = [count for count in told if count is not None]
    return sum(known) if known or not told else None


def on_target_of(sets: Iterable[Set]) -> float | None:
    """Seconds on target of all sets in which they are known; None where they are in none of them.

    Without a set at all there is nothing unknown: 0.
    """
    told = [one.time_on_target_s for one in sets]
    known = [seconds for seconds in told if seconds is not None]
    return round(sum(known), 3) if known or not told else None
