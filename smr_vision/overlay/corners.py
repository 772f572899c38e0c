"""Which corners of the picture are free of the person: where blocks of type may stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final, Literal

import numpy as np

from smr_vision.body import Array

STAYS_S: Final = 1.5  # a block moves only when another corner has been better for this long: no hopping
MARGIN: Final = 0.012  # from the picture's edge, of its mean side
LEAST_GAIN: Final = 0.9  # landmarks uncovered that make a move worth it
LOOKS_EVERY_S: Final = 0.2
HEAD_ROOM: Final = 0.015  # around each landmark, of the picture's mean side


@dataclass(frozen=True)
class Block:
    """Something rectangular to place, pixels, and the edge it belongs to when both are free."""

    width: float
    height: float
    prefers: Literal["top", "bottom"]


class Corners:
    """Places blocks in the corners of a picture, away from the person; `top` pixels are taken by a header."""

    def __init__(self, width: int, height: int, top: float) -> None:
        self._size = width, height
        self._top = top
        self._mean = (width + height) / 2
        self._chosen: tuple[int, tuple[int, int]] | None = None
        self._better_since: float | None = None
        self._looked_t = -1e9

    def place(
        self, t: float, variants: Sequence[tuple[Block, ...]], person: Array | None
    ) -> tuple[int, list[tuple[float, float]]]:
        """Which of the variants of two blocks to show, and their upper left corners; `person` are points
        (n, 2) of the body in the picture."""
        if self._chosen is None or not 0 <= t - self._looked_t < LOOKS_EVERY_S:
            self._chosen = self._look(t, variants, person)
            self._looked_t = t
        variant, pair = self._chosen
        return variant, [self._at(corner, block) for corner, block in zip(pair, variants[variant], strict=True)]

    def _look(
        self, t: float, variants: Sequence[tuple[Block, ...]], person: Array | None
    ) -> tuple[int, tuple[int, int]]:
        """The variant and corners to take from now on."""
        options = [(k, (a, b)) for k in range(len(variants)) for a, b in permutations(range(4), 2)]
        blocks = {block for variant in variants for block in variant}
        each = {(corner, block): self._cost(corner, block, person) for corner in range(4) for block in blocks}
        costs = [
            0.4 * k + self._overlap(pair, variants[k]) + sum(each[one] for one in zip(pair, variants[k], strict=True))
            for k, pair in options
        ]
        best = int(np.argmin(costs))
        if self._chosen is None:
            return options[best]
        if costs[best] + LEAST_GAIN >= costs[options.index(self._chosen)]:
            self._better_since = None
            return self._chosen
        self._better_since = t if self._better_since is None else self._better_since
        if t - self._better_since < STAYS_S:
            return self._chosen
        self._better_since = None
        return options[best]

    def _at(self, corner: int, block: Block) -> tuple[float, float]:
        """Corners are numbered 0 upper left, 1 upper right, 2 lower left, 3 lower right."""
        margin = MARGIN * self._mean
        x = margin if corner % 2 == 0 else self._size[0] - margin - block.width
        y = self._top if corner < 2 else self._size[1] - margin - block.height
        return x, y

    def _cost(self, corner: int, block: Block, person: Array | None) -> float:
        """Landmarks that a block would cover there, and a little for the wrong edge."""
        cost = 0.5 if (corner < 2) != (block.prefers == "top") else 0.0
        if person is not None:
            x, y = self._at(corner, block)
            room = HEAD_ROOM * self._mean
            inside = (person > (x - room, y - room)) & (person < (x + block.width + room, y + block.height + room))
            cost += int(inside.all(axis=1).sum())
        return cost

    def _overlap(self, pair: tuple[int, int], blocks: tuple[Block, ...]) -> float:
        """More than anything where the two would lie on each other."""
        a, b = blocks
        (ax, ay), (bx, by) = (self._at(corner, block) for corner, block in zip(pair, blocks, strict=True))
        if ax < bx + b.width and bx < ax + a.width and ay < by + b.height and by < ay + a.height:
            return 1e6
        return 0.0
