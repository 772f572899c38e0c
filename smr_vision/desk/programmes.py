"""A person's home programme, and what of it was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from smr_vision.corrections import Outdated
from smr_vision.desk.records import Records
from smr_vision.store import Entry

WEEKS: Final = 4  # that are looked back on
Side = Literal["left", "right", "both"]


class ProgrammeItem(BaseModel):
    """One move of a programme; `seconds` are those of one set (on each side, where it has two)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    move: Annotated[str, Field(min_length=1, max_length=80)]
    side: Side | None = None
    sets: Annotated[int, Field(ge=1, le=10)]
    seconds: Annotated[int, Field(ge=5, le=600)]
    times_a_week: Annotated[int, Field(ge=1, le=14)]

    @property
    def sides(self) -> tuple[Literal["left", "right"] | None, ...]:
        if self.side == "both":
            return ("left", "right")
        return (self.side,)


class Programme(BaseModel):
    """What a person is to do at home, from a day on, with words of the trainer's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: date
    items: Annotated[tuple[ProgrammeItem, ...], Field(max_length=20)] = ()
    words: Annotated[str, Field(max_length=2000)] = ""


class Programmes:
    """Keeps one a person in the desk's own records."""

    def __init__(self, records: Records) -> None:
        self._database = records.database

    def of(self, person: str) -> tuple[Programme | None, str | None]:
        """The programme, None without one, and its stamp."""
        with self._database.read() as run:
            rows = run("SELECT body, changed_at FROM programmes WHERE person = :p", {"p": person})
        if not rows:
            return None, None
        try:
            return Programme.model_validate_json(rows[0][0]), str(rows[0][1])
        except ValidationError:  # of another version
            return None, str(rows[0][1])

    def keep(self, person: str, programme: Programme, seen: str | None) -> str:
        """Keep it; its stamp. `seen` is the stamp of the one it replaces, as the giver saw it. Without a move in it
        there is none any more."""
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        with self._database.write() as run:
            rows = run("SELECT changed_at FROM programmes WHERE person = :p", {"p": person})
            if (str(rows[0][0]) if rows else None) != seen:
                raise Outdated("The programme was changed in another window meanwhile. Reload the page to see it.")
            run("DELETE FROM programmes WHERE person = :p", {"p": person})
            if programme.items:
                run(
                    "INSERT INTO programmes VALUES (:p, :body, :now)",
                    {"p": person, "body": programme.model_dump_json(), "now": now},
                )
        return now


@dataclass(frozen=True, slots=True)
class ItemDone:
    """How often one side of an item was done in each of the latest weeks (None: before the programme began), and how
    long a set was on target on average (None: not measured)."""

    item: ProgrammeItem
    side: Literal["left", "right"] | None
    weeks: tuple[int | None, ...]
    on_target_s: float | None


def weeks_until(today: date) -> list[date]:
    """The Mondays of the latest weeks, this one last."""
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]


def done_of(programme: Programme, entries: Sequence[Entry], today: date) -> list[ItemDone]:
    """The programme against what was done, each side by itself."""
    mondays = weeks_until(today)
    began = programme.since - timedelta(days=programme.since.weekday())
    found = []
    for item in programme.items:
        for side in item.sides:
            days = [_day(e) for e in entries if any((s.move, s.side) == (item.move, side) for s in e.sets)]
            weeks = [sum(m <= day < m + timedelta(weeks=1) for day in days) if m >= began else None for m in mondays]
            found.append(ItemDone(item, side, tuple(weeks), _mean(_target(item, side, entries, programme.since))))
    return found


def _target(item: ProgrammeItem, side: str | None, entries: Iterable[Entry], since: date) -> Iterator[float]:
    """Seconds on target of each set since the programme began, where they were measured."""
    for entry in entries:
        if _day(entry) >= since:
            for one in entry.sets:
                if (one.move, one.side) == (item.move, side) and one.on_target_s is not None:
                    yield one.on_target_s


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return sum(known) / len(known) if known else None


def _day(entry: Entry) -> date:
    """The day on this machine's calendar; long ago where the record has none."""
    try:
        return datetime.fromisoformat(entry.recorded_at).astimezone().date()
    except ValueError:
        return date.min
