"""Lines, arrows, angles and words on pictures of a session's clip."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from smr_vision.desk.drawings import Drawings, Shape
from smr_vision.desk.web import RequestBody, Web, given_id

Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Stamp = Annotated[str, Field(max_length=40)]


class DrawingGiven(RequestBody):
    """A layer as it is to be; `seen` is its stamp as the page knows it, None for a new one."""

    id: Id | None = None
    seen: Stamp | None = None
    t_s: Annotated[float, Field(ge=0, le=1e6)]
    shapes: Annotated[list[Shape], Field(max_length=60)]
    words: Annotated[str, Field(max_length=300)] = ""
    in_report: bool = True


class DrawingGone(RequestBody):
    id: Id
    seen: Stamp | None


def routes(web: Web) -> list[BaseRoute]:
    desk = web.desk
    drawings = Drawings(desk.records)

    def told(identity: str) -> dict[str, Any]:
        return {
            "drawings": [
                {
                    "id": d.id, "t_s": d.t_s, "shapes": [s.model_dump() for s in d.shapes], "words": d.words,
                    "in_report": d.in_report, "seen": d.changed_at,
                }
                for d in drawings.of(identity)
            ]
        }  # fmt: skip

    def known(request: Request) -> str:
        """The session asked for, which has to be there."""
        return desk.store.entry(given_id(request)).id

    def keep(request: Request, given: DrawingGiven) -> object:
        identity = known(request)
        kept = drawings.keep(
            identity, given.id, given.seen, t_s=given.t_s, shapes=given.shapes, words=given.words.strip(),
            in_report=given.in_report,
        )  # fmt: skip
        return {"id": kept, **told(identity)}

    def remove(request: Request, given: DrawingGone) -> object:
        identity = known(request)
        drawings.remove(identity, given.id, given.seen)
        return told(identity)

    where = "/api/sessions/{id}/drawings"
    return [
        Route(where, web.told(lambda r: told(known(r))), methods=["GET"]),
        Route(where, web.does(DrawingGiven, keep), methods=["POST"]),
        Route(f"{where}/remove", web.does(DrawingGone, remove), methods=["POST"]),
    ]
