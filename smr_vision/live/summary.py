"""A session in one sentence, as it is said at its end; and a move in one, as it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from smr_vision.live.now import Tally, passes_of
from smr_vision.moves import Move


def told(tallies: Sequence[Tally], how: str) -> str:
    """The session in one sentence."""
    if not tallies:
        return "Till here. No set was done."
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
