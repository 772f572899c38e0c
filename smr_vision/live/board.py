"""The live window while somebody moves: the camera's picture, and beside and below it what to know.

Nothing covers the person: the picture stands upper left, the panel with checks and score to its right, a
strip with the time left and the keys below. Type is 1/18 of the height and more: read from three metres.
"""

from __future__ import annotations

from typing import Final

import cv2

from smr_vision.coach import Feedback
from smr_vision.coach.cues import Cue
from smr_vision.live.coaching import Shown
from smr_vision.live.stage_messages import Breath, Now
from smr_vision.moves import Move
from smr_vision.overlay.brush import BOLD, GREEN, INK, LINE, MUTED, SKY, WHITE, YELLOW, Brush, Colour, Image, wrapped
from smr_vision.overlay.figure import Figure, Placing
from smr_vision.overlay.panels import CheckRow, Panels, passes_of, rows_of, speed_of

KEYS: Final = ("space pause   n next   m mute", "f full screen   q quit")
PAUSED_KEYS: Final = "space go on   n next   m mute   f full screen   q quit"
LAST_KEYS: Final = "space done   m mute   f full screen   q quit"
RATING: Final = "Discomfort {when}? 0 to 9, t for 10"
SCORE_TOP: Final = 0.715  # of the height, where the score begins
COUNT_MIDDLE: Final = 0.78  # and where the count of the 3-2-1 has its middle
COUNT_TOP: Final = 0.55
_PICTURE_SHARE: Final = (0.61, 0.8)  # of the window, at most


class Board:
    """Draws the board on a window's picture, for camera pictures of one size. The picture is mirrored."""

    def __init__(self, window: tuple[int, int], camera: tuple[int, int], unit: float) -> None:
        self._unit = unit
        room = round(window[0] * _PICTURE_SHARE[0]), round(window[1] * _PICTURE_SHARE[1])
        scale = min(room[0] / camera[0], room[1] / camera[1])
        self._size = round(camera[0] * scale), round(camera[1] * scale)
        self._at = (room[0] - self._size[0]) // 2, (room[1] - self._size[1]) // 2
        self._room = room
        self._placing = Placing(scale, self._size[0] - 1.0)

    def draw(self, canvas: Image, shown: Shown, muted: bool) -> None:
        """Draw one moment on a canvas that is all background."""
        brush, now = Brush(canvas), shown.now
        self._picture(canvas, shown)
        banner = now.banner or _instruction(now)
        if banner is not None:
            Panels(brush, self._unit).banner(
                banner, 0.3 * self._unit, 0.3 * self._unit, self._room[0] - 0.6 * self._unit
            )
        self._panel(brush, shown)
        self._strip(brush, now, muted)

    def _picture(self, canvas: Image, shown: Shown) -> None:
        (x, y), (width, height) = self._at, self._size
        here = canvas[y : y + height, x : x + width]
        enlarged = cv2.resize(shown.frame.image, self._size, interpolation=cv2.INTER_LINEAR)
        cv2.flip(enlarged, 1, dst=here)
        Figure(Brush(here), self._placing).draw(shown.result)

    # The panel to the right

    def _panel(self, brush: Brush, shown: Shown) -> None:
        now, feedback, u = shown.now, shown.result.feedback, self._unit
        x = self._room[0] + 0.6 * u
        most = brush.width - x - 0.5 * u
        y = self._title(brush, now, x, most)
        if now.breath is not None:
            self._breathing(brush, now.breath, x + most / 2, y + 4.0 * u)
        elif now.stage == "framing":
            Panels(brush, u).checks([CheckRow(f.state, f.title) for f in now.findings], x - 0.3 * u, y, most)
        elif feedback is not None and feedback.phase not in ("ready", "out"):
            below = {"rolling": SCORE_TOP, "countdown": COUNT_TOP}.get(now.stage, 1.0)
            room = below * brush.height - y
            Panels(brush, u).checks(self._rows(brush, feedback, most + 0.3 * u, room), x - 0.3 * u, y, most + 0.3 * u)
        elif now.item is not None and now.count is None:  # the count stands where the steps would
            self._steps(brush, now, x, y, most)
        if now.count is not None:
            brush.text(str(now.count), x + most / 2, COUNT_MIDDLE * brush.height, 8 * u, weight=BOLD, align="centre")
        if now.stage == "rolling" and feedback is not None:
            target = now.item.seconds if now.item is not None else feedback.move.dose.default_s
            self._score(brush, feedback, feedback.move, target, x, most)

    def _rows(self, brush: Brush, feedback: Feedback, most: float, room: float) -> list[CheckRow]:
        """The check list; where it is too long, what is right is left out."""
        rows = rows_of(feedback)
        while Panels(brush, self._unit).check_size(rows, most)[1] > room and any(row.icon == "ok" for row in rows):
            rows.remove(next(row for row in rows if row.icon == "ok"))
        return rows

    def _title(self, brush: Brush, now: Now, x: float, most: float) -> float:
        """The move and its side; the row below."""
        u, y = self._unit, 1.2 * self._unit
        if now.item is None:
            return y
        for line in wrapped(now.item.move.titled(now.item.side), 1.2 * u, BOLD, most):
            brush.text(line, x, y, 1.2 * u, weight=BOLD, most=most)
            y += 1.4 * u
        return y - 0.2 * u

    def _steps(self, brush: Brush, now: Now, x: float, y: float, most: float) -> None:
        """The steps of the set-up, the one being said bright."""
        u = self._unit
        assert now.item is not None
        for step in now.item.move.steps:
            said = step == now.instruction
            lines = wrapped(step, u, 500, most - 0.6 * u)
            if y + 1.2 * u * len(lines) > self._room[1] + 2.5 * u:
                return
            brush.bar(x, y - 0.1 * u, 0.14 * u, 1.2 * u * len(lines), SKY if said else LINE)
            brush.paragraph(step, x + 0.6 * u, y + 0.5 * u, u, most - 0.6 * u, WHITE if said else MUTED, spacing=1.2)
            y += (1.2 * len(lines) + 0.35) * u

    def _score(self, brush: Brush, feedback: Feedback, move: Move, target: float, x: float, most: float) -> None:
        u = self._unit
        panels = Panels(brush, u)
        bottom = brush.height - 0.5 * u
        middle = bottom - 2.95 * u
        panels.seconds(feedback, target, x + 1.6 * u, middle, 1.4 * u)
        brush.text("s on target", x + 3.9 * u, middle - 1.0 * u, u, MUTED, most=most - 3.9 * u)
        count, word = passes_of(feedback)
        wide = brush.text(count, x + 3.9 * u, middle + 0.6 * u, 2.0 * u, weight=BOLD)
        brush.text(word, x + 4.3 * u + wide, middle + 0.85 * u, u, MUTED)
        brush.text(speed_of(feedback), x, bottom - 0.6 * u, u)
        panels.tempo(move, x + 4.8 * u, bottom - 0.6 * u, most - 4.8 * u)
        panels.needle(feedback, move, x + 4.8 * u, bottom - 0.6 * u, most - 4.8 * u)

    def _breathing(self, brush: Brush, breath: Breath, x: float, y: float) -> None:
        """A disc that grows with the breath in and shrinks with the breath out."""
        u = self._unit
        grown = breath.share if breath.half == "in" else 1 - breath.share
        brush.ring(x, y, 3.6 * u, 0.15 * u, 0, LINE)
        brush.dot(x, y, (1.6 + 1.9 * grown) * u, SKY if breath.half == "in" else GREEN)
        brush.text(breath.half, x, y, 1.5 * u, INK, weight=BOLD, align="centre")

    # The strip below

    def _strip(self, brush: Brush, now: Now, muted: bool) -> None:
        u, x = self._unit, 0.6 * self._unit
        most = self._room[0] - 1.2 * u
        top = self._room[1] + 1.1 * u
        for k, (words, colour) in enumerate(self._strip_lines(now, muted)):
            brush.text(words, x, top + 1.45 * k * u, u, colour, most=most)

    def _strip_lines(self, now: Now, muted: bool) -> list[tuple[str, Colour]]:
        if now.stage != "rolling":
            when = {"before": "now", "after": "in this set", None: ""}[now.asking]
            first = (RATING.format(when=when), YELLOW) if now.asking else (KEYS[1], MUTED)
            return [(KEYS[0], MUTED), first]
        lines: list[tuple[str, Colour]] = []
        if now.item is not None:
            number = f"Set {now.item.number} of {now.item.of}:  " if now.item.of > 1 else ""
            lines.append((f"{number}{now.left_s:.0f} s left", WHITE))
        if muted:
            return [*lines, ("muted: m for sound", YELLOW)]
        then = f"then {now.upcoming.move.titled(now.upcoming.side)}" if now.upcoming is not None else "the last set"
        return [*lines, (then if now.left_s < 15 else time_to_go(now.session_left_s), MUTED)]


def time_to_go(seconds: float) -> str:
    if seconds < 60:
        return "less than a minute to go"
    return f"about {seconds / 60:.0f} minute{'' if round(seconds / 60) == 1 else 's'} to go"


def _instruction(now: Now) -> Cue | None:
    if not now.instruction or (now.item is not None and now.instruction in now.item.move.steps):
        return None  # a step stands in the panel, bright
    return Cue(now.t, now.instruction.rstrip("."), now.instruction, "note", "info")
