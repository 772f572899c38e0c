"""WebVTT: what happened as captions under the clip, and its sets as chapters, for any player.

Form: W3C, WebVTT. Chromium shows nothing of a text that holds an arrow, and fires a cue of no length all the same:
neither is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from smr_vision.moves import Move
from smr_vision.session import Session, Set

LEAST_S: Final = 1.5  # shorter can't be read [E]


class CaptionCue(NamedTuple):
    """Seconds, and one line."""

    start_s: float
    end_s: float
    text: str


def captions_text(session: Session, moves: Mapping[str, Move]) -> str:
    """Passes, holds and faults as they happen."""
    cues = sorted(cue for one in session.sets for cue in _events(one, moves.get(one.move)))
    return _vtt(cues)


def chapters_text(session: Session, moves: Mapping[str, Move]) -> str:
    """One chapter a set."""
    return _vtt(CaptionCue(s.start_s, s.end_s, _title(s, moves.get(s.move))) for s in session.sets)


def _title(one: Set, move: Move | None) -> str:
    title = one.move if move is None else move.title
    count = one.pass_count
    passes = None if count is None else f"{count} {'pass' if count == 1 else 'passes'}"
    return ", ".join(filter(None, (title, one.side, passes)))


def _events(one: Set, move: Move | None) -> Iterator[CaptionCue]:
    for number, done in enumerate(one.passes, 1):
        yield CaptionCue(done.start_s, done.end_s, f"Pass {number} ({done.direction})")
    for hold in one.holds:
        yield CaptionCue(hold.start_s, hold.end_s, f"Hold, {hold.end_s - hold.start_s:.0f} s")
    for fault in one.faults:
        if fault.dismissed_by is None:
            title = fault.check if move is None or fault.check not in move.by_id else move.by_id[fault.check].title
            yield CaptionCue(fault.start_s, fault.end_s, f"{title}: {fault.cue}")


def _vtt(cues: Iterable[CaptionCue]) -> str:
    blocks = ["WEBVTT"]
    for start, end, text in cues:
        line = " ".join(text.split())
        for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            line = line.replace(sign, written)
        blocks.append(f"{_clock(start)} --> {_clock(max(end, start + LEAST_S))}\n{line}")
    return "\n\n".join(blocks) + "\n"


def _clock(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02}.{whole % 1000:03}"
