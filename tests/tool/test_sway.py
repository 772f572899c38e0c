"""How far the contact rolls by the learned net: on bodies moved by physics, and what it is told of them."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from benchmarks.proving.motion import draw
from smr_vision.body.estimator import size_of
from smr_vision.coach.recogniser import Candidate
from smr_vision.errors import ModelError
from smr_vision.moves import Segment, load_moves
from smr_vision.pipeline.active_set import ActiveSet
from smr_vision.pose import LANDMARKS, Pose
from smr_vision.tool import ContactTracker, DetectorResult
from smr_vision.tool import sway as module
from smr_vision.tool.axis import Rolled, SegmentAxis
from smr_vision.tool.evidence import ToolEvidence
from smr_vision.tool.sway import CONTEXT, CONTEXT_S, PLACES, BodyWatch, Sway
from tests.people import detection, glute, pectoral, pose

STILL = np.zeros(2)
NAMES = get_args(get_args(Segment.model_fields["sway"].annotation)[0])
MIRROR = [LANDMARKS[n.replace("left", "-").replace("right", "left").replace("-", "right")] for n in LANDMARKS]


def mirrored(of: Pose, width: float = 640.0) -> Pose:
    xy = of.xy[MIRROR] * (-1.0, 1.0) + (width, 0.0)
    return Pose(of.t, xy, of.world[MIRROR] * (-1.0, 1.0, 1.0), of.visibility[MIRROR])


def seen_at(position: float) -> DetectorResult:
    axis = SegmentAxis(np.zeros(2), np.array([100.0, 0.0]))
    return DetectorResult(detection(axis, position, 0.9), axis, 0.9)


def followed(number: int, kind: str, net: str) -> tuple[np.ndarray, np.ndarray]:
    """Contact by the net and the true one of a sequence drawn as those of the training, of another seed."""
    rng = np.random.default_rng([75, number])
    scene = None
    while scene is None:
        scene = draw._roll(rng, kind, kind)
    track = draw.track(np.random.default_rng([76, number]), scene, "heavy")
    sway, place, found = Sway(net, "left" if scene.side == "L" else "right"), 0.0, []
    for k, t in enumerate(scene.t.tolist()):
        if np.isfinite(track.xy[k]).all():
            now = Pose(t, track.xy[k], track.world[k], track.visibility[k])
            rolled = sway.advance(now, size_of(now), track.camera_motion[k], None)
            place += rolled.step if rolled is not None else 0.0
        found.append(place)
    rolling = np.isfinite(scene.contact)
    return np.array(found)[rolling], scene.contact[rolling]


# What the net is told


def test_a_left_side_is_told_as_the_mirror_image_of_a_right_one() -> None:
    right, left = BodyWatch("right"), BodyWatch("left")
    for t, contact in ((0.0, 0.1), (0.1, 0.2)):
        one = pose(glute("right", contact), t)
        a = right.add(one, (1.7, 400.0), STILL, seen_at(contact))
        b = left.add(mirrored(one), (1.7, 400.0), STILL, seen_at(contact))
    np.testing.assert_allclose(a[1], b[1], atol=1e-9)
    moved = a[0] - b[0]
    moved[0 : 2 * 13 : 2] -= moved[0]  # the picture's middle
    np.testing.assert_allclose(moved, 0.0, atol=1e-9)


def test_it_is_told_as_many_numbers_as_it_was_trained_on() -> None:
    places, context = BodyWatch("right").add(pose(glute("right"), 0.0), (1.7, 400.0), STILL, None)
    assert (places.shape, context.shape) == ((PLACES,), (CONTEXT,))
    assert isnan(places[-1])
    assert np.isfinite(context).all()


def test_how_somebody_is_seen_is_the_mean_of_the_last_seconds() -> None:
    watch = BodyWatch("right")
    for t in np.arange(0.0, 2 * CONTEXT_S, 0.1):
        contact = -0.2 if t < CONTEXT_S else 0.2
        _, context = watch.add(pose(glute("right", contact), float(t)), (1.7, 400.0), STILL, None)
    _, only = BodyWatch("right").add(pose(glute("right", 0.2), 0.0), (1.7, 400.0), STILL, None)
    np.testing.assert_allclose(context, only, atol=0.02)


def test_where_the_room_moves_nobody_does() -> None:
    watch, knock = BodyWatch("right"), np.array([30.0, -8.0])
    one = pose(pectoral("right"), 0.0)
    before, _ = watch.add(one, (1.7, 400.0), STILL, None)
    knocked = replace(one, t=0.1, xy=one.xy + knock)
    after, _ = watch.add(knocked, (1.7, 400.0), knock, None)
    np.testing.assert_allclose(np.nan_to_num(after - before), 0.0, atol=1e-9)


# What it tells


@pytest.mark.parametrize("name", NAMES)
def test_who_keeps_still_does_not_roll_and_the_first_sight_of_the_tool_is_no_step(name: str) -> None:
    sway = Sway(name, "right")
    steps = [
        sway.advance(pose(pectoral("right"), t / 10), (1.7, 400.0), STILL, seen_at(0.6) if t > 5 else None)
        for t in range(10)
    ]
    assert steps[0] is None
    assert all(step is not None and abs(step.step) < 1e-9 for step in steps[1:])


@pytest.mark.parametrize(("kind", "net"), [("pec", "wall"), ("glute", "seat")])
def test_it_goes_along_with_the_truth_of_bodies_never_drawn_before(kind: str, net: str) -> None:
    alike, share = [], []
    for number in range(8):
        found, true = followed(number, kind, net)
        alike.append(float(np.corrcoef(found, true)[0, 1]))
        share.append(float(np.polyfit(true, found, 1)[0]))
    assert np.median(alike) > 0.85
    assert 0.7 < np.median(share) < 1.4


@pytest.mark.parametrize("name", NAMES)
def test_what_it_doubts_more_than_its_bound_is_not_to_scale(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(bound: float) -> set[bool]:
        monkeypatch.setattr(module, "MOST_DOUBT", {name: bound})
        sway = Sway(name, "right")
        steps = [sway.advance(pose(glute("right"), t / 10), (1.7, 400.0), STILL, None) for t in range(5)]
        return {step.to_scale for step in steps if step is not None}

    assert (told(0.001), told(1.0)) == ({False}, {True})


def test_what_does_not_follow_on_what_was_is_no_step() -> None:
    sway = Sway("wall", "right")
    sway.advance(pose(pectoral("right", 0.4), 0.0), (1.7, 400.0), STILL, None)
    sway.forget()
    assert sway.advance(pose(pectoral("right", 0.9), 0.1), (1.7, 400.0), STILL, None) is None


def test_without_its_file_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "bundled_model", lambda file, what: tmp_path / file)
    (tmp_path / "sway_wall.onnx").write_bytes(b"no net")
    with pytest.raises(ModelError, match=r"sway_wall\.onnx is damaged"):
        Sway("wall", "right")


# What becomes of it


def test_the_contact_follows_what_the_net_says_and_what_it_doubts_is_not_to_scale() -> None:
    tracker = ContactTracker(0.0, load_moves()["pectoral"].segment)
    axis = SegmentAxis(np.array([50.0, 80.0]), np.array([100.0, 0.0]))
    tracker.track(0.0, axis, None)
    sure = tracker.track(0.1, axis, None, rolled=Rolled(0.02, to_scale=True))
    doubted = tracker.track(0.2, axis, None, rolled=Rolled(0.03, to_scale=False))
    assert (sure.position, sure.to_scale) == (pytest.approx(0.02), True)
    assert (doubted.position, doubted.to_scale) == (pytest.approx(0.05), False)


def test_a_move_of_ones_own_that_names_no_net_goes_by_the_half_speed_rule() -> None:
    own = load_moves()["pectoral"]
    plain = own.model_copy(update={"segment": own.segment.model_copy(update={"sway": None})})
    assert ActiveSet(Candidate(own, "right"), ToolEvidence("across"), "standard", 0.6, given=False).sway is not None
    assert ActiveSet(Candidate(plain, "right"), ToolEvidence("across"), "standard", 0.6, given=False).sway is None
