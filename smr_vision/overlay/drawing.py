"""Draws on the pictures of a clip what the coach sees and says.

The blocks of type keep away from the person: they move, slowly, to the corners that are free. Every line
is at least 1/22 of the picture's height, unless it would not fit across a narrow picture.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from smr_vision.body import SIDES, Array
from smr_vision.coach import Feedback
from smr_vision.coach.cues import Cue
from smr_vision.coach.sets import PASSES_NOT_SEEN, place_words
from smr_vision.moves import Check, Move
from smr_vision.overlay.brush import BOLD, MUTED, Brush, Image, text_width
from smr_vision.overlay.corners import Block, Corners
from smr_vision.overlay.fault_mark import Mark
from smr_vision.overlay.figure import Figure, Placing
from smr_vision.overlay.panels import (
    PHASES,
    TALL,
    TALL_HIGH,
    WIDE,
    WIDE_HIGH,
    CheckRow,
    Panels,
    passes_of,
    rows_of,
    seconds_of,
)
from smr_vision.overlay.stamps import Stamps
from smr_vision.pipeline.result import FrameResult
from smr_vision.pose import LANDMARKS

CLIP_TYPE: Final = 22.0  # lines of type in the picture's height: readable on a phone
NARROW_TYPE: Final = 17.0  # sizes of type in the width of a narrow picture, which is shown by its width
Box = tuple[float, float, float, float]
"""x, y, width, height."""

# Landmarks whose middles belong to the person too.
_ENDS: Final = np.array(
    [
        (LANDMARKS[f"{side}_{a}"], LANDMARKS[f"{side}_{b}"])
        for side in SIDES
        for a, b in (("shoulder", "elbow"), ("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle"))
    ]
)
_AROUND: Final = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])


class Overlay:
    """Draws on pictures of one size; they may be `scale` times as large as those in which places are given."""

    def __init__(self, width: int, height: int, scale: float = 1.0) -> None:
        self._scale = scale
        self._unit = min(height / CLIP_TYPE, width / NARROW_TYPE)
        self._stamps = Stamps()
        self._corners = Corners(width, height, top=2.6 * self._unit)

    def draw(self, image: Image, seen: FrameResult, banner: Cue | None = None, *, wrong: Check | None = None) -> None:
        """Draw on an RGB picture, in place; `banner` is the cue to show, `wrong` a check of which is marked what it
        found."""
        brush = Brush(image)
        u, feedback = self._unit, seen.feedback
        figure = Figure(brush, Placing(self._scale))
        figure.draw(seen)
        if banner is not None:
            self._banner(image, banner)
        if feedback is None or feedback.phase == "ready":
            return
        if banner is None:
            self._header(image, feedback)
        rows = rows_of(feedback)
        listed = Block(*Panels(brush, u).check_size(rows, brush.width - 0.6 * u), "top")
        wide, tall = Block(WIDE * u, WIDE_HIGH * u, "bottom"), Block(TALL * u, TALL_HIGH * u, "bottom")
        variant, (list_at, score_at) = self._corners.place(
            seen.t, ((listed, wide), (listed, tall)), person_points(seen, self._scale)
        )
        self._checks(image, rows, (*list_at, listed.width, listed.height))
        if variant == 0:
            self._score(image, feedback, (*score_at, wide.width, wide.height), Panels.wide_score)
            Panels(brush, u).wide_needle(feedback, feedback.move, *score_at)
        else:
            self._score(image, feedback, (*score_at, tall.width, tall.height), Panels.tall_score)
            Panels(brush, u).tall_needle(feedback, feedback.move, *score_at)
        if wrong is not None:
            Mark(brush, Placing(self._scale), figure.thick, u).draw(seen, wrong)

    def _banner(self, image: Image, cue: Cue) -> None:
        u, width = self._unit, image.shape[1]

        def paint(brush: Brush) -> None:
            Panels(brush, u).banner(cue, 0.3 * u, 0.25 * u, width - 0.6 * u)

        self._stamps.put(image, "banner", cue, paint)

    def _header(self, image: Image, feedback: Feedback) -> None:
        u, width = self._unit, image.shape[1]
        place = place_words(assumed=feedback.tool == "assumed", unplaced=feedback.unplaced)
        place = place or (f" ({PASSES_NOT_SEEN})" if feedback.uncounted else "")
        title = f"{feedback.move.titled(feedback.side)}{place}"
        words, colour = PHASES[feedback.phase]

        def paint(brush: Brush) -> None:
            middle, pill = u, text_width(words, u) + 1.2 * u
            brush.card(0.3 * u, 0.25 * u, width - 0.6 * u, 1.5 * u)
            brush.text(title, 0.7 * u, middle, 1.05 * u, weight=BOLD, most=width - pill - 1.8 * u)
            brush.dot(width - 0.7 * u - pill + 0.4 * u, middle, 0.3 * u, colour)
            brush.text(words, width - 0.7 * u, middle, u, MUTED, align="right")

        self._stamps.put(image, "header", (title, feedback.phase), paint)

    def _checks(self, image: Image, rows: list[CheckRow], box: Box) -> None:
        def paint(brush: Brush) -> None:
            brush.card(*box)
            Panels(brush, self._unit).checks(rows, box[0], box[1], box[2])

        self._stamps.put(image, "checks", (box, *rows), paint)

    def _score(
        self, image: Image, feedback: Feedback, box: Box, draw: Callable[[Panels, Feedback, Move, float, float], None]
    ) -> None:
        move, on_target = feedback.move, feedback.on_target
        seconds = seconds_of(feedback)  # the ring steps with the number in it

        def paint(brush: Brush) -> None:
            brush.card(*box)
            draw(Panels(brush, self._unit), feedback, move, box[0], box[1])

        self._stamps.put(image, "score", (box, move.id, on_target, seconds, *passes_of(feedback)), paint)


def person_points(seen: FrameResult, scale: float = 1.0) -> Array | None:
    """Points (n, 2) all over the person and the tool, which no block should cover; in a picture `scale` times as
    large."""
    if seen.body is None:
        return None
    xy = seen.pose.xy
    points = np.concatenate([xy, (xy[_ENDS[:, 0]] + xy[_ENDS[:, 1]]) / 2])
    detection = seen.feedback.contact.detection if seen.feedback is not None else None
    return scale * (
        points if detection is None else np.concatenate([points, detection.near + _AROUND * detection.radius])
    )
