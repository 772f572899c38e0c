"""Starts the desk: one for each data folder, on this machine's own address, until it is stopped."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, Literal

import uvicorn

from smr_vision.desk.app import desk_app
from smr_vision.desk.desk import Desk
from smr_vision.desk.guard import ENTER, new_token
from smr_vision.desk.phone import PhoneDoor, lan_address, phone_app
from smr_vision.desk.places import Places
from smr_vision.desk.roll_routes import PICTURE
from smr_vision.desk.rolling import Rolls
from smr_vision.desk.routines import Routines
from smr_vision.errors import DeviceError, UsageError
from smr_vision.runtime.atomic_write import atomic_write
from smr_vision.runtime.shielded import run_shielded

HERE: Final = "127.0.0.1"
PORT: Final = 8642  # tried first, so that the address stays the same; any free one where it is taken
STARTING_S: Final = 10.0


def run_desk(
    data: Path, *, port: int | None = None, browser: bool = True, lan: bool = False, db: str | None = None
) -> None:
    """Serve the desk, or open the one that runs already for these data."""
    places = Places(data)
    places.make()
    with _alone(places.lock) as alone:
        if not alone:
            _show(_running(places), browser=browser)
            return
        try:
            _serve(places, port=port, browser=browser, lan=lan, db=db)
        finally:
            places.running.unlink(missing_ok=True)


def _serve(places: Places, *, port: int | None, browser: bool, lan: bool, db: str | None) -> None:
    listener = _listener(HERE, port, PORT)
    number = listener.getsockname()[1]
    token = new_token()
    address = f"http://{HERE}:{number}{ENTER}?token={token}"
    door = phones = None
    if lan:
        host = lan_address()
        phones = _listener(host, None, number + 1)
        door = PhoneDoor(f"http://{host}:{phones.getsockname()[1]}")
    with Desk(places, db=db) as desk:
        rolls = Rolls(desk, Routines(places.own / "routines", desk.moves))
        app = desk_app(desk, token=token, port=number, door=door, rolls=rolls)
        server = _Server(_config(app, ws="wsproto"), desk.printer.end)
        atomic_write(places.running, json.dumps({"address": address, "pid": os.getpid()}).encode())
        # Made whole before anybody knows the address: a stop in the midst of making it leaves a loop that complains.
        loop = run_shielded(asyncio.new_event_loop)
        with _for_phones(desk, door, phones), asyncio.Runner(loop_factory=lambda: loop) as runner:
            _show(address, browser=browser)
            try:
                runner.run(server.serve(sockets=[listener]))
            finally:
                rolls.stop()


class _Server(uvicorn.Server):
    """A server that breaks off what takes long when it is told to stop: who waits for it is answered at once."""

    def __init__(self, config: uvicorn.Config, end: Callable[[], None]) -> None:
        super().__init__(config)
        self._end = end

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._end()
        await super().shutdown(sockets)


@contextmanager
def _for_phones(desk: Desk, door: PhoneDoor | None, listener: socket.socket | None) -> Iterator[None]:
    """Serve the phones' page, on a thread and a port of its own, for as long as the block runs."""
    if door is None or listener is None:
        yield
        return
    server = uvicorn.Server(_config(phone_app(desk, door)))
    # Off the main thread it takes no signals: it is told to end when the desk ends.
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="phones", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(5)


def _config(app: object, ws: Literal["none", "wsproto"] = "none") -> uvicorn.Config:
    # No access log: it would hold ids, and the token once.
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        access_log=False,
        log_level="error",
        lifespan="off",
        server_header=False,
        date_header=False,
        ws=ws,
        ws_max_size=PICTURE,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=3,
        limit_concurrency=200,
        h11_max_incomplete_event_size=32_768,
    )


def _listener(host: str, wanted: int | None, usual: int) -> socket.socket:
    """A socket on the wanted port; on the usual one or any free one where none is wanted."""
    for port in (usual, 0) if wanted is None else (wanted,):
        # The protocol is named, for asyncio sends small answers at once on such sockets alone: on others each waits for
        # the browser to confirm the one before (40 ms; Python 3.11 to 3.13, `asyncio.base_events._set_nodelay`).
        found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if sys.platform != "win32":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, port))
            found.listen(128)  # from now on who asks is answered, if a moment later
        except OSError as e:
            found.close()
            if port == 0:
                raise DeviceError(f"No port is free on {host} ({e.strerror}). Close other programs.") from e
            if wanted is not None:
                raise UsageError(f"--port {wanted} can't be used ({e.strerror}). Leave --port away.") from e
            continue
        return found
    raise AssertionError


def _show(address: str, *, browser: bool) -> None:
    print(address, flush=True)  # noqa: T201 - the one line of results
    if browser:
        webbrowser.open(address)


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Whether nobody else holds the lock; the system gives it up when we end, however that is."""
    with path.open("a+b") as file:
        yield _locked(file)


def _locked(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _running(places: Places) -> str:
    """The address of the desk that runs, once it answers."""
    end = time.monotonic() + STARTING_S
    while time.monotonic() < end:
        try:
            address = str(json.loads(places.running.read_text(encoding="utf-8"))["address"])
        except (OSError, ValueError, KeyError):
            address = ""
        if address.startswith(f"http://{HERE}:") and _answers(address):
            return address
        time.sleep(0.1)
    raise DeviceError("A desk for these data is running but does not answer. Stop it and start it again.")


def _answers(address: str) -> bool:
    """Whether a desk listens there; asked without the token, it has to refuse."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(address.partition(ENTER)[0] + "/", timeout=2).close()
    except urllib.error.HTTPError as e:
        with e:
            return e.code == 401
    except OSError:
        return False
    return False
