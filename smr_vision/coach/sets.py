"""What the coach says at a moment, and what is left of a set once it is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import nan
from typing import Final, Literal

from smr_vision.body import View
from smr_vision.coach.checks import FaultSpan, Verdict
from smr_vision.coach.passes import HoldDone
from smr_vision.moves import Move
from smr_vision.tool import Contact

Phase = Literal["ready", "setup", "rolling", "holding", "out"]
ZoneName = Literal["green", "amber", "red"]
PLACE_ASSUMED: Final = "place assumed"
PLACE_NOT_SEEN: Final = "place not seen"
PASSES_NOT_SEEN: Final = "passes not seen"


@dataclass(frozen=True)
class PassDone:
    """One pass; `extent` in segment lengths, `speed_cm_s` for a body of 1.70 m, NaN where it can't be measured."""

    start_s: float
    end_s: float
    direction: str
    extent: float
    speed_cm_s: float


@dataclass(frozen=True)
class ToldLate:
    """How it was from `t` (seconds) on, until the next of these or the moment in which it is told.

    What is rolled before somebody has settled in position, or before the tool is known of, counts once that is clear.
    `phase`, `zone`, `on_target` and `pass_count` are as in `Feedback`; a count that can't be known is None.
    `placed`: whether the tool's place was followed from where it was seen; else it counts only where it is assumed.
    """

    t: float
    phase: Phase
    zone: ZoneName | None
    on_target: bool
    pass_count: int | None
    placed: bool


@dataclass(frozen=True)
class Feedback:
    """What the coach says at one moment; enough to draw, speak and write it down.

    Attributes
    ----------
    t : float
        Seconds from the first picture.
    phase : {"ready", "setup", "rolling", "holding", "out"}
        Where in a set it is.
    move : Move
        Which move is coached.
    side : {"left", "right"} or None
        The side worked.
    contact : Contact
        Where the tool touches.
    zone : {"green", "amber", "red"} or None
        The zone of the segment in which it touches; None where that is not known. What is not known takes nothing off
        the time on target.
    on_target : bool
        Whether this moment counts as time on target.
    verdicts : tuple of Verdict
        Each check: ok, fault or unknown, with what was measured.
    pass_count : int
        Passes of the set so far, the one under way too once it is long enough: from 0 in each set, and gone with it,
        so look at it in each result. The passes of finished sets are in `Session.sets`, from `analyse`.
    time_on_target_s : float
        Seconds of the set so far; a measurement only where `on_target_known`.
    speed_cm_s : float
        Speed along the segment for a body of 1.70 m, cm/s; NaN where not known.
    hold_s : float
        Seconds for which it has been kept still.
    set_open : bool
        Whether this is a set already: the posture has held, and there is a tool.
    set_s : float
        Seconds since the set began.
    new_faults, running : tuple of FaultSpan
        Faults decided just now, and those that last, with their worst moment so far.
    tool : {"seen", "assumed"} or None
        Evidence of the tool; None while nothing is known of it.
    on_target_known : bool
        Whether the seconds on target could be known so far.
    told_late : tuple of ToldLate
        How earlier moments turned out, of which nothing was told at their time.
    unplaced : bool
        Whether for most of the set the tool was seen to be there, and where on the body could not be told.
    uncounted : bool
        Whether passes can't be known, for the rolling can't be seen from this view: then `pass_count` says nothing.
    """

    t: float
    phase: Phase
    move: Move
    side: Literal["left", "right"] | None
    contact: Contact
    zone: ZoneName | None
    on_target: bool
    verdicts: tuple[Verdict, ...]
    pass_count: int
    time_on_target_s: float
    speed_cm_s: float
    hold_s: float
    set_open: bool
    set_s: float
    new_faults: tuple[FaultSpan, ...] = ()
    running: tuple[FaultSpan, ...] = ()
    tool: Literal["seen", "assumed"] | None = None
    on_target_known: bool = False
    told_late: tuple[ToldLate, ...] = ()
    unplaced: bool = False
    uncounted: bool = False


@dataclass(frozen=True)
class SetDone:
    """One finished set.

    `time_on_target_s` is NaN where it could not be known: the tool's place was not, or nearly all the time it was too
    long ago that it was seen, or whether weight was on it.
    """

    move: Move
    side: Literal["left", "right"] | None
    start_s: float
    end_s: float
    view: View | None
    passes: tuple[PassDone, ...]
    time_on_target_s: float
    time_by_zone_s: Mapping[str, float]
    holds: tuple[HoldDone, ...]
    check_s: Mapping[str, tuple[float, float, float]]  # ok, fault, unknown seconds
    faults: tuple[FaultSpan, ...]
    seen_s: float
    inferred_s: float
    advice: tuple[str, ...]
    confidence: float
    tool: Literal["seen", "assumed"] = "seen"  # assumed: its place is hidden from this view, and the move was named
    unsure_s: float = 0.0  # in the zone, and nobody could see whether on target
    unplaced: bool = False  # the tool was seen, and its place on the body not known: time on target is that under load
    uncounted: bool = False  # the rolling could not be seen: no passes and holds, and nothing that is judged by them


def place_hidden(contact: Contact, tool: Literal["seen", "assumed"] | None) -> bool:
    """Whether the tool is seen to be there, and where on the body it touches is not known."""
    return tool == "seen" and not contact.sure


def how_it_was(feedback: Feedback) -> ToldLate:
    """What a moment's row says of it."""
    on_target, placed = feedback.on_target, feedback.contact.followed
    passes = None if feedback.uncounted else feedback.pass_count
    return ToldLate(feedback.t, feedback.phase, feedback.zone, on_target, passes, placed)


def tell_late(told: tuple[ToldLate, ...], *more: ToldLate) -> tuple[ToldLate, ...]:
    """Add moments in which anything is otherwise than in the one before: a set may wait long for its tool."""
    kept = list(told)
    for one in more:
        if not kept or replace(one, t=kept[-1].t) != kept[-1]:
            kept.append(one)
    return tuple(kept)


def place_words(*, assumed: bool, unplaced: bool) -> str:
    """What has to stand beside a set or its seconds on target where nobody saw the tool's place; else nothing."""
    return f" ({PLACE_ASSUMED})" if assumed else f" ({PLACE_NOT_SEEN})" if unplaced else ""


def passes_words(count: int | None) -> str:
    """How many passes there are so far; None: not to be seen from this view."""
    return PASSES_NOT_SEEN if count is None else f"{count} pass{'' if count == 1 else 'es'}"


def waiting(move: Move, side: Literal["left", "right"] | None, contact: Contact, phase: Phase) -> Feedback:
    """Feedback before somebody is in position, or the tool is known of: nothing is judged."""
    unknown = tuple(Verdict(check, "unknown", nan) for check in move.checks)
    return Feedback(
        contact.t, phase, move, side, contact, None, on_target=False, verdicts=unknown, pass_count=0,
        time_on_target_s=0.0, speed_cm_s=nan, hold_s=0.0, set_open=False, set_s=0.0,
    )  # fmt: skip
