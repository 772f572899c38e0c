"""The desk's pages."""

from __future__ import annotations

from datetime import datetime
from threading import Thread
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from smr_vision.desk.lanes import columns_of
from smr_vision.desk.people import PAGE, SORTS, in_order
from smr_vision.desk.phone import PhoneDoor
from smr_vision.desk.programmes import Programmes, done_of, weeks_until
from smr_vision.desk.report_routes import TITLES
from smr_vision.desk.web import Web, checked_id, given_id, given_person, number
from smr_vision.report.compare import groups_of
from smr_vision.report.html import heads_of
from smr_vision.store.trends import by_sides

LOOKED_BACK: Final = 200  # sessions that are held against a programme: several a day for its four weeks


def routes(web: Web, door: PhoneDoor | None) -> list[BaseRoute]:
    desk = web.desk

    def clips(request: Request) -> Response:
        del request
        recent = desk.store.page(everybody=True, most=12)
        names = sorted(line.name for line in desk.store.lines() if line.name)
        return web.render("clips.html.j2", here="clips", recent=recent, names=names)

    def people(request: Request) -> Response:
        sort = request.query_params.get("sort", "seen")
        lines = in_order(desk.store.lines(), sort)
        return web.render("people.html.j2", here="people", lines=lines, sort=sort, sorts=SORTS)

    def person(request: Request) -> Response:
        identity = given_person(request)
        name = desk.store.name_of(identity)
        start = int(number(request, "start", 0, 0, 1e6))
        entries = desk.store.page(person=name, start=start, most=PAGE + 1)
        consent_on, words = desk.records.card(name) if name is not None else (None, "")
        trend = list(reversed(entries[:PAGE]))
        kinds = list(dict.fromkeys((s.move, s.side) for e in entries for s in e.sets))
        programme = Programmes(desk.records).of(name)[0] if name is not None else None
        today = datetime.now().astimezone().date()
        done = done_of(programme, desk.store.page(person=name, most=LOOKED_BACK), today) if programme else []
        others = sorted(line.name for line in desk.store.lines() if line.name and line.name != name)
        return web.render(
            "person.html.j2", here="people", id=identity, name=name, entries=entries[:PAGE], start=start,
            more=len(entries) > PAGE, consent_on=consent_on, words_about=words, trend=trend, kinds=kinds,
            others=others, page_size=PAGE, phones=door is not None, report_kinds=TITLES, usual=desk.settings.report,
            programme=programme, done=done, mondays=weeks_until(today), sides=by_sides(trend),
        )  # fmt: skip

    def session(request: Request) -> Response:
        identity = given_id(request)
        entry = desk.store.entry(identity)
        folder = desk.store.folder(identity)
        clip = desk.clip(identity)
        Thread(target=columns_of, args=(folder,), daemon=True).start()  # an hour's are read while the page loads
        names = sorted(line.name for line in desk.store.lines() if line.name)
        return web.render(
            "session.html.j2", here="people", entry=entry, names=names, has_original=clip is not None,
            has_annotated=(folder / "annotated.mp4").is_file(), notes_said=desk.session(identity).notes,
            kinds=TITLES, usual=desk.settings.report,
        )  # fmt: skip

    def compare(request: Request) -> Response:
        ids = [checked_id(text) for text in (request.query_params.get("a", ""), request.query_params.get("b", ""))]
        pairs = sorted(((i, desk.facts(i)) for i in ids), key=lambda pair: pair[1].session.recorded_at)
        facts = [one for _, one in pairs]
        return web.render(
            "compare.html.j2", here="people", pairs=pairs, heads=heads_of(facts),
            groups=groups_of(facts),
        )  # fmt: skip

    return [
        Route("/", web.page(clips), methods=["GET"]),
        Route("/people", web.page(people), methods=["GET"]),
        Route("/people/{person}", web.page(person), methods=["GET"]),
        Route("/sessions/{id}", web.page(session), methods=["GET"]),
        Route("/compare", web.page(compare), methods=["GET"]),
    ]
