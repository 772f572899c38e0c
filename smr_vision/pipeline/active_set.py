"""The set under way, what follows it, and where it began: posture and tool are taken up before they are believed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from math import inf, isnan, nan
from typing import Final

import numpy as np

from smr_vision.body import Array, Body
from smr_vision.body.time_window import TimeWindow
from smr_vision.coach import SetCoach
from smr_vision.coach.recogniser import IN_POSTURE, Candidate, Evidence, posture_scores
from smr_vision.pipeline.retake import Sight, Taken
from smr_vision.tool import ContactTracker, DetectorResult, ToolDetection
from smr_vision.tool.axis import Rolled, axis_of, line_of, slant_of
from smr_vision.tool.evidence import ToolEvidence
from smr_vision.tool.sway import Sway

SURE_SPREAD: Final = 0.028  # of a tool that lies under the segment; of one beside it the finder is less sure
TOOL_SEEN: Final = 0.5  # share of the last second in which the tool was seen under the segment
KEPT_S: Final = 12.0  # moments are kept; tools are believed after 2 to 4 s, a rival's place is looked at before [E]
LEFT_S: Final = 1.0  # out of posture, or with nobody seen, for longer: what was before is not of this set [E]
UNLOOKED_S: Final = 1.5  # the tool not looked for, or not seen there, for longer: nor is that [E]
SOONER_S: Final = 0.05  # by less it does not pay to follow the contact anew
STAYED_H: Final = 0.04  # statures: by less a joint wanders that lies still [E]
THERE: Final = 0.5  # chance from which the tool lay there


@dataclass(frozen=True, eq=False)
class Moment:
    """One picture as it was before it was known of which set it is: `line` is where the tool was looked for, and `look`
    what was found there."""

    t: float
    body: Body | None
    camera_motion: Array
    line: str | None
    look: DetectorResult | None


class Lately:
    """The moments of the last `KEPT_S` seconds."""

    def __init__(self) -> None:
        self._moments: deque[Moment] = deque()

    def add(self, moment: Moment) -> None:
        """Add a picture."""
        self._moments.append(moment)
        while self._moments[0].t < moment.t - KEPT_S:
            self._moments.popleft()

    def clear(self) -> None:
        """What comes does not follow on what was."""
        self._moments.clear()

    def of(self, candidate: Candidate, tool: Evidence) -> tuple[Taken, ...]:
        """What a set of this candidate that lasts now is to be told of the moments since posture and tool were there;
        `tool` is how surely it is seen now."""
        line = line_of(candidate.move.segment, candidate.side)
        taken: list[Taken] = []
        first, held, there = 0, None, None
        sighted: Sight | None = None  # the moment in which the tool was seen there, while the segment stays where it is
        for moment in reversed(self._moments):
            look = moment.look if moment.line == line else None
            taken.append(_taken(moment, candidate, look, looked=moment.line == line, tool=tool))
            held = moment.t if taken[-1].in_posture or held is None else held
            there = moment.t if (look is not None and look.chance >= THERE) or there is None else there
            if held - moment.t > LEFT_S or there - moment.t > UNLOOKED_S:
                break
            if there == moment.t:
                sighted = taken[-1].sight
            elif (
                look is not None or moment.body is None or not _stayed(taken[-1].sight, sighted, moment.body.stature_px)
            ):
                sighted = None  # nobody knows when after this it came
            if taken[-1].in_posture and sighted is not None:
                first = len(taken)
        began = tuple(self._moments)[len(self._moments) - first :]
        return tuple(_rolled(candidate, line, list(zip(began, reversed(taken[:first]), strict=True))))


def _taken(moment: Moment, candidate: Candidate, look: DetectorResult | None, *, looked: bool, tool: Evidence) -> Taken:
    """A moment as it is told to a set of `candidate`."""
    body = moment.body
    if body is None:
        return Taken(moment.t, None, None, in_posture=False, confidence=0.0, presence=None)
    segment = candidate.move.segment
    score = posture_scores(candidate, body).given(tool, candidate)
    detection = look.detection if look is not None else None
    elsewhere = detection is not None and carried_elsewhere(candidate, detection.position)
    in_posture = score >= IN_POSTURE and not elsewhere
    axis = axis_of(body, segment, candidate.side)
    slant = slant_of(body, segment, axis)
    sight = Sight(moment.t, axis, detection, moment.camera_motion, slant, pressed=True, looked=looked)
    return Taken(moment.t, body, sight, in_posture, score, presence=None)


def _stayed(before: Sight | None, sighted: Sight | None, stature_px: float) -> bool:
    """Whether the segment lay where the tool was `sighted` under it: then the tool lay there too. Of a segment that is
    brought into place its start moves the furthest."""
    if before is None or sighted is None:
        return False
    moved = sighted.axis.zero - sighted.camera_motion - (before.axis.zero - before.camera_motion)
    return float(np.hypot(*moved)) <= STAYED_H * stature_px


def _rolled(candidate: Candidate, line: str, moments: Iterable[tuple[Moment, Taken]]) -> Iterator[Taken]:
    """Moments with how far the contact rolled, where a net tells."""
    sway = _sway_of(candidate)
    for moment, taken in moments:
        if sway is None or moment.body is None or taken.sight is None:
            yield taken
            continue
        look = moment.look if moment.line == line else None
        size = moment.body.stature_m, moment.body.stature_px
        rolled = sway.advance(moment.body.pose, size, moment.camera_motion, look)
        yield replace(taken, sight=replace(taken.sight, rolled=rolled))


def _sway_of(candidate: Candidate) -> Sway | None:
    net = candidate.move.segment.sway
    return None if net is None else Sway(net, candidate.side)


def carried_elsewhere(candidate: Candidate, position: float) -> bool:
    """Whether a tool at this place lies under another part of the body: who sits on it does not lie on it."""
    carries = candidate.move.segment.carries
    return carries is not None and not isnan(position) and not carries[0] <= position <= carries[1]


@dataclass
class ActiveSet:
    """The set under way and what follows it; contact starts at `start`, which was `given` by the user or not."""

    candidate: Candidate
    tool: ToolEvidence
    strictness: str
    start: float
    given: bool
    coach: SetCoach = field(init=False)
    tracker: ContactTracker = field(init=False)
    sway: Sway | None = field(init=False)  # where a net tells how far the contact rolls
    detections: TimeWindow = field(default_factory=lambda: TimeWindow(1.0))
    sure_detections: TimeWindow = field(default_factory=lambda: TimeWindow(1.0))
    places: TimeWindow = field(default_factory=lambda: TimeWindow(1.0))
    dated: bool = False  # whether it is known where it began

    def __post_init__(self) -> None:
        self.tracker = self._new_tracker()
        self.sway = _sway_of(self.candidate)
        self.restart()

    def _new_tracker(self) -> ContactTracker:
        return ContactTracker(self.start, self.candidate.move.segment, given=self.given)

    def _new_coach(self) -> SetCoach:
        return SetCoach(self.candidate.move, self.candidate.side, self.strictness)

    def restart(self) -> None:
        """Coach from now on."""
        self.coach = self._new_coach()
        self.dated = False

    def date_back(self, earlier: Iterable[Taken]) -> None:
        """Coach again from the first of some earlier moments on, if it turns out to have begun before it seemed to.

        Not at a wall: whoever steps up to it has it before them, and looks don't tell when they leaned in.
        """
        self.dated = True
        if self.candidate.move.segment.kind == "across":
            return
        taken, began = tuple(earlier), inf if self.coach.started is None else self.coach.started
        if not taken or began <= taken[0].t + SOONER_S:
            return
        coach, tracker = self._new_coach(), self._new_tracker()
        for one in taken:
            one.on(coach.pressed).by(coach, tracker)
        if coach.started is not None and coach.started < began - SOONER_S:
            self.coach, self.tracker = coach, tracker

    def see(self, t: float, detection: ToolDetection | None) -> None:
        """Add a look at time `t` (s)."""
        self.detections.add(t, float(detection is not None))
        self.sure_detections.add(t, float(detection is not None and detection.spread <= SURE_SPREAD))
        self.places.add(t, detection.position if detection is not None else nan)

    def rolled(self, body: Body, camera_motion: Array, look: DetectorResult | None) -> Rolled | None:
        """How far the contact rolled since the last moment, where a net tells; `look`: along its segment."""
        if self.sway is None:
            return None
        return self.sway.advance(body.pose, (body.stature_m, body.stature_px), camera_motion, look)

    def interrupt(self) -> None:
        """What comes does not follow on what was."""
        self.coach.interrupt()
        self.tracker.lose()
        if self.sway is not None:
            self.sway.forget()

    @property
    def evidence(self) -> Evidence:
        """Whether the tool is steadily seen under the segment."""
        if self.sure_detections.mean > TOOL_SEEN:
            return "sure"
        return "seen" if self.detections.mean > TOOL_SEEN else "none"

    @property
    def elsewhere(self) -> bool:
        """Whether the tool is seen under another part of the body."""
        return carried_elsewhere(self.candidate, self.places.median)
