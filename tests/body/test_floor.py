"""Heights and slants above the floor, from cameras higher up and off the side."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from smr_vision.body import Body, BodyEstimator
from smr_vision.body.floor import FOOT_H
from tests.people import Camera, Joints, calf, pose, thoracic

STATURE = 1.7
RADIUS = 0.07
NOT_SEEN = np.full(2, np.nan)
CAMERAS = [Camera(h, elevation=e) for h in (0.0, 20.0, -20.0, 180.0, 160.0, 200.0) for e in (6.0, 16.0)]


def seen_from(camera: Camera, joints: Joints, tool_s: float | None, *, every: int = 1, missing: str = "") -> Body:
    """The body after three seconds; the tool lies across it at `tool_s` statures, seen in one picture of `every`."""
    meter = BodyEstimator()
    middle = np.array([STATURE * (tool_s or 0.0), RADIUS, 0.0])
    ends = middle + np.array([[0, 0, 0.25], [0, 0, -0.25]])
    near = ends[np.argmin(camera.space(ends)[:, 2])]
    body = None
    for number in range(30):
        t = number / 10
        body = meter.estimate(pose(joints, t, camera, hidden=[missing] if missing else []))
        if tool_s is not None and number % every == 0:
            meter.see_tool(t, *camera.picture(np.stack([near, middle])), camera.scale * RADIUS)
        elif tool_s is not None:
            meter.see_tool(t, NOT_SEEN, NOT_SEEN, np.nan)
    assert body is not None
    return body


def on_the_roller() -> Joints:
    """Landmarks of feet lie a little above the floor."""
    joints = thoracic()
    for name in ("left_heel", "right_heel", "left_foot_index", "right_foot_index"):
        joints[name] = joints[name] + np.array([0.0, FOOT_H, 0.0])
    return joints


def errors(camera: Camera, tool_s: float | None, *, every: int = 1) -> tuple[float, float, float]:
    """How far slant (degrees), hips and shoulders (statures) are from what they are side-on."""
    here = seen_from(camera, on_the_roller(), tool_s, every=every)
    true = seen_from(Camera(), on_the_roller(), None)
    tilt, hips, shoulders = (
        abs(here.measures[name] - true.measures[name]) for name in ("trunk_tilt", "hip_height", "shoulder_height")
    )
    return tilt, hips, shoulders


@pytest.mark.parametrize("camera", CAMERAS)
def test_somebody_on_a_roller_is_measured_as_from_the_side(camera: Camera) -> None:
    tilt, hips, shoulders = errors(camera, 0.0)
    assert tilt < 1.0
    assert hips < 0.02
    assert shoulders < 0.02


def test_without_the_tool_the_floor_is_taken_as_level() -> None:
    """Which is wrong from up there: the test above would fail without what it tests."""
    tilt, _, shoulders = errors(Camera(20.0, elevation=16.0), None)
    assert tilt > 4.0
    assert shoulders > 0.04


def test_where_feet_and_axis_contradict_each_other_nothing_is_levelled() -> None:
    camera = Camera(20.0, elevation=16.0)
    meter = BodyEstimator()
    middle = camera.picture(np.array([[0.0, RADIUS, 0.0]]))[0]
    for number in range(30):
        body = meter.estimate(pose(on_the_roller(), number / 10, camera))
        meter.see_tool(number / 10, middle + np.array([-20.0, 20.0]), middle, camera.scale * RADIUS)
    assert body is not None
    assert body.measures["trunk_tilt"] == seen_from(camera, on_the_roller(), None).measures["trunk_tilt"]


def test_what_is_seen_now_and_then_lies_beside_and_tells_nothing() -> None:
    camera = Camera(20.0, elevation=16.0)
    assert errors(camera, 0.0, every=4) == pytest.approx(errors(camera, None))


@pytest.mark.parametrize("tool_s", [0.3, -0.05])
def test_who_sits_has_no_feet_planted_to_tell_the_floor(tool_s: float) -> None:
    camera = Camera(20.0, elevation=16.0)
    assert seen_from(camera, calf("right"), tool_s).floor_y == seen_from(camera, calf("right"), None).floor_y


@pytest.mark.parametrize("camera", CAMERAS)
def test_feet_in_the_air_tilt_the_floor_no_further_than_the_axis_says(camera: Camera) -> None:
    joints = on_the_roller()
    for name in joints:
        if name.endswith(("knee", "ankle", "heel", "foot_index")):
            joints[name] = joints[name] + np.array([0.0, 0.3, 0.0])
    true = seen_from(Camera(), joints, None).measures["trunk_tilt"]
    off, without = (abs(seen_from(camera, joints, tool).measures["trunk_tilt"] - true) for tool in (0.0, None))
    assert off <= without + 1e-6


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize(("hips", "least", "most"), [(0.12, 0.088, 0.2), (0.05, 0.0, 0.083)])
def test_hips_between_hands_and_roller_are_up_or_down_from_everywhere(
    camera: Camera, hips: float, least: float, most: float
) -> None:
    side = "right" if abs(camera.heading) < 90 else "left"
    clear = seen_from(camera, calf(side, hips=hips), 0.45).measure("hip_clearance", side)
    assert least < clear < most


def test_clearance_needs_the_near_hand_and_the_tool() -> None:
    assert isnan(seen_from(Camera(), calf("right"), None).measures["hip_clearance"])
    assert isnan(seen_from(Camera(), calf("right"), 0.45, missing="right_index").measures["hip_clearance"])
    assert not isnan(seen_from(Camera(), calf("right"), 0.45, missing="left_index").measures["hip_clearance"])


def test_a_hand_in_the_air_is_no_floor() -> None:
    joints = calf("right")
    for name in ("wrist", "pinky", "index", "thumb"):
        joints[f"left_{name}"] = joints[f"left_{name}"] + np.array([0.0, 0.3, 0.0])
    assert isnan(seen_from(Camera(), joints, 0.45).measures["hip_clearance"])
