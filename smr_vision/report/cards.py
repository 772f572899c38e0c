"""What the report needs to know of a move: its titles, zones, dose and tempo, all from the move's own file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from smr_vision.moves import Move

ZoneColour = Literal["green", "amber", "red"]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Limit:
    """One bound of a check: the measure, and where it should be."""

    measure: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MoveCard:
    """A move as a report shows it; what is not known of a move is None and is then left out."""

    title: str
    purpose: tuple[str, ...] = ()
    green: Interval | None = None
    amber: Interval | None = None
    dose_s: Interval | None = None
    aim_s: float | None = None  # seconds of one set
    sets: tuple[int, int] | None = None
    tempo_cm_s: Interval | None = None
    advice_cm_s: float | None = None
    fast_cm_s: Mapping[str, float] = field(default_factory=dict)  # by strictness
    short_s: Mapping[str, float | None] = field(default_factory=dict)
    ends: tuple[str, str] = ("start", "end")
    check_titles: Mapping[str, str] = field(default_factory=dict)
    tempo_checks: frozenset[str] = frozenset()
    pass_checks: frozenset[str] = frozenset()  # judged by whole passes, but for those of tempo
    limits: Mapping[str, tuple[Limit, ...]] = field(default_factory=dict)

    def check_title(self, check: str) -> str:
        return self.check_titles.get(check) or readable(check)

    def zone(self, along: float) -> ZoneColour | None:
        """The zone of a contact, None when the move's zones are not known."""
        if self.green is None or self.amber is None:
            return None
        if self.green[0] <= along <= self.green[1]:
            return "green"
        return "amber" if self.amber[0] <= along <= self.amber[1] else "red"


def load_cards(moves: Path | Mapping[str, Move] | None = None) -> dict[str, MoveCard]:
    """The cards of the moves that come along and of the trainer's own in a folder, or of moves loaded already."""
    from smr_vision.moves import load_moves  # noqa: PLC0415 - reading the move files takes a moment

    known = moves if isinstance(moves, Mapping) else load_moves(moves)
    return {name: card_from(move) for name, move in known.items()}


def card_from(move: Move) -> MoveCard:
    from smr_vision.moves import STRICTNESS  # noqa: PLC0415 - as above
    from smr_vision.report.tempo import fastest_of, shortest_of  # noqa: PLC0415

    return MoveCard(
        title=move.title,
        purpose=move.purpose,
        green=move.zone.green,
        amber=move.zone.amber,
        dose_s=move.dose.seconds,
        aim_s=move.dose.default_s,
        sets=move.dose.sets,
        tempo_cm_s=move.tempo.ideal,
        advice_cm_s=move.tempo.advice,
        short_s={name: shortest_of(move, name) for name in STRICTNESS},
        fast_cm_s={name: fastest_of(move, name) for name in STRICTNESS},
        ends=(_joint(move.segment.start), _joint(move.segment.end)),
        check_titles={check.id: check.title for check in move.checks},
        tempo_checks=frozenset(check.id for check in move.checks if check.severity == "tempo"),
        pass_checks=frozenset(
            check.id
            for check in move.checks
            if check.severity != "tempo" and not any(rule.when == "always" for rule in check.rules)
        ),
        limits={
            check.id: tuple(Limit(b.measure, b.at_least, b.at_most) for rule in check.rules for b in rule.bounds)
            for check in move.checks
        },
    )


def card_of(name: str, cards: Mapping[str, MoveCard]) -> MoveCard:
    """The card of a move; one that knows only its name when the move file is not at hand."""
    return cards.get(name) or MoveCard(title=readable(name))


def readable(identity: str) -> str:
    """A name for people from an id: `hips_lifted` -> `Hips lifted`."""
    words = identity.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _joint(name: str) -> str:
    """`mid_shoulders` -> `shoulders`, `working knee` -> `knee`."""
    return name.replace("_", " ").removeprefix("mid ").removeprefix("working ").removeprefix("other ")
