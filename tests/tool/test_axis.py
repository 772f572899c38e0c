"""The ruler along a segment, in the picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_vision.moves import load_moves
from smr_vision.tool.axis import LEAST_FORESHORTENING, SHOULDER_HALF_H, SegmentAxis, axis_of, joint_of, line_of
from tests.people import Camera, calf, glute, measured, pectoral, pose, thoracic

MOVES = load_moves()
coordinate = st.floats(-500, 500)


@given(st.tuples(coordinate, coordinate), st.floats(5, 300), st.floats(0, 6.28), st.floats(-1, 2))
def test_a_place_read_off_the_ruler_is_the_place_put_on_it(
    zero: tuple[float, float], length: float, turn: float, position: float
) -> None:
    axis = SegmentAxis(np.array(zero), length * np.array([np.cos(turn), np.sin(turn)]))
    assert axis.length == pytest.approx(length)
    assert axis.position(axis.at(position)) == pytest.approx(position, abs=1e-6)
    assert axis.position(axis.middle) == pytest.approx(0.5, abs=1e-6)


def test_a_point_beside_the_ruler_is_read_square_to_it() -> None:
    axis = SegmentAxis(np.zeros(2), np.array([10.0, 0.0]))
    assert axis.position(np.array([3.0, 99.0])) == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("name", "side", "joint"),
    [
        ("working knee", "left", "left_knee"), ("other knee", "left", "right_knee"),
        ("working ankle", "right", "right_ankle"), ("mid_hips", "left", "mid_hips"), ("mid_hips", None, "mid_hips"),
    ],
)  # fmt: skip
def test_joints_of_the_working_and_the_other_side(name: str, side: str | None, joint: str) -> None:
    assert joint_of(name, side) == joint


def test_between_two_joints_it_goes_from_the_first_to_the_second() -> None:
    body = measured(thoracic())
    axis = axis_of(body, MOVES["thoracic"].segment, None)
    assert axis.at(0.0) == pytest.approx(body.point("mid_shoulders"))
    assert axis.at(1.0) == pytest.approx(body.point("mid_hips"))


def test_sights_are_shared_between_moves_only_where_they_would_be_the_same() -> None:
    trunk = MOVES["thoracic"].segment
    assert line_of(trunk, "left") == line_of(trunk.model_copy(update={"length_h": 0.2}), "right")
    assert line_of(trunk, None) != line_of(trunk.model_copy(update={"centred": 0.1}), None)
    assert line_of(MOVES["calf"].segment, "left") != line_of(MOVES["calf"].segment, "right")


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_working_leg_is_the_one_measured(side: str) -> None:
    body = measured(calf(side), Camera(0.0 if side == "right" else 180.0))
    axis = axis_of(body, MOVES["calf"].segment, side)
    assert axis.at(0.0) == pytest.approx(body.point(f"{side}_knee"))
    assert axis.at(1.0) == pytest.approx(body.point(f"{side}_ankle"))


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize(("off_behind", "low", "high"), [(0.0, 0.85, 1.1), (30.0, 0.5, 1.3), (45.0, 0.5, 1.5)])
def test_across_it_goes_about_half_a_shoulder_width_along_the_wall_to_the_working_side(
    side: str, off_behind: float, low: float, high: float
) -> None:
    """The wall is not seen, and the chest is turned towards it: from behind it is known well, from the side less."""
    heading = 90.0 + (off_behind if side == "left" else -off_behind)
    body = measured(pectoral(side), Camera(heading))
    axis = axis_of(body, MOVES["pectoral"].segment, side)
    wall = -np.sin(np.radians(heading)) * (1 if side == "left" else -1) * SHOULDER_HALF_H * body.stature_px
    assert axis.at(0.0) == pytest.approx(body.point("mid_shoulders"))
    assert axis.unit[1] == 0.0
    assert low <= axis.unit[0] / wall <= high


def test_a_ruler_that_points_at_the_camera_keeps_a_least_length() -> None:
    body = measured(pectoral("right"), Camera(2.0))
    axis = axis_of(body, MOVES["pectoral"].segment, "right")
    assert axis.length == pytest.approx(LEAST_FORESHORTENING * SHOULDER_HALF_H * body.stature_px, rel=0.01)


@pytest.mark.parametrize("heading", [0.0, 180.0, -40.0, -140.0])
def test_along_the_floor_it_is_level_and_goes_towards_the_knees(heading: float) -> None:
    body = measured(glute("right", roll=0.0, crossed=False), Camera(heading))
    axis = axis_of(body, MOVES["glute"].segment, "right")
    towards = body.point("mid_knees") - body.point("mid_hips")
    assert axis.unit[1] == 0.0
    assert axis.unit[0] * towards[0] > 0
    share = abs(np.cos(np.radians(heading)))
    assert axis.length == pytest.approx(share * 0.13 * body.stature_px, rel=0.02)


def test_along_the_floor_it_goes_towards_the_feet_where_the_knees_point_at_the_camera() -> None:
    """Landmarks of foreshortened thighs wander: which side of the hips the knees lie on tells nothing."""
    joints = glute("right", roll=0.0, crossed=False)
    for side in ("left", "right"):
        joints[f"{side}_knee"] = joints[f"{side}_hip"] + np.array([-0.03, 0.1, 0.2])
    body = measured(joints, Camera(0.0))
    assert (body.point("mid_knees") - body.point("mid_hips"))[0] * (body.point("mid_ankles") - body.point("mid_hips"))[
        0
    ] < 0
    axis = axis_of(body, MOVES["glute"].segment, "right")
    assert axis.unit[0] * (body.point("mid_ankles") - body.point("mid_hips"))[0] > 0


def test_a_body_that_shifts_by_d_moves_its_ruler_by_d() -> None:
    """The figure of the tests moves as a free roller makes a body move: twice the contact's way."""
    for make, move, side, camera in (
        (thoracic, "thoracic", None, Camera(0.0)),
        (lambda c: calf("right", c), "calf", "right", Camera(20.0)),
        (lambda c: pectoral("left", c), "pectoral", "left", Camera(110.0)),
        (lambda c: glute("right", c), "glute", "right", Camera(-10.0)),
    ):
        before, after = (
            axis_of(measured(make(contact), camera), MOVES[move].segment, side) for contact in (0.3, 0.4)
        )  # fmt: skip
        shift = float((after.middle - before.middle) @ before.unit) / before.length**2
        assert shift == pytest.approx(-0.2, abs=0.03), move


def test_mirrored_people_stand_on_the_other_side_of_the_picture() -> None:
    left, right = (pose(thoracic(), camera=Camera(h)).xy[0, 0] for h in (180.0, 0.0))
    assert right < 320 < left
