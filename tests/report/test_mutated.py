"""Damaged sessions and series either give a report or are refused: never a crash, never a hang."""

from __future__ import annotations

import contextlib
import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smr_vision.errors import SmrError
from smr_vision.report import write_report
from tests.report.conftest import Kept
from tests.report.sample import make_session, make_set

ODD: tuple[Any, ...] = (
    0, -1, 0.5, 1e5, 1e308, -1e308, 1e-300, 10**30, "", "x", "\u202e\0", "2026-13-45", None, True, [], {}, [1] * 50,
)  # fmt: skip
ODD_CELLS = ("", "x", "nan", "inf", "-1e300", "1e300", "0", "-5", "99999999", '"', "\0")
TRIES = 25


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield (*path, key)
        yield from leaves(part, (*path, key))


def mutated(record: Any, rng: random.Random) -> Any:
    """A copy with one to three values taken out or made odd."""
    changed = copy.deepcopy(record)
    ways = list(leaves(record))
    for _ in range(rng.choice((1, 1, 2, 3))):
        *way, last = rng.choice(ways)
        with contextlib.suppress(KeyError, IndexError, TypeError):  # an earlier change took it away
            place = changed
            for key in way:
                place = place[key]
            if rng.random() < 0.15:
                del place[last]
            else:
                place[last] = rng.choice(ODD)
    return changed


@pytest.fixture
def path(kept: Kept) -> Path:
    sets = (make_set(picture="faults/1.png", discomfort=(5, 4)), make_set("calf", "left", start_s=50),
            make_set("calf", "right", start_s=90))  # fmt: skip
    return kept(make_session(*sets))


@pytest.mark.parametrize("seed", range(5))
def test_a_mutated_session(path: Path, seed: int) -> None:
    rng = random.Random(seed)
    record = json.loads(path.read_text(encoding="utf-8"))
    written = 0
    for number in range(TRIES):
        path.write_text(json.dumps(mutated(record, rng)), encoding="utf-8")
        out = path.parent / f"report.{'csv' if number % 5 == 0 else 'html'}"
        out.unlink(missing_ok=True)
        refused = refusal([path, path] if number % 7 == 0 else [path], out)
        assert refused is None or "\n" not in refused
        assert out.exists() == (refused is None)
        written += refused is None
    assert written > 0


def refusal(paths: list[Path], out: Path) -> str | None:
    """Why the sessions were refused; None when the report was written."""
    try:
        write_report(paths, out)
    except SmrError as error:
        return str(error)
    return None


@pytest.mark.parametrize("seed", range(2))
def test_a_mutated_series(path: Path, seed: int) -> None:
    rng = random.Random(seed)
    series = path.parent / "series.csv"
    rows = [line.split(",") for line in series.read_text(encoding="utf-8").splitlines()]
    for _ in range(TRIES):
        changed = [list(row) for row in rows]
        for _ in range(rng.choice((1, 20, 2000))):
            row = rng.choice(changed)
            row[rng.randrange(len(row))] = rng.choice(ODD_CELLS)
        text = "\n".join(",".join(row) for row in changed)
        series.write_text(text[: rng.randrange(len(text))] if rng.random() < 0.2 else text, encoding="utf-8")
        assert write_report([path], path.parent / "report.html").stat().st_size > 10_000
