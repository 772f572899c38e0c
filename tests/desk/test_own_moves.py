"""Moves of the user's own: checked as they are written, tried on a stored clip, known everywhere once kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from smr_vision.analysis import Request, analyse
from smr_vision.desk.desk import Desk
from smr_vision.desk.own_moves import known_moves
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.video import ClipReader
from smr_vision.video.writer import ClipWriter

CALF = (Path(__file__).parents[2] / "smr_vision" / "moves" / "calf.toml").read_text(encoding="utf-8")
MINE = CALF.replace('id = "calf"', 'id = "my_calf"').replace('title = "Calf roll"', 'title = "Calf, <my> way"')
SAMPLE = Path(__file__).parents[2] / "samples" / "videos" / "calf_faults.mp4"


def test_what_is_wrong_is_told_with_its_place(client: TestClient) -> None:
    def said(text: str) -> str:
        return str(client.post("/api/moves/check", json={"text": text}).json()["wrong"])

    assert "line 2" in said('id = "x"\nsided = maybe')
    assert "'calf' is taken" in said(CALF)
    assert "zone.green" in said(MINE.replace("green = [", 'green = ["a", '))
    assert "nosuch" in said(MINE.replace("load = [", 'load = ["nosuch", '))
    assert client.post("/api/moves/check", json={"text": "x" * 60_001}).status_code == 422


def test_what_is_right_is_shown_with_its_zone(client: TestClient) -> None:
    move = client.post("/api/moves/check", json={"text": MINE}).json()["move"]
    assert move["title"] == "Calf, <my> way"
    assert "&lt;my>" in move["zone"]


def test_a_move_that_is_kept_is_known_at_once_and_goes_again(client: TestClient, desk: Desk) -> None:
    assert client.post("/api/moves/keep", json={"text": CALF}).status_code == 400
    assert client.post("/api/moves/keep", json={"text": MINE}).json() == {"id": "my_calf"}
    for path in ("/moves", "/", "/moves/own?id=my_calf"):
        assert "Calf, &lt;my&gt; way" in client.get(path).text
    assert client.get("/api/moves/my_calf/zone.svg").headers["content-type"].startswith("image/svg")
    assert client.get("/api/moves/my_calf/text").text == MINE
    announced = {"name": "a.mp4", "size": 10, "move": "my_calf", "side": "left"}
    assert client.post("/api/uploads", json=announced).status_code == 200
    assert desk.cards["my_calf"].title == "Calf, <my> way"
    assert client.post("/api/moves/remove", json={"id": "my_calf"}).status_code == 200
    assert "my_calf" not in desk.moves
    assert client.post("/api/moves/remove", json={"id": "calf"}).status_code == 404


@pytest.mark.parametrize("name", ["../calf", "..%2f..%2fsettings", "nosuch", "%00"])
def test_no_other_file_is_given_out(client: TestClient, name: str) -> None:
    assert client.get(f"/api/moves/{name}/text").status_code == 404
    assert client.get(f"/moves/own?id={name}").status_code == 404
    assert client.post("/api/moves/remove", json={"id": name}).status_code == 404


def test_a_file_that_is_broken_takes_no_other_with_it(client: TestClient, desk: Desk) -> None:
    folder = desk.places.moves
    folder.mkdir()
    (folder / "broken.toml").write_text("id = ")
    (folder / "twice.toml").write_text(CALF)
    (folder / "mine.toml").write_text(MINE)
    known = known_moves(folder)
    assert set(known.moves) == {*load_moves(), "my_calf"}
    assert set(known.broken) == {"broken", "twice"}
    desk.read_moves()
    page = client.get("/moves").text
    assert "broken.toml: is not TOML" in page
    assert str(folder) not in page


@pytest.mark.model
@pytest.mark.slow
def test_a_move_that_is_written_is_tried_on_a_stored_clip(client: TestClient, desk: Desk, tmp_path: Path) -> None:
    clip = tmp_path / "calf.mp4"
    with ClipReader(SAMPLE, 8.5, 17.0, max_height=240) as sample:
        frames = list(sample)
    height, width = frames[0].image.shape[:2]
    with ClipWriter(clip, width, height) as out:
        for frame in frames:
            out.write(frame)
    asked = Request(clip, tmp_path / "out", PipelineOptions(load_moves(), "calf", "right"), model="lite", video=False)
    outcome = analyse(asked)
    identity = desk.store.add_session(outcome.session, outcome.folder)
    told = client.post("/api/moves/try", json={"text": MINE, "session": identity}).json()
    (one,) = told["sets"]
    assert one["label"].startswith("Calf, <my> way")
    passes = outcome.session.totals.pass_count
    assert passes > 0
    assert one["words"].startswith(f"{passes} passes ")
    assert len(told["curves"]["contact"]) > 50
    assert client.get("/moves/trial.mp4").status_code == 404
    shown = client.post("/api/moves/try", json={"text": MINE, "session": identity, "video": True}).json()
    assert shown["sets"] == told["sets"]
    assert client.get("/moves/trial.mp4").headers["content-type"] == "video/mp4"
    assert len(list(desk.places.trial.iterdir())) == 1
    clip.unlink()
    gone = client.post("/api/moves/try", json={"text": MINE, "session": identity})
    assert gone.status_code == 404
    assert "not on this machine any more" in gone.json()["error"]
