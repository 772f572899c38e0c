"""Exit codes are a contract with other people's scripts; messages are one line."""

import errno
import os
from pathlib import Path

import pytest

from smr_vision import errors


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.SmrError, 1),
        (errors.UsageError, 2),
        (errors.OutputError, 2),
        (errors.InputError, 3),
        (errors.NobodyError, 4),
        (errors.DeviceError, 5),
        (errors.ModelError, 5),
    ],
)
def test_exit_codes(kind: type[errors.SmrError], code: int) -> None:
    assert kind.exit_code == code
    assert issubclass(kind, errors.SmrError)


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.EACCES, errors.OutputError, "permission denied"),
        (errno.EROFS, errors.OutputError, "read-only"),
        (errno.ENOENT, errors.OutputError, "no such file"),
        (errno.ENOSPC, errors.DeviceError, "the disk is full"),
        (errno.EIO, errors.DeviceError, "the disk failed"),
    ],
)
def test_cannot_write_says_whose_fault_it_is(number: int, kind: type[errors.SmrError], words: str) -> None:
    error = errors.cannot_write("out/session.json", OSError(number, os.strerror(number)))
    assert type(error) is kind
    assert words in str(error)
    assert "out/session.json" in str(error)


def test_cannot_write_without_a_number() -> None:
    assert "something odd" in str(errors.cannot_write("x", OSError("something odd")))


def test_shown_is_one_printable_line() -> None:
    assert errors.shown("plain name ü.mp4") == "plain name ü.mp4"
    hostile = os.fsdecode(b"bad \xff\n\x1b[31m.mp4")
    assert errors.shown(Path(hostile)) == "bad \ufffd\ufffd\ufffd[31m.mp4"
