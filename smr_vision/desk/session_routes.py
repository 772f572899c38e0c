"""A session's clip, pictures and curves."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from smr_vision.desk.lanes import CURVES, columns_of, curve, figure, sources
from smr_vision.desk.stills import make_thumb
from smr_vision.desk.web import Web, given_id, number
from smr_vision.desk.zones import Worked, zones
from smr_vision.errors import InputError
from smr_vision.report.pictures import KINDS, SETUP_NAMES

STRETCH_S: Final = 30.0  # landmarks and zones come in stretches of this length

# What a browser may be told a clip is; anything else is sent as bytes, which it won't show.
VIDEO: Final = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/mp4",
    ".webm": "video/webm",
    ".mkv": "video/webm",
}


def routes(web: Web) -> list[BaseRoute]:
    desk = web.desk

    def original(request: Request) -> Response:
        return _video(desk.clip(given_id(request)))

    def annotated(request: Request) -> Response:
        return _video(desk.store.folder(given_id(request)) / "annotated.mp4")

    def thumb(request: Request) -> Response:
        folder = desk.store.folder(given_id(request))
        made = desk.places.thumb(given_id(request))
        own = [folder / name for name in SETUP_NAMES] + sorted((folder / "faults").glob("*.jpg"))
        if not any(path.is_file() for path in (*own, made)):
            make_thumb(folder / "annotated.mp4", made)
        return _picture([*own, made])

    def picture(request: Request) -> Response:
        """The picture of a fault, by its number in the session."""
        folder = desk.store.folder(given_id(request))
        names = [f.picture for s in desk.session(given_id(request)).sets for f in s.faults]
        place = int(number(request, "n", 0, 0, 10_000))
        name = names[place] if place < len(names) else None
        path = (folder / name).resolve() if name else folder
        return _picture([path] if path.is_relative_to(folder.resolve()) else [])

    def lanes(request: Request) -> object:
        folder = desk.store.folder(given_id(request))
        columns = columns_of(folder)
        end = float(columns.t[-1]) if len(columns.t) else 0.0
        start_s, end_s = number(request, "from", 0, 0, 1e6), number(request, "to", end + 1, 0, 1e6)
        points = int(number(request, "points", 1200, 100, 4000))
        return {
            "curves": {name: curve(columns, name, start_s, end_s, points) for name in CURVES},
            "sources": sources(columns),
        }

    def landmarks(request: Request) -> Response:
        start_s = number(request, "from", 0, 0, 1e6)
        content = figure(desk.store.folder(given_id(request)), start_s, start_s + STRETCH_S)
        return Response(content, media_type="application/octet-stream")

    def zone(request: Request) -> object:
        start_s = number(request, "from", 0, 0, 1e6)
        folder, session = desk.store.folder(given_id(request)), desk.session(given_id(request))
        sets = [Worked(s.start_s, s.end_s, desk.moves[s.move], s.side) for s in session.sets if s.move in desk.moves]
        return zones(folder, start_s, start_s + STRETCH_S, sets)

    return [
        Route("/sessions/{id}/original", web.page(original), methods=["GET"]),
        Route("/sessions/{id}/annotated.mp4", web.page(annotated), methods=["GET"]),
        Route("/api/sessions/{id}/thumb", web.page(thumb), methods=["GET"]),
        Route("/api/sessions/{id}/picture", web.page(picture), methods=["GET"]),
        Route("/api/sessions/{id}/lanes", web.told(lanes), methods=["GET"]),
        Route("/api/sessions/{id}/landmarks", web.told(landmarks), methods=["GET"]),
        Route("/api/sessions/{id}/zones", web.told(zone), methods=["GET"]),
    ]


def _video(path: Path | None) -> Response:
    """A clip, in pieces where the browser asks for some (206)."""
    if path is None or not path.is_file():
        raise InputError("That clip is not there any more.")
    return FileResponse(path, media_type=VIDEO.get(path.suffix.lower(), "application/octet-stream"))


def _picture(paths: list[Path]) -> Response:
    """The first of the pictures that is one, by what it is."""
    for path in paths:
        if path.is_file():
            with path.open("rb") as file:
                head = file.read(16)
            kind = next((kind for magic, kind in KINDS if head.startswith(magic)), None)
            if kind is not None:
                return FileResponse(path, media_type=kind, headers={"cache-control": "private, max-age=60"})
    return Response(status_code=404)
