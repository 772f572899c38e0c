"""Lets no one in but the browser that was given the token, and tells that browser what it may not do.

Every request passes here first. A page elsewhere on the web can make a browser send requests to this machine: by name
tricks (the Host is checked), from a form or script (Origin and Sec-Fetch-Site are checked, the cookie is
SameSite=Strict) or in a frame (forbidden). Another user or program on this machine lacks the token.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ENTER: Final = "/enter"
CHUNK: Final = 8 << 20  # the most that one piece of an upload may hold
BODY: Final = 1 << 20  # of any other request
PATIENCE_S: Final = 30.0  # a body must go on within this
READING: Final = frozenset({"GET", "HEAD"})
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:;"
    " connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), microphone=(), payment=(), usb=()",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}


def new_token() -> str:
    return secrets.token_urlsafe(32)


class TooMuch(Exception):  # noqa: N818 - told to the client, not a failure of ours
    """The body is longer than allowed."""


class TooSlow(Exception):  # noqa: N818
    """The body does not go on."""


class Limits:
    """Adds the headers that hold for all answers, and cuts off bodies that are too long or never end."""

    def __init__(self, app: ASGIApp, pieces: str) -> None:
        self._app = app
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":  # how much it may send at once is the server's to say
            await self._app(scope, receive, send)
            return
        most = CHUNK if scope["method"] == "PUT" and scope["path"].startswith(self._pieces) else BODY
        started, had = False, 0

        async def limited() -> Message:
            nonlocal had
            try:
                message = await asyncio.wait_for(receive(), None if started else PATIENCE_S)
            except TimeoutError:
                raise TooSlow from None
            had += len(message.get("body", b""))
            if had > most:
                raise TooMuch
            return message

        async def headed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(raw=message["headers"])
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                message["headers"] = headers.raw
            await send(message)

        length = Headers(scope=scope).get("content-length", "0")
        try:
            if not length.isascii() or not length.isdigit() or int(length) > most:
                raise TooMuch
            await self._app(scope, limited, headed)
        except TooMuch:
            if not started:
                await _refuse(413, "That is too much at once.")(scope, receive, headed)
        except TooSlow:
            if not started:
                await _refuse(408, "The rest did not come.")(scope, receive, headed)
        except ClientDisconnect:  # a broken connection: there is nobody to tell
            return


class Guard:
    """Lets through what comes from our own page with our cookie; everything else gets a 4xx."""

    def __init__(self, app: ASGIApp, *, token: str, hosts: Iterable[str], cookie: str) -> None:
        self._app = app
        self._token = token
        self._session = secrets.token_urlsafe(32)
        self._hosts = frozenset(hosts)
        self._cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            refusal = self._judged(scope)
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        if scope["type"] == "websocket" and self._judged({**scope, "method": "SOCKET"}) is not None:
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: a 403
            return
        await self._app(scope, receive, send)

    def _judged(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if headers.getlist("host") != [headers.get("host")] or headers.get("host") not in self._hosts:
            return _refuse(400, "This address is not the desk's.")
        if not _from_here(headers, scope["method"]):
            return _refuse(403, "Only the desk's own pages may ask this.")
        if scope["path"] == ENTER and scope["method"] in READING:
            return self._entered(scope)
        if not self._known(headers):
            return _refuse(401, "Open the desk by the address that `smr desk` prints, or start `smr desk` again.")
        return None

    def _entered(self, scope: Scope) -> Response:
        """The token in the address becomes a cookie; the address with the token leaves the address bar."""
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._token.encode()):
            return _refuse(401, "This address is out of date. Start `smr desk` again.")
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(self._cookie, self._session, httponly=True, samesite="strict", path="/")
        return answer

    def _known(self, headers: Headers) -> bool:
        try:
            jar = SimpleCookie("; ".join(headers.getlist("cookie")))
        except CookieError:
            return False
        found = jar.get(self._cookie)
        return found is not None and hmac.compare_digest(found.value.encode(), self._session.encode())


def _from_here(headers: Headers, method: str) -> bool:
    """Whether the request comes from a page of ours; one that changes something has to say so."""
    origin = headers.get("origin")
    here = f"http://{headers.get('host')}"
    if origin is not None and origin != here:
        return False
    if method not in READING:
        return origin == here
    return headers.get("sec-fetch-site", "none") in {"same-origin", "none"}


def _refuse(status: int, words: str) -> Response:
    return PlainTextResponse(words + "\n", status_code=status)
