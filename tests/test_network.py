"""No command opens an internet socket unless given a URL.

The kernel itself watches: a seccomp filter kills the process, native threads included, at the first
socket of the internet families. It needs no root and no other program.
"""

import platform
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from smr_vision.moves import __file__ as moves_file
from smr_vision.store import Store
from tests.film import Film
from tests.report.sample import make_session, make_set, write_folder

pytestmark = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="the filter is for Linux on x86-64"
)

WATCHED = """
import ctypes, struct, sys

LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
KILL, ALLOW = 0x80000000, 0x7FFF0000
X86_64, SOCKET, INET, INET6 = 0xC000003E, 41, 2, 10
PROGRAM = [
    (LOAD, 0, 0, 4), (EQUAL, 0, 6, X86_64),
    (LOAD, 0, 0, 0), (EQUAL, 0, 4, SOCKET),
    (LOAD, 0, 0, 16), (EQUAL, 1, 0, INET), (EQUAL, 0, 1, INET6),
    (RETURN, 0, 0, KILL), (RETURN, 0, 0, ALLOW),
]

class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("program", ctypes.c_char_p)]

libc = ctypes.CDLL(None, use_errno=True)
code = b"".join(struct.pack("HBBI", *line) for line in PROGRAM)
assert libc.prctl(38, 1, 0, 0, 0) == 0  # no new privileges
assert libc.prctl(22, 2, ctypes.byref(Filter(len(PROGRAM), code)), 0, 0) == 0  # the filter
"""
ROOT = Path(__file__).parents[1]
MOVES = Path(moves_file).parent
SMR = "from smr_vision.cli.__main__ import main; sys.argv[0] = 'smr'; main()"


def watched(code: str, *arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"{WATCHED}\n{code}", *map(str, arguments)],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "SMR_DATA": str(folder / "data"), "HOME": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "import socket; socket.socket(socket.AF_INET6)",
        "import socket; socket.getaddrinfo('example.org', 80)",
        "import threading, socket; t = threading.Thread(target=socket.socket); t.start(); t.join()",
    ],
)
def test_the_watch_would_notice(tmp_path: Path, code: str) -> None:
    assert watched(code, folder=tmp_path).returncode == -signal.SIGSYS


def test_the_watch_lets_everything_else_pass(tmp_path: Path) -> None:
    run = watched("import socket; socket.socketpair(); print('fine')", folder=tmp_path)
    assert (run.returncode, run.stdout) == (0, "fine\n")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--help",), 0),
        (("moves", "list"), 0),
        (("moves", "show", "calf"), 0),
        (("moves", "schema"), 0),
        (("moves", "check", MOVES / "calf.toml"), 0),
        (("history",), 0),
        (("history", "Ana", "--html", "ana.html"), 0),
        (("forget", "Ana"), 0),
        (("doctor",), 5),
        (("forget", "Zoe"), 3),
        (("report", "roll/session.json"), 0),
        (("report", "roll/session.json", "--embed-clip", "--out", "with.html"), 0),
        (("report", "roll/session.json", "--out", "roll.pdf"), 0),
        (("report", "roll/session.json", "roll/session.json"), 0),
        (("batch", "roll"), 3),
    ],
)
def test_commands_open_no_socket(tmp_path: Path, film: Film, arguments: tuple[str, ...], code: int) -> None:
    session = make_session(make_set(), person="Ana")
    write_folder(tmp_path / "roll", session)
    film("annotated.mp4", times=5).replace(tmp_path / "roll" / "annotated.mp4")
    with Store(tmp_path / "data" / "history.sqlite") as store:
        store.add_session(session, tmp_path / "roll")
    run = watched(SMR, *arguments, folder=tmp_path)
    assert run.returncode == code, run.stderr


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("live", "calf", "--camera", "clip.mp4", "--yes", "--no-window", "--model", "lite", "--record", "film"), 0),
        (("batch", ".", "--model", "lite", "--workers", "1"), 4),
    ],
)
def test_live_and_batch_open_no_socket_and_what_they_write_is_private(
    tmp_path: Path, film: Film, arguments: tuple[str, ...], code: int
) -> None:
    film("clip.mp4", times=15)
    run = watched(SMR, *arguments, folder=tmp_path)
    assert run.returncode == code, run.stderr
    written = [path for place in ("film", "smr-out", "data") for path in (tmp_path / place).rglob("*")]
    assert written
    assert [path for path in written if path.stat().st_mode & 0o077] == []


@pytest.mark.model
@pytest.mark.slow
def test_a_run_with_a_real_pose_model_opens_no_socket(tmp_path: Path, film: Film) -> None:
    """Later MediaPipe versions look a server up at every run: this is what holds ours where it is."""
    run = watched(SMR, "analyse", film(times=15), "--model", "lite", folder=tmp_path)
    assert run.returncode == 4, run.stderr
    assert "nobody to analyse" in run.stderr
