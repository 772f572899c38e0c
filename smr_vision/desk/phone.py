"""Clips from a phone in the same network (`--lan`): one page for one person, which can upload and nothing else.

An app of its own on a port of its own: nothing of the desk can be reached by it, whatever is asked.
"""

from __future__ import annotations

import hashlib
import io
import secrets
import socket
import threading
from dataclasses import dataclass, field
from time import monotonic
from typing import Annotated, Final

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import Field, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from smr_vision.desk.desk import Desk
from smr_vision.desk.guard import Limits
from smr_vision.desk.web import ID, STATIC, RequestBody, Web, failed, given_person, length_of
from smr_vision.errors import DeviceError, SmrError, UsageError

HOUR_S: Final = 3600.0
MOST_CLIPS: Final = 40  # by one code
FILES: Final = {"phone.js": "text/javascript", "desk.css": "text/css"}


class SentClip(RequestBody):
    """What a phone announces."""

    name: Annotated[str, Field(min_length=1, max_length=400)]
    size: int
    mark: Annotated[str, Field(max_length=80)]


@dataclass
class Admission:
    """Who a code is for, until when, and the clips it has sent."""

    person: str
    ends: float
    clips: set[str] = field(default_factory=set)


class PhoneDoor:
    """The codes given out. They are kept in memory, by their hash: with the desk they end."""

    def __init__(self, home: str) -> None:
        self.home = home
        self._given: dict[str, Admission] = {}
        self._lock = threading.Lock()

    def open(self, person: str) -> str:
        """A new address for this person; the one given before is withdrawn."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._given = {k: p for k, p in self._given.items() if p.person != person and p.ends > monotonic()}
            self._given[_hash(token)] = Admission(person, monotonic() + HOUR_S)
        return f"{self.home}/u/{token}/"

    def withdraw(self, person: str) -> None:
        with self._lock:
            self._given = {k: p for k, p in self._given.items() if p.person != person}

    def found(self, token: str) -> Admission | None:
        with self._lock:
            given = self._given.get(_hash(token))
        return given if given is not None and given.ends > monotonic() else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def lan_address() -> str:
    """This machine's address in its network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for examples: only the route is looked up
            found = str(probe.getsockname()[0])
        except OSError as e:
            raise DeviceError("This machine is in no network. Connect it, or start the desk without --lan.") from e
    return found


def phone_app(desk: Desk, door: PhoneDoor) -> Starlette:
    """The page, the announcement of a clip, its pieces; everything else is a 404."""
    environment = Environment(loader=PackageLoader("smr_vision.desk"), autoescape=True, undefined=StrictUndefined)
    host = door.home.removeprefix("http://")

    def known(request: Request) -> Admission | None:
        if request.headers.get("host") != host:
            return None
        if request.method != "GET" and request.headers.get("origin") != door.home:
            return None
        return door.found(request.path_params["token"])

    async def page(request: Request) -> Response:
        given = known(request)
        if given is None:
            return _gone()
        return HTMLResponse(environment.get_template("phone.html.j2").render())

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        if known(request) is None or name not in FILES:
            return _gone()
        return FileResponse(STATIC / name, media_type=FILES[name])

    async def announce(request: Request) -> Response:
        given = known(request)
        if given is None or len(given.clips) >= MOST_CLIPS:
            return _gone()
        try:
            told = SentClip.model_validate_json(await request.body())
        except ValidationError:
            return JSONResponse({"error": "That is no clip."}, status_code=422)
        try:
            job = await run_in_threadpool(
                lambda: desk.uploads.begin(told.name, told.size, told.mark, person=given.person, move=None, side=None)
            )
        except SmrError as e:
            return JSONResponse({"error": str(e)}, status_code=400)
        given.clips.add(job.id)
        return JSONResponse({"id": job.id, "received": desk.uploads.received(job)})

    async def take(request: Request) -> Response:
        given = known(request)
        identity, offset = request.path_params["id"], request.query_params.get("offset", "")
        if given is None or not ID.fullmatch(identity) or identity not in given.clips:
            return _gone()
        if not (offset.isascii() and offset.isdigit()):
            return JSONResponse({"error": "A piece needs its offset."}, status_code=422)
        try:
            here = await desk.uploads.take(identity, int(offset), length_of(request), request.stream())
        except SmrError as e:
            return failed(e)
        desk.queue.wake()
        return JSONResponse({"received": here})

    return Starlette(
        routes=[
            Route("/u/{token}/", page, methods=["GET"]),
            Route("/u/{token}/{name}", file, methods=["GET"]),
            Route("/u/{token}/clips", announce, methods=["POST"]),
            Route("/u/{token}/clips/{id}", take, methods=["PUT"]),
        ],
        middleware=[Middleware(Limits, pieces="/u/")],
        exception_handlers={404: _nothing, 405: _nothing},
    )


def _gone() -> Response:
    return PlainTextResponse("This code has run out. Ask your trainer for a new one.\n", status_code=404)


def _nothing(request: Request, error: Exception) -> Response:
    del request, error
    return _gone()


class PhoneRequest(RequestBody):
    open: bool


def routes(web: Web, door: PhoneDoor | None) -> list[BaseRoute]:
    """On the desk: giving a phone a code, and taking it back."""
    desk = web.desk

    def phone(request: Request, given: PhoneRequest) -> object:
        name = desk.store.name_of(given_person(request))
        if door is None or name is None:
            raise UsageError("Start the desk with `smr desk --lan` to take clips from phones.")
        if not given.open:
            door.withdraw(name)
            return None
        address = door.open(name)
        drawn = io.BytesIO()
        segno.make(address, error="m").save(drawn, kind="svg", xmldecl=False, svgclass=None, lineclass=None, scale=6)
        return {"address": address, "svg": drawn.getvalue().decode()}

    return [Route("/api/people/{person}/phone", web.does(PhoneRequest, phone), methods=["POST"])]
