"""What the trainer draws on a picture is kept as a layer of its own, and goes into the report where it is chosen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from smr_vision.desk.desk import Desk
from smr_vision.desk.drawings import Shape, angle_of, as_svg
from tests.film import Film

ARROW = {"kind": "arrow", "points": [[0.1, 0.2], [0.5, 0.5]], "ink": "red"}
ANGLE = {"kind": "angle", "points": [[0.2, 0.8], [0.5, 0.5], [0.8, 0.8]]}
TEXT = {"kind": "text", "points": [[0.1, 0.9]], "words": 'Hips <b>up</b> & "high"'}


def keep(client: TestClient, session: str, **layer: Any) -> Any:
    given = {"t_s": 2.0, "shapes": [ARROW, ANGLE, TEXT], "words": "Look here", "in_report": True, **layer}
    return client.post(f"/api/sessions/{session}/drawings", json=given)


@pytest.fixture
def filmed(desk: Desk, session_id: str, film: Film) -> str:
    film("annotated.mp4", times=100).replace(desk.store.folder(session_id) / "annotated.mp4")
    return session_id


def test_a_layer_is_kept_and_can_be_changed(client: TestClient, session_id: str) -> None:
    first = keep(client, session_id).json()
    (layer,) = first["drawings"]
    assert (layer["t_s"], layer["words"], [s["kind"] for s in layer["shapes"]]) == (
        2.0,
        "Look here",
        ["arrow", "angle", "text"],
    )
    changed = keep(client, session_id, id=first["id"], seen=layer["seen"], shapes=[ARROW], in_report=False).json()
    (layer,) = changed["drawings"]
    assert (len(layer["shapes"]), layer["in_report"]) == (1, False)
    assert client.get(f"/api/sessions/{session_id}/drawings").json()["drawings"] == [layer]


def test_the_second_of_two_windows_overwrites_no_drawing(client: TestClient, session_id: str) -> None:
    first = keep(client, session_id).json()
    stale = first["drawings"][0]["seen"]
    keep(client, session_id, id=first["id"], seen=stale, words="from the one")
    answer = keep(client, session_id, id=first["id"], seen=stale, words="from the other")
    assert answer.status_code == 409
    assert "another window" in answer.json()["error"]
    gone = client.post(f"/api/sessions/{session_id}/drawings/remove", json={"id": first["id"], "seen": stale})
    assert gone.status_code == 409
    (layer,) = client.get(f"/api/sessions/{session_id}/drawings").json()["drawings"]
    assert layer["words"] == "from the one"
    told = client.post(
        f"/api/sessions/{session_id}/drawings/remove", json={"id": first["id"], "seen": layer["seen"]}
    ).json()
    assert told["drawings"] == []


def test_a_drawing_is_of_its_session_alone(client: TestClient, desk: Desk, session_id: str) -> None:
    other = desk.store.add_session(desk.session(session_id).model_copy(update={"recorded_at": "2026-11-21T00:00:00"}))
    first = keep(client, session_id).json()
    seen = first["drawings"][0]["seen"]
    assert keep(client, other, id=first["id"], seen=seen, words="stolen").status_code == 409
    assert client.get(f"/api/sessions/{other}/drawings").json()["drawings"] == []


@pytest.mark.parametrize(
    "shape",
    [
        {"kind": "arrow", "points": [[0.1, 0.2]]}, {"kind": "text", "points": [[0.1, 0.2]]},
        {"kind": "star", "points": [[0.1, 0.2]]}, {"kind": "line", "points": [[0.1, 0.2], [1.5, 0]]},
        {"kind": "line", "points": [[0.1, 0.2], [0.3, "x"]]},
        {"kind": "line", "points": [[0.1, 0.2], [0.3, 0.3]], "ink": "url(#x)"},
        {"kind": "text", "points": [[0.1, 0.2]], "words": "x" * 121},
    ],
)  # fmt: skip
def test_what_is_no_shape_is_refused(client: TestClient, session_id: str, shape: dict[str, Any]) -> None:
    assert keep(client, session_id, shapes=[shape]).status_code == 422


def test_chosen_pictures_are_in_the_report_with_what_was_drawn(client: TestClient, filmed: str) -> None:
    keep(client, filmed)
    keep(client, filmed, t_s=3.0, words="not this one", in_report=False)
    for kind in ("full", "page", "progress"):
        page = client.get(f"/sessions/{filmed}/report?kind={kind}").text
        (figure,) = re.findall(r'<section class="drawn">.*?</section>', page, re.DOTALL)
        assert figure.count('href="data:image/jpeg;base64,') == 1
        assert "Look here" in figure
        assert "not this one" not in page
        assert "Hips &lt;b&gt;up&lt;/b&gt; &amp; " in figure
        assert "style=" not in figure  # the page's policy forbids it


def test_a_moment_that_the_clip_does_not_have_is_left_out(client: TestClient, filmed: str) -> None:
    keep(client, filmed, t_s=5000.0)
    page = client.get(f"/sessions/{filmed}/report")
    assert page.status_code == 200
    assert "Pictures from the clip" not in page.text


def test_forgetting_takes_the_drawings_and_their_pictures(client: TestClient, desk: Desk, filmed: str) -> None:
    keep(client, filmed, words="SECRETWORD")
    client.get(f"/sessions/{filmed}/report")
    assert list(desk.places.stills(filmed).iterdir())
    desk.forget("Ana Kovač" if desk.store.entry(filmed).person == "Ana Kovač" else "Ana")
    assert not desk.places.stills(filmed).exists()
    for path in desk.places.data.rglob("*"):
        assert not path.is_file() or b"SECRETWORD" not in path.read_bytes(), path


def test_an_angle_is_measured_on_the_picture_and_not_on_its_shares() -> None:
    assert angle_of((0, 0), (1, 0), (1, 1)) == pytest.approx(90)
    assert angle_of((0, 0), (1, 0), (2, 0)) == pytest.approx(180)
    shape = Shape.model_validate(ANGLE)
    wide, square = (as_svg("data:,", size, [shape], "") for size in ((1600, 800), (800, 800)))
    assert "127°" in wide
    assert "90°" in square


@pytest.mark.parametrize("words", ["Up", "Up, and keep them there", "W" * 120])
def test_words_stay_in_the_picture(words: str) -> None:
    shape = Shape.model_validate({"kind": "text", "points": [[0.95, 0.5]], "words": words})
    svg = as_svg("data:,", (800, 600), [shape], "")
    for x, size in re.findall(r'<text x="([\d.]+)" y="[\d.]+" font-size="([\d.]+)"', svg):
        assert float(x) >= 0
        assert float(x) + 0.6 * float(size) * len(words) <= 1000
