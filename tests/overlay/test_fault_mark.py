"""What was wrong is marked where it was: in fault pictures."""

from __future__ import annotations

import numpy as np
import pytest

from smr_vision.moves import Check, Move, load_moves
from smr_vision.overlay import Overlay
from smr_vision.overlay.brush import Brush, Image
from smr_vision.overlay.fault_mark import worst_of
from smr_vision.overlay.figure import zone_bands
from smr_vision.pipeline.result import FrameResult
from smr_vision.pose import LANDMARKS
from tests.overlay.test_overlay import SEEN, picture

MOVES = load_moves()
AT = {
    ("thoracic", "hips_lifted"): "hip", ("thoracic", "knees_90"): "knee", ("thoracic", "hands_behind_head"): "wrist",
    ("calf", "hips_lifted"): "hip", ("calf", "leg_crossed"): "ankle", ("glute", "ankle_crossed"): "ankle",
    ("glute", "rolled_to_side"): "shoulder",
}  # fmt: skip


def changed(seen: FrameResult, check: Check) -> Image:
    """Where (height, width) a mark is drawn."""
    without, marked = picture(), picture()
    Overlay(640, 480).draw(without, seen)
    Overlay(640, 480).draw(marked, seen, wrong=check)
    where: Image = (without != marked).any(axis=2)
    return where


@pytest.mark.parametrize(("move", "seen"), [(m, s) for m, s, _ in SEEN], ids=[m.id for m, _, _ in SEEN])
def test_a_check_of_the_body_is_marked_at_its_joint(move: Move, seen: FrameResult) -> None:
    assert seen.feedback is not None
    for check in move.checks:
        joint = AT.get((move.id, check.id))
        where = np.argwhere(changed(seen, check))
        if joint is None:
            continue
        assert len(where), check.id
        places = [seen.pose.xy[LANDMARKS[f"{side}_{joint}"]] for side in ("left", "right")]
        away = min(np.abs(where[:, ::-1] - place).max(axis=1).min() for place in places)
        assert away < 15, check.id


def test_where_the_tool_is_wrong_its_contact_is_marked() -> None:
    move, seen, _ = SEEN[0]
    assert seen.feedback is not None
    assert worst_of(move.by_id["off_lower_back"], seen) == ("contact", seen.feedback.contact.position)
    assert changed(seen, move.by_id["off_lower_back"]).any()


def test_of_a_tempo_nothing_is_marked_on_the_body() -> None:
    for move, seen, _ in SEEN:
        assert not changed(seen, move.by_id["slow"]).any(), move.id


def test_an_angle_is_written_beside_its_joint(monkeypatch: pytest.MonkeyPatch) -> None:
    move, seen, _ = SEEN[0]
    said: list[str] = []
    write = Brush.text
    monkeypatch.setattr(Brush, "text", lambda self, text, *a, **k: (said.append(text), write(self, text, *a, **k))[1])
    Overlay(640, 480).draw(picture(), seen, wrong=move.by_id["knees_90"])
    assert seen.body is not None
    assert f"{seen.body.measure('knee_angle', None):.0f}\N{DEGREE SIGN}" in said


def test_the_target_zone_is_seen_on_cloth_of_its_own_colour() -> None:
    """Its edge, as its colour can't."""
    for move, seen, _ in SEEN:
        image = np.full((480, 640, 3), (0, 158, 115), np.uint8)  # the green of the zone
        Overlay(640, 480).draw(image, seen)
        plain = np.full_like(image, (0, 158, 115))
        bare = FrameResult(seen.t, seen.pose, seen.body, None, seen.feedback, seen.guess)
        Overlay(640, 480).draw(plain, bare)
        contrast = np.abs(image.astype(int) - plain).sum(axis=2) > 200
        assert seen.body is not None
        assert seen.axis is not None
        assert seen.feedback is not None
        zone = zone_bands(seen.body, seen.axis, move, seen.feedback.side)
        corners = np.concatenate([band for colour, band in zone if colour == "green"]).round().astype(int)
        inside = corners[((corners > 4) & (corners < (635, 475))).all(axis=1)]
        edged = [contrast[y - 3 : y + 4, x - 3 : x + 4].any() for x, y in inside]
        assert len(edged) >= 2
        assert np.mean(edged) >= 0.8, move.id  # of one corner the skeleton is in front


def test_marks_keep_to_the_picture() -> None:
    for size in ((320, 240), (480, 854), (1920, 1080)):
        for move, seen, _ in SEEN:
            for check in move.checks:
                image = np.zeros((size[1], size[0], 3), np.uint8)
                Overlay(*size).draw(image, seen, wrong=check)
                assert image.any()
