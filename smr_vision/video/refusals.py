"""Why a file is no clip that can be read, in one line that says what to do."""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from smr_vision.errors import InputError, shown

PHOTOGRAPHS: Final = (b"heic", b"heix", b"mif1", b"avif")  # brands of ISO 23008-12 and AVIF that are single pictures


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


def unreadable(path: Path, error: Exception) -> InputError:
    name = shown(path)
    if isinstance(error, PermissionError):
        return InputError(f"{name} may not be read by you. Ask its owner, or change its permissions.")
    with suppress(OSError), path.open("rb") as file:
        head = file.read(12)
        if _is_picture(head):
            return InputError(f"{name} is a picture, not a clip. Film the exercise, and give the clip.")
        if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free"):
            return InputError(
                f"{name} is cut off: its index is missing (the recording or the copy did not finish). "
                "Copy it from the phone again, or repair it with 'untrunc'."
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


def _is_picture(head: bytes) -> bool:
    """Whether a file begins as photographs do: JPEG, PNG, HEIC or AVIF."""
    return head.startswith((b"\xff\xd8\xff", b"\x89PNG")) or (head[4:8] == b"ftyp" and head[8:12] in PHOTOGRAPHS)


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
