"""`smr export`: from a session's folder to a file in an open format."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from smr_vision.analysis.poses_file import NAME, read_kept
from smr_vision.corrections import corrected
from smr_vision.errors import UsageError, cannot_write, shown
from smr_vision.exchange.captions import captions_text, chapters_text
from smr_vision.exchange.recording import LandmarkRecording
from smr_vision.exchange.table import table_text
from smr_vision.exchange.trc import trc_text
from smr_vision.moves import Move, load_moves
from smr_vision.pipeline.valid_input import called_rightly, demand_path
from smr_vision.runtime.atomic_write import atomic_write
from smr_vision.session import Session, read_session

KINDS: Final = ("trc", "csv", "vtt", "json")


@called_rightly
def export(session: str | Path, to: str, out: str | Path | None = None, moves: str | Path | None = None) -> list[Path]:
    """Write a session in an open format.

    Parameters
    ----------
    session : str or Path
        A `session.json`, or the folder it is in. A trainer's corrections beside it count.
    to : {"trc", "csv", "vtt", "json"}
        Landmarks for OpenSim or as a tidy table; captions and chapters for players; what happened, by the JSON
        Schema in docs/session.schema.json.
    out : str or Path, optional
        The file to write; `session` with the format's ending, beside the session, unless told.
    moves : str or Path, optional
        A folder with move files of your own.

    Returns
    -------
    list of Path
        What was written: one file, with "vtt" the captions and the chapters.

    Raises
    ------
    UsageError
        When there is no such format.
    InputError
        When the session or its poses can't be read.
    OutputError
        When the file can't be written.

    Examples
    --------
    >>> import smr_vision as smr
    >>> [path.name for path in smr.export("out/roll", "vtt")]
    ['session.vtt', 'session.chapters.vtt']
    """
    if to not in KINDS:
        raise UsageError(f"{shown(str(to))}: there is no such format. Choose one of: {', '.join(KINDS)}.")
    if isinstance(session, Session):
        raise UsageError("Export takes the folder of a session. Give analyse(..., out=folder), then the folder in it.")
    path = demand_path(session, "A session")
    path = path / "session.json" if path.is_dir() else path
    known = load_moves(Path(moves) if moves is not None else None)
    told = corrected(read_session(path), path.parent, known)
    target = (
        Path(out) if out is not None else path.parent / f"{'landmarks' if to in {'trc', 'csv'} else 'session'}.{to}"
    )
    if to == "json" and target.resolve() == path.resolve():
        target = path.with_name("session-corrected.json")
    if not target.parent.is_dir():
        raise cannot_write(target, FileNotFoundError(errno.ENOENT, ""))
    made = _MAKERS[to](told, path.parent, target, known)
    for file, text in made.items():
        atomic_write(file, text.encode())
    return list(made)


Maker = Callable[[Session, Path, Path, Mapping[str, Move]], dict[Path, str]]


def landmarks_of(folder: Path) -> LandmarkRecording:
    """The landmarks kept in a session's folder. Raises InputError where there are none."""
    t, xy, world, visibility = read_kept(folder / NAME)
    return LandmarkRecording(t, world, xy, visibility)


def _captions(session: Session, folder: Path, out: Path, moves: Mapping[str, Move]) -> dict[Path, str]:
    del folder
    return {
        out: captions_text(session, moves),
        out.with_name(f"{out.stem}.chapters{out.suffix}"): chapters_text(session, moves),
    }


_MAKERS: Final[Mapping[str, Maker]] = {
    "trc": lambda session, folder, out, moves: {out: trc_text(landmarks_of(folder), out.name)},
    "csv": lambda session, folder, out, moves: {out: table_text(landmarks_of(folder))},
    "vtt": _captions,
    "json": lambda session, folder, out, moves: {
        out: json.dumps(session.to_dict(), ensure_ascii=False, indent=1) + "\n"
    },
}
