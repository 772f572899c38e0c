"""Getting into position: since when somebody is in it. What came before is no part of a set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from smr_vision.body import Body
from smr_vision.moves import Move
from smr_vision.tool import SETTLED_S, TURNING_DEG, Contact

LONGEST_ARRIVAL_S: Final = 4.0  # who never holds still is in position all the same [E]
FLICKER_S: Final = 0.35  # out of posture for less: a sign of it was not seen well in a picture or three [E]


@dataclass(frozen=True, eq=False)
class SetMoment:
    """What a coach is told of one picture; `body`: None when nobody is seen."""

    body: Body | None
    contact: Contact
    in_posture: bool
    confidence: float


class Arrival:
    """Follows how somebody gets into the position of `move`; `over` once they are in it."""

    def __init__(self, move: Move) -> None:
        self._most_turn = TURNING_DEG[move.segment.kind]
        self._moments: list[SetMoment] = []
        self.over = False

    def add(self, moment: SetMoment) -> list[SetMoment]:
        """Add a moment; once it is over those that belong to the set, this one last, and none before."""
        t = moment.contact.t
        if not moment.in_posture:
            if self._moments and t - self._moments[-1].contact.t > FLICKER_S:
                self._moments.clear()
            return []
        self._moments.append(moment)
        if not moment.contact.settled and t - self._moments[0].contact.t < LONGEST_ARRIVAL_S:
            return []
        self.over = True
        belong, self._moments = self._moments[self._first(moment.contact) :], []
        return belong

    def _first(self, contact: Contact) -> int:
        """In position since the last second, and before it while the slant was the same already. Of somebody badly
        seen, who never seems to hold still, the slant of a moment is the median of those around it."""
        first = next(k for k, one in enumerate(self._moments) if one.contact.t >= contact.t - SETTLED_S)
        kept, around = self._slant(self._moments[first:]), 0.0 if contact.settled else FLICKER_S
        while first:
            t = self._moments[first - 1].contact.t
            turned = abs(self._slant(m for m in self._moments if abs(m.contact.t - t) <= around) - kept)
            if not turned <= self._most_turn:  # or not known
                break
            first -= 1
        return first

    @staticmethod
    def _slant(moments: Iterable[SetMoment]) -> float:
        return float(np.median([one.contact.slant for one in moments]))
