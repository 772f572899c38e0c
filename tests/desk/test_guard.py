"""Nobody gets in but the browser with the token, and nothing changes without its own page."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from smr_vision.desk.desk import Desk
from smr_vision.desk.guard import BODY, CHUNK
from tests.desk.conftest import HOME, TOKEN

PAGES = ("/", "/people", "/moves", "/settings", "/static/desk.css", "/api/jobs")


@pytest.mark.parametrize("path", PAGES)
def test_without_the_cookie_nothing_is_told(stranger: TestClient, path: str) -> None:
    assert stranger.get(path).status_code == 401


@pytest.mark.parametrize("path", PAGES)
def test_with_it_pages_come_with_all_protections(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_the_cookie_is_for_this_site_and_no_script(stranger: TestClient) -> None:
    answer = stranger.get(f"/enter?token={TOKEN}", follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert TOKEN not in cookie


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], TOKEN + "x", "%00", "%ff"])
def test_a_wrong_token_opens_nothing(stranger: TestClient, token: str) -> None:
    answer = stranger.get(f"/enter?token={token}", follow_redirects=False)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:80", "evil.example:8642", "", "127.0.0.1:8642.evil"]
)
def test_a_foreign_name_for_this_machine_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/people", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:8642", "http://127.0.0.1:1", ""])
def test_a_page_elsewhere_changes_nothing(client: TestClient, desk: Desk, origin: str) -> None:
    answer = client.post("/api/people", json={"name": "Eve"}, headers={"origin": origin})
    assert answer.status_code == 403
    assert desk.store.people() == []


def test_a_change_has_to_say_where_it_comes_from(client: TestClient, desk: Desk) -> None:
    del client.headers["origin"]
    assert client.post("/api/people", json={"name": "Eve"}).status_code == 403
    assert desk.store.people() == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_page_elsewhere_can_lead_or_embed(client: TestClient, site: str) -> None:
    assert client.get("/", headers={"sec-fetch-site": site}).status_code == 403


def test_a_form_elsewhere_can_not_pass_for_ours(client: TestClient) -> None:
    answer = client.post("/api/people", content=b'{"name": "Eve"}', headers={"content-type": "text/plain"})
    assert answer.status_code == 415


@pytest.mark.parametrize("path", ["/api/people", "/api/uploads", "/api/settings", "/api/results", "/api/reports"])
def test_get_changes_nothing(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 405


def test_bodies_have_an_end(client: TestClient) -> None:
    assert (
        client.post("/api/people", content=b"x" * (BODY + 1), headers={"content-type": "application/json"}).status_code
        == 413
    )

    def unannounced() -> Iterator[bytes]:
        for _ in range(BODY // 65536 + 1):
            yield b" " * 65536

    assert (
        client.post("/api/people", content=unannounced(), headers={"content-type": "application/json"}).status_code
        == 413
    )
    assert client.put(f"/api/uploads/{'0' * 32}?offset=0", content=b"x" * (CHUNK + 1)).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/sessions/../../etc/passwd", "/sessions/%2e%2e", "/sessions/..%2f..%2fetc%2fpasswd/original",
        "/static/../app.py",
        "/static/%2e%2e/app.py", "/sessions/" + "f" * 32, "/people/" + "f" * 20, "/people/Ana", "/sessions/x' OR 1=1",
        "/compare?a=../x&b=y", "/api/sessions/" + "0" * 32 + "/state", "/api/sessions/%00/thumb",
    ],
)  # fmt: skip
def test_paths_lead_nowhere_but_to_ids(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert 400 <= answer.status_code < 500
    assert "root:" not in answer.text


def test_two_thousand_odd_requests_get_a_4xx_and_change_nothing(
    client: TestClient, desk: Desk, session_id: str
) -> None:
    luck = random.Random(23)
    before = (desk.store.people(), desk.store.entries(), desk.records.jobs())
    roots = ["/api/sessions/", "/api/uploads/", "/api/jobs/", "/api/people/", "/sessions/", "/people/", "/", "/api/"]
    tails = ["", "/correct", "/undo", "/note", "/about", "/forget", "/state", "/original", "/whose", "/cancel"]
    letters = string.ascii_letters + string.digits + "%./\\?*'\"<>{}\u00e4\u4e2d"
    for _ in range(2000):
        path = luck.choice(roots) + "".join(luck.choices(letters, k=luck.randint(1, 40))) + luck.choice(tails)
        body = "".join(luck.choices(letters + " :,[]", k=luck.randint(0, 60)))
        answer = client.request(
            luck.choice(["POST", "PUT", "DELETE", "PATCH"]), "/" + path.lstrip("/").replace("?", "%3F"),
            content=body.encode(),
            headers={"content-type": luck.choice(["application/json", "text/plain"])},
        )  # fmt: skip
        assert 400 <= answer.status_code < 500, (path, answer.status_code)
    assert (desk.store.people(), desk.store.entries(), desk.records.jobs()) == before
    assert client.get("/people", headers={"origin": HOME}).status_code == 200
    assert session_id
