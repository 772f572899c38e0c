"""Which move this is, on which side, by posture alone; and "none" rather than a guess.

Each candidate's posture bounds (from its move file) are scored softly and multiplied: every sign
must be there, one that is missing rules the move out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf, isnan
from typing import Final, Literal

from smr_vision.body import Body, opposite
from smr_vision.moves import Move, PostureBound
from smr_vision.tool.axis import line_of
from smr_vision.tool.evidence import Presence

Side = Literal["left", "right"]
Evidence = Literal["none", "seen", "sure"]  # of a tool under the segment: none, one that may lie beside it, sure

LAG_S: Final = 0.5  # time constant of the scores: a move is named within a second or two
IN_POSTURE: Final = 0.45  # score from which somebody is in the posture of a move
OUT_OF_POSTURE: Final = 0.25
UNSEEN: Final = 0.6  # score of a sign that can't be seen: in doubt, but no veto
PREFERENCE: Final = 0.7  # the least score of a sign that only tips the balance
STAYS_S: Final = 8.0  # a set goes on this long without the signs that opened it
SWITCH_MARGIN: Final = 0.2  # another candidate must be this much better to take over
EMPTY_S: Final = 3.0  # where no tool was seen it is looked for again after this long, if anything else fits
SEEN_FOR_S: Final = 1.0  # where a tool was seen it may be said to be for so long
SEEN_BONUS: Final = 0.5
RIVALS_EVERY_S: Final = 0.2  # while a set is open the other candidates are scored this often


@dataclass(frozen=True)
class Candidate:
    """A move, and the side on which it may be done: None where it has none."""

    move: Move
    side: Side | None

    @property
    def key(self) -> tuple[str, str | None]:
        """The move's id and the side."""
        return self.move.id, self.side

    @property
    def mirrored(self) -> Candidate | None:
        """The other side of a move at a wall, whose tool may be seen there: from beside both shoulders lie on one spot
        of the picture, and the body tells which is worked."""
        if self.move.segment.kind != "across" or self.side is None:
            return None
        return Candidate(self.move, opposite(self.side))


@dataclass(frozen=True)
class Guess:
    """The move and side being done (`candidate`), its `score` and its `confidence` against the other moves, 0 to 1."""

    candidate: Candidate
    score: float
    confidence: float


def candidates(moves: Mapping[str, Move], move: str | None, side: Side | None) -> tuple[Candidate, ...]:
    """All moves and sides, or those asked for."""
    chosen = [moves[move]] if move is not None else list(moves.values())
    return tuple(Candidate(m, s) for m in chosen for s in m.sides if side is None or s is None or s == side)


def membership(bound: PostureBound, value: float, *, strictly: bool = False) -> float:
    """1 within the bound, falling to 0 over its slack outside; `strictly`: also of a sign that only prefers."""
    if isnan(value):
        score = UNSEEN
    elif bound.at_least <= value <= bound.at_most:
        return 1.0
    else:
        off = max(bound.at_least - value, value - bound.at_most)
        score = max(1.0 - off / bound.slack, 0.0) if bound.slack > 0 else 0.0
    return max(score, PREFERENCE) if bound.prefers and not strictly else score


@dataclass(frozen=True)
class Scores:
    """How well a body fits a candidate's posture, 0..1: as if the tool were surely seen, the same without the signs
    that only tip the balance, with a tool that is seen but may lie beside (then all other signs must be there), by the
    body alone, and by the signs needed to stay in it."""

    possible: float = 0.0
    firm: float = 0.0
    with_tool: float = 0.0
    plain: float = 0.0
    staying: float = 0.0

    def given(self, tool: Evidence, candidate: Candidate) -> float:
        """The score by what is known of the tool."""
        # A tool that may lie beside somebody speaks against lying on one as much as for it.
        beside = any(bound.waived_by_sure_tool for bound in candidate.move.posture)
        seen = self.with_tool if beside else max(self.plain, self.with_tool)
        return {"none": self.plain, "seen": seen, "sure": self.firm}[tool]

    def towards(self, now: Scores, share: float) -> Scores:
        """These scores moved a share of the way to `now`."""
        return Scores(
            self.possible + share * (now.possible - self.possible),
            self.firm + share * (now.firm - self.firm),
            self.with_tool + share * (now.with_tool - self.with_tool),
            self.plain + share * (now.plain - self.plain),
            self.staying + share * (now.staying - self.staying),
        )


def posture_scores(candidate: Candidate, body: Body) -> Scores:
    """Score one moment of a body against a candidate's posture."""
    possible = firm = with_tool = plain = staying = 1.0
    # Only where a tool may lie beside somebody: then its being seen is not enough.
    strictly = any(bound.waived_by_sure_tool for bound in candidate.move.posture)
    for bound in candidate.move.posture:
        value = body.measure(bound.measure, candidate.side)
        score = membership(bound, value)
        plain *= score
        if not bound.waived_by_tool:
            if not bound.prefers:
                with_tool *= score
            elif strictly:
                with_tool *= membership(bound, value, strictly=True)
        if not (bound.waived_by_tool or bound.waived_by_sure_tool):
            possible *= score
            firm *= 1.0 if bound.prefers else score
            staying *= 1.0 if bound.opens or bound.prefers else score
        if staying == 0.0:  # and with it all
            return Scores()
    return Scores(possible, firm, with_tool, plain, staying)


def _place(candidate: Candidate) -> tuple[str, Side | None]:
    """Where a candidate has the tool: of two legs one lies on it; under the seat and at a wall it is the same for both
    sides, and the body tells which."""
    return candidate.move.id, candidate.side if candidate.move.segment.kind == "between" else None


class Recogniser:
    """Follows the scores of all candidates over time."""

    def __init__(self, among: Sequence[Candidate]) -> None:
        self.among = tuple(among)
        self._scores = dict.fromkeys((c.key for c in among), Scores())
        self._scored_t = dict.fromkeys(self._scores, -inf)
        self._rivals_t = -inf
        self._current: Candidate | None = None
        self._open: str | None = None  # the move of the open set
        self._full_at = -1e9
        self._told: dict[tuple[str, str | None], tuple[float, Presence | None]] = {}  # of a candidate's tool, and when

    def classify(self, t: float, body: Body | None, tool: Evidence, locked: bool) -> Guess | None:
        """Add a moment; the best candidate, or None. While `locked` (a set is open) move and side stay
        as long as their posture does, and no other move takes over: sitting between two passes is near to several. A
        set ends by being left.

        Candidates are ranked as if the tool were surely seen, so that it is looked for where it may be; the
        score of the guess says what is known: `tool` is about the guess given last.
        """
        current = self._current
        if not locked:
            self._open = None
        elif self._open is None and current is not None:
            self._open = current.move.id
        if locked and current is not None and t - self._rivals_t < RIVALS_EVERY_S:
            self._see(current, t, body)
        else:
            self._rivals_t = t
            for candidate in self.among:
                self._see(candidate, t, body)
        if current is not None:
            score = self._score(current, tool, locked)
            if max(score, self._scores[current.key].plain) >= IN_POSTURE:
                self._full_at = t if self._scores[current.key].firm >= IN_POSTURE else self._full_at
            if locked and score >= IN_POSTURE and t - self._full_at <= STAYS_S:
                return Guess(current, score, self._confidence(current, score))
        among = [c for c in self.among if self._open in (None, c.move.id)]
        best = max(among, key=lambda c: self._rank(c, t))
        if current is not None:
            score = self._rank(current, t)
            challenged = self._rank(best, t) > score + SWITCH_MARGIN
            other_side = locked and best.move.id == current.move.id
            if score >= OUT_OF_POSTURE and (not challenged or other_side):
                best = current
        same = current is not None and best.key == current.key
        if not same:
            self._full_at = t
        self._current = best if self._scores[best.key].firm >= OUT_OF_POSTURE else None
        if self._current is None:
            return None
        score = self._score(best, tool if same else "none", False)
        return Guess(best, score, self._confidence(best, score))

    def told(self, candidate: Candidate, presence: Presence | None, t: float) -> None:
        """What is known of a tool where this candidate has it. Where it is seen goes before where it may be, and for a
        while before where nothing lies."""
        self._told[_place(candidate)] = t, presence

    def rival(self, candidate: Candidate, t: float) -> Candidate | None:
        """Who else fits the posture best, with another place for the tool; None: nobody."""
        others = [c for c in self.among if c.key != candidate.key and self._rank(c, t) >= OUT_OF_POSTURE]
        line = line_of(candidate.move.segment, candidate.side)
        others = [c for c in others if line_of(c.move.segment, c.side) != line]
        others = [c for c in others if _place(c) != _place(candidate)]
        return max(others, key=lambda c: self._rank(c, t), default=None)

    def _rank(self, candidate: Candidate, t: float) -> float:
        scores = self._scores[candidate.key]
        if scores.firm < OUT_OF_POSTURE:
            return -inf
        then, presence = self._told.get(_place(candidate), (-inf, None))
        if presence == "seen" and t - then < SEEN_FOR_S:
            return scores.possible + SEEN_BONUS
        return scores.possible - (1.0 if presence == "absent" and t - then < EMPTY_S else 0.0)

    def _see(self, candidate: Candidate, t: float, body: Body | None) -> None:
        key = candidate.key
        lag = 1 - exp(-max(t - self._scored_t[key], 0.0) / LAG_S)
        now = posture_scores(candidate, body) if body is not None else Scores()
        self._scores[key], self._scored_t[key] = self._scores[key].towards(now, lag), t

    def _score(self, candidate: Candidate, tool: Evidence, locked: bool) -> float:
        scores = self._scores[candidate.key]
        if locked:
            return scores.staying
        return scores.given(tool, candidate)

    def _confidence(self, best: Candidate, score: float) -> float:
        rivals = [self._scores[c.key].plain for c in self.among if c.move.id != best.move.id]
        return max(min(score, score - 0.5 * max(rivals, default=0.0)), 0.0)
