"""Told to stop, the program ends by way of an exception, so that nothing half-written stays behind."""

from __future__ import annotations

import _thread
import signal
import sys
from contextlib import suppress
from math import inf
from threading import main_thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from smr_vision.runtime.progress import Progress

STOPPED: Final = 130
TERMINATED: Final = 143
LAST_RESORT_S: Final = 120  # longer than anything takes to end in order
_AGAIN_S: Final = 0.02
_LATELY_S: Final = 1.0

_ordered: tuple[int, float] = STOPPED, -inf  # the exit code of the last order to stop, and when it came


def heed_stops() -> None:
    """From here on SIGTERM, and a terminal that is closed, raise SystemExit as Ctrl-C raises KeyboardInterrupt, and
    none of them is lost."""
    signal.signal(signal.SIGTERM, _stop)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # and not ignored, as in the background
        signal.signal(signal.SIGINT, _stop)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # not so under nohup
        signal.signal(signal.SIGHUP, _stop)
    sys.unraisablehook = _unraisable


def ordered_lately() -> int | None:
    """The exit code of a stop that was ordered within the last second: an error that comes now was made of it. Python
    3.11 makes one where a class is made, pydantic in its core."""
    code, at = _ordered
    return code if monotonic() - at < _LATELY_S else None


def say_stopped() -> None:
    """The one line about it; a terminal that was closed takes none."""
    with suppress(OSError, ValueError):
        sys.stderr.write("smr: stopped.\n")
        sys.stderr.flush()


def heeding(progress: Progress) -> Progress:
    """`progress`, which ends the work where an order to stop has come and the work goes on all the same: libraries
    written in C drop what is raised while they look something up."""

    def heed(done: float, total: float) -> None:
        code, at = _ordered
        if at > -inf:
            _raise(code)
        progress(done, total)

    return heed


def _stop(number: int, frame: object) -> NoReturn:
    global _ordered  # noqa: PLW0603 - a signal is told to the whole program
    del frame
    code = 128 + number
    _ordered = code, monotonic()
    if hasattr(signal, "alarm"):  # should we not get to the end: the system ends us, whatever Python waits for
        signal.alarm(LAST_RESORT_S)
    _raise(code)


def _raise(code: int) -> NoReturn:
    raise KeyboardInterrupt if code == STOPPED else SystemExit(code)


def _unraisable(lost: sys.UnraisableHookArgs) -> None:
    """Python drops what is raised where it can't be passed on, as in the callback of a weak reference: modules have
    them while they are imported. An order to stop that fell there is given again a moment later."""
    match lost.exc_value:
        case KeyboardInterrupt():
            _again(signal.SIGINT)
        case SystemExit(code=int(code)) if code > 128:
            _again(signal.Signals(code - 128))
        case _:
            sys.__unraisablehook__(lost)


def _again(number: signal.Signals) -> None:
    def send() -> None:
        sleep(_AGAIN_S)
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(main_thread().ident or 0, number)
        else:  # Windows
            _thread.interrupt_main(number)

    # Not by `threading`, in whose own start this may have come: its lock is taken then, for ever.
    with suppress(RuntimeError):  # the program is ending already, and starts no threads any more
        _thread.start_new_thread(send, ())
