"""A report shows whatever it is given as text, and reads nothing outside the session's folder."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from smr_vision.errors import InputError
from smr_vision.report import write_report
from smr_vision.session import Session
from tests.film import Film
from tests.report.conftest import Kept
from tests.report.sample import make_session, make_set, png
from tests.report.test_report import text_of


def attributes_of(page: str) -> set[str]:
    """The names of all attributes, as a browser would read them."""
    found: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.update(name for name, _ in attrs)

    Reader().feed(page)
    return found


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>alert(1)</script>",
    "]]></title></svg><script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "עדה לוי שלום",
    "💪🏽 emoji 👩‍🦽",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_anything_given_is_shown_as_text(kept: Kept, words: str) -> None:
    one = make_set(picture="faults/1.png")
    fault = one.faults[0].model_copy(update={"cue": words, "target": words, "check": words})
    one = one.model_copy(
        update={
            "move": words,
            "faults": (fault,),
            "checks": {words: one.checks["slow"]},
            "advice": (words,),
        }
    )
    session = make_session(
        one, one, person=words, tool=words, strictness=words, notes=(words,), versions={words: words},
        recorded_at=words, recognised=None,
    )  # fmt: skip
    path = kept(session, series=False)
    for sessions in ([path], [path, path]):
        out = write_report(sessions, path.parent / "report.html", note=words, trainer=words)
        page = out.read_text(encoding="utf-8")
        assert len(re.findall("<script", page)) == 1
        assert len(re.findall("<style", page)) == 1
        assert "<img src=x" not in page
        assert not attributes_of(page) & {"onerror", "onload", "style"}
        assert text_of(out).count(words) >= 3


def test_ten_thousand_characters_are_shown_in_full(kept: Kept, session: Session) -> None:
    long = "w" * 10_000
    path = kept(session.model_copy(update={"person": long}))
    text = text_of(write_report([path], path.parent / "report.html", note=long, trainer=long))
    assert text.count(long) >= 3


def test_nothing_may_be_loaded_or_run_but_what_the_report_brings(kept: Kept, session: Session) -> None:
    path = kept(session)
    (path.parent / "annotated.mp4").write_bytes(b"clip")
    page = write_report([path], path.parent / "report.html").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "default-src &#39;none&#39;" in policy[1] or "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    assert "http:" not in policy[1]
    without_names = page.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(?:src|href)=\"(?!data:|#|annotated\.mp4)", without_names)
    assert " style=" not in page


@pytest.mark.parametrize(
    "name", ["../secret.png", "/etc/hostname", "faults/../../secret.png", "", "\0", "faults", "x" * 5000]
)
def test_no_picture_from_outside_the_folder(kept: Kept, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.png").write_bytes(png(4, 4, (1, 2, 3)))
    path = kept(make_session(make_set(picture="faults/1.png")), pictures=False)
    text = path.read_text(encoding="utf-8").replace("faults/1.png", name.replace("\0", "\\u0000"))
    path.write_text(text, encoding="utf-8")
    page = write_report([path], path.parent / "report.html").read_text(encoding="utf-8")
    assert "data:image" not in page


def test_a_picture_that_is_no_picture_is_left_out(kept: Kept, session: Session) -> None:
    path = kept(session)
    (path.parent / "setup.jpg").unlink()
    for content in (b"<svg onload=alert(1)>", b"", b"\xff\xd8\xff" + b"broken" * 50_000):
        (path.parent / "faults/hips.png").write_bytes(content)
        assert "data:image" not in write_report([path], path.parent / "report.html").read_text(encoding="utf-8")


def test_a_clip_that_is_a_playlist_is_not_followed(kept: Kept, session: Session, film: Film) -> None:
    path = kept(session)
    other = film("other.ts", container="mpegts")
    text = f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{other}\n#EXT-X-ENDLIST\n"
    (path.parent / "annotated.mp4").write_text(text)
    with pytest.raises(InputError, match="without --embed-clip"):
        write_report([path], path.parent / "report.html", embed_clip=True)


def test_a_clip_goes_into_the_page_small(kept: Kept, session: Session, film: Film) -> None:
    path = kept(session)
    film("annotated.mp4", times=30, size=(640, 360)).replace(path.parent / "annotated.mp4")
    page = write_report([path], path.parent / "report.html", embed_clip=True).read_text(encoding="utf-8")
    assert "data:video/mp4;base64," in page


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "not a session"),
        ('{"schema": "other/1"}', "not a session"),
        ('{"schema": "smr-session/1"}', "recorded_at"),
        ('{"schema": "smr-session/1", "sets": [{"move": 5}]}', "recorded_at|sets"),
    ],
)
def test_a_foreign_session_is_refused_with_what_is_wrong(tmp_path: Path, content: str, why: str) -> None:
    (tmp_path / "session.json").write_text(content)
    with pytest.raises(InputError, match=why):
        write_report([tmp_path / "session.json"], tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


def with_ids(kept: Kept, session: Session, ours: str | None, theirs: str | None) -> Path:
    """A session of one id beside a series of another."""
    path = kept(session.model_copy(update={"id": ours}))
    series = path.parent / "series.csv"
    head, first, *rest = series.read_text().splitlines()
    if theirs is not None:
        head, first, rest = f"{head},session", f"{first},{theirs}", [f"{row}," for row in rest]
    series.write_text("\n".join([head, first, *rest]) + "\n")
    return path


def test_a_series_of_another_session_is_refused_in_one_line(kept: Kept, session: Session) -> None:
    path = with_ids(kept, session, "aaaa", "bbbb")
    with pytest.raises(InputError, match="is of another analysis") as told:
        write_report([path], path.parent / "report.html")
    assert "\n" not in str(told.value)
    assert not (path.parent / "report.html").exists()


@pytest.mark.parametrize(("ours", "theirs"), [("aaaa", "aaaa"), (None, "bbbb"), ("aaaa", None), (None, None)])
def test_what_fits_or_has_no_id_yet_is_read(kept: Kept, session: Session, ours: str | None, theirs: str | None) -> None:
    path = with_ids(kept, session, ours, theirs)
    write_report([path], path.parent / "report.html")
    assert (path.parent / "report.html").exists()
