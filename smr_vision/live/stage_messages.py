"""What passes between the stages of a live session: what the flow is told, and what it has shown and said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Literal

from smr_vision.coach import Feedback, SetDone
from smr_vision.coach.cues import Cue
from smr_vision.coach.recogniser import Candidate
from smr_vision.coach.sets import passes_words, place_words
from smr_vision.live.framing import FramingHint
from smr_vision.live.routine import Item
from smr_vision.live.sounds import Tone
from smr_vision.moves import Move

Stage = Literal["screen", "framing", "setup", "countdown", "rolling", "rest", "summary", "over"]
Sign = Literal["arm", "space", "next", "again", "skip", "switch", "quit"]
Asked = Literal["before", "after"]


@dataclass(frozen=True)
class LiveInput:
    """What the flow is told about one picture. `ended` is the set that ended with it, by itself."""

    t: float
    feedback: Feedback | None
    findings: tuple[FramingHint, ...] = ()
    cue: Cue | None = None
    signs: tuple[Sign, ...] = ()
    rating: int | None = None
    ended: SetDone | None = None
    arm_raised: bool = False
    notice: str | None = None  # why there is no set though somebody is in position
    other: Candidate | None = None  # what somebody is in position for, instead of the move that is on


@dataclass(frozen=True)
class Utterance:
    """Something to say, with a sound before it. A cue interrupts what is being said; a word waits its turn. What could
    not be said for `good_s` is out of date, and is not said."""

    say: str
    kind: Literal["cue", "word"] = "word"
    sound: Tone | None = None
    good_s: float = 8.0


@dataclass(frozen=True)
class Breath:
    """The pacer at a tender spot: which half of a breath, how far through it, seconds of the hold left."""

    half: Literal["in", "out"]
    share: float
    left_s: float


@dataclass(frozen=True)
class Early:
    """A set that was left before its time: seconds on target that were done, and those that were left."""

    item: Item
    done_s: float

    @property
    def left_s(self) -> float:
        return self.item.seconds - self.done_s


@dataclass(frozen=True)
class Tally:
    """A set that is done, as the summary shows it."""

    title: str
    pass_count: int | None  # None where they could not be seen
    on_target_s: float  # NaN where it could not be known
    faults: int
    assumed: bool = False  # the tool could not be seen: where it touched rests on what was said
    unplaced: bool = False  # where it touched could not be seen

    @property
    def sign(self) -> Literal["ok", "watch", "unknown"]:
        """Without a pass nothing was done that could have been right."""
        return "watch" if self.faults else "ok" if self.pass_count else "unknown"

    @property
    def passes(self) -> str:
        return passes_of((self,))

    @property
    def seconds(self) -> str:
        """Seconds on target as they are shown: a dash where they are not known."""
        if isnan(self.on_target_s):
            return "\N{EN DASH}"
        return f"{self.on_target_s:.0f} s{place_of((self,))}"


def place_of(tallies: Sequence[Tally]) -> str:
    """What has to stand beside their seconds on target where nobody saw the tool's place; else nothing."""
    return place_words(assumed=any(t.assumed for t in tallies), unplaced=any(t.unplaced for t in tallies))


def passes_of(tallies: Sequence[Tally]) -> str:
    """How many passes all of them have, as far as they are known."""
    known = [t.pass_count for t in tallies if t.pass_count is not None]
    return passes_words(None if tallies and not known else sum(known))


def target_of(tallies: Sequence[Tally]) -> str:
    """Seconds on target of all of them that are known, as one reads them after a set and at the end."""
    known = [t for t in tallies if not isnan(t.on_target_s)]
    if not known:
        return "time on target not known"
    return f"{sum(t.on_target_s for t in known):.0f} s on target{place_of(known)}"


@dataclass(frozen=True)
class Now:
    """All that the screen shows and the voice says at one moment.

    `finish_set` asks for the set under way to be ended, `asking` is the discomfort asked for,
    `left_s` what is left of the stage of `stage_s`, and `session_left_s` of all that is planned.
    """

    t: float
    stage: Stage
    item: Item | None = None
    upcoming: Item | None = None
    paused: bool = False
    findings: tuple[FramingHint, ...] = ()
    instruction: str = ""
    count: int | None = None
    left_s: float = 0.0
    stage_s: float = 0.0
    session_left_s: float = 0.0
    banner: Cue | None = None
    breath: Breath | None = None
    asking: Asked | None = None
    tick: bool = False
    lines: tuple[Utterance, ...] = ()
    finish_set: bool = False
    tallies: tuple[Tally, ...] = ()
    left_early: bool = False
    closing: tuple[str, ...] = ()
    other: Move | None = None  # this looks like it: switch?
    early: Early | None = None  # what may be gone on with

    @property
    def ending(self) -> str:
        """The heading of the summary: not all is done where it was left, or where no set came of it."""
        return "So far" if self.left_early or not self.tallies else "All done"
