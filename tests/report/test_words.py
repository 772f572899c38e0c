"""What a report is glad of has to be true."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from smr_vision.moves.measures import BODY_MEASURES, CONTACT_MEASURES, PASS_MEASURES, SIDED_MEASURES
from smr_vision.report.cards import load_cards
from smr_vision.report.facts import session_facts
from smr_vision.report.summary import summary_of
from smr_vision.report.unseen import contact_sentence
from smr_vision.report.words import (
    UNITS,
    check_share,
    clock,
    difference,
    measured,
    model_sentence,
    on_target_words,
    seconds,
)
from smr_vision.session import CheckTime, Set, ZoneTime
from tests.report.sample import make_session, make_set, write_folder


def well(folder: Path, one: Set) -> str:
    session = make_session(one)
    write_folder(folder, session)
    return " ".join(summary_of(session_facts(session, folder, load_cards())).well)


@pytest.mark.parametrize(("pass_s", "calm"), [(6.5, True), (2.5, False)])
def test_a_tempo_is_praised_when_it_is_calm_not_when_it_is_only_no_fault(
    tmp_path: Path, pass_s: float, calm: bool
) -> None:
    """2.5 s a pass are 10 cm/s: no fault yet, and twice as fast as calm."""
    one = make_set(pass_s=pass_s, faulty=False)
    length = one.end_s - one.start_s
    only_tempo = {
        name: CheckTime(ok_s=length, fault_s=0, unknown_s=0)
        if name == "slow"
        else CheckTime(ok_s=0, fault_s=0, unknown_s=length)
        for name in one.checks
    }
    text = well(tmp_path, one.model_copy(update={"checks": only_tempo}))
    assert ("calm tempo" in text) == calm
    assert "Slow and gentle" not in text


def test_the_check_that_was_right_longest_is_praised(tmp_path: Path) -> None:
    assert "Lower back off the roller: right 100% of what was seen (36 of 37 s)." in well(
        tmp_path, make_set(faulty=False)
    )


def test_a_check_of_whole_passes_is_shared_out_over_the_passes_alone(tmp_path: Path) -> None:
    """Rests and turns between them are no time in which the knees could not be seen."""
    one = make_set(passes=4, pass_s=5.0, faulty=False)
    length = one.end_s - one.start_s

    def told(right_s: float) -> tuple[str, str]:
        knees = CheckTime(ok_s=right_s, fault_s=0, unknown_s=length - right_s)
        session = make_session(one.model_copy(update={"checks": {"knees_90": knees}}))
        (check,) = session_facts(session, tmp_path, load_cards()).sets[0].checks
        return check.verdict, check_share(check)

    passes_s = sum(p.end_s - p.start_s for p in one.passes)
    assert told(passes_s) == ("ok", f"100% of the time in passes ({seconds(passes_s)})")
    assert told(passes_s - 3.0)[0] == "ok"
    assert "of what was seen of the passes" in told(passes_s - 3.0)[1]
    assert told(2.0)[0] == "unknown"


@pytest.mark.parametrize(("value", "told"), [(179.7, "3 min 0 s"), (179.4, "2 min 59 s"), (125.0, "2 min 5 s")])
def test_no_minute_has_sixty_seconds(value: float, told: str) -> None:
    assert seconds(value) == told


@pytest.mark.parametrize("start_s", [0.0, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("lasts_s", [10.4, 10.6, 18.833, 19.2])
def test_what_lasts_is_not_longer_than_its_set(start_s: float, lasts_s: float) -> None:
    from_, to = (int(told.split(":")[1]) for told in (clock(start_s), clock(start_s + lasts_s, end=True)))
    assert to - from_ >= int(seconds(lasts_s).removesuffix(" s"))


def test_whoever_did_not_roll_is_not_praised_for_it(tmp_path: Path) -> None:
    one = make_set(passes=3, faulty=False)
    length = one.end_s - one.start_s
    right = {name: CheckTime(ok_s=length, fault_s=0, unknown_s=0) for name in one.checks}
    session = make_session(one.model_copy(update={"checks": right, "passes": (), "pass_count": 0}))
    write_folder(tmp_path, session, series=False)
    summary = summary_of(session_facts(session, tmp_path, load_cards()))
    assert summary.well == ("You recorded the session, so there is something to build on.",)
    assert "Keep" not in summary.goal
    assert summary.goal.startswith("Roll")


SIDED = {f"{role} {name}" for role in ("working", "other") for name in SIDED_MEASURES}


@pytest.mark.parametrize("measure", sorted({*BODY_MEASURES, *CONTACT_MEASURES, *PASS_MEASURES, *SIDED}))
def test_whatever_a_move_may_measure_has_its_words(measure: str) -> None:
    forms = [form for endings, form in UNITS if measure.endswith(endings)]
    assert forms, f"say in UNITS of smr_vision/report/words.py how to write a {measure}"
    form = forms[0]
    assert "{" not in form.format(0.5, "hip", "knee")


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("lite", "Pose model: lite, for slow machines: it sees less well"),
        ("full", "Pose model: full; heavy may count differently."),
        ("heavy", "Pose model: heavy; full may count differently."),
        ("custom", "Pose model: custom, your own."),
    ],
)
def test_each_model_is_named_and_lite_is_called_what_it_is(model: str, said: str) -> None:
    sentence = model_sentence(make_session(make_set(), versions={"model": model}))
    assert sentence is not None
    assert sentence.startswith(said)


@pytest.mark.parametrize(("value", "told"), [(1.4, "140% of the way from knee to ankle"), (56.74, None)])
def test_a_place_beyond_any_limb_is_no_measure(tmp_path: Path, value: float, told: str | None) -> None:
    """The limb points at the camera: so many lengths along it say nothing."""
    one = make_set("calf", "left")
    fault = one.faults[0].model_copy(update={"check": "leg_crossed", "measured": value})
    session = make_session(one.model_copy(update={"faults": (fault,)}))
    facts = session_facts(session, tmp_path, load_cards())
    assert measured(facts.sets[0].faults[0]) == told


OFF = "there was no weight on the tool, as when getting on or off"


@pytest.mark.parametrize(
    ("unsure_s", "told"),
    [
        (None, f"in the rest {OFF}, something was unsafe, or it could not be seen for sure"),
        (0.0, f"in the rest {OFF}, or something was unsafe"),
        (12.0, f"for 12 s it could not be seen for sure, and in the rest {OFF}, or something was unsafe"),
        (20.0, "in the rest it could not be seen for sure"),
    ],
)
def test_less_on_target_than_in_the_zone_is_explained_by_what_is_known(
    unsure_s: float | None, told: str, tmp_path: Path
) -> None:
    zones = ZoneTime(green=30.0, amber=4.0, red=0.0)
    one = make_set(on_target_s=14.0).model_copy(update={"time_by_zone_s": zones, "time_unsure_s": unsure_s})
    (facts,) = session_facts(make_session(one), tmp_path, load_cards()).sets
    assert on_target_words(facts) == f"On target counts 14 s of the 34 s in the zone and at its edge: {told}."


def test_nobody_is_told_to_stay_longer_for_what_was_not_seen(tmp_path: Path) -> None:
    one = make_set(faulty=False, on_target_s=14.0)
    zones = ZoneTime(green=60.0, amber=0.0, red=0.0)
    calm = tuple(p.model_copy(update={"speed_cm_s": 3.0}) for p in one.passes)
    one = one.model_copy(update={"time_by_zone_s": zones, "passes": calm})

    def goal(unsure_s: float) -> str:
        session = make_session(one.model_copy(update={"time_unsure_s": unsure_s}))
        return summary_of(session_facts(session, tmp_path, load_cards())).goal

    assert goal(0.0).startswith("Keep this form and stay a little longer")
    assert goal(46.0) == "Film it again with the tool in the picture: for 46 s in the zone it was not seen."


@pytest.mark.parametrize(
    ("on_target_s", "discomfort", "told"),
    [
        (48.0, None, "Keep exactly this form. Next time, add 10 seconds to each set."),
        (58.0, None, "Keep exactly this form."),
        (48.0, (6, 3), "Keep exactly this form. Next time, add 10 seconds to each set."),
        (48.0, (3, 6), "Keep this form, with less weight on the tool: discomfort should go down while you roll."),
        (14.0, (9, 8), "Keep this form, with less weight on the tool: discomfort should go down while you roll."),
    ],
)
def test_nobody_is_told_to_do_more_than_the_dose_or_of_what_hurts(
    on_target_s: float, discomfort: tuple[int, int] | None, told: str, tmp_path: Path
) -> None:
    made = make_set(faulty=False, on_target_s=on_target_s, discomfort=discomfort)
    calm = tuple(p.model_copy(update={"speed_cm_s": 3.0}) for p in made.passes)
    session = make_session(*[made.model_copy(update={"passes": calm})] * 2)
    assert summary_of(session_facts(session, tmp_path, load_cards())).goal == told


def test_discomfort_of_one_set_is_not_held_against_that_of_another(tmp_path: Path) -> None:
    one, other = make_set(discomfort=(3, 2)), make_set("calf", "left", start_s=60, discomfort=(6, 5))
    well = summary_of(session_facts(make_session(one, other), tmp_path, load_cards())).well
    assert "Discomfort went down in each set." in well
    assert (
        "Discomfort went down from 3 to 2 out of 10."
        in summary_of(session_facts(make_session(one), tmp_path, load_cards())).well
    )


def test_the_goal_is_the_dose_of_the_move_that_has_the_fault(tmp_path: Path) -> None:
    """And not that of the first set."""
    cards = load_cards()
    cards["thoracic"] = replace(cards["thoracic"], dose_s=(20.0, 40.0))
    session = make_session(make_set(faulty=False), make_set("calf", "left", start_s=60))
    assert summary_of(session_facts(session, tmp_path, cards)).goal.startswith("One set of 30 seconds")


def test_a_tool_that_was_seen_in_one_set_is_assumed_in_the_other_alone(tmp_path: Path) -> None:
    seen, hidden = make_set(), make_set("calf", "left", start_s=60).model_copy(update={"tool": "assumed"})
    assert contact_sentence(make_session(seen, hidden)).startswith("In set 2 the roller could not be seen")
    assert contact_sentence(make_session(hidden)).startswith("The roller could not be seen")


def test_left_and_right_are_held_against_each_other_only_where_most_was_seen(tmp_path: Path) -> None:
    left, right = make_set("calf", "left", on_target_s=12.0), make_set("calf", "right", start_s=50, on_target_s=40.0)
    (time, *_) = session_facts(make_session(left, right), tmp_path, load_cards()).evenness
    assert time.uneven
    hardly = left.model_copy(update={"time_unsure_s": 25.0})
    (time, *_) = session_facts(make_session(hardly, right), tmp_path, load_cards()).evenness
    assert not time.uneven
    assert difference(time) == "too little was seen to say"
