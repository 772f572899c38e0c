"""Thousands of odd requests against a real server: each is refused with a 4xx, and none changes or reveals anything.

    python -m tests.desk.outsiders --count 5000 --seed 23

The addresses are those of the app: a new one is asked for without a word here. `make stops` runs it.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import socket
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from smr_vision.desk.app import desk_app
from smr_vision.desk.desk import Desk
from smr_vision.desk.launch import HERE, _config, _listener
from smr_vision.desk.people import person_id
from smr_vision.desk.phone import PhoneDoor, phone_app
from smr_vision.desk.places import Places
from tests.desk.odd_requests import TOKEN, Facts, OddRequest, Outsider, head_of
from tests.report.sample import make_session, make_set, write_folder

PERSON: Final = "Zdenka Tajnić"
ANSWER_S: Final = 60.0  # the slowest answer is to a body that stops: half of that


def answered(asked: OddRequest) -> tuple[int, bytes]:
    """The status and all that came; 0 where the server hung up without a word."""
    with socket.create_connection((HERE, asked.port), timeout=ANSWER_S) as line:
        came = b""
        try:
            line.sendall(asked.head)
            line.setblocking(False)
            for piece in asked.more():
                if (early := _read(line)) is not None:
                    came = early
                    break
                line.settimeout(ANSWER_S)
                line.sendall(piece)
                line.setblocking(False)
        except (BrokenPipeError, ConnectionResetError):
            pass
        line.settimeout(ANSWER_S)
        try:
            while not came.startswith(b"HTTP/1.1 101") and (piece := line.recv(65_536)):
                came += piece
                if _whole(came):
                    break
        except ConnectionResetError:
            pass
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", came)
    return int(found[1]) if found else 0, came


def _read(line: socket.socket) -> bytes | None:
    try:
        return line.recv(65_536)
    except BlockingIOError:
        return None


def _whole(came: bytes) -> bool:
    head, there, body = came.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(there) and length is not None and len(body) >= int(length[1])


def digest(data: Path) -> str:
    """All that is kept: each file, and each row of each database."""
    told = hashlib.sha256()
    for path in sorted(data.rglob("*")):
        if path.is_file() and not re.search(r"\.sqlite(-wal|-shm)?$", path.name):
            told.update(f"{path.relative_to(data)} {path.stat().st_size}".encode() + path.read_bytes())
        elif path.suffix == ".sqlite":
            with sqlite3.connect(path) as connection:
                told.update("\n".join(connection.iterdump()).encode())
            connection.close()
        elif path.is_dir():
            told.update(str(path.relative_to(data)).encode())
    return told.hexdigest()


@contextmanager
def server(data: Path) -> Iterator[Facts]:
    """A desk with one person, a session and a clip under way, and its door for phones, both on real sockets."""
    listeners = [_listener(HERE, None, 0) for _ in range(2)]
    port, phone_port = (one.getsockname()[1] for one in listeners)
    door = PhoneDoor(f"http://{HERE}:{phone_port}")
    with ExitStack() as stack:
        desk = stack.enter_context(Desk(Places(data / "kept")))
        session = make_session(make_set(picture="faults/hips.png"), person=PERSON)
        folder = write_folder(data / "kept" / "roll", session).parent
        identity = desk.store.add_session(session, folder)
        desk.records.put_note(identity, None, f"{PERSON} tells a secret")
        job = desk.uploads.begin("roll.mp4", 10, "1", person=PERSON, move=None, side=None)
        app = desk_app(desk, token=TOKEN, port=port, door=door)
        for one, listener in ((app, listeners[0]), (phone_app(desk, door), listeners[1])):
            stack.enter_context(_served(one, listener))
        code = door.open(PERSON).rstrip("/").rpartition("/")[2]
        enter = head_of("GET", f"/enter?token={TOKEN}", [("host", f"{HERE}:{port}"), ("connection", "close")])
        _, came = answered(OddRequest("our own", port, enter))
        cookie = re.search(rb"smr_desk_\d+=([\w-]+)", came)
        assert cookie is not None, came
        secrets = (PERSON, "Tajni", str(data), "Traceback", "roll.mp4", "secret", TOKEN, cookie[1].decode(), code)
        yield Facts(
            port, phone_port, cookie[1].decode(), code, identity, person_id(PERSON), job.id, addresses(app),
            tuple(s.encode() for s in secrets),
        )  # fmt: skip


@contextmanager
def _served(app: Starlette, listener: socket.socket) -> Iterator[None]:
    one = uvicorn.Server(_config(app, ws="wsproto"))
    thread = threading.Thread(target=one.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        one.should_exit = True
        thread.join(10)


def addresses(app: Starlette) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for route in app.routes:
        if isinstance(route, Route):
            found[route.path] = found.get(route.path, frozenset()) | frozenset(route.methods or ())
    return found


def refused(facts: Facts, count: int, seed: int) -> Counter[str]:
    """How many of each kind were refused; AssertionError at the first that was not, or that was told anything."""
    done: Counter[str] = Counter()
    for asked in Outsider(facts, seed).all(count):
        status, came = answered(asked)
        assert 400 <= status < 500, (asked.kind, status, asked.head[:300], came[:300])
        told = [s for s in facts.secrets if s in came]
        assert not told, (asked.kind, told, asked.head[:300])
        done[f"{asked.kind}: {status}"] += 1
    return done


def stopped(facts: Facts, count: int) -> list[int]:
    """The statuses of requests whose bodies stop on the way, all at once."""
    outsider = Outsider(facts, 0)
    found: list[int] = []

    def one() -> None:
        path, method = outsider.changing()
        headers = outsider.headers(**{"content-length": "10"})
        found.append(answered(OddRequest("stops", facts.port, head_of(method, path, headers, b"ab")))[0])

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=23)
    given: Any = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as facts:
        before, began = digest(Path(folder) / "kept"), time.monotonic()
        done = refused(facts, given.count, given.seed)
        slow = stopped(facts, 20)
        assert slow == [408] * 20, slow
        assert digest(Path(folder) / "kept") == before, "something was changed"
        took = time.monotonic() - began
        for kind, number in sorted(done.items()):
            sys.stdout.write(f"{number:6} {kind}\n")
        sys.stdout.write(f"{given.count} requests refused in {took:.0f} s; nothing changed or told.\n")


if __name__ == "__main__":
    main()
