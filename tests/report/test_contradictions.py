"""No page says two things that can't both be true: random sessions, held against the table of docs/words.md."""

from __future__ import annotations

import html
import io
import re
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rich.console import Console

from smr_vision.cli.history import table_of
from smr_vision.cli.summary import print_summary
from smr_vision.report.cards import load_cards
from smr_vision.report.facts import SessionFacts, session_facts
from smr_vision.report.html import Extras, compare_page, history_page, session_page
from smr_vision.report.plots import zone_spans
from smr_vision.session import CheckTime, Fault, Hold, Pass, Session, Set, ZoneTime
from smr_vision.store import Store
from smr_vision.store.trends import target_words, trend_values
from tests.report.contradictions import JARGON, contradictions
from tests.report.sample import make_session, make_set

CARDS = load_cards()
LENGTH_S = 60.0
UNCOUNTED = "Filmed from the feet, passes can't be counted. Film from the side."


@st.composite
def sets(draw: st.DrawFn) -> Set:
    """A set as the coach could have kept it: what fails has a fault, what was not seen is unknown."""
    move = draw(st.sampled_from(sorted(CARDS)))
    card = CARDS[move]
    side = draw(st.sampled_from(["left", "right", None]))
    passes, faults, checks = [], [], {}
    for i in range(draw(st.integers(0, 6))):
        speed = draw(st.floats(0.5, 30.0))
        passes.append(Pass(start_s=3 + 5 * i, end_s=7 + 5 * i, direction="up", extent=0.5, speed_cm_s=round(speed, 2)))
    for name in card.check_titles:
        ok = draw(st.sampled_from([0.0, 12.0, LENGTH_S]))
        bad, tempo = 0.0, name in card.tempo_checks
        spans = [(p.start_s, p.end_s) for p in passes if (p.speed_cm_s or 0) > 15] if tempo else []
        if not tempo and draw(st.booleans()):
            start = draw(st.floats(0, 50))
            spans = [(start, start + draw(st.floats(0.7, 9.0)))]
        for start, end in spans:
            bad += end - start
            faults.append(
                Fault(
                    check=name, severity="tempo" if tempo else "form", start_s=start, end_s=end, decided_s=end,
                    measured=None, target="as it should be", cue="Mend it",
                    dismissed_by=draw(st.sampled_from([None, None, None, "Maja"])),
                )
            )  # fmt: skip
        ok = min(ok, LENGTH_S - bad)
        checks[name] = CheckTime(ok_s=ok, fault_s=bad, unknown_s=max(LENGTH_S - ok - bad, 0.0))
    holds = ()
    if draw(st.booleans()):
        at = draw(st.floats(0, 50))
        holds = (Hold(start_s=at, end_s=at + 5, along=0.3),)
    unknown = draw(st.sampled_from([(), (), ("Where the ball is can't be seen: your body hides it. Feel for it.",)]))
    known = draw(st.booleans()) and not unknown
    green = draw(st.floats(1, 40)) if known else 0.0
    on_target = draw(st.floats(0, 1)) * (draw(st.floats(1, 40)) if unknown else green)
    unsure = draw(st.sampled_from([None, 0.0, 0.5, 1.0]))
    felt = draw(st.sampled_from([None, (6, 3), (3, 6), (3, 2), (9, 8)]))
    return make_set(discomfort=felt).model_copy(
        update={
            "move": move, "side": side, "start_s": 0.0, "end_s": LENGTH_S, "passes": tuple(passes),
            "pass_count": len(passes), "faults": tuple(faults), "checks": checks, "holds": holds,
            "time_by_zone_s": ZoneTime(green=green, amber=0, red=0), "time_on_target_s": on_target,
            "tool": "seen" if unknown else draw(st.sampled_from(["seen", "assumed"])), "unknown": unknown,
            "time_unsure_s": None if unsure is None else unsure * max(green - on_target, 0.0),
            **(uncounted(card.tempo_checks, faults, checks, unknown) if draw(st.integers(0, 3)) == 0 else {}),
        }
    )  # fmt: skip


def uncounted(
    of_passes: Collection[str], faults: Sequence[Fault], checks: Mapping[str, CheckTime], unknown: tuple[str, ...]
) -> dict[str, object]:
    """What the coach keeps otherwise of a set whose rolling can't be seen."""
    hidden = CheckTime(ok_s=0, fault_s=0, unknown_s=LENGTH_S)
    return {
        "pass_count": None, "passes": (), "holds": (), "unknown": (*unknown, UNCOUNTED),
        "faults": tuple(f for f in faults if f.check not in of_passes),
        "checks": {name: hidden if name in of_passes else one for name, one in checks.items()},
    }  # fmt: skip


def texts(facts: SessionFacts) -> dict[str, str]:
    """All that is shown of a session, tags and doubled blanks taken out."""
    out = io.StringIO()
    print_summary(facts.session, None, CARDS, Console(file=out, width=200))
    page = session_page(facts, Path("report.html"), (), Extras())
    page = re.sub(r"<(style|script|svg).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    short = plain(session_page(facts, Path("report.html"), (), Extras(kind="page")))
    return {"summary": " ".join(out.getvalue().split()), "report": plain(page), "one page": short}


@settings(
    max_examples=25, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(st.lists(sets(), min_size=1, max_size=2))
def test_no_page_contradicts_itself(some: list[Set]) -> None:
    session = make_session(*some, recognised=None, versions={"model": "full"})
    facts = session_facts(session, Path("nowhere"), CARDS)
    for name, text in texts(facts).items():
        assert not list(contradictions(text, facts)), f"{name}: {text}"
        assert "Pose model: full; heavy may count differently." in text
        if any(s.set.tool == "assumed" for s in facts.sets):
            assert "assumed" in text
        assert all(line in text for s in facts.sets for line in s.set.unknown)


def plain(page: str) -> str:
    """A page without tags and doubled blanks."""
    page = re.sub(r"<(style|script|svg).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(page).split())


def cells(page: str) -> dict[tuple[str, str], list[str]]:
    """Of each section of a comparison each row: its cells."""
    found = {}
    for section in page.split("<h2>")[1:]:
        for row in re.findall(r"<tr>(.*?)</tr>", section, flags=re.DOTALL):
            name, *rest = (plain(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, flags=re.DOTALL))
            found[section.partition("</h2>")[0], name] = rest
    return found


@settings(
    max_examples=15, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(st.lists(st.lists(sets(), min_size=1, max_size=2), min_size=2, max_size=2))
def test_sessions_side_by_side_say_what_each_says_by_itself(sessions: list[list[Set]]) -> None:
    made = [make_session(*some, recorded_at=f"2026-11-{day:02}T10:00:00+00:00") for day, some in enumerate(sessions, 1)]
    facts = [session_facts(session, Path("nowhere"), CARDS) for session in made]
    page = compare_page(facts, Extras())
    assert not JARGON.search(plain(page))
    for (group, name), values in cells(page).items():
        for one, value in zip(facts, values, strict=False):
            mine = [s for s in one.sets if s.kind == group]
            checks = [c for s in mine for c in s.checks if c.title == name]
            if name == "On target" and mine and not any(s.contact_known or s.set.unplaced for s in mine):
                assert value == "not measured"
            if checks and value.endswith("of the time"):
                assert sum(c.unknown_s for c in checks) < 1
            if name == "On target" and values[-1].endswith(("better", "less good")):
                for told in (facts[0], facts[-1]):
                    known = [s for s in told.sets if s.kind == group]
                    assert sum(s.unsure_s for s in known) <= sum(s.on_target_s or 0.0 for s in known)
            if name == "Discomfort after":
                assert value != "not measured"
        titles = {c.title for one in facts for s in one.sets for c in s.checks}
        if name in titles and values[-1].endswith("better"):  # the first and the last are known well enough to say
            for one in (facts[0], facts[-1]):
                mine = [s for s in one.sets if s.kind == group]
                checks = [c for s in mine for c in s.checks if c.title == name and not c.of_tempo]
                assert sum(c.seen_s for c in checks) >= sum(c.unknown_s for c in checks)


@settings(
    max_examples=10, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(st.lists(st.lists(sets(), min_size=1, max_size=2), min_size=2, max_size=3))
def test_no_curve_of_the_history_mixes_left_and_right(sessions: list[list[Set]]) -> None:
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "history.sqlite") as store:
        for day, some in enumerate(sessions, 1):
            store.add_session(make_session(*some, recorded_at=f"2026-11-{day:02}T10:00:00+00:00"))
        entries = store.entries()
    for line in trend_values(entries):
        for entry, value in zip(entries, line.values, strict=True):
            mine = [s for s in entry.sets if (s.move, s.side) == (line.move, line.side)]
            assert (value is not None) <= bool(mine)
            if line.title == "seconds on target" and value is not None:
                assert value == pytest.approx(sum(s.on_target_s or 0 for s in mine))
            if mine and all(s.on_target_s is None for s in mine) and line.title == "seconds on target":
                assert value is None  # not known is not zero
    page = history_page(entries, None)
    out = io.StringIO()
    Console(file=out, width=200).print(table_of(entries, None))
    dose = {name: card.aim_s or 0.0 for name, card in CARDS.items()}
    for entry in entries:
        told = target_words(entry.sets, dose)
        for text in (plain(page), " ".join(out.getvalue().split())):
            assert not JARGON.search(text)
            assert told in text or told == "not measured"
        # What the report of that day adds up to.
        assert all(s.on_target_s is None for s in entry.sets) == (told == "not measured")
    assert '<td class="n">0 s' not in page or any(round(s.on_target_s or 1) == 0 for e in entries for s in e.sets)


def brisk_set(**changes: object) -> Set:
    """8.2 cm/s, a fault of the range, a hold while the hips are down."""
    one = make_set("calf", "left", passes=4)
    passes = tuple(p.model_copy(update={"speed_cm_s": 8.2}) for p in one.passes)
    fault = one.faults[0].model_copy(update={"check": "full_range", "start_s": 8.0, "end_s": 14.0})
    hold = Hold(start_s=9.0, end_s=13.0, along=0.3)
    return one.model_copy(update={"passes": passes, "faults": (fault,), "holds": (hold,), **changes})


@pytest.mark.parametrize(
    "old",
    [
        "Tempo 8.2 cm/s (2-5 is ideal)",
        "✓ Slow and gentle 100% right",
        "Hips lifted slipped for 3 s",
        "That is a good tempo.",
        "A calm tempo: most passes were slow enough to let the muscle give way.",
        "You stayed on a tender spot and gave it time.",
        "You rolled 8 full passes.",
        "Full range: right 95% of the time.",
        "✓ Full range 95% of the time",
        "Nothing stood out. Everything that could be seen was in its range.",
        "Keep this form and stay a little longer",
        "Keep exactly this form. Next time, add 60 seconds to each set.",
        "Discomfort went down from 3 to 5 out of 10.",
    ],
)
def test_the_old_wording_is_caught(old: str) -> None:
    facts = session_facts(make_session(brisk_set()), Path("nowhere"), CARDS)
    assert list(contradictions(old, facts)), old


def test_standing_still_in_a_fault_is_praised_for_no_hold_of_another_set() -> None:
    stood = brisk_set(passes=(), pass_count=0)
    held = make_set("calf", "right", start_s=60.0, faulty=False)
    held = held.model_copy(update={"holds": (Hold(start_s=70.0, end_s=75.0, along=0.3),)})
    facts = session_facts(make_session(stood, held), Path("nowhere"), CARDS)
    for text in texts(facts).values():
        assert "tender spot" not in text


def hidden_set() -> Set:
    """A chest rolled on a ball that the body hides."""
    nowhere = ZoneTime(green=0, amber=0, red=0)
    line = "Where the ball is on your chest can't be seen: your body hides it. Feel that it stays on muscle."
    one = make_set("pectoral", "left", faulty=False, on_target_s=14.0)
    return one.model_copy(update={"time_by_zone_s": nowhere, "unknown": (line,), "holds": ()})


def test_a_place_that_nobody_could_see_is_not_told_and_the_time_is_called_what_it_is() -> None:
    facts = session_facts(make_session(hidden_set(), tool="ball"), Path("nowhere"), CARDS)
    for text in texts(facts).values():
        assert not list(contradictions(text, facts))
        assert "can't be seen: your body hides it. Feel that it stays on muscle." in text
        assert "On target counts the 14 s with" in text or "14 s (place not seen)" in text
        assert "not measured: the tool" not in text.lower()
    assert not zone_spans(facts.sets[0], -1.0, 2.0)


@pytest.mark.parametrize(
    "old",
    [
        "On target 14 s of the 30-60 s to aim for",
        "in the zone 12 s edge 2.0 s keep off 0 s",
        "The ball was seen in the picture, so where it touched was measured.",
        "4 passes \N{MIDDLE DOT} 14 s on target \N{MIDDLE DOT} place of the tool seen",
    ],
)
def test_a_place_told_that_nobody_could_see_is_caught(old: str) -> None:
    facts = session_facts(make_session(hidden_set(), tool="ball"), Path("nowhere"), CARDS)
    assert list(contradictions(old, facts)), old


@pytest.mark.parametrize(
    "old",
    [
        "Passes not measured",
        "Passes 0",
        f"3 passes \N{MIDDLE DOT} {UNCOUNTED}",
        f"Passes not measured {UNCOUNTED} Holds none",
        f"{UNCOUNTED} Roll on: no full pass was seen yet.",
    ],
)
def test_passes_told_that_nobody_could_see_are_caught(old: str) -> None:
    hidden = {"pass_count": None, "passes": (), "holds": (), "unknown": (UNCOUNTED,)}
    facts = session_facts(
        make_session(make_set("glute", "left", faulty=False).model_copy(update=hidden)), Path("no"), CARDS
    )
    assert list(contradictions(old, facts)), old


def test_one_verdict_on_tempo_says_the_bounds_it_is_made_by() -> None:
    facts = session_facts(make_session(brisk_set()), Path("nowhere"), CARDS)
    told = texts(facts)
    for text in (told["summary"], told["report"]):  # one page has the word alone
        assert re.search(r"8\.2 cm/s, brisk \(?calm up to 5, too fast above 15", text)


def test_standing_still_in_a_fault_is_shown_as_that() -> None:
    told = texts(session_facts(make_session(brisk_set()), Path("nowhere"), CARDS))
    for text in (told["summary"], told["report"]):
        assert "while something was off" in text
        assert not re.search(r"Holds (\d+ )?\d:\d\d for", text)


@pytest.mark.parametrize(
    ("strictness", "step"), [("strict", "too fast"), ("standard", "too fast"), ("beginner", "brisk")]
)
def test_too_fast_is_the_same_bound_as_the_checks(strictness: str, step: str) -> None:
    one = brisk_set()
    passes = tuple(p.model_copy(update={"speed_cm_s": 16.0}) for p in one.passes)
    session: Session = make_session(one.model_copy(update={"passes": passes}), strictness=strictness)
    assert session_facts(session, Path("nowhere"), CARDS).sets[0].tempo.step == step


def test_what_fails_in_one_set_is_not_praised_for_another() -> None:
    good, bad = make_set("calf", "left", faulty=False), make_set("calf", "left", start_s=60, faulty=True)
    only = {name: c for name, c in good.checks.items() if name == bad.faults[0].check}
    facts = session_facts(make_session(good.model_copy(update={"checks": only}), bad), Path("nowhere"), CARDS)
    for text in texts(facts).values():
        assert "Other leg crossed over: right" not in text
