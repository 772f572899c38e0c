"""Routines that were built on the desk, beside those that come along: one small TOML file each."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from smr_vision.errors import InputError, SmrError, UsageError
from smr_vision.live.routine import Routine, RoutinePart, load_routine, plan_of, routine_file, routine_names
from smr_vision.moves import Move
from smr_vision.runtime.atomic_write import atomic_write

MOST: Final = 200
OWN: Final = "mine-"  # so that no routine of the user's is taken for one that comes along
_NAME: Final = re.compile(r"mine-[0-9a-z-]{1,60}")


class Routines:
    """Finds, keeps and removes them."""

    def __init__(self, folder: Path, moves: Mapping[str, Move]) -> None:
        self._folder = folder
        self._moves = moves

    def all(self) -> list[dict[str, Any]]:
        """Those that come along, then the user's own, as the page shows them. One that can't be read any more is left
        out: its file stays."""
        own = sorted(p.stem for p in self._folder.glob(f"{OWN}*.toml"))
        shown = []
        for name in (*routine_names(), *own):
            try:
                routine = load_routine(str(self.path(name)))
                minutes = plan_of(routine, self._moves).seconds / 60
            except SmrError:
                continue
            parts = [part.model_dump() for part in routine.parts]
            shown.append(
                {
                    "name": name, "title": routine.title, "purpose": routine.purpose, "minutes": round(minutes, 1),
                    "parts": parts, "own": name.startswith(OWN),
                }
            )  # fmt: skip
        return shown

    def path(self, name: str) -> Path:
        """Where a routine lies; UsageError where there is none of that name."""
        if _NAME.fullmatch(name) and (self._folder / f"{name}.toml").is_file():
            return self._folder / f"{name}.toml"
        if name in routine_names():
            return routine_file(name)
        raise UsageError("That routine is not here any more. Choose another.")

    def keep(self, title: str, parts: list[RoutinePart]) -> str:
        """Keep a routine under its title; the one of that title before is replaced. Its name."""
        letters = re.sub(r"[^0-9a-z]+", "-", title.casefold()).strip("-")[:50]
        name = OWN + (letters or sha256(title.encode()).hexdigest()[:12])
        try:
            routine = Routine(title=title, purpose="Built on the desk", parts=tuple(parts))
        except ValidationError as e:
            raise InputError(f"{e.errors()[0]['msg']}.") from e
        plan_of(routine, self._moves)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        path = self._folder / f"{name}.toml"
        if not path.exists() and len(list(self._folder.glob("*.toml"))) >= MOST:
            raise UsageError("There are too many routines. Remove some first.")
        atomic_write(path, _toml(routine).encode())
        return name

    def remove(self, name: str) -> None:
        if _NAME.fullmatch(name):
            (self._folder / f"{name}.toml").unlink(missing_ok=True)


def _toml(routine: Routine) -> str:
    """A routine as its file holds it. Texts and lists are written alike in TOML and in JSON."""
    lines = [f"title = {json.dumps(routine.title, ensure_ascii=False)}"]
    lines.append(f"purpose = {json.dumps(routine.purpose, ensure_ascii=False)}")
    for part in routine.parts:
        given = part.model_dump(exclude_none=True)
        lines += [
            "",
            "[[parts]]",
            *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in given.items()),
        ]
    return "\n".join(lines) + "\n"
