"""What a stop signal must not cut in half is finished, though nobody waits for it any more."""

from __future__ import annotations

import os
import signal
import sys
import threading

import pytest

from smr_vision.undisturbed import undisturbed


class StoppedError(Exception):
    pass


def test_gives_what_is_made_and_raises_what_is_raised() -> None:
    assert undisturbed(lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        undisturbed(lambda: 1 // 0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_signal_cuts_the_waiting_short_not_the_work() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        os.kill(os.getpid(), signal.SIGTERM)
        go_on.wait(5)
        done.set()

    def stop(number: int, frame: object) -> None:
        raise StoppedError

    before = signal.signal(signal.SIGTERM, stop)
    try:
        with pytest.raises(StoppedError):
            undisturbed(work)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert begun.is_set()
    assert not done.is_set()
    go_on.set()
    assert done.wait(5)
