"""Blocks painted once look as if they were painted anew, and are painted anew when they change."""

from __future__ import annotations

import numpy as np
import pytest

from smr_vision.overlay.brush import Brush, Image
from smr_vision.overlay.stamps import Stamps


def noise(seed: int, width: int = 160, height: int = 90) -> Image:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def block(brush: Brush) -> None:
    brush.card(20.3, 10.7, 90.0, 40.0)
    brush.text("12 passes", 26.0, 30.0, 15.0)
    brush.icon("ok", 100.0, 40.0, 14.0)


def outside(brush: Brush) -> None:
    brush.card(120.0, 60.0, 90.0, 60.0)


def nothing(brush: Brush) -> None:
    del brush


@pytest.mark.parametrize("paint", [block, outside, nothing])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_stamp_looks_like_what_is_painted(paint: object, seed: int) -> None:
    assert callable(paint)
    painted, stamped = noise(seed), noise(seed)
    paint(Brush(painted))
    stamps = Stamps()
    stamps.put(noise(9), "block", "look", paint)
    stamps.put(stamped, "block", "look", paint)
    assert np.abs(painted.astype(int) - stamped.astype(int)).max() <= 2  # rounding


def test_it_is_painted_again_only_when_its_look_changes() -> None:
    painted: list[str] = []
    stamps = Stamps()
    for look in ("a", "a", "b", "b", "a"):
        stamps.put(noise(1), "block", look, lambda brush, look=look: painted.append(look))  # type: ignore[misc]
    stamps.put(noise(1), "another", "a", lambda brush: painted.append("another"))
    assert painted == ["a", "a", "b", "b", "a", "a", "another", "another"]  # on black and on white
