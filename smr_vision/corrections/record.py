"""`corrections.jsonl` beside a session.json: one event a line, only ever appended."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from smr_vision.corrections.deeds import Deed
from smr_vision.errors import InputError, UsageError, cannot_write, shown

NAME: Final = "corrections.jsonl"
MOST: Final = 5000  # corrections of one session
_writing = threading.Lock()


class Correction(BaseModel):
    """One event: its number, when, by whom, and what. `undo` and `redo` name the number of another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int
    at: str
    by: str
    deed: Deed | None = None
    undo: int | None = None
    redo: int | None = None


What = Callable[[list[Correction]], Mapping[str, Any]]
Fits = Callable[[list[Correction]], object]


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    deed: Deed = Field(discriminator="do")


class Outdated(UsageError):  # noqa: N818 - told to the second of two tabs
    """Somebody else has corrected the session meanwhile."""


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """The corrections of the session in `folder`."""

    folder: Path

    def read(self) -> list[Correction]:
        """All events; a last line that was cut off by a power cut counts as not written."""
        path = self.folder / NAME
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as e:
            raise InputError(f"{shown(path)}: can't be read ({e.strerror}).") from e
        try:
            return [Correction.model_validate_json(line) for line in content.split(b"\n")[:-1]]
        except ValidationError as e:
            raise InputError(f"{shown(path)} is damaged. Move it away to see the session as it was recorded.") from e

    def append(self, after: int, by: str, given: dict[str, Any], fits: Fits) -> list[Correction]:
        """Add a deed, after the event that the giver saw last; all events then. `fits` raises where it does not fit."""
        try:
            deed = _Given.model_validate({"deed": given}).deed
        except ValidationError as e:
            raise UsageError(f"That is no correction ({e.errors()[0]['msg']:.80}).") from e
        return self._append(after, by, lambda _: {"deed": deed}, fits)

    def undo(self, after: int, by: str) -> list[Correction]:
        """Take back the latest deed that holds."""
        return self._append(after, by, lambda events: {"undo": _last(holding(events), "undo")})

    def redo(self, after: int, by: str) -> list[Correction]:
        """Bring back the deed that was taken back last, if nothing was done since."""
        return self._append(after, by, lambda events: {"redo": _last(taken_back(events), "bring back")})

    def _append(self, after: int, by: str, what: What, fits: Fits | None = None) -> list[Correction]:
        with _writing:
            events = self.read()
            last = events[-1].id if events else 0
            if after != last:
                raise Outdated("This session was corrected in another window. Here is how it is now; nothing was lost.")
            if last >= MOST:
                raise UsageError("There are too many corrections. Analyse the clip again.")
            now = datetime.now(UTC).isoformat(timespec="seconds")
            event = Correction(id=last + 1, at=now, by=by, **what(events))
            if fits is not None:
                fits([*events, event])
            self._write(event)
            return [*events, event]

    def _write(self, event: Correction) -> None:
        path = self.folder / NAME
        line = json.dumps(event.model_dump(mode="json", exclude_none=True), ensure_ascii=False) + "\n"
        try:
            with path.open("a+b") as file:
                file.seek(0)
                whole = file.read().rfind(b"\n") + 1
                file.truncate(whole)  # what a power cut left of a line
                try:
                    file.write(line.encode())
                    file.flush()
                    os.fsync(file.fileno())
                except OSError:
                    file.truncate(whole)
                    raise
        except OSError as e:
            raise cannot_write(path, e) from e


def holding(events: list[Correction]) -> list[Correction]:
    """The deeds that hold, in order, after everything that was taken and brought back."""
    back: set[int] = set()
    for event in events:
        if event.undo is not None:
            back.add(event.undo)
        elif event.redo is not None:
            back.discard(event.redo)
    return [e for e in events if e.deed is not None and e.id not in back]


def taken_back(events: list[Correction]) -> list[Correction]:
    """The deeds that can be brought back, the one to be brought back first at the end."""
    stack: list[int] = []
    for event in events:
        if event.undo is not None:
            stack.append(event.undo)
        elif event.redo is not None:
            stack.remove(event.redo)
        else:
            stack.clear()
    deeds = {e.id: e for e in events}
    return [deeds[i] for i in stack]


def _last(events: list[Correction], what: str) -> int:
    if not events:
        raise UsageError(f"There is nothing to {what}.")
    return events[-1].id
