"""Between requests and the desk: ids and bodies are checked, work runs on threads, failures become one clear line."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from math import isfinite
from pathlib import Path
from typing import Any, Final, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from smr_vision.corrections import Outdated
from smr_vision.desk.desk import Desk
from smr_vision.desk.uploads import OutOfStepError
from smr_vision.errors import InputError, SmrError, UsageError
from smr_vision.report import bars, unseen, words
from smr_vision.session.set_record import passes_of
from smr_vision.store.trends import target_words, trend_values, what

NOWHERE: Final = "That address leads nowhere."
ID: Final = re.compile(r"[0-9a-f]{32}")
PERSON: Final = re.compile(r"[0-9a-f]{20}|nobody")
Endpoint = Callable[[Request], Awaitable[Response]]


class RequestBody(BaseModel):
    """What a request that changes something may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Nothing(RequestBody):
    """No more to say."""


GivenBody = TypeVar("GivenBody", bound=RequestBody)


class Web:
    """Makes endpoints of functions of the desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._slow = asyncio.Semaphore(1)
        environment = Environment(
            loader=PackageLoader("smr_vision.desk"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        environment.globals.update(
            words=words, unseen=unseen, bars=bars, what=what, target=target_words, passes=passes_of,
            trend_values=trend_values,
        )  # fmt: skip
        self._environment = environment

    def render(self, template: str, *, here: str, status: int = 200, **values: object) -> HTMLResponse:
        moves = list(self.desk.moves.values())
        titles = {move.id: move.title for move in moves}
        dose = {move.id: move.dose.default_s for move in moves}
        known = {"moves": moves, "titles": titles, "dose": dose}
        text = self._environment.get_template(template).render(here=here, **known, **values)
        return HTMLResponse(text, status_code=status)

    def name_given(self, request: Request) -> str:
        """The name of the person in the address; UsageError for those without a name."""
        name = self.desk.store.name_of(given_person(request))
        if name is None:
            raise UsageError("Sessions without a name are not a person. Give each its name first.")
        return name

    def page(self, work: Callable[[Request], Response]) -> Endpoint:
        """A page; what goes wrong is a page too."""

        async def answer(request: Request) -> Response:
            try:
                return await run_in_threadpool(work, request)
            except SmrError as e:
                return self.render("wrong.html.j2", here="", status=_status(e), said=str(e))

        return answer

    def told(self, work: Callable[[Request], object]) -> Endpoint:
        """Facts as JSON, or a response as it is."""

        async def answer(request: Request) -> Response:
            try:
                return _answer(await run_in_threadpool(work, request))
            except SmrError as e:
                return failed(e)

        return answer

    def does(
        self, kind: type[GivenBody], work: Callable[[Request, GivenBody], object], *, slow: bool = False
    ) -> Endpoint:
        """Something done with a JSON body of the given kind; of what is `slow` one at a time, and none of those that
        wait takes a thread from the pages."""

        async def answer(request: Request) -> Response:
            if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
                return JSONResponse({"error": "The desk takes JSON here."}, status_code=415)
            try:
                given = kind.model_validate_json(await request.body())
            except ValidationError as e:
                first = e.errors()[0]
                where = ".".join(str(part) for part in first["loc"])
                return JSONResponse({"error": f"{where:.60}: {first['msg']:.120}"}, status_code=422)
            try:
                async with self._slow if slow else nullcontext():
                    return _answer(await run_in_threadpool(work, request, given))
            except SmrError as e:
                return failed(e)

        return answer


def given_id(request: Request, name: str = "id") -> str:
    """An id out of the address; nothing else passes."""
    return checked_id(request.path_params[name])


def checked_id(text: str) -> str:
    if not ID.fullmatch(text):
        raise InputError(NOWHERE)
    return text


def given_person(request: Request) -> str:
    text = str(request.path_params["person"])
    if not PERSON.fullmatch(text):
        raise InputError(NOWHERE)
    return text


def number(request: Request, name: str, usual: float, low: float, high: float) -> float:
    """A number out of the query, held within bounds."""
    try:
        value = float(request.query_params.get(name, usual))
    except ValueError:
        return usual
    return min(max(value, low), high) if isfinite(value) else usual


def length_of(request: Request) -> int | None:
    """How long the body says it is; our guard has seen that it is a number."""
    said = request.headers.get("content-length")
    return int(said) if said is not None else None


def failed(error: SmrError) -> Response:
    """The answer to what was not done; to a piece of a clip out of step, with how far the clip has come."""
    told: dict[str, Any] = {"error": str(error)}
    if isinstance(error, OutOfStepError):
        told["received"] = error.received
    return JSONResponse(told, status_code=_status(error))


def _answer(found: object) -> Response:
    if isinstance(found, Response):
        return found
    return JSONResponse(found if found is not None else {"done": True})


def _status(error: SmrError) -> int:
    if isinstance(error, Outdated | OutOfStepError):
        return 409
    return 404 if isinstance(error, InputError) else 400


STATIC: Final = Path(__file__).parent / "static"
