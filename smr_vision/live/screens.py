"""The live window's picture at every stage: the board while somebody moves, whole screens in between."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from smr_vision.live import safety
from smr_vision.live.board import KEYS, LAST_KEYS, PAUSED_KEYS, RATING, Board, time_to_go
from smr_vision.live.coaching import Shown
from smr_vision.live.stage_messages import Now, passes_of, target_of
from smr_vision.overlay.brush import BOLD, INK, MUTED, ORANGE, REGULAR, SKY, YELLOW, Brush, Image, text_width

SIZE: Final = (1280, 720)  # of the window's picture: 16:9, as screens are
LIVE_TYPE: Final = 18.0  # lines of type in the height: readable from three metres on a laptop
_DIM: Final = 0.2  # brightness of the camera's picture behind a whole screen


class Screens:
    """Makes the picture to show from camera pictures of one size."""

    def __init__(self, camera: tuple[int, int]) -> None:
        self._camera = camera
        self._u = SIZE[1] / LIVE_TYPE
        self._board = Board(SIZE, camera, self._u)
        self._empty = np.full((SIZE[1], SIZE[0], 3), INK, np.uint8)

    def fits(self, image: Image) -> bool:
        """Whether a picture has the size this was made for."""
        return (image.shape[1], image.shape[0]) == self._camera

    def draw(self, shown: Shown, *, muted: bool = False) -> Image:
        """The picture to show, RGB."""
        now = shown.now
        screens = {"screen": self._safety, "rest": self._rest, "summary": self._summary, "over": self._summary}
        screen = self._paused if now.paused else screens.get(now.stage)
        if screen is None:
            canvas = self._empty.copy()
            self._board.draw(canvas, shown, muted)
            return canvas
        canvas = self._dimmed(shown.frame.image)
        screen(Brush(canvas), now)
        return canvas

    def lost(self, image: Image, left_s: float) -> Image:
        """The camera is gone: its last picture, dimmed, with what is being done about it."""
        canvas = self._dimmed(image)
        words = f"Check its cable. Looking for it for {max(left_s, 0):.0f} s more."
        self._middle(Brush(canvas), "The camera is gone", words)
        return canvas

    def _dimmed(self, image: Image) -> Image:
        small = cv2.resize(image, (SIZE[0] // 8, SIZE[1] // 8), interpolation=cv2.INTER_AREA)
        blurred = cv2.resize(cv2.flip(small, 1), SIZE, interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.addWeighted(blurred, _DIM, self._empty, 1 - _DIM, 0), np.uint8)

    def _safety(self, brush: Brush, now: Now) -> None:
        u, x, y = self._u, 1.2 * self._u, 3.0 * self._u
        brush.text(safety.TITLE, x, 1.3 * u, 1.6 * u, weight=BOLD)
        for line in safety.LINES:
            top = y
            y = brush.paragraph(line, x + 0.7 * u, y, u, brush.width - 2.6 * u, weight=REGULAR, spacing=1.2)
            brush.bar(x, top - 0.5 * u, 0.16 * u, y - top - 0.2 * u, ORANGE)
            y += 0.4 * u
        self._foot(brush, f"{safety.ACCEPT}     q quit", YELLOW)

    def _paused(self, brush: Brush, now: Now) -> None:
        self._middle(brush, "Paused", "Raise an arm for two seconds, or press space, to go on.")
        self._foot(brush, PAUSED_KEYS)

    def _rest(self, brush: Brush, now: Now) -> None:
        u, item = self._u, now.item
        brush.ring(4.6 * u, 4.6 * u, 3.0 * u, 0.8 * u, now.left_s / max(now.stage_s, 1.0), SKY)
        brush.text(f"{now.left_s:.0f}", 4.6 * u, 4.6 * u, 2.8 * u, weight=BOLD, align="centre")
        x, y = 9.2 * u, 4.8 * u
        brush.text("Rest", x, 2.6 * u, 2.0 * u, weight=BOLD)
        if now.tallies:
            last = now.tallies[-1:]
            brush.text(f"{passes_of(last)}, {target_of(last)}", x, y, 1.1 * u, most=brush.width - x - u)
            y += 1.6 * u
        brush.text(time_to_go(now.session_left_s), x, y, u, MUTED)
        if item is not None:
            brush.text("Next", 1.4 * u, 9.2 * u, u, SKY)
            brush.text(item.title, 1.4 * u, 10.7 * u, 1.4 * u, weight=BOLD, most=brush.width - 2.8 * u)
            brush.paragraph(item.move.steps[0], 1.4 * u, 12.4 * u, u, brush.width - 2.8 * u, MUTED)
        self._asked(brush, now)

    def _summary(self, brush: Brush, now: Now) -> None:
        u = self._u
        brush.text(now.ending, 1.2 * u, 1.5 * u, 1.6 * u, weight=BOLD)
        y = 3.4 * u
        # As many sets as fit above the closing lines; the first ones go.
        rows = now.tallies[-6:]
        if len(now.tallies) > len(rows):
            brush.text(f"{len(now.tallies) - len(rows)} sets before, and:", 1.2 * u, y, u, MUTED)
            y += 1.4 * u
        for tally in rows:
            numbers = f"{tally.passes}   {tally.seconds}"
            brush.icon(tally.sign, 1.7 * u, y, 1.1 * u)
            brush.text(tally.title, 2.8 * u, y, u, most=brush.width - text_width(numbers, u) - 5 * u)
            brush.text(numbers, brush.width - 1.2 * u, y, u, MUTED, align="right")
            y += 1.4 * u
        for line in () if now.left_early else now.closing:
            if y < brush.height - 4.2 * u:
                y = brush.paragraph(line, 1.2 * u, y + 0.3 * u, u, brush.width - 2.4 * u, SKY)
        self._asked(brush, now)

    def _asked(self, brush: Brush, now: Now) -> None:
        """The question for discomfort, or the keys."""
        if now.asking is None:
            self._foot(brush, "   ".join(KEYS) if now.stage == "rest" else LAST_KEYS)
        else:
            self._foot(brush, RATING.format(when="in this set"), YELLOW)

    def _foot(self, brush: Brush, words: str, colour: tuple[int, int, int] = MUTED) -> None:
        u = self._u
        brush.text(words, brush.width / 2, brush.height - 1.1 * u, u, colour, align="centre", most=brush.width - u)

    def _middle(self, brush: Brush, title: str, words: str) -> None:
        u, most = self._u, brush.width - 2 * self._u
        brush.text(title, brush.width / 2, 0.42 * brush.height, 2.8 * u, weight=BOLD, align="centre", most=most)
        brush.text(words, brush.width / 2, 0.58 * brush.height, 1.1 * u, MUTED, align="centre", most=most)
