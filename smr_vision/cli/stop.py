"""Told to stop, the program ends by way of an exception, so that nothing half-written stays behind."""

from __future__ import annotations

import _thread
import signal
import sys
from contextlib import suppress
from math import inf
from threading import Timer, main_thread
from time import monotonic
from typing import Final, NoReturn

STOPPED: Final = 130
TERMINATED: Final = 143
_AGAIN_S: Final = 0.02
_LATELY_S: Final = 1.0

_ordered: tuple[int, float] = STOPPED, -inf  # the exit code of the last order to stop, and when it came


def heed_stops() -> None:
    """From here on SIGTERM raises SystemExit, as Ctrl-C raises KeyboardInterrupt, and neither is lost."""
    signal.signal(signal.SIGTERM, _stop)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # and not ignored, as in the background
        signal.signal(signal.SIGINT, _stop)
    sys.unraisablehook = _unraisable


def ordered_lately() -> int | None:
    """The exit code of a stop that was ordered within the last second: an error that comes now was made of it. Python
    3.11 makes one where a class is made, pydantic in its core."""
    code, at = _ordered
    return code if monotonic() - at < _LATELY_S else None


def _stop(number: int, frame: object) -> NoReturn:
    global _ordered  # noqa: PLW0603 - a signal is told to the whole program
    del frame
    interrupted = number == signal.SIGINT
    _ordered = STOPPED if interrupted else TERMINATED, monotonic()
    raise KeyboardInterrupt if interrupted else SystemExit(TERMINATED)


def _unraisable(lost: sys.UnraisableHookArgs) -> None:
    """Python drops what is raised where it can't be passed on, as in the callback of a weak reference: modules have
    them while they are imported. An order to stop that fell there is given again a moment later."""
    if isinstance(lost.exc_value, (KeyboardInterrupt, SystemExit)):
        _again(signal.SIGINT if isinstance(lost.exc_value, KeyboardInterrupt) else signal.SIGTERM)
    else:
        sys.__unraisablehook__(lost)


def _again(number: signal.Signals) -> None:
    def send() -> None:
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(main_thread().ident or 0, number)
        else:  # Windows
            _thread.interrupt_main(number)

    timer = Timer(_AGAIN_S, send)
    timer.daemon = True
    with suppress(RuntimeError):  # the program is ending already, and starts no threads any more
        timer.start()
