"""The blocks of type and signs that clips and the live window share: cue, check list, score, tempo."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Final

from smr_vision.coach import Feedback, Phase
from smr_vision.coach.cues import Cue
from smr_vision.moves import Move
from smr_vision.overlay.brush import (
    BLUE,
    BOLD,
    GREEN,
    INK,
    LINE,
    MEDIUM,
    MUTED,
    ORANGE,
    SKY,
    VERMILLION,
    WHITE,
    YELLOW,
    Brush,
    Colour,
    Icon,
    fitting,
    text_width,
    wrapped,
)  # fmt: skip

WIDE: Final = 17.0  # widths of the two forms of the score, lines of type
TALL: Final = 9.2
WIDE_HIGH: Final = 3.6
TALL_HIGH: Final = 6.6
ROW: Final = 1.35  # from one check to the next, and from a line to its continuation
BROKEN: Final = 1.08
MOST_TOLD: Final = 99.0  # cm/s: two digits have room, and no roller goes faster

CUE_COLOURS: Final[dict[str, Colour]] = {
    "safety": VERMILLION, "form": ORANGE, "tempo": BLUE, "praise": GREEN, "info": BLUE,
}  # fmt: skip
CUE_ICONS: Final[dict[str, Icon]] = {"safety": "fault", "form": "watch", "tempo": "watch", "praise": "ok"}
PHASES: Final[dict[Phase, tuple[str, Colour]]] = {
    "ready": ("Get into position", LINE), "setup": ("Set-up", SKY), "rolling": ("Rolling", GREEN),
    "holding": ("Hold and breathe", YELLOW), "out": ("Out of position", LINE),
}  # fmt: skip


@dataclass(frozen=True)
class CheckRow:
    """One line of the check list."""

    icon: Icon
    text: str


def rows_of(feedback: Feedback) -> list[CheckRow]:
    return [
        CheckRow("watch" if v.violated and v.state != "fault" else v.state, v.check.title) for v in feedback.verdicts
    ]


def seconds_of(feedback: Feedback) -> str:
    """Seconds on target; a dash where they are not known yet: unknown is not zero."""
    return f"{feedback.time_on_target_s:.0f}" if feedback.on_target_known else "\N{EN DASH}"


def passes_of(feedback: Feedback) -> tuple[str, str]:
    """Passes so far and their word; a dash where they can't be seen."""
    if feedback.uncounted:
        return "\N{EN DASH}", "passes"
    return str(feedback.pass_count), "pass" if feedback.pass_count == 1 else "passes"


def speed_of(feedback: Feedback) -> str:
    """How fast it goes now; a dash where that is not known."""
    if isnan(feedback.speed_cm_s):
        return "\N{EN DASH} cm/s"
    return f"{min(feedback.speed_cm_s, MOST_TOLD):.0f} cm/s"


class Panels:
    """Draws blocks on a picture; `unit` is the size of the type, places are upper left corners."""

    def __init__(self, brush: Brush, unit: float) -> None:
        self._brush = brush
        self._unit = unit

    def banner(self, cue: Cue, x: float, y: float, width: float) -> None:
        """The one cue, as large as fits; a long one takes two lines rather than small type."""
        u, brush = self._unit, self._brush
        most, size = width - 3.4 * u, 1.5 * u
        lines = [cue.text]
        if fitting(cue.text, size, BOLD, most) < 1.1 * u:
            size = 1.1 * u
            lines = wrapped(cue.text, size, BOLD, most)
        tall = 2.1 * u + (len(lines) - 1) * 1.2 * size
        brush.card(x, y, width, tall, CUE_COLOURS[cue.severity], 0.95)
        ink = INK if cue.severity == "form" else WHITE  # white on orange is too faint
        wide = min(max(text_width(line, size, BOLD) for line in lines), most)
        icon = CUE_ICONS.get(cue.severity)
        left, middle = x + (width - wide) / 2 + (0.0 if icon is None else 1.1 * u), y + tall / 2
        for number, line in enumerate(lines):
            at = middle + (number - (len(lines) - 1) / 2) * 1.2 * size
            brush.text(line, left, at, size, ink, weight=BOLD, most=most)
        if icon is not None:
            brush.dot(left - 1.35 * u, middle, 0.85 * u, WHITE)
            raised = 0.05 * u if icon == "watch" else 0.0  # a triangle looks centred a little higher
            brush.icon(icon, left - 1.35 * u, middle - raised, 1.15 * u)

    def check_size(self, rows: list[CheckRow], most: float) -> tuple[float, float]:
        """Width and height of the check list, lines broken at `most`."""
        u = self._unit
        lines = [wrapped(row.text, u, MEDIUM, most - 2.3 * u) for row in rows]
        width = max((text_width(line, u) for some in lines for line in some), default=0.0) + 2.3 * u
        return min(width, most), sum(ROW + BROKEN * (len(some) - 1) for some in lines) * u + 0.4 * u

    def checks(self, rows: list[CheckRow], x: float, y: float, most: float) -> None:
        """The check list: a sign and words for each."""
        u = self._unit
        middle = y + 0.9 * u
        for row in rows:
            self._brush.icon(row.icon, x + 0.95 * u, middle, 1.1 * u)
            ink = MUTED if row.icon == "unknown" else WHITE
            for line in wrapped(row.text, u, MEDIUM, most - 2.3 * u):
                self._brush.text(line, x + 1.8 * u, middle, u, ink, most=most - 2.2 * u)
                middle += BROKEN * u
            middle += (ROW - BROKEN) * u

    def wide_score(self, feedback: Feedback, move: Move, x: float, y: float) -> None:
        """Seconds on target, passes and tempo side by side; how fast it goes now is `wide_needle`."""
        u, middle = self._unit, y + WIDE_HIGH * self._unit / 2
        self.seconds(feedback, move.dose.default_s, x + 1.9 * u, middle, 1.3 * u)
        self._brush.text("on target", x + 3.8 * u, middle - 0.6 * u, u, MUTED)
        self._brush.text(f"of {move.dose.default_s:.0f} s", x + 3.8 * u, middle + 0.7 * u, u)
        self.passes(feedback, x + 10.3 * u, middle)
        self.tempo(move, *self._wide_tempo(x, y))

    def wide_needle(self, feedback: Feedback, move: Move, x: float, y: float) -> None:
        u, (left, middle, width) = self._unit, self._wide_tempo(x, y)
        self.needle(feedback, move, left, middle, width)
        self._brush.text(speed_of(feedback), left + width / 2, middle + 1.45 * u, u, align="centre")

    def _wide_tempo(self, x: float, y: float) -> tuple[float, float, float]:
        """Left end, middle line and width of the tempo's bar in the score at (x, y)."""
        u = self._unit
        return x + 12.8 * u, y + (WIDE_HIGH / 2 - 0.5) * u, 3.6 * u

    def tall_score(self, feedback: Feedback, move: Move, x: float, y: float) -> None:
        """The same in a narrow block."""
        u = self._unit
        self.seconds(feedback, move.dose.default_s, x + 2.0 * u, y + 1.9 * u, 1.3 * u)
        self.passes(feedback, x + 6.1 * u, y + 1.9 * u)
        words = f"of {move.dose.default_s:.0f} s on target"
        self._brush.text(words, x + 0.5 * u, y + 4.1 * u, u, MUTED, most=(TALL - 1) * u)
        self.tempo(move, *self._tall_tempo(x, y))

    def tall_needle(self, feedback: Feedback, move: Move, x: float, y: float) -> None:
        self._brush.text(speed_of(feedback), x + 0.5 * self._unit, y + 5.5 * self._unit, self._unit)
        self.needle(feedback, move, *self._tall_tempo(x, y))

    def _tall_tempo(self, x: float, y: float) -> tuple[float, float, float]:
        u = self._unit
        return x + 5.1 * u, y + 5.5 * u, (TALL - 5.6) * u

    def seconds(self, feedback: Feedback, target_s: float, x: float, y: float, radius: float) -> None:
        """Seconds on target as a ring that closes at the dose."""
        share = feedback.time_on_target_s / target_s
        self._brush.ring(x, y, radius, 0.32 * radius, share, GREEN if feedback.on_target else SKY)
        self._brush.text(seconds_of(feedback), x, y, 0.88 * radius, weight=BOLD, align="centre")

    def passes(self, feedback: Feedback, x: float, y: float) -> None:
        u = self._unit
        count, word = passes_of(feedback)
        self._brush.text(count, x, y - 0.5 * u, 1.7 * u, weight=BOLD, align="centre")
        self._brush.text(word, x, y + 0.95 * u, u, MUTED, align="centre")

    def tempo(self, move: Move, x: float, middle: float, width: float) -> None:
        """A bar from still to beyond a fault's speed : calm green, brisk orange, too fast vermillion."""
        u, tempo = self._unit, move.tempo
        most = _fastest(move)
        for start, end, colour in (
            (0.0, tempo.ideal[1], GREEN), (tempo.ideal[1], tempo.fault, ORANGE), (tempo.fault, most, VERMILLION),
        ):  # fmt: skip
            self._brush.bar(x + start / most * width, middle - 0.25 * u, (end - start) / most * width, 0.5 * u, colour)

    def needle(self, feedback: Feedback, move: Move, x: float, middle: float, width: float) -> None:
        """How fast it goes, on the bar that `tempo` draws at the same place."""
        u = self._unit
        if not isnan(feedback.speed_cm_s):
            at = x + min(feedback.speed_cm_s / _fastest(move), 1.0) * width
            self._brush.bar(at - 0.1 * u, middle - 0.6 * u, 0.2 * u, 1.2 * u, WHITE)


def _fastest(move: Move) -> float:
    """Speed at the end of the tempo's bar, cm/s."""
    return 1.2 * move.tempo.fault
