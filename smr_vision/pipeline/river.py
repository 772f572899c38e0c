"""From one picture and its pose to feedback: who does which move, where the tool is, how it goes.

The river's bed. Live and recorded both push pictures through a `Watcher`, one at a time, in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from math import inf, nan
from typing import Final, Literal, Protocol

import numpy as np

from smr_vision.body import Array, Body, BodyMeter
from smr_vision.body.camera_motion import BackgroundMotion
from smr_vision.body.person_lock import ELSEWHERE_H, PersonLock, leap_of
from smr_vision.body.time_window import Recent
from smr_vision.coach import CLOSES_S, Feedback, SetCoach, SetDone
from smr_vision.coach.recogniser import IN_POSTURE, Candidate, Evidence, Guess, Recogniser, candidates
from smr_vision.moves import Move
from smr_vision.pose import Pose
from smr_vision.tool import MOST_SPREAD, Contact, ContactTracker, Look, Sight
from smr_vision.tool.axis import Ruler, joint_of, line_of, ruler_of, slant_of
from smr_vision.tool.evidence import Presence, ToolEvidence
from smr_vision.video import Frame
from smr_vision.video.pace import look_of

SURE_SPREAD: Final = 0.028  # of a tool that lies under the segment; of one beside it the finder is less sure
STALE_S: Final = 1.5  # what was seen along a line longer ago than this says nothing of now
TOOL_SEEN: Final = 0.5  # share of the last second in which the tool was seen under the segment


class ToolFinder(Protocol):
    """Anything that finds the tool along a segment of the body in a picture."""

    def find(self, frame: Frame, body: Body, ruler: Ruler, move: Move, side: str | None) -> Look | None: ...


class RoomFollower(Protocol):
    """Anything that tells where the room has moved in the picture since the first one, (2,) pixels."""

    def update(self, frame: Frame, pose: Pose) -> Array: ...


@dataclass(frozen=True)
class Wishes:
    """What the user asked for: a move and side or None for automatic, where the tool starts, strictness."""

    moves: Mapping[str, Move]
    move: str | None = None
    side: Literal["left", "right"] | None = None
    start_at: float | None = None
    strictness: str = "standard"


@dataclass(frozen=True)
class Seen:
    """One moment, fully looked at: the pose, the body's measures, the segment's ruler, the feedback; where
    the room has moved (2,) px, along which line (`line_of`) the tool was looked for, None: it was not; what the finder
    said there; and a `notice`: why there is no set though somebody is in the posture of a move."""

    t: float
    pose: Pose
    body: Body | None
    ruler: Ruler | None
    feedback: Feedback | None
    guess: Guess | None
    room: Array | None = None
    looked: str | None = None
    look: Look | None = None
    notice: str | None = None


@dataclass
class _Under:
    """The set under way and what follows it."""

    candidate: Candidate
    coach: SetCoach
    tracker: ContactTracker
    tool: ToolEvidence
    sights: Recent = field(default_factory=lambda: Recent(1.0))
    sure_sights: Recent = field(default_factory=lambda: Recent(1.0))
    places: Recent = field(default_factory=lambda: Recent(1.0))

    def restart(self, strictness: str) -> None:
        """Coach from now on."""
        self.coach = SetCoach(self.candidate.move, self.candidate.side, strictness)

    @property
    def evidence(self) -> Evidence:
        """Whether the tool is steadily seen under the segment."""
        if self.sure_sights.mean > TOOL_SEEN:
            return "sure"
        return "seen" if self.sights.mean > TOOL_SEEN else "none"

    @property
    def elsewhere(self) -> bool:
        """Whether the tool is seen under another part of the body: who sits on it does not lie on it."""
        carries = self.candidate.move.segment.carries
        return carries is not None and (self.places.median < carries[0] or self.places.median > carries[1])


class Watcher:
    """Watches one person through a clip or a session; finished sets gather in `sets`."""

    def __init__(self, wishes: Wishes, finder: ToolFinder | None, room: RoomFollower | None = None) -> None:
        self._wishes = wishes
        self._finder = finder
        self._meter = BodyMeter()
        self._room = room or BackgroundMotion()
        self._person = PersonLock()
        self._recogniser = Recogniser(candidates(wishes.moves, wishes.move, wishes.side))
        self._under: _Under | None = None
        self._before: tuple[Pose, Array] | None = None  # somebody seen last, and where the room was
        self._last_t = inf
        self._looks = -1  # how many looks would have been due by now
        self._tools: dict[str, tuple[float, ToolEvidence]] = {}  # by line, with when it was looked along last
        self._empty: set[str] = set()  # moves in whose posture somebody was, with nothing to roll on
        self.sets: list[SetDone] = []

    def update(self, frame: Frame, pose: Pose) -> Seen:
        """Take one picture and its pose."""
        looks = look_of(frame.t)
        due, self._looks = looks != self._looks, looks
        room = self._room.update(frame, pose)
        pose = self._person.update(pose)
        self._mind_cuts(pose, room)
        body = self._meter.update(pose, room)
        tool = self._under.evidence if self._under is not None else "none"
        locked = self._under is not None and self._under.coach.open
        guess = self._recogniser.update(frame.t, body, tool, locked)
        if guess is not None and (self._under is None or guess.candidate.key != self._under.candidate.key):
            self._begin(guess.candidate, frame.t)
        elif guess is None and self._under is not None and self._under.coach.started is None:
            self._end()  # nothing had begun
        under = self._under
        if under is None:
            return Seen(frame.t, pose, body, None, None, guess, room)
        in_posture = guess is not None and guess.candidate.key == under.candidate.key and guess.score >= IN_POSTURE
        in_posture = in_posture and (locked or not under.elsewhere)
        ruler: Ruler | None = None
        looked: str | None = None
        look: Look | None = None
        contact = Contact.nowhere(frame.t)
        if body is not None and guess is not None:
            ruler = ruler_of(body, under.candidate.move.segment, under.candidate.side)
            rival = self._rival(under, frame.t, looks) if due else None
            if due and self._finder is not None:
                candidate = rival or under.candidate
                looked = line_of(candidate.move.segment, candidate.side)
                look = self._look(frame, body, candidate)
            sight = look.sight if look is not None and rival is None else None
            due = due and rival is None
            if due:
                under.sights.add(frame.t, float(sight is not None))
                under.sure_sights.add(frame.t, float(sight is not None and sight.spread <= SURE_SPREAD))
                under.places.add(frame.t, sight.along if sight is not None else nan)
                self._meter.see_tool(frame.t, *_place_of(sight))
            contact = under.tracker.update(
                frame.t,
                ruler,
                sight,
                room,
                slant=slant_of(body, under.candidate.move.segment, ruler),
                pressed=under.coach.pressed,
                looked=due,
            )
        presence = self._presence(under)
        if presence == "absent" and not under.coach.open:
            under.restart(self._wishes.strictness)  # what was done on nothing is no part of a set
        notice = None
        if in_posture and presence == "absent":
            in_posture, notice = False, no_tool(under.candidate.move)
            self._empty.add(under.candidate.move.id)
        confidence = guess.confidence if guess is not None else 0.0
        feedback = under.coach.update(body, contact, in_posture, confidence, presence)
        if under.coach.over:
            self._end()
        return Seen(frame.t, pose, body, ruler, feedback, guess, room, looked, look, notice)

    def _mind_cuts(self, pose: Pose, room: Array) -> None:
        """End what was going on where this picture is not the next one: of somebody else or somewhere else, long after
        the last one, or of another time at the same place."""
        leap = 0.0
        if pose.found and self._before is not None:
            leap = leap_of(self._before[0], pose, room - self._before[1])
        if self._person.changed or leap > ELSEWHERE_H or pose.t - self._last_t >= CLOSES_S:
            self._end()
            self._meter = BodyMeter()
            self._recogniser = Recogniser(self._recogniser.among)
            self._tools.clear()
        elif leap:
            self.interrupt()
        self._last_t = pose.t
        self._before = (pose, room) if pose.found else self._before

    def interrupt(self) -> None:
        """What comes does not follow on what was: what is going on ends, a set that lasts goes on."""
        if self._under is not None:
            self._under.coach.interrupt()
            self._under.tracker.lose()

    def _look(self, frame: Frame, body: Body, candidate: Candidate) -> Look | None:
        """Look for the tool where a candidate has it, and remember what that says."""
        assert self._finder is not None
        move, side = candidate.move, candidate.side
        look = self._finder.find(frame, body, ruler_of(body, move.segment, side), move, side)
        tool = self._tool(candidate, frame.t)
        tool.add(frame.t, look.chance if look is not None else nan, self._hidden(body, candidate))
        self._recogniser.told(candidate, tool.presence, frame.t)
        return look

    def _rival(self, under: _Under, t: float, looks: int) -> Candidate | None:
        """Whose place to look at instead, every other time, until it is clear which move it is."""
        if under.coach.open or under.tool.presence == "seen" or looks % 2 == 0:
            return None
        return self._recogniser.rival(under.candidate, t)

    def _tool(self, candidate: Candidate, t: float) -> ToolEvidence:
        """What is known of the tool along a candidate's line, unless that is long ago."""
        line = line_of(candidate.move.segment, candidate.side)
        then, tool = self._tools.get(line, (t, ToolEvidence()))
        if t - then > STALE_S:
            tool = ToolEvidence()
        self._tools[line] = t, tool
        return tool

    def _presence(self, under: _Under) -> Presence | None:
        """What is known of the tool; hidden only counts for who named the move, and without a finder all is hidden."""
        if self._finder is None:
            return "hidden"
        presence = under.tool.presence
        return None if presence == "hidden" and self._wishes.move is None else presence

    def _hidden(self, body: Body, candidate: Candidate) -> bool:
        """Whether the place of the tool can't be seen: this view hides it, or it is not in the picture."""
        segment = candidate.move.segment
        if body.view in segment.hidden_from:
            return True
        return not all(body.in_picture(joint_of(end, candidate.side)) for end in (segment.start, segment.end))

    def so_far(self) -> tuple[SetDone, ...]:
        """All sets in order, the one under way as if it ended now; nothing ends."""
        # A copy takes a millisecond: little enough for a journal, and the coach needs to know nothing of it.
        now = _copied(self._under.coach).finish() if self._under is not None else None
        return (*self.sets, now) if now is not None else tuple(self.sets)

    def finish(self) -> tuple[SetDone, ...]:
        """End the set under way; all sets in order."""
        self._end()
        return tuple(self.sets)

    @property
    def remark(self) -> str | None:
        """Why there is no set at all; None when there is one."""
        if self.sets:
            return None
        if self._wishes.move is None:
            return "nobody rolled: no roller or ball was seen under anybody"
        move = self._wishes.moves[self._wishes.move]
        if move.id in self._empty:
            return f"{no_tool(move)[0].lower()}{no_tool(move)[1:]}: nothing was counted"
        return f"nobody was in the position of the {move.title[0].lower()}{move.title[1:]}: nothing was counted"

    def _begin(self, candidate: Candidate, t: float) -> None:
        self._end()
        wishes = self._wishes
        start = candidate.move.zone.assumed if wishes.start_at is None else wishes.start_at
        self._under = _Under(
            candidate,
            SetCoach(candidate.move, candidate.side, wishes.strictness),
            ContactTracker(start, candidate.move.segment, given=wishes.start_at is not None),
            self._tool(candidate, t),
        )

    def _end(self) -> None:
        if self._under is None:
            return
        done = self._under.coach.finish()
        if done is not None:
            self.sets.append(done)
        self._under = None


def no_tool(move: Move) -> str:
    """In words that there is nothing to roll on."""
    kinds = " or ".join(dict.fromkeys(tool.kind for tool in move.tools))
    return f"No {kinds} seen {'between you and the wall' if move.segment.kind == 'across' else 'under you'}"


def _place_of(sight: Sight | None) -> tuple[Array, Array, float]:
    """Near end and middle (2,) px and radius of a tool, NaN while it is not seen well enough to say."""
    if sight is None or sight.far is None or sight.spread > MOST_SPREAD:
        return np.full(2, nan), np.full(2, nan), nan
    return sight.near, (sight.near + sight.far) / 2, sight.radius


def _copied(coach: SetCoach) -> SetCoach:
    """A coach that may be brought to its end without touching the other; they share the move, which never changes."""
    shared = (coach.move, *coach.move.checks, *(rule for check in coach.move.checks for rule in check.rules))
    return deepcopy(coach, {id(one): one for one in shared})
