"""Why a file is no clip that can be read, in one line that says what to do."""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from smr_vision.errors import InputError, shown

STILL_BRANDS: Final = ("heic", "heix", "heim", "heis", "mif1", "avif")  # ISO 23008-12, annex B; AVIF 1.1
_STILLS: Final = (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*")  # JPEG, PNG, TIFF and raw pictures


def check_file(path: Path) -> None:
    """Tell what is wrong with the file itself; a pipe or a device would block for ever."""
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise InputError(f"{shown(path)} {_missing(path)}") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{shown(path)} can't be opened ({_reason(error)}).") from error
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"{shown(path)} is a folder. Give a clip, or use 'smr batch' for a folder of clips.")
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{shown(path)} is not a file. Give a clip that is saved on disk.")
    if status.st_size == 0:
        raise InputError(f"{shown(path)} is empty (0 bytes). Copy it from the phone again.")
    if not os.access(path, os.R_OK):
        raise InputError(f"{shown(path)} may not be read by you. Ask its owner, or change its permissions.")


def state_of(path: Path) -> tuple[int, int] | None:
    """A file's size and when it was changed; None: it is gone. Another later on: somebody records or copies it."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def unreadable(path: Path, error: Exception) -> InputError:
    name = shown(path)
    if isinstance(error, PermissionError):
        return InputError(f"{name} may not be read by you. Ask its owner, or change its permissions.")
    with suppress(OSError), path.open("rb") as file:
        head = file.read(12)
        if head.startswith(_STILLS) or (head[:4], head[8:]) == (b"RIFF", b"WEBP") or _still_brand(head):
            return still(path)
        if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free"):
            return InputError(
                f"{name} is cut off: its index is missing (the recording or the copy did not finish). If it is still "
                "being written, wait until it is done; else copy it from the phone again, or repair it with 'untrunc'."
            )
    return InputError(f"{name} is not a video that can be read. Give an MP4, MOV, MKV, WebM or AVI clip.")


def _missing(path: Path) -> str:
    """What to do about a file that is not there."""
    if re.match(r"[a-z]{3,5}:/", str(path)):
        return "is an address, not a file. Download the clip first, then give its name."
    gone = next((p for p in reversed(path.parents) if not p.exists()), None)
    if gone is not None:
        return f"does not exist: there is no folder {shown(gone)}. Check the name."
    return "does not exist. Check the name."


def _still_brand(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:].decode("latin-1") in STILL_BRANDS


def still(path: Path) -> InputError:
    """A picture in the place of a film; a phone keeps the two of a Live Photo side by side."""
    films = (path.with_suffix(ending) for ending in (".MOV", ".mov", ".MP4", ".mp4"))
    film = next((other.name for other in films if other.is_file()), None)
    give = "Give a clip." if film is None else f"Give the film beside it: {shown(film)}."
    return InputError(f"{shown(path)} is a still picture, no film. {give}")


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
