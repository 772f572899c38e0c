"""What a forgotten person's folder loses: the files smr itself wrote, and nothing else."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from smr_vision.errors import InputError
from smr_vision.session import Session, read_session

# session.json last: while it is there, an interrupted `smr forget` can be run again.
WRITTEN = (
    "annotated.mp4",
    "poses.npz",
    "series.csv",
    "setup.jpg",
    "setup.png",
    "report.html",
    "report.pdf",
    "report.csv",
    "session.json",
)
PICTURES = (".jpg", ".png")


def remove_session_files(folder: Path, person: str) -> tuple[list[Path], str | None]:
    """Delete what smr wrote into the folder of a session of this person.

    Gives the files removed, and why something was left (None when nothing was). A folder whose
    session.json is missing or names somebody else is left alone.
    """
    try:
        session = read_session(folder / "session.json")
    except InputError:
        return [], None if not folder.exists() else "it holds no session.json"
    if session.person != person:
        return [], "its session.json names somebody else"
    removed: list[Path] = []
    try:
        for path in _written_files(folder, session):
            path.unlink()
            removed.append(path)
    except OSError as e:
        return removed, f"{e.filename}: {e.strerror}"
    for empty in (folder / "faults", folder):
        with suppress(OSError):  # not empty: something of the user's own lies there
            empty.rmdir()
    return removed, None


def _written_files(folder: Path, session: Session) -> list[Path]:
    faults = folder / "faults"
    found = []
    if faults.is_dir() and not faults.is_symlink():
        found = sorted(p for p in faults.iterdir() if p.suffix in PICTURES)
    found += [folder / name for name in WRITTEN]
    # The clip's path may be relative to where smr ran then.
    sources = [base / session.source.path for base in (Path.cwd(), *folder.absolute().parents)]
    return [p for p in found if p.is_file() and not p.is_symlink() and not any(_same(p, s) for s in sources)]


def _same(path: Path, source: Path) -> bool:
    """Whether this is the clip the user brought, however it is named: that is never ours to delete."""
    try:
        return path.samefile(source)
    except (OSError, ValueError):
        return False
