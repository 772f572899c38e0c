"""What is judged of a move, as data: bounds on measures, the rules and checks made of them, and advice at the end."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, model_validator

from smr_vision.moves.measures import PASS_MEASURES, known_joint, known_measure

Severity = Literal["safety", "form", "tempo"]


class MoveData(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _is_range(value: tuple[float, float]) -> tuple[float, float]:
    if not value[0] < value[1]:
        raise ValueError(f"the range {list(value)} is upside down: give the smaller number first")
    return value


# Text that reads as a number, or as yes or no, is none: "172" is a slip.
Number = Annotated[float, Strict()]
Count = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Measure = Annotated[str, AfterValidator(known_measure)]
Joint = Annotated[str, AfterValidator(known_joint)]
Range = Annotated[tuple[Number, Number], AfterValidator(_is_range)]
ShortText = Annotated[str, Field(min_length=1, max_length=120)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,30}$")]


class Bound(MoveData):
    """A measure and where it should be: `at_least`, `at_most`, or both.

    `slack` is how far outside it may be while still in doubt: the hysteresis of a check, the soft
    edge of a posture. `tolerance` is how much of the bound is leeway around the ideal: strictness
    scales it.
    """

    measure: Measure
    at_least: Number = -inf
    at_most: Number = inf
    slack: Annotated[Number, Field(ge=0)] = 0.0
    tolerance: Annotated[Number, Field(ge=0)] = 0.0

    @model_validator(mode="after")
    def _a_bound(self) -> Bound:
        if self.at_least == -inf and self.at_most == inf:
            raise ValueError("give at_least, at_most, or both")
        if not self.at_least < self.at_most:
            raise ValueError(f"at_least {self.at_least} is not below at_most {self.at_most}")
        return self

    def holds(self, value: float, loosen: float = 0.0) -> bool:
        """Whether `value` lies within, each end moved outwards by `loosen`."""
        return self.at_least - loosen <= value <= self.at_most + loosen


class PostureBound(Bound):
    """One sign of the move.

    `waived_by_tool`: not needed when the tool is seen under the segment, `waived_by_sure_tool`: when it is seen so well
    that it can't lie beside it. `prefers`: only tips the balance between sides or moves, never rules one out. `opens`:
    needed to open a set, not to stay in it, because losing it is a fault of the move itself.
    """

    waived_by_tool: Flag = False
    waived_by_sure_tool: Flag = False
    prefers: Flag = False
    opens: Flag = False


class Rule(MoveData):
    """When to look at which bounds. All bounds of a rule must hold.

    `always`: every moment; `setup`: the mean over a still second before the first pass; `pass`: the
    mean over each pass; `sweep`: every sweep between two turning points, however short. `unless`: other
    evidence that all is well; while every one of these bounds holds, an `always` rule is not broken. `or_unless`: a
    second such evidence, which is enough by itself. Of a `setup`, `pass` or `sweep` rule the verdict is in doubt, and
    so unknown, while a value is outside of its bound by no more than its slack.
    `only_when`: what has to be seen for it to be judged at all, because it tells that the measures can be right.
    """

    when: Literal["always", "setup", "pass", "sweep"] = "always"
    bounds: Annotated[tuple[Bound, ...], Field(min_length=1)]
    only_if: tuple[Identifier, ...] = ()
    unless: tuple[Bound, ...] = ()
    or_unless: tuple[Bound, ...] = ()
    only_when: tuple[Bound, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Rule:
        if (self.unless or self.or_unless or self.only_when) and self.when != "always":
            raise ValueError('`unless` and `only_when` need `when = "always"`')
        early = [b.measure for b in (*self.bounds, *self.unless, *self.or_unless, *self.only_when)]
        if self.when in ("always", "setup") and (late := [name for name in early if name in PASS_MEASURES]):
            raise ValueError(f'{late[0]!r} is known once a pass is over: it needs `when = "pass"` or "sweep"')
        return self


class Check(MoveData):
    """One thing to get right, with the words for it."""

    id: Identifier
    title: ShortText
    severity: Severity
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
    target: ShortText
    cue: ShortText
    say: ShortText
    fixed: ShortText
    persist_s: Annotated[Number, Field(ge=0, le=1.5)] = 0.8

    @property
    def of_passes(self) -> bool:
        """Whether any of it is judged by whole passes."""
        return any(rule.when in ("pass", "sweep") for rule in self.rules)


class AdviceRule(MoveData):
    """Something to say once at the end, when its bounds hold on average over a set."""

    bounds: Annotated[tuple[Bound, ...], Field(min_length=1)]
    text: ShortText


# By how much of its tolerance a bound is wider for a beginner and narrower for the strict. Safety
# checks are never loosened.
STRICTNESS: Final[Mapping[str, float]] = {"beginner": 0.5, "standard": 0.0, "strict": -0.5}
