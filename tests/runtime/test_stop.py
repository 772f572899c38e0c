"""Told to stop where Python can raise nothing, it stops all the same."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from math import inf

import pytest

from smr_vision.cli.__main__ import main
from smr_vision.runtime import stop
from smr_vision.runtime.stop import TERMINATED, heed_stops


class Thing:
    """Something that goes."""


@pytest.fixture
def heeding(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    heed_stops()
    yield
    if hasattr(signal, "alarm"):
        signal.alarm(0)  # it is for programs that do not end, and this one goes on
    monkeypatch.undo()
    stop._ordered = 130, -inf
    for number, handler in before.items():
        signal.signal(number, handler)


def where_it_is_dropped(do: Callable[[], object]) -> None:
    """Do it where Python drops what is raised."""
    thing = Thing()
    watch = weakref.ref(thing, lambda _: do())
    del thing
    assert watch() is None


def signalled(number: signal.Signals) -> None:
    """Send us a signal there; then wait for what comes of it."""
    where_it_is_dropped(lambda: signal.raise_signal(number))
    time.sleep(10)


@pytest.mark.usefixtures("heeding")
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_stop_that_python_dropped_is_given_again(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=str(TERMINATED)):
        signalled(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        signalled(signal.SIGINT)
    assert capfd.readouterr().err == ""


@pytest.mark.usefixtures("heeding")
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(
    ("number", "code", "said"), [(signal.SIGTERM, 143, "smr: stopped.\n"), (signal.SIGINT, 130, "smr: stopped.\n")]
)
def test_an_error_that_a_library_makes_of_a_stop_is_a_stop(
    number: signal.Signals, code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run() -> None:
        try:
            signal.raise_signal(number)
        except BaseException as e:
            raise ValueError("the schema can't be made") from e

    monkeypatch.setattr("smr_vision.cli.main.main", run)
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, capsys.readouterr().err) == (code, said)


@pytest.mark.usefixtures("heeding")
def test_an_error_without_a_stop_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def run() -> None:
        raise ValueError("a bug")

    monkeypatch.setattr("smr_vision.cli.main.main", run)
    monkeypatch.setattr("smr_vision.runtime.stop._ordered", (130, -1e9))
    with pytest.raises(ValueError, match="a bug"):
        main()


@pytest.mark.usefixtures("heeding")
def test_what_else_is_dropped_is_told_as_ever(capsys: pytest.CaptureFixture[str]) -> None:
    where_it_is_dropped(lambda: 1 / 0)
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.usefixtures("heeding")
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_stop_that_a_library_dropped_without_a_word_is_heeded_at_the_next_picture() -> None:
    done: list[float] = []
    progress = stop.heeding(lambda now, total: done.append(now))
    progress(1.0, 3.0)
    with pytest.raises(SystemExit):
        signal.raise_signal(signal.SIGTERM)
    with pytest.raises(SystemExit, match=str(TERMINATED)):
        progress(2.0, 3.0)
    assert done == [1.0]


WAITS_FOR_EVER = """
import os, signal, threading
from smr_vision.runtime import stop
stop.LAST_RESORT_S = 1
stop.heed_stops()
threading.Thread(target=threading.Event().wait).start()
os.kill(os.getpid(), signal.SIGTERM)
"""


@pytest.mark.skipif(not hasattr(signal, "alarm"), reason="alarms")
def test_a_program_that_waits_for_ever_at_its_end_is_ended() -> None:
    run = subprocess.run([sys.executable, "-c", WAITS_FOR_EVER], timeout=30, check=False)
    assert run.returncode == -signal.SIGALRM


HUNG_UP = """
import os, signal
from smr_vision.runtime import stop
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may have it ignored, as nohup does
stop.heed_stops()
os.kill(os.getpid(), signal.SIGHUP)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="terminals")
def test_a_terminal_that_is_closed_stops_as_the_others_do() -> None:
    assert subprocess.run([sys.executable, "-c", HUNG_UP], timeout=30, check=False).returncode == 129
