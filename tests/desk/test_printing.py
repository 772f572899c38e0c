"""PDFs are laid out in a process of its own: what it can't do is one line, and nothing is left over."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from smr_vision.desk import printing
from smr_vision.desk.desk import Desk
from smr_vision.desk.printing import STOPPED, TOO_LONG, TOO_MUCH, Printer
from smr_vision.errors import UsageError
from tests.report.sample import pages_of

pytest.importorskip("weasyprint", reason="needs the extra [pdf]")


def left_over(desk: Desk) -> list[Path]:
    return list(desk.places.own.glob(".give-*"))


def test_the_server_lays_out_nothing_itself(
    client: TestClient, desk: Desk, session_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert client.post("/api/reports", json={"ids": [session_id]}).content.startswith(b"%PDF")
    assert left_over(desk) == []


@pytest.mark.parametrize(
    ("limit", "value", "said"), [("MEMORY", 90 << 20, TOO_MUCH), ("START_S", -29.9, TOO_LONG)], ids=["memory", "time"]
)
def test_too_large_a_report_is_one_line(
    client: TestClient,
    desk: Desk,
    session_id: str,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    value: float,
    said: str,
) -> None:
    monkeypatch.setattr(printing, limit, value)
    answer = client.post("/api/reports", json={"ids": [session_id]})
    assert (answer.status_code, answer.json()) == (400, {"error": said})
    assert left_over(desk) == []


def test_without_weasyprint_it_says_how_to_get_it(
    client: TestClient, session_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weasyprint.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    answer = client.post("/api/reports", json={"ids": [session_id]})
    assert "pip install 'smr-vision[pdf]'" in answer.json()["error"]


def test_the_first_page_that_fits_is_taken_else_the_last(tmp_path: Path) -> None:
    two = "<p style='break-after: page'>a</p><p>b</p>"
    fits, last = Printer().printed([[two, "<p>fits", two], [two, two + two]], tmp_path)
    assert pages_of(fits.read_bytes()) == 1
    assert pages_of(last.read_bytes()) == 3
    (both,) = Printer().printed([["<p>a"], ["<p>b"]], tmp_path, together=True)
    assert pages_of(both.read_bytes()) == 2


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="The reports"):
        Printer().printed([["<p>a"]], tmp_path / "gone")


def test_what_a_killed_desk_left_is_taken_away(desk: Desk) -> None:
    (desk.places.own / ".give-x").mkdir()
    (desk.places.own / ".give-x" / "all.zip").write_bytes(b"x")
    with Desk(desk.places):
        assert left_over(desk) == []


def test_a_desk_that_stops_waits_for_no_report(client: TestClient, desk: Desk, session_id: str) -> None:
    desk.printer.end()
    answer = client.post("/api/reports", json={"ids": [session_id]})
    assert (answer.status_code, answer.json()) == (400, {"error": STOPPED})
    assert left_over(desk) == []
