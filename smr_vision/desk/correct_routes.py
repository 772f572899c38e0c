"""The trainer has the last word: what a session holds part by part, corrections, notes, whose it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from smr_vision.corrections import CorrectionRecord
from smr_vision.corrections.apply import Draft, apply
from smr_vision.corrections.record import Correction, holding, taken_back
from smr_vision.corrections.truth import truth_of
from smr_vision.desk.name_guesses import EARLIEST
from smr_vision.desk.notes import as_page
from smr_vision.desk.places import tame
from smr_vision.desk.session_words import fault_words, part_words, set_words, state_words
from smr_vision.desk.web import RequestBody, Web, given_id
from smr_vision.errors import UsageError
from smr_vision.report.facts import SetFacts, session_facts
from smr_vision.report.words import day
from smr_vision.session import read_session

PersonName = Annotated[str, Field(max_length=120)]


class Corrects(RequestBody):
    after: int
    deed: dict[str, Any]


class After(RequestBody):
    after: int


class NewWords(RequestBody):
    t_s: Annotated[float, Field(ge=0, le=1e6)] | None = None
    words: Annotated[str, Field(max_length=20_000)]
    before: Annotated[str, Field(max_length=20_000)] | None = None  # the words that the writer saw there


class Whose(RequestBody):
    person: PersonName | None


class SessionDate(RequestBody):
    at: AwareDatetime


def routes(web: Web) -> list[BaseRoute]:
    desk = web.desk

    def state(identity: str) -> dict[str, Any]:
        found, events = desk.in_parts(identity)
        session = found.session
        facts = session_facts(session, desk.store.folder(identity), desk.cards, curves=False)
        return {
            "last": events[-1].id if events else 0,
            "can_undo": bool(holding(events)),
            "can_redo": bool(taken_back(events)),
            "corrected_by": session.corrected_by,
            "duration_s": session.source.duration_s,
            "size": [session.source.width, session.source.height],
            "person": session.person,
            "recorded_at": session.recorded_at,
            "day": day(session.recorded_at),
            "totals": session.totals.model_dump(),
            **state_words(facts),
            "sets": [_set(draft, s) for draft, s in zip(found.drafts, facts.sets, strict=True)],
            "notes": [{"t_s": n.t_s, "words": n.words, "page": as_page(n.words)} for n in desk.records.notes(identity)],
            "events": [_event(e) for e in events[-40:]],
        }

    def _set(draft: Draft, s: SetFacts) -> dict[str, Any]:
        one, card = s.set, s.card
        facts = {id(fact.fault): fact for fact in s.faults}  # a draft has the same faults, in the order of its deeds
        return {
            "name": draft.name, "move": one.move, "title": card.title, "side": one.side,
            "start_s": one.start_s, "end_s": one.end_s, "pass_count": one.pass_count,
            "on_target_s": s.on_target_s, "tool": one.tool, "words": set_words(s),
            "ends": card.ends, **({} if one.unplaced else {"green": card.green, "amber": card.amber}),
            "passes": [{"name": n, "words": part_words(p, s), **p.model_dump()} for n, p in draft.passes.items()],
            "holds": [{"name": n, "words": part_words(h, s), **h.model_dump()} for n, h in draft.holds.items()],
            "faults": [
                {"name": n, "title": facts[id(f)].title, "words": fault_words(facts[id(f)]), **f.model_dump()}
                for n, f in draft.faults.items()
            ],
            "checks": [
                {"id": name, "title": card.check_title(name), **c.model_dump()} for name, c in one.checks.items()
            ],
        }  # fmt: skip

    def correct(request: Request, given: Corrects) -> object:
        """The deed is tried before it is written, so that the record holds none that does not fit."""
        identity = given_id(request)
        folder = desk.store.folder(identity)
        record = CorrectionRecord(folder)
        session = read_session(folder / "session.json")
        record.append(
            given.after,
            desk.settings.signed,
            given.deed,
            fits=lambda events: apply(session, holding(events), folder, desk.moves),
        )
        return kept(identity)

    def undo(request: Request, given: After) -> object:
        CorrectionRecord(desk.store.folder(given_id(request))).undo(given.after, desk.settings.signed)
        return kept(given_id(request))

    def redo(request: Request, given: After) -> object:
        CorrectionRecord(desk.store.folder(given_id(request))).redo(given.after, desk.settings.signed)
        return kept(given_id(request))

    def kept(identity: str) -> object:
        desk.keep_corrected(identity)
        return state(identity)

    def note(request: Request, given: NewWords) -> object:
        identity = given_id(request)
        desk.store.entry(identity)
        desk.records.put_note(identity, given.t_s, given.words, given.before)
        return state(identity)

    def whose(request: Request, given: Whose) -> object:
        identity = given_id(request)
        desk.store.give(identity, (given.person or "").strip() or None)
        return state(identity)

    def when(request: Request, given: SessionDate) -> object:
        identity = given_id(request)
        if not EARLIEST < given.at <= datetime.now(UTC):
            raise UsageError("A session can't be after today, nor before 1990.")
        desk.set_date(identity, given.at.astimezone(UTC).isoformat(timespec="seconds"))
        return state(identity)

    def truth(request: Request) -> object:
        session_id = given_id(request)
        folder, session = desk.store.folder(session_id), desk.session(session_id)
        name = tame(session.source.path).rpartition(".")[0] or "clip"
        return JSONResponse(
            truth_of(session, name, folder, desk.moves, read_session(folder / "session.json").sets),
            headers={"content-disposition": f'attachment; filename="{name}.json"'},
        )

    where = "/api/sessions/{id}"
    return [
        Route(f"{where}/state", web.told(lambda r: state(given_id(r))), methods=["GET"]),
        Route(f"{where}/correct", web.does(Corrects, correct), methods=["POST"]),
        Route(f"{where}/undo", web.does(After, undo), methods=["POST"]),
        Route(f"{where}/redo", web.does(After, redo), methods=["POST"]),
        Route(f"{where}/note", web.does(NewWords, note), methods=["POST"]),
        Route(f"{where}/whose", web.does(Whose, whose), methods=["POST"]),
        Route(f"{where}/when", web.does(SessionDate, when), methods=["POST"]),
        Route(f"{where}/truth", web.told(truth), methods=["GET"]),
    ]


def _event(event: Correction) -> dict[str, Any]:
    done = event.deed.do if event.deed is not None else "undo" if event.undo is not None else "redo"
    return {"id": event.id, "at": event.at, "by": event.by, "do": done}
