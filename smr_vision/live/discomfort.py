"""Discomfort before and after a set, 0 to 10: when it is asked for, and which set an answer belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from smr_vision.live.stage_messages import Asked, Stage

ASKED_S: Final = 10.0  # discomfort is asked for this long

STOP_ADVICE: Final = (
    "That is too much. Stop here and rest. If it stays, or you feel numbness or sharp pain, see a professional."
)


@dataclass
class Ratings:
    """Discomfort before and after one set, 0..10."""

    before: int | None = None
    after: int | None = None


class DiscomfortQuestions:
    """Gathers the answers. `ratings` are of the sets as they were done; `wanted` says whether to ask at all."""

    def __init__(self, wanted: bool) -> None:
        self.wanted = wanted
        self.ratings: list[Ratings] = []
        self._before: int | None = None
        self._after: int | None = None
        self._answered = False

    @property
    def unsaid(self) -> bool:
        """Whether it is wanted before the next set, and was not said yet."""
        return self.wanted and self._before is None

    def new_stage(self) -> None:
        """Another stage: it may be asked for again."""
        self._answered = False

    def set_done(self) -> None:
        """A set is kept: what was said before it and right after it belongs to it."""
        self.ratings.append(Ratings(self._before, self._after))
        self._before = self._after = None

    def answer(self, rating: int, stage: Stage, lingering: bool) -> bool:
        """Take an answer; False when it came at a time when there is nothing to rate."""
        if stage in ("framing", "setup", "countdown"):
            self._before = rating
        elif lingering:
            self._after = rating
        elif stage in ("rest", "summary") and self.ratings:
            self.ratings[-1].after = rating
        else:
            return False
        self._answered = True
        return True

    def asked(self, stage: Stage, in_stage_s: float, lingering: bool) -> Asked | None:
        """What is asked for at this moment."""
        if not self.wanted or self._answered or in_stage_s > ASKED_S:
            return None
        if stage == "setup" and self._before is None:
            return "before"
        return "after" if stage in ("rest", "summary") and (self.ratings or lingering) else None
