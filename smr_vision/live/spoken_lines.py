"""What is said during a stage of a live session, and what was said already."""

from __future__ import annotations

from math import floor
from typing import Final, Literal

from smr_vision.live.routine import Item
from smr_vision.live.sounds import Tone
from smr_vision.live.stage_messages import Breath, Utterance

SAY_AGAIN_S: Final = 6.0  # an instruction that isn't followed is said again after this
OTHER_S: Final = 2.5  # another instruction comes after this at the earliest
STEP_S: Final = 4.5  # from one step of a set-up to the next
WAITS_S: Final = 8.0  # a word that may wait is out of date after this
OF_THE_MOMENT_S: Final = 1.0  # and what is said to a moment after this
BREATHE_IN_S: Final = 4.0  # [domain]
BREATHE_OUT_S: Final = 6.0


class Script:
    """Gathers the lines of one moment; remembers what was said in this stage."""

    def __init__(self) -> None:
        self.lines: tuple[Utterance, ...] = ()
        self._once: set[str] = set()
        self._last: tuple[str, float] = ("", -1e9)

    def new_moment(self) -> None:
        self.lines = ()

    def new_stage(self) -> None:
        self._once = set()

    def say(
        self, words: str, kind: Literal["cue", "word"] = "word", sound: Tone | None = None, good_s: float | None = None
    ) -> None:
        """Say it; a cue is of the moment, a word may wait, unless it is said for how long it is good."""
        good_s = good_s or (OF_THE_MOMENT_S if kind == "cue" else WAITS_S)
        self.lines = (*self.lines, Utterance(words, kind, sound, good_s))

    def once(
        self,
        words: str,
        kind: Literal["cue", "word"] = "word",
        key: str | None = None,
        good_s: float | None = None,
        sound: Tone | None = None,
    ) -> None:
        """Say it unless it was said in this stage."""
        if (key or words) not in self._once:
            self._once.add(key or words)
            self.say(words, kind, sound, good_s)

    def instruct(self, words: str, t: float, sound: Tone = "note") -> None:
        """Say an instruction when it is new, and again when it isn't followed."""
        last, at = self._last
        if t - at >= (SAY_AGAIN_S if words == last else OTHER_S):
            self._last = words, t
            self.say(words, sound=sound, good_s=OTHER_S)

    def step(self, item: Item, in_stage_s: float) -> str:
        """The step of the move's set-up to show now; each is said once, the last one stays."""
        steps = item.move.steps
        now = steps[min(floor(in_stage_s / STEP_S), len(steps) - 1)]
        self.once(now, good_s=STEP_S)
        return now

    def breath(self, hold_s: float, most_s: float) -> Breath | None:
        """The pacer of a hold, said as it turns; None when the hold has lasted long enough."""
        if hold_s >= most_s:
            self.once("Good. Roll on.", "cue")
            return None
        self.once("Tender spot? Hold and breathe.", "cue")
        number, within = divmod(hold_s, BREATHE_IN_S + BREATHE_OUT_S)
        inward = within < BREATHE_IN_S
        share = within / BREATHE_IN_S if inward else (within - BREATHE_IN_S) / BREATHE_OUT_S
        self.once("In." if inward else "Out.", key=f"breath {number} {inward}", good_s=OF_THE_MOMENT_S)
        return Breath("in" if inward else "out", share, most_s - hold_s)
