"""Where a set began: posture and tool are taken up before they are believed."""

from __future__ import annotations

import numpy as np
import pytest

from smr_vision.body import Body
from smr_vision.coach import SetDone
from smr_vision.moves import Move, load_moves
from smr_vision.pipeline.active_set import SURE_SPREAD, ActiveSet
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.river import PipelineRun, ToolDetector
from smr_vision.tool import DetectorResult
from smr_vision.tool.axis import SegmentAxis
from smr_vision.video import Frame
from tests.people import Act, Eyes, Joints, frame, glute, moments, pose, thoracic

MOVES = load_moves()
SURE = Eyes(lambda t: 0.3, spread=SURE_SPREAD - 0.005)
VAGUE = Eyes(lambda t: 0.3, spread=SURE_SPREAD + 0.01)  # it may lie beside
EMPTY = Eyes(lambda t: None)


class Later:
    """One finder's word until a time, then another's."""

    def __init__(self, first: ToolDetector, then: ToolDetector, at_s: float) -> None:
        self._first, self._then, self._at_s = first, then, at_s

    def detect(
        self, frame: Frame, body: Body, axis: SegmentAxis, move: Move, side: str | None
    ) -> DetectorResult | None:
        eyes = self._first if frame.t < self._at_s else self._then
        return eyes.detect(frame, body, axis, move, side)


def thin(t: float) -> Joints:
    """On a roller of 10 cm: nobody knows it for a roll until the tool is surely seen."""
    return thoracic(0.3, hips=0.08, shoulders=0.09)


def sets_of(act: Act, eyes: ToolDetector, end: float = 9.0) -> tuple[SetDone, ...]:
    pipeline = PipelineRun(PipelineOptions(MOVES), eyes)
    for t in moments(0.0, end, 10.0):
        pipeline.advance(frame(t), pose(act(t), t))
    return pipeline.finish()


@pytest.mark.parametrize("dated", [True, False])
def test_a_set_begins_where_posture_and_tool_were_taken_up(dated: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not dated:
        monkeypatch.setattr(ActiveSet, "date_back", lambda self, earlier: None)
    (found,) = sets_of(thin, Later(VAGUE, SURE, 3.0))
    assert found.start_s == pytest.approx(0.0 if dated else 3.5, abs=0.3)
    assert found.time_on_target_s == pytest.approx(found.end_s - found.start_s, abs=0.2)


def test_it_does_not_begin_before_the_tool_was_there() -> None:
    (found,) = sets_of(thin, Later(EMPTY, SURE, 3.0))
    assert found.start_s == pytest.approx(3.0, abs=0.3)


class Busy:
    """Nobody looked for the tool until a time; then it is seen."""

    def __init__(self, at_s: float) -> None:
        self._at_s = at_s

    def detect(
        self, frame: Frame, body: Body, axis: SegmentAxis, move: Move, side: str | None
    ) -> DetectorResult | None:
        return SURE.detect(frame, body, axis, move, side) if frame.t >= self._at_s else None


@pytest.mark.parametrize(("moves", "start_s"), [(0.0, 0.0), (0.2, 1.0)])
def test_it_lay_there_before_somebody_looked_if_the_segment_did(moves: float, start_s: float) -> None:
    """Somebody who still shifts by so much in a second, statures, may not have come to the tool yet."""

    def act(t: float) -> Joints:
        off = np.array([moves * max(1.0 - t, 0.0), 0.0, 0.0])
        return {name: place + off for name, place in thin(t).items()}

    (found,) = sets_of(act, Busy(1.0))
    assert found.start_s == pytest.approx(start_s, abs=0.35)


def test_a_side_told_later_was_worked_from_the_start() -> None:
    """Both sides have the tool in one place: looks there were looks for either."""
    sides = lambda t: glute("left" if t < 1.5 else "right", roll=2.0 if t < 1.5 else 22.0)  # noqa: E731
    (found,) = sets_of(sides, Eyes(lambda t: 0.0))
    assert found.side == "right"
    assert found.start_s == pytest.approx(0.0, abs=0.15)


@pytest.mark.parametrize(("gone_s", "start_s"), [(0.6, 0.0), (1.6, 3.1)])
def test_nor_before_a_while_in_which_nobody_was_seen(gone_s: float, start_s: float) -> None:
    act = lambda t: None if 1.5 <= t < 1.5 + gone_s else thin(t)  # noqa: E731
    (found,) = sets_of(act, Later(VAGUE, SURE, 4.0))
    assert found.start_s == pytest.approx(start_s, abs=0.15)


def test_the_next_set_takes_nothing_of_the_one_before() -> None:
    act = lambda t: None if 6.0 <= t < 9.5 else thoracic(0.3)  # noqa: E731
    first, second = sets_of(act, SURE, 16.0)
    assert first.end_s <= 6.0
    assert second.start_s == pytest.approx(9.5, abs=0.15)
