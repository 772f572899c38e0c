"""Moves: those there are, and writing one of one's own with a stored clip beside it."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from smr_vision.desk.lanes import CURVES, columns_of, curve, sources
from smr_vision.desk.own_moves import LONGEST, checked_move, keep_move, remove_move, text_of
from smr_vision.desk.session_words import amount_words, check_words
from smr_vision.desk.trials import Trials
from smr_vision.desk.web import RequestBody, Web
from smr_vision.errors import InputError, SmrError
from smr_vision.moves import Move
from smr_vision.moves.zone_picture import as_svg
from smr_vision.report.cards import card_from
from smr_vision.report.facts import SetFacts, session_facts
from smr_vision.report.words import day
from smr_vision.store.trends import what

OFFERED: Final = 60  # of the latest sessions
POINTS: Final = 1200


class MoveText(RequestBody):
    text: Annotated[str, Field(max_length=LONGEST)]


class MoveTried(MoveText):
    session: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    video: bool = False


class MoveNamed(RequestBody):
    id: Annotated[str, Field(max_length=80)]


def routes(web: Web) -> list[BaseRoute]:
    desk = web.desk
    trials = Trials(desk)

    def page(request: Request) -> Response:
        del request
        return web.render("moves.html.j2", here="moves", own=desk.own_moves, broken=desk.broken_moves)

    def editor(request: Request) -> Response:
        asked = request.query_params.get("id", "")
        titles = {name: move.title for name, move in desk.moves.items()}
        clips = [
            {"id": e.id, "words": f"{e.person or 'No name yet'}, {day(e.recorded_at)}: {what(e, titles)}"}
            for e in desk.store.page(everybody=True, most=OFFERED)
            if e.folder is not None and (e.folder / "poses.npz").is_file()
        ]
        text = text_of(desk.places.moves, asked) if asked else ""
        return web.render("move_editor.html.j2", here="moves", clips=clips, text=text, asked=asked)

    def zone(request: Request) -> Response:
        move = desk.moves.get(str(request.path_params["move"]))
        if move is None:
            raise InputError("There is no such move.")
        return Response(as_svg(move), media_type="image/svg+xml", headers={"cache-control": "private, max-age=60"})

    def text(request: Request) -> Response:
        return PlainTextResponse(text_of(desk.places.moves, str(request.path_params["move"])))

    def check(request: Request, given: MoveText) -> object:
        del request
        try:
            return {"move": _shown(checked_move(given.text))}
        except SmrError as e:
            return {"wrong": str(e)}

    def attempt(request: Request, given: MoveTried) -> object:
        del request
        move = checked_move(given.text)
        session, folder = trials.coach(given.text, given.session, video=given.video)
        facts = session_facts(session, folder, {move.id: card_from(move)})
        columns = columns_of(folder)
        end = float(columns.t[-1]) + 1 if len(columns.t) else 1.0
        return {
            "duration_s": session.source.duration_s,
            "sets": [_tried(s) for s in facts.sets],
            "notes": session.notes,
            "curves": {name: curve(columns, name, 0.0, end, POINTS) for name in CURVES},
            "sources": sources(columns),
            "video": given.video,
        }

    def trial_clip(request: Request) -> Response:
        del request
        path = trials.clip()
        if path is None:
            raise InputError("There is no trial any more.")
        return FileResponse(path, media_type="video/mp4")

    def keep(request: Request, given: MoveText) -> object:
        del request
        move = keep_move(desk.places.moves, given.text)
        desk.read_moves()
        return {"id": move.id}

    def remove(request: Request, given: MoveNamed) -> None:
        del request
        remove_move(desk.places.moves, given.id)
        desk.read_moves()

    return [
        Route("/moves", web.page(page), methods=["GET"]),
        Route("/moves/own", web.page(editor), methods=["GET"]),
        Route("/moves/trial.mp4", web.page(trial_clip), methods=["GET"]),
        Route("/api/moves/{move}/zone.svg", web.page(zone), methods=["GET"]),
        Route("/api/moves/{move}/text", web.told(text), methods=["GET"]),
        Route("/api/moves/check", web.does(MoveText, check), methods=["POST"]),
        Route("/api/moves/try", web.does(MoveTried, attempt), methods=["POST"]),
        Route("/api/moves/keep", web.does(MoveText, keep), methods=["POST"]),
        Route("/api/moves/remove", web.does(MoveNamed, remove), methods=["POST"]),
    ]


def _shown(move: Move) -> dict[str, Any]:
    """A checked move as the editor shows it."""
    dose = move.dose
    return {
        "id": move.id, "title": move.title, "muscles": move.muscles, "sided": move.sided, "steps": move.steps,
        "checks": [{"title": c.title, "target": c.target, "safety": c.severity == "safety"} for c in move.checks],
        "dose": f"{dose.seconds[0]:g} to {dose.seconds[1]:g} s, {dose.sets[0]} to {dose.sets[1]} sets",
        "zone": as_svg(move),
    }  # fmt: skip


def _tried(s: SetFacts) -> dict[str, Any]:
    """A set as the editor lists it and its lanes draw it."""
    one, card = s.set, s.card
    return {
        "label": s.label, "start_s": one.start_s, "end_s": one.end_s, "green": card.green, "amber": card.amber,
        "words": amount_words(s),
        "passes": [p.model_dump() for p in one.passes], "holds": [h.model_dump() for h in one.holds],
        "faults": [{"title": f.title, **f.fault.model_dump()} for f in s.faults],
        "checks": [f"{c.title}: {check_words(c)}" for c in s.checks],
    }  # fmt: skip
