"""One set of one move: phases, checks, passes, holds, time on target. One sample at a time."""

from smr_vision.coach.set_coach import CLOSES_S, OPENS_S, SetCoach
from smr_vision.coach.sets import Feedback, PassDone, Phase, SetDone, ZoneName

__all__ = ["CLOSES_S", "OPENS_S", "Feedback", "PassDone", "Phase", "SetCoach", "SetDone", "ZoneName"]  # fmt: skip
