"""The home programme: kept, printed, and held against what was done."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from starlette.testclient import TestClient

from smr_vision.desk.desk import Desk
from smr_vision.desk.programmes import Programme, done_of, weeks_until
from smr_vision.store import Entry, SetEntry
from tests.desk.conftest import person_of

CALF = {"move": "calf", "side": "both", "sets": 2, "seconds": 45, "times_a_week": 3}
BACK = {"move": "thoracic", "sets": 1, "seconds": 60, "times_a_week": 2}


def keep(client: TestClient, person: str, **given: Any) -> Any:
    body = {"since": "2026-11-02", "items": [CALF, BACK], "words": "Evenings <b>", "seen": None, **given}
    return client.post(f"/api/people/{person}/programme", json=body)


def entry(day: str, *sets: tuple[str, str | None, float | None]) -> Entry:
    made = tuple(SetEntry(move, side, 5, on_target_s, 0, None, None) for move, side, on_target_s in sets)
    return Entry("0" * 32, "Ana", f"{day}T12:00:00+00:00", "complete", None, made)


@pytest.mark.usefixtures("session_id")
def test_a_programme_is_kept_and_printed(client: TestClient) -> None:
    person = person_of(client)
    assert client.get(f"/people/{person}/programme/print").status_code == 404
    assert keep(client, person).status_code == 200
    assert "calf" in client.get(f"/people/{person}/programme").text
    printed = client.get(f"/people/{person}/programme/print")
    assert "2 sets of 45 s on each side" in printed.text
    assert "Evenings &lt;b&gt;" in printed.text
    assert printed.text.count("<i></i>") == 4 * (3 + 2)
    assert "left side</title>" in printed.text
    assert "right side</title>" in printed.text
    assert "unsafe" not in printed.headers["content-security-policy"]
    pdf = client.post(f"/api/people/{person}/programme/pdf", json={})
    assert pdf.content.startswith(b"%PDF")


@pytest.mark.usefixtures("session_id")
def test_the_second_of_two_windows_is_told(client: TestClient) -> None:
    person = person_of(client)
    seen = keep(client, person).json()["seen"]
    assert keep(client, person, seen=seen, items=[CALF]).status_code == 200
    assert keep(client, person, seen=seen, items=[BACK]).status_code == 409
    assert keep(client, person).status_code == 409


@pytest.mark.usefixtures("session_id")
def test_without_a_move_there_is_none_any_more(client: TestClient) -> None:
    person = person_of(client)
    seen = keep(client, person).json()["seen"]
    keep(client, person, seen=seen, items=[])
    assert client.get(f"/people/{person}/programme/print").status_code == 404
    assert keep(client, person).status_code == 200


@pytest.mark.parametrize(
    ("item", "status"),
    [
        ({**CALF, "move": "nosuch"}, 400), ({**CALF, "side": None}, 400), ({**BACK, "side": "left"}, 400),
        ({**CALF, "seconds": 4}, 422), ({**CALF, "times_a_week": 99}, 422), ({**CALF, "sets": 0}, 422),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("session_id")
def test_what_fits_no_move_is_refused(client: TestClient, item: dict[str, Any], status: int) -> None:
    assert keep(client, person_of(client), items=[item]).status_code == status


def test_sessions_without_a_name_get_none(client: TestClient, desk: Desk, session_id: str) -> None:
    desk.store.give(session_id, None)
    assert keep(client, "nobody").status_code == 400
    assert client.get("/people/nobody").status_code == 200


def test_what_was_done_is_counted_for_each_side_and_week() -> None:
    programme = Programme.model_validate({"since": "2026-11-11", "items": [CALF, BACK]})
    today = date(2026, 11, 29)  # a Sunday
    assert weeks_until(today)[-1] == date(2026, 11, 23)
    entries = [
        entry("2026-11-29", ("calf", "left", 40.0), ("calf", "left", 50.0), ("calf", "right", None)),
        entry("2026-11-23", ("calf", "left", 30.0)),
        entry("2026-11-22", ("thoracic", None, 20.0)),
        entry("2026-11-01", ("calf", "left", 1.0)),
    ]
    left, right, back = done_of(programme, entries, today)
    assert (left.side, left.weeks, left.on_target_s) == ("left", (None, 0, 0, 2), 40.0)
    assert (right.side, right.weeks, right.on_target_s) == ("right", (None, 0, 0, 1), None)
    assert (back.side, back.weeks, back.on_target_s) == (None, (None, 0, 1, 0), 20.0)


@pytest.mark.usefixtures("session_id")
def test_a_programme_goes_with_its_person(client: TestClient, desk: Desk) -> None:
    person = person_of(client)
    keep(client, person, words="SECRETWORD")
    with zipfile.ZipFile(BytesIO(client.get(f"/api/people/{person}/export").content)) as zipped:
        assert json.loads(zipped.read("about.json"))["programme"]["words"] == "SECRETWORD"
    new = client.post(f"/api/people/{person}/name", json={"name": "Anna"}).json()["id"]
    assert "SECRETWORD" in client.get(f"/people/{new}/programme/print").text
    client.post(f"/api/people/{new}/forget", json={"name": "Anna"})
    for path in desk.places.data.rglob("*"):
        assert not path.is_file() or b"SECRETWORD" not in path.read_bytes(), path
