"""`smr report`: from the files and names of the command line to the report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from smr_vision.errors import InputError, UsageError, shown

if TYPE_CHECKING:
    from smr_vision.session import Session

LONGEST_NOTE = 200_000  # letters; a longer file is no note


def report_of(
    sessions: Sequence[Path],
    out: Path | None,
    *,
    note: Path | None = None,
    trainer: str | None = None,
    dismiss: Sequence[str] = (),
    embed_clip: bool = False,
    moves: Path | None = None,
    db: str | None = None,
) -> Path:
    """Write the report and give its path. With no `out`, it goes beside the first session."""
    from smr_vision.report import write_report  # noqa: PLC0415 - templates and plots

    sessions = [path / "session.json" if path.is_dir() else path for path in sessions]
    if out is None:
        out = sessions[0].parent / ("report.html" if len(sessions) == 1 else "comparison.html")
    return write_report(
        sessions,
        out,
        note=_text(note) if note is not None else None,
        trainer=trainer,
        dismiss=dismiss,
        embed_clip=embed_clip,
        history=_earlier(sessions, db),
        moves=moves,
    )


def _text(note: Path) -> str:
    try:
        text = note.read_text(encoding="utf-8-sig")
    except OSError as e:
        raise InputError(f"{shown(note)}: can't be read ({e.strerror}). Give --note a text file.") from e
    except UnicodeDecodeError as e:
        raise InputError(f"{shown(note)} is not text in UTF-8. Save the note as plain text.") from e
    if len(text) > LONGEST_NOTE:
        raise UsageError(f"{shown(note)} is too long for a note. Give --note a text of a few pages at most.")
    return text


def _earlier(sessions: Sequence[Path], db: str | None) -> list[Session]:
    """The kept sessions of the person in a single report, for the progress."""
    from smr_vision.session import read_session  # noqa: PLC0415
    from smr_vision.store import Store, default_db  # noqa: PLC0415

    if len(sessions) != 1 or (db is None and not default_db().exists()):
        return []
    person = read_session(sessions[0]).person
    if person is None:
        return []
    with Store(db) as store:
        return store.sessions(person)
