"""A few hundred of the requests of `tests.desk.outsiders`, of every kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.odd_requests import Facts, Outsider
from tests.desk.outsiders import digest, refused, server, stopped


@pytest.fixture
def facts(tmp_path: Path) -> Iterator[Facts]:
    with server(tmp_path) as found:
        yield found


def test_every_odd_request_is_refused_and_nothing_is_changed_or_told(facts: Facts, tmp_path: Path) -> None:
    before = digest(tmp_path / "kept")
    done = refused(facts, 420, seed=7)
    kinds = Counter(kind.partition(":")[0] for kind in done.elements())
    assert set(kinds.values()) == {30}
    assert digest(tmp_path / "kept") == before


def test_the_same_seed_thinks_of_the_same(facts: Facts) -> None:
    heads = [[one.head for one in Outsider(facts, 3).all(60)] for _ in range(2)]
    assert heads[0] == heads[1]


def test_a_body_that_stops_is_given_up(facts: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smr_vision.desk.guard.PATIENCE_S", 0.3)
    before = digest(tmp_path / "kept")
    assert stopped(facts, 4) == [408] * 4
    assert digest(tmp_path / "kept") == before
