"""What the terminal says of a session: everything that was measured, and what was not."""

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from smr_vision.cli.summary import print_summary
from smr_vision.report.cards import load_cards
from smr_vision.session import CheckTime, Session, Tracking, ZoneTime
from tests.report.sample import make_session, make_set, write_folder


def said(session: Session, folder: Path, width: int = 80, *, named: bool = True) -> str:
    out = io.StringIO()
    print_summary(session, folder, load_cards(), Console(file=out, width=width), named=named)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "roll"


def test_one_set_with_a_fault_is_all_there(folder: Path) -> None:
    session = make_session(make_set("thoracic", passes=8, discomfort=(6, 3)), complete=True)
    write_folder(folder, session)
    text = said(session, folder)
    assert "Upper back roll  0:01-0:38, seen from the side" in text
    assert "Passes      8" in text
    assert "30 s of the 30-60 s to aim for" in text
    assert "cm/s, brisk (calm up to 5, too fast above 15)" in text
    assert "✗  Hips lifted" in text
    assert "90% of what was seen (36 of 37 s)" in text
    assert "✓  Lower back off the roller" in text
    assert "?  Knees at 90 degrees" in text
    assert "Hips lifted was not right for 3.4 s: measured 8% of body height" in " ".join(text.split())
    assert "Lift your hips" in text
    assert "0:05 for 5 s" in text
    assert "6 before, 3 after, of 10" in text
    assert "Next time: " in text
    assert "seen in 86% of the frames" in " ".join(text.split())
    assert f"Report   {folder / 'report.html'}" not in text
    assert f"Record   {folder / 'session.json'}" in text


def test_not_measured_is_said_and_never_zero(folder: Path) -> None:
    unseen = {name: CheckTime(ok_s=0, fault_s=0, unknown_s=30) for name in ("hips_lifted", "off_lower_back")}
    blind = make_set("thoracic", faulty=False, passes=0, on_target_s=0).model_copy(
        update={"time_by_zone_s": ZoneTime(green=0, amber=0, red=0), "checks": unseen, "holds": ()}
    )
    session = make_session(
        blind, tracking=Tracking(pose_share=0.9, view="side", contact_source="none", contact_seen_share=None)
    )
    lines = [line.split() for line in said(session, folder).splitlines()]
    assert ["On", "target", "not", "measured"] in lines
    assert ["Tempo", "not", "measured"] in lines
    assert ["?", "Hips", "lifted", "not", "measured"] in lines
    assert not [line for line in lines if "0%" in line or ("0" in line and "s" in line)]


def test_a_tool_that_nobody_saw_is_called_assumed(folder: Path) -> None:
    assumed = make_set().model_copy(update={"tool": "assumed"})
    assert "its place is assumed" in " ".join(said(make_session(assumed), folder).split())
    assert "assumed" not in said(make_session(make_set()), folder)


@pytest.mark.parametrize("named", [False, True])
def test_no_set_says_what_to_do_that_was_not_done_already(folder: Path, named: bool) -> None:
    """Nor to film from the side what is filmed from behind."""
    text = said(make_session(recognised=None), folder, named=named)
    assert "No set was found" in text
    assert "smr moves show" in text
    assert ("--move NAME" in text) == (not named)
    assert "from the side" not in text.replace("filmed from the side", "")
    assert "Next time" not in text


def test_a_clip_that_was_cut_off_says_so_once(folder: Path) -> None:
    """By the note where there is one, as that says more."""
    early = "It ended early: this is what there is of it."
    text = said(make_session(make_set(), complete=False, notes=("cut off: it ends at 4 s of 9 s",)), folder)
    assert "Cut off: it ends at 4 s of 9 s." in text
    assert early not in text
    assert early in said(make_session(make_set(), complete=False), folder)
    assert early not in said(make_session(make_set()), folder)


def test_several_sets_have_their_sides_and_numbers(folder: Path) -> None:
    session = make_session(make_set("calf", "left"), make_set("calf", "right", start_s=60))
    text = said(session, folder)
    assert "Set 1: Calf roll, left" in text
    assert "Set 2: Calf roll, right  1:00-" in text


def test_a_fault_set_aside_is_not_counted_as_one(folder: Path) -> None:
    one = make_set("thoracic")
    aside = one.faults[0].model_copy(update={"dismissed_by": "Maja"})
    text = said(make_session(one.model_copy(update={"faults": (aside,)})), folder)
    assert "set aside by Maja" in text
    assert "✗" not in text


@pytest.mark.parametrize("changes", [{"person": "[bold]A[/] \x1b[31m"}, {"notes": ("[red]note[/red]",)}])
def test_markup_in_names_and_notes_is_only_text(folder: Path, changes: dict[str, Any]) -> None:
    text = said(make_session(make_set(), **changes), folder)
    assert "[/" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(folder: Path, width: int) -> None:
    session = make_session(make_set("thoracic"), make_set("glute", "right", start_s=70))
    text = said(session, folder, width)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
