"""What a move is, as data: the schema of the `.toml` files in this folder, which `read` reads.

Code knows measures (`smr_vision.body`) and rules (this schema); what a move looks like, where the
tool belongs and what to say stands in its file. A trainer adds a move without Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from smr_vision.moves.measures import CONTACT_MEASURES, PASS_MEASURES
from smr_vision.moves.rules import (
    AdviceRule,
    Bound,
    Check,
    Count,
    Flag,
    Identifier,
    Joint,
    MoveData,
    Number,
    PostureBound,
    Range,
    ShortText,
)

# "outward" is towards the working side, "inward" away from it: left or right, by side.
Direction = Literal["up", "down", "outward", "inward"]
View = Literal["side", "oblique", "front", "back"]


_LEARNED_ON: Final = {"wall": "across", "seat": "floor"}  # the kind of segment that a net of the rolling knows


class Segment(MoveData):
    """The body segment the tool rolls along.

    `between`: from joint `start` (0) to joint `end` (1). `across`: sideways from `start`, one unit
    being half the shoulder width towards the working side; in the picture it is `along_wall` times half of what the
    shoulders are apart there. `floor`: along the floor from `start` towards `end`, one unit being the hip width.
    `centred`: the share of the tool's middle in where it touches; the rest is where its axis is seen to cross.
    `seen_ahead`: how much further along than it is the tool is seen, in the middle of many views; that is taken off.
    `carries`: no set opens while the tool is seen outside of this range; there it carries another part of the body.
    `hidden_from`: views from which the body hides the tool: there its absence can't be seen.
    `sway`: the net that tells how far the tool rolls, for this very segment (models/sway.md); without one the
    half-speed rule does.
    Joints: landmark names, "working ..."/"other ..." ones, or mid_shoulders, mid_hips, mid_knees, mid_ankles.
    """

    kind: Literal["between", "across", "floor"]
    start: Joint
    end: Joint
    length_h: Annotated[Number, Field(gt=0, lt=1)]
    along_wall: Annotated[Number, Field(gt=0, le=1)] = 1.0
    centred: Annotated[Number, Field(ge=0, le=1)] = 0.0
    seen_ahead: Number = 0.0
    carries: Range | None = None
    hidden_from: tuple[View, ...] = ()
    sway: Literal["wall", "seat"] | None = None
    grows: Direction
    shrinks: Direction


class Zone(MoveData):
    """Where the tool belongs along the segment.

    `assumed` is where it starts when it can't be seen, `seen_from` the side of the body that shows it in a picture.
    `unseen` is what to say where the tool is there and nobody can see how far along: that it is so, and what to change.
    """

    green: Range
    amber: Range
    assumed: Number
    seen_from: Literal["front", "back"] = "back"
    names: Annotated[dict[str, tuple[Number, Number]], Field(default_factory=dict)]
    unseen: ShortText = "Where the tool is on your body can't be seen from here. Film with all of it in the picture."

    def colour(self, along: float) -> Literal["green", "amber", "red"]:
        """How well the tool lies at a place along the segment."""
        if self.green[0] <= along <= self.green[1]:
            return "green"
        return "amber" if self.amber[0] <= along <= self.amber[1] else "red"


class Passes(MoveData):
    """What a pass is: its least extent, the checks that it needs; and how long a hold takes, at least and at most.

    `seen`: where this does not hold, in the mean over a set, nobody can see from the picture how far it rolls: passes,
    holds and what is judged by passes are then not known. `unseen` says so, and what to change.
    """

    least: Annotated[Number, Field(gt=0)]
    needs: tuple[Identifier, ...] = ()
    seen: tuple[Bound, ...] = ()
    unseen: ShortText = "From here the rolling can't be seen, so no passes are counted. Film from the side."
    hold_s: Annotated[Number, Field(gt=0)] = 3.0
    hold_most_s: Annotated[Number, Field(gt=0)] = 30.0


class TempoBand(MoveData):
    """Speed of the contact, cm/s: ideal band, advice above, fault above [domain, finding 3]."""

    ideal: Range
    advice: Number
    fault: Number


class Dose(MoveData):
    """How much of it: seconds on target of a set, sets, and the rest between them."""

    seconds: Range
    default_s: Number
    sets: tuple[Count, Count]
    rest_s: Number


class Tool(MoveData):
    """What it is done on, and how that feels."""

    kind: Literal["roller", "ball"]
    feel: ShortText


class Variation(MoveData):
    """An easier or a harder way to do it."""

    title: ShortText
    how: ShortText


class Move(MoveData):
    """One move. See `docs/moves.md`.

    `views` are where the camera may stand, the best first; `working_near` says that the working side has to
    be the one nearest the camera. The live coach asks people to turn by these.
    """

    id: Identifier
    title: ShortText
    muscles: ShortText
    purpose: Annotated[tuple[ShortText, ...], Field(min_length=1)]
    tools: Annotated[tuple[Tool, ...], Field(min_length=1)]
    variations: tuple[Variation, ...] = ()
    camera: ShortText
    views: Annotated[tuple[View, ...], Field(min_length=1)] = ("side", "oblique", "front", "back")
    working_near: Flag = False
    sided: Flag
    segment: Segment
    zone: Zone
    passes: Passes
    tempo: TempoBand
    dose: Dose
    load: tuple[Identifier, ...]
    posture: Annotated[tuple[PostureBound, ...], Field(min_length=2)]
    checks: Annotated[tuple[Check, ...], Field(min_length=1)]
    advice: tuple[AdviceRule, ...] = ()
    steps: Annotated[tuple[ShortText, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> Move:
        ids = [check.id for check in self.checks]
        twice = {i for i in ids if ids.count(i) > 1}
        if twice:
            raise ValueError(f"two checks are called {sorted(twice)[0]!r}; each id may stand once")
        rules = [r for c in self.checks for r in c.rules]
        named = {*self.load, *self.passes.needs, *(i for r in rules for i in r.only_if)}
        if unknown := sorted(named - set(ids)):
            raise ValueError(f"no check is called {unknown[0]!r}; allowed: {', '.join(ids)}")
        bounds = [
            *self.posture,
            *(b for r in rules for b in (*r.bounds, *r.unless, *r.or_unless, *r.only_when)),
            *(b for a in self.advice for b in a.bounds),
            *self.passes.seen,
        ]
        named_by_side = (*(b.measure for b in bounds), self.segment.start, self.segment.end)
        of_body = [*self.posture, *(b for a in self.advice for b in a.bounds), *self.passes.seen]
        if other := [b.measure for b in of_body if b.measure in {*CONTACT_MEASURES, *PASS_MEASURES}]:
            raise ValueError(f"{other[0]!r} is known in checks alone: a posture or advice needs a measure of the body")
        sided = [name for name in named_by_side if " " in name]
        if sided and not self.sided:
            raise ValueError(f"{sided[0]!r} needs `sided = true`")
        if self.segment.sway is not None and self.segment.kind != (kind := _LEARNED_ON[self.segment.sway]):
            raise ValueError(f'`sway = "{self.segment.sway}"` needs `kind = "{kind}"`: leave it away')
        if self.working_near and not self.sided:
            raise ValueError("`working_near` needs `sided = true`")
        return self

    @cached_property
    def by_id(self) -> Mapping[str, Check]:
        """The checks by their ids."""
        return {check.id: check for check in self.checks}

    @property
    def sides(self) -> tuple[Literal["left", "right"] | None, ...]:
        """The sides it is done on; (None,) where it has none."""
        return ("left", "right") if self.sided else (None,)

    def titled(self, side: str | None) -> str:
        """The title with a side, as shown and spoken."""
        return f"{self.title}, {side} side" if side is not None else self.title
