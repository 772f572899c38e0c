"""`smr history` and `smr forget` as the terminal shows them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from smr_vision.cli.history import show_forget, show_history, spark
from smr_vision.errors import InputError, OutputError
from smr_vision.store import SetEntry, Store
from smr_vision.store.trends import target_words
from tests.report.sample import make_session, make_set


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "history.sqlite") as opened:
        for i in range(3):
            sets = (make_set(passes=4 + 2 * i, discomfort=(7, 6 - 2 * i)), make_set("calf", "left", faulty=False))
            opened.add_session(make_session(*sets, recorded_at=f"2026-11-{10 + i}T18:00:00+00:00"))
        opened.add_session(make_session(person="Bo [bold]", recorded_at="2026-11-01T08:00:00+00:00"))
        yield opened


def said(store: Store, person: str | None = None, *, width: int = 120, **options: bool) -> str:
    console = Console(width=width, force_terminal=False)
    with console.capture() as capture:
        show_history(store, person, console=console, **options)
    return capture.get()


def test_everybodys_sessions_are_listed_oldest_first(store: Store) -> None:
    lines = said(store).splitlines()
    assert lines[1].split() == ["When", "Who", "What", "Sets", "Passes", "target", "Faults", "fort"]
    assert lines[2].split() == ["2026-11-01", "Bo", "[bold]", "no", "set", "0", "0", "-", "0", "-"]
    assert "calf, left" in lines[3]


def test_eighty_columns_are_enough(store: Store) -> None:
    lines = said(store, width=80).splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert len(lines) <= 2 + 2 * 4


def test_one_persons_history_ends_with_the_trend(store: Store) -> None:
    text = said(store, "Ana Kovač")
    assert "Bo" not in text
    assert ": seconds on target" in text
    assert "6 → 2 of 10" in text


def test_an_interrupted_session_is_shown_as_such(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.begin(make_session(make_set(), person="Cy", complete=False))
    assert "running" in said(store, "Cy")
    monkeypatch.setattr("smr_vision.store.history.RUNNING_S", -1.0)
    assert "interrupted" in said(store, "Cy")


def test_json_is_for_machines(store: Store) -> None:
    rows = json.loads(said(store, as_json=True, width=40))
    assert len(rows) == 4
    assert rows[3]["sets"][0]["discomfort"] == {"before": 7, "after": 2}
    assert rows[3]["person"] == "Ana Kovač"


def test_the_page_shows_everybody_and_every_session(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "history.html"
    show_history(store, html=out, console=Console(quiet=True))
    page = out.read_text(encoding="utf-8")
    assert page.count("<tr>") == 2 + 4
    assert "Bo [bold]" in page
    assert "6 of 10, 4 of 10, 2 of 10" in page
    with pytest.raises(OutputError, match="can't be written"):
        show_history(store, html=out / "x.html", console=Console(quiet=True))


def test_an_unknown_name_is_told_with_the_known_ones(store: Store) -> None:
    with pytest.raises(InputError, match=r"Nobody called Anna is kept\. Kept: Ana Kovač, Bo"):
        show_history(store, "Anna")
    with pytest.raises(InputError, match="Anna"):
        show_forget(store, "Anna")
    assert len(store.entries()) == 4


def test_forget_says_what_is_gone(store: Store) -> None:
    console = Console(width=200)
    with console.capture() as capture:
        show_forget(store, "Ana Kovač", console=console)
    assert capture.get() == "Forgot Ana Kovač: 3 sessions and 0 files deleted.\n"
    assert [e.person for e in store.entries()] == ["Bo [bold]"]


def test_an_empty_history_says_how_to_fill_it(tmp_path: Path) -> None:
    with Store(tmp_path / "new.sqlite") as store:
        assert "No sessions are kept yet" in said(store)


def test_small_bars_start_at_zero() -> None:
    assert spark([0, 5, None, 10]) == "▁▅·█"


def test_a_thousand_sessions_are_listed_within_a_second(tmp_path: Path) -> None:
    """The whole process; by the processor's time, so that other work on the machine can't fail it."""
    file = tmp_path / "history.sqlite"
    with Store(file) as store:
        session = make_session(make_set(), make_set("calf", "left"), make_set("calf", "right"))
        for i in range(1000):
            store.add_session(session.model_copy(update={"recorded_at": f"2026-01-01T00:00:00.{i:06}+00:00"}))
    program = "import sys; from smr_vision.cli.history import *; show_history(Store(sys.argv[1]))"
    before = os.times()
    done = subprocess.run([sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True)
    after = os.times()
    assert "of 1000 sessions" in done.stdout
    assert after.children_user + after.children_system - before.children_user - before.children_system < 1.0


def test_a_set_left_early_says_how_much_of_it_was_done() -> None:
    one = SetEntry("calf", "left", 4, 17.0, 0, None, None)
    assert target_words([one], {"calf": 45.0}) == "17 of 45 s"
    assert target_words([replace(one, on_target_s=47.0)], {"calf": 45.0}) == "47 s"
    assert target_words([replace(one, on_target_s=None)], {"calf": 45.0}) == "not measured"
