"""Help with the picture: each finding has one instruction, in the person's own directions."""

from __future__ import annotations

import numpy as np
import pytest

from smr_vision.body import BodyEstimator
from smr_vision.live.coaching import LiveCoach
from smr_vision.live.flow import Flow
from smr_vision.live.framing import HAND_UP, FramingGuide, FramingHint, distance, level, light, room_above, whole
from smr_vision.live.gesture import HOLD_S, ArmUp, straight_up
from smr_vision.live.routine import plan_for_move
from smr_vision.moves import load_moves
from smr_vision.overlay.brush import Image
from smr_vision.pose import LANDMARKS, Pose
from smr_vision.video import Frame
from tests.people import (
    Camera,
    Joints,
    calf,
    glute,
    lying_on_the_side,
    measured,
    pectoral,
    pose,
    raised,
    standing,
    thoracic,
)

MOVES = load_moves()
SHAPE = (480, 640, 3)


def room(brightness: int) -> Image:
    return np.full(SHAPE, brightness, np.uint8)


def after_a_while(
    image: Image, joints: Joints | None, camera: Camera | None = None, side: str | None = None, move: str | None = None
) -> dict[str, FramingHint]:
    of = MOVES[move or ("calf" if side else "thoracic")]
    guide, meter = FramingGuide(of, side), BodyEstimator()  # type: ignore[arg-type]
    found: tuple[FramingHint, ...] = ()
    for k in range(20):
        now = pose(joints, k / 10, camera)
        found = guide.examine(image, now, meter.estimate(now))
    return {f.title: f for f in found}


def test_all_is_well_side_on_in_the_light() -> None:
    found = after_a_while(room(150), thoracic())
    assert not [f for f in found.values() if f.state == "fault"]
    assert found["Whole body"].state == "ok"


def test_nobody_in_the_picture() -> None:
    assert "can't see you" in after_a_while(room(150), None)["Whole body"].say


@pytest.mark.parametrize(("x", "words"), [(60.0, "towards your feet"), (580.0, "towards your head")])
def test_cut_off_at_one_end(x: float, words: str) -> None:
    lying = pose(thoracic(), 0.0, Camera(at=(x, 400.0)))
    assert words in whole(lying, SHAPE).say


def test_cut_off_at_both_ends_or_standing() -> None:
    assert "further away" in whole(pose(thoracic(), 0.0, Camera(scale=900.0)), SHAPE).say
    assert "further away" in whole(pose(standing(), 0.0, Camera(scale=400.0)), SHAPE).say


def test_distance() -> None:
    assert "far away" in distance(pose(thoracic(), 0.0, Camera(scale=80.0)), SHAPE).say
    assert "too close" in distance(pose(thoracic(), 0.0, Camera(scale=520.0)), SHAPE).say
    assert distance(Pose.nobody(0.0), SHAPE).state == "unknown"


@pytest.mark.parametrize(
    ("joints", "camera", "state"),
    [
        (thoracic(), None, "ok"),
        (thoracic(), Camera(at=(320.0, 150.0)), "watch"),  # lying, the picture ends above the knees
        (standing(), Camera(scale=200.0, at=(320.0, 450.0)), "ok"),
        (
            standing(),
            Camera(scale=200.0, at=(320.0, 352.0)),
            "watch",
        ),  # the head is in the picture, a hand would not be
    ],
)
def test_a_raised_hand_needs_room(joints: Joints, camera: Camera | None, state: str) -> None:
    seen = pose(joints, 0.0, camera)
    body = BodyEstimator().estimate(seen)
    assert room_above(body).state == state
    up = pose(raised(joints), 0.0, camera)
    assert (up.xy[LANDMARKS["left_wrist"], 1] > 0) == (state == "ok")
    assert whole(seen, SHAPE).state == "ok"


def test_room_above_is_asked_for_once_and_holds_nobody_up() -> None:
    """Who can't step back has heard it, and rolls all the same."""
    coach = LiveCoach(Flow(plan_for_move("thoracic", MOVES)), None, moves=MOVES)
    low = Camera(at=(320.0, 150.0))
    said, stages = [], []
    for k in range(400):
        away = 200 <= k < 300  # lost for long: back to framing
        seen = pose(None if away else thoracic(), k / 10, low)
        now = coach.advance(Frame(k / 10, room(150)), seen).now
        said += [line for line in now.lines if line.say == HAND_UP]
        stages.append(now.stage)
    assert [line.sound for line in said] == ["note"]
    assert stages[0] == "framing"
    assert stages[70] != "framing"


def test_light() -> None:
    here = pose(thoracic())
    assert "turn on a light" in light(room(20), here).say
    against = room(230)
    low, high = here.xy.min(axis=0).astype(int), here.xy.max(axis=0).astype(int)
    against[low[1] : high[1], low[0] : high[0]] = 40
    assert "behind you" in light(against, here).say
    assert light(room(150), here).state == "ok"


def test_level_is_judged_by_who_stands_upright() -> None:
    assert level(measured(standing())).state == "ok"
    assert level(measured(thoracic())).state == "unknown"
    assert level(None).state == "unknown"
    tilted = pose(standing())
    turn = np.radians(15)
    around = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    leaning = Pose(0.0, (tilted.xy - 300) @ around.T + 300, tilted.world, tilted.visibility)
    body = BodyEstimator().estimate(leaning)
    assert "level" in level(body).say or level(body).state == "unknown"


def test_how_to_turn_is_said() -> None:
    assert "side-on" in after_a_while(room(150), thoracic(), Camera(70.0))["Angle to camera"].say
    found = after_a_while(room(150), calf("left"), Camera(0.0), side="left")
    assert "left side belongs nearest" in found["Angle to camera"].say
    assert after_a_while(room(150), calf("left"), Camera(180.0), side="left")["Angle to camera"].state == "ok"


@pytest.mark.parametrize(
    ("move", "joints", "heading", "words"),
    [
        ("pectoral", pectoral("left"), 120.0, ""),
        ("pectoral", pectoral("left"), 90.0, ""),  # from behind: its wall is in front
        ("pectoral", pectoral("left"), -90.0, "Turn side-on"),
        ("glute", glute("left"), -120.0, ""),
        ("glute", glute("left"), 90.0, "Turn side-on"),
        ("lats", lying_on_the_side("left"), 0.0, ""),  # faces the camera
        ("lats", thoracic(), 0.0, "Turn to face the camera"),
        ("peroneals", lying_on_the_side("right"), 180.0, ""),
    ],
)
def test_each_move_says_from_where_it_wants_to_be_seen(move: str, joints: Joints, heading: float, words: str) -> None:
    side = "right" if move == "peroneals" else "left"
    found = after_a_while(room(150), joints, Camera(heading), side, move)["Angle to camera"]
    assert found.state == ("fault" if words else "ok")
    assert words in found.say


def test_one_wild_picture_changes_nothing() -> None:
    guide, meter = FramingGuide(MOVES["thoracic"], None), BodyEstimator()
    for k in range(20):
        now = pose(thoracic() if k != 15 else None, k / 10)
        found = guide.examine(room(150), now, meter.estimate(now))
        assert not any(f.state == "fault" for f in found) or k == 0, k


@pytest.mark.parametrize("joints", [thoracic(), calf("right"), standing()], ids=["lying", "sitting", "standing"])
def test_an_arm_held_up_for_two_seconds_is_a_sign_once(joints: Joints) -> None:
    arm, meter, signs = ArmUp(), BodyEstimator(), []
    for k in range(60):
        t = k / 10
        if arm.detect(t, meter.estimate(pose(raised(joints) if 1.0 <= t < 5.0 else joints, t))):
            signs.append(t)
    assert signs == [pytest.approx(1.0 + HOLD_S, abs=0.15)]


@pytest.mark.parametrize("joints", [thoracic(), calf("right"), standing()], ids=["lying", "sitting", "standing"])
def test_no_posture_is_a_sign(joints: Joints) -> None:
    arm, meter = ArmUp(), BodyEstimator()
    assert not any(arm.detect(k / 10, meter.estimate(pose(joints, k / 10))) for k in range(50))
    assert not arm.raised


def test_a_short_wave_is_no_sign_and_a_slip_of_the_pose_does_not_stop_one() -> None:
    arm, meter = ArmUp(), BodyEstimator()
    up, down = raised(thoracic()), thoracic()
    waved = [arm.detect(k / 10, meter.estimate(pose(up if k % 12 < 8 else down, k / 10))) for k in range(50)]
    assert not any(waved)
    slipped = [arm.detect(5 + k / 10, meter.estimate(pose(None if k == 10 else up, 5 + k / 10))) for k in range(30)]
    assert sum(slipped) == 1


def test_a_hand_on_the_lens_and_a_camera_on_its_end() -> None:
    assert "covers the lens" in light(room(5), Pose.nobody(0.0)).say
    assert "on its side" in whole(pose(thoracic(), 0.0, Camera(at=(60.0, 400.0))), (640, 480, 3)).say


def test_somebody_else_is_told_of_until_one_of_them_is_gone() -> None:
    """The landmarker follows one pose, and now and then that of another."""
    guide, meter = FramingGuide(MOVES["thoracic"], None), BodyEstimator()
    here, there = Camera(at=(200.0, 400.0), scale=200.0), Camera(at=(520.0, 300.0), scale=110.0)

    def told(t: float, camera: Camera) -> list[str]:
        now = pose(thoracic(), t, camera)
        return [f.say for f in guide.examine(room(150), now, meter.estimate(now)) if "Somebody else" in f.say]

    assert not any(told(k / 10, here) for k in range(30))
    assert told(3.0, there) == []  # one wild picture
    assert not any(told(3.1 + k / 10, here) for k in range(10))
    assert any(told(4.1 + k / 10, there) for k in range(12))
    assert not any(told(5.3 + k / 10, here) for k in range(20) if k >= 8)


@pytest.mark.parametrize(
    ("elbow", "wrist", "above", "up"),
    [
        (0.9, 0.9, False, True),
        (0.2, 0.2, False, True),  # just come out from behind the body: not believed by the pose net yet
        (0.1, 0.1, False, False),
        (0.9, 0.0, False, False),
        (0.9, 0.0, True, True),  # the hand is above the picture
        (0.1, 0.0, True, False),
    ],
)
def test_how_well_an_arm_has_to_be_seen(elbow: float, wrist: float, above: bool, up: bool) -> None:
    shown = pose(raised(standing()), 0.0)
    seen = shown.visibility.copy()
    for side in ("left", "right"):
        seen[LANDMARKS[f"{side}_elbow"]], seen[LANDMARKS[f"{side}_wrist"]] = elbow, wrist
    hand = -5.0 if above else 5.0  # pixels below the picture's upper edge
    lifted = shown.xy + np.array([0.0, hand - shown.xy[LANDMARKS["left_wrist"], 1]])
    body = BodyEstimator().estimate(Pose(0.0, lifted, shown.world, seen))
    assert body is not None
    assert straight_up(body, "left") is up


@pytest.mark.parametrize(("spread", "words"), [(2.0, "covers the lens"), (8.0, "turn on a light")])
def test_a_dark_room_is_no_covered_lens(spread: float, words: str) -> None:
    dark = room(19)
    dark[:240] += np.uint8(spread)
    assert words in light(dark, Pose.nobody(0.0)).say
