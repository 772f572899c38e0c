"""Whether somebody is in position for another move than the one that is on, with a tool for it seen there.

The body alone is not believed: who sits or stretches beside the mat is in position for something. Figures:
docs/accuracy_log.md (`benchmarks/proving/other_move.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from typing import Final

from smr_vision.body import Body
from smr_vision.coach.recogniser import IN_POSTURE, OUT_OF_POSTURE, Candidate, candidates, posture_scores
from smr_vision.moves import Move
from smr_vision.pipeline.river import ToolDetector
from smr_vision.tool.axis import axis_of
from smr_vision.tool.evidence import ToolEvidence
from smr_vision.video import Frame
from smr_vision.video.sampling import look_of

SURE_S: Final = 3.0  # and told when it has been so for this long


class OtherMove:
    """Follows which of `moves` somebody is in position for, the tool for it seen by `finder`; without one nothing is
    told."""

    def __init__(self, moves: Mapping[str, Move], finder: ToolDetector | None) -> None:
        self._among = candidates(moves, None, None)
        self._finder = finder
        self._looks, self._since = -1, -1e9
        self._like: Candidate | None = None
        self._tool = ToolEvidence()

    def forget(self) -> None:
        self._like = None

    def detect(self, frame: Frame, body: Body | None, wanted: Move) -> Candidate | None:
        """Add a moment; the other move and its side, once that is sure. None while `wanted` may be meant as well."""
        t, looks = frame.t, look_of(frame.t)
        if self._finder is not None and looks != self._looks:
            self._looks = looks
            like = _best(self._among, body, wanted)
            if like is None or self._like is None or like.move.id != self._like.move.id:
                self._since, self._tool = t, ToolEvidence()
            self._like = like
            if like is not None and body is not None:
                look = self._finder.detect(
                    frame, body, axis_of(body, like.move.segment, like.side), like.move, like.side
                )
                self._tool.add(t, look.chance if look is not None else nan, hidden=False)
        sure = self._like is not None and t - self._since >= SURE_S and self._tool.presence == "seen"
        return self._like if sure else None


def _best(among: tuple[Candidate, ...], body: Body | None, wanted: Move) -> Candidate | None:
    if body is None or any(
        posture_scores(Candidate(wanted, side), body).possible >= OUT_OF_POSTURE for side in wanted.sides
    ):
        return None
    scores = [(posture_scores(c, body).plain, i) for i, c in enumerate(among) if c.move.id != wanted.id]
    score, best = max(scores, default=(0.0, 0))
    return among[best] if score >= IN_POSTURE else None
