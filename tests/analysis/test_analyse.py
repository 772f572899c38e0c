"""One clip, from the file to the folder of results, with a stand-in for the pose model."""

from __future__ import annotations

import csv
import errno
import html
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from smr_vision.analysis import Request, analyse, annotate
from smr_vision.analysis.series import SeriesWriter
from smr_vision.errors import DeviceError, InputError, NobodyError, OutputError
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pose import Pose, PoseSource
from smr_vision.session import read_session
from smr_vision.video import ClipReader, Frame
from smr_vision.video.writer import ClipWriter
from tests.film import Film
from tests.people import Act, Camera, Eyes, pose, standing, then, thoracic, zigzag

FILES = {"session.json", "series.csv", "poses.npz", "annotated.mp4", "report.html"}
SECONDS = 7.0
ROLLING: Act = then((1.0, lambda t: standing()), (99.0, lambda t: thoracic(zigzag(t - 1, 0.05, 0.45, 2.0))))
ROLLER = Eyes(lambda t: zigzag(t - 2, 0.05, 0.45, 2.0) if t >= 1.0 else None)  # where `ROLLING` has it


class Actor(PoseSource):
    """A pose source that knows what the person does at each moment."""

    def __init__(self, act: Act, breaks_at: float = 1e9) -> None:
        self._act = act
        self._breaks_at = breaks_at

    def detect(self, frame: Frame) -> Pose:
        if frame.t >= self._breaks_at:
            raise RuntimeError("a bug")
        return pose(self._act(frame.t), frame.t, Camera(scale=60.0, at=(100.0, 90.0)))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Film(tmp_path_factory.mktemp("film"))("a clip.mp4", times=round(10 * SECONDS), size=(192, 108))


def request(clip: Path, out: Path, **how: Any) -> Request:
    return Request(clip, out, PipelineOptions(load_moves(), how.pop("move", None)), **how)


class Unplugged(Actor):
    """The disk with the clip goes away while it is read."""

    def detect(self, frame: Frame) -> Pose:
        if frame.t >= 1.0:
            raise OSError(errno.EIO, "gone")
        return super().detect(frame)


def test_a_clip_that_goes_away_is_the_input_not_the_results(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a clip.mp4 can't be read to its end"):
        analyse(request(clip, tmp_path), source=Unplugged(ROLLING))
    assert not list(tmp_path.iterdir())


def test_results_that_can_not_be_written_are_the_output(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(SeriesWriter, "write", refuse)
    with pytest.raises(OutputError, match="can't be written"):
        analyse(request(clip, tmp_path), source=Actor(ROLLING))
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_clip_leaves_a_whole_folder(clip: Path, tmp_path: Path) -> None:
    outcome = analyse(request(clip, tmp_path / "out", person="Änne"), source=Actor(ROLLING), finder=ROLLER)
    folder = outcome.folder
    assert folder == tmp_path / "out" / "a clip"
    assert {p.name for p in folder.iterdir()} - {"faults"} == FILES
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["a clip"]

    session = read_session(folder / "session.json")
    assert session == outcome.session
    assert (session.move, session.side, session.person, session.complete) == ("thoracic", None, "Änne", True)
    assert session.recognised is not None
    assert session.totals.pass_count == 2
    assert session.source.frames == round(10 * SECONDS)
    assert session.source.duration_s == pytest.approx(SECONDS, abs=0.01)
    assert session.tracking.pose_share == 1.0

    with (folder / "series.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == session.source.frames
    with np.load(folder / "poses.npz") as kept:
        assert len(kept["records"]) == session.source.frames
        assert session.id == rows[0]["session"] == json.loads(str(kept["about"]))["session"] != ""
    with ClipReader(folder / "annotated.mp4") as annotated:
        assert sum(1 for _ in annotated) == session.source.frames
        assert annotated.end_s == pytest.approx(SECONDS, abs=0.05)
    assert "<html" in (folder / "report.html").read_text(encoding="utf-8").lower()


def test_without_video_all_else_is_there(clip: Path, tmp_path: Path) -> None:
    outcome = analyse(request(clip, tmp_path, video=False), source=Actor(ROLLING))
    assert {p.name for p in outcome.folder.iterdir()} - {"faults"} == FILES - {"annotated.mp4"}


def test_a_fault_has_its_picture(clip: Path, tmp_path: Path) -> None:
    outcome = analyse(
        request(clip, tmp_path, video=False), source=Actor(lambda t: thoracic(hips=0.08)), finder=Eyes(lambda t: 0.3)
    )
    (fault,) = [f for f in outcome.session.sets[0].faults if f.check == "hips_lifted"]
    assert fault.picture is not None
    assert (outcome.folder / fault.picture).is_file()


def test_a_fault_that_lasts_to_the_end_has_its_picture_by_kept_poses_too(film: Film, tmp_path: Path) -> None:
    """And so has the one before it."""
    clip = film(times=140, size=(192, 108))
    act = Actor(lambda t: thoracic() if 5.0 < t < 9.0 else thoracic(hips=0.08))
    first = analyse(request(clip, tmp_path / "first", video=False), source=act, finder=Eyes(lambda t: 0.3))
    again = analyse(request(clip, tmp_path / "again", video=False, reuse=tmp_path / "first"))
    pictures = [{path.name: path.read_bytes() for path in one.folder.glob("faults/*")} for one in (first, again)]
    assert sum(name.startswith("hips_lifted") for name in pictures[0]) == 2
    assert pictures[0] == pictures[1]


def test_a_named_move_is_not_recognised(clip: Path, tmp_path: Path) -> None:
    outcome = analyse(request(clip, tmp_path, video=False, move="thoracic"), source=Actor(ROLLING), finder=ROLLER)
    assert (outcome.session.move, outcome.session.recognised) == ("thoracic", None)


def test_a_taken_folder_gets_a_number(clip: Path, tmp_path: Path) -> None:
    names = [
        analyse(request(clip, tmp_path, video=False), source=Actor(lambda t: standing())).folder.name for _ in range(3)
    ]
    assert names == ["a clip", "a clip-2", "a clip-3"]
    sessions = [json.loads((tmp_path / name / "session.json").read_text()) for name in names]
    assert len({json.dumps(s | {"recorded_at": ""}) for s in sessions}) == 1


def test_no_known_move_is_a_session_without_sets(clip: Path, tmp_path: Path) -> None:
    session = analyse(request(clip, tmp_path, video=False), source=Actor(lambda t: standing())).session
    assert (session.sets, session.move, session.recognised) == ((), None, None)
    assert session.notes == ("nobody rolled: no roller or ball was seen under anybody",)


@pytest.mark.parametrize(
    ("act", "note"),
    [
        (ROLLING, "no roller seen under you: nothing was counted"),
        (lambda t: standing(), "nobody was in the position of the upper back roll: nothing was counted"),
    ],
    ids=["on nothing", "not in position"],
)
def test_a_named_move_that_nobody_does_is_a_line_and_no_set(clip: Path, tmp_path: Path, act: Act, note: str) -> None:
    wanted = request(clip, tmp_path, video=False, move="thoracic")
    session = analyse(wanted, source=Actor(act), finder=Eyes(lambda t: None)).session
    assert (session.sets, session.totals.faults, session.totals.pass_count) == ((), 0, 0)
    assert session.notes == (note,)


def test_progress_is_told_up_to_the_end(clip: Path, tmp_path: Path) -> None:
    told: list[tuple[float, float]] = []
    analyse(request(clip, tmp_path, video=False), lambda *at: told.append(at), Actor(lambda t: standing()))
    assert [t for t, _ in told] == sorted(t for t, _ in told)
    assert told[-1] == (pytest.approx(SECONDS - 0.1), pytest.approx(SECONDS))


# Failures leave nothing


@pytest.mark.parametrize("act", [lambda t: None, lambda t: standing() if t < 0.15 else None], ids=["nobody", "a ghost"])
def test_a_clip_without_a_person(clip: Path, tmp_path: Path, act: Act) -> None:
    with pytest.raises(NobodyError, match="nobody to analyse"):
        analyse(request(clip, tmp_path), source=Actor(act))
    assert list(tmp_path.iterdir()) == []


def test_a_bug_in_the_middle_leaves_nothing(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="a bug"):
        analyse(request(clip, tmp_path), source=Actor(ROLLING, breaks_at=3.0))
    assert list(tmp_path.iterdir()) == []


def test_stopping_it_leaves_nothing(clip: Path, tmp_path: Path) -> None:
    def stop(done: float, _: float) -> None:
        if done > 2.0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        analyse(request(clip, tmp_path), stop, Actor(ROLLING))
    assert list(tmp_path.iterdir()) == []


def test_no_clip_no_folder(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("not a clip")
    for name in ("none.mp4", "text.mp4"):
        with pytest.raises(InputError):
            analyse(request(tmp_path / name, tmp_path / "out"), source=Actor(ROLLING))
    assert not (tmp_path / "out").exists()


def test_a_folder_that_can_not_be_made_is_one_clear_line(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file in the way")
    with pytest.raises(OutputError, match="--out"):
        analyse(request(clip, tmp_path / "out"), source=Actor(ROLLING))


def test_a_clip_cut_off_is_analysed_as_far_as_it_goes_and_says_so(film: Film, tmp_path: Path) -> None:
    whole = film("cut.mp4", times=60, size=(192, 108)).read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) * 2 // 3])
    session = analyse(request(tmp_path / "cut.mp4", tmp_path / "out", video=False), source=Actor(ROLLING)).session
    assert not session.complete
    assert any("cut off" in note or "damaged" in note for note in session.notes)
    assert 20 < session.source.frames < 60


@pytest.mark.slow
def test_a_move_of_the_trainers_own_gets_a_full_report(clip: Path, tmp_path: Path) -> None:
    ours = load_moves()["thoracic"]
    check = ours.checks[0].model_copy(update={"title": "The trainer's own words"})
    own = ours.model_copy(update={"id": "own_roll", "title": "Our own roll", "checks": (check, *ours.checks[1:])})
    folder = analyse(
        Request(clip, tmp_path, PipelineOptions({"own_roll": own}, "own_roll")), source=Actor(ROLLING), finder=ROLLER
    ).folder
    page = html.unescape((folder / "report.html").read_text(encoding="utf-8"))
    assert "Our own roll" in page
    assert "The trainer's own words" in page


class Breaking(ClipWriter):
    """An encoder that fails in the middle."""

    def write(self, frame: Frame) -> None:
        if frame.t > 1.0:
            raise DeviceError("the disk is full")
        super().write(frame)


@pytest.mark.alone
def test_an_encoder_that_fails_ends_it_at_once_whatever_waits_for_it(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotate, "ClipWriter", Breaking)
    began = time.monotonic()
    with pytest.raises(DeviceError, match="full"):
        analyse(request(clip, tmp_path, workers=2), source=Actor(ROLLING))
    assert time.monotonic() - began < 20
    assert not list(tmp_path.iterdir())
    assert not [thread for thread in threading.enumerate() if thread.name == "annotate"]


STOPPED_AS_IT_STARTS = """
import os, signal, sys, threading, time
from pathlib import Path
from smr_vision.runtime.stop import heed_stops
heed_stops()
from smr_vision.analysis.annotate import Annotator
from smr_vision.pose import Pose
from smr_vision.video import ClipReader
from smr_vision.pipeline.result import FrameResult
wait = threading.Event.wait
def waits(self, *given):
    caller = sys._getframe(1)
    if caller.f_code.co_name == "start" and caller.f_locals["self"].name == "annotate":
        time.sleep(0.1)  # its thread runs already
        os.kill(os.getpid(), signal.SIGTERM)
    return wait(self, *given)
threading.Event.wait = waits
with ClipReader(Path(sys.argv[1])) as clip, Annotator(Path(sys.argv[2]), clip.info, workers=2) as annotator:
    for frame in clip:
        annotator.write(frame, FrameResult(frame.t, Pose.nobody(frame.t), None, None, None, None))
"""


# Windows has no SIGTERM that a program can answer.
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_told_to_stop_while_the_annotator_starts_it_waits_for_nobody(clip: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", STOPPED_AS_IT_STARTS, str(clip), str(tmp_path / "annotated.mp4")]
    assert subprocess.run(command, timeout=60, check=False).returncode == 143
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("full_size", "size"), [(False, (1280, 720)), (True, (1440, 810))])
def test_the_annotated_clip_is_no_larger_than_it_is_shown(
    film: Film, tmp_path: Path, full_size: bool, size: tuple[int, int]
) -> None:
    clip = film(size=(1440, 810))
    outcome = analyse(request(clip, tmp_path, full_size=full_size, video=True), source=Actor(ROLLING))
    with ClipReader(outcome.folder / "annotated.mp4") as made:
        assert (made.info.width, made.info.height) == size
    assert (outcome.session.source.width, outcome.session.source.height) == (1440, 810)


def test_a_hold_through_a_silence_of_a_screen_recording_keeps_its_time(tmp_path: Path) -> None:
    """Seven seconds, of which five have no picture; somebody lies still on the roller throughout."""
    still = Film.picture(7, 192, 108)

    class Recorder(Film):
        @staticmethod
        def picture(number: int, width: int = 192, height: int = 108) -> Any:
            return still

    screen = Recorder(tmp_path)("screen.mp4", times=[*np.arange(0, 2, 0.1), *np.arange(7, 9, 0.1)], size=(192, 108))
    how: dict[str, Any] = {"move": "thoracic", "video": False}
    finder = Eyes(lambda t: 0.2)
    outcome = analyse(request(screen, tmp_path / "out", **how), source=Actor(lambda t: thoracic(0.2)), finder=finder)
    (found,) = outcome.session.sets
    assert found.time_on_target_s == pytest.approx(8.9, abs=0.6)
    assert [h.end_s - h.start_s for h in found.holds] == [pytest.approx(8.9, abs=0.6)]
    assert any("unchanged pictures" in note for note in outcome.session.notes)
    again = analyse(request(screen, tmp_path / "out", reuse=tmp_path / "out", **how))
    assert again.session.notes == outcome.session.notes
    assert again.session.id == outcome.session.id
    assert [s.time_on_target_s for s in again.session.sets] == [found.time_on_target_s]
