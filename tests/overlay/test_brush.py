"""Drawing by hand: what is written does not depend on who else writes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from smr_vision.overlay.brush import BOLD, REGULAR, Brush, Image


def written(size: int, weight: int) -> Image:
    image = np.zeros((60, 400, 3), np.uint8)
    Brush(image).text("Calf roll, right side", 5, 30, size, weight=weight)
    return image


def test_type_is_the_same_while_another_thread_writes_too() -> None:
    """The annotated clip is drawn beside the pictures of faults."""
    kinds = ((20, BOLD), (29, REGULAR))
    alone = [written(*kind) for kind in kinds]
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda n: (n, written(*kinds[n])), [0, 1] * 400))
    assert all(np.array_equal(image, alone[n]) for n, image in found)


def test_lines_at_once_are_those_drawn_one_by_one() -> None:
    pieces = np.random.default_rng(1).uniform(-20, 120, (40, 2, 2))
    once, each = np.zeros((100, 100, 3), np.uint8), np.zeros((100, 100, 3), np.uint8)
    Brush(once).lines(pieces, 2.3, (200, 100, 50))
    for a, b in pieces:
        Brush(each).line(a, b, 2.3, (200, 100, 50))
    assert each.any()
    assert np.array_equal(once, each)
