"""Clips in, and how far each is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from smr_vision.desk.name_guesses import person_in
from smr_vision.desk.records import QueuedClip
from smr_vision.desk.web import Nothing, RequestBody, Web, failed, given_id, length_of
from smr_vision.errors import SmrError, UsageError

PersonName = Annotated[str, Field(min_length=1, max_length=120)]


class ClipDetails(RequestBody):
    person: PersonName | None = None
    move: str | None = None
    side: Literal["left", "right"] | None = None


class Announced(ClipDetails):
    name: Annotated[str, Field(min_length=1, max_length=400)]
    size: int
    mark: Annotated[str, Field(max_length=80)] = ""
    folder: Annotated[str, Field(max_length=1000)] = ""


class Folder(RequestBody):
    folder: Annotated[str, Field(min_length=1, max_length=2000)]


def routes(web: Web) -> list[BaseRoute]:
    desk = web.desk

    def about(given: ClipDetails) -> dict[str, str | None]:
        if given.move is not None and given.move not in desk.moves:
            raise UsageError("There is no such move.")
        sided = given.move is not None and desk.moves[given.move].sided
        person = given.person.strip() if given.person else None
        return {"person": person or None, "move": given.move, "side": given.side if sided else None}

    def announce(request: Request, given: Announced) -> object:
        del request
        asked = about(given)
        guess = None
        if asked["person"] is None:
            names = [line.name for line in desk.store.lines() if line.name]
            guess = person_in(f"{given.folder}/{given.name}", names)
        job = desk.uploads.begin(
            given.name, given.size, given.mark, person=asked["person"] or guess, move=asked["move"], side=asked["side"],
            guessed=guess is not None,
        )  # fmt: skip
        return {"id": job.id, "received": desk.uploads.received(job)}

    async def take(request: Request) -> Response:
        try:
            identity = given_id(request)
            offset = request.query_params.get("offset", "")
            if not (offset.isascii() and offset.isdigit()):
                raise UsageError("A piece needs its offset.")
            here = await desk.uploads.take(identity, int(offset), length_of(request), request.stream())
        except SmrError as e:
            return failed(e)
        desk.queue.wake()
        return JSONResponse({"received": here})

    def state(job: QueuedClip) -> dict[str, object]:
        far = desk.queue.far(job.id)
        share = far.share if far else None
        if job.state == "uploading":
            share = desk.uploads.received(job) / job.size
        return {
            "id": job.id, "name": job.name, "person": job.person, "move": job.move, "side": job.side,
            "state": job.state, "error": job.error, "session": job.session_id, "share": share, "size": job.size,
            "left_s": far.left_s if far else None, "guessed": job.guessed, "filmed_at": job.filmed_at,
        }  # fmt: skip

    def describe(request: Request, given: ClipDetails) -> object:
        job = desk.records.describe_job(given_id(request), about(given))
        if job.session_id is not None:
            desk.store.give(job.session_id, job.person)
        return state(job)

    def cancel(request: Request, given: Nothing) -> None:
        del given
        desk.queue.cancel(given_id(request))

    def again(request: Request, given: Nothing) -> None:
        del given
        desk.queue.again(given_id(request))

    def take_in(request: Request, given: Folder) -> object:
        del request
        return {"found": desk.take_in(Path(given.folder).expanduser())}

    return [
        Route("/api/jobs", web.told(lambda _: [state(job) for job in desk.records.jobs()]), methods=["GET"]),
        Route("/api/uploads", web.does(Announced, announce), methods=["POST"]),
        Route("/api/uploads/{id}", take, methods=["PUT"]),
        Route("/api/uploads/{id}", web.told(lambda r: state(desk.records.job(given_id(r)))), methods=["GET"]),
        Route("/api/jobs/{id}/about", web.does(ClipDetails, describe), methods=["POST"]),
        Route("/api/jobs/{id}/cancel", web.does(Nothing, cancel), methods=["POST"]),
        Route("/api/jobs/{id}/again", web.does(Nothing, again), methods=["POST"]),
        Route("/api/results", web.does(Folder, take_in), methods=["POST"]),
    ]
