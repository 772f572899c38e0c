"""What a stop signal must not cut in half is finished before the stop is raised."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import pytest

from smr_vision.runtime.shielded import undisturbed


def test_gives_what_is_made_and_raises_what_is_raised() -> None:
    assert undisturbed(lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        undisturbed(lambda: 1 // 0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_stop_is_raised_when_what_was_begun_is_there() -> None:
    done = threading.Event()

    def work() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.3)
        done.set()

    def stop(number: int, frame: object) -> None:
        raise SystemExit(143)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        with pytest.raises(SystemExit):
            undisturbed(work)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert done.is_set()
