"""Orders to stop wait for the picture; whoever asks twice is heard at once; nothing cuts the keeping in half."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from smr_vision.live.stop_orders import Orders

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


class TerminatedError(Exception):
    """What SIGTERM raises here."""


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    def terminate(number: int, frame: object) -> None:
        raise TerminatedError

    before = signal.signal(signal.SIGTERM, terminate), signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before[0])
    signal.signal(signal.SIGINT, before[1])


def test_before_the_pictures_come_an_order_is_obeyed_at_once_and_the_next_one_at_the_end() -> None:
    steps: list[str] = []

    def run() -> None:
        with Orders():
            try:
                signal.raise_signal(signal.SIGTERM)
            except TerminatedError:
                signal.raise_signal(signal.SIGINT)
                steps.append("kept")

    with pytest.raises(KeyboardInterrupt):
        run()
    assert steps == ["kept"]


def test_then_it_waits_until_it_is_obeyed() -> None:
    with Orders() as orders:
        orders.wait_for_me()
        orders.obey()
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(TerminatedError):
            orders.obey()
        orders.obey()  # once


def test_asked_twice_it_does_not_wait() -> None:
    with Orders() as orders:
        orders.wait_for_me()
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_what_nobody_obeyed_is_obeyed_at_the_end() -> None:
    def run() -> None:
        with Orders() as orders:
            orders.wait_for_me()
            signal.raise_signal(signal.SIGTERM)

    with pytest.raises(TerminatedError):
        run()


def test_afterwards_all_is_as_it_was_and_what_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    before = signal.getsignal(signal.SIGTERM)
    with Orders() as orders:
        orders.wait_for_me()
        signal.raise_signal(signal.SIGINT)
        orders.obey()
    assert signal.getsignal(signal.SIGTERM) is before
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_on_another_thread_it_takes_no_orders() -> None:
    done: list[bool] = []

    def run() -> None:
        with Orders() as orders:
            orders.wait_for_me()
            orders.obey()
            done.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert done
