"""Where the desk keeps things: one folder, private to its user, and nothing outside of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from smr_vision.errors import cannot_write

_ODD: Final = re.compile(r"[^\w .()-]+")
_LONGEST_STEM: Final = 80
GIVEN: Final = ".give-"  # how folders begin in which what goes out is put together


@dataclass(frozen=True, slots=True)
class Places:
    """The folders and files of a desk whose data lie in `data`; the history is the one all commands share."""

    data: Path

    @property
    def history(self) -> Path:
        return self.data / "history.sqlite"

    @property
    def own(self) -> Path:
        return self.data / "desk"

    @property
    def records(self) -> Path:
        return self.own / "desk.sqlite"

    @property
    def settings(self) -> Path:
        return self.own / "settings.json"

    @property
    def logo(self) -> Path:
        """The practice's logo, made anew from what was given."""
        return self.own / "logo.png"

    @property
    def moves(self) -> Path:
        """Move files of the user's own."""
        return self.own / "moves"

    @property
    def trial(self) -> Path:
        """What came of trying a move that is being written."""
        return self.own / "trial"

    @property
    def running(self) -> Path:
        """Says where the desk that runs is found; readable by its user alone."""
        return self.own / "running.json"

    @property
    def lock(self) -> Path:
        return self.own / "desk.lock"

    def clip(self, identity: str, name: str) -> Path:
        """Where an uploaded clip lies: a folder of its own, so that no name can meet another."""
        return self.own / "clips" / identity / tame(name)

    def clip_folder(self, identity: str) -> Path:
        return self.own / "clips" / identity

    def results(self, identity: str) -> Path:
        return self.own / "results" / identity

    def thumb(self, session_id: str) -> Path:
        """A small picture of a session that has none of its own."""
        return self.own / "thumbs" / f"{session_id}.jpg"

    def stills(self, session_id: str) -> Path:
        """Pictures of a session's clip that were drawn on."""
        return self.own / "stills" / session_id

    def make(self) -> None:
        """Make the folders; OutputError where that can't be."""
        try:
            for folder in (self.own, self.own / "clips", self.own / "results"):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as e:
            raise cannot_write(self.own, e, "--data") from e


def tame(name: str) -> str:
    """A file's name from outside as one that can do no harm: no folders, no odd letters, not too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = last.rpartition(".")
    stem = _ODD.sub("_", stem if dot else ending).strip(". ")[:_LONGEST_STEM].strip(". ") or "clip"
    ending = _ODD.sub("", ending)[:8].lower() if dot else ""
    return f"{stem}.{ending}" if ending else stem
