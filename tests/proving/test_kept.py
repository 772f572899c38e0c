"""What is kept of a clip comes back as it was, to the steps it is kept in."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.proving.kept import LOOK, METRE, PIXEL, SURENESS, Kept, Replay, Track, load, look_of, numbers_of, save
from smr_vision.moves import load_moves
from smr_vision.pose import Pose
from smr_vision.tool import Look, Sight
from smr_vision.tool.axis import Ruler, line_of


def a_look(seen: bool) -> Look:
    ruler = Ruler(np.array([10.0, 20.0]), np.array([100.0, -5.0]))
    sight = Sight(np.array([50.0, 60.0]), 12.0, np.array([70.0, 60.0]), np.array([55.0, 50.0]), 0.4, 0.03, 101.0, 0.9)
    return Look(sight if seen else None, ruler, 0.9 if seen else 0.1)


def a_clip() -> tuple[Kept, str]:
    n, random = 7, np.random.default_rng(1)
    xy = random.uniform(-50, 1900, (n, 33, 2))
    world, visibility = random.uniform(-1, 1, (n, 33, 3)), random.uniform(0, 1, (n, 33))
    xy[3], world[3], visibility[3] = np.nan, np.nan, 0
    line = line_of(load_moves()["thoracic"].segment, None)
    looks = np.full((n, LOOK), np.nan)
    looks[0], looks[4] = numbers_of(a_look(True)), numbers_of(a_look(False))
    track = Track(xy, world, visibility, random.uniform(-5, 5, (n, 2)), {line: looks})
    truth = {"name": "one", "move": "none", "factors": {"fps": 10}}
    return Kept("one", truth, np.arange(n) / 10, (1920, 1080), {"full": track}), line


def test_a_clip_comes_back(tmp_path: Path) -> None:
    kept, line = a_clip()
    save(kept, tmp_path / "one.npz")
    back = load(tmp_path / "one.npz")
    ours, theirs = kept.tracks["full"], back.tracks["full"]
    assert back.truth == kept.truth
    assert back.size == (1920, 1080)
    np.testing.assert_array_equal(back.t, kept.t)
    np.testing.assert_allclose(theirs.xy, ours.xy, atol=PIXEL / 2 + 1e-9)
    np.testing.assert_allclose(theirs.world, ours.world, atol=METRE / 2 + 1e-9)
    np.testing.assert_allclose(theirs.visibility, ours.visibility, atol=SURENESS / 2 + 1e-9)
    np.testing.assert_allclose(theirs.looks[line], ours.looks[line], rtol=1e-6)
    assert [pose.found for pose in back.poses("full")] == [k != 3 for k in range(7)]


def test_the_stand_in_says_what_the_finder_said() -> None:
    kept, _ = a_clip()
    replay, move = Replay(kept, "full"), load_moves()["thoracic"]
    frames = list(kept.frames())
    assert frames[0].image.shape == (1080, 1920, 3)

    def found(k: int) -> Look | None:
        return replay.find(frames[k], None, None, move, None)  # type: ignore[arg-type]

    seen, empty = found(0), found(4)
    assert seen is not None
    assert seen.sight is not None
    assert seen.sight.along == 0.4
    assert empty is not None
    assert empty.sight is None
    assert empty.chance == 0.1
    assert found(1) is None
    np.testing.assert_array_equal(replay.update(frames[2], Pose.nobody(0.2)), kept.tracks["full"].room[2])


def test_no_look_is_no_look() -> None:
    assert look_of(numbers_of(None)) is None
