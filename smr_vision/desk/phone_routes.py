"""On the desk: giving a phone a code, and taking it back."""

from __future__ import annotations

import io

import segno
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from smr_vision.desk.phone import PhoneDoor
from smr_vision.desk.web import RequestBody, Web, given_person
from smr_vision.errors import UsageError


class PhoneRequest(RequestBody):
    open: bool


def routes(web: Web, door: PhoneDoor | None) -> list[BaseRoute]:
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
