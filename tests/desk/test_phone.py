"""A phone's code sends clips for one person, for an hour, and opens nothing else."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from smr_vision.desk.app import desk_app
from smr_vision.desk.desk import Desk
from smr_vision.desk.people import person_id
from smr_vision.desk.phone import PhoneDoor, phone_app
from tests.desk.conftest import HOME, PORT, TOKEN

LAN = "http://192.0.2.7:8643"


@pytest.fixture
def door() -> PhoneDoor:
    return PhoneDoor(LAN)


@pytest.fixture
def phone(desk: Desk, door: PhoneDoor) -> TestClient:
    return TestClient(phone_app(desk, door), base_url=LAN, headers={"origin": LAN})


def test_it_sends_a_clip_for_its_person(phone: TestClient, door: PhoneDoor, desk: Desk) -> None:
    place = door.open("Ana").removeprefix(LAN)
    page = phone.get(place)
    assert page.status_code == 200
    assert "Ana" not in page.text
    assert 'capture="environment"' in page.text
    assert phone.get(place + "phone.js").status_code == phone.get(place + "desk.css").status_code == 200
    job = phone.post(place + "clips", json={"name": "a.mp4", "size": 4, "mark": "1"}).json()
    assert phone.put(f"{place}clips/{job['id']}?offset=0", content=b"abcd").json() == {"received": 4}
    (known,) = desk.records.jobs()
    assert (known.person, known.state) == ("Ana", "waiting")


@pytest.mark.parametrize(
    "path", ["/", "/people", "/api/jobs", "/enter?token=" + TOKEN, "/static/desk.css", "/u/x/", "/u//", "/u/x/phone.js"]
)
def test_it_opens_nothing_else(phone: TestClient, door: PhoneDoor, path: str) -> None:
    door.open("Ana")
    assert phone.get(path).status_code == 404


def test_no_file_but_its_two(phone: TestClient, door: PhoneDoor) -> None:
    place = door.open("Ana").removeprefix(LAN)
    for name in ("session.js", "..%2fapp.py", "%2e%2e/app.py", "clips"):
        assert phone.get(place + name).status_code == 404


def test_it_ends_after_an_hour_when_withdrawn_and_when_another_is_given(
    phone: TestClient, door: PhoneDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = door.open("Ana").removeprefix(LAN)
    second = door.open("Ana").removeprefix(LAN)
    assert (phone.get(first).status_code, phone.get(second).status_code) == (404, 200)
    door.withdraw("Ana")
    assert phone.get(second).status_code == 404
    third = door.open("Ana").removeprefix(LAN)
    monkeypatch.setattr("smr_vision.desk.phone.monotonic", lambda: 1e12)
    assert phone.get(third).status_code == 404


def test_another_clip_can_not_be_written_to(phone: TestClient, door: PhoneDoor, desk: Desk) -> None:
    other = desk.uploads.begin("b.mp4", 4, "", person="Eva", move=None, side=None)
    place = door.open("Ana").removeprefix(LAN)
    assert phone.put(f"{place}clips/{other.id}?offset=0", content=b"abcd").status_code == 404
    assert desk.uploads.received(other) == 0


@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"origin": "http://evil.example"}])
def test_a_page_elsewhere_can_not_send(phone: TestClient, door: PhoneDoor, headers: dict[str, str]) -> None:
    place = door.open("Ana").removeprefix(LAN)
    assert (
        phone.post(place + "clips", json={"name": "a.mp4", "size": 4, "mark": ""}, headers=headers).status_code == 404
    )


def test_the_desk_gives_the_code_as_a_picture(desk: Desk, door: PhoneDoor) -> None:
    desk.store.add_person("Ana")
    client = TestClient(desk_app(desk, token=TOKEN, port=PORT, door=door), base_url=HOME, headers={"origin": HOME})
    client.get(f"/enter?token={TOKEN}")
    told = client.post(f"/api/people/{person_id('Ana')}/phone", json={"open": True}).json()
    assert told["address"].startswith(LAN + "/u/")
    assert told["svg"].startswith("<svg")


def test_without_lan_the_desk_says_how(client: TestClient, desk: Desk) -> None:
    desk.store.add_person("Ana")
    answer = client.post(f"/api/people/{person_id('Ana')}/phone", json={"open": True})
    assert answer.status_code == 400
    assert "--lan" in answer.json()["error"]
