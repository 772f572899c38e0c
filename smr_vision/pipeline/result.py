"""What comes out of the pipeline, one for each picture that was measured."""

from __future__ import annotations

from dataclasses import dataclass

from smr_vision.body import Array, Body
from smr_vision.body.picture_change import Change
from smr_vision.coach import Feedback
from smr_vision.coach.recogniser import Guess
from smr_vision.pose import Pose
from smr_vision.tool import Contact, DetectorResult
from smr_vision.tool.axis import SegmentAxis


@dataclass(frozen=True, eq=False)
class FrameResult:
    """What is known of one picture that was measured.

    Attributes
    ----------
    t : float
        Seconds from the first picture.
    pose : Pose
        Landmarks of the person who is coached; `pose.found` is False when nobody is seen.
    body : Body or None
        Joint angles (degrees), heights and distances (statures); None when nobody is seen.
    axis : SegmentAxis or None
        The move's segment in the picture (pixels); None outside of a posture.
    feedback : Feedback or None
        Phase, checks, passes and time on target up to now; None outside of a posture.
    guess : Guess or None
        Which move the posture is taken for.
    camera_motion : ndarray (2,) or None
        How far the background has moved in the picture since the first one, pixels.
    searched : str or None
        Along which line (`line_of`) the tool was looked for; None: in this picture it was not.
    detector_result : DetectorResult or None
        What the tool detector said there.
    notice : str or None
        Why there is no set though somebody is in the posture of a move.
    change : Change or None
        How far the picture is another one than the one before, shares: where the person is and around them, in fine
        detail and in coarse shapes; None where nobody was seen in both.
    """

    t: float
    pose: Pose
    body: Body | None
    axis: SegmentAxis | None
    feedback: Feedback | None
    guess: Guess | None
    camera_motion: Array | None = None
    searched: str | None = None
    detector_result: DetectorResult | None = None
    notice: str | None = None
    change: Change | None = None

    @property
    def contact(self) -> Contact | None:
        """Where the tool touches, `contact.position` in lengths of the move's segment; None outside of a posture."""
        return self.feedback.contact if self.feedback is not None else None
