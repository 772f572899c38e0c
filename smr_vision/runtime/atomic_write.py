"""Writing a file so that a reader sees all of it or none."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from smr_vision.errors import cannot_write


def atomic_write(path: Path, content: bytes) -> None:
    """Write by way of a file beside it; folders that are missing are made."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as e:
        raise cannot_write(path, e) from e
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
