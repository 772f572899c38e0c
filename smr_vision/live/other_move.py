"""Whether somebody is in position for another move than the one that is on.

On every second kept clip of the proving ground it is never said of the 57 in which the right move is done, in 111 of
171 pairs of a clip and another of the four moves (by its right name in 109), and in 18 of 48 with a clip of no move.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from smr_vision.body import Body
from smr_vision.coach.recogniser import IN_POSTURE, OUT_OF_POSTURE, Candidate, candidates, posture_scores
from smr_vision.moves import Move

EVERY_S: Final = 0.5  # looked at so often: it is no hurry
SURE_S: Final = 3.0  # and told when it has been so for this long


class OtherMove:
    """Follows which of `moves` somebody is in position for, by the body alone."""

    def __init__(self, moves: Mapping[str, Move]) -> None:
        self._among = candidates(moves, None, None)
        self._looked = self._since = -1e9
        self._like: Candidate | None = None

    def forget(self) -> None:
        self._like = None

    def update(self, t: float, body: Body | None, wanted: Move) -> Candidate | None:
        """Add a moment; the other move and its side, once that is sure. None while `wanted` may be meant as well."""
        if t - self._looked >= EVERY_S:
            self._looked = t
            like = _best(self._among, body, wanted)
            if like is None or self._like is None or like.move.id != self._like.move.id:
                self._since = t
            self._like = like
        return self._like if t - self._since >= SURE_S else None


def _best(among: tuple[Candidate, ...], body: Body | None, wanted: Move) -> Candidate | None:
    if body is None or any(
        posture_scores(Candidate(wanted, side), body).possible >= OUT_OF_POSTURE for side in wanted.sides
    ):
        return None
    scores = [(posture_scores(c, body).plain, i) for i, c in enumerate(among) if c.move.id != wanted.id]
    score, best = max(scores, default=(0.0, 0))
    return among[best] if score >= IN_POSTURE else None
