"""`import smr_vision as smr`: what is public."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import smr_vision as smr


def test_every_public_name_is_there_and_explained() -> None:
    assert all(getattr(smr, name) is not None for name in smr.__all__)
    assert all(getattr(smr, name).__doc__ for name in smr.__all__)


def test_importing_loads_nothing_heavy() -> None:
    code = "import sys, smr_vision; print([m for m in ('mediapipe', 'cv2', 'numpy', 'av') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "[]"


def test_the_room_does_not_hide_the_function() -> None:
    import smr_vision.analysis.session_builder  # noqa: F401

    assert callable(smr.analyse)


def test_what_can_not_be_read_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(smr.InputError):
        smr.analyse(tmp_path / "nothing.mp4")
    with pytest.raises(smr.InputError):
        smr.load_move(tmp_path / "nothing.toml")


def test_wrong_use_is_a_usage_error() -> None:
    with pytest.raises(smr.UsageError, match="no such move"):
        smr.Pipeline(move="juggling")
    with pytest.raises(smr.UsageError, match="open_video"):
        smr.Pipeline().run("roll.mp4")  # type: ignore[arg-type]


class Nobody:
    """A pose source of somebody's own that sees nobody."""

    def __enter__(self) -> "Nobody":
        return self

    def __exit__(self, *stop: object) -> None:
        pass

    def detect(self, frame: smr.Frame) -> smr.Pose:
        return smr.Pose.nobody(frame.t)


def frames(count: int) -> list[smr.Frame]:
    return [smr.Frame(i / 10, np.zeros((90, 160, 3), np.uint8)) for i in range(count)]


def test_frames_and_poses_of_ones_own_each_give_a_result() -> None:
    results = list(smr.Pipeline(move="thoracic", poses=Nobody()).run(frames(5)))
    assert [result.t for result in results] == [0.0, 0.1, 0.2, 0.3, 0.4]
    assert not any(result.pose.found or result.feedback for result in results)


def test_times_that_do_not_grow_are_refused() -> None:
    with pytest.raises(smr.UsageError, match="grow"):
        list(smr.Pipeline(poses=Nobody()).run([*frames(3), frames(1)[0]]))


def test_nobody_in_it_is_an_error_of_its_kind() -> None:
    with pytest.raises(smr.NobodyError, match="nobody to analyse"):
        smr.analyse(frames(30), poses=Nobody())


def test_an_analysis_can_be_watched_and_cancelled() -> None:
    told: list[float] = []
    with pytest.raises(smr.CancelledError, match=r"0\.2 s"):
        smr.analyse(
            frames(30), poses=Nobody(), progress=lambda done, _: told.append(done), cancel=lambda: len(told) == 3
        )
    assert told == [0.0, 0.1, 0.2]


@pytest.mark.model
@pytest.mark.slow
def test_a_clip_in_memory_is_the_session_that_would_be_written(tmp_path: Path) -> None:
    clip = Path(__file__).parents[2] / "samples" / "videos" / "calf_good.mp4"
    held = smr.analyse(clip, move="calf", model="lite")
    written = smr.analyse(clip, move="calf", model="lite", out=tmp_path / "out", video=False)
    assert not (tmp_path / "out" / "calf_good" / "annotated.mp4").exists()
    told = [one.model_dump() for one in (held, written)]
    assert held.totals.pass_count > 0
    assert held.id == written.id
    assert [s["passes"] for s in told[0]["sets"]] == [s["passes"] for s in told[1]["sets"]]
    assert [s["checks"] for s in told[0]["sets"]] == [s["checks"] for s in told[1]["sets"]]
    assert told[0]["totals"] == told[1]["totals"]
    assert told[0]["notes"] == told[1]["notes"]
    assert told[0]["source"] == told[1]["source"]
