"""A few tries of `make stops`."""

import sys

import pytest

from tests.stops import tried


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_stopped_at_any_moment_nothing_is_corrupt_or_lost() -> None:
    found = tried(("analyse", "history"), tries=2, seed=5)
    assert {name: wrong for name, (_, wrong) in found.items()} == {"analyse": [], "history": []}
    assert sum(running for running, _ in found.values()) >= 4, "most of the signals met the command at work"
