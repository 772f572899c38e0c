"""Which jobs of a batch are done: what is marked is not done again, and a job done twice is kept once."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from smr_vision.batch.jobs import Job
from smr_vision.runtime.atomic_write import settle

MARK: Final = "batch.json"
SCRATCH: Final = ".batch"  # in the results' folder, for what is under way


def mark(folder: Path, job: Job) -> None:
    """Say in a folder of results which job made it."""
    text = json.dumps({"fingerprint": job.fingerprint, "clip": str(job.clip)})
    (folder / MARK).write_text(text + "\n", encoding="utf-8", errors="surrogateescape")


def marked(folder: Path) -> str | None:
    """The fingerprint of the job that made a folder; None when no batch did."""
    try:
        found = json.loads((folder / MARK).read_text(encoding="utf-8", errors="replace"))["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, str) else None


def finished(out: Path) -> dict[str, Path]:
    """Folders of finished jobs by fingerprint."""
    jobs: dict[str, Path] = {}
    for folder, below, files in os.walk(out):  # which passes over what is renamed or removed meanwhile
        if SCRATCH in below:
            below.remove(SCRATCH)
        if MARK in files and (found := marked(Path(folder))) is not None:
            jobs[found] = Path(folder)
    return jobs


def hand_in(folder: Path, place: Path, fingerprint: str) -> Path:
    """Give the complete folder of a job its name in `place`, unless the job is there already: a second worker was
    given it, and was faster."""
    place.mkdir(parents=True, exist_ok=True)
    return settle(folder, place, folder.name, lambda there: marked(there) == fingerprint)
