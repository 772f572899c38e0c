"""Told to stop where Python can raise nothing, it stops all the same."""

from __future__ import annotations

import signal
import sys
import time
import weakref
from collections.abc import Iterator

import pytest

from smr_vision.cli.stop import TERMINATED, heed_stops


class Thing:
    """Something that goes."""


@pytest.fixture
def heeding(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    before = signal.getsignal(signal.SIGTERM)
    heed_stops()
    yield
    signal.signal(signal.SIGTERM, before)


def goes_while(number: signal.Signals) -> None:
    """Send us a signal from where what is raised is dropped; then wait for what comes of it."""
    thing = Thing()
    watch = weakref.ref(thing, lambda _: signal.raise_signal(number))
    del thing
    assert watch() is None
    time.sleep(10)


@pytest.mark.usefixtures("heeding")
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_stop_that_python_dropped_is_given_again(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=str(TERMINATED)):
        goes_while(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        goes_while(signal.SIGINT)
    assert capfd.readouterr().err == ""


@pytest.mark.usefixtures("heeding")
def test_what_else_is_dropped_is_told_as_ever(capsys: pytest.CaptureFixture[str]) -> None:
    thing = Thing()
    watch = weakref.ref(thing, lambda _: 1 / 0)
    del thing
    assert watch() is None
    assert "ZeroDivisionError" in capsys.readouterr().err
