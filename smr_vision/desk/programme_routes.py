"""A person's home programme: building it, the page to print, its PDF."""

from __future__ import annotations

import shutil
from datetime import date
from typing import Annotated, Any

from markupsafe import Markup
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from smr_vision.desk.places import tame
from smr_vision.desk.programmes import WEEKS, Programme, ProgrammeItem, Programmes
from smr_vision.desk.report_routes import framed, scratch, sent
from smr_vision.desk.reporting import Reporting
from smr_vision.desk.web import Nothing, RequestBody, Web, given_person
from smr_vision.errors import InputError, UsageError
from smr_vision.moves import Move
from smr_vision.moves.zone_picture import as_svg
from smr_vision.report.html import Extras
from smr_vision.report.programme import PrintedItem, programme_page
from smr_vision.report.words import day

USUAL_TIMES = 3  # [E] a week; the trainer changes it


class ProgrammeGiven(RequestBody):
    since: date
    items: Annotated[list[ProgrammeItem], Field(max_length=20)]
    words: Annotated[str, Field(max_length=2000)] = ""
    seen: Annotated[str, Field(max_length=40)] | None = None


def routes(web: Web) -> list[BaseRoute]:
    desk = web.desk
    programmes = Programmes(desk.records)
    reporting = Reporting(desk)

    def page(request: Request) -> Response:
        name = web.name_given(request)
        programme, seen = programmes.of(name)
        facts = {
            "person": given_person(request),
            "programme": (programme or Programme(since=date.today())).model_dump(mode="json"),
            "seen": seen,
            "moves": [_usual(move) for move in desk.moves.values()],
        }
        return web.render(
            "programme.html.j2", here="people", id=given_person(request), name=name, facts=facts,
            kept=programme is not None,
        )  # fmt: skip

    def keep(request: Request, given: ProgrammeGiven) -> object:
        for item in given.items:
            move = desk.moves.get(item.move)
            if move is None:
                raise UsageError("There is no such move.")
            if (item.side is None) == move.sided:
                raise UsageError(f"{move.title}: {'say which side' if move.sided else 'it has no sides'}.")
        programme = Programme(since=given.since, items=tuple(given.items), words=given.words.strip())
        name = web.name_given(request)
        return {"seen": programmes.keep(name, programme, given.seen) if given.items or given.seen else None}

    def html(request: Request, *, for_print: bool) -> str:
        name = web.name_given(request)
        programme, _ = programmes.of(name)
        if programme is None:
            raise InputError("There is no programme yet.")
        extras = Extras(trainer=desk.settings.trainer or None, brand=reporting.brand, for_print=for_print)
        items = [_printed(item, desk.moves[item.move]) for item in programme.items if item.move in desk.moves]
        since = day(programme.since.isoformat())
        return programme_page(name, items, since=since, said=programme.words, weeks=WEEKS, extras=extras)

    def shown(request: Request) -> Response:
        return framed(html(request, for_print=False))

    def pdf(request: Request, given: Nothing) -> Response:
        del given
        page = html(request, for_print=True)
        folder = scratch(desk.places)
        try:
            (made,) = desk.printer.printed([[page]], folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return sent(made, f"{tame(web.name_given(request) + '.x')[:-2]} programme.pdf", "application/pdf")

    return [
        Route("/people/{person}/programme", web.page(page), methods=["GET"]),
        Route("/people/{person}/programme/print", web.page(shown), methods=["GET"]),
        Route("/api/people/{person}/programme", web.does(ProgrammeGiven, keep), methods=["POST"]),
        Route("/api/people/{person}/programme/pdf", web.does(Nothing, pdf, slow=True), methods=["POST"]),
    ]


def _usual(move: Move) -> dict[str, Any]:
    """A move as the page offers it, with how much of it is usual."""
    return {
        "id": move.id, "title": move.title, "muscles": move.muscles, "sided": move.sided,
        "sets": move.dose.sets[0], "seconds": round(move.dose.default_s), "times_a_week": USUAL_TIMES,
    }  # fmt: skip


def _printed(item: ProgrammeItem, move: Move) -> PrintedItem:
    sets = f"{item.sets} sets of " if item.sets > 1 else ""
    sides = {"both": "both sides", None: ""}.get(item.side, f"{item.side} side")
    mind = sorted(move.checks, key=lambda check: check.severity != "safety")[:3]
    return PrintedItem(
        title=move.title,
        side=sides,
        amount=f"{sets}{item.seconds} s{' on each side' if item.side == 'both' else ''}",
        times_a_week=item.times_a_week,
        tool=", or ".join(f"{tool.kind} ({tool.feel.rstrip('.')})" for tool in move.tools),
        steps=move.steps,
        mind=tuple(check.target.rstrip(".") for check in mind),
        pictures=tuple(Markup(as_svg(move, side or "left")) for side in item.sides),  # noqa: S704 - our own drawing
    )
