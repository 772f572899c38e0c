"""What is said of a camera's address that gives no picture; asked of real servers on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from smr_vision.live import address as addresses
from smr_vision.live.address import why_no_picture, without_password


class Pages(BaseHTTPRequestHandler):
    """What a phone or a router answers, by path."""

    def do_GET(self) -> None:
        code = {"/locked": 401, "/forbidden": 403, "/nothing": 404, "/broken": 500}.get(self.path, 200)
        self.send_response(code)
        if code == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="camera"')
        page = b"<html>" + 400 * b"a page " + b"</html>"
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def home() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/locked", "wants a name and a password. Write them into it: http://name:password@127.0.0.1"),
        ("/forbidden", "wants a name and a password"),
        ("/nothing", "no camera is there"),
        ("/page", "is no camera. Use the address of its video"),
        ("/broken", "does not answer"),
    ],
)
def test_each_trouble_has_its_own_line(home: str, path: str, words: str) -> None:
    line = why_no_picture(f"http://{home}{path}")
    assert words in line
    assert "\n" not in line


def test_a_wrong_password_is_told_and_not_shown(home: str) -> None:
    line = why_no_picture(f"http://ana:secret@{home}/locked")
    assert "does not take this name and password" in line
    assert "secret" not in line


def test_nobody_at_an_address() -> None:
    assert "does not answer. Check the address" in why_no_picture("rtsp://127.0.0.1:9/cam")


def test_who_takes_a_call_and_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "ASKED_S", 0.2)
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as silent:  # listens, and nobody serves
        assert "does not answer" in why_no_picture(f"http://127.0.0.1:{silent.server_port}/video")


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("rtsp://ana:p@ss@10.0.0.3:554/cam?user=x@y", "rtsp://10.0.0.3:554/cam?user=x@y"),
        ("http://10.0.0.3/a@b", "http://10.0.0.3/a@b"),
        ("0", "0"),
        ("clip@home.mp4", "clip@home.mp4"),
    ],
)
def test_a_password_is_neither_shown_nor_kept(address: str, kept: str) -> None:
    assert without_password(address) == kept
