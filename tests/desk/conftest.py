"""A desk with made-up sessions, asked as its own page asks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from smr_vision.desk.app import desk_app
from smr_vision.desk.desk import Desk
from smr_vision.desk.places import Places
from tests.report.sample import make_session, make_set, write_folder

PORT = 8642
HOME = f"http://127.0.0.1:{PORT}"
TOKEN = "the-token"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Nothing is analysed: what waits, waits."""
    monkeypatch.setattr("smr_vision.desk.queue.Queue.start", lambda self: self._records.take_up())
    monkeypatch.setattr("smr_vision.desk.queue.Queue.stop", lambda self: None)
    with Desk(Places(tmp_path / "data")) as made:
        yield made


@pytest.fixture
def stranger(desk: Desk) -> TestClient:
    """A client without the cookie."""
    return TestClient(desk_app(desk, token=TOKEN, port=PORT), base_url=HOME, raise_server_exceptions=True)


@pytest.fixture
def client(stranger: TestClient) -> TestClient:
    assert stranger.get(f"/enter?token={TOKEN}", follow_redirects=False).status_code == 303
    stranger.headers["origin"] = HOME
    return stranger


@pytest.fixture
def session_id(desk: Desk, tmp_path: Path) -> str:
    """Ana's session: eight passes, one hold, one fault."""
    session = make_session(make_set(picture="faults/hips.png"), person="Ana")
    path = write_folder(tmp_path / "roll", session)
    return desk.store.add_session(session, path.parent)


def person_of(client: TestClient) -> str:
    """The id of the first person in the list."""
    found = re.search(r"/people/([0-9a-f]{20})", client.get("/people").text)
    assert found is not None
    return found[1]
