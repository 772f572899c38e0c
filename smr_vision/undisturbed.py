"""Work that a stop signal must not cut in half."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def undisturbed(make: Callable[[], T]) -> T:
    """What `make` makes, on a thread of its own. Raises what it raises.

    Python tells the main thread of signals, wherever it is. In the midst of starting a thread or a process that would
    leave a half of one, for which the program waits for ever. Here only our waiting is cut short.
    """
    made: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            made.append(make())
        except BaseException as e:  # noqa: BLE001 - raised where it was asked for
            failed.append(e)

    thread = threading.Thread(target=run, name="undisturbed", daemon=True)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return made[0]
