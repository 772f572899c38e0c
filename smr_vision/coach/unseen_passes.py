"""What is told of a set whose rolling can't be seen from where it is filmed: all but passes and what rests on them.

A count that nobody can know is neither zero nor a guess; nor is anything too fast, or held, that can't be seen to move.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import nan

from smr_vision.coach.checks import FaultSpan, Verdict
from smr_vision.coach.sets import Feedback, Phase, SetDone


def feedback_without(feedback: Feedback) -> Feedback:
    """A moment of such a set."""
    return replace(
        feedback,
        phase=_phase(feedback.phase),
        pass_count=0,
        hold_s=0.0,
        speed_cm_s=nan,
        verdicts=tuple(Verdict(v.check, "unknown", nan) if v.check.of_passes else v for v in feedback.verdicts),
        new_faults=_of_posture(feedback.new_faults),
        running=_of_posture(feedback.running),
        told_late=tuple(replace(one, phase=_phase(one.phase), pass_count=None) for one in feedback.told_late),
        uncounted=True,
    )


def set_without(done: SetDone) -> SetDone:
    """Such a set once it is over."""
    of_passes = {check.id for check in done.move.checks if check.of_passes}
    return replace(
        done,
        passes=(),
        holds=(),
        faults=_of_posture(done.faults),
        check_s={
            name: (0.0, 0.0, sum(seconds)) if name in of_passes else seconds for name, seconds in done.check_s.items()
        },
        uncounted=True,
    )


def _phase(phase: Phase) -> Phase:
    return "rolling" if phase == "holding" else phase


def _of_posture(faults: Iterable[FaultSpan]) -> tuple[FaultSpan, ...]:
    return tuple(fault for fault in faults if not fault.check.of_passes)
