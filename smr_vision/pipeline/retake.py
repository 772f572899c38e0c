"""A picture of a set that may be taken back: that a clip was cut before it is known one picture later."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace

from smr_vision.body import Array, Body
from smr_vision.coach import Feedback, SetCoach
from smr_vision.coach.checks import FaultSpan
from smr_vision.tool import Contact, ContactTracker, ToolDetection
from smr_vision.tool.axis import Rolled, SegmentAxis
from smr_vision.tool.evidence import Presence


@dataclass(frozen=True, eq=False)
class Sight:
    """What the contact is followed by in one picture."""

    t: float
    axis: SegmentAxis
    detection: ToolDetection | None
    camera_motion: Array
    slant: float
    pressed: bool
    looked: bool
    rolled: Rolled | None = None


@dataclass(frozen=True, eq=False)
class Taken:
    """All that a set is told of one picture; `sight` is None where nobody is in a posture."""

    t: float
    body: Body | None
    sight: Sight | None
    in_posture: bool
    confidence: float
    presence: Presence | None

    def on(self, pressed: bool) -> Taken:
        """The same with the body on the tool, or off it."""
        return self if self.sight is None else replace(self, sight=replace(self.sight, pressed=pressed))

    def by(self, coach: SetCoach, tracker: ContactTracker) -> Feedback:
        """Follow the contact, and coach."""
        contact, sight = Contact.nowhere(self.t), self.sight
        if sight is not None:
            contact = tracker.track(
                sight.t, sight.axis, sight.detection, sight.camera_motion,
                slant=sight.slant, pressed=sight.pressed, looked=sight.looked, rolled=sight.rolled,
            )  # fmt: skip
        return coach.advance(self.body, contact, self.in_posture, self.confidence, self.presence)


@dataclass(frozen=True, eq=False)
class Retake:
    """Coach and tracker as they were before a picture, and what they were told of it."""

    coach: SetCoach
    tracker: ContactTracker
    taken: Taken

    @classmethod
    def of(cls, coach: SetCoach, tracker: ContactTracker, taken: Taken) -> Retake:
        return cls(copied(coach), deepcopy(tracker), taken)

    def again(self) -> tuple[FaultSpan, ...]:
        """Take the picture as one that does not follow on what was; the faults found in it."""
        self.coach.interrupt()
        self.tracker.lose()
        return self.taken.by(self.coach, self.tracker).new_faults


def copied(coach: SetCoach) -> SetCoach:
    """A coach that may be brought to its end without touching the other; they share the move, which never changes."""
    shared = (coach.move, *coach.move.checks, *(rule for check in coach.move.checks for rule in check.rules))
    return deepcopy(coach, {id(one): one for one in shared})
