"""Whether somebody is ready to roll: in position, and what is still missing."""

from __future__ import annotations

from typing import Final

from smr_vision.coach import Feedback

_IN_POSTURE: Final = ("setup", "rolling", "holding")


def in_posture(feedback: Feedback | None) -> bool:
    return feedback is not None and feedback.phase in _IN_POSTURE


def missing_of(feedback: Feedback | None) -> list[str]:
    """Cues of the checks that are wrong at this moment."""
    if feedback is None:
        return []
    return [v.check.cue for v in feedback.verdicts if v.state == "fault" or v.violated]


def judged_in(feedback: Feedback | None) -> bool:
    """Whether some check is right at this moment."""
    return feedback is not None and any(v.state == "ok" for v in feedback.verdicts)
