"""The page "Roll now": beginning, the pictures in and the answers out, routines."""

from __future__ import annotations

import asyncio
import json
import struct
from typing import Annotated, Any, Final

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from smr_vision.desk.rolling import Roll, RollRequest, Rolls
from smr_vision.desk.routines import Routines
from smr_vision.desk.silhouette import silhouette_of
from smr_vision.desk.web import Nothing, RequestBody, Web
from smr_vision.errors import SmrError
from smr_vision.live import safety
from smr_vision.live.routine import RoutinePart
from smr_vision.live.sounds import TONES

PICTURE: Final = 2 << 20  # bytes of a JPEG at most: one of 1280x720 has a tenth of that
TOLD: Final = 1000  # letters of anything else
GONE: Final = 4404  # the close code that says: begin anew
LEFT: Final = frozenset({1000, 1001})  # close codes of a page that was left; a browser that dies says nothing
WAITING: Final = 64  # answers that may wait for a slow page; words are few, of moments only the latest waits
KEYS: Final = frozenset({"space", "n", "a", "s", "w", "q", "m", "t", *"0123456789"})


class SafetyRequest(RequestBody):
    person: Annotated[str, Field(max_length=120)] | None = None


class NewRoutine(RequestBody):
    title: Annotated[str, Field(min_length=1, max_length=80)]
    parts: Annotated[list[RoutinePart], Field(min_length=1, max_length=50)]


class OldRoutine(RequestBody):
    name: Annotated[str, Field(max_length=80)]


def routes(web: Web, rolls: Rolls, routines: Routines) -> list[BaseRoute]:
    desk = web.desk

    def page(request: Request) -> Response:
        del request
        names = sorted(line.name for line in desk.store.lines() if line.name)
        going = rolls.under_way
        facts = {
            "moves": [_shown(move) for move in desk.moves.values()],
            "routines": routines.all(),
            "tones": TONES,
            "going": going.number if going is not None and not going.display.connected else None,
        }
        return web.render("roll.html.j2", here="roll", names=names, facts=facts, strictness=desk.settings.strictness)

    def routine_page(request: Request) -> Response:
        del request
        facts = {"moves": [_shown(move) for move in desk.moves.values()], "routines": routines.all()}
        return web.render("routines.html.j2", here="roll", facts=facts)

    def begin(request: Request, wish: RollRequest) -> object:
        del request
        return {"number": rolls.begin(wish).number}

    def safe(request: Request, who: SafetyRequest) -> object:
        """What a person has to be asked before they start; nothing where they were."""
        del request
        known = desk.store.screen_accepted_at(who.person) is not None
        return {"lines": [] if known else safety.LINES}

    def keep(request: Request, given: NewRoutine) -> object:
        del request
        return {"name": routines.keep(given.title.strip(), given.parts)}

    def remove(request: Request, given: OldRoutine) -> object:
        del request
        routines.remove(given.name)
        return None

    def left(request: Request, given: Nothing) -> None:
        del given
        rolls.found(int(request.path_params["number"])).display.leave()

    async def live(socket: WebSocket) -> None:
        try:
            roll = rolls.found(int(socket.path_params["number"]))
        except SmrError:
            await socket.accept()
            await socket.close(GONE)
            return
        await socket.accept()
        await _talk(socket, roll)

    return [
        Route("/roll", web.page(page), methods=["GET"]),
        Route("/routines", web.page(routine_page), methods=["GET"]),
        Route("/api/roll", web.does(RollRequest, begin), methods=["POST"]),
        Route("/api/roll/safety", web.does(SafetyRequest, safe), methods=["POST"]),
        Route("/api/routines", web.does(NewRoutine, keep), methods=["POST"]),
        Route("/api/routines/remove", web.does(OldRoutine, remove), methods=["POST"]),
        Route("/api/roll/{number:int}/left", web.does(Nothing, left), methods=["POST"]),
        WebSocketRoute("/api/roll/{number:int}", live),
    ]


def _shown(move: Any) -> dict[str, Any]:
    return {
        "id": move.id, "title": move.title, "muscles": move.muscles, "sided": move.sided, "steps": move.steps,
        "camera": move.camera, "views": move.views, "tools": [tool.kind for tool in move.tools],
        "seconds": move.dose.default_s, "rest_s": move.dose.rest_s, "sets": move.dose.sets[0],
        "silhouette": silhouette_of(move),
    }  # fmt: skip


async def _talk(socket: WebSocket, roll: Roll) -> None:
    """Hand pictures and keys to the session and its answers to the page, until either ends."""
    loop = asyncio.get_running_loop()
    answers = _Answers()

    def send(told: str | bytes, latest: bool) -> None:
        loop.call_soon_threadsafe(answers.put, told, latest)

    roll.display.connect(send)
    sending = asyncio.create_task(_send_all(socket, answers))
    said = False
    try:
        if roll.outcome is not None:
            send(json.dumps(roll.outcome), False)
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                said = message.get("code") in LEFT
                break
            _take(roll, message.get("bytes"), message.get("text"))
    finally:
        sending.cancel()
        # The thread of the session may hold the lock for a moment.
        await run_in_threadpool(roll.display.disconnect, send, said=said)


def _take(roll: Roll, picture: bytes | None, text: str | None) -> None:
    """What came from the page; what it would never send is passed over."""
    if picture is not None:
        if roll.sent is not None and 8 < len(picture) <= PICTURE:
            (at,) = struct.unpack(">d", picture[:8])
            if 0 <= at < 1e9:  # NaN is not
                roll.sent.put(at, picture[8:])
        return
    if text is None or len(text) > TOLD:
        return
    try:
        told = json.loads(text)
    except ValueError:
        return
    key = told.get("key") if isinstance(told, dict) else None
    if isinstance(key, str) and key in KEYS:
        roll.display.press(key)


class _Answers:
    """What waits to be sent. A moment that comes while the one before waits takes its place."""

    def __init__(self) -> None:
        self._words: list[str | bytes] = []
        self._moment: str | bytes | None = None
        self._news = asyncio.Event()

    def put(self, told: str | bytes, latest: bool) -> None:
        if latest:
            self._moment = told
        else:
            self._words = [*self._words[-WAITING:], told]
        self._news.set()

    async def get(self) -> list[str | bytes]:
        await self._news.wait()
        self._news.clear()
        waiting: list[str | bytes] = [*self._words]
        if self._moment is not None:
            waiting.append(self._moment)
        self._words, self._moment = [], None
        return waiting


async def _send_all(socket: WebSocket, answers: _Answers) -> None:
    while True:
        for told in await answers.get():
            try:
                await (socket.send_bytes(told) if isinstance(told, bytes) else socket.send_text(told))
            except (WebSocketDisconnect, RuntimeError):  # it went while we spoke; `receive` tells how
                return
