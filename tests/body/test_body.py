"""Measures of a body, against figures whose angles and heights are known."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from smr_vision.body import BodyEstimator, angle_at, pixels_per_metre, stature_of
from smr_vision.body import estimator as bodies
from smr_vision.moves.measures import BODY_MEASURES, SIDED_MEASURES
from smr_vision.pose import LANDMARKS, Pose
from tests.people import (
    Camera,
    calf,
    glute,
    lying,
    measured,
    mirrored,
    pectoral,
    pose,
    push_up,
    standing,
    thoracic,
    walking,
)  # fmt: skip

BEHIND, FRONT, LEFT_NEAR = Camera(90.0), Camera(-90.0), Camera(180.0)


def test_the_measures_are_the_ones_that_move_files_may_name() -> None:
    told = "to be named alike in smr_vision/body/measures.py and smr_vision/moves/measures.py: {}"
    for ours, theirs in ((bodies.MEASURES, BODY_MEASURES), (bodies.SIDED_MEASURES, SIDED_MEASURES)):
        assert set(ours) == theirs, told.format(sorted(set(ours) ^ theirs))
    found = set(measured(thoracic()).measures)
    named = BODY_MEASURES | {f"{name}_{side}" for name in SIDED_MEASURES for side in ("left", "right")}
    assert found == named, f"to be worked out in smr_vision/body/measures.py, _WHOLE or _SIDED: {sorted(found ^ named)}"


def test_nobody_has_no_body() -> None:
    assert BodyEstimator().estimate(Pose.nobody(1.0)) is None


@pytest.mark.parametrize("angle", [0.0, 45.0, 90.0, 179.0])
def test_angle_between_three_points(angle: float) -> None:
    turn = np.radians(angle)
    ends = np.array([3.0, 0.0]), np.array([2 * np.cos(turn), 2 * np.sin(turn)])
    assert angle_at(ends[0], np.zeros(2), ends[1]) == pytest.approx(angle, abs=1e-4)


def test_no_angle_where_two_points_coincide() -> None:
    assert isnan(angle_at(np.zeros(2), np.zeros(2), np.ones(2)))


@pytest.mark.parametrize("knees", [60.0, 90.0, 130.0, 170.0])
@pytest.mark.parametrize("camera", [Camera(0.0), LEFT_NEAR, Camera(60.0), Camera(-120.0), BEHIND])
def test_the_knee_angle_is_right_from_every_side(knees: float, camera: Camera) -> None:
    body = measured(thoracic(knees=knees), camera)
    for side in ("left", "right"):
        assert body.measure("working knee_angle", side) == pytest.approx(knees, abs=0.5)


@pytest.mark.parametrize("heading", [10.0, 20.0, -20.0, 200.0])
def test_the_knee_angle_is_within_8_degrees_where_the_camera_is_nearly_side_on(heading: float) -> None:
    for knees in (60.0, 90.0, 130.0):
        assert measured(thoracic(knees=knees), Camera(heading)).measures["knee_angle"] == pytest.approx(knees, abs=8.0)


def test_side_on_the_picture_is_the_ruler_and_obliquely_the_third_dimension() -> None:
    """Wrong depths must not matter side-on, nor a wrong place in the picture obliquely."""
    for heading, trusted in ((0.0, "picture"), (60.0, "3-D")):
        figure = pose(thoracic(knees=90.0), 0.0, Camera(heading))
        wrong = figure.xy.copy(), figure.world.copy()
        (wrong[0] if trusted == "3-D" else wrong[1])[LANDMARKS["right_ankle"]] += 0.1 * (250 if trusted == "3-D" else 1)
        body = BodyEstimator().estimate(Pose(0.0, *wrong, figure.visibility))
        assert body is not None
        assert body.measure("working knee_angle", "right") == pytest.approx(90.0, abs=0.5)


def test_no_angle_jumps_where_the_ruler_changes() -> None:
    before = None
    for heading in np.arange(25.0, 56.0, 1.0):
        now = measured(thoracic(), Camera(float(heading))).measures["hip_angle_right"]
        assert before is None or abs(now - before) < 3.0
        before = now


def test_heights_are_statures_above_the_floor() -> None:
    body = measured(thoracic(hips=0.15))
    assert body.measures["hip_height"] == pytest.approx(0.15, abs=0.005)
    assert body.measures["shoulder_height"] == pytest.approx(0.20, abs=0.005)
    assert measured(lying()).measures["hip_height"] == pytest.approx(0.06, abs=0.005)


@pytest.mark.parametrize(("scale", "stature"), [(120.0, 1.5), (250.0, 1.7), (500.0, 2.0)])
def test_measures_do_not_depend_on_distance_or_size_of_the_person(scale: float, stature: float) -> None:
    reference = measured(calf("right"))
    body = measured(calf("right"), Camera(scale=scale), stature=stature)
    assert body.stature_m == pytest.approx(stature, rel=0.01)
    assert body.stature_px == pytest.approx(stature * scale, rel=0.01)
    for name, value in reference.measures.items():
        assert body.measures[name] == pytest.approx(value, abs=0.01, nan_ok=True), name


@pytest.mark.parametrize(
    ("joints", "tilt", "facing"),
    [(thoracic(), 9.5, 80.5), (lying(), 0.0, 90.0), (standing(), 90.0, 0.0), (push_up(), 19.2, -70.8)],
    ids=["thoracic", "lying", "standing", "push-up"],
)
def test_tilt_of_the_trunk_and_where_the_chest_points(
    joints: dict[str, np.ndarray], tilt: float, facing: float
) -> None:
    for camera in (Camera(), LEFT_NEAR):
        body = measured(joints, camera)
        assert body.measures["trunk_tilt"] == pytest.approx(tilt, abs=0.5)
        assert body.measures["facing_up"] == pytest.approx(facing, abs=0.5)


@pytest.mark.parametrize("camera", [Camera(), LEFT_NEAR, Camera(60.0), Camera(120.0), BEHIND])
@pytest.mark.parametrize("lean", [0.0, 8.0, 15.0])
def test_leaning_is_measured_from_every_side(lean: float, camera: Camera) -> None:
    assert measured(standing(lean), camera).measures["lean"] == pytest.approx(lean, abs=2.5)


@pytest.mark.parametrize(
    ("heading", "view"),
    [
        (0, "side"), (180, "side"), (25, "side"), (45, "oblique"), (-135, "oblique"), (90, "back"), (-90, "front"),
    ],
)  # fmt: skip
def test_the_view_is_told(heading: float, view: str) -> None:
    assert measured(standing(), Camera(heading)).view == view


def test_the_near_side_is_the_one_towards_the_camera() -> None:
    assert measured(thoracic(), Camera()).near == "right"
    assert measured(thoracic(), LEFT_NEAR).near == "left"


def test_plain_angles_are_those_of_the_near_side() -> None:
    body = measured(calf("right"), Camera())
    assert body.measure("knee_angle") == body.measure("working knee_angle", "right") == pytest.approx(172.0, abs=0.5)


def test_working_and_other_are_of_the_side_asked_for() -> None:
    body = measured(calf("left"), LEFT_NEAR)
    assert body.measure("working knee_angle", "left") == body.measure("other knee_angle", "right")


@pytest.mark.parametrize(("make", "camera"), [(calf, Camera()), (glute, Camera(-50.0)), (pectoral, Camera(60.0))])
def test_a_mirrored_picture_swaps_the_sides_and_changes_nothing_else(make: object, camera: Camera) -> None:
    figure = pose(make("right"), 0.0, camera)  # type: ignore[operator]
    plain, swapped = BodyEstimator().estimate(figure), BodyEstimator().estimate(mirrored(figure))
    assert plain is not None
    assert swapped is not None
    assert (plain.view, plain.near, swapped.near) == (swapped.view, "right", "left")
    for name in SIDED_MEASURES:
        a, b = plain.measure(f"working {name}", "right"), swapped.measure(f"working {name}", "left")
        assert b == pytest.approx(a, abs=1e-6, nan_ok=True), name


def test_hands_behind_the_head_are_beyond_the_shoulders() -> None:
    assert measured(thoracic()).measures["hand_level"] < -0.2
    assert measured(thoracic(hands="down")).measures["hand_level"] > 0.8


def test_the_hand_height_is_that_of_the_lower_hand_seen() -> None:
    joints = thoracic(hands="down")
    joints["left_wrist"] = joints["left_wrist"] + np.array([0.0, 0.2, 0.0])
    assert measured(joints).measures["hand_height"] == pytest.approx(0.02, abs=0.005)
    assert measured(joints, hidden=["right_wrist"]).measures["hand_height"] == pytest.approx(0.22, abs=0.005)


def test_a_leg_crossed_over_the_shin_lies_on_it() -> None:
    crossed, beside = measured(calf("right")), measured(calf("right", crossed=False))
    assert crossed.measure("other ankle_along_other_shank", "right") == pytest.approx(0.75, abs=0.05)
    assert crossed.measure("other ankle_above_other_shank", "right") == pytest.approx(0.04, abs=0.005)
    assert beside.measure("other ankle_above_other_shank", "right") < -0.02


@pytest.mark.parametrize("camera", [Camera(), Camera(-60.0)])
def test_an_ankle_over_the_knee_is_near_it(camera: Camera) -> None:
    assert measured(glute("right"), camera).measure("working ankle_to_other_knee", "right") < 0.08
    assert measured(glute("right", crossed=False), camera).measure("working ankle_to_other_knee", "right") > 0.22


@pytest.mark.parametrize("camera", [Camera(), Camera(-60.0), Camera(40.0)])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_an_ankle_is_nearer_the_knee_it_is_crossed_over_than_the_ankle_it_stands_beside(
    camera: Camera, scale: float
) -> None:
    def by(crossed: bool) -> float:
        joints = {name: scale * at for name, at in glute("right", crossed=crossed).items()}
        return measured(joints, camera).measure("working ankle_by_other_ankle", "right")

    assert by(crossed=True) < 0.35
    assert by(crossed=False) > 0.6


@pytest.mark.parametrize("roll", [0.0, 10.0, 25.0])
@pytest.mark.parametrize("side", ["left", "right"])
def test_the_roll_of_the_hips_is_towards_the_lower_side(roll: float, side: str) -> None:
    body = measured(glute(side, roll=roll), Camera(-60.0))
    other = "left" if side == "right" else "right"
    assert body.measure("working hip_roll", side) == pytest.approx(roll, abs=1.0)
    assert body.measure("working shoulder_roll", side) == pytest.approx(roll, abs=1.0)
    assert body.measure("working hip_roll", other) == pytest.approx(-roll, abs=1.0)


@pytest.mark.parametrize("turn", [-30.0, 0.0, 40.0])
@pytest.mark.parametrize("side", ["left", "right"])
def test_toes_turned_out_are_positive(turn: float, side: str) -> None:
    body = measured(calf(side, toes_out=turn), Camera(0.0 if side == "right" else 180.0))
    assert body.measure("working foot_turn", side) == pytest.approx(turn, abs=2.0)


def test_what_is_not_visible_is_not_measured() -> None:
    body = measured(thoracic(), hidden=["right_knee"])
    assert isnan(body.measure("working knee_angle", "right"))
    assert isnan(body.measure("working knee_height", "right"))
    assert not isnan(body.measure("working knee_angle", "left"))


def test_of_a_pair_one_seen_is_enough_for_the_middle() -> None:
    assert not isnan(measured(thoracic(), hidden=["left_hip"]).measures["hip_height"])
    assert isnan(measured(thoracic(), hidden=["left_hip", "right_hip"]).measures["hip_height"])


def test_a_hand_is_not_placed_without_its_elbow() -> None:
    assert isnan(measured(thoracic(), hidden=["right_elbow"]).measure("working hand_level", "right"))


def test_a_hidden_hand_is_behind_the_head_where_its_elbow_points_beyond() -> None:
    """With the hands on the chest, or down, the elbow lies no higher than the shoulders."""
    joints = thoracic()
    top, hips = joints["right_shoulder"], joints["right_hip"]
    hand = [f"right_{joint}" for joint in ("wrist", "pinky", "index", "thumb")]
    for beyond, told in ((0.4, True), (0.1, False)):
        joints["right_elbow"] = top + beyond * (top - hips)
        level = measured(joints, hidden=hand).measure("working hand_level", "right")
        assert (level < -0.15) == told
        assert isnan(level) != told


def test_toes_that_are_hidden_point_nowhere() -> None:
    assert isnan(measured(calf("right"), hidden=["right_foot_index"]).measure("working foot_turn", "right"))


def test_feet_speed_is_that_of_the_faster_foot() -> None:
    meter = BodyEstimator()
    speeds = []
    for number in range(30):
        body = meter.estimate(pose(standing(shift=0.3 * number / 15), number / 15))
        assert body is not None
        speeds.append(body.measures["feet_speed"])
    assert isnan(speeds[0])
    assert speeds[-1] == pytest.approx(0.3, abs=0.01)


def test_walking_feet_are_fast_and_planted_ones_still() -> None:
    still, moving = BodyEstimator(), BodyEstimator()
    for number in range(20):
        t = number / 15
        planted, walked = (
            still.estimate(pose(pectoral("right", 0.65 + 0.1 * t), t)),
            moving.estimate(pose(walking(t), t)),
        )
        assert planted is not None
        assert walked is not None
        if t > 0.5:
            assert planted.measures["feet_speed"] < 0.01
            assert walked.measures["feet_speed"] > 0.3


def test_floor_and_size_stay_steady_through_a_wild_picture() -> None:
    meter = BodyEstimator()
    steady = None
    for number in range(20):
        figure = pose(thoracic(), number / 15)
        if number == 15:
            figure = Pose(figure.t, figure.xy * 1.5, figure.world * 0.7, figure.visibility)
        body = meter.estimate(figure)
        assert body is not None
        steady = steady or (body.stature_px, body.stature_m, body.floor_y)
        assert (body.stature_px, body.stature_m, body.floor_y) == pytest.approx(steady, rel=0.01)


def test_the_floor_is_not_taken_from_a_foot_that_is_only_guessed() -> None:
    joints = thoracic()
    joints["right_heel"] = joints["right_heel"] - np.array([0.0, 0.3, 0.0])
    assert measured(joints, hidden=["right_heel"]).measures["hip_height"] == pytest.approx(0.15, abs=0.005)


def test_scale_and_stature_of_one_pose() -> None:
    figure = pose(standing(), stature=1.8)
    assert stature_of(figure.world) == pytest.approx(1.8, rel=0.01)
    assert pixels_per_metre(figure.xy, figure.world) == pytest.approx(250.0, rel=0.01)


def test_points_of_joints_and_of_the_middles_of_pairs() -> None:
    body = measured(glute("right"), Camera(-60.0))
    left, right = body.point("left_hip"), body.point("right_hip")
    assert body.point("mid_hips") == pytest.approx((left + right) / 2)
