"""Why a file is no clip that can be read, in one line that says what to do."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from smr_vision.errors import InputError, shown


def check_file(path: Path) -> None:
    """Tell what is wrong with the file itself; a pipe or a device would block for ever."""
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise InputError(f"{shown(path)} does not exist. Check the name.") from error
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
        if file.read(12)[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free"):
            return InputError(
                f"{name} is cut off: its index is missing (the recording or the copy did not finish). "
                "Copy it from the phone again, or repair it with 'untrunc'."
            )
    return InputError(f"{name} is not a video that can be read. Give an MP4, MOV, MKV, WebM or AVI clip.")


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
