"""A session's page: what it is fed with, and the trainer's last word."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from smr_vision.desk.desk import Desk
from smr_vision.desk.notes import as_page
from tests.desk.conftest import person_of
from tests.film import Film
from tests.report.sample import make_session, make_set, write_folder


def state(client: TestClient, session: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/sessions/{session}/state").json()
    return found


def correct(client: TestClient, session: str, **deed: Any) -> Any:
    return client.post(f"/api/sessions/{session}/correct", json={"after": state(client, session)["last"], "deed": deed})


def test_every_page_of_a_session_and_its_person_is_there(client: TestClient, session_id: str) -> None:
    person = person_of(client)
    for path in (f"/sessions/{session_id}", f"/people/{person}", f"/compare?a={session_id}&b={session_id}", "/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Ana Kova" not in path


def test_a_clip_comes_in_the_ranges_asked_for(client: TestClient, desk: Desk, session_id: str, film: Film) -> None:
    film("annotated.mp4", times=5).replace(desk.store.folder(session_id) / "annotated.mp4")
    answer = client.get(f"/sessions/{session_id}/annotated.mp4", headers={"range": "bytes=10-19"})
    assert (answer.status_code, len(answer.content)) == (206, 10)
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-range"].startswith("bytes 10-19/")


def test_lanes_hold_the_curves_and_no_more_points_than_asked(client: TestClient, session_id: str) -> None:
    lanes = client.get(f"/api/sessions/{session_id}/lanes?points=200").json()
    assert 100 < len(lanes["curves"]["contact"]) <= 420
    assert lanes["sources"][0][2] == "seen"


def test_a_fault_dismissed_is_not_counted_and_can_come_back(client: TestClient, desk: Desk, session_id: str) -> None:
    found = correct(client, session_id, do="dismiss_fault", part="s0.f0").json()
    assert found["totals"]["faults"] == 0
    assert found["corrected_by"] == "the trainer"
    assert desk.store.entry(session_id).sets[0].faults == 0
    report = client.get(f"/sessions/{session_id}/report").text
    assert "Corrected by" in report
    undone = client.post(f"/api/sessions/{session_id}/undo", json={"after": found["last"]}).json()
    assert undone["totals"]["faults"] == 1
    assert undone["corrected_by"] is None
    redone = client.post(f"/api/sessions/{session_id}/redo", json={"after": undone["last"]}).json()
    assert redone["totals"]["faults"] == 0


def test_a_report_may_run_its_own_script_and_nothing_else(client: TestClient, session_id: str) -> None:
    policy = client.get(f"/sessions/{session_id}/report").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "script-src 'sha256-" in policy
    assert "&" not in policy
    assert "unsafe" not in policy


def test_the_record_itself_is_never_changed(client: TestClient, desk: Desk, session_id: str) -> None:
    path = desk.store.folder(session_id) / "session.json"
    before = path.read_bytes()
    correct(client, session_id, do="remove", part="s0.p0")
    correct(client, session_id, do="dismiss_fault", part="s0.f0")
    assert path.read_bytes() == before
    assert len((path.parent / "corrections.jsonl").read_text().splitlines()) == 2


def test_the_second_of_two_tabs_is_told(client: TestClient, session_id: str) -> None:
    correct(client, session_id, do="remove", part="s0.p0")
    answer = client.post(
        f"/api/sessions/{session_id}/correct", json={"after": 0, "deed": {"do": "remove", "part": "s0.p1"}}
    )
    assert answer.status_code == 409
    assert "another window" in answer.json()["error"]
    assert state(client, session_id)["totals"]["pass_count"] == 7


@pytest.mark.parametrize(
    "deed",
    [
        {"do": "remove", "part": "s9"}, {"do": "remove", "part": "../x"}, {"do": "explode"}, {},
        {"do": "add_fault", "check": "hips_lifted", "start_s": 5, "end_s": 4},
        {"do": "add_fault", "check": "leg_crossed", "start_s": 5, "end_s": 6},
        {"do": "add_pass", "start_s": 900, "end_s": 901}, {"do": "describe_set", "part": "s0", "move": "nosuch"},
        {"do": "split_set", "part": "s0", "at_s": 999}, {"do": "join_sets", "part": "s0"},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_not_kept(client: TestClient, session_id: str, deed: dict[str, Any]) -> None:
    before = state(client, session_id)
    assert correct(client, session_id, **deed).status_code == 400
    assert state(client, session_id) == before


def test_a_note_is_shown_and_goes_into_the_report(client: TestClient, session_id: str) -> None:
    found = client.post(f"/api/sessions/{session_id}/note", json={"t_s": None, "words": "**Lovely** <b>x</b>"}).json()
    assert "<strong>Lovely</strong>" in found["notes"][0]["page"]
    assert "<b>x" not in found["notes"][0]["page"]
    assert "<strong>Lovely</strong>" in client.get(f"/sessions/{session_id}/report").text


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "![x](http://e.vil/x.png)",
     "<http://e.vil>", "[x]: http://e.vil\n\n[x]"],
)  # fmt: skip
def test_nothing_in_a_note_runs_or_leads_outside(words: str) -> None:
    page = as_page(words)
    assert not any(tag in page for tag in ("<script", "<img", "<a ", "href", "src=x onerror=alert(1)>".upper()))


def test_reports_of_several_sessions_come_as_one_zip(client: TestClient, session_id: str) -> None:
    answer = client.post("/api/reports", json={"ids": [session_id, session_id], "form": "html"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as zipped:
        assert zipped.namelist() == ["Ana 2026-11-20.html", "Ana 2026-11-20 2.html"]
        assert b"Foam-rolling report" in zipped.read("Ana 2026-11-20.html")


def test_everything_of_a_person_can_be_taken_along(client: TestClient, session_id: str) -> None:
    client.post(f"/api/sessions/{session_id}/note", json={"t_s": 3.5, "words": "here"})
    answer = client.get(f"/api/people/{person_of(client)}/export")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as zipped:
        assert any(name.endswith("/session.json") for name in zipped.namelist())
        about = json.loads(zipped.read("about.json"))
    assert about["sessions"][0]["notes"] == [{"t_s": 3.5, "words": "here"}]


def test_forgetting_wants_the_name_and_takes_everything(client: TestClient, desk: Desk, session_id: str) -> None:
    person = person_of(client)
    folder = desk.store.folder(session_id)
    correct(client, session_id, do="dismiss_fault", part="s0.f0")
    client.post(f"/api/sessions/{session_id}/note", json={"t_s": None, "words": "SECRETWORD"})
    assert client.post(f"/api/people/{person}/forget", json={"name": "Eva"}).status_code == 400
    assert folder.exists()
    gone = client.post(f"/api/people/{person}/forget", json={"name": "Ana"}).json()
    assert gone["sessions"] == 1
    assert not folder.exists()
    assert client.get(f"/sessions/{session_id}").status_code == 404
    for path in Path(desk.places.data).rglob("*"):
        if path.is_file():
            assert b"SECRETWORD" not in path.read_bytes(), path
            assert b"Ana" not in path.read_bytes(), path


def test_two_entries_of_one_person_become_one(client: TestClient, desk: Desk, session_id: str) -> None:
    desk.store.add_person("Anna")
    person = person_of(client)
    answer = client.post(f"/api/people/{person}/name", json={"name": "Anna"})
    assert answer.status_code == 200
    assert [p.name for p in desk.store.people()] == ["Anna"]
    assert desk.session(session_id).person == "Anna"


def test_settings_are_kept_and_sign_corrections(client: TestClient, session_id: str) -> None:
    given = {"trainer": "Maja", "model": "lite", "strictness": "strict"}
    assert client.post("/api/settings", json=given).status_code == 200
    assert client.post("/api/settings", json={**given, "model": "huge"}).status_code == 404
    assert correct(client, session_id, do="remove", part="s0.p0").json()["corrected_by"] == "Maja"


@pytest.mark.parametrize("named", ["{}/secret.txt", "secret.txt", "../secret.txt", f"{'a' * 300}.mp4", "a\0.mp4"])
def test_a_session_taken_in_gives_out_no_file_that_is_no_clip(
    client: TestClient, desk: Desk, tmp_path: Path, named: str
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    session = make_session(make_set())
    source = session.source.model_copy(update={"path": named.format(tmp_path)})
    path = write_folder(tmp_path / "foreign", session.model_copy(update={"source": source}), pictures=False)
    identity = desk.store.add_session(session, path.parent)
    assert client.get(f"/sessions/{identity}/original").status_code == 404


@pytest.mark.parametrize("named", ["mine.mp4", "../videos/mine.mp4"])
@pytest.mark.parametrize("out", ["videos/out/mine", "videos/mine", "elsewhere/mine"])
def test_a_clip_named_relative_to_where_it_was_analysed_plays(
    client: TestClient, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, film: Film, named: str, out: str
) -> None:
    """Results lie below the folder in which `smr analyse` ran, or the desk runs there."""
    (tmp_path / "videos").mkdir()
    clip = film("any.mp4").replace(tmp_path / "videos" / "mine.mp4")
    monkeypatch.chdir(clip.parent if out.startswith("elsewhere") else "/")
    session = make_session(make_set())
    session = session.model_copy(update={"source": session.source.model_copy(update={"path": named})})
    path = write_folder(tmp_path / out, session, pictures=False)
    assert client.post("/api/results", json={"folder": str(path.parent)}).json() == {"found": 1}
    (entry,) = desk.store.entries()
    assert client.get(f"/sessions/{entry.id}/original").content == clip.read_bytes()
    clip.unlink()
    assert client.get(f"/sessions/{entry.id}/original").status_code == 404


def test_results_are_taken_in_where_they_lie(client: TestClient, desk: Desk, session_id: str) -> None:
    folder = desk.store.folder(session_id)
    for _ in range(2):
        assert client.post("/api/results", json={"folder": str(folder.parent)}).json() == {"found": 1}
    assert [e.id for e in desk.store.entries()] == [session_id]


def test_the_video_of_a_live_session_that_was_killed_plays(
    client: TestClient, desk: Desk, session_id: str, film: Film
) -> None:
    video = desk.store.folder(session_id) / "recording.part.mp4"
    assert client.get(f"/sessions/{session_id}/original").status_code == 404
    film("recording.mp4", times=5).replace(video)
    assert client.get(f"/sessions/{session_id}/original").content == video.read_bytes()
