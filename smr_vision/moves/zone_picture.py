"""Where a move's zone lies, painted on a standing figure: with letters for the terminal, or as SVG.

Places are in statures, x to the right of the picture, y down from the top of the head.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import hypot
from pathlib import Path
from typing import Final, Literal

from rich.text import Text

from smr_vision.errors import cannot_write
from smr_vision.moves import Move

Point = tuple[float, float]
ZoneColour = Literal["green", "amber"]

# Half of a figure, its proportions by the segment lengths of smr_vision.body; x is away from the middle.
_HALF: Final[Mapping[str, Point]] = {
    "ear": (0.03, 0.065),
    "shoulder": (0.10, 0.185),
    "elbow": (0.16, 0.345),
    "wrist": (0.185, 0.475),
    "hip": (0.065, 0.489),
    "knee": (0.075, 0.722),
    "ankle": (0.075, 0.955),
    "foot_index": (0.10, 0.985),
}
_LIMBS: Final = (
    ("shoulder", "elbow", 0.028),
    ("elbow", "wrist", 0.023),
    ("shoulder", "hip", 0.045),
    ("hip", "knee", 0.045),
    ("knee", "ankle", 0.032),
    ("ankle", "foot_index", 0.02),
)
_HEAD: Final = ((0.0, 0.045), (0.0, 0.085), 0.045)
_NECK: Final = ((0.0, 0.10), (0.0, 0.20), 0.03)
_TRUNK: Final = ((0.0, 0.20), (0.0, 0.49), 0.07)
_SHOULDER_HALF: Final = 0.096
_HIP_WIDTH: Final = 0.13
_CHEST_BELOW: Final = 0.045  # a zone across the chest lies this far below the shoulder joints
_WIDTHS: Final[Mapping[str, float]] = {"between": 0.03, "across": 0.035, "floor": 0.045}
_TRUNK_WIDTH: Final = 0.055

_ROWS, _COLUMNS = 28, 27
_HALF_WIDTH: Final = 0.26
_LETTERS: Final[Mapping[str, tuple[str, str]]] = {
    "green": ("█", "green"),
    "amber": ("▒", "yellow"),
    "body": ("░", "dim"),
    "": (" ", ""),
}
_INKS: Final[Mapping[str, str]] = {"green": "#1f8a5b", "amber": "#e0a526", "body": "#c9ced6"}


@dataclass(frozen=True)
class Stroke:
    """A straight stroke of a brush `radius` wide to each side; `round_ends` as a limb has them."""

    start: Point
    end: Point
    radius: float
    ink: str = "body"
    round_ends: bool = True

    def covers(self, x: float, y: float) -> bool:
        dx, dy = self.end[0] - self.start[0], self.end[1] - self.start[1]
        along = ((x - self.start[0]) * dx + (y - self.start[1]) * dy) / max(dx * dx + dy * dy, 1e-9)
        if not self.round_ends and not 0 <= along <= 1:
            return False
        along = min(max(along, 0.0), 1.0)
        return hypot(x - self.start[0] - along * dx, y - self.start[1] - along * dy) <= self.radius


def strokes_of(move: Move, side: Literal["left", "right"] = "left") -> list[Stroke]:
    """The figure and the move's zone on it, what lies on top last; of a sided move, the zone of that side."""
    left = -1 if (move.zone.seen_from == "back") == (side == "left" or not move.sided) else 1
    strokes = [Stroke(*part) for part in (_TRUNK, _NECK, _HEAD)]
    for half in (-1, 1):
        strokes += [Stroke(_at(a, half), _at(b, half), radius) for a, b, radius in _LIMBS]
    zero, unit, radius = _ruler(move, left)
    for ink, (low, high) in (("amber", move.zone.amber), ("green", move.zone.green)):
        start, end = ((zero[0] + unit[0] * v, zero[1] + unit[1] * v) for v in (low, high))
        strokes.append(Stroke(start, end, radius, ink, round_ends=False))
    return strokes


def _at(joint: str, side: int) -> Point:
    x, y = _HALF[joint]
    return side * x, y


def _place(joint: str, left: int) -> Point:
    """Where a joint of a move file is on the figure; the working side is the left one."""
    if joint.startswith("mid_"):
        return 0.0, _HALF[joint.removeprefix("mid_").removesuffix("s")][1]
    role, _, name = joint.replace("left_", "working ").replace("right_", "other ").rpartition(" ")
    return _at(name, -left if role == "other" else left)


def _ruler(move: Move, left: int) -> tuple[Point, Point, float]:
    """The zone's 0, its unit, and how broad it is drawn."""
    segment = move.segment
    width = _WIDTHS[segment.kind]
    x, y = _place(segment.start, left)
    if segment.kind == "across":
        return (x, y + _CHEST_BELOW), (left * _SHOULDER_HALF, 0.0), width
    if segment.kind == "floor":  # on a standing figure the way along the floor to the knees leads down
        return (left * _HALF["hip"][0], y), (0.0, _HIP_WIDTH), width
    end = _place(segment.end, left)
    on_trunk = segment.start.startswith("mid_")
    return (x, y), (end[0] - x, end[1] - y), _TRUNK_WIDTH if on_trunk else width


def as_text(move: Move) -> Text:
    """The figure in letters; the zone can be told without colours too."""
    strokes = strokes_of(move)[::-1]
    text = Text(no_wrap=True)
    for row in range(_ROWS):
        for column in range(_COLUMNS):
            x = _HALF_WIDTH * ((column + 0.5) * 2 / _COLUMNS - 1)
            y = (row + 0.5) / _ROWS
            ink = next((s.ink for s in strokes if s.covers(x, y)), "")
            text.append(*_LETTERS[ink])
        text.append("\n")
    return text


def as_svg(move: Move, side: Literal["left", "right"] = "left") -> str:
    """The figure as a drawing that stands alone."""
    scale = 400
    lines = "\n".join(_line(s, scale) for s in strokes_of(move, side))
    where = f", {side} side" if move.sided else ""
    title = _escaped(f"{move.title}: where the tool belongs, seen from the {move.zone.seen_from}{where}")
    x, y, width, height = -0.28 * scale, -0.02 * scale, 0.56 * scale, 1.06 * scale
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x:g} {y:g} {width:g} {height:g}" role="img">\n'
        f"<title>{title}</title>\n{lines}\n</svg>\n"
    )


def _line(stroke: Stroke, scale: int) -> str:
    (x1, y1), (x2, y2) = stroke.start, stroke.end
    numbers = {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "stroke-width": 2 * stroke.radius}
    places = " ".join(f'{name}="{scale * value:.1f}"' for name, value in numbers.items())
    cap = "round" if stroke.round_ends else "butt"
    return f'<line {places} stroke="{_INKS[stroke.ink]}" stroke-linecap="{cap}"/>'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def write_svg(move: Move, path: Path) -> None:
    """Write the drawing to a file."""
    try:
        path.write_text(as_svg(move), encoding="utf-8")
    except OSError as e:
        raise cannot_write(path, e) from e


def legend() -> Iterator[tuple[str, str, str]]:
    """Letter, style and meaning of what the figure in letters shows."""
    for ink, meaning in (("green", "roll here"), ("amber", "the edge: gently")):
        yield *_LETTERS[ink], meaning
