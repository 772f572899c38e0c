"""Which move a posture is, among all moves: poses of people on a roller, as the heavy model saw them.

postures.json: the photographs named `...-SMR__N` are of the public-domain free-exercise-db, the others are
moments of rendered clips. A landmark is x, y (pixels), x, y, z (metres), visibility.
"""

import json
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from smr_vision.body import BodyMeter
from smr_vision.coach.recogniser import IN_POSTURE, Guess, Recogniser, candidates, posture_scores
from smr_vision.moves import load_moves
from smr_vision.pose import Pose

POSTURES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "postures.json").read_text(encoding="utf-8"))
WAYS = [candidates(load_moves(), None, None), candidates(load_moves(), None, None)[::-1]]


def guessed(landmarks: list[list[float]], among: Any, seconds: float = 3.0) -> Guess | None:
    """What a still shown for some seconds is taken for, the tool not seen."""
    rows = np.array(landmarks)
    meter, recogniser = BodyMeter(), Recogniser(among)
    guess = None
    for t in np.arange(0, seconds, 0.1):
        body = meter.update(Pose(float(t), rows[:, :2], rows[:, 2:5], rows[:, 5]), np.zeros(2))
        guess = recogniser.update(float(t), body, "none", False)
    return guess


@pytest.mark.parametrize("among", WAYS, ids=["in order", "in reverse order"])
@pytest.mark.parametrize("posture", POSTURES, ids=lambda p: p["picture"])
def test_posture_is_told_from_all_other_moves(posture: dict[str, Any], among: Any) -> None:
    guess = guessed(posture["landmarks"], among)
    if posture["expect"] == "none":
        assert guess is None or guess.score < IN_POSTURE
        return
    assert guess is not None
    move, side = guess.candidate.key
    # By posture alone; with the tool seen the score is no lower.
    assert f"{move} {side}".removesuffix(" None") == posture["expect"]


def test_nothing_measured_is_no_move() -> None:
    landmarks = [[nan] * 5 + [0.0] for _ in range(33)]
    assert guessed(landmarks, WAYS[0]) is None


def test_a_new_move_takes_nothing_from_the_others() -> None:
    """In the posture of one move, each other move scores well below it."""
    for posture in POSTURES:
        rows = np.array(posture["landmarks"])
        body = BodyMeter().update(Pose(0.0, rows[:, :2], rows[:, 2:5], rows[:, 5]), np.zeros(2))
        assert body is not None
        scores = {c.key: posture_scores(c, body).possible for c in WAYS[0]}
        name, _, side = posture["expect"].partition(" ")
        own = scores.get((name, side or None), 0.0)
        rivals = [s for (move, _), s in scores.items() if move != name]
        assert posture["expect"] == "none" or max(rivals) <= own - 0.15, posture["picture"]
