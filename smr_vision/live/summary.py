"""A session in one sentence, as it is said at its end."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from smr_vision.live.now import Tally


def told(tallies: Sequence[Tally], how: str) -> str:
    """The session in one sentence."""
    sets, passes = len(tallies), sum(x.pass_count for x in tallies)
    known = [x.on_target_s for x in tallies if not isnan(x.on_target_s)]
    words = f"{sets} set{'' if sets == 1 else 's'}, {passes} pass{'' if passes == 1 else 'es'}"
    if tallies and not known:
        return f"{how} {words}. Time on target could not be seen."
    return f"{how} {words}, {sum(known):.0f} seconds on target."
