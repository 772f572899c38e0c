"""What the finder makes of the heat maps that its net draws."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from smr_vision.moves import Move, load_moves
from smr_vision.tool import Look
from smr_vision.tool.axis import Ruler
from smr_vision.tool.crop import HEIGHT, WIDTH, crop_of
from smr_vision.tool.detector import CELL, RollerNet
from smr_vision.video import Frame
from tests.people import measured, thoracic

THORACIC = load_moves()["thoracic"]
BODY = measured(thoracic())
RULER = Ruler(np.array([250.0, 300.0]), np.array([150.0, 0.0]))
CROP = crop_of(RULER, THORACIC.segment, BODY.stature_px)
FOOT, NEAR, MIDDLE = 0.3, 0.2, 0.4
BELOW = np.array([0.0, 20.0])  # the tool's near end and middle lie under the segment


class Drawn:
    """A net that sees what it is told: each point a bright spot on its own map."""

    def __init__(self, points: NDArray[np.float64], touching: float) -> None:
        self._points, self._numbers = points, np.array([[touching, np.log(8.0), -2.0]], np.float32)

    def setInput(self, blob: NDArray[np.float32]) -> None:
        assert blob.shape[2:] == (HEIGHT, WIDTH)

    def forward(self, _: list[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        rows, columns = np.mgrid[: HEIGHT // CELL, : WIDTH // CELL]
        x, y = (columns + 0.5) * CELL, (rows + 0.5) * CELL
        maps = [-((x - px) ** 2 + (y - py) ** 2) / 20 for px, py in self._points]
        return np.array([maps], np.float32), self._numbers


def look(monkeypatch: pytest.MonkeyPatch, centred: float, touching: float = 4.0, length: float = 1.0) -> Look | None:
    """What is found where the foot, near end and middle lie at FOOT, NEAR, MIDDLE of a segment `length` rulers long."""
    points = np.array([RULER.at(FOOT), RULER.at(NEAR) + BELOW, RULER.at(MIDDLE) + BELOW, RULER.at(0), RULER.at(length)])
    monkeypatch.setattr(cv2.dnn, "readNetFromONNX", lambda *_, **__: Drawn(CROP.into(points), touching))
    segment = THORACIC.segment.model_copy(update={"centred": centred})
    move: Move = THORACIC.model_copy(update={"segment": segment})
    return RollerNet().find(Frame(0.0, np.zeros((480, 640, 3), np.uint8)), BODY, RULER, move, None)


@pytest.mark.parametrize(("centred", "place"), [(0.0, FOOT), (0.5, (FOOT + MIDDLE) / 2), (1.0, MIDDLE)])
def test_the_tools_middle_has_its_share_in_where_it_touches(
    monkeypatch: pytest.MonkeyPatch, centred: float, place: float
) -> None:
    found = look(monkeypatch, centred)
    assert found is not None
    assert found.sight is not None
    assert found.sight.along == pytest.approx(place, abs=0.01)
    assert found.sight.touch == pytest.approx(RULER.at(place), abs=1.5)
    assert found.sight.near == pytest.approx(RULER.at(NEAR) + BELOW, abs=1.5)


@pytest.mark.parametrize(("touching", "length"), [(-4.0, 1.0), (4.0, 0.4)])
def test_nothing_is_seen_where_none_touches_or_where_net_and_pose_disagree(
    monkeypatch: pytest.MonkeyPatch, touching: float, length: float
) -> None:
    found = look(monkeypatch, 0.0, touching, length)
    assert found is not None
    assert found.sight is None
