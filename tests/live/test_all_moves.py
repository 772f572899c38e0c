"""Each of the eight moves live and from a file: the postures of people on a roller, and a tool that goes along them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from smr_vision.body import Array, BodyEstimator, opposite
from smr_vision.body.anthropometry import HIP_WIDTH_H
from smr_vision.body.geometry import SIDES
from smr_vision.coach import SetDone
from smr_vision.coach.recogniser import Side
from smr_vision.live.coaching import LiveCoach
from smr_vision.live.flow import Flow
from smr_vision.live.routine import plan_for_move
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.river import PipelineRun
from smr_vision.pose import LANDMARKS, Pose
from smr_vision.tool.axis import axis_of
from smr_vision.video import Frame
from tests.moves.test_recognised import POSTURES
from tests.people import Eyes, lying_on_the_side, zigzag
from tests.people import pose as figure

MOVES = load_moves()
SIZE = (480, 700, 3)
PASS_S, SECONDS, FPS = 3.0, 24.0, 10.0
FOOT = ("ankle", "heel", "foot_index")
HAND = ("wrist", "pinky", "index", "thumb")


def posture_of(name: str) -> tuple[Pose, Side | None]:
    """Somebody in position for a move, and on which side; of the lats there is no photograph: a figure."""
    if name == "lats":
        return figure(lying_on_the_side("left"), 0.0), "left"
    posture = next(p for p in POSTURES if p["expect"].split()[0] == name)
    rows = np.array(posture["landmarks"])
    return Pose(0.0, rows[:, :2], rows[:, 2:5], rows[:, 5]), posture["expect"].removeprefix(name).strip() or None


def _shares(still: Pose, side: Side | None) -> Array:
    """By how much of the body's way each landmark goes along on the glute: hand and standing foot stay where they are,
    the knee above it goes half as far, and the ankle on that."""
    assert side is not None
    other = opposite(side)
    leant = max(SIDES, key=lambda s: still.xy[LANDMARKS[f"{s}_wrist"], 1])
    along = np.ones(len(LANDMARKS))
    along[[LANDMARKS[f"{other}_{joint}"] for joint in FOOT] + [LANDMARKS[f"{leant}_{joint}"] for joint in HAND]] = 0.0
    along[[LANDMARKS[f"{other}_knee"], *(LANDMARKS[f"{side}_{joint}"] for joint in FOOT)]] = 0.5
    along[LANDMARKS[f"{side}_knee"]] = 0.75
    return along


def rolled(name: str) -> tuple[SetDone, SetDone]:
    """What is found of 24 s of a move: live, and from a file."""
    move, (still, side) = MOVES[name], posture_of(name)
    low, high = move.zone.green
    body = BodyEstimator().estimate(still, np.zeros(2))
    assert body is not None
    unit = axis_of(body, move.segment, side).unit

    def contact(t: float) -> float:
        return zigzag(t, max(low, -0.1) + 0.02, high - 0.02, PASS_S)

    along = np.ones(len(LANDMARKS))
    if name == "glute":
        along = _shares(still, side)
        unit = np.array([np.sign(unit[0]) * HIP_WIDTH_H * body.stature_px, 0.0])  # from the side all of it shows

    coach = LiveCoach(Flow(plan_for_move(name, MOVES, side)), Eyes(contact), moves=MOVES, menu=True)
    run = PipelineRun(PipelineOptions(MOVES, name, side), Eyes(contact))
    for k in range(round(SECONDS * FPS)):
        t = k / FPS
        # On a roller the body goes twice as far as the roller does.
        went = -2 * (contact(t) - contact(0.0)) * unit
        world = still.world.copy()  # its middle is between the hips, from which what stays moves away
        world[:, 0] -= (1.0 - along) * went[0] * body.stature_m / body.stature_px
        frame = Frame(t, np.full(SIZE, 150, np.uint8))
        pose = replace(still, t=t, xy=still.xy + along[:, None] * went, world=world)
        coach.advance(frame, pose)
        run.advance(frame, pose)
    (live,), (clip,) = coach.finish().sets, run.finish()
    return live, clip


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MOVES))
def test_live_finds_what_the_file_holds(name: str) -> None:
    live, clip = rolled(name)
    assert len(live.passes) >= 5
    assert live.passes == clip.passes
    assert live.time_on_target_s == pytest.approx(clip.time_on_target_s, nan_ok=True)
    assert [(f.check.id, f.start_s, f.end_s) for f in live.faults] == [
        (f.check.id, f.start_s, f.end_s) for f in clip.faults
    ]
