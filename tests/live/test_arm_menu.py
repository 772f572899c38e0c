"""The list that an arm opens: what is lit when it comes down is taken, and does what its key does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smr_vision.body import BodyEstimator
from smr_vision.live.arm_menu import EACH_S, NOTHING, OPENS_S, ArmMenu, Choice, choices_of
from smr_vision.live.coaching import LiveCoach
from smr_vision.live.flow import Flow
from smr_vision.live.gesture import GAP_S
from smr_vision.live.routine import plan_for_move
from smr_vision.live.stage_messages import Early, Now
from smr_vision.moves import load_moves
from smr_vision.video import Frame
from tests.doubles import ROOM
from tests.live.test_flow import FIRST, THORACIC, Stage, camera_for, contact, doing, short
from tests.people import Eyes, Joints, calf, pose, raised, thoracic, walking

MOVES = load_moves()
THREE = (Choice("space", "Pause"), Choice("n", "Next set"), NOTHING)


def held(seconds: float, joints: Joints | None = None, then: Joints | None = None) -> tuple[ArmMenu, list[Choice]]:
    """An arm held up for so long, and down again; what was taken."""
    lying = thoracic() if joints is None else joints
    menu, meter, taken = ArmMenu(), BodyEstimator(), []
    for k in range(round((seconds + 1.5) * 10)):
        t = k / 10
        up = raised(lying) if 0.5 <= t < 0.5 + seconds else lying if t < 0.5 or then is None else then
        found = menu.advance(t, meter.estimate(pose(up, t)), THREE)
        taken += [found] if found is not None else []
    return menu, taken


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [
        (OPENS_S - 0.2, None),
        (OPENS_S + 0.5 * EACH_S, "Pause"),
        (OPENS_S + 1.5 * EACH_S, "Next set"),
        (OPENS_S + 2.5 * EACH_S, "Nothing"),
        (OPENS_S + 9.0, "Nothing"),
    ],
)
def test_what_is_lit_when_the_arm_comes_down_is_taken(seconds: float, wanted: str | None) -> None:
    menu, taken = held(seconds)
    assert [choice.words for choice in taken] == ([] if wanted is None else [wanted])
    assert menu.menu is None
    assert not menu.raised


def test_it_is_found_within_a_second_and_a_half_and_a_slip_of_the_pose_shuts_nothing() -> None:
    menu, meter = ArmMenu(), BodyEstimator()
    opened = None
    for k in range(40):
        t = k / 10
        body = None if k == 14 else meter.estimate(pose(raised(calf("left")), t))
        assert menu.advance(t, body, THREE) is None
        opened = t if opened is None and menu.menu is not None else opened
    assert GAP_S > 0.2
    assert opened is not None
    assert opened <= 1.5


def test_who_is_lost_from_sight_took_nothing() -> None:
    menu, meter = ArmMenu(), BodyEstimator()
    taken = []
    for k in range(40):
        body = meter.estimate(pose(raised(thoracic()), k / 10)) if k < 20 else None
        taken.append(menu.advance(k / 10, body, THREE))
    assert taken == [None] * 40


def test_every_stage_has_its_list_and_it_ends_with_nothing() -> None:
    item = THORACIC.items[0]
    for stage in ("screen", "framing", "setup", "countdown", "rolling", "rest", "summary", "over"):
        now = Now(0.0, stage, item)  # type: ignore[arg-type]
        assert NOTHING in choices_of(now)
    resting = Now(0.0, "rest", item, early=Early(item, 17.0))
    assert choices_of(resting)[0].words == f"Go on: {item.seconds - 17:.0f} s left"
    asked = replace(resting, asking="after")
    assert [choice.words for choice in choices_of(asked)][:11] == [str(n) for n in range(11)]
    assert choices_of(replace(resting, paused=True))[0].words == "Go on"
    other = Now(0.0, "setup", item, other=MOVES["calf"])
    assert choices_of(other)[0] == Choice("w", "Switch to Calf roll")


def test_a_pause_and_on_again_by_the_arm() -> None:
    coach = LiveCoach(Flow(THORACIC), None, moves=MOVES, menu=True)
    shown = []
    for k in range(80):
        t = k / 8
        up = 2.0 <= t < 3.6 or 6.0 <= t < 7.6
        shown.append(coach.advance(Frame(t, ROOM), pose(raised(thoracic()) if up else thoracic(), t)))
    assert [s.taken.words for s in shown if s.taken is not None] == ["Pause", "Go on"]
    assert {s.now.paused for s in shown if 4.2 < s.frame.t < 7.5} == {True}
    assert not shown[-1].now.paused


# What the choices do


def test_a_set_left_early_is_told_and_may_be_gone_on_with() -> None:
    stage = Stage(short(THORACIC, 40))
    stage.play(doing(FIRST), 25)
    stage.play(walking, 6)
    now = stage.shown[-1].now
    assert now.stage == "rest"
    assert now.early is not None
    done = now.early.done_s
    assert 10 < done < 30
    assert f"{done:.0f} of 40 seconds." in stage.said
    stage.play(walking, 1, keys="a")
    now = stage.shown[-1].now
    assert now.stage in ("framing", "setup")
    assert now.item is not None
    assert now.item.seconds == pytest.approx(40 - done)
    assert now.early is None
    assert len(stage.coach.so_far().sets) == 1


def test_the_last_set_again_and_a_side_skipped() -> None:
    plan = plan_for_move("calf", MOVES)
    stage = Stage(plan)
    stage.play(walking, 1)
    first = stage.shown[-1].now.item
    stage.play(walking, 1, keys="s")
    item = stage.shown[-1].now.item
    assert first is not None
    assert item is not None
    assert (first.side, item.side) == ("left", "right")
    stage.play(walking, 1, keys="s")
    assert stage.stages[-1] == "summary"


def test_another_move_is_switched_to_when_asked() -> None:
    other = plan_for_move("calf", MOVES, "left").items[0]
    # A tool is seen there, or nothing is said.
    stage = Stage(short(THORACIC, 40), Eyes(lambda t: contact(other, max(t - 14.0, 0.0))))
    stage.play(doing(other, wait_s=60.0), 14, camera_for(other))
    assert "This looks like a calf roll. Switch?" in stage.said
    stage.play(doing(other), 20, camera_for(other), keys="w")
    now = stage.shown[-1].now
    assert now.item is not None
    assert (now.item.move.id, now.item.side) == ("calf", "left")
    assert now.stage == "rolling"
    assert stage.shown[-1].result.feedback is not None
    assert stage.shown[-1].result.feedback.pass_count >= 2
