"""The set under way and what follows it: its coach, the contact, what is seen of the tool, how far it rolls."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan
from typing import Final

from smr_vision.body import Array, Body
from smr_vision.body.time_window import TimeWindow
from smr_vision.coach import SetCoach
from smr_vision.coach.recogniser import Candidate, Evidence
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.tool import ContactTracker, DetectorResult, Rolled, ToolDetection
from smr_vision.tool.evidence import ToolEvidence
from smr_vision.tool.sway import Sway

SURE_SPREAD: Final = 0.028  # of a tool that lies under the segment; of one beside it the finder is less sure
TOOL_SEEN: Final = 0.5  # share of the last second in which the tool was seen under the segment


@dataclass
class ActiveSet:
    """The set under way and what follows it; `sway` is None where no net tells how far the contact rolls."""

    candidate: Candidate
    coach: SetCoach
    tracker: ContactTracker
    tool: ToolEvidence
    sway: Sway | None = None
    detections: TimeWindow = field(default_factory=lambda: TimeWindow(1.0))
    sure_detections: TimeWindow = field(default_factory=lambda: TimeWindow(1.0))
    places: TimeWindow = field(default_factory=lambda: TimeWindow(1.0))

    @classmethod
    def of(cls, candidate: Candidate, options: PipelineOptions, tool: ToolEvidence) -> ActiveSet:
        """Begin to follow a candidate."""
        move, side = candidate.move, candidate.side
        start = move.zone.assumed if options.start_at is None else options.start_at
        return cls(
            candidate,
            SetCoach(move, side, options.strictness),
            ContactTracker(start, move.segment, given=options.start_at is not None),
            tool,
            Sway(move.segment.sway, side) if move.segment.sway is not None else None,
        )

    def restart(self, strictness: str) -> None:
        """Coach from now on."""
        self.coach = SetCoach(self.candidate.move, self.candidate.side, strictness)

    def interrupt(self) -> None:
        """What comes does not follow on what was."""
        self.coach.interrupt()
        self.tracker.lose()
        if self.sway is not None:
            self.sway.forget()

    def see(self, t: float, detection: ToolDetection | None) -> None:
        """Add a look along this candidate's segment."""
        self.detections.add(t, float(detection is not None))
        self.sure_detections.add(t, float(detection is not None and detection.spread <= SURE_SPREAD))
        self.places.add(t, detection.position if detection is not None else nan)

    def rolled(self, body: Body, camera_motion: Array, look: DetectorResult | None) -> Rolled | None:
        """How far the contact rolled since the last moment, where a net tells; `look`: along its segment."""
        if self.sway is None:
            return None
        return self.sway.advance(body.pose, (body.stature_m, body.stature_px), camera_motion, look)

    @property
    def evidence(self) -> Evidence:
        """Whether the tool is steadily seen under the segment."""
        if self.sure_detections.mean > TOOL_SEEN:
            return "sure"
        return "seen" if self.detections.mean > TOOL_SEEN else "none"

    @property
    def elsewhere(self) -> bool:
        """Whether the tool is seen under another part of the body: who sits on it does not lie on it."""
        carries = self.candidate.move.segment.carries
        return carries is not None and (self.places.median < carries[0] or self.places.median > carries[1])
