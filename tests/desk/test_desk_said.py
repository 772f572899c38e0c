"""No page of the desk says two things that can't both be true, nor another thing than report and history do."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from smr_vision.desk.desk import Desk
from smr_vision.desk.people import person_id
from smr_vision.desk.report_routes import KINDS
from smr_vision.report.facts import SessionFacts
from smr_vision.report.html import Extras, compare_page
from smr_vision.report.words import NOT_MEASURED
from smr_vision.session import CheckTime, Hold, Set, ZoneTime
from smr_vision.store.trends import target_words
from tests.report.contradictions import contradictions
from tests.report.sample import make_session, make_set, write_folder
from tests.report.test_contradictions import cells, plain, sets

SOME = st.lists(sets(), min_size=1, max_size=2)
NUMBERS = count(1)
usual = settings(
    max_examples=12, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


def kept(desk: Desk, folder: Path, some: list[Set], person: str, day: int = 1) -> str:
    """A session in the desk's history; its id."""
    session = make_session(*some, person=person, recorded_at=f"2026-11-{day:02}T10:00:00+00:00", recognised=None)
    path = write_folder(folder / f"s{next(NUMBERS)}", session, series=False, pictures=False)
    return desk.store.add_session(session, path.parent)


def state_of(client: TestClient, identity: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/sessions/{identity}/state").json()
    return found


def shown(state: dict[str, Any]) -> str:
    """All that the page's script writes of a session."""
    lines = [f"{name} {value}" for name, value in state["figures"]] + state["explained"]
    faults = [f for s in state["sets"] for f in s["faults"]]
    lines += [f"{f['cue']} {f['words']}" for f in faults] or [state["without_faults"]]
    lines += [part["words"] for s in state["sets"] for part in (*s["passes"], *s["holds"])]
    lines += [f"{s['title']} {s['words']}" for s in state["sets"]]
    return " ".join(". ".join(lines).split())


def against(state: dict[str, Any], facts: SessionFacts) -> list[str]:
    """What a session's page says against the session."""
    found = list(contradictions(shown(state), facts))
    figures, session = dict(state["figures"]), facts.session
    known = any(s.pass_count is not None for s in session.sets)
    if figures["Passes"] != (str(sum(len(s.passes) for s in session.sets)) if known else NOT_MEASURED):
        found.append("other passes than are listed")
    standing = [f for s in session.sets for f in s.faults if f.dismissed_by is None]
    listed = [f for s in state["sets"] for f in s["faults"] if "set aside" not in f["words"]]
    if not int(figures["Faults"]) == len(standing) == len(listed):
        found.append("other faults than are listed")
    places = [s.time_by_zone_s for s in session.sets]
    hidden = any(s.unknown for s in session.sets)
    if not any(z.green + z.amber + z.red for z in places) and not hidden and figures["On target"] != "not measured":
        found.append("seconds on target at a place that was never known")
    if any(s.tool == "assumed" for s in session.sets) != ("its place is assumed" in shown(state)):
        found.append("assumed or not is not said")
    for told, one in zip(state["sets"], session.sets, strict=True):
        place = one.time_by_zone_s
        if "place of the tool seen" in told["words"] and not place.green + place.amber + place.red:
            found.append("the place of the tool was never known, and is called seen")
        off = [f for f in one.faults if f.dismissed_by is None]
        for hold in told["holds"]:
            wrong = any(f.start_s < hold["end_s"] and hold["start_s"] < f.end_s for f in off)
            if wrong == hold["words"].startswith("Hold"):
                found.append("standing still in a fault is called a hold, or a hold is not")
    seen = any(c.ok_s + c.fault_s for s in session.sets for c in s.checks.values())
    if state["without_faults"].startswith("No check failed") and not seen:
        found.append("no check failed, of which none was seen")
    return found


@usual
@given(some=SOME, data=st.data())
def test_no_page_of_a_session_contradicts_itself_however_it_is_corrected(
    client: TestClient, desk: Desk, tmp_path: Path, some: list[Set], data: st.DataObject
) -> None:
    identity = kept(desk, tmp_path, some, "Ana")
    for _ in range(3):
        state = state_of(client, identity)
        facts = desk.facts(identity)
        assert not against(state, facts), shown(state)
        assert not list(contradictions(plain(client.get(f"/sessions/{identity}").text), facts))
        for kind in KINDS:
            text = plain(client.get(f"/sessions/{identity}/report?kind={kind}").text)
            assert not list(contradictions(text, facts)), f"{kind}: {text}"
            told = client.get(f"/api/sessions/{identity}/message?kind={kind}").json()["words"]
            assert not list(contradictions(told, facts)), told
        parts = [p["name"] for s in state["sets"] for p in (*s["passes"], *s["holds"])]
        faults = [f["name"] for s in state["sets"] for f in s["faults"] if not f["dismissed_by"]]
        deeds = [{"do": "remove", "part": p} for p in parts] + [{"do": "dismiss_fault", "part": f} for f in faults]
        if deeds:
            deed = data.draw(st.sampled_from(deeds))
            answer = client.post(f"/api/sessions/{identity}/correct", json={"after": state["last"], "deed": deed})
            assert answer.status_code == 200


@usual
@given(sessions=st.lists(SOME, min_size=2, max_size=2))
def test_a_person_and_two_sessions_side_by_side_are_told_as_everywhere(
    client: TestClient, desk: Desk, tmp_path: Path, sessions: list[list[Set]]
) -> None:
    person = f"Ana {next(NUMBERS)}"
    ids = [kept(desk, tmp_path, some, person, day) for day, some in enumerate(sessions, 1)]
    page = client.get(f"/people/{person_id(person)}").text
    dose = {name: card.aim_s or 0.0 for name, card in desk.cards.items()}
    for identity in ids:
        entry, figures = desk.store.entry(identity), dict(state_of(client, identity)["figures"])
        row = re.search(rf'<tr><td>[^\n]*value="{identity}".*?</tr>', page, flags=re.DOTALL)
        assert row is not None
        told = dict(re.findall(r'data-label="([^"]+)">([^<]*)<', row[0]))
        assert told["On target"] == target_words(entry.sets, dose)
        assert (told["Passes"], told["Faults"]) == (figures["Passes"], figures["Faults"])
        assert (told["On target"] == "not measured") == (figures["On target"] == "not measured")
    facts = [desk.facts(identity) for identity in ids]
    for a, b in (ids, reversed(ids)):  # before comes first, however they are asked for
        beside = client.get(f"/compare?a={a}&b={b}").text
        assert figures_of(beside) == figures_of(compare_page(facts, Extras()))
        assumed = any(s.tool == "assumed" for some in sessions for s in some)
        assert ("its place is assumed" in plain(beside)) == assumed


def figures_of(page: str) -> dict[tuple[str, str], list[str]]:
    """The rows of a comparison without its heads."""
    return {key: values for key, values in cells(page).items() if key[1] not in ("", "Figure")}


def unknown_set() -> Set:
    """Nobody saw where the tool was, nor a check; somebody lay still."""
    nowhere = ZoneTime(green=0, amber=0, red=0)
    unseen = {name: CheckTime(ok_s=0, fault_s=0, unknown_s=30) for name in make_set().checks}
    return make_set(faulty=False, passes=1).model_copy(
        update={"time_by_zone_s": nowhere, "time_on_target_s": 0.0, "checks": unseen}
    )


def test_what_nobody_saw_is_neither_seen_nor_right(client: TestClient, desk: Desk, tmp_path: Path) -> None:
    state = state_of(client, kept(desk, tmp_path, [unknown_set()], "Ana"))
    assert dict(state["figures"])["On target"] == "not measured"
    assert "place of the tool not measured" in state["sets"][0]["words"]
    assert state["without_faults"] == "No check could be seen, so nothing was judged."


def test_standing_still_in_a_fault_is_no_hold_until_the_fault_is_set_aside(
    client: TestClient, desk: Desk, tmp_path: Path
) -> None:
    one = make_set()
    fault = one.faults[0]
    one = one.model_copy(update={"holds": (Hold(start_s=fault.start_s, end_s=fault.end_s, along=0.3),)})
    identity = kept(desk, tmp_path, [one], "Ana")
    state = state_of(client, identity)
    assert state["sets"][0]["holds"][0]["words"].endswith("while something was off")
    deed = {"do": "dismiss_fault", "part": state["sets"][0]["faults"][0]["name"]}
    client.post(f"/api/sessions/{identity}/correct", json={"after": state["last"], "deed": deed})
    assert state_of(client, identity)["sets"][0]["holds"][0]["words"].startswith("Hold, ")


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"figures": [["Passes", "8"], ["On target", "0 s"], ["Faults", "0"], ["Sets", "1"]]}, "never known"),
        ({"figures": [["Passes", "9"], ["On target", "not measured"], ["Faults", "0"], ["Sets", "1"]]}, "other passes"),
        ({"figures": [["Passes", "1"], ["On target", "not measured"], ["Faults", "2"], ["Sets", "1"]]}, "other faults"),
        ({"without_faults": "No check failed while it could be seen."}, "none was seen"),
        ({"explained": ["The roller could not be seen: its place is assumed"]}, "assumed or not"),
    ],
)
def test_a_page_that_says_otherwise_is_caught(
    client: TestClient, desk: Desk, tmp_path: Path, changed: dict[str, Any], wrong: str
) -> None:
    identity = kept(desk, tmp_path, [unknown_set()], "Ana")
    state = state_of(client, identity)
    assert not against(state, desk.facts(identity))
    assert any(wrong in found for found in against(state | changed, desk.facts(identity)))
