"""The other forms: several sessions side by side, a table, and PDF."""

from __future__ import annotations

import builtins
import csv
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from smr_vision.errors import DeviceError
from smr_vision.report import write_report
from smr_vision.report.pictures import data_uri
from smr_vision.session import CheckTime, Session
from tests.report.conftest import Kept
from tests.report.sample import make_session, make_set, png
from tests.report.test_report import text_of

# A bare Debian has only DejaVu, whose letters are a seventh wider than those that the report asks for.
MATCH = ["fc-match", "Noto Sans"]
FONTS = subprocess.run(MATCH, capture_output=True, check=False).stdout if shutil.which(MATCH[0]) else b""
NOTO = b"Noto" in FONTS


@pytest.fixture
def before_and_after(kept: Kept) -> list[Path]:
    first = make_session(make_set(picture="faults/a.png", discomfort=(6, 5)), recorded_at="2026-11-01T08:00:00+00:00")
    last = make_session(
        make_set(passes=10, faulty=False, discomfort=(4, 2)), make_set("calf", "left", start_s=60, faulty=False),
        recorded_at="2026-11-20T08:00:00+00:00",
    )  # fmt: skip
    return [kept(last, "last"), kept(first, "first")]


def test_sessions_stand_side_by_side_oldest_first(before_and_after: list[Path], tmp_path: Path) -> None:
    out = write_report(before_and_after, tmp_path / "compare.html")
    text = text_of(out)
    assert text.index("1 November 2026") < text.index("20 November 2026")
    for words in (
        "On target 30 s 39 s ✓ better",
        "Faults 1 0 ✓ better",
        "Discomfort after 5 of 10 2 of 10 ✓ better",
        "Hips lifted 90% of what was seen (36 of 37 s) 100% of what was seen (44 of 45 s) ✓ better",
        "Knees at 90 degrees not measured not measured",
        "Sets not done 1",
    ):
        assert words in text, words
    assert out.read_text(encoding="utf-8").count("data:image") == 2


def test_what_was_hardly_seen_or_assumed_is_neither_better_nor_the_same(kept: Kept, tmp_path: Path) -> None:
    """Faults that nobody could see are not fewer; a place that was assumed is held against none."""
    unseen = {name: CheckTime(ok_s=0.0, fault_s=0.0, unknown_s=45.0) for name in make_set().checks}
    later = make_set(faulty=False, passes=10).model_copy(update={"checks": unseen, "tool": "assumed"})
    paths = [
        kept(make_session(one, recorded_at=f"2026-11-{day:02}T08:00:00+00:00"), f"on {day}")
        for day, one in ((1, make_set()), (2, later))
    ]
    text = text_of(write_report(paths, tmp_path / "compare.html"))
    assert "Faults 1 0 ✓ better" not in text
    assert "Faults 1 0" in text
    assert "On target 30 s 39 s (place assumed) Time outside" in text
    again = kept(make_session(later, recorded_at="2026-11-03T08:00:00+00:00"), "on 3")
    page = text_of(write_report([again], tmp_path / "progress.html", kind="progress", since=paths[1]))
    assert "About the same as the first time." not in page
    assert "Too little was seen to say." in page


def test_seconds_of_a_place_that_nobody_saw_are_called_that_side_by_side(kept: Kept, tmp_path: Path) -> None:
    """As on every other page."""
    later = make_set(faulty=False, passes=10).model_copy(update={"unknown": ("Where the ball is can't be seen.",)})
    paths = [
        kept(make_session(one, recorded_at=f"2026-11-{day:02}T08:00:00+00:00"), f"on {day}")
        for day, one in ((1, make_set()), (2, later))
    ]
    text = text_of(write_report(paths, tmp_path / "compare.html"))
    assert "On target 30 s 39 s (place not seen)" in text


def test_two_sessions_of_one_day_are_told_apart_by_the_hour(kept: Kept, session: Session) -> None:
    later = session.model_copy(update={"recorded_at": "2026-11-20T19:30:00+00:00"})
    paths = [kept(session, "a"), kept(later, "b")]
    text = text_of(write_report(paths, paths[0].parent / "c.html"))
    assert "20 November 2026, 18:05" in text
    assert "20 November 2026, 19:30" in text


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_the_table_has_a_row_a_set(before_and_after: list[Path], tmp_path: Path) -> None:
    rows = rows_of(write_report(before_and_after, tmp_path / "all.csv"))
    assert [(r["move"], r["side"], r["passes"]) for r in rows] == [
        ("thoracic", "", "10"), ("calf", "left", "8"), ("thoracic", "", "8"),
    ]  # fmt: skip
    assert rows[2]["hips_lifted_right_share"] == "0.904"
    assert rows[2]["knees_90_right_share"] == ""
    assert rows[2]["discomfort_after"] == "5"
    assert rows[1]["discomfort_after"] == ""


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", 'a,"b"\n<c>'])
def test_the_table_runs_nothing(kept: Kept, session: Session, name: str) -> None:
    path = kept(session.model_copy(update={"person": name}))
    (row,) = rows_of(write_report([path], path.parent / "t.csv"))
    assert row["person"] == (name if name[0] == "a" else f"'{name}")


def test_pdf_without_weasyprint_says_how_to_get_it(
    kept: Kept, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept(session)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(DeviceError, match=r"pip install 'smr-vision\[pdf\]'") as caught:
        write_report([path], path.parent / "report.pdf")
    assert "\n" not in str(caught.value)
    assert not (path.parent / "report.pdf").exists()


def test_pdf_without_pango_says_what_to_install(kept: Kept, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def no_pango(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_pango)
    path = kept(session)
    with pytest.raises(DeviceError, match="apt install libpango"):
        write_report([path], path.parent / "report.pdf")


class TestPdf:
    """With WeasyPrint (the extra `[pdf]`)."""

    @pytest.fixture(autouse=True)
    def _weasyprint(self) -> None:
        pytest.importorskip("weasyprint", reason="needs the extra [pdf]")

    def pages_of(self, monkeypatch: pytest.MonkeyPatch, path: Path, **options: Any) -> int:
        """Writes the PDF and counts its pages."""
        import weasyprint

        counted: list[int] = []
        real = weasyprint.Document.write_pdf

        def counting(document: Any, *args: Any, **kwargs: Any) -> Any:
            counted.append(len(document.pages))
            return real(document, *args, **kwargs)

        monkeypatch.setattr(weasyprint.Document, "write_pdf", counting)
        out = write_report([path], path.parent / "report.pdf", **options)
        assert out.read_bytes().startswith(b"%PDF-")
        return counted[0]

    def test_a_set_with_note_and_progress_takes_two_pages(
        self, kept: Kept, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = kept(session)
        (path.parent / "faults/hips.png").write_bytes(png(854, 480, (90, 140, 150)))
        earlier = [
            make_session(make_set(discomfort=(6, 5)), recorded_at=f"2026-10-{d:02}T08:00:00+00:00")
            for d in range(1, 10)
        ]
        note = "Lovely calm passes. Keep the hips up in the second half, and we go on to the calves next week. 💪"
        assert self.pages_of(monkeypatch, path, history=earlier, note=note, trainer="Maja") <= 2

    def test_a_set_with_many_faults_takes_two_pages(self, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
        one = make_set(passes=20, picture="faults/1.png")
        faults = tuple(
            one.faults[0].model_copy(update={"check": check, "start_s": 4.0 + i, "end_s": 5.0 + i})
            for i, check in enumerate(["hips_lifted", "off_lower_back", "knees_90", "slow", "hands_behind_head"] * 2)
        )
        path = kept(make_session(one.model_copy(update={"faults": faults})))
        (path.parent / "faults/1.png").write_bytes(png(854, 480, (90, 140, 150)))
        assert self.pages_of(monkeypatch, path) <= (2 if NOTO else 3)

    def test_a_set_without_faults_and_pictures_takes_two_pages(
        self, kept: Kept, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        good = make_set().model_copy(update={"faults": ()})
        assert self.pages_of(monkeypatch, kept(make_session(good), pictures=False)) <= 2

    @pytest.mark.parametrize("faulty", [True, False])
    def test_the_first_page_is_filled_before_the_second_begins(
        self, kept: Kept, monkeypatch: pytest.MonkeyPatch, faulty: bool
    ) -> None:
        import weasyprint

        filled: list[float] = []
        real = weasyprint.Document.write_pdf

        def looking(document: Any, *args: Any, **kwargs: Any) -> Any:
            page = document.pages[0]
            lines = [box for box in page._page_box.descendants() if type(box).__name__ == "LineBox"]
            # What stands at the foot of the page is no part of it.
            inside = [box.position_y + box.height for box in lines if box.position_y < 0.93 * page.height]
            filled.append(max(inside) / page.height)
            return real(document, *args, **kwargs)

        monkeypatch.setattr(weasyprint.Document, "write_pdf", looking)
        path = kept(make_session(make_set(picture="faults/1.png", faulty=faulty)))
        if faulty:
            (path.parent / "faults/1.png").write_bytes(png(854, 480, (90, 140, 150)))
        write_report([path], path.parent / "report.pdf")
        assert filled[0] > 0.6

    def test_right_to_left_emoji_and_markup_make_a_pdf(
        self, kept: Kept, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = kept(session.model_copy(update={"person": "עדה לוי 💪 <script>"}))
        assert self.pages_of(monkeypatch, path, note="مرحبا\n" + "long " * 2000) >= 2

    @pytest.mark.logs_errors  # WeasyPrint's own, about the picture it was not allowed to read
    def test_a_page_cannot_make_it_read_a_file(self, kept: Kept, session: Session) -> None:
        from smr_vision.report.pdf import laid_out, pdf_of

        picture = kept(session).parent / "faults/hips.png"
        inside, outside = (
            pdf_of([laid_out(f'<img src="{uri}">')])
            for uri in (data_uri("image/png", picture.read_bytes()), picture.as_uri())
        )
        assert len(inside) > len(outside) + 100
