"""The end of a session, and the session in one sentence as it is said there; a move in one, as it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Final

from smr_vision.live.routine import Plan
from smr_vision.live.spoken_lines import Script
from smr_vision.live.stage_messages import Tally, passes_of
from smr_vision.moves import Move

SUMMARY_S: Final = 30.0  # the summary stays this long, then the session is over by itself
LEAVING_S: Final = 8.0  # to read it on the way out
CLOSING_S: Final = 6.0  # from one closing line to the next


class Closing:
    """The end of a session: its sets in one sentence, then the plan's closing lines, one after the other."""

    def __init__(self, plan: Plan, script: Script) -> None:
        last = plan.items[-1].reminder  # after the last set there is no rest to say it in
        self.lines = plan.closing if last is None else (last, *plan.closing)
        self._script = script

    def tell(self, gone_s: float, tallies: Sequence[Tally], *, stopped: bool, left_early: bool) -> bool:
        """Say what is due `gone_s` seconds after the end; whether the session is over. Of one that discomfort `stopped`
        nothing is said."""
        if gone_s <= 0:
            return False  # the set under way is ended with this moment, and counts
        if left_early:
            if tallies:
                self._script.once(told(tallies, "So far:"), "cue")
            return gone_s >= LEAVING_S or not tallies
        if not stopped:
            self._script.once(told(tallies, "All done."), "cue")
            for k, line in enumerate(self.lines):
                if gone_s >= CLOSING_S * (k + 1):
                    self._script.once(line)
        return gone_s >= SUMMARY_S


def told(tallies: Sequence[Tally], how: str) -> str:
    """The session in one sentence."""
    if not tallies:
        return "No set was done."
    sets = len(tallies)
    known = [x.on_target_s for x in tallies if not isnan(x.on_target_s)]
    words = f"{sets} set{'' if sets == 1 else 's'}, {passes_of(tallies)}"
    if not known:
        return f"{how} {words}. Time on target could not be seen."
    return f"{how} {words}, {sum(known):.0f} seconds on target."


def looks_like(move: Move) -> str:
    """The question put to somebody who is in position for another move."""
    title = f"{move.title[0].lower()}{move.title[1:]}"
    return f"This looks like {'an' if title[0] in 'aeiou' else 'a'} {title}. Switch?"
