"""What happened in one clip or live session: the record kept in `session.json` and its reader.

Times are seconds from the start of the clip, extents and contacts in units of the move's segment
(see `docs/contract.md`). The models are frozen and forbid unknown keys, so that a foreign or damaged
file is told apart from ours with the name of the wrong key.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field, ValidationError

from smr_vision.errors import InputError, shown
from smr_vision.runtime.atomic_write import write_whole
from smr_vision.session.set_record import Record, Seconds, Set, Side, ViewName

if TYPE_CHECKING:
    import pandas

SCHEMA: Final = "smr-session/1"
LONGEST_FILE: Final = 50_000_000  # letters; an hour's session has some ten thousand


class Source(Record):
    """The clip or camera it was made from.

    Attributes
    ----------
    path : str
        The clip's path, or the camera.
    width, height : int
        Of the upright picture, pixels.
    duration_s : float
        Seconds from the first picture to the end of the last.
    frames : int
        How many pictures were read.
    """

    path: str
    width: int
    height: int
    duration_s: Seconds
    frames: int


class Recognised(Record):
    """What `move="auto"` found.

    Attributes
    ----------
    move : str
        The move's id.
    side : {"left", "right"} or None
        The side; None where the move has none.
    confidence : float
        How sure against the other moves, 0 to 1.
    """

    move: str
    side: Side | None
    confidence: Annotated[float, Field(ge=0, le=1)]


class Tracking(Record):
    """How well the person and the tool were seen.

    Attributes
    ----------
    pose_share : float
        Share of the measured pictures in which somebody was found, 0 to 1.
    view : {"side", "front", "oblique", "back"} or None
        From where the camera saw the person; None where that was not known.
    contact_source : {"seen", "inferred", "mixed", "none"}
        How it is known where the tool touches.
    contact_seen_share : float or None
        Share of the time in which it was seen, 0 to 1; None where there is no contact.
    """

    pose_share: Annotated[float, Field(ge=0, le=1)]
    view: ViewName | None
    contact_source: Literal["seen", "inferred", "mixed", "none"]
    contact_seen_share: Annotated[float, Field(ge=0, le=1)] | None = None


class Totals(Record):
    """All sets together.

    Attributes
    ----------
    pass_count : int or None
        Passes, of the sets in which they are known; None where they are in none of them.
    faults : int
        How many.
    time_on_target_s : float or None
        Seconds, of the sets in which it is known; None where it is in none of them.
    duration_s : float
        Seconds in sets.
    """

    pass_count: int | None
    time_on_target_s: Seconds | None
    duration_s: Seconds
    faults: int


class Session(Record):
    """Everything `smr analyse` or `smr live` found; written as `session.json`.

    All fields are those of the file, in docs/session.schema.json; `schema_` is its `schema`. Times are seconds from the
    first picture, extents and places lengths of the move's segment, speeds cm/s for a body of 1.70 m.

    Attributes
    ----------
    sets : tuple of Set
        What was rolled, in order.
    totals : Totals
        Passes and seconds on target (None: not known), seconds in sets and faults of all sets.
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
    schema_ : str
        The format of the file, `smr-session/1`.
    id : str or None
        The same in `series.csv` and `poses.npz`; old sessions have none.
    recorded_at : str
        Date and time with zone, ISO 8601.
    person : str or None
        Whose session, where a name was given.
    tool : {"roller", "ball"}
        What it was done on.
    strictness : {"beginner", "standard", "strict"}
        How exact the form had to be.
    versions : dict of str to str
        Of this program and what it stands on; `model` is the pose model.
    corrected_by : str or None
        Who had the last word; only in a session read with its corrections.
    """

    schema_: Literal["smr-session/1"] = Field(default="smr-session/1", alias="schema")
    id: Annotated[str, Field(max_length=64)] | None = None
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
    corrected_by: str | None = None

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
            of 1.70 m; missing where it could not be known. The same columns however many rows there are: numbers of
            sets, holds and faults int64, texts object, all else float64.

        Raises
        ------
        UsageError
            When there are no such rows, or pandas is not installed.
        """
        from smr_vision.session.data_frame import frame_of  # noqa: PLC0415 - pandas, only where it is wanted

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
