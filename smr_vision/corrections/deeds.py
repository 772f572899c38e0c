"""What a trainer can do to a session. Parts are named by where they were recorded (`s0`, `s0.f1`, `s0.p2`, `s0.h0`) or,
added by a correction, by its number (`e7`)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Id = Annotated[str, Field(pattern=r"^(s\d{1,4}(\.[fph]\d{1,5})?|e\d{1,5})$")]
Seconds = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,30}$")]


class _Deed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Span(_Deed):
    start_s: Seconds
    end_s: Seconds

    @model_validator(mode="after")
    def _forward(self) -> _Span:
        if not self.start_s < self.end_s:
            raise ValueError("the end has to come after the start")
        return self


class DismissFault(_Deed):
    do: Literal["dismiss_fault", "restore_fault"]
    part: Id


class AddFault(_Span):
    do: Literal["add_fault"]
    check: Identifier
    words: Annotated[str, Field(max_length=120)] = ""


class AddPart(_Span):
    do: Literal["add_pass", "add_hold"]


class MovePart(_Span):
    """A pass, a hold, or the borders of a set."""

    do: Literal["move"]
    part: Id


class RemovePart(_Deed):
    """A pass or a hold; of a set: it was none."""

    do: Literal["remove"]
    part: Id


class Describe(_Deed):
    do: Literal["describe_set"]
    part: Id
    move: Identifier
    side: Literal["left", "right"] | None = None


class Split(_Deed):
    do: Literal["split_set"]
    part: Id
    at_s: Seconds


class Join(_Deed):
    """Join a set with the next one."""

    do: Literal["join_sets"]
    part: Id


class AddSet(_Span):
    do: Literal["add_set"]
    move: Identifier
    side: Literal["left", "right"] | None = None


Deed = DismissFault | AddFault | AddPart | MovePart | RemovePart | Describe | Split | Join | AddSet
