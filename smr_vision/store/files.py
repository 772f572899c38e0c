"""What a forgotten person's folder loses: the files smr itself wrote, and nothing else."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from smr_vision.errors import InputError
from smr_vision.session import read_session

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
    "comparison.html",
    "batch.json",
    "corrections.jsonl",
    "session.json",
)
RECORDINGS = re.compile(r"recording(-\d+)?\.mp4")
PICTURES = (".jpg", ".png")


def remove_session_files(folder: Path, person: str, source: str) -> tuple[list[Path], str | None]:
    """Delete what smr wrote into the folder of a session of this person, made from the clip `source`.

    Gives the files removed, and why something was left (None when nothing was). A folder that by its
    session.json is somebody else's by now is left alone; without one it is an interrupted session's.
    """
    record = folder / "session.json"
    if not folder.is_dir():
        return [], None
    if record.exists():
        try:
            session = read_session(record)
        except InputError:
            return [], "its session.json can't be read"
        if session.person != person:
            return [], "its session.json names somebody else"
        source = session.source.path
    removed: list[Path] = []
    try:
        for path in _written_files(folder, source):
            path.unlink()
            removed.append(path)
    except OSError as e:
        return removed, f"{e.filename}: {e.strerror}"
    for empty in (folder / "faults", folder):
        with suppress(OSError):  # not empty: something of the user's own lies there
            empty.rmdir()
    return removed, None


def _written_files(folder: Path, source: str) -> list[Path]:
    faults = folder / "faults"
    found = []
    if faults.is_dir() and not faults.is_symlink():
        found = sorted(p for p in faults.iterdir() if p.suffix in PICTURES)
    found += sorted(p for p in folder.iterdir() if RECORDINGS.fullmatch(p.name))
    found += [folder / name for name in WRITTEN]
    sources = clip_places(source, folder)
    return [p for p in found if p.is_file() and not p.is_symlink() and not any(_same(p, s) for s in sources)]


def clip_places(source: str, folder: Path) -> list[Path]:
    """Where the clip `source` of the results in a folder may lie, the nearest first: its path may be relative to where
    smr ran then, which is mostly a folder above the results."""
    return [base / source for base in (*folder.absolute().parents, Path.cwd())]


def _same(path: Path, source: Path) -> bool:
    """Whether this is the clip the user brought, however it is named: that is never ours to delete."""
    try:
        return path.samefile(source)
    except (OSError, ValueError):
        return False
