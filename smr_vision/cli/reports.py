"""`smr report`: from the files and names of the command line to the report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from smr_vision.errors import InputError, UsageError, shown

if TYPE_CHECKING:
    from smr_vision.report.brand import Brand
    from smr_vision.report.html import ReportKind
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
    kind: ReportKind = "full",
    brand: str | None = None,
) -> Path:
    """Write the report and give its path. With no `out`, it goes beside the first session."""
    from smr_vision.report import write_report  # noqa: PLC0415 - templates and plots

    sessions = [path / "session.json" if path.is_dir() else path for path in sessions]
    if out is None:
        out = sessions[0].parent / ("report.html" if len(sessions) == 1 else "comparison.html")
    history, since = _earlier(sessions, db, kind)
    return write_report(
        sessions,
        out,
        note=_text(note) if note is not None else None,
        trainer=trainer,
        dismiss=dismiss,
        embed_clip=embed_clip,
        history=history,
        moves=moves,
        kind=kind,
        since=since,
        brand=_brand(brand) if brand is not None else None,
    )


def _brand(which: str) -> Brand:
    from smr_vision.desk.branding import named_brand  # noqa: PLC0415 - only where asked for
    from smr_vision.desk.places import Places  # noqa: PLC0415
    from smr_vision.store import default_db  # noqa: PLC0415

    return named_brand(which, Places(default_db().parent))


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


def _earlier(sessions: Sequence[Path], db: str | None, kind: ReportKind) -> tuple[list[Session], Path | None]:
    """The kept sessions of the person in a single report, for the progress; for the report on progress the files of the
    first one too."""
    from smr_vision.report.progress import earlier_alike, until  # noqa: PLC0415
    from smr_vision.session import read_session  # noqa: PLC0415
    from smr_vision.store import Store, default_db  # noqa: PLC0415

    if len(sessions) != 1 or (db is None and not default_db().exists()):
        return [], None
    last = read_session(sessions[0])
    if last.person is None:
        return [], None
    with Store(db) as store:
        kept = store.sessions(last.person)
        if kind != "progress":
            return kept, None
        folders = [e.folder for e in earlier_alike(last, store.entries(last.person)) if e.folder is not None]
    files = (folder / "session.json" for folder in folders)
    return until(last, kept), next((path for path in files if _readable(path)), None)


def _readable(path: Path) -> bool:
    from smr_vision.session import read_session  # noqa: PLC0415

    try:
        read_session(path)
    except InputError:
        return False
    return True
