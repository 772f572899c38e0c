"""A picture of each fault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from smr_vision.analysis.pictures import KEPT_S, FaultPictures
from smr_vision.coach import Feedback, SetCoach
from smr_vision.coach.checks import FaultSpan
from smr_vision.errors import OutputError
from smr_vision.pipeline.result import FrameResult
from smr_vision.tool import Contact
from smr_vision.video import Frame
from tests.drill import drill
from tests.people import body_with, moments, pose, thoracic

MOVE = drill()


class Marks:
    """Stands in for the overlay: draws a white corner and remembers for which moments."""

    def __init__(self) -> None:
        self.drawn: list[float] = []

    def draw(self, image: np.ndarray, result: FrameResult, *_: object, **__: object) -> None:
        image[:4, :4] = 255
        self.drawn.append(result.t)


def fault(start: float, worst: float, name: str = "lifted") -> FaultSpan:
    return FaultSpan(MOVE.by_id[name], start, worst, worst, 0.1, worst)


def moment(t: float, faults: Iterable[FaultSpan] = ()) -> tuple[Frame, FrameResult]:
    """A grey picture, lighter with time."""
    coach = SetCoach(MOVE, None)
    feedback = coach.advance(body_with(t, {"hip_height": 0.7}), Contact(t, 0.3, "seen", 0.9, None, unseen_s=0.0), True)
    feedback = Feedback(**{**vars(feedback), "new_faults": tuple(faults)})
    image = np.full((72, 96, 3), round(10 * t), np.uint8)
    return Frame(t, image), FrameResult(t, pose(thoracic(), t), None, None, feedback, None)


def taken(tmp_path: Path, end: float, faults: dict[float, list[FaultSpan]]) -> tuple[FaultPictures, Marks]:
    marks = Marks()
    pictures = FaultPictures(tmp_path, marks)  # type: ignore[arg-type]
    for t in moments(0.0, end, 10.0):
        pictures.write(*moment(t, faults.get(round(t, 1), ())))
    return pictures, marks


def test_each_fault_has_a_picture_of_its_worst_moment(tmp_path: Path) -> None:
    pictures, marks = taken(tmp_path, 10.0, {5.0: [fault(3.0, 4.0)], 8.0: [fault(7.0, 7.5, "low")]})
    (name, at), (other, _) = pictures.finish()["lifted", 4.0], pictures.finish()["low", 7.5]
    assert at == pytest.approx(4.0, abs=0.3)
    image = cv2.imread(str(tmp_path / name))
    assert image is not None
    assert image[40:, 40:].mean() == pytest.approx(10 * at, abs=3)
    assert image[:3, :3].mean() > 200
    assert marks.drawn == [at, pytest.approx(7.5, abs=0.3)]
    assert sorted(p.name for p in (tmp_path / "faults").iterdir()) == sorted([Path(name).name, Path(other).name])


def test_colours_are_kept(tmp_path: Path) -> None:
    pictures = FaultPictures(tmp_path, Marks())  # type: ignore[arg-type]
    frame, result = moment(1.0, [fault(1.0, 1.0)])
    frame.image[:] = (220, 30, 30)
    pictures.write(frame, result)
    blue, green, red = cv2.imread(str(tmp_path / pictures.finish()["lifted", 1.0][0]))[40, 60]
    assert red > 180
    assert max(blue, green) < 80


def test_without_a_fault_nothing_is_written(tmp_path: Path) -> None:
    pictures, _ = taken(tmp_path, 5.0, {})
    assert (pictures.finish(), list(tmp_path.iterdir())) == ({}, [])


def test_of_the_past_only_the_last_seconds_are_kept(tmp_path: Path) -> None:
    _, marks = taken(tmp_path, 21.0, {20.0: [fault(1.0, 2.0)]})
    assert marks.drawn[0] == pytest.approx(20.0 - KEPT_S, abs=0.5)


def test_a_large_picture_is_made_smaller(tmp_path: Path) -> None:
    pictures = FaultPictures(tmp_path, Marks())  # type: ignore[arg-type]
    _, result = moment(1.0, [fault(1.0, 1.0)])
    pictures.write(Frame(1.0, np.zeros((1440, 1080, 3), np.uint8)), result)
    assert cv2.imread(str(tmp_path / pictures.finish()["lifted", 1.0][0])).shape == (720, 540, 3)


def test_a_folder_that_can_not_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "faults").write_text("in the way")
    with pytest.raises(OutputError, match="can't be written"):
        taken(tmp_path, 2.0, {1.0: [fault(0.5, 1.0)]})


def test_pictures_of_faults_that_did_not_stand_are_removed(tmp_path: Path) -> None:
    pictures, _ = taken(tmp_path, 10.0, {5.0: [fault(3.0, 4.0)], 8.0: [fault(7.0, 7.5, "low")]})
    kept = pictures.finish()["low", 7.5][0]
    pictures.keep_only([kept, None])
    assert [str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.jpg")] == [str(Path(kept))]
    pictures.keep_only([])
    assert list(tmp_path.iterdir()) == []


class Unlooked(Frame):
    """A picture between two looks for the tool: nobody may have kept what it shows."""

    @property
    def look(self) -> np.ndarray:  # type: ignore[override]
        raise AssertionError


def test_a_picture_between_two_looks_is_never_asked_for(tmp_path: Path) -> None:
    pictures = FaultPictures(tmp_path, Marks())  # type: ignore[arg-type]
    frame, result = moment(0.0)
    pictures.write(frame, replace(result, feedback=None))
    for t, kind in ((0.1, Unlooked), (0.2, Frame), (0.3, Unlooked)):  # a look is due at 0, .2, .4 s
        frame, result = moment(t, [fault(0.1, 0.1)] if t == 0.1 else ())
        pictures.write(kind(t, frame.image), result)
    assert pictures.finish()["lifted", 0.1][1] == 0.2


def test_a_fault_that_gets_worse_after_it_was_decided_is_shown_at_its_worst(tmp_path: Path) -> None:
    """It is decided while it lasts: what the session tells of it comes later."""
    pictures = FaultPictures(tmp_path, Marks())  # type: ignore[arg-type]
    for t in moments(0.0, 24.0, 10.0):
        frame, result = moment(t, [fault(2.0, 3.5)] if abs(t - 3.5) < 0.01 else ())
        if 3.5 <= t < 23.0:
            assert result.feedback is not None
            so_far = replace(fault(2.0, min(t, 8.0)), end_s=t)
            result = replace(result, feedback=replace(result.feedback, running=(so_far,)))
        pictures.write(frame, result)
    assert pictures.finish()["lifted", 8.0][1] == pytest.approx(8.0, abs=0.25)


def test_a_fault_that_lasts_to_the_end_has_its_picture(tmp_path: Path) -> None:
    pictures = FaultPictures(tmp_path, Marks())  # type: ignore[arg-type]
    for t in moments(0.0, 4.0, 10.0):
        frame, result = moment(t)
        assert result.feedback is not None
        running = (fault(1.0, t),) if t >= 2.0 else ()
        pictures.write(frame, replace(result, feedback=replace(result.feedback, running=running)))
    ((_, at),) = pictures.finish().values()
    assert at == pytest.approx(4.0, abs=0.5)


def test_a_fault_that_got_worse_while_getting_off_has_a_picture_of_before_too(tmp_path: Path) -> None:
    """Which of them stands is known when the set is over."""
    before = fault(2.0, 4.0)
    whole = replace(fault(2.0, 7.0), settled=replace(before, end_s=7.0))
    pictures, _ = taken(tmp_path, 9.0, {4.0: [before], 7.0: [whole]})
    names = pictures.finish()
    (file, at), (other, late) = names["lifted", 4.0], names["lifted", 7.0]
    assert at == pytest.approx(4.0, abs=0.3)
    assert late == pytest.approx(7.0, abs=0.3)
    pictures.keep_only([file])
    assert ((tmp_path / file).exists(), (tmp_path / other).exists()) == (True, False)
