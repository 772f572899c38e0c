"""A session on a fake clock: stick figures do what people do, the flow leads them through it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import pi, sin

import numpy as np
import pytest

from smr_vision.live.coaching import Kept, LiveCoach, Shown
from smr_vision.live.discomfort import STOP_ADVICE, DiscomfortQuestions
from smr_vision.live.flow import Flow
from smr_vision.live.next_stage import Stages
from smr_vision.live.routine import Item, Plan, plan_for_move
from smr_vision.live.screens import Screens
from smr_vision.live.spoken_lines import Script
from smr_vision.live.stage_messages import LiveInput
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.river import PipelineRun
from smr_vision.video import Frame
from tests.doubles import frames
from tests.people import (
    Act,
    Camera,
    Eyes,
    Joints,
    calf,
    glute,
    pectoral,
    pose,
    raised,
    standing,
    thoracic,
    walking,
    zigzag,
)

MOVES = load_moves()
FPS = 8.0
PASS_S = 3.0
FIGURES: dict[str, Callable[..., Joints]] = {"thoracic": thoracic, "calf": calf, "glute": glute, "pectoral": pectoral}
HEADINGS = {"thoracic": (0.0, 0.0), "calf": (180.0, 0.0), "glute": (-135.0, -45.0), "pectoral": (140.0, 40.0)}


def contact(item: Item, t: float, wait_s: float = 0.0) -> float:
    middle, reach = item.move.zone.assumed, 0.62 * item.move.passes.least
    return zigzag(t - wait_s, middle - reach, middle + reach, PASS_S)


def doing(item: Item, wait_s: float = 0.0, **how: object) -> Act:
    """Somebody doing a set, holding still for `wait_s` first."""
    figure = FIGURES[item.move.id]
    sides = () if item.side is None else (item.side,)
    return lambda t: figure(*sides, contact(item, t, wait_s), **how)


def camera_for(item: Item) -> Camera:
    left, right = HEADINGS[item.move.id]
    return Camera(left if item.side == "left" else right)


class Stage:
    """Plays acts one after another in front of a coach; keeps what was shown and said."""

    def __init__(self, plan: Plan, finder: object = None, **asks: bool) -> None:
        self.flow = Flow(plan, **asks)
        self.coach = LiveCoach(self.flow, finder, moves=MOVES)  # type: ignore[arg-type]
        self.shown: list[Shown] = []
        self.t = 0.0

    def play(self, act: Act, seconds: float, camera: Camera | None = None, keys: str = "") -> None:
        pressed = {"_": "space"}.get(keys, keys)
        for frame in frames(seconds, FPS):
            self.one(act(frame.t), camera, (pressed,) if pressed else ())
            pressed = ""

    def one(self, joints: Joints | None, camera: Camera | None = None, keys: tuple[str, ...] = ()) -> Shown:
        frame = next(frames(1.0, FPS))
        moment = type(frame)(self.t, frame.image)
        self.shown.append(self.coach.advance(moment, pose(joints, self.t, camera), keys))
        self.t += 1 / FPS
        return self.shown[-1]

    @property
    def stages(self) -> list[str]:
        """The stages gone through."""
        found: list[str] = []
        for shown in self.shown:
            if not found or found[-1] != shown.now.stage:
                found.append(shown.now.stage)
        return found

    @property
    def said(self) -> list[str]:
        return [line.say for shown in self.shown for line in shown.now.lines]

    def finish(self) -> Kept:
        return self.coach.finish()


def short(plan: Plan, seconds: float = 12.0, rest_s: float = 14.0) -> Plan:
    """The same plan with short sets."""
    items = tuple(Item(i.move, i.side, i.number, i.of, seconds, rest_s, i.reminder) for i in plan.items)
    return Plan(plan.title, items, plan.closing)


THORACIC = short(plan_for_move("thoracic", MOVES))
FIRST = THORACIC.items[0]
PECTORAL = short(plan_for_move("pectoral", MOVES))


def test_a_session_finds_what_is_found_in_the_same_pictures_of_a_file() -> None:
    """From the very first one on: looks for the tool go by the clock, so that one less makes all others different."""
    eyes, camera = Eyes(lambda t: contact(FIRST, t)), camera_for(FIRST)
    stage, run = Stage(THORACIC, eyes), PipelineRun(PipelineOptions(MOVES, FIRST.move.id), eyes)
    for _ in range(round(8 * FPS)):
        joints = doing(FIRST)(stage.t)
        plain = run.advance(Frame(stage.t, next(frames(1.0, FPS)).image), pose(joints, stage.t, camera))
        live = stage.one(joints, camera).result.feedback
        assert live is not None
        assert plain.feedback is not None
        assert (live.phase, live.contact.position) == (plain.feedback.phase, plain.feedback.contact.position)
    (done,), (clip,) = stage.finish().sets, run.finish()
    assert (done.start_s, done.time_on_target_s, done.passes) == (clip.start_s, clip.time_on_target_s, clip.passes)


def test_from_framing_to_the_next_set() -> None:
    stage = Stage(THORACIC)
    stage.play(walking, 2)
    stage.play(doing(FIRST, wait_s=7.0), 22)
    stage.play(lambda t: standing(), 12)
    assert stage.stages == ["framing", "setup", "countdown", "rolling", "rest", "setup"]
    assert [x for x in stage.said if x in {"Three.", "Two.", "One.", "Roll slowly."}] == [
        "Three.",
        "Two.",
        "One.",
        "Roll slowly.",
    ]
    (done,) = stage.finish().sets
    assert done.time_on_target_s > 12.0
    assert len(done.passes) >= 4


ASSUMED = "I can't see the tool from here. I take it to be in place."


def test_a_place_that_is_assumed_is_called_so_once() -> None:
    stage = Stage(THORACIC)  # without a finder every place is hidden
    stage.play(doing(FIRST, wait_s=7.0), 22)
    assert stage.said.count(ASSUMED) == 1
    (done,) = stage.finish().sets
    assert done.tool == "assumed"


@pytest.mark.parametrize("spread", [0.03, 0.18])
def test_a_place_that_nobody_can_see_is_called_so_once(spread: float) -> None:
    item = PECTORAL.items[0]
    eyes = Eyes(lambda t: contact(item, t, 7.0), spread=spread)
    stage = Stage(PECTORAL, eyes)
    stage.play(doing(item, wait_s=7.0), 24)
    assert stage.said.count(MOVES["pectoral"].zone.unseen) == (spread > 0.1)
    (done,) = stage.finish().sets
    assert (done.tool, done.unplaced) == ("seen", spread > 0.1)


def test_a_place_that_is_seen_is_not_called_assumed() -> None:
    stage = Stage(THORACIC, Eyes(lambda t: contact(FIRST, t, 7.0)))
    stage.play(doing(FIRST, wait_s=7.0), 22)
    assert ASSUMED not in stage.said
    assert [s.tool for s in stage.finish().sets] == ["seen"]


def test_who_is_in_position_on_nothing_is_told_so_once_and_nothing_is_counted() -> None:
    stage = Stage(THORACIC, Eyes(lambda t: None))
    stage.play(doing(FIRST), 9)
    told = [number for number, shown in enumerate(stage.shown) if "No roller seen under you." in _said(shown)]
    assert len(told) == 1
    assert stage.shown[-1].now.instruction == "No roller seen under you"
    assert stage.stages[-1] == "setup"
    assert stage.finish().sets == ()


def test_who_gets_the_roller_then_is_coached() -> None:
    stage = Stage(THORACIC, Eyes(lambda t: contact(FIRST, t) if t > 9 else None))
    stage.play(doing(FIRST), 18)
    assert stage.stages[-1] == "rolling"
    (done,) = stage.finish().sets
    assert len(done.passes) in (2, 3)  # in 9 s of 3 s a pass


def _said(shown: Shown) -> list[str]:
    return [line.say for line in shown.now.lines]


def test_who_rolls_at_once_is_not_made_to_wait_and_loses_no_pass() -> None:
    stage = Stage(THORACIC)
    stage.play(doing(FIRST), 9)
    assert "countdown" not in stage.stages
    assert stage.stages[-1] == "rolling"
    stage.play(doing(FIRST), 3)
    (done,) = stage.finish().sets
    assert len(done.passes) in (3, 4)  # in 12 s of 3 s a pass


def test_the_set_goes_on_until_the_person_leaves_the_roller() -> None:
    stage = Stage(THORACIC)
    stage.play(doing(FIRST), 18)
    assert stage.stages[-1] == "rest"  # the time is up
    assert stage.shown[-1].now.tallies == ()
    stage.play(lambda t: standing(), 5)
    assert [x.pass_count for x in stage.shown[-1].now.tallies] == [len(stage.finish().sets[0].passes)]
    assert len(stage.finish().sets[0].passes) in (5, 6)


def test_getting_up_ends_the_set_and_a_moment_in_position_is_none() -> None:
    stage = Stage(THORACIC)
    stage.play(doing(FIRST, wait_s=60.0), 3)
    stage.play(lambda t: standing(), 6)
    assert "rolling" not in stage.stages
    stage.play(doing(FIRST), 11)
    stage.play(lambda t: standing(), 5)
    assert stage.stages[-1] == "rest"
    assert len(stage.finish().sets) == 1


def test_missing_set_up_is_said_and_holds_the_countdown_back() -> None:
    stage = Stage(THORACIC)
    stage.play(doing(FIRST, wait_s=60.0, hands="down"), 8)
    assert "countdown" not in stage.stages
    assert FIRST.move.by_id["hands_behind_head"].say in stage.said
    stage.play(doing(FIRST, wait_s=60.0), 8)
    assert "countdown" in stage.stages


def test_nothing_is_counted_down_before_anything_is_judged() -> None:
    stage = Stage(THORACIC)
    stage.play(lambda t: standing(), 3)
    stage.play(lambda t: thoracic(shoulders=0.18 + 0.06 * sin(2 * pi * t)), 3.5)  # not settled yet
    assert "Settle into position" in [x.now.instruction for x in stage.shown]
    assert "countdown" not in stage.stages
    stage.play(doing(FIRST, wait_s=60.0), 4)
    assert "countdown" in stage.stages


def test_pause_by_arm_and_by_key() -> None:
    stage = Stage(THORACIC)
    stage.play(doing(FIRST), 7)
    before = stage.shown[-1].result.feedback
    assert before is not None
    stage.play(lambda t: raised(thoracic()), 3)
    assert stage.shown[-1].now.paused
    assert "Paused. Raise an arm to go on." in stage.said
    stage.play(lambda t: thoracic(), 30)
    stage.play(doing(FIRST), 4, keys="_")
    after = stage.shown[-1]
    assert not after.now.paused
    assert after.result.feedback is not None
    assert after.result.feedback.time_on_target_s < before.time_on_target_s + 9
    assert after.now.t < 16
    assert not any("hands" in x.lower() for x in stage.said)  # an arm raised is no fault of the hands


def test_next_goes_on_past_the_rest() -> None:
    stage = Stage(short(plan_for_move("calf", MOVES)))
    stage.play(lambda t: standing(), 1)
    stage.play(lambda t: standing(), 1, keys="n")
    assert stage.flow.course.item is not None
    assert (stage.flow.course.item.side, stage.flow.course.item.number) == ("left", 2)
    stage.play(lambda t: standing(), 1, keys="n")
    assert stage.flow.course.item.side == "right"
    assert stage.stages[-1] == "framing"
    stage.play(lambda t: standing(), 1, keys="n")
    stage.play(lambda t: standing(), 1, keys="n")
    assert stage.stages[-1] == "summary"
    stage.play(lambda t: standing(), 1, keys="_")
    assert stage.stages[-1] == "over"


def test_the_other_side_first() -> None:
    plan = short(plan_for_move("calf", MOVES))
    right = plan.items[2]
    stage = Stage(plan, Eyes(lambda t: contact(right, t)))
    stage.play(doing(right), 9, camera_for(right))
    item = stage.shown[-1].now.item
    assert item is not None
    assert item.side == "right"
    stage.play(lambda t: standing(), 20, camera_for(right))
    assert [s.side for s in stage.finish().sets] == ["right"]


def test_turning_round_is_said_aloud() -> None:
    left = short(plan_for_move("calf", MOVES, "left"))
    stage = Stage(left)
    stage.play(lambda t: calf("left"), 4, Camera(0.0))
    assert any("Your left side belongs nearest the camera" in x for x in stage.said)


def test_a_tender_spot_is_held_and_breathed_through() -> None:
    stage = Stage(short(plan_for_move("thoracic", MOVES), seconds=60), Eyes(lambda t: contact(FIRST, min(t, 7.0))))
    stage.play(lambda t: thoracic(contact(FIRST, min(t, 7.0))), 24)
    assert "Tender spot? Hold and breathe." in stage.said
    halves = [s.now.breath.half for s in stage.shown if s.now.breath is not None]
    assert {"in", "out"} == set(halves)
    assert stage.said.count("Out.") >= 1
    assert stage.finish().sets[0].holds


def test_discomfort_before_and_after_is_kept_with_its_set() -> None:
    stage = Stage(THORACIC, ask_discomfort=True)
    stage.play(lambda t: standing(), 3)
    assert any("zero to ten" in x for x in stage.said)
    stage.play(lambda t: standing(), 1, keys="4")
    stage.play(doing(FIRST), 17)
    assert stage.shown[-1].now.asking == "after"
    stage.play(lambda t: standing(), 4, keys="2")
    assert stage.shown[-1].now.asking is None
    felt = stage.finish().discomfort[0]
    assert felt is not None
    assert (felt.before, felt.after) == (4, 2)


def test_too_much_discomfort_ends_the_session_with_advice() -> None:
    stage = Stage(THORACIC, ask_discomfort=True)
    stage.play(doing(FIRST), 17)
    stage.play(lambda t: standing(), 1, keys="t")
    assert stage.stages[-1] == "summary"
    assert STOP_ADVICE in stage.said
    assert stage.flow.stopped
    felt = stage.finish().discomfort[0]
    assert felt is not None
    assert felt.after == 10


def test_the_safety_screen_waits_for_an_answer() -> None:
    stage = Stage(THORACIC, ask_screen=True)
    stage.play(doing(FIRST), 10)
    assert stage.stages == ["screen"]
    stage.play(lambda t: raised(standing()), 3)
    assert stage.flow.screen_accepted
    assert stage.stages[-1] != "screen"
    assert stage.finish().sets == ()


def test_a_set_ends_however_little_of_it_was_on_target() -> None:
    stage = Stage(THORACIC)
    stage.play(doing(FIRST, hips=0.08), 30)
    assert "Time is up." in stage.said


def test_somebody_who_leaves_is_asked_for() -> None:
    stage = Stage(THORACIC)
    stage.play(lambda t: None, 8)
    assert stage.stages == ["framing"]
    assert sum("can't see you" in x for x in stage.said) in (1, 2)  # not said all the time


def test_never_more_than_one_cue_in_a_moment() -> None:
    stage = Stage(short(THORACIC, 40))
    stage.play(doing(FIRST, hips=0.08, hands="down", knees=150.0), 40)
    banners = [s.now.banner for s in stage.shown if s.now.banner is not None]
    assert banners
    given: list[float] = []
    for shown in stage.shown:
        cues = [x for x in shown.now.lines if x.sound is not None]
        assert len(cues) <= 1
        given += [shown.now.t] * len(cues)
    assert all(b - a > 2.5 for a, b in pairwise(given))


def test_quitting_shows_the_summary_and_then_it_is_over() -> None:
    stage = Stage(THORACIC)
    stage.play(doing(FIRST), 9)
    stage.play(doing(FIRST), 3, keys="q")
    assert stage.stages[-1] == "summary"
    now = stage.shown[-1].now
    assert now.left_early
    assert [tally.pass_count for tally in now.tallies] == [len(stage.finish().sets[0].passes)]
    assert sum(line.startswith("So far: 1 set, ") for line in stage.said) == 1
    assert not any(line.startswith("All done") for line in stage.said)
    stage.play(lambda t: standing(), 8)
    assert stage.stages[-1] == "over"


def test_quitting_before_anything_was_done_is_over_at_once() -> None:
    stage = Stage(THORACIC)
    stage.play(walking, 2)
    stage.play(walking, 1, keys="q")
    assert stage.stages[-1] == "over"
    asked = Stage(THORACIC, ask_screen=True)
    asked.play(walking, 1, keys="q")
    assert asked.stages == ["over"]


CALF = short(plan_for_move("calf", MOVES))


def test_nobody_is_told_to_turn_round_where_either_side_may_come_first() -> None:
    other = next(item for item in CALF.items if item.side != CALF.items[0].side)
    stage = Stage(CALF)
    stage.play(doing(other, wait_s=60.0), 12, camera_for(other))
    assert not any("Turn around" in line for line in stage.said)
    (only,) = {item.side for item in plan_for_move("calf", MOVES, CALF.items[0].side).items}
    named = Stage(short(plan_for_move("calf", MOVES, only)))
    named.play(doing(other, wait_s=60.0), 12, camera_for(other))
    assert any(f"Your {only} side belongs nearest" in line for line in named.said)


def test_nobody_in_view_is_not_met_with_silence() -> None:
    stage = Stage(THORACIC)
    stage.play(walking, 4)
    assert stage.stages[-1] == "setup"
    before = len(stage.said)
    stage.play(lambda t: None, 5)
    assert "I can't see you. Come into the picture." in stage.said[before:]


def test_who_stays_standing_half_in_view_hears_what_is_waited_for() -> None:
    near = Camera(scale=700.0)  # so near that a head and feet are out of the picture
    stage = Stage(THORACIC)
    stage.play(walking, 4)
    stage.play(lambda t: standing(), 45, near)
    late = [line.say for shown in stage.shown if shown.now.t > 30 for line in shown.now.lines]
    assert any("One step further away" in line for line in late)
    assert len(late) <= 5
    whole = Stage(THORACIC)
    whole.play(lambda t: standing(), 45, Camera(scale=200.0))
    assert any(line.startswith("I am waiting for you in position.") for line in whole.said)


def remarks_on(item: Item, plan: Plan, finder: object) -> list[str]:
    """What is said of another move while `item` is done and not what is next in the plan."""
    stage = Stage(plan, finder)
    stage.play(walking, 3)
    stage.play(doing(item, wait_s=60.0), 8, camera_for(item))
    return [line for line in stage.said if line.startswith("This looks like")]


def test_another_move_in_front_of_the_camera_gets_a_remark_once() -> None:
    rolling = Eyes(lambda t: 0.3)
    assert remarks_on(FIRST, CALF, rolling) == ["This looks like an upper back roll. Switch?"]
    assert remarks_on(CALF.items[0], CALF, rolling) == []


@pytest.mark.parametrize("finder", [Eyes(lambda t: None), None], ids=["seen to be empty", "nobody looks"])
def test_a_posture_on_nothing_is_not_called_another_move(finder: object) -> None:
    assert remarks_on(FIRST, CALF, finder) == []


def test_the_count_stands_alone() -> None:
    steps: list[str] = []
    screens = Screens((640, 480))
    screens._board._steps = lambda brush, now, *_: steps.append(now.stage)  # type: ignore[method-assign]
    stage = Stage(THORACIC)
    stage.play(doing(FIRST, wait_s=60.0), 12)
    for shown in stage.shown:
        ready = replace(shown.result, feedback=None)  # just out of position, the steps came back
        screens.draw(replace(shown, result=ready))
    assert "countdown" in stage.stages
    assert "setup" in steps
    assert "countdown" not in steps


def test_what_is_said_to_a_moment_does_not_wait() -> None:
    stage = Stage(THORACIC)
    stage.play(doing(FIRST, wait_s=7.0), 22)
    lines = [line for shown in stage.shown for line in shown.now.lines]
    assert {line.good_s for line in lines if line.kind == "cue"} == {1.0}
    assert all(line.good_s <= 4.5 for line in lines if line.say in FIRST.move.steps)


# The two clocks


def paused_for(stage: Stage, seconds: float) -> None:
    stage.play(lambda t: standing(), 0.2, keys="_")
    assert stage.flow.paused
    stage.play(lambda t: standing(), seconds)
    stage.play(lambda t: standing(), 0.2, keys="_")
    assert not stage.flow.paused


def test_after_a_pause_the_light_is_looked_at_as_before_it() -> None:
    stage = Stage(THORACIC)
    stage.play(lambda t: walking(0.0), 1)
    paused_for(stage, 120.0)
    began = stage.t
    while stage.t < began + 12.0 and "It is too dark. Please turn on a light." not in stage.said:
        dark = Frame(stage.t, np.zeros((480, 640, 3), np.uint8))
        stage.shown.append(stage.coach.advance(dark, pose(walking(0.0), stage.t), ()))
        stage.t += 1 / FPS
    assert stage.t < began + 10.0  # six of them until the set-up is given up for it


def test_no_pass_hold_or_second_spans_a_pause() -> None:
    """In the middle of a pass for a minute; the body goes on a little further along."""
    stage = Stage(THORACIC)
    stage.play(doing(FIRST), 10)
    stage.play(doing(FIRST), 1.0)  # a third of a pass
    before = stage.shown[-1].now.t
    paused_for(stage, 60.0)
    stage.play(lambda t: doing(FIRST)(t + 0.2), 9)
    kept = stage.coach.finish()
    assert kept.paused_s == pytest.approx(60.2, abs=0.4)
    assert kept.seconds == pytest.approx(stage.t - kept.paused_s, abs=0.2)
    passes = [p for s in kept.sets for p in s.passes]
    assert len(passes) >= 4
    assert not any(p.start_s < before - 0.3 and p.end_s > before + 0.5 for p in passes)
    assert all(p.end_s - p.start_s < 4.0 for p in passes)


def test_times_never_go_back_and_a_pause_takes_none() -> None:
    stage = Stage(THORACIC)
    for _ in range(3):
        stage.play(lambda t: standing(), 2)
        paused_for(stage, 20.0)
    times = [s.now.t for s in stage.shown]
    assert all(a <= b for a, b in pairwise(times))
    assert times[-1] == pytest.approx(6.0 + 3 * 0.2, abs=0.9)
    assert [s.result.pose.t for s in stage.shown] == times


@pytest.mark.parametrize(("unsure_s", "said"), [(0.0, "17 of 45 seconds."), (25.0, "Set done.")])
def test_nobody_is_told_that_seconds_are_left_which_nobody_could_see(unsure_s: float, said: str) -> None:
    stage = Stage(short(THORACIC, 45.0))
    stage.play(doing(FIRST), 12)
    (done,) = stage.finish().sets
    script = Script()
    stages = Stages(short(THORACIC, 45.0), script, DiscomfortQuestions(False), "rolling")
    script.new_moment()
    stages.new_moment(20.0)
    left = replace(done, time_on_target_s=17.0, unsure_s=unsure_s)
    stages.step(LiveInput(20.0, None, ended=left))
    assert script.lines[0].say == said
    assert (stages.early is None) == (unsure_s > 0)
