"""Hamstrings, quadriceps, lats, peroneals: the truth of drawn scenes against the posed mesh, bones and tool."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from samples.studio.actor import Moment
from samples.studio.film import Performance
from samples.studio.postures import Posture
from samples.studio.proving import FURTHER, factors_of, scene_of
from samples.studio.tempo import Sway

STILL = Moment(0.0, Sway(0))
# One scene of each move on each side.
SCENES = {
    (f["move"], f["side"]): n for n, f in sorted(((n, factors_of(n)) for n in range(1000, 1064)), reverse=True)
}  # fmt: skip
POSES = {
    "hamstrings": ("good", "leg_bent", "hips_down"), "quadriceps": ("good", "not_in_line"),
    "lats": ("good", "arm_not_overhead", "hips_up"), "peroneals": ("good", "hips_down", "not_on_side"),
}  # fmt: skip
LINE = {
    "hamstrings": ("hip", "knee"), "quadriceps": ("hip", "knee"), "lats": ("shoulder", "hip"),
    "peroneals": ("knee", "ankle"),
}  # fmt: skip


@functools.lru_cache(maxsize=8)
def performance(move: str, side: str) -> Performance:
    number = SCENES[move, side]
    return Performance(scene_of(number, factors_of(number)))


def rolled(move: str, side: str, pose: str = "good") -> list[tuple[float, Posture]]:
    """The posture at the ends and the middle of the sweeps."""
    number = SCENES[move, side]
    f = factors_of(number)
    low = max(f["low"], 0.45) if pose == "hips_down" and move == "hamstrings" else f["low"]
    actor = performance(move, side).actor
    return [(c, actor.pose(pose, c, STILL)) for c in np.linspace(low, max(f["low"] + f["extent"], low), 3)]


both_sides = pytest.mark.parametrize(("move", "side"), [(m, s) for m in FURTHER for s in "LR"])
all_poses = pytest.mark.parametrize(("move", "pose"), [(m, p) for m in FURTHER for p in POSES[m]])


@both_sides
def test_contact_is_where_the_axis_crosses_under_the_segment(move: str, side: str) -> None:
    for contact, posture in rolled(move, side):
        assert posture.tool is not None
        a, b = (posture.pose.joint(f"{joint}_{side}") for joint in LINE[move])
        spot = a + contact * (b - a)
        axis = posture.tool.axis
        cross = posture.tool.centre + axis * (spot[1] - posture.tool.centre[1]) / axis[1]
        flat = np.array([1.0, 0.0, float(move == "lats")])  # under the trunk square to it, under limbs straight below
        measured = (cross - a) @ ((b - a) * flat) / ((b - a) @ ((b - a) * flat))
        # Both thighs lie on the roller: where it lies askew the contact is the mean of theirs.
        assert measured == pytest.approx(contact, abs=0.03 if move == "quadriceps" else 0.015)
        assert posture.contact == pytest.approx(contact, abs=0.015)


@all_poses
def test_the_body_rests_on_the_tool(move: str, pose: str) -> None:
    for contact, posture in rolled(move, "R", pose):
        assert posture.tool is not None
        d = posture.pose.skin() - posture.tool.centre
        d = d[np.abs(d @ posture.tool.axis) < posture.tool.tool.length_m / 2]
        far = np.linalg.norm(d - np.outer(d @ posture.tool.axis, posture.tool.axis), axis=1)
        assert -0.06 < far.min() - posture.tool.tool.radius < 0.025, contact


@both_sides
def test_tool_moves_half_of_what_the_body_moves(move: str, side: str) -> None:
    (_, a), _, (_, b) = rolled(move, side)
    assert a.tool is not None
    assert b.tool is not None
    body = b.pose.mid_hip[0] - a.pose.mid_hip[0]
    assert abs(body) > 0.1
    assert (b.tool.centre[0] - a.tool.centre[0]) / body == pytest.approx(0.5, abs=0.03)


@all_poses
def test_planted_hands_and_feet_stay_and_nobody_sinks_into_the_floor(move: str, pose: str) -> None:
    feet, hands = performance(move, "L").actor.planted(pose)
    assert np.isfinite(feet).any() or np.isfinite(hands).any()
    for _, posture in rolled(move, "L", pose):
        assert posture.pose.skin()[:, 2].min() > -0.05
        for k, side in enumerate("LR"):
            for planted, joint in ((feet, "ankle"), (hands, "wrist")):
                if np.isfinite(planted[k]).all():
                    assert np.linalg.norm(posture.pose.joint(f"{joint}_{side}") - planted[k]) < 0.012, (joint, side)


def test_faults_are_seen_in_the_body() -> None:
    def of(move: str, pose: str) -> Posture:
        return rolled(move, "R", pose)[1][1]

    assert of("hamstrings", "leg_bent").pose.angle("hip_R", "knee_R", "ankle_R") < 146
    assert of("hamstrings", "good").pose.angle("hip_R", "knee_R", "ankle_R") > 160
    assert of("quadriceps", "not_in_line").pose.angle("shoulder_R", "hip_R", "knee_R") < 154
    assert of("quadriceps", "good").pose.angle("shoulder_R", "hip_R", "knee_R") > 162
    for move in ("hamstrings", "peroneals"):
        assert of(move, "hips_down").pose.mid_hip[2] < of(move, "good").pose.mid_hip[2] - 0.04
    assert of("lats", "hips_up").pose.mid_hip[2] > of("lats", "good").pose.mid_hip[2] + 0.1
    arm = [of("lats", pose).pose for pose in ("good", "arm_not_overhead")]
    beyond = [p.joint("wrist_R")[0] - p.joint("shoulder_R")[0] for p in arm]  # the head is towards -x
    assert beyond[0] < -0.4 < beyond[1]
    turned = [of("peroneals", pose).pose for pose in ("good", "not_on_side")]
    across = [
        (p.joint("hip_L") - p.joint("hip_R"))[2] / np.linalg.norm(p.joint("hip_L") - p.joint("hip_R")) for p in turned
    ]
    assert across[0] > 0.9
    assert across[1] < 0.6
