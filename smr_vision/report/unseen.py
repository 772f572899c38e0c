"""In words what nobody could see of a session: the tool's place, or how far it was rolled."""

from __future__ import annotations

from collections.abc import Sequence

from smr_vision.report.words import joined, percent
from smr_vision.session import Session, Set


def uncounted_words(one: Set) -> str | None:
    """Why a set has no number of passes, and what to change; None where it has one."""
    return one.unknown[-1] if one.pass_count is None and one.unknown else None


def assumed_sentence(tool: str, sets: Sequence[int] = ()) -> str:
    """What to say wherever a set is shown whose tool nobody saw; `sets`: these by number, where there are others."""
    where = f"In {'set' if len(sets) == 1 else 'sets'} {joined([str(n) for n in sets])} the" if sets else "The"
    return f"{where} {tool} could not be seen from this view: its place is assumed, and passes and time rest on that."


def assumed_in(session: Session) -> str | None:
    """The same of a whole session; None where the tool was seen in all sets."""
    found = [n for n, s in enumerate(session.sets, start=1) if s.tool == "assumed"]
    return assumed_sentence(session.tool, found if len(found) < len(session.sets) else ()) if found else None


def unseen_words(session: Session) -> str:
    """What nobody could see of where the tool was, in any of the sets; empty where there is nothing to say."""
    lines = [assumed_in(session) or "", *(line for s in session.sets for line in s.unknown)]
    return " ".join(dict.fromkeys(lines)).strip()


def contact_sentence(session: Session) -> str:
    """How it was known where the tool touches the body, and how far to trust it."""
    unknown = unseen_words(session)
    if assumed_in(session):
        return unknown
    if session.sets and all(s.unplaced for s in session.sets):
        counted = any(s.pass_count is not None for s in session.sets)
        return f"{unknown} Passes are told by how the body moved." if counted else unknown
    return f"{_source_sentence(session)} {unknown}".strip()


def _source_sentence(session: Session) -> str:
    """How the place of the tool was known where it was."""
    share = session.tracking.contact_seen_share
    match session.tracking.contact_source:
        case "seen":
            return f"The {session.tool} was seen in the picture, so where it touched was measured."
        case "inferred":
            return (
                f"The {session.tool} was hidden; where it touched was worked out from how the body moved"
                " (good to about 10\N{EN DASH}20% of the segment)."
            )
        case "mixed":
            part = "part of the time" if share is None else f"in {percent(share)} of the frames"
            return f"The {session.tool} was seen {part}; for the rest, where it touched was worked out from the body."
    return f"Where the {session.tool} touched could not be measured; time on target is therefore not given."
