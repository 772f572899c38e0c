"""What kept sessions say together: what was done, and the measures whose trend is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from smr_vision.session.set_record import passes_of
from smr_vision.store import Entry, SetEntry


def what(entry: Entry, titles: Mapping[str, str] | None = None) -> str:
    """The moves of a session, each with its sides."""
    sides: dict[str, list[str]] = {}
    for s in entry.sets:
        known = sides.setdefault(s.move, [])
        if s.side and s.side not in known:
            known.append(s.side)
    named = {(titles or {}).get(move, move): " and ".join(found) for move, found in sides.items()}
    return "; ".join(f"{name}, {found}" if found else name for name, found in named.items()) or "no set"


@dataclass(frozen=True, slots=True)
class Trend:
    """One measure of one move and side over the sessions: left and right never share a curve."""

    move: str
    side: str | None
    title: str
    unit: str
    values: tuple[float | None, ...]  # None where it was not done, or not measured

    def named(self, titles: Mapping[str, str] | None = None) -> str:
        side = f", {self.side}" if self.side else ""
        return f"{(titles or {}).get(self.move, self.move)}{side}: {self.title}"


def trend_values(entries: Sequence[Entry]) -> list[Trend]:
    """Each measure a trend is shown of, for each move and side by itself."""
    found = []
    for move, side in dict.fromkeys((s.move, s.side) for e in entries for s in e.sets):
        columns = [[s for s in e.sets if (s.move, s.side) == (move, side)] for e in entries]
        found += [
            Trend(move, side, "seconds on target", " s", tuple(on_target(c) for c in columns)),
            Trend(move, side, "faults", "", tuple(sum(s.faults for s in c) if c else None for c in columns)),
            Trend(
                move, side, "discomfort after", " of 10", tuple(_most(s.discomfort_after for s in c) for c in columns)
            ),
        ]
    return found


@dataclass(frozen=True, slots=True)
class Sides:
    """One move over the sessions: the trends of each side, and left held against right."""

    move: str
    trends: tuple[Trend, ...]
    passes: tuple[int | None, int | None]  # left, right; None where they could not be seen
    on_target_s: tuple[float, float] | None  # left, right; None where either was not measured

    @property
    def uneven_percent(self) -> float | None:
        """100 (L - R) / mean of the seconds on target."""
        if self.on_target_s is None or sum(self.on_target_s) == 0:
            return None
        left, right = self.on_target_s
        return 200 * (left - right) / (left + right)


def by_sides(entries: Sequence[Entry]) -> list[Sides]:
    """The trends of each move together, over the sessions in which its side was done; left against right."""
    found = []
    for move in dict.fromkeys(s.move for e in entries for s in e.sets):
        trends: list[Trend] = []
        for side in dict.fromkeys(s.side for e in entries for s in e.sets if s.move == move):
            own = [e for e in entries if any((s.move, s.side) == (move, side) for s in e.sets)]
            trends += [t for t in trend_values(own) if (t.move, t.side) == (move, side)]
        left, right = (
            [s for e in entries for s in e.sets if (s.move, s.side) == (move, side)] for side in ("left", "right")
        )
        seconds = on_target(left), on_target(right)
        found.append(
            Sides(
                move,
                tuple(trends),
                (passes_of(left), passes_of(right)),
                (seconds[0], seconds[1]) if seconds[0] is not None and seconds[1] is not None else None,
            )
        )
    return found


def target_words(sets: Sequence[SetEntry], dose_s: Mapping[str, float]) -> str:
    """Seconds on target of a session, beside what was to do where that was not reached: `17 of 45 s`."""
    known = [s for s in sets if s.on_target_s is not None]
    if not known:
        return "not measured"
    done = sum(s.on_target_s or 0.0 for s in known)
    whole = sum(dose_s.get(s.move, 0.0) for s in known)
    return f"{done:.0f} of {whole:.0f} s" if round(done) < round(whole) else f"{done:.0f} s"


def on_target(sets: Sequence[SetEntry]) -> float | None:
    """Seconds on target of a session; None where it was not measured in any set."""
    known = [s.on_target_s for s in sets if s.on_target_s is not None]
    return sum(known) if known else None


def _most(values: Iterable[int | None]) -> float | None:
    return max((v for v in values if v is not None), default=None)
