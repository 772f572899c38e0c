"""What happened in one clip or live session: the record kept in `session.json` and its reader.

Times are seconds from the start of the clip, extents and contacts in units of the move's segment
(see `docs/contract.md`). The models are frozen and forbid unknown keys, so that a foreign or damaged
file is told apart from ours with the name of the wrong key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from smr_vision.errors import InputError, shown
from smr_vision.runtime.atomic_write import write_whole

if TYPE_CHECKING:
    import pandas

SCHEMA: Final = "smr-session/1"
LONGEST_FILE: Final = 50_000_000  # letters; an hour's session has some ten thousand

Severity = Literal["safety", "form", "tempo"]
Side = Literal["left", "right"]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Record):
    """The clip or camera it was made from: pixels, seconds and pictures."""

    path: str
    width: int
    height: int
    duration_s: Seconds
    frames: int


class Recognised(_Record):
    """What `--move auto` found: move, side and how sure, 0..1."""

    move: str
    side: Side | None
    confidence: Annotated[float, Field(ge=0, le=1)]


class Tracking(_Record):
    """How well the person and the tool were seen."""

    pose_share: Annotated[float, Field(ge=0, le=1)]
    view: Literal["side", "front", "oblique", "back"] | None
    contact_source: Literal["seen", "inferred", "mixed", "none"]
    contact_seen_share: Annotated[float, Field(ge=0, le=1)] | None = None


class Pass(_Record):
    """One way of the tool from an end to the other."""

    start_s: Seconds
    end_s: Seconds
    direction: Literal["up", "down", "left", "right"]
    extent: Finite
    speed_cm_s: Finite | None = None


class Hold(_Record):
    """Standing still on a tender spot, and where along the segment; None where that is not known."""

    start_s: Seconds
    end_s: Seconds
    along: Finite | None


class CheckTime(_Record):
    """Seconds of the set in which a check was right, wrong, or could not be seen."""

    ok_s: Seconds
    fault_s: Seconds
    unknown_s: Seconds


class Fault(_Record):
    """One fault: when it happened, when it was decided, what was measured against what target."""

    check: str
    severity: Severity
    start_s: Seconds
    end_s: Seconds
    decided_s: Seconds
    measured: Finite | None
    target: str
    cue: str
    picture: str | None = None
    picture_t_s: Seconds | None = None
    dismissed_by: str | None = None


class ZoneTime(_Record):
    """Seconds by zone: where the tool belongs, at its edge, beyond."""

    green: Seconds
    amber: Seconds
    red: Seconds


class Discomfort(_Record):
    """What the person said, 0 (none) to 10."""

    before: Annotated[int, Field(ge=0, le=10)] | None = None
    after: Annotated[int, Field(ge=0, le=10)] | None = None


class Set(_Record):
    """One set of one move, from taking up its posture to leaving it."""

    move: str
    side: Side | None
    start_s: Seconds
    end_s: Seconds
    view: Literal["side", "front", "oblique", "back"] | None
    passes: tuple[Pass, ...]
    pass_count: int
    time_on_target_s: Seconds | None  # None where it could not be known; older sessions have 0 there
    time_by_zone_s: ZoneTime
    holds: tuple[Hold, ...]
    checks: dict[str, CheckTime]
    faults: tuple[Fault, ...]
    discomfort: Discomfort | None = None
    advice: tuple[str, ...] = ()
    tool: Literal["seen", "assumed"] = "seen"  # sessions from before it was told have "seen"
    time_unsure_s: Seconds | None = None  # in the zone, and nobody could see whether on target; None: not told
    # What could not be known from this view, with what to change. While it holds the tool's place, there are no zones.
    unknown: tuple[str, ...] = ()


class Totals(_Record):
    """All sets together."""

    pass_count: int
    time_on_target_s: Seconds | None  # of the sets in which it is known; None where it is in none of them
    duration_s: Seconds
    faults: int


def on_target_of(sets: Iterable[Set]) -> float | None:
    """Seconds on target of all sets in which they are known; None where they are in none of them.

    Without a set at all there is nothing unknown: 0.
    """
    told = [one.time_on_target_s for one in sets]
    known = [seconds for seconds in told if seconds is not None]
    return round(sum(known), 3) if known or not told else None


class Session(_Record):
    """Everything `smr analyse` or `smr live` found; written as `session.json`.

    All fields are those of the file, in docs/session.schema.json; `schema_` is its `schema`. Times are seconds from the
    first picture, extents and places lengths of the move's segment, speeds cm/s for a body of 1.70 m.

    Attributes
    ----------
    sets : tuple of Set
        What was rolled, in order.
    totals : Totals
        Passes, seconds on target (None: not known), seconds in sets and faults of all sets.
    move, side : str or None
        The move and the side of all sets; None when they differ or there are none.
    recognised : Recognised or None
        What `move="auto"` found.
    tracking : Tracking
        How well the person and the tool were seen.
    source : Source
        The clip or camera.
    notes : tuple of str
        What was assumed, lost, or why there is no set.
    complete : bool
        Whether it came to its end.
    """

    schema_: Literal["smr-session/1"] = Field(default="smr-session/1", alias="schema")
    id: Annotated[str, Field(max_length=64)] | None = (
        None  # the same in `series.csv` and `poses.npz`; old ones have none
    )
    recorded_at: str
    person: str | None
    tool: str
    strictness: str
    notes: tuple[str, ...]
    versions: dict[str, str]
    complete: bool
    source: Source
    move: str | None
    side: Side | None
    recognised: Recognised | None
    tracking: Tracking
    sets: tuple[Set, ...]
    totals: Totals
    corrected_by: str | None = None  # who had the last word; only in a session read with its corrections

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Say where that is which each set has for itself."""
            if name in Set.model_fields:
                raise AttributeError(f"A session has no {name}, each of its sets has. Look at session.sets[i].{name}.")
            return super().__getattr__(name)

    @staticmethod
    def load(path: str | Path) -> Session:
        """Read a session as it was recorded.

        Parameters
        ----------
        path : str or Path
            A `session.json`, or the folder it is in.

        Returns
        -------
        Session

        Raises
        ------
        InputError
            When it can't be read or is no session.
        """
        path = Path(path)
        return read_session(path / "session.json" if path.is_dir() else path)

    def to_dict(self) -> dict[str, Any]:
        """As plain lists, numbers and texts, in the form of `session.json` (docs/session.schema.json)."""
        return self.model_dump(mode="json", by_alias=True, exclude={"corrected_by"})

    def to_frame(self, rows: Literal["sets", "passes", "holds", "faults"] = "sets") -> pandas.DataFrame:
        """As a table for pandas, which has to be installed.

        Parameters
        ----------
        rows : {"sets", "passes", "holds", "faults"}
            What a row is. Rows of passes, holds and faults begin with the number of their set, from 1.

        Returns
        -------
        pandas.DataFrame
            Times in seconds from the first picture, extents in lengths of the move's segment, speeds in cm/s for a body
            of 1.70 m; missing where it could not be known. The same columns however many rows there are: counts int64,
            texts object, all else float64.

        Raises
        ------
        UsageError
            When there are no such rows, or pandas is not installed.
        """
        from smr_vision.session.frame import frame_of  # noqa: PLC0415 - pandas, only where it is wanted

        return frame_of(self, rows)

    def write(self, path: Path) -> None:
        """Write as JSON by way of a temporary file, so that a reader never sees half of it."""
        write_whole(path, (json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n").encode())


def read_session(path: Path) -> Session:
    """Read a `session.json`; InputError with the key that is wrong when it is not one."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LONGEST_FILE + 1)
        if len(text) > LONGEST_FILE:
            raise InputError(
                f"{shown(path)} is too long for a session. Give the session.json that `smr analyse` wrote."
            )
        data: Any = json.loads(text)
    except OSError as e:
        raise InputError(
            f"{shown(path)}: can't be read ({e.strerror}). Give the session.json that `smr analyse` wrote."
        ) from e
    except (ValueError, RecursionError) as e:
        raise InputError(f"{shown(path)} is not JSON. Give the session.json that `smr analyse` wrote.") from e
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        found = data.get("schema") if isinstance(data, dict) else None
        raise InputError(f'{shown(path)} is not a session of this program: "schema" is {found!r:.40}, not "{SCHEMA}".')
    try:
        return Session.model_validate(data)
    except ValidationError as e:
        first = e.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{shown(path)}: {where}: {first['msg']}. Analyse the clip again.") from e
