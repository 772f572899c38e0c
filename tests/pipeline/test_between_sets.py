"""What people do on the floor before, between and after sets opens none: the roller lies where it lies."""

from __future__ import annotations

import numpy as np
import pytest

from smr_vision.body import Body
from smr_vision.coach import SetDone
from smr_vision.moves import Move, load_moves
from smr_vision.pipeline.river import PipelineOptions, PipelineRun
from smr_vision.tool import DetectorResult
from smr_vision.tool.axis import SegmentAxis
from smr_vision.video import Frame
from tests.people import (
    Act,
    Joints,
    bridge,
    calf,
    detection,
    frame,
    lying,
    moments,
    pose,
    sitting,
    standing,
    then,
    thoracic,
    zigzag,
)

MOVES = load_moves()
FLOOR_S = 45.0


class OneRoller:
    """Finds the one roller there is: under the `segment` of whoever lies on it, at `contact`; under nothing else."""

    def __init__(
        self, contact: dict[str, tuple[float, float]], position: dict[str, tuple[float, float, float]]
    ) -> None:
        self._on = contact  # by move, from when to when
        self._along = position

    def detect(self, seen: Frame, body: Body, axis: SegmentAxis, move: Move, side: str | None) -> DetectorResult | None:
        start, end = self._on.get(move.id, (0.0, 0.0))
        if not start <= seen.t < end:
            return DetectorResult(None, axis, 0.03)
        low, high, pass_s = self._along[move.id]
        return DetectorResult(detection(axis, zigzag(seen.t - start, low, high, pass_s)), axis, 0.95)


def done(act: Act, seconds: float, finder: OneRoller, move: str | None) -> tuple[SetDone, ...]:
    pipeline = PipelineRun(PipelineOptions(MOVES, move), finder)
    for t in moments(0.0, seconds, 8.0):
        pipeline.advance(frame(t), pose(act(t), t))
    return pipeline.finish()


def floor_exercise(t: float) -> Joints:
    """Bridges, curl-ups, lying and sitting, a few seconds of each, as before training."""
    rest = t % 15.0
    if rest < 6.0:
        return bridge(0.14 + 0.10 * abs(rest % 3 - 1.5))
    if rest < 10.0:
        return thoracic(0.3, hips=0.08, shoulders=0.12 + 0.04 * abs(rest % 2 - 1))  # hands behind the head, curling up
    return lying() if rest < 12.5 else sitting()


@pytest.mark.parametrize("move", [None, "thoracic"])
def test_a_set_begins_with_the_rolling_not_with_what_is_done_on_the_floor_before(move: str | None) -> None:
    start, end = FLOOR_S + 4.0, FLOOR_S + 24.0
    act = then(
        (FLOOR_S, floor_exercise), (4.0, lambda t: sitting()), (20.0, lambda t: thoracic(zigzag(t, 0.05, 0.45, 3.0)))
    )
    roller = OneRoller({"thoracic": (start, end)}, {"thoracic": (0.05, 0.45, 3.0)})
    (one,) = done(act, end, roller, move)
    assert one.move.id == "thoracic"
    assert start - 1.0 <= one.start_s <= start + 2.0
    assert one.time_on_target_s <= 20.0
    assert len(one.passes) in (6, 7)
    assert [f.check.id for f in one.faults] == []


@pytest.mark.parametrize("rest", ["sitting", "lying back", "half up", "on the elbows"])
@pytest.mark.parametrize("seconds", [6.0, 15.0])
def test_a_rest_between_two_calf_sets_opens_no_other_set(rest: str, seconds: float) -> None:
    """The roller still lies under the calves, the trunk is over nothing."""
    rests: dict[str, Act] = {
        "sitting": lambda t: sitting(),
        "lying back": lambda t: lying(),
        "half up": lambda t: thoracic(0.3, hips=0.09, shoulders=0.20, knees=120.0, hands="beside"),
        "on the elbows": lambda t: thoracic(0.3, hips=0.07, shoulders=0.16, knees=100.0, hands="beside"),
    }

    def rolled(t: float) -> Joints:
        return calf("right", zigzag(t, 0.2, 0.7, 2.0))

    again = 10.0 + seconds

    class Calves(OneRoller):
        def detect(
            self, seen: Frame, body: Body, axis: SegmentAxis, move: Move, side: str | None
        ) -> DetectorResult | None:
            if move.id != "calf" or 10.0 <= seen.t < again:
                return DetectorResult(None, axis, 0.03)
            start = 0.0 if seen.t < 10.0 else again
            return DetectorResult(detection(axis, zigzag(seen.t - start, 0.2, 0.7, 2.0)), axis, 0.95)

    act = then((10.0, rolled), (seconds, rests[rest]), (10.0, rolled), (3.0, lambda t: standing()))
    sets = done(act, again + 13.0, Calves({}, {}), None)
    assert {s.move.id for s in sets} == {"calf"}
    assert len(sets) == 2
    assert all(len(s.passes) in (4, 5) for s in sets)
    assert np.isfinite([s.time_on_target_s for s in sets]).all()
    assert [f.check.id for s in sets for f in s.faults] == []
