"""A practice's own name, logo and colours on its reports; the three kinds of reports and the words sent with them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from starlette.testclient import TestClient

from smr_vision.desk.branding import named_brand
from smr_vision.desk.desk import Desk
from smr_vision.desk.places import Places
from smr_vision.errors import InputError
from smr_vision.report.brand import PAPERS, Brand, legible
from tests.report.sample import make_session, make_set, pages_of, write_folder

CHOSEN = {"trainer": "Maja", "model": "lite", "strictness": "standard"}


def png(wide: int = 900, high: int = 300, *, alpha: bool = True) -> bytes:
    image = np.full((high, wide, 4 if alpha else 3), 120, np.uint8)
    ok, encoded = cv2.imencode(".png", image)
    assert ok
    return encoded.tobytes()


def huge_png(side: int = 60_000) -> bytes:
    """A small file that says it holds 3.6 milliards of pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_a_logo_is_made_anew_and_stands_on_reports(client: TestClient, desk: Desk, session_id: str) -> None:
    given = png() + b"<script>trailing</script>"
    assert client.post("/api/logo", content=given).status_code == 200
    kept = client.get("/api/logo")
    assert kept.headers["content-type"] == "image/png"
    assert b"script" not in kept.content
    made = cv2.imdecode(np.frombuffer(kept.content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert made is not None
    assert made.shape == (200, 600, 4)
    assert '<div class="brand">' in client.get(f"/sessions/{session_id}/report").text
    client.post("/api/logo/remove", json={})
    assert client.get("/api/logo").status_code == 404
    assert '<div class="brand">' not in client.get(f"/sessions/{session_id}/report").text


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 404),
        (b"GIF89a" + b"\0" * 50, 404),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, 404),
        (png()[:300], 404),
        (b"\xff\xd8\xff\xe0" + b"\0" * 200, 404),
        (huge_png(), 404),
        (b"", 404),
        (png() + b"\0" * (1 << 20), 413),
    ],
    ids=["svg", "gif", "nothing", "cut", "no frame", "huge", "empty", "long"],
)
def test_what_is_no_logo_is_refused_in_one_line(client: TestClient, desk: Desk, content: bytes, status: int) -> None:
    answer = client.post("/api/logo", content=content)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert not desk.places.logo.exists()


def test_name_contact_and_footer_stand_on_reports_as_words(client: TestClient, session_id: str) -> None:
    chosen = {**CHOSEN, "practice": "Praxis <i>", "contact": "Parkgasse 4\n+43 1", "footer": "No & diagnosis"}
    assert client.post("/api/settings", json=chosen).status_code == 200
    for kind in ("full", "page", "progress"):
        page = client.get(f"/sessions/{session_id}/report?kind={kind}").text
        assert "Praxis &lt;i&gt;" in page
        assert "Parkgasse 4\n+43 1" in page
        assert "No &amp; diagnosis" in page


@pytest.mark.parametrize("colour", ["red", "#fff", "#15404g", "#15404d;}", "url(x)"])
def test_what_is_no_colour_is_refused(client: TestClient, colour: str) -> None:
    assert client.post("/api/settings", json={**CHOSEN, "colour": colour}).status_code == 404


def test_the_brand_s_style_is_allowed_by_its_hash(client: TestClient, session_id: str) -> None:
    client.post("/api/settings", json={**CHOSEN, "colour": "#ffee00"})
    answer = client.get(f"/sessions/{session_id}/report")
    policy = answer.headers["content-security-policy"]
    assert policy.split("style-src ")[1].split(";")[0].count("sha256-") == 2
    assert "unsafe" not in policy
    assert "#ffee00" not in answer.text.split("prefers-color-scheme: dark")[0].split("</style>")[-1]


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#ffee00", "#15404d", "#808080", "#ff0000", "#0000ff"])
@pytest.mark.parametrize("paper", list(PAPERS.values()))
def test_a_brand_s_colour_can_be_read_on_any_paper(colour: str, paper: str) -> None:
    def light(text: str) -> float:
        parts = [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((light(legible(colour, paper)), light(paper)))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_a_colour_that_can_be_read_stays() -> None:
    assert legible("#15404d", PAPERS["light"]) == "#15404d"
    with pytest.raises(ValueError, match="no colour"):
        legible("#12}{", PAPERS["light"])
    assert Brand().style == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = Praxis", "not TOML"),
        ('practice = "x"', "practice"),
        ('colour = "red"', "colour"),
        ('logo = "logo.svg"', "PNG or JPEG"),
        ('logo = "gone.png"', "gone.png"),
    ],
)
def test_a_brand_s_file_that_is_wrong_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "brand.toml").write_text(text)
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    with pytest.raises(InputError) as caught:
        named_brand(str(tmp_path / "brand.toml"), Places(tmp_path))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.fixture
def three(desk: Desk, session_id: str, tmp_path: Path) -> list[str]:
    """Ana's sessions, the newest first."""
    found = [session_id]
    for number, passes in ((1, 10), (2, 12)):
        at = f"2026-11-2{number + 1}T18:05:00+00:00"
        session = make_session(make_set(faulty=False, passes=passes), person="Ana", recorded_at=at)
        found.insert(0, desk.store.add_session(session, write_folder(tmp_path / f"roll{number}", session).parent))
    return found


def test_progress_tells_what_changed_since_the_first_time(client: TestClient, three: list[str]) -> None:
    page = client.get(f"/sessions/{three[0]}/report?kind=progress").text
    assert "3 sessions, 20 November 2026 to 23 November 2026" in page
    assert "<b>Faults</b>: 1 to 0" in page
    first = client.get(f"/sessions/{three[-1]}/report?kind=progress").text
    assert "This is the first session" in first


def test_a_kind_that_is_none_is_refused(client: TestClient, session_id: str) -> None:
    assert client.get(f"/sessions/{session_id}/report?kind=../x").status_code == 404


def test_one_page_holds_to_one_page_whatever_was_done(client: TestClient, desk: Desk, tmp_path: Path) -> None:
    sets = [make_set(start_s=1 + 60 * i, picture="faults/hips.png") for i in range(14)]
    session = make_session(*sets, person="Ana")
    identity = desk.store.add_session(session, write_folder(tmp_path / "many", session).parent)
    words = "\n\n".join("A long note about everything that was seen today. " * 8 for _ in range(20))
    client.post(f"/api/sessions/{identity}/note", json={"t_s": None, "words": words})
    pdf = client.post("/api/reports", json={"ids": [identity], "kind": "page"}).content
    assert pages_of(pdf) == 1
    assert pages_of(client.post("/api/reports", json={"ids": [identity]}).content) > 2


def test_one_report_comes_as_its_file_and_several_as_one(client: TestClient, three: list[str]) -> None:
    one = client.post("/api/reports", json={"ids": three[:1], "form": "html"})
    assert one.headers["content-type"].startswith("text/html")
    assert "attachment" in one.headers["content-disposition"]
    assert b"Foam-rolling report" in one.content
    joined = client.post("/api/reports", json={"ids": three, "kind": "page", "together": True})
    assert joined.headers["content-type"] == "application/pdf"
    assert joined.content.startswith(b"%PDF")
    zipped = client.post("/api/reports", json={"ids": three, "form": "html", "together": True})
    with zipfile.ZipFile(io.BytesIO(zipped.content)) as found:
        assert len(found.namelist()) == 3


def test_the_words_to_send_name_what_went_well_and_what_to_fix(client: TestClient, session_id: str) -> None:
    client.post("/api/settings", json={**CHOSEN, "practice": "Praxis am Park"})
    words = client.get(f"/api/sessions/{session_id}/message?kind=page").json()["words"]
    assert words.startswith("Hello Ana,\n")
    assert "20 November 2026" in words
    assert "One thing to work on: Lift your hips." in words
    assert words.endswith("Maja\nPraxis am Park")
