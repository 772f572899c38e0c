"""Pictures between two that were measured."""

from __future__ import annotations

import numpy as np
import pytest

from smr_vision.analysis.interpolation import ClipMoment, moments
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.river import PipelineRun
from smr_vision.pose import Pose
from tests.people import Eyes, frame, pose, thoracic

FPS = 30


def position(t: float) -> float:
    return 0.2 + 0.1 * np.sin(t)


def gone_through(seconds: float, *, measured: int = 3, someone: bool = True) -> list[ClipMoment]:
    """Somebody who rolls, measured in each third picture."""
    pipeline = PipelineRun(PipelineOptions(load_moves()), Eyes(lambda t: float(position(t))))

    def posed():  # type: ignore[no-untyped-def]
        for n in range(int(seconds * FPS)):
            t = n / FPS
            here = pose(thoracic(float(position(t))), t) if someone else Pose.nobody(t)
            yield frame(t), here if n % measured == 0 else None

    return list(moments(pipeline, posed(), pictures=True))


def test_every_picture_comes_once_in_order() -> None:
    found = gone_through(2.0)
    assert [m.frame.t for m in found] == [n / FPS for n in range(60)]
    assert [m.result.t for m in found] == [m.frame.t for m in found]
    assert [m.measured for m in found] == [n % 3 == 0 for n in range(60)]


def test_joints_and_contact_and_angles_lie_on_a_straight_line() -> None:
    found = gone_through(6.0)
    a, between, _, b = found[-30:-26]
    assert (a.measured, between.measured, b.measured) == (True, False, True)
    assert between.result.pose.xy == pytest.approx(a.result.pose.xy + (b.result.pose.xy - a.result.pose.xy) / 3)
    first, mid, last = (m.result.feedback.contact.position for m in (a, between, b))  # type: ignore[union-attr]
    assert mid == pytest.approx(first + (last - first) / 3)
    first, mid, last = (m.result.body.measures["trunk_tilt"] for m in (a, between, b))  # type: ignore[union-attr]
    assert mid == pytest.approx(first + (last - first) / 3)


def test_a_fault_is_new_in_one_picture_only() -> None:
    assert all(not m.result.feedback.new_faults for m in gone_through(6.0) if m.result.feedback and not m.measured)


def test_after_the_last_one_measured_things_stay_as_they_are() -> None:
    found = gone_through(59 / FPS)
    assert not found[-1].measured
    assert np.array_equal(found[-1].result.pose.xy, found[-2].result.pose.xy)


def test_between_nobody_and_somebody_there_is_nobody() -> None:
    assert all(not m.result.pose.found and m.result.body is None for m in gone_through(1.0, someone=False))


def test_pictures_that_nobody_wants_are_let_go() -> None:
    pipeline = PipelineRun(PipelineOptions(load_moves()), None)
    posed = [(frame(n / FPS), Pose.nobody(n / FPS) if n == 0 else None) for n in range(3)]
    found = list(moments(pipeline, posed, pictures=False))
    assert [m.frame.t for m in found] == [n / FPS for n in range(3)]
    assert [m.frame.decoded for m in found] == [True, False, False]
