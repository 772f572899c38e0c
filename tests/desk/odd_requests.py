"""Requests that nobody with good intentions sends: the same for the same seed.

Two kinds of outsiders: those who lack something (our name, our page, the cookie, the phone's code), and those who have
it and ask for what isn't there, by another method, with an odd path or a body that is wrong, too large or never ends.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from smr_vision.desk.guard import BODY, CHUNK
from smr_vision.desk.launch import HERE

TOKEN: Final = "t0ken-" + "q" * 30
METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "BREW", "get", "HEAD")
LETTERS: Final = "abcXYZ0189%./\\?*'\"<>{};:@&=+$,~^|` \u00e4\u4e2d\u202e\U0001f9d8"


@dataclass(frozen=True)
class Facts:
    """What the server holds, and what lets one in."""

    port: int
    phone_port: int
    cookie: str
    code: str
    session: str
    person: str
    job: str
    routes: dict[str, frozenset[str]]
    secrets: tuple[bytes, ...]


@dataclass(frozen=True)
class OddRequest:
    """One request as bytes; what follows may have no end."""

    kind: str
    port: int
    head: bytes
    more: Callable[[], Iterator[bytes]] = field(default=lambda: iter(()))


def head_of(method: str, path: str, headers: list[tuple[str, str]], body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + body


class Outsider:
    """Thinks of requests; the same for the same seed."""

    def __init__(self, facts: Facts, seed: int) -> None:
        self._facts = facts
        self._luck = random.Random(seed)
        self._kinds: list[Callable[[], OddRequest]] = [
            self.wrong_host, self.wrong_origin, self.wrong_cookie, self.wrong_method, self.wrong_id, self.odd_path,
            self.wrong_body, self.too_large, self.endless, self.malformed, self.wrong_token, self.wrong_socket,
            self.wrong_code, self.wrong_piece,
        ]  # fmt: skip

    def all(self, count: int) -> Iterator[OddRequest]:
        """Each kind in turn, so that a few of them are all kinds."""
        for i in range(count):
            yield self._kinds[i % len(self._kinds)]()

    def _home(self) -> str:
        return f"http://{HERE}:{self._facts.port}"

    def headers(self, body: bytes = b"", **other: str | None) -> list[tuple[str, str]]:
        """Those of our own page; `other` are otherwise, or left away."""
        usual: dict[str, str | None] = {
            "host": f"{HERE}:{self._facts.port}", "origin": self._home(),
            "cookie": f"smr_desk_{self._facts.port}={self._facts.cookie}", "content-type": "application/json",
            "content-length": str(len(body)) if body else "0", "connection": "close",
        }  # fmt: skip
        return [(name, value) for name, value in (usual | other).items() if value is not None]

    def _address(self) -> tuple[str, str]:
        """An address that is there, and a method it takes."""
        path, methods = self._luck.choice(sorted(self._facts.routes.items()))
        return self._filled(path), self._luck.choice(sorted(methods))

    def _filled(self, path: str) -> str:
        filled = path.replace("{id}", self._facts.session).replace("{person}", self._facts.person)
        return re.sub(r"\{[^}]*\}", "1", filled)

    def _body(self) -> bytes:
        return json.dumps({"after": 0, "name": "Eve", "words": "x", "open": True, "person": "Eve"}).encode()

    def _text(self, most: int = 30) -> str:
        return "".join(self._luck.choices(LETTERS, k=self._luck.randint(1, most)))

    def _asked(self, kind: str, path: str, method: str, **other: str | None) -> OddRequest:
        body = b"" if method in ("GET", "HEAD") else self._body()
        return OddRequest(kind, self._facts.port, head_of(method, path, self.headers(body, **other), body))

    def wrong_host(self) -> OddRequest:
        at = f"127.0.0.1:{self._facts.port}"
        hosts = [
            "evil.example", "127.0.0.1", f"evil.example:{self._facts.port}", "", f"{at}.evil",
            f"[::1]:{self._facts.port}", f"0.0.0.0:{self._facts.port}", f"127.1:{self._facts.port}", "localhost",
            f"LOCALHOST.:{self._facts.port}", f"{at}, evil", f"{at}@evil",
        ]  # fmt: skip
        host = self._luck.choice([*hosts, None])
        path, method = self._address()
        return self._asked("wrong host", path, method, host=host)

    def wrong_origin(self) -> OddRequest:
        origins = [
            "http://evil.example", "null", "", f"https://{HERE}:{self._facts.port}", f"http://{HERE}",
            f"http://{HERE}:{self._facts.port + 1}", f"{self._home()}/", f"{self._home()}.evil", "file://",
            f"http://localhost:{self._facts.port}", self._home().upper(),
        ]  # fmt: skip
        path, method = self._address()
        if method in ("GET", "HEAD") and self._luck.random() < 0.5:
            site = {"sec-fetch-site": self._luck.choice(["cross-site", "same-site", "x"])}
            return self._asked("wrong origin", path, method, origin=None, **site)
        without = method not in ("GET", "HEAD") and self._luck.random() < 0.2
        return self._asked("wrong origin", path, method, origin=None if without else self._luck.choice(origins))

    def wrong_cookie(self) -> OddRequest:
        name, value = f"smr_desk_{self._facts.port}", self._facts.cookie
        cookies = [
            None, "", f"{name}=", f"{name}={value[:-1]}", f"{name}={value}x", f"{name}={TOKEN}", f"x{name}={value}",
            f"smr_desk_1={value}", f"{name}={value.swapcase()}", f"{name}=\"", f"{name}={'a' * 4000}", value,
            f"{name} {value}", f"{name}={value}; {name}=x",
        ]  # fmt: skip
        path, method = self._address()
        return self._asked("wrong cookie", path, method, cookie=self._luck.choice(cookies))

    def wrong_token(self) -> OddRequest:
        tokens = ["", "x", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "%00", "%ff", f"{TOKEN}%00", "a" * 5000]
        path = f"/enter?token={self._luck.choice(tokens)}"
        if self._luck.random() < 0.3:
            path = self._luck.choice(["/enter", f"/enter?Token={TOKEN}", f"/enter?token[]={TOKEN}", f"/enter;{TOKEN}"])
        return self._asked("wrong token", path, "GET", cookie=None, origin=None)

    def wrong_method(self) -> OddRequest:
        path, methods = self._luck.choice(sorted(self._facts.routes.items()))
        method = self._luck.choice([m for m in METHODS if m not in methods])
        return self._asked("wrong method", self._filled(path), method)

    def _wrong_id(self) -> str:
        some = f"{self._luck.getrandbits(128):032x}"
        return self._luck.choice([
            some, some[:-1], some + "0", some.upper() + "G", "..", "%2e%2e", "%00", "..%2f..%2fetc%2fpasswd", "0", "-1",
            self._facts.session.upper() + "x", "nobody-", "1e9", "null", "%ff", f"{some}%0a", "x' OR 1=1 --",
        ]).replace(" ", "%20")  # fmt: skip

    def wrong_id(self) -> OddRequest:
        """Also where somebody is asked for in the query or the body."""
        if self._luck.random() < 0.15:
            path = f"/compare?a={self._facts.session}&b={self._wrong_id()}"
            return self._asked("wrong id", path, "GET")
        if self._luck.random() < 0.1:
            body = json.dumps({"ids": [self._wrong_id()], "form": "pdf"}).encode()
            return OddRequest("wrong id", self._facts.port, head_of("POST", "/api/reports", self.headers(body), body))
        holding = [(p, m) for p, m in sorted(self._facts.routes.items()) if "{id}" in p or "{person}" in p]
        path, methods = self._luck.choice(holding)
        wrong = self._wrong_id()
        return self._asked(
            "wrong id", path.replace("{id}", wrong).replace("{person}", wrong), self._luck.choice(sorted(methods))
        )

    def odd_path(self) -> OddRequest:
        roots = ["/static/", "/sessions/", "/people/", "/api/", "/api/sessions/", "/api/jobs/", "/api/uploads/", "//"]
        pieces = [
            "..",
            "%2e%2e",
            "..%2f",
            "%5c..%5c",
            "%00",
            "app.py",
            "etc/passwd",
            "%252e",
            ".",
            "desk.sqlite",
            "%c0%ae",
        ]
        path = self._luck.choice(roots) + "/".join(self._luck.choices(pieces, k=self._luck.randint(1, 6)))
        if self._luck.random() < 0.4:
            path += "/" + "".join(c if c.isalnum() else f"%{ord(c) % 256:02x}" for c in self._text())
        return self._asked("odd path", path, self._luck.choice(["GET", "POST", "PUT"]))

    def changing(self) -> tuple[str, str]:
        holding = [(p, m) for p, m in sorted(self._facts.routes.items()) if "POST" in m]
        path, _ = self._luck.choice(holding)
        return self._filled(path), "POST"

    def wrong_body(self) -> OddRequest:
        path, method = self.changing()
        deep = "[" * self._luck.choice([10, 5000, 200_000])
        bodies = [
            b"", b"{", b"null", b"[]", b"3", b'"x"', b"\xff\xfe", b"{}{}", deep.encode(), b'{"x":' * 3000,
            b'{"zzz": 1}', b'{"after": "x", "zzz": 1}', b'{"after": 1e999, "zzz": 0}', b'{"name": "\\ud800"}',
            json.dumps({"zzz": self._text()}).encode(), json.dumps({"after": 10**40, "deed": [], "zzz": 1}).encode(),
            json.dumps({"zzz": {"do": "remove", "part": "../../x"}, "after": -1}).encode(), b'{"name": NaN}',
            json.dumps({"name": ["x"], "size": {}, "mark": 0, "ids": [[]], "zzz": None}).encode(),
        ]  # fmt: skip
        body = self._luck.choice(bodies)
        kinds = ["application/json"] * 4 + ["text/plain", "multipart/form-data; boundary=x", "", "application/xml"]
        headers = self.headers(body, **{"content-type": self._luck.choice(kinds)})
        return OddRequest("wrong body", self._facts.port, head_of(method, path, headers, body))

    def wrong_piece(self) -> OddRequest:
        """Pieces of a clip that is under way: out of step, longer than announced, of no offset."""
        offset = self._luck.choice(["7", "-1", "x", "", "1e3", "999999999999", "%31", "0.5", "\u0663"])
        body = b"x" * self._luck.choice([1, 100, 70_000])
        if self._luck.random() < 0.3:
            offset, body = "0", b"x" * self._luck.choice([11, 5000, 2_000_000])
        headers = self.headers(body, **{"content-type": None})
        return OddRequest(
            "wrong piece", self._facts.port,
            head_of("PUT", f"/api/uploads/{self._facts.job}?offset={offset}", headers, body),
        )  # fmt: skip

    def too_large(self) -> OddRequest:
        """Announced, and not sent: it is refused before."""
        if self._luck.random() < 0.5:
            path, method = self.changing()
            least = BODY
        else:
            path, method, least = f"/api/uploads/{self._facts.job}?offset=0", "PUT", CHUNK
        length = self._luck.choice([str(least + 1), "9" * 12, "9" * 300, "-1", "+5", "0x10", "1 1", "\u0661"])
        return OddRequest(
            "too large", self._facts.port, head_of(method, path, self.headers(**{"content-length": length}))
        )

    def endless(self) -> OddRequest:
        """In chunks, until the server has had enough."""
        path, method = self.changing()
        if self._luck.random() < 0.3:
            path, method = f"/api/uploads/{self._facts.job}?offset=0", "PUT"
        size = self._luck.choice([1000, 65_536, 400_000])
        piece = f"{size:x}\r\n".encode() + b" " * size + b"\r\n"

        def more() -> Iterator[bytes]:
            while True:
                yield piece

        headers = self.headers(**{"content-length": None, "transfer-encoding": "chunked"})
        return OddRequest("endless", self._facts.port, head_of(method, path, headers), more)

    def malformed(self) -> OddRequest:
        good = head_of("POST", "/api/people", self.headers(self._body()), self._body())
        path, _ = self.changing()
        heads = [
            b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x00\x01\x02\r\n\r\n", b"GET  /people HTTP/1.1\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", good.replace(b"\r\n", b"\n\r", 1), good.replace(b"host:", b"host :"),
            good.replace(b"POST ", b"POST\t", 1), b"GET / HTTP/1.1\r\nhost: x\r\n" + b"a: b\r\n" * 9000 + b"\r\n",
            b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
            good.replace(b"content-length:", b"content-length: 1\r\nx:"),
            head_of("OPTIONS", "*", self.headers()), head_of("CONNECT", "evil.example:443", self.headers()),
            head_of("GET", f"http://evil.example:{self._facts.port}/people", self.headers(host="evil.example")),
            head_of("POST", path, [*self.headers(content_length="5"), ("transfer-encoding", "chunked")], b"zz\r\n"),
            head_of("POST", path, [*self.headers(), ("host", "evil.example")]),
        ]  # fmt: skip
        return OddRequest("malformed", self._facts.port, self._luck.choice(heads))

    def wrong_socket(self) -> OddRequest:
        """A web socket from elsewhere: it is refused before it opens."""
        wrong: dict[str, str | None] = self._luck.choice([
            {"origin": "http://evil.example"}, {"origin": None}, {"cookie": None}, {"cookie": "x=y"},
            {"origin": "null"}, {"host": "evil.example"},
        ])  # fmt: skip
        upgrade = {
            "upgrade": "websocket", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-version": "13",
            "connection": "Upgrade", "content-length": None, "content-type": None,
        }  # fmt: skip
        return self._asked("wrong socket", f"/api/roll/{self._luck.randint(0, 9)}", "GET", **(upgrade | wrong))

    def wrong_code(self) -> OddRequest:
        """At the phones' door: without the code nothing is there, and with it nothing but a page and clips."""
        port, code = self._facts.phone_port, self._facts.code
        home = f"http://{HERE}:{port}"
        usual = {"host": f"{HERE}:{port}", "origin": home, "connection": "close"}
        body = self._luck.choice([
            b"{}", b"[" * 100_000, b'{"name": "a.mp4", "size": 1e999, "mark": ""}', b"\xff", b"null",
            b'{"name": "a.mp4", "size": "x", "mark": ""}', b'{"name": "x.html", "size": 3, "mark": "1"}',
            b'{"name": "a.mp4", "size": -5, "mark": "\\ud800"}',
        ])  # fmt: skip
        place = f"/u/{code}/"
        wrong = f"/u/{self._luck.choice([code[:-1], code + 'x', code.swapcase(), 'x', '..', '%00', ''])}/"
        method, path, other = self._luck.choice([
            ("GET", wrong, {}), ("POST", wrong + "clips", {}), ("GET", place, {"host": "evil.example"}),
            ("POST", place + "clips", {"origin": "http://evil.example"}), ("POST", place + "clips", {}),
            ("PUT", f"{place}clips/{self._facts.job}?offset=0", {}), ("GET", place + "session.js", {}),
            ("GET", f"{place}..%2fapp.py", {}), ("DELETE", place, {}), ("GET", "/people", {}), ("GET", "/", {}),
            ("PUT", f"{place}clips/{self._wrong_id()}?offset=0", {}), ("GET", f"/enter?token={TOKEN}", {}),
        ])  # fmt: skip
        headers = [*(usual | other).items(), ("content-length", str(len(body)))]
        return OddRequest("wrong code", port, head_of(method, path, headers, body))
