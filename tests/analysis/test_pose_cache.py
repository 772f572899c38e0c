"""A clip coached again by the poses of an earlier analysis: the same results, and no pose model."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from smr_vision.analysis import Request, analyse
from smr_vision.analysis.pose_cache import find_kept
from smr_vision.errors import InputError
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pose import MediaPipePose
from smr_vision.runtime.machine import bundled_model
from smr_vision.tool.detector import MODEL, RollerDetector
from smr_vision.video import ClipReader, Frame
from smr_vision.video.lazy import LaterFrame, Pictures
from smr_vision.video.writer import ClipWriter
from tests.film import Film

SAMPLE = Path(__file__).parents[2] / "samples" / "videos" / "calf_faults.mp4"
START_S, SECONDS = 8.5, 8.5
MOVES = load_moves()
CALF = PipelineOptions(MOVES, "calf", "right")
CALF_MOVE = MOVES["calf"]
ASKED = {
    "strict": replace(CALF, strictness="strict"),
    "the other side": replace(CALF, side="left"),
    "recognised": PipelineOptions(MOVES),
    "another segment": PipelineOptions(MOVES, "hamstrings", "right"),
    "another move file": replace(
        CALF,
        moves={
            **MOVES,
            "calf": MOVES["calf"].model_copy(
                update={"zone": MOVES["calf"].zone.model_copy(update={"green": (0.3, 0.5)})}
            ),
        },
    ),
}


def results(folder: Path) -> dict[str, bytes]:
    """The files of a folder of results; of the session and the report all but when they were made."""
    files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    session = json.loads(files.pop("session.json"))
    assert session.pop("recorded_at")
    del files["report.html"]
    return {**files, "session.json": json.dumps(session).encode()}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The last seconds of a sample, with a fault in them, at half its size."""
    path = tmp_path_factory.mktemp("clip") / "calf.mp4"
    with ClipReader(SAMPLE, START_S, START_S + SECONDS, max_height=240) as sample:
        frames = list(sample)
    height, width = frames[0].image.shape[:2]
    with ClipWriter(path, width, height) as out:
        for frame in frames:
            out.write(frame)
    return path


@pytest.fixture(scope="module")
def first(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of results of a first analysis."""
    return analyse(request(clip, tmp_path_factory.mktemp("out"), CALF)).folder


def request(clip: Path, out: Path, options: PipelineOptions = CALF, **how: Any) -> Request:
    return Request(clip, out, options, model="lite", **{"video": False, **how})


def forbidden(*_: object, **__: object) -> None:
    raise AssertionError("not to be used")


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("video", [False, True])
def test_the_same_question_gives_the_same_results(
    clip: Path, first: Path, monkeypatch: pytest.MonkeyPatch, video: bool
) -> None:
    monkeypatch.setattr(MediaPipePose, "__init__", forbidden)
    monkeypatch.setattr(RollerDetector, "__init__", forbidden)
    again = analyse(request(clip, first.parent, reuse=first.parent, video=video)).folder
    found = results(again)
    assert found.pop("annotated.mp4", None) is None or video
    assert found == results(first)
    assert any(name.startswith("faults/") for name in found)
    shutil.rmtree(again)


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("options", ASKED.values(), ids=ASKED.keys())
def test_another_question_gives_what_a_fresh_run_gives(
    clip: Path, first: Path, tmp_path: Path, options: PipelineOptions
) -> None:
    again = analyse(request(clip, tmp_path / "again", options, reuse=first.parent)).folder
    fresh = analyse(request(clip, tmp_path / "fresh", options, workers=2)).folder
    assert results(again) == results(fresh)


@pytest.mark.model
@pytest.mark.slow
def test_poses_that_do_not_fit_are_told_in_a_line(clip: Path, first: Path, tmp_path: Path) -> None:
    with ClipReader(clip) as reader:
        with pytest.raises(InputError, match="made with the model lite, not full. Analyse it once without"):
            find_kept(first.parent, reader, "full")
        with pytest.raises(InputError, match="no poses are kept in"):
            find_kept(tmp_path / "nowhere", reader, "lite")
    other = tmp_path / clip.name
    other.write_bytes(clip.read_bytes() + b"\0")
    with ClipReader(other) as reader, pytest.raises(InputError, match="is of another clip"):
        find_kept(first.parent, reader, "lite")


@pytest.mark.model
@pytest.mark.slow
def test_sights_of_a_finder_trained_anew_are_not_taken_for_those_of_this_one(
    clip: Path, first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = bundled_model(MODEL, "roller finder").read_bytes()
    (tmp_path / MODEL).write_bytes(weights[:-8] + bytes(8))
    monkeypatch.setattr(
        sys.modules["smr_vision.analysis.pose_cache"], "bundled_model", lambda file, what: tmp_path / file
    )
    with ClipReader(clip) as reader, pytest.raises(InputError, match="made by other weights.* Analyse it once without"):
        find_kept(first.parent, reader, "lite")


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("damage", [b"", b"PK\3\4 no more", b"not a zip at all"])
def test_the_newest_poses_that_fit_are_taken(clip: Path, first: Path, tmp_path: Path, damage: bytes) -> None:
    for name, data in (("calf", (first / "poses.npz").read_bytes()), ("calf-2", damage), ("calf-other-3", b"")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "poses.npz").write_bytes(data)
    with ClipReader(clip) as reader:
        assert find_kept(tmp_path, reader, "lite").account.end_s == pytest.approx(SECONDS, abs=0.1)
        shutil.rmtree(tmp_path / "calf")
        with pytest.raises(InputError, match=r"calf-2.* is damaged\. Analyse it once without"):
            find_kept(tmp_path, reader, "lite")


def test_pictures_are_found_again_by_their_time(film: Film) -> None:
    clip = film(times=[n / 10 for n in range(80)], size=(64, 48), keyframe_every=30)
    with Pictures(clip) as pictures:
        for number in (0, 1, 2, 7, 5, 8, 60, 3, 61, 61, 79):
            frame: Frame = LaterFrame(number / 10, pictures)
            assert Film.number(frame.image) == number
        with pytest.raises(InputError, match="not the clip that it was"):
            pictures.at(9.0)
