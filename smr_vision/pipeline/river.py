"""From one picture and its pose to feedback: who does which move, where the tool is, how it goes.

The river's bed. Live and recorded both push pictures through a `PipelineRun`, one at a time, in order.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan
from typing import Final, Protocol

import numpy as np

from smr_vision.body import Array, Body, BodyEstimator
from smr_vision.body.camera_motion import CameraMotion
from smr_vision.body.cuts import CutWatch
from smr_vision.body.person_lock import ELSEWHERE_H, PersonLock, leap_of
from smr_vision.body.picture_change import Change, ChangeSource, PictureChange
from smr_vision.body.side_lock import SideLock
from smr_vision.coach import CLOSES_S, Feedback, SetDone
from smr_vision.coach.checks import FaultSpan
from smr_vision.coach.recogniser import IN_POSTURE, Candidate, Recogniser, candidates
from smr_vision.moves import Move
from smr_vision.pipeline.active_set import ActiveSet, Lately, Moment
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.result import FrameResult
from smr_vision.pipeline.retake import Retake, Sight, Taken
from smr_vision.pose import Pose
from smr_vision.tool import MOST_SPREAD, DetectorResult, ToolDetection
from smr_vision.tool.axis import SegmentAxis, axis_of, joint_of, line_of, slant_of
from smr_vision.tool.evidence import Presence, ToolEvidence
from smr_vision.video import Frame
from smr_vision.video.sampling import look_of

STALE_S: Final = 1.5  # what was seen along a line longer ago than this says nothing of now


class ToolDetector(Protocol):
    """Anything that finds the tool along a segment of the body in a picture."""

    def detect(
        self, frame: Frame, body: Body, axis: SegmentAxis, move: Move, side: str | None
    ) -> DetectorResult | None:
        """Look for it along `axis`, in pixels of the upright picture; None where nobody could look."""
        ...


class CameraMotionSource(Protocol):
    """Anything that tells where the room has moved in the picture since the first one, (2,) pixels."""

    def estimate(self, frame: Frame, pose: Pose) -> Array: ...


class PipelineRun:
    """Watches one person through a clip or a session; finished sets gather in `sets`."""

    def __init__(
        self,
        options: PipelineOptions,
        finder: ToolDetector | None,
        camera_motion: CameraMotionSource | None = None,
        changes: ChangeSource | None = None,
    ) -> None:
        self._options = options
        self._finder = finder
        self._meter = BodyEstimator()
        self._camera_motion = camera_motion or CameraMotion()
        self._changes = changes or PictureChange()
        self._cuts = CutWatch()
        self._person = PersonLock()
        self._sides = SideLock()
        self._recogniser = Recogniser(candidates(options.moves, options.move, options.side))
        self._active: ActiveSet | None = None
        self._before: tuple[Pose, Array] | None = None  # somebody seen last, and where the room was
        self._last_t = inf
        self._looks = -1  # how many looks would have been due by now
        self._tools: dict[str, tuple[float, ToolEvidence]] = {}  # by line, with when it was looked along last
        self._empty: set[str] = set()  # moves in whose posture somebody was, with nothing to roll on
        self._retake: Retake | None = None
        self._lately = Lately()
        self.sets: list[SetDone] = []

    def advance(self, frame: Frame, pose: Pose) -> FrameResult:
        """Take one picture and its pose."""
        looks = look_of(frame.t)
        due, self._looks = looks != self._looks, looks
        camera_motion = self._camera_motion.estimate(frame, pose)
        change = self._changes.compare(frame, pose, camera_motion)
        pose = self._person.filter(pose)
        self._mind_cuts(pose, camera_motion)
        pose = self._sides.filter(pose)
        mended = self._mind_changes(pose, change, camera_motion)
        body = self._meter.estimate(pose, camera_motion)
        tool = self._active.evidence if self._active is not None else "none"
        locked = self._active is not None and self._active.coach.open
        guess = self._recogniser.classify(frame.t, body, tool, locked)
        if guess is not None and (self._active is None or guess.candidate.key != self._active.candidate.key):
            self._begin(guess.candidate, frame.t)
        elif guess is None and self._active is not None and self._active.coach.started is None:
            self._end()  # nothing had begun
        active = self._active
        if active is None:
            self._lately.add(Moment(frame.t, body, camera_motion, None, None))
            return FrameResult(frame.t, pose, body, None, None, guess, camera_motion, change=change)
        in_posture = (
            guess is not None and guess.candidate.key == active.candidate.key and guess.score >= IN_POSTURE
            and (locked or not active.elsewhere)
        )  # fmt: skip
        axis: SegmentAxis | None = None
        looked: str | None = None
        look: DetectorResult | None = None
        sight: Sight | None = None
        if body is not None and guess is not None:
            axis = axis_of(body, active.candidate.move.segment, active.candidate.side)
            rival = self._rival(active, frame.t, looks) if due else None
            if due and self._finder is not None:
                candidate = rival or self._where_seen(active, frame.t)
                looked = line_of(candidate.move.segment, candidate.side)
                look = self._look(frame, body, candidate)
            own = None if rival is not None else look
            detection = own.detection if own is not None else None
            due = due and rival is None
            if due:
                active.see(frame.t, detection)
                self._meter.see_tool(frame.t, *_place_of(detection))
            if active.coach.held and not active.dated and self._known(active.tool, active.candidate, frame.t) == "seen":
                active.date_back(self._lately.of(active.candidate, active.evidence))
            slant = slant_of(body, active.candidate.move.segment, axis)
            sight = Sight(
                frame.t, axis, detection, camera_motion, slant, active.coach.pressed, due,
                active.rolled(body, camera_motion, own),
            )  # fmt: skip
        self._lately.add(Moment(frame.t, body, camera_motion, looked, look))
        confidence = guess.confidence if guess is not None else 0.0
        taken = Taken(frame.t, body, sight, in_posture, confidence, self._presence(active, frame.t))
        feedback, notice = self._coached(active, taken)
        if mended:
            feedback = replace(feedback, new_faults=(*mended, *feedback.new_faults))
        if active.coach.over:
            self._end()
        return FrameResult(frame.t, pose, body, axis, feedback, guess, camera_motion, looked, look, notice, change)

    def _coached(self, active: ActiveSet, taken: Taken) -> tuple[Feedback, str | None]:
        """What the coach makes of a picture, and why there is no set though somebody is in position."""
        absent, notice = taken.presence == "absent", None
        if absent and not active.coach.open:
            active.restart()  # what was done on nothing is no part of a set
        if absent and taken.in_posture:
            taken, notice = replace(taken, in_posture=False), no_tool(active.candidate.move)
            self._empty.add(active.candidate.move.id)
        self._retake = Retake.of(active.coach, active.tracker, taken) if self._cuts.suspected else None
        return taken.by(active.coach, active.tracker), notice

    def _mind_cuts(self, pose: Pose, camera_motion: Array) -> None:
        """End what was going on where this picture is not the next one: of somebody else or somewhere else, long after
        the last one, or of another time at the same place."""
        leap = 0.0
        if pose.found and self._before is not None:
            leap = leap_of(self._before[0], pose, camera_motion - self._before[1])
        if self._person.changed or leap > ELSEWHERE_H or pose.t - self._last_t >= CLOSES_S:
            self._end()
            self._meter = BodyEstimator()
            self._sides = SideLock()
            self._recogniser = Recogniser(self._recogniser.among)
            self._tools.clear()
            self._lately.clear()
        elif leap:
            self.interrupt()
        self._last_t = pose.t
        self._before = (pose, camera_motion) if pose.found else self._before

    def _mind_changes(self, pose: Pose, change: Change | None, camera_motion: Array) -> tuple[FaultSpan, ...]:
        """Where the clip turns out to have been cut before the last picture, take that one again, as one that does not
        follow on what was; the faults found in it."""
        retake, self._retake = self._retake, None
        if not self._cuts.advance(pose, change, camera_motion) or retake is None or self._active is None:
            return ()
        self._active.coach, self._active.tracker = retake.coach, retake.tracker
        self._lately.clear()
        return retake.again()

    def interrupt(self) -> None:
        """What comes does not follow on what was: what is going on ends, a set that lasts goes on."""
        self._lately.clear()
        if self._active is not None:
            self._active.interrupt()

    def _look(self, frame: Frame, body: Body, candidate: Candidate) -> DetectorResult | None:
        """Look for the tool where a candidate has it, and remember what that says."""
        assert self._finder is not None
        move, side = candidate.move, candidate.side
        look = self._finder.detect(frame, body, axis_of(body, move.segment, side), move, side)
        tool = self._tool(candidate, frame.t)
        tool.add(frame.t, look.chance if look is not None else nan, self._hidden(body, candidate))
        self._recogniser.told(candidate, self._known(tool, candidate, frame.t), frame.t)
        return look

    def _rival(self, active: ActiveSet, t: float, looks: int) -> Candidate | None:
        """Whose place to look at instead, every other time, until it is clear which move it is."""
        if active.coach.open or self._known(active.tool, active.candidate, t) == "seen" or looks % 2 == 0:
            return None
        return self._recogniser.rival(active.candidate, t) or active.candidate.mirrored

    def _tool(self, candidate: Candidate, t: float) -> ToolEvidence:
        """What is known of the tool along a candidate's line, unless that is long ago."""
        line, kind = line_of(candidate.move.segment, candidate.side), candidate.move.segment.kind
        then, tool = self._tools.get(line, (t, ToolEvidence(kind)))
        if t - then > STALE_S:
            tool = ToolEvidence(kind)
        self._tools[line] = t, tool
        return tool

    def _where_seen(self, active: ActiveSet, t: float) -> Candidate:
        """Along whose line to look: the candidate's, or where the tool was seen along its mirror image's, that one."""
        mirrored = active.candidate.mirrored
        elsewhere = active.tool.presence != "seen" and self._known(active.tool, active.candidate, t) == "seen"
        return mirrored if mirrored is not None and elsewhere else active.candidate

    def _known(self, tool: ToolEvidence, candidate: Candidate, t: float) -> Presence | None:
        """What is known of a candidate's `tool`; at a wall with what was seen along the mirrored line of late."""
        mirrored = candidate.mirrored
        if mirrored is None:
            return tool.presence
        then, other = self._tools.get(line_of(mirrored.move.segment, mirrored.side), (-inf, tool))
        known = {tool.presence} if t - then > STALE_S else {tool.presence, other.presence}
        return "seen" if "seen" in known else None if None in known else tool.presence

    def _presence(self, active: ActiveSet, t: float) -> Presence | None:
        """What is known of the tool; hidden only counts for who named the move, and without a finder all is hidden."""
        if self._finder is None:
            return "hidden"
        presence = self._known(active.tool, active.candidate, t)
        return None if presence == "hidden" and self._options.move is None else presence

    def _hidden(self, body: Body, candidate: Candidate) -> bool:
        """Whether the place of the tool can't be seen: this view hides it, or it is not in the picture."""
        segment = candidate.move.segment
        if body.view in segment.hidden_from:
            return True
        return not all(body.in_picture(joint_of(end, candidate.side)) for end in (segment.start, segment.end))

    def so_far(self) -> tuple[SetDone, ...]:
        """All sets in order, the one under way as if it ended now; nothing ends."""
        now = self._active.coach.so_far() if self._active is not None else None
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
        if self._options.move is None:
            return "nobody rolled: no roller or ball was seen under anybody"
        move = self._options.moves[self._options.move]
        if move.id in self._empty:
            return f"{no_tool(move)[0].lower()}{no_tool(move)[1:]}: nothing was counted"
        return f"nobody was in the position of the {move.title[0].lower()}{move.title[1:]}: nothing was counted"

    def _begin(self, candidate: Candidate, t: float) -> None:
        self._end()
        options = self._options
        start = candidate.move.zone.assumed if options.start_at is None else options.start_at
        tool, given = self._tool(candidate, t), options.start_at is not None
        self._active = ActiveSet(candidate, tool, options.strictness, start, given)

    def _end(self) -> None:
        if self._active is None:
            return
        done = self._active.coach.finish()
        if done is not None:
            self.sets.append(done)
            self._lately.clear()
        self._active = None


def no_tool(move: Move) -> str:
    """In words that there is nothing to roll on."""
    kinds = " or ".join(dict.fromkeys(tool.kind for tool in move.tools))
    return f"No {kinds} seen {'between you and the wall' if move.segment.kind == 'across' else 'under you'}"


def _place_of(detection: ToolDetection | None) -> tuple[Array, Array, float]:
    """Near end and middle (2,) px and radius of a tool, NaN while it is not seen well enough to say."""
    if detection is None or detection.far is None or detection.spread > MOST_SPREAD:
        return np.full(2, nan), np.full(2, nan), nan
    return detection.near, (detection.near + detection.far) / 2, detection.radius
