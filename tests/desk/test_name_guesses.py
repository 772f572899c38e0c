"""Whose clip it is and when it was filmed, guessed by names and folders; and putting both right."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import av
import pytest
from starlette.testclient import TestClient

from smr_vision.desk.desk import Desk
from smr_vision.desk.name_guesses import changed_at, filmed_at, person_in
from smr_vision.desk.records import Records
from smr_vision.session import read_session
from smr_vision.video.clip_info import made_at
from tests.film import Film
from tests.report.sample import make_session, make_set, write_folder

NAMES = ("Ana Kovač", "Eva Novak", "Eva Horvat", "Jo", "Ana Marija Kovač")
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/Ana Kovač/VID_1.mp4", "Ana Kovač"), ("ana_kovac calf.mp4", "Ana Kovač"), ("/ANA-KOVAC-2.mov", "Ana Kovač"),
        ("/Ana Marija Kovač/x.mp4", "Ana Marija Kovač"), ("Kovač, Ana.mp4", None), ("ana.mp4", None),
        ("/Eva Novak/1.mp4", "Eva Novak"), ("eva.mp4", None), ("jo roll.mp4", None), ("banana.mp4", None),
        ("Anastasia.mp4", None), ("", None), ("/C:\\Eva Horvat\\1.mp4", "Eva Horvat"),
    ],
)  # fmt: skip
def test_a_person_is_told_by_name_only_where_one_can_be_meant(path: str, name: str | None) -> None:
    assert person_in(path, NAMES) == name


def test_a_first_name_will_do_where_it_is_the_only_one() -> None:
    assert person_in("/clips/Eva/1.mp4", ("Eva Novak", "Ana Kovač")) == "Eva Novak"
    assert person_in("1.mp4", ()) is None


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("VID_20261120_181502.mp4", "2026-11-20 18:15:02"), ("2026-11-20 18.15.02.mov", "2026-11-20 18:15:02"),
        ("VID-20261120-WA0003.mp4", "2026-11-20 12:00:00"), ("20261120_181502123.mp4", "2026-11-20 18:15:02"),
        ("20261120.mp4", "2026-11-20 12:00:00"),
        ("roll 2026_11_20.mp4", "2026-11-20 12:00:00"),
        ("WhatsApp Video 2026-11-20 at 18.15.02.mp4", "2026-11-20 18:15:02"),
        ("20261340.mp4", None), ("20301120.mp4", None), ("18991120.mp4", None), ("120261120.mp4", None),
        ("IMG_4711.mov", None), ("1080p 20261120_1815.mp4", "2026-11-20 18:15:00"),
    ],
)  # fmt: skip
def test_the_moment_in_a_name(name: str, told: str | None) -> None:
    found = filmed_at(name, NOW)
    assert (found and found.strftime("%Y-%m-%d %H:%M:%S")) == told


def test_a_pixel_phone_names_the_time_in_utc() -> None:
    assert filmed_at("PXL_20261120_181502123.mp4", NOW) == datetime(2026, 11, 20, 18, 15, 2, tzinfo=UTC)


def test_a_day_alone_is_never_later_than_now() -> None:
    morning = datetime(2026, 11, 29, 7).astimezone()
    assert filmed_at("20261129.mp4", morning) == morning
    assert filmed_at("20261201.mp4", morning) is None


@pytest.mark.parametrize("mark", ["", "x", "-5", "1", "9" * 14, "9" * 40, "²"])
def test_a_last_change_that_can_not_be_is_none(mark: str) -> None:
    assert changed_at(mark, NOW) is None


def test_the_last_change_of_a_file() -> None:
    assert changed_at("1795000000000", NOW) == datetime.fromtimestamp(1795000000, UTC)


def with_metadata(source: Path, out: Path, **tags: str) -> Path:
    with av.open(str(source)) as given, av.open(str(out), "w", options={"movflags": "use_metadata_tags"}) as made:
        made.metadata.update(tags)
        stream = made.add_stream_from_template(given.streams.video[0])
        for packet in given.demux(given.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                made.mux(packet)
    return out


def test_a_clip_tells_when_it_was_filmed(film: Film, tmp_path: Path) -> None:
    plain = film("plain.mp4", times=5)
    assert made_at(plain) is None
    utc = with_metadata(plain, tmp_path / "utc.mp4", creation_time="2026-11-20T17:15:02.000000Z")
    assert made_at(utc) == datetime(2026, 11, 20, 17, 15, 2, tzinfo=UTC)
    unset = with_metadata(plain, tmp_path / "unset.mp4", creation_time="1904-01-01T00:00:00Z")
    assert made_at(unset) is None
    (tmp_path / "rubbish.mp4").write_bytes(b"rubbish")
    assert made_at(tmp_path / "rubbish.mp4") is None
    assert made_at(tmp_path / "nowhere.mp4") is None


def announce(client: TestClient, **more: Any) -> str:
    answer = client.post("/api/uploads", json={"name": "roll.mp4", "size": 10, "mark": "1", **more})
    return str(answer.json()["id"])


@pytest.mark.usefixtures("session_id")
def test_a_guess_is_shown_as_one_until_somebody_says(client: TestClient, desk: Desk) -> None:
    guessed = announce(client, folder="/clients/Ana", name="VID_20261120_181502.mp4")
    job = desk.records.job(guessed)
    assert (job.person, bool(job.guessed)) == ("Ana", True)
    assert job.filmed_at is not None
    (shown,) = [j for j in client.get("/api/jobs").json() if j["id"] == guessed]
    assert shown["guessed"]
    client.post(f"/api/jobs/{guessed}/about", json={"person": "Eva"})
    assert (desk.records.job(guessed).person, bool(desk.records.job(guessed).guessed)) == ("Eva", False)
    said = announce(client, folder="/clients/Ana", person="Eva")
    assert (desk.records.job(said).person, bool(desk.records.job(said).guessed)) == ("Eva", False)


def test_a_session_is_of_the_day_on_which_its_clip_was_filmed(client: TestClient, desk: Desk, tmp_path: Path) -> None:
    job = desk.records.job(announce(client, name="20250310_101500.mp4", person="Eva"))
    folder = write_folder(tmp_path / "eva", make_session(make_set(), person=None)).parent
    for _ in range(2):  # done again after a power cut, it is the same session
        identity = desk._register(job, folder)
    entry = desk.store.entry(identity)
    assert datetime.fromisoformat(entry.recorded_at) == datetime(2025, 3, 10, 10, 15).astimezone()
    assert entry.person == "Eva"
    assert len(desk.store.entries()) == 1
    later = desk.records.job(announce(client, name="a.mp4", mark="1741600000000"))
    assert desk._filmed_at(later) == "2025-03-10T09:46:40+00:00"


def test_what_the_clip_says_of_its_day_counts_where_its_name_says_none(client: TestClient, desk: Desk) -> None:
    named, plain = announce(client, name="20250310.mp4"), announce(client, name="b.mp4", mark="1741600000000")
    for identity in (named, plain):
        said = io.StringIO('{"filmed": "2024-01-02T03:04:05+00:00"}\n{"folder": "/x"}\n')
        folder, _ = desk.queue._listen(desk.records.job(identity), said)
        assert folder == Path("/x")
    assert str(desk._filmed_at(desk.records.job(named))).startswith("2025-03-10")
    assert desk._filmed_at(desk.records.job(plain)) == "2024-01-02T03:04:05+00:00"


def test_the_date_of_a_session_can_be_put_right(client: TestClient, desk: Desk, session_id: str) -> None:
    at = "2026-02-03T10:00:00Z"
    told = client.post(f"/api/sessions/{session_id}/when", json={"at": at}).json()
    assert told["day"] == "3 February 2026"
    assert desk.store.entry(session_id).recorded_at == "2026-02-03T10:00:00+00:00"
    assert read_session(desk.store.folder(session_id) / "session.json").recorded_at == "2026-02-03T10:00:00+00:00"
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    for wrong, status in ((tomorrow, 400), ("1400-01-01T00:00:00Z", 400), ("soon", 422), ("2026-02-03T10:00:00", 422)):
        assert client.post(f"/api/sessions/{session_id}/when", json={"at": wrong}).status_code == status


def test_records_of_the_first_version_go_on(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite"
    first = Records(path)
    with first.database.write() as run:
        for column in ("filmed_at", "guessed"):
            run(f"ALTER TABLE jobs DROP COLUMN {column}", {})
    first.close()
    again = Records(path)
    assert again.add_job("a.mp4", 1, "", {"person": None, "move": None, "side": None}).filmed_at is None
    again.close()
