"""Wrong use of the API: a `UsageError` or `InputError` that says what to do instead, never a bare `TypeError`."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import smr_vision as smr
from tests.people import pose as lying
from tests.people import thoracic
from tests.report.sample import make_session

CLIP = Path(__file__).parents[2] / "samples" / "videos" / "calf_good.mp4"


class Acted:
    """A pose source of somebody's own."""

    def __init__(self, pose: Callable[[smr.Frame], Any] = lambda frame: smr.Pose.nobody(frame.t)) -> None:
        self._pose = pose

    def __enter__(self) -> Acted:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def detect(self, frame: smr.Frame) -> Any:
        return self._pose(frame)


def frame(t: Any, image: Any = None) -> smr.Frame:
    return smr.Frame(t, np.zeros((90, 160, 3), np.uint8) if image is None else image)


def pose(t: float, **parts: Any) -> smr.Pose:
    whole = {"xy": np.full((33, 2), 50.0), "world": np.zeros((33, 3)), "visibility": np.ones(33)}
    return smr.Pose(t, **{**whole, **parts})


def recording(**parts: Any) -> smr.LandmarkRecording:
    whole = {"world": np.zeros((5, 33, 3)), "xy": np.zeros((5, 33, 2)), "visibility": np.ones((5, 33))}
    return smr.LandmarkRecording(**{"t": np.arange(5) / 10, **whole, **parts})


def run(video: Any, poses: Any = None, **choices: Any) -> list[smr.FrameResult]:
    return list(smr.Pipeline(move="thoracic", poses=poses or Acted(), **choices).run(video))


def posed(**parts: Any) -> Any:
    return run([frame(0.0), frame(0.1)], Acted(lambda one: pose(one.t, **parts)))


def body() -> smr.Body:
    one = smr.Pipeline(move="thoracic", poses=Acted(lambda at: lying(thoracic(0.2), at.t))).run([frame(0.0)])
    return next(found for result in one if (found := result.body) is not None)


PARTLY = np.zeros((5, 33, 2))
PARTLY[3, 23:25] = nan
PART = np.full((33, 2), 50.0)
PART[4] = nan

WRONG: dict[str, tuple[str, Callable[[], object]]] = {
    "no clip": ("takes the path of a clip", lambda: smr.analyse(None)),  # type: ignore[arg-type]
    "bytes for a clip": ("takes the path of a clip", lambda: smr.analyse(b"roll.mp4")),  # type: ignore[arg-type]
    "a camera's number": ("has to be a path", lambda: smr.open_video(0)),  # type: ignore[arg-type]
    "an address": ("on this computer", lambda: smr.open_video("https://example.org/roll.mp4")),
    "out is a number": ("has to be a path", lambda: smr.analyse(CLIP, out=5)),  # type: ignore[arg-type]
    "out for frames": ("Leave out away", lambda: smr.analyse([frame(0.0)], out="x", poses=Acted())),
    "progress in words": ("give a function", lambda: smr.analyse(CLIP, progress="half")),  # type: ignore[arg-type]
    "cancel is a bool": ("give a function", lambda: smr.analyse(CLIP, cancel=True)),  # type: ignore[arg-type]
    "a move file unread": ("load_move", lambda: smr.Pipeline(move="adductors.toml")),
    "no move": ("Choose auto or one of", lambda: smr.Pipeline(move=None)),  # type: ignore[arg-type]
    "no side": ("Choose one of: auto", lambda: smr.Pipeline(side=None)),  # type: ignore[arg-type]
    "a side of none": ("Leave side away", lambda: smr.Pipeline(move="thoracic", side="left")),
    "a model's name": ("lite, full or heavy", lambda: smr.Pipeline(model="mine.task")),  # type: ignore[arg-type]
    "a list": ("choose one of", lambda: smr.Pipeline(strictness=["strict"])),  # type: ignore[arg-type]
    "a start in words": ("give a number", lambda: smr.Pipeline(start_at="0.2")),  # type: ignore[arg-type]
    "a start that is none": ("give a number", lambda: smr.Pipeline(start_at=nan)),
    "half a worker": ("whole number", lambda: smr.Pipeline(workers=1.5)),  # type: ignore[arg-type]
    "no workers": ("1 or more", lambda: smr.Pipeline(workers=0)),
    "no source": ("no method detect", lambda: smr.Pipeline(poses=object())),  # type: ignore[arg-type]
    "a class": (r"Give an object of it: Acted\(\)", lambda: smr.Pipeline(poses=Acted)),  # type: ignore[arg-type]
    "no finder": ("no method detect", lambda: smr.Pipeline(finder=object())),  # type: ignore[arg-type]
    "a path to run": ("open_video", lambda: run("roll.mp4")),
    "one frame": ("one after another", lambda: run(frame(0.0))),
    "arrays": (r"smr\.Frame\(t, image\)", lambda: run([np.zeros((9, 9, 3), np.uint8)])),
    "no image": ("not list", lambda: run([frame(0.0, [[1]])])),
    "grey": (r"\(90, 160\)", lambda: run([frame(0.0, np.zeros((90, 160), np.uint8))])),
    "an empty image": (r"\(0, 0, 3\)", lambda: run([frame(0.0, np.zeros((0, 0, 3), np.uint8))])),
    "colours turned": ("ascontiguousarray", lambda: run([frame(0.0, np.zeros((9, 9, 3), np.uint8)[..., ::-1])])),
    "two sizes": ("one size", lambda: run([frame(0.0), frame(0.1, np.zeros((80, 160, 3), np.uint8))])),
    "time in words": ("seconds from 0 on", lambda: run([frame("0")])),
    "time before 0": ("seconds from 0 on", lambda: run([frame(-1.0)])),
    "no time": ("seconds from 0 on", lambda: run([frame(nan)])),
    "time that stands still": ("have to grow", lambda: run([frame(0.1), frame(0.1)])),
    "no pose": (r"Pose\.nobody", lambda: run([frame(0.0)], Acted(lambda _: None))),
    "17 landmarks": (r"\(33, 2\)", lambda: posed(xy=np.zeros((17, 2)))),
    "places in lists": ("arrays of float", lambda: posed(xy=[[1.0, 2.0]] * 33)),
    "places in words": ("arrays of float", lambda: posed(xy=np.full((33, 2), "x"))),
    "a landmark missing": (r"right_eye_inner has no place \(NaN\) at 0.000 s", lambda: posed(xy=PART)),
    "the body missing": ("nose has no place", lambda: posed(world=np.full((33, 3), nan))),
    "places without end": ("finite", lambda: posed(xy=np.full((33, 2), inf))),
    "seen at 100": ("0 to 1", lambda: posed(visibility=np.full(33, 100.0))),
    "a pose of another time": (r"frame\.t", lambda: run([frame(0.0)], Acted(lambda one: pose(one.t + 5)))),
    "landmarks alone": ("name the move", lambda: smr.Pipeline().run(recording())),
    "too few landmarks": ("one moment a frame", lambda: run([frame(t / 10) for t in range(9)], recording())),
    "landmarks of 17": (r"\(n, 33, 3\)", lambda: recording(world=np.zeros((5, 17, 3)))),
    "landmarks in words": ("array of numbers", lambda: recording(world="here")),
    "landmarks' times": ("have to grow", lambda: recording(t=np.zeros(5))),
    "landmarks seen at 100": ("0 to 1", lambda: recording(visibility=np.full((5, 33), 100.0))),
    "a landmark missing in a recording": (
        r"left_hip has no place \(NaN\) at 0.300 s",
        lambda: recording(xy=PARTLY),
    ),
    "landmarks without end": ("finite", lambda: recording(world=np.full((5, 33, 3), inf))),
    "clips": ("one clip at a time", lambda: smr.analyse([CLIP, str(CLIP)], poses=Acted())),  # type: ignore[list-item]
    "landmarks in an array": ("LandmarkRecording", lambda: run(np.zeros((5, 33, 3)))),
    "landmarks for a clip": (r"read_landmarks\(path\)", lambda: smr.analyse("mine.csv", move="calf")),
    "landmarks for a video": (r"read_landmarks\(path\)", lambda: smr.open_video("mine.TRC")),
    "the move by place": (r"analyse\(\): too many positional .* move=\.\.\.", lambda: smr.analyse(CLIP, "calf")),  # type: ignore[call-arg,misc]
    "another word": ('unexpected keyword .*Did you mean "move"', lambda: smr.analyse(CLIP, moves="m2")),  # type: ignore[call-arg]
    "nothing": ("missing a required argument: 'path'", smr.open_video),  # type: ignore[call-arg]
    "a pipeline's move by place": (r"Pipeline\(\): too many", lambda: smr.Pipeline("calf")),  # type: ignore[call-arg,misc]
    "half a recording": ("missing a required argument: 'xy'", lambda: smr.LandmarkRecording(np.zeros(1), np.zeros(1))),  # type: ignore[call-arg]
    "a move that comes along": ("move='calf'", lambda: smr.load_move("calf")),
    "no such measure": ('Did you mean "knee_angle" or "working knee_angle"', lambda: body().measure("knee")),
    "a measure by side": ('Did you mean "working elbow_angle"', lambda: body().measure("elbow_angle")),
    "nobody's side": (r'measure\(.working knee_angle., "left"\)', lambda: body().measure("working knee_angle")),
    "nothing like it": ("no such measure. All are in docs", lambda: body().measure("smile")),
    "no move file": ("has to be a path", lambda: smr.load_move(None)),  # type: ignore[arg-type]
    "no landmarks": ("has to be a path", lambda: smr.read_landmarks(None)),  # type: ignore[arg-type]
    "no session": ("has to be a path", lambda: smr.export(object(), "csv")),  # type: ignore[arg-type]
    "a session itself": ("out=folder", lambda: smr.export(make_session(), "trc")),  # type: ignore[arg-type]
    "another format": ("^c3d: there is no such format", lambda: smr.export("here", "c3d")),
    "no format": ("Choose one of: trc", lambda: smr.export("here", None)),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_use_says_what_to_do(name: str) -> None:
    says, call = WRONG[name]
    with pytest.raises(smr.UsageError, match=says):
        call()


@pytest.mark.parametrize(
    "call",
    [smr.open_video, smr.load_move, lambda at: smr.read_landmarks(at / "landmarks.csv"),
     lambda at: smr.export(at / "nowhere", "csv"), lambda at: smr.analyse(at / "roll.mp4")],
)  # fmt: skip
def test_what_can_not_be_read_is_an_input_error(tmp_path: Path, call: Callable[[Path], object]) -> None:
    with pytest.raises(smr.InputError):
        call(tmp_path)


def test_a_closed_run_says_so() -> None:
    results = smr.Pipeline(move="thoracic", poses=Acted()).run([frame(0.0), frame(0.1)])
    next(results)
    results.close()
    results.close()
    with pytest.raises(smr.UsageError, match="closed"):
        next(results)


def test_a_closed_clip_says_so_and_an_open_one_starts_over() -> None:
    with smr.open_video(CLIP) as clip:
        first = [one.t for one, _ in zip(clip, range(5), strict=False)]
        assert [one.t for one, _ in zip(clip, range(5), strict=False)] == first
    with pytest.raises(smr.UsageError, match="Open it again"):
        next(iter(clip))
    with pytest.raises(smr.UsageError, match="Open it again"):
        clip.since(1.0)


def test_a_detector_of_ones_own_has_to_give_what_it_should() -> None:
    class Guess:
        def __init__(self, said: object) -> None:
            self.said = said

        def detect(self, *_: object) -> Any:
            return self.said

    def coached(said: object) -> list[smr.FrameResult]:
        source = Acted(lambda one: lying(thoracic(0.2), one.t))
        return run([frame(t / 10) for t in range(20)], source, finder=Guess(said))

    assert coached(None)[-1].body is not None
    with pytest.raises(smr.UsageError, match="DetectorResult or None"):
        coached(3)


def test_an_error_of_types_within_is_no_wrong_call() -> None:
    def fails(_: smr.Frame) -> Any:
        raise TypeError("a bug of theirs")

    with pytest.raises(TypeError, match="a bug of theirs"):
        smr.analyse([frame(0.0)], poses=Acted(fails))


def test_a_session_says_where_that_is_which_each_set_has() -> None:
    session = make_session()
    for name in ("faults", "passes", "holds"):
        with pytest.raises(AttributeError, match=rf"session\.sets\[i\]\.{name}"):
            getattr(session, name)
    with pytest.raises(AttributeError, match="smile"):
        session.smile  # type: ignore[attr-defined]  # noqa: B018
