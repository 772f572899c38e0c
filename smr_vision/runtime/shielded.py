"""Work that a stop signal must not cut in half."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Final, TypeVar

T = TypeVar("T")

ENDS_S: Final = 10.0  # what was begun when a stop came is given this long to be finished


def undisturbed(make: Callable[[], T]) -> T:
    """What `make` makes, on a thread of its own. Raises what it raises.

    Python tells the main thread of signals, wherever it is. In the midst of starting a thread or a process that would
    leave a half of one, for which the program waits for ever. Here the stop is raised when what was begun is there, so
    that whoever cleans up finds the whole of it.
    """
    outcome: SimpleQueue[tuple[T, None] | tuple[None, BaseException]] = SimpleQueue()

    def run() -> None:
        try:
            outcome.put((make(), None))
        except BaseException as e:  # noqa: BLE001 - raised where it was asked for
            outcome.put((None, e))

    try:
        threading.Thread(
            target=run, name="undisturbed", daemon=True
        ).start()  # cut in half itself, it runs all the same
        made, failed = outcome.get()
    except (KeyboardInterrupt, SystemExit):
        with suppress(Empty):
            outcome.get(timeout=ENDS_S)
        raise
    if failed is not None:
        raise failed
    return made  # type: ignore[return-value]
