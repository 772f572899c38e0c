"""Orders to stop (Ctrl-C, SIGTERM), taken between two pictures: what a session keeps is not cut in half by one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

_SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)


class Orders:
    """Notes orders to stop from `wait_for_me` on, and does at `obey`, or at the end, what they would have done at once.
    An order that comes while another waits is not made to wait: whoever asks twice means it.

    with Orders() as orders:
        orders.wait_for_me()
        while True:
            orders.obey()
    """

    def __init__(self) -> None:
        self._before: dict[int, Callable[[int, FrameType | None], Any]] = {}
        self._noted: int | None = None
        self._waits = False

    def __enter__(self) -> Orders:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                handler = signal.getsignal(number)
                if callable(handler):  # whatever is ignored, or left to the system, stays so
                    self._before[number] = handler
                    signal.signal(number, self._take)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self.obey()

    def wait_for_me(self) -> None:
        """From here on an order waits until it is obeyed."""
        self._waits = True

    def obey(self) -> None:
        """Do what was ordered, if anything was."""
        noted, self._noted = self._noted, None
        if noted is not None:
            self._before[noted](noted, None)

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self._waits and self._noted is None:
            self._noted = number
            return
        self._waits, self._noted = True, None  # what follows, the keeping, is not to be cut in half by the next one
        self._before[number](number, frame)
