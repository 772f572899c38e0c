"""The motion part of the proving ground: physics, truth, errors, and a sample of it through the pipeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pytest

from benchmarks.proving.baseline_counter import plain_counts
from benchmarks.proving.keep import lines
from benchmarks.proving.motion.__main__ import score_one
from benchmarks.proving.motion.actor import Role, Sway, Tool
from benchmarks.proving.motion.build import draw_build
from benchmarks.proving.motion.draw import ACTORS, draw_scene, joint, sequence
from benchmarks.proving.motion.errors import Shown, measure
from benchmarks.proving.motion.figure import landmarks
from benchmarks.proving.motion.phases import draw_plan
from benchmarks.proving.motion.truth import angles
from benchmarks.proving.motion.vectors import Array
from benchmarks.proving.score import Score
from smr_vision.moves import load_moves
from smr_vision.pose import LANDMARKS

RESTS = {"thoracic": 0.3, "calf": 0.46, "glute": 0.0, "pec": 0.65}
PLANTED = {
    "thoracic": ("left_ankle", "right_ankle"), "calf": ("left_wrist", "right_wrist"),
    "glute": ("left_ankle", "right_wrist"), "pec": ("left_ankle", "right_ankle"),
}  # fmt: skip


def rolled(move: str) -> tuple[Array, Array, Array]:
    """Landmarks, tool and contact of somebody who rolls once there and back, working the right side."""
    rng = np.random.default_rng(4)
    build, n = draw_build(rng), 41
    tool = Tool("ball", 0.05, 0.0, 0.0, 0.0) if move == "pec" else Tool("roller", 0.07, 0.5, 0.0, 0.0)
    actor = ACTORS[move](rng, Role(build, tool, None if move == "thoracic" else "R", RESTS[move], 0.24))
    contact = RESTS[move] + 0.12 * np.sin(np.linspace(0, 2 * np.pi, n))
    body = landmarks(build, actor.pose("good", contact, Sway(*[np.zeros(n)] * 4)))
    return body, actor.tool_at(contact), contact


@pytest.mark.parametrize("move", ACTORS)
def test_the_contact_is_where_the_contract_says(move: str) -> None:
    body, tool, contact = rolled(move)
    hips, shoulders = joint(body, "mid_hips"), joint(body, "mid_shoulders")
    if move == "thoracic":
        trunk, away = (hips - shoulders) * [1, 0, 1], (tool - shoulders) * [1, 0, 1]
        measured = (trunk * away).sum(1) / (trunk * trunk).sum(1)
    elif move == "calf":
        knee, ankle = body[:, LANDMARKS["right_knee"], 0], body[:, LANDMARKS["right_ankle"], 0]
        measured = (tool[:, 0] - knee) / (ankle - knee)
    elif move == "glute":
        width = np.linalg.norm(body[:, LANDMARKS["left_hip"]] - body[:, LANDMARKS["right_hip"]], axis=1)
        measured = (tool[:, 0] - hips[:, 0]) / width
    else:
        half = np.linalg.norm(body[:, LANDMARKS["left_shoulder"]] - body[:, LANDMARKS["right_shoulder"]], axis=1) / 2
        measured = (shoulders[:, 1] - tool[:, 1]) / half
    assert measured == pytest.approx(contact, abs=1e-6)


@pytest.mark.parametrize("move", ACTORS)
def test_the_roller_rolls_without_slip_under_planted_hands_and_feet(move: str) -> None:
    body, tool, contact = rolled(move)
    axis = 1 if move == "pec" else 0
    there = contact.argmax()
    carried = joint(body, {"pec": "mid_shoulders", "calf": "right_knee"}.get(move, "mid_hips"))
    gone = carried[there, axis] - carried[0, axis]
    assert tool[there, axis] - tool[0, axis] == pytest.approx(gone / 2, rel=0.03)
    for name in PLANTED[move]:
        assert np.ptp(body[:, LANDMARKS[name]], axis=0).max() < 0.002, name


def test_a_sequence_is_known_by_its_number() -> None:
    one, again, other = sequence(6), sequence(6), sequence(8)
    (model,) = one.tracks
    assert one.truth == again.truth
    assert np.array_equal(one.tracks[model].xy, again.tracks[model].xy, equal_nan=True)
    assert one.truth["factors"] != other.truth["factors"]
    assert (one.truth["split"], sequence(7).truth["split"]) == ("dev", "test")


def test_a_sequence_has_a_look_along_every_line_five_times_a_second() -> None:
    kept = sequence(6)
    (track,) = kept.tracks.values()
    assert set(track.looks) == set(lines(load_moves()))
    for numbers in track.looks.values():
        told = np.isfinite(numbers[:, 15]).sum()
        assert told == pytest.approx(5 * (kept.t[-1] - kept.t[0]), abs=2)


def test_passes_that_are_meant_well_are_plainly_slow() -> None:
    for seed in range(40):
        plan = draw_plan(np.random.default_rng(seed), "thoracic", 9.0)
        for sweep in plan.line.turns:
            if sweep.extent >= load_moves()["thoracic"].passes.least:
                fast = plan.line.stretch_of(sweep).phase.fault == "too_fast"
                assert (sweep.seconds < 1.0 or 51.7 * sweep.extent / sweep.seconds > 15.0) == fast


def test_a_body_is_measured_about_as_well_as_by_mediapipe() -> None:
    """Over many bodies, joints lie off by hundredths of the trunk, and knees seen from the side by a few degrees."""
    far, knees = [], []
    for number in range(60):
        scene = draw_scene(np.random.default_rng(number))
        if scene.move != "thoracic" or abs(scene.view.off) > 20:
            continue
        camera, body = scene.view.camera, scene.body
        xy = camera.project(body)[..., :2]
        deep = (body - joint(body, "mid_hips")[:, None]) @ np.stack(camera.axes).T
        size = camera.width, camera.height
        shown = Shown(scene.t, xy, deep, scene.view.azimuth, "thoracic", scene.contact, scene.build.height, size)
        told = measure(np.random.default_rng(number), "full", shown)
        trunk = np.linalg.norm(joint(xy, "mid_shoulders") - joint(xy, "mid_hips"), axis=1)
        off = np.linalg.norm(told.xy - xy, axis=2) / trunk[:, None]
        far.append(float(np.median(off[:, LANDMARKS["left_shoulder"] :])))
        near = "R" if abs(scene.view.azimuth) < 90 else "L"
        flat = np.concatenate([told.xy, np.zeros_like(told.xy[..., :1])], 2)
        knees.append(float(np.median(np.abs(angles(flat)[f"knee_{near}"] - angles(body)[f"knee_{near}"]))))
    assert 0.03 < np.median(far) < 0.15
    assert 1.0 < np.median(knees) < 10.0


def test_the_plain_counter_counts_what_sways() -> None:
    kept = sequence(6)
    (counted,) = plain_counts(kept)
    assert counted.true == kept.truth["pass_count"]
    assert counted.counted >= 1


SAMPLE = range(0, 200, 2)  # of the dev part: the test part is scored by itself
# A little below what is reached, shares: raise them with it. Over many sequences: docs/accuracy.md.
LEAST_TOLD = {"thoracic": 1.0, "calf": 1.0, "glute": 0.9, "pectoral": 1.0}  # passes told, not called unknown,
LEAST = {"thoracic": 0.82, "calf": 0.62, "glute": 0.55, "pectoral": 0.55}  # and exact where they are told
LEAST_ALL = {"exact": 0.60, "within one": 0.78, "move and side": 0.83}
MOST_SETS_WHERE_NOBODY_ROLLS = 4  # of 18


@pytest.fixture(scope="module")
def sample() -> Sequence[Score]:
    return [one for number in SAMPLE for one in score_one(number)]


def test_a_sample_is_counted_as_well_as_before(sample: Sequence[Score]) -> None:
    by_move = defaultdict(list)
    for one in sample:
        by_move[one.move].append(one.result)
    rolled = [r for move, some in by_move.items() if move != "none" for r in some]
    told = {m: [r for r in by_move[m] if not r.uncounted] for m in LEAST}
    assert {m: len(told[m]) / len(by_move[m]) >= LEAST_TOLD[m] for m in LEAST} == dict.fromkeys(LEAST, True)
    assert {m: np.mean([r.passes_exact for r in told[m]]) >= LEAST[m] for m in LEAST} == dict.fromkeys(LEAST, True)
    reached = {
        "exact": np.mean([r.passes_exact for r in rolled]), "within one": np.mean([r.passes_off <= 1 for r in rolled]),
        "move and side": np.mean([r.recognised for r in rolled]),
    }  # fmt: skip
    assert {name: reached[name] >= least for name, least in LEAST_ALL.items()} == dict.fromkeys(LEAST_ALL, True)


def test_in_a_sample_no_more_sets_are_told_where_nobody_rolls(sample: Sequence[Score]) -> None:
    told = [one.name for one in sample if one.move == "none" and one.result.sets]
    assert len(told) <= MOST_SETS_WHERE_NOBODY_ROLLS, told
