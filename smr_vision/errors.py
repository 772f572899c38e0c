"""What can go wrong in ways we know, and the exit code of each.

Every message is one line for the person at the keyboard: what happened and what to do next.
An exception that is not an `SmrError` is a bug, and the only thing that may print a traceback.
"""

import errno
import os
from collections.abc import Iterable
from typing import ClassVar, Final

ALIKE: Final = 0.55  # of 1: `knee` is a knee_angle, `smile` is nothing


class SmrError(Exception):
    """Base of every known failure; `str(error)` is the one line to print."""

    exit_code: ClassVar[int] = 1


class UsageError(SmrError):
    """The command was called wrongly."""

    exit_code = 2


class OutputError(UsageError):
    """The results can't be written where the user asked: a choice of theirs, so wrong usage (2)."""


class InputError(SmrError):
    """The input can't be read."""

    exit_code = 3


class NobodyError(SmrError):
    """The input can be read, but nobody to analyse is in it."""

    exit_code = 4


class DeviceError(SmrError):
    """A device (camera, loudspeaker, disk) or an optional part is missing or failed."""

    exit_code = 5


class ModelError(DeviceError):
    """A pose model is missing or damaged."""


class CancelledError(SmrError):
    """The analysis was stopped by the program that asked for it."""

    exit_code = 130


# The disk itself gave up; another folder on it would not help, so it's the device's failure.
_DISK_FAILURES = {errno.ENOSPC: "the disk is full", errno.EIO: "the disk failed"}
if hasattr(errno, "EDQUOT"):  # not on Windows
    _DISK_FAILURES[errno.EDQUOT] = "your share of the disk is used up"


def shown(path: str | os.PathLike[str]) -> str:
    """`path` on one printable line, whatever bytes its name holds."""
    text = os.fsencode(path).decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """` Did you mean "hip_angle"?` for a name that is none: those that hold it, else those like it; empty: none is."""
    from difflib import get_close_matches  # noqa: PLC0415 - only where something is wrong

    there = {one.casefold(): one for one in known}
    text = name.strip().casefold()
    alike = [one for one in there if text and text in one] or get_close_matches(text, there, cutoff=ALIKE)
    listed = " or ".join(f'"{there[one]}"' for one in alike[:3])
    return f" Did you mean {listed}?" if listed else ""


def cannot_read(path: str | os.PathLike[str], error: OSError) -> InputError:
    """The error to raise when reading `path` failed with `error` after it had been opened."""
    why = os.strerror(error.errno).lower() if error.errno else str(error)
    return InputError(f"{shown(path)} can't be read to its end ({why}). Copy it to this computer's disk and try again.")


def cannot_write(path: str | os.PathLike[str], error: OSError, option: str = "--out") -> OutputError | DeviceError:
    """The error to raise when writing `path` failed with `error`.

    A full or failing disk is a `DeviceError`; anything else (no permission, no such folder,
    a read-only disk) an `OutputError`, to be mended by another folder for `option`.
    """
    failure = _DISK_FAILURES.get(error.errno or 0)
    if failure is not None:
        return DeviceError(f"{shown(path)} could not be written: {failure}. Free some space and try again.")
    why = os.strerror(error.errno).lower() if error.errno else str(error)
    return OutputError(f"{shown(path)} can't be written ({why}). Choose another folder with {option}.")
