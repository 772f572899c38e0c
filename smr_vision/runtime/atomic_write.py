"""Writing files and folders so that a reader sees all of it or none."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

from smr_vision.errors import cannot_write


def atomic_write(path: Path, content: bytes) -> None:
    """Write by way of a file beside it; folders that are missing are made. OutputError where that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as e:
        raise cannot_write(path, e) from e


def write_whole(path: Path, content: bytes) -> None:
    """Write by way of a file beside it."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def settle(folder: Path, place: Path, name: str, same: Callable[[Path], bool] = lambda _: False) -> Path:
    """Give a complete folder its name in `place`: with -2, -3 ... where that is taken; none where a folder of that name
    is the `same`."""
    for number in count(1):
        target = place / (name if number == 1 else f"{name}-{number}")
        while not target.exists():
            try:
                return folder.rename(target)
            except OSError:
                if not target.exists():
                    raise
        if same(target):
            return target
    raise AssertionError
