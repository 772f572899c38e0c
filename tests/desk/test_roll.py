"""The live coach by WebSocket: who may, what goes in and comes out, and how it ends. The person is a stick figure."""

from __future__ import annotations

import json
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import cv2
import numpy as np
import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from smr_vision.desk import roll_wire
from smr_vision.desk.app import desk_app
from smr_vision.desk.desk import Desk
from smr_vision.desk.rolling import Rolls
from smr_vision.desk.routines import Routines
from smr_vision.errors import UsageError
from tests.desk.conftest import HOME, PORT, TOKEN
from tests.doubles import ActedPoses
from tests.live.test_live import contact, rolls
from tests.people import Eyes

_, ENCODED = cv2.imencode(".jpg", np.full((480, 640, 3), 150, np.uint8))
SOCKETS = HOME.replace("http", "ws") + "/api/roll"
REFUSED = (WebSocketDisconnect, WebSocketDenialResponse)
JPEG = ENCODED.tobytes()
WISH = {"move": "thoracic", "person": "Ana"}


@pytest.fixture
def rolling(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rolls]:
    monkeypatch.setattr(roll_wire, "RELOAD_S", 0.2)
    routines = Routines(desk.places.own / "routines", desk.moves)
    made = Rolls(desk, routines, lambda: (ActedPoses(rolls(60.0)), Eyes(contact), None))
    yield made
    made.stop()


@pytest.fixture
def client(desk: Desk, rolling: Rolls) -> TestClient:
    made = TestClient(desk_app(desk, token=TOKEN, port=PORT, rolls=rolling), base_url=HOME)
    made.get(f"/enter?token={TOKEN}", follow_redirects=False)
    made.headers["origin"] = HOME
    return made


def picture(t: float) -> bytes:
    return struct.pack(">d", t) + JPEG


def until(wanted: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < end
        time.sleep(0.02)


def moments(socket: Any, from_s: float, to_s: float) -> list[dict[str, Any]]:
    """Send pictures, ten a second by their times; a moment for each and what was told between, to the end at most."""
    told: list[dict[str, Any]] = []
    for k in range(round(from_s * 10), round(to_s * 10)):
        socket.send_bytes(picture(k / 10))
        while True:
            told.append(json.loads(socket.receive_text()))
            if told[-1].get("ended"):
                return told
            if told[-1].get("at") == k / 10:
                break
    return told


@pytest.mark.slow
def test_a_session_from_its_first_picture_to_the_history(client: TestClient, desk: Desk, rolling: Rolls) -> None:
    number = client.post("/api/roll", json=WISH).json()["number"]
    with client.websocket_connect(f"{SOCKETS}/{number}") as socket:
        assert moments(socket, 0, 1)[-1]["stage"] == "screen"
        socket.send_text('{"key": "space"}')
        told = moments(socket, 1, 20)
        now = told[-1]
        assert now["stage"] == "rolling"
        assert now["passes"] >= 2
        assert now["passes_words"] == f"{now['passes']} passes"
        assert now["joints"] is not None
        assert now["item"]["title"] == "Upper back roll"
        assert any(t.get("say") for t in told)
        assert any(t.get("tick") for t in told)
        # Another window is told, and so is who asks for what there is not.
        assert "another window" in client.post("/api/roll", json=WISH).json()["error"]
        socket.send_text('{"key": "q"}')
        assert moments(socket, 20, 21)[-1]["stage"] == "summary"
        socket.send_text('{"key": "q"}')
        for k in range(21 * 10, 40 * 10):
            socket.send_bytes(picture(k / 10))
            if rolling.found(number).over:
                break
            time.sleep(0.02)
        until(lambda: rolling.found(number).over)
    entry = desk.store.page(person="Ana")[0]
    assert entry.state == "complete"
    assert entry.sets[0].pass_count >= 2
    assert client.get(f"/sessions/{entry.id}").status_code == 200


@pytest.mark.slow
def test_who_has_finished_is_not_told_that_a_picture_is_missing(client: TestClient) -> None:
    number = client.post("/api/roll", json=WISH | {"accepted": True}).json()["number"]
    with client.websocket_connect(f"{SOCKETS}/{number}") as socket:
        moments(socket, 0, 15)
        socket.send_text('{"key": "q"}')
        told = moments(socket, 15, 60)
    assert told[-1]["ended"]
    assert [t["stage"] for t in told if "stage" in t][-1] == "over"
    assert [t for t in told if t.get("sound") == "lost" or "lost" in t] == []


@pytest.mark.slow
@pytest.mark.parametrize("said", ["by its socket", "beside a socket that broke", "not at all"])
def test_a_browser_that_goes(
    client: TestClient, desk: Desk, rolling: Rolls, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setattr(roll_wire, "AWAY_S", 0.2)
    number = client.post("/api/roll", json=WISH).json()["number"]
    with client.websocket_connect(f"{SOCKETS}/{number}") as socket:
        moments(socket, 0, 0.2)
        socket.send_text('{"key": "space"}')
        moments(socket, 0.2, 16)
        if said == "beside a socket that broke":
            assert client.post(f"/api/roll/{number}/left", json={}).status_code < 300
        socket.close(1001 if said == "by its socket" else 1006)
    until(lambda: rolling.found(number).over)
    session = desk.session(desk.store.page(person="Ana")[0].id)
    assert session.complete is (said != "not at all")
    assert len(session.sets[0].passes) >= 2


@pytest.mark.slow
def test_a_page_that_is_loaded_anew_goes_on_and_a_desk_that_stops_keeps(
    client: TestClient, desk: Desk, rolling: Rolls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll_wire, "RELOAD_S", 20.0)
    number = client.post("/api/roll", json=WISH).json()["number"]
    with client.websocket_connect(f"{SOCKETS}/{number}") as socket:
        moments(socket, 50, 50.2)
        socket.send_text('{"key": "space"}')
        moments(socket, 50.2, 60)
    # What a desk that is killed now would leave: a session, not whole, with its record.
    entry = desk.store.page(person="Ana")[0]
    assert entry.state != "complete"
    until(lambda: not desk.session(entry.id).complete)
    assert f'"going": {number}' in client.get("/roll").text.replace("&#34;", '"')
    with client.websocket_connect(f"{SOCKETS}/{number}") as socket:
        assert moments(socket, 0, 1)[-1]["stage"] != "screen"
    rolling.stop()
    assert not desk.session(desk.store.page(person="Ana")[0].id).complete


def test_who_said_before_that_nothing_stands_against_it_is_not_asked_again(client: TestClient) -> None:
    assert any("pain" in line for line in client.post("/api/roll/safety", json={"person": "Ana"}).json()["lines"])
    number = client.post("/api/roll", json={**WISH, "accepted": True}).json()["number"]
    with client.websocket_connect(f"{SOCKETS}/{number}") as socket:
        assert moments(socket, 0, 0.5)[-1]["stage"] == "framing"
    assert client.post("/api/roll/safety", json={"person": "Ana"}).json()["lines"] == []
    assert client.post("/api/roll/safety", json={"person": "Ben"}).json()["lines"] != []


class PhoneCamera:
    """A phone's camera app: JPEGs without end, at an address that stays the same when it is started again."""

    def __init__(self) -> None:
        self.port = 0
        self.start()

    def start(self) -> None:
        self._stop = stop = threading.Event()

        class Stream(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Nothing."""

            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(JPEG)}\r\n\r\n".encode()
                with suppress(OSError):
                    while not stop.wait(0.05):
                        self.wfile.write(head + JPEG + b"\r\n")

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Stream)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.mark.slow
def test_a_phone_as_camera_by_its_address_goes_and_comes_back(client: TestClient, rolling: Rolls) -> None:
    phone = PhoneCamera()
    wish = {**WISH, "camera": f"http://127.0.0.1:{phone.port}/video", "accepted": True}
    number = client.post("/api/roll", json=wish).json()["number"]
    with client.websocket_connect(f"{SOCKETS}/{number}") as socket:

        def told() -> dict[str, Any]:
            message = socket.receive()
            answer = message.get("bytes")
            if answer is None:
                return json.loads(message["text"])  # type: ignore[no-any-return]
            long = int.from_bytes(answer[:4], "big")
            shown = cv2.imdecode(np.frombuffer(answer[4 + long :], np.uint8), cv2.IMREAD_COLOR)
            assert shown.shape == (480, 640, 3)
            return json.loads(answer[4 : 4 + long])  # type: ignore[no-any-return]

        until(lambda: told().get("stage") == "framing", 60.0)
        phone.stop()
        until(lambda: "lost" in told(), 60.0)
        phone.start()
        until(lambda: "stage" in told(), 60.0)
        socket.send_text('{"key": "q"}')
        until(lambda: bool(told().get("ended")), 60.0)
    phone.stop()
    assert rolling.found(number).over


def test_who_may_not_come_in(client: TestClient, stranger: TestClient) -> None:
    number = client.post("/api/roll", json=WISH).json()["number"]
    for other in ({"origin": "http://evil.example"}, {"host": "evil.example", "origin": HOME}):
        with (
            pytest.raises(REFUSED),
            client.websocket_connect(f"{SOCKETS}/{number}", headers=other),
        ):
            pass
    stranger.cookies.clear()
    with (
        pytest.raises(REFUSED),
        stranger.websocket_connect(f"{SOCKETS}/{number}", headers={"origin": HOME}),
    ):
        pass
    with client.websocket_connect(f"{SOCKETS}/999") as socket, pytest.raises(WebSocketDisconnect) as gone:
        socket.receive_text()
    assert gone.value.code == 4404


def test_what_no_page_of_ours_sends_does_no_harm(client: TestClient) -> None:
    number = client.post("/api/roll", json=WISH).json()["number"]
    with client.websocket_connect(f"{SOCKETS}/{number}") as socket:
        for odd in (b"", b"12345678", struct.pack(">d", float("nan")) + JPEG, struct.pack(">d", 1.0) + b"no picture"):
            socket.send_bytes(odd)
        for text in ("", "[]", '{"key": 7}', '{"key": "rm"}', "x" * 2000):
            socket.send_text(text)
        assert moments(socket, 2, 2.1)[-1]["stage"] == "screen"


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"person": "Ana"}, "Choose a move"),
        ({"move": "juggling"}, "not known"),
        ({"move": "calf", "camera": "/etc/passwd"}, "begins with"),
        ({"routine": "../../x"}, "not here any more"),
    ],
)
def test_wishes_that_can_not_be(client: TestClient, wish: dict[str, str], said: str) -> None:
    answer = client.post("/api/roll", json=wish)
    assert answer.status_code == 400
    assert said in answer.json()["error"]


def test_routines_are_built_kept_and_removed(client: TestClient, desk: Desk) -> None:
    parts = [{"move": "calf", "sets": 1, "seconds": 30, "rest_s": 20, "sides": ["left"]}, {"move": "thoracic"}]
    name = client.post("/api/routines", json={"title": 'Legs "évening"', "parts": parts}).json()["name"]
    routines = Routines(desk.places.own / "routines", desk.moves)
    (own,) = [r for r in routines.all() if r["own"]]
    assert own["title"] == 'Legs "évening"'
    assert own["parts"][0]["sides"] == ("left",)
    assert {r["name"] for r in routines.all()} >= {"after-training", "warm-up", name}
    assert "Legs" in client.get("/routines").text
    wrong = client.post("/api/routines", json={"title": "x", "parts": [{"move": "juggling"}]})
    assert "no move" in wrong.json()["error"]
    client.post("/api/routines/remove", json={"name": name})
    with pytest.raises(UsageError):
        routines.path(name)
