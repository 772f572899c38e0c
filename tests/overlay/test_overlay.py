"""What is drawn: in the picture, away from the person, readable, told apart without colour."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from smr_vision.coach.cues import Cue, CuePlanner
from smr_vision.moves import Move, load_moves
from smr_vision.overlay import Overlay, brush, person_points
from smr_vision.overlay import drawing as overlay
from smr_vision.overlay.brush import Brush, Icon, Image, fitting, text_width, wrapped
from smr_vision.overlay.corners import Block, Corners
from smr_vision.overlay.figure import zone_bands
from smr_vision.overlay.panels import seconds_of, speed_of
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.result import FrameResult
from smr_vision.pipeline.river import PipelineRun
from tests.people import Camera, Eyes, calf, frame, glute, moments, pectoral, pose, thoracic, zigzag

MOVES = load_moves()
GREY = 90


def picture(width: int = 640, height: int = 480) -> Image:
    return np.full((height, width, 3), GREY, np.uint8)


def seen_moves() -> list[tuple[Move, FrameResult, Cue | None]]:
    """One moment in the middle of a set of each move."""
    found = []
    for move, figure, camera in (
        (MOVES["thoracic"], thoracic, Camera()),
        (MOVES["calf"], lambda c: calf("right", c), Camera()),
        (MOVES["glute"], lambda c: glute("right", c), Camera(-60.0)),
        (MOVES["pectoral"], lambda c: pectoral("right", c), Camera(60.0)),
    ):
        low, high = move.zone.assumed - 0.15, move.zone.assumed + 0.15

        def contact(t: float, low: float = low, high: float = high) -> float:
            return zigzag(t, low, high, 2.0)

        pipeline = PipelineRun(PipelineOptions(MOVES, move.id), Eyes(contact))
        cues = CuePlanner()
        last: tuple[FrameResult, Cue | None] | None = None
        for t in moments(0.0, 6.0, 8.0):
            seen = pipeline.advance(frame(t), pose(figure(contact(t)), t, camera))
            last = seen, cues.choose(seen.feedback)
        assert last is not None
        found.append((move, *last))
    return found


SEEN = seen_moves()


@pytest.mark.parametrize("size", [(640, 480), (854, 480), (480, 854), (320, 240), (1920, 1080)])
@pytest.mark.parametrize(("move", "seen", "cue"), SEEN, ids=[m.id for m, _, _ in SEEN])
def test_draws_on_pictures_of_any_shape(size: tuple[int, int], move: Move, seen: FrameResult, cue: Cue | None) -> None:
    image = picture(*size)
    Overlay(*size).draw(image, seen, cue)
    assert image.shape == (size[1], size[0], 3)
    assert (image != GREY).any()


@pytest.mark.parametrize(("move", "seen", "cue"), SEEN, ids=[m.id for m, _, _ in SEEN])
def test_no_block_of_type_stands_on_the_person(
    move: Move, seen: FrameResult, cue: Cue | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards: dict[tuple[float, float, float, float], None] = {}  # in the order drawn
    monkeypatch.setattr(Brush, "card", lambda self, x, y, w, h, *_: cards.setdefault((x, y, w, h)))
    Overlay(640, 480).draw(picture(), seen)
    points = person_points(seen)
    assert points is not None
    assert len(cards) == 3  # header, checks, score
    for x, y, width, height in list(cards)[1:]:
        inside = (points > (x, y)).all(axis=1) & (points < (x + width, y + height)).all(axis=1)
        assert not inside.any(), move.id


def test_type_is_large_enough_and_in_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[str, float, int]] = []
    write = brush.cv2.putText

    def spy(
        image: Image, text: str, at: tuple[int, int], colour: object, font: object, size: int, *rest: object
    ) -> object:
        written.append((text, at[0] + text_width(text, size), size))
        return write(image, text, at, colour, font, size, *rest)

    monkeypatch.setattr(brush.cv2, "putText", spy)
    for _, seen, _ in SEEN:
        Overlay(640, 480).draw(picture(), seen, Cue(0.0, "Bend your knees to a right angle", "", "note", "form"))
    assert len(written) > 20
    for text, right, size in written:
        assert size >= 480 / overlay.CLIP_TYPE - 1, text
        assert right <= 640, text


def test_a_place_that_nobody_can_see_is_called_so_and_nothing_is_drawn_there(monkeypatch: pytest.MonkeyPatch) -> None:
    written, rings = [], []
    monkeypatch.setattr(Brush, "text", lambda self, text, *place, **how: written.append(text))
    monkeypatch.setattr(Brush, "dot", lambda self, *place: rings.append(place))
    _, seen, _ = SEEN[0]
    assert seen.feedback is not None
    Overlay(640, 480).draw(picture(), seen)
    placed = len(rings)
    unsure = replace(seen.feedback.contact, confidence=0.2)
    feedback = replace(seen.feedback, contact=unsure, zone=None, unplaced=True)
    rings.clear()
    Overlay(640, 480).draw(picture(), replace(seen, feedback=feedback))
    assert any("(place not seen)" in text for text in written)
    assert len(rings) == placed - 2  # the dot where the tool touches, and its edge


def test_passes_that_nobody_can_see_are_a_dash_and_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(Brush, "text", lambda self, text, *place, **how: written.append(text))
    _, seen, _ = SEEN[0]
    assert seen.feedback is not None
    Overlay(640, 480).draw(picture(), replace(seen, feedback=replace(seen.feedback, pass_count=0, uncounted=True)))
    assert any("(passes not seen)" in text for text in written)
    assert written[written.index("passes") - 1] == "\N{EN DASH}"


@pytest.mark.parametrize("tool", ["seen", "assumed"])
def test_a_place_that_is_assumed_is_called_so(tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(Brush, "text", lambda self, text, *place, **how: written.append(text))
    _, seen, _ = SEEN[0]
    assert seen.feedback is not None
    feedback = replace(seen.feedback, tool=tool)
    Overlay(640, 480).draw(picture(), replace(seen, feedback=feedback))
    assert any("(place assumed)" in text for text in written) == (tool == "assumed")


def test_nobody_in_the_picture_draws_nothing() -> None:
    image = picture()
    Overlay(640, 480).draw(image, PipelineRun(PipelineOptions(MOVES), None).advance(frame(0.0), pose(None)))
    assert (image == GREY).all()


def test_signs_differ_without_colour() -> None:
    signs = []
    icons: tuple[Icon, ...] = ("ok", "fault", "watch", "unknown")
    for icon in icons:
        image = np.zeros((40, 40, 3), np.uint8)
        Brush(image).icon(icon, 20, 20, 32)
        signs.append((image.min(axis=2) > 180, image.max(axis=2) > 60))  # the white sign and the shape below it
    for a in range(4):
        for b in range(a):
            assert (signs[a][0] != signs[b][0]).mean() > 0.03, (icons[a], icons[b])


@pytest.mark.parametrize("words", ["Größe — ½ Δx", "Łódź", "Привет", "漢字", "", "wide " * 12])
def test_any_words_can_be_written(words: str) -> None:
    image = np.zeros((60, 400, 3), np.uint8)
    Brush(image).text(words, 10, 30, 24, most=380)
    assert image.any() == bool(words)
    assert text_width(words, fitting(words, 24, 500, 380), 500) <= 400


def test_lines_break_between_words() -> None:
    lines = wrapped("Lower back off the roller", 40, 500, 300)
    assert " ".join(lines) == "Lower back off the roller"
    assert len(lines) > 1
    assert all(text_width(line, 40, 500) <= 300 for line in lines)


def test_things_at_the_edge_are_cut_off_not_failed() -> None:
    brush_ = Brush(picture(64, 48))
    brush_.card(-20, -20, 40, 40)
    brush_.card(60, 40, 100, 100)
    brush_.card(200, 200, 10, 10)
    brush_.icon("ok", 2, 2, 20)
    brush_.ring(-5, 70, 30, 4, 0.5, brush.GREEN)
    brush_.dashed_ring(60, 0, 30, 2, brush.WHITE)


def test_the_zone_is_painted_as_wide_as_the_body_on_the_segment() -> None:
    for move, seen, _ in SEEN:
        assert seen.body is not None
        assert seen.axis is not None
        assert seen.feedback is not None
        bands = dict(zone_bands(seen.body, seen.axis, move, seen.feedback.side))
        green = bands["green"]
        width = np.linalg.norm(green[0] - green[-1])
        assert 0.02 * seen.body.stature_px < width < 0.2 * seen.body.stature_px, move.id
        middle = seen.axis.at(sum(move.zone.green) / 2)
        assert np.linalg.norm(green.mean(axis=0) - middle) < 0.1 * seen.body.stature_px, move.id


def test_blocks_stay_where_they_are_when_the_person_only_wobbles() -> None:
    corners = Corners(640, 480, 50)
    blocks = ((Block(200, 100, "top"), Block(300, 70, "bottom")),)
    person = np.array([[500.0, 100.0]])
    first = corners.place(0.0, blocks, person)
    assert first[1][0][0] < 100  # upper left: the person is upper right
    assert corners.place(0.1, blocks, np.array([[100.0, 100.0]])) == first  # a single moment moves nothing
    for k in range(20):
        moved = corners.place(0.2 + k / 10, blocks, np.array([[100.0, 100.0]]))
    assert moved != first


def test_seconds_on_target_are_a_dash_until_the_place_is_known() -> None:
    feedback = SEEN[0][1].feedback
    assert feedback is not None
    unknown = replace(feedback, time_on_target_s=0.0, on_target_known=False)
    assert seconds_of(unknown) == "\N{EN DASH}"
    assert seconds_of(replace(unknown, on_target_known=True)) == "0"
    assert seconds_of(replace(feedback, zone="red", time_on_target_s=0.0)) == "0"
    assert seconds_of(replace(feedback, zone=None, time_on_target_s=7.2)) == "7"


def test_the_gauge_of_the_tempo_has_a_number() -> None:
    feedback = SEEN[0][1].feedback
    assert feedback is not None
    assert speed_of(replace(feedback, speed_cm_s=7.6)) == "8 cm/s"
    assert speed_of(replace(feedback, speed_cm_s=4000.0)) == "99 cm/s"
    assert speed_of(replace(feedback, speed_cm_s=float("nan"))) == "\N{EN DASH} cm/s"
