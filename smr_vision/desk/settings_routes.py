"""What the trainer chooses, and the practice's logo."""

from __future__ import annotations

import shutil

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from smr_vision.desk.logo import remade
from smr_vision.desk.report_routes import TITLES
from smr_vision.desk.settings import USUAL_COLOURS, write_settings
from smr_vision.desk.web import Nothing, RequestBody, Web, failed
from smr_vision.errors import InputError, SmrError
from smr_vision.runtime.atomic_write import atomic_write


class SettingsChoice(RequestBody):
    trainer: str
    model: str
    strictness: str
    practice: str = ""
    contact: str = ""
    footer: str = ""
    colour: str = USUAL_COLOURS[0]
    second: str = USUAL_COLOURS[1]
    report: str = "full"


def routes(web: Web) -> list[BaseRoute]:
    places = web.desk.places

    def page(request: Request) -> Response:
        del request
        used = sum(p.stat().st_size for p in places.own.rglob("*") if p.is_file())
        return web.render(
            "settings.html.j2", here="settings", settings=web.desk.settings, folder=str(places.data), used=used,
            free=shutil.disk_usage(places.own).free, has_logo=places.logo.is_file(), kinds=TITLES,
        )  # fmt: skip

    def choose(request: Request, given: SettingsChoice) -> object:
        del request
        return write_settings(places.settings, given.model_dump()).model_dump()

    async def give_logo(request: Request) -> Response:
        try:
            content = await request.body()
            made = await run_in_threadpool(remade, content)
            await run_in_threadpool(atomic_write, places.logo, made)
        except SmrError as e:
            return failed(e)
        return JSONResponse({"done": True})

    def logo(request: Request) -> Response:
        del request
        if not places.logo.is_file():
            raise InputError("There is no logo yet.")
        return Response(places.logo.read_bytes(), media_type="image/png")

    def remove_logo(request: Request, given: Nothing) -> None:
        del request, given
        places.logo.unlink(missing_ok=True)

    return [
        Route("/settings", web.page(page), methods=["GET"]),
        Route("/api/settings", web.does(SettingsChoice, choose), methods=["POST"]),
        Route("/api/logo", web.told(logo), methods=["GET"]),
        Route("/api/logo", give_logo, methods=["POST"]),
        Route("/api/logo/remove", web.does(Nothing, remove_logo), methods=["POST"]),
    ]
