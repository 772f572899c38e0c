"""The desk's addresses, behind its guard."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from smr_vision.desk import (
    clip_routes,
    correct_routes,
    drawing_routes,
    move_routes,
    pages,
    people_routes,
    phone,
    programme_routes,
    report_routes,
    roll_routes,
    session_routes,
    settings_routes,
)
from smr_vision.desk.desk import Desk
from smr_vision.desk.guard import Guard, Limits
from smr_vision.desk.phone import PhoneDoor
from smr_vision.desk.rolling import Rolls
from smr_vision.desk.routines import Routines
from smr_vision.desk.web import NOWHERE, STATIC, Web


def desk_app(
    desk: Desk, *, token: str, port: int, door: PhoneDoor | None = None, rolls: Rolls | None = None
) -> Starlette:
    """The app of a desk that listens on `port` of this machine, for whoever has the token.

    `door` gives codes to phones, which come in by another app; `rolls` are the live sessions.
    """
    routines = Routines(desk.places.own / "routines", desk.moves)
    rolls = rolls or Rolls(desk, routines)
    web = Web(desk)
    routes: list[BaseRoute] = [
        Mount("/static", StaticFiles(directory=STATIC)),
        *pages.routes(web, door),
        *clip_routes.routes(web),
        *session_routes.routes(web),
        *correct_routes.routes(web),
        *phone.routes(web, door),
        *people_routes.routes(web),
        *drawing_routes.routes(web),
        *move_routes.routes(web),
        *programme_routes.routes(web),
        *report_routes.routes(web),
        *settings_routes.routes(web),
        *roll_routes.routes(web, rolls, routines),
    ]
    hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(Limits, pieces="/api/uploads/"),
            Middleware(Guard, token=token, hosts=hosts, cookie=f"smr_desk_{port}"),
        ],
        exception_handlers={404: _nowhere(web)},
    )


def _nowhere(web: Web) -> Callable[[Request, Exception], Response]:
    """For who reads, a page; else a line."""

    def answer(request: Request, error: Exception) -> Response:
        del error
        if "text/html" in request.headers.get("accept", ""):
            return web.render("wrong.html.j2", here="", status=404, said=NOWHERE)
        return PlainTextResponse(f"{NOWHERE}\n", status_code=404)

    return answer
