"""What all tests share: tiny films, and the rule that no test logs an error."""

import logging
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.film import Film

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # Started in the background of a shell we ignore Ctrl-C, and so would the programs that the tests stop with it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Nothing is judged by how long an example takes: on a busy machine one of them takes a second.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def _no_error_logged(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test during which an error was logged, unless it is marked `logs_errors`."""
    yield
    if request.node.get_closest_marker("logs_errors"):
        return
    records = [r for when in ("setup", "call") for r in caplog.get_records(when) if r.levelno >= logging.ERROR]
    assert not records, f"logged: {[r.getMessage() for r in records]}"


@pytest.fixture
def film(tmp_path: Path) -> Film:
    """A `Film` that works in the folder of the test."""
    return Film(tmp_path)
