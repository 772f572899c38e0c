"""A desk with made-up sessions, asked as its own page asks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from smr_vision.desk.app import desk_app
from smr_vision.desk.desk import Desk
from smr_vision.desk.places import Places
from tests.report.sample import make_session, make_set, write_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

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


# For the checks in a real browser (`*_check.py`), which bring what not everybody has installed.


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a desk that runs."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def ids(data: Path) -> list[str]:
    """Two sessions of somebody."""
    from tests.desk.browsing import PERSON, sessions_of

    return sessions_of(data, PERSON)


@pytest.fixture(scope="module")
def address(data: Path, ids: list[str]) -> Iterator[str]:
    """A desk that runs, with these sessions; its address with the token."""
    from tests.desk.browsing import running_desk

    assert ids
    with running_desk(data) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from tests.desk.browsing import chromium

    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that has come in, watched to its end."""
    from tests.desk.browsing import entered

    with entered(browser, address) as found:
        yield found
