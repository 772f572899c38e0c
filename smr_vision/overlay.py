"""Draws on the picture what the coach sees and says, for annotated clips and for the live window.

`Overlay` keeps its blocks where the person is not: it moves them, slowly, to the corners that are free.
Every line of type is at least 1/22 of the picture's height (live, `big`: 1/18), unless it would not
fit across a narrow picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Final

import numpy as np

from smr_vision.body import SIDES, Array
from smr_vision.brush import (
    BLUE, BOLD, GREEN, INK, LINE, MUTED, ORANGE, SKY, VERMILLION, WHITE, YELLOW, Brush, Colour, Icon, Image, text_width,
)  # fmt: skip
from smr_vision.checks import Verdict
from smr_vision.coach import Feedback, Phase
from smr_vision.corners import Block, Corners
from smr_vision.cues import Cue
from smr_vision.figure import Figure, Placing
from smr_vision.moves import Move
from smr_vision.pose import LANDMARKS
from smr_vision.watcher import Seen

CLIP_TYPE: Final = 22.0  # lines of type in the picture's height: readable on a phone
LIVE_TYPE: Final = 18.0  # readable from three metres on a laptop
WIDE: Final = 15.6  # widths of the two forms of the score, lines of type
TALL: Final = 8.2

# Landmarks whose middles belong to the person too.
_ENDS: Final = np.array(
    [
        (LANDMARKS[f"{side}_{a}"], LANDMARKS[f"{side}_{b}"])
        for side in SIDES
        for a, b in (("shoulder", "elbow"), ("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle"))
    ]
)
_CUE_COLOURS: Final[dict[str, Colour]] = {
    "safety": VERMILLION, "form": ORANGE, "tempo": BLUE, "praise": GREEN, "info": BLUE,
}  # fmt: skip
_CUE_ICONS: Final[dict[str, Icon]] = {"safety": "fault", "form": "watch", "tempo": "watch", "praise": "ok", "info": "ok"}
_PHASES: Final[dict[Phase, tuple[str, Colour]]] = {
    "ready": ("Get into position", LINE), "setup": ("Set-up", SKY), "rolling": ("Rolling", GREEN),
    "holding": ("Hold and breathe", YELLOW), "out": ("Out of position", LINE),
}  # fmt: skip


class Overlay:
    """Draws on pictures of one size; `scale` and `mirror` say how they were made from the camera's."""

    def __init__(self, width: int, height: int, big: bool = False, *, scale: float = 1.0, mirror: bool = False) -> None:
        self._big = big
        # A narrow upright picture is shown by its width: its type goes by that.
        self._type = min(height / (LIVE_TYPE if big else CLIP_TYPE), width / 13)
        self._placing = Placing(scale, width - 1.0 if mirror else None)
        self._corners = Corners(width, height, top=2.6 * self._type)

    def draw(self, image: Image, seen: Seen, banner: Cue | None = None, *, title: str | None = None) -> None:
        """Draw on an RGB picture in place; `title` stands at the top while no move is known."""
        brush = Brush(image)
        Figure(brush, self._placing).draw(seen)
        feedback = seen.feedback
        if banner is not None:
            self._banner(brush, banner)
        else:
            self._header(brush, feedback, title)
        if feedback is None or feedback.move is None or feedback.phase == "ready":
            return
        rows = self._rows(feedback)
        listed = self._list_block(rows, brush)
        room = brush.width - 0.6 * self._type
        wide = Block(min(WIDE * self._type, room), 3.6 * self._type, "bottom")
        tall = Block(min(TALL * self._type, room), 6.6 * self._type, "bottom")
        variant, places = self._corners.update(seen.t, ((listed, wide), (listed, tall)), self._person(seen))
        self._list(brush, rows, *places[0], listed)
        draw_score = (self._wide_score, self._tall_score)[variant]
        draw_score(brush, feedback, feedback.move, *places[1], (wide, tall)[variant])

    def _person(self, seen: Seen) -> Array | None:
        if seen.body is None:
            return None
        points = np.concatenate([seen.pose.xy, (seen.pose.xy[_ENDS[:, 0]] + seen.pose.xy[_ENDS[:, 1]]) / 2])
        sight = seen.feedback.contact.sight if seen.feedback is not None else None
        if sight is not None:
            around = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]]) * sight.radius
            points = np.concatenate([points, sight.near + around])
        return self._placing(points)

    def _header(self, brush: Brush, feedback: Feedback | None, title: str | None) -> None:
        u = self._type
        middle, edge = 0.95 * u, 0.6 * u
        known = feedback is not None and feedback.move is not None and feedback.phase != "ready"
        words, colour = ("", LINE)
        if known and feedback is not None:
            words, colour = _PHASES[feedback.phase]
        left = move_title(feedback) if known and feedback is not None else title
        if left is None:
            return
        room = brush.width - 2.4 * edge
        pill = text_width(words, u) + 1.1 * u if words else 0.0
        brush.card(0.3 * u, 0.25 * u, brush.width - 0.6 * u, 1.5 * u)
        brush.text(left, edge + 0.1 * u, middle + 0.05 * u, 1.05 * u, weight=BOLD, most=room - pill)
        if words:
            brush.dot(brush.width - edge - pill + 0.4 * u, middle + 0.05 * u, 0.3 * u, colour)
            brush.text(words, brush.width - edge - 0.1 * u, middle + 0.05 * u, u, MUTED, align="right")

    def _banner(self, brush: Brush, cue: Cue) -> None:
        u = self._type
        brush.card(0.3 * u, 0.25 * u, brush.width - 0.6 * u, 2.1 * u, _CUE_COLOURS[cue.severity], 0.95)
        most = brush.width - 3.6 * u
        size = 1.5 * u
        width = min(text_width(cue.text, size, BOLD), most)
        x = (brush.width - width) / 2 + 0.8 * u
        ink = INK if cue.severity == "form" else WHITE  # white on orange is too faint
        brush.text(cue.text, x, 1.3 * u, size, ink, weight=BOLD, most=most)
        brush.dot(x - 1.1 * u, 1.3 * u, 0.85 * u, WHITE)
        brush.icon(_CUE_ICONS[cue.severity], x - 1.1 * u, 1.25 * u, 1.15 * u)

    def _rows(self, feedback: Feedback) -> list[_Row]:
        """The check list. From afar only what is not right gets words once the rolling is on."""
        rows = [_Row((_icon_of(v),), v.check.title) for v in feedback.verdicts]
        if not self._big or feedback.phase == "setup":
            return rows
        right = tuple(icon for row in rows for icon in row.icons if icon == "ok")
        return [row for row in rows if row.icons != ("ok",)] + ([_Row(right, "")] if right else [])

    def _list_block(self, rows: list[_Row], brush: Brush) -> Block:
        u = self._type
        width = max((text_width(r.text, u) + (1.3 * len(r.icons) + 0.9) * u for r in rows), default=0.0)
        return Block(min(width, brush.width - 0.6 * u), (1.4 * len(rows) + 0.4) * u, "top")

    def _list(self, brush: Brush, rows: list[_Row], x: float, y: float, block: Block) -> None:
        u = self._type
        brush.card(x, y, block.width, block.height)
        for k, row in enumerate(rows):
            middle = y + (0.9 + 1.4 * k) * u
            for n, icon in enumerate(row.icons):
                brush.icon(icon, x + (0.95 + 1.3 * n) * u, middle, 1.1 * u)
            ink = MUTED if row.icons[0] == "unknown" else WHITE
            brush.text(row.text, x + 1.8 * u, middle, u, ink, most=block.width - 2.2 * u)

    def _wide_score(self, brush: Brush, feedback: Feedback, move: Move, x: float, y: float, block: Block) -> None:
        u = block.width / WIDE
        brush.card(x, y, block.width, block.height)
        middle = y + block.height / 2
        self._seconds(brush, feedback, move, x + 1.9 * u, middle, u)
        brush.text("on target", x + 3.8 * u, middle - 0.6 * u, u, MUTED, most=4.4 * u)
        brush.text(f"of {move.dose.default_s:.0f} s", x + 3.8 * u, middle + 0.7 * u, u)
        self._passes(brush, feedback, x + 9.8 * u, middle, u)
        brush.text("tempo", x + 13.55 * u, middle + 0.95 * u, u, MUTED, align="centre")
        self._tempo(brush, feedback, move, x + 12.1 * u, middle - 0.5 * u, 2.9 * u, u)

    def _tall_score(self, brush: Brush, feedback: Feedback, move: Move, x: float, y: float, block: Block) -> None:
        u = block.width / TALL
        brush.card(x, y, block.width, block.height)
        self._seconds(brush, feedback, move, x + 2.0 * u, y + 1.9 * u, u)
        self._passes(brush, feedback, x + 6.0 * u, y + 1.9 * u, u)
        brush.text(f"of {move.dose.default_s:.0f} s on target", x + 0.5 * u, y + 4.1 * u, u, MUTED, most=block.width - u)
        brush.text("tempo", x + 0.5 * u, y + 5.5 * u, u, MUTED)
        self._tempo(brush, feedback, move, x + 3.7 * u, y + 5.5 * u, block.width - 4.2 * u, u)

    def _seconds(self, brush: Brush, feedback: Feedback, move: Move, x: float, y: float, u: float) -> None:
        """Seconds on target as a ring that closes at the dose."""
        share = feedback.time_on_target_s / move.dose.default_s
        brush.ring(x, y, 1.3 * u, 0.42 * u, share, GREEN if feedback.on_target else SKY)
        brush.text(f"{feedback.time_on_target_s:.0f}", x, y, 1.15 * u, weight=BOLD, align="centre")

    def _passes(self, brush: Brush, feedback: Feedback, x: float, y: float, u: float) -> None:
        word = "pass" if feedback.pass_count == 1 else "passes"
        brush.text(str(feedback.pass_count), x, y - 0.5 * u, 1.7 * u, weight=BOLD, align="centre")
        brush.text(word, x, y + 0.95 * u, u, MUTED, align="centre")

    def _tempo(self, brush: Brush, feedback: Feedback, move: Move, x: float, middle: float, width: float, u: float) -> None:
        """A bar from still to a fault's speed: ideal band green, advice orange, too fast vermillion."""
        tempo = move.tempo
        most = 1.2 * tempo.fault
        top, tall = middle - 0.25 * u, 0.5 * u
        for start, end, colour in (
            (0.0, tempo.ideal[0], LINE), (*tempo.ideal, GREEN), (tempo.ideal[1], tempo.advice, LINE),
            (tempo.advice, tempo.fault, ORANGE), (tempo.fault, most, VERMILLION),
        ):  # fmt: skip
            brush.bar(x + start / most * width, top, (end - start) / most * width, tall, colour)
        if not isnan(feedback.speed_cm_s):
            at = x + min(feedback.speed_cm_s / most, 1.0) * width
            brush.bar(at - 0.1 * u, top - 0.35 * u, 0.2 * u, tall + 0.7 * u, WHITE)


@dataclass(frozen=True)
class _Row:
    """One line of the check list."""

    icons: tuple[Icon, ...]
    text: str


def _icon_of(verdict: Verdict) -> Icon:
    return "watch" if verdict.violated and verdict.state != "fault" else verdict.state


def move_title(feedback: Feedback) -> str:
    """The move's title with its side, as shown and spoken."""
    assert feedback.move is not None
    return titled(feedback.move, feedback.side)


def titled(move: Move, side: str | None) -> str:
    return f"{move.title}, {side} side" if side is not None else move.title
