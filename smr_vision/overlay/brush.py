"""Drawing by hand on RGB pictures: type, cards, icons, rings; and the colours that everybody can tell apart."""

from __future__ import annotations

from functools import lru_cache
from threading import local
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]
Icon = Literal["ok", "fault", "unknown", "watch"]
Align = Literal["left", "centre", "right"]

# Okabe and Ito's palette: told apart with any kind of colour blindness (jfly.uni-koeln.de/color).
GREEN: Final[Colour] = (0, 158, 115)
ORANGE: Final[Colour] = (230, 159, 0)
VERMILLION: Final[Colour] = (213, 94, 0)
SKY: Final[Colour] = (86, 180, 233)
BLUE: Final[Colour] = (0, 114, 178)
YELLOW: Final[Colour] = (240, 228, 66)
WHITE: Final[Colour] = (255, 255, 255)
MUTED: Final[Colour] = (200, 206, 214)
INK: Final[Colour] = (16, 20, 26)
LINE: Final[Colour] = (92, 100, 112)

REGULAR: Final = 400
MEDIUM: Final = 500
BOLD: Final = 700

_ICON_COLOURS: Final[dict[Icon, Colour]] = {"ok": GREEN, "fault": VERMILLION, "watch": ORANGE, "unknown": LINE}
_FINE: Final = 8  # icons are drawn this much larger and scaled down: smooth edges
_SHIFT: Final = 4  # bits of a pixel in OpenCV's drawing coordinates: sixteenths


class Brush:
    """Draws on one RGB picture. Sizes and places are pixels; text size is that of the type's body."""

    def __init__(self, image: Image) -> None:
        self.image = image
        self.height, self.width = image.shape[:2]
        self._font = _fonts.sans

    def text(
        self, text: str, x: float, middle: float, size: float, colour: Colour = WHITE, *, weight: int = MEDIUM,
        align: Align = "left", most: float | None = None,
    ) -> float:  # fmt: skip
        """Write one line whose capitals stand around `middle`, shrunk to be at most `most` wide; its width."""
        size = fitting(text, size, weight, most)
        width = text_width(text, size, weight)
        left = x - {"left": 0.0, "centre": width / 2, "right": width}[align]
        # Capitals of this face are 0.7 of its size.
        at = round(left), round(middle + 0.35 * size)
        # Without a wrap range OpenCV breaks lines at the picture's edge.
        cv2.putText(self.image, text, at, colour, self._font, round(size), weight, 0, (-10_000, 100_000))
        return width

    def card(
        self, x: float, y: float, width: float, height: float, colour: Colour = INK, opacity: float = 0.66
    ) -> None:
        """A rounded, see-through plate; what would lie outside of the picture is left out."""
        x0, y0, x1, y1 = (
            max(round(x), 0),
            max(round(y), 0),
            min(round(x + width), self.width),
            min(round(y + height), self.height),
        )
        if x1 <= x0 or y1 <= y0:
            return
        under = self.image[y0:y1, x0:x1]
        plate = cv2.addWeighted(under, 1 - opacity, _plain(x1 - x0, y1 - y0, colour), opacity, 0)
        cv2.copyTo(plate, _rounded(x1 - x0, y1 - y0, round(0.012 * (self.height + self.width) / 2)), under)

    def shade(self, opacity: float) -> None:
        """Darken the whole picture."""
        cv2.addWeighted(self.image, 1 - opacity, _plain(self.width, self.height, INK), opacity, 0, dst=self.image)

    def paragraph(
        self, text: str, x: float, middle: float, size: float, most: float, colour: Colour = WHITE, *,
        weight: int = MEDIUM, spacing: float = 1.3,
    ) -> float:  # fmt: skip
        """Write several lines, the first around `middle`; the middle of the line after the last."""
        for line in wrapped(text, size, weight, most):
            self.text(line, x, middle, size, colour, weight=weight, most=most)
            middle += spacing * size
        return middle

    def bar(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        cv2.rectangle(self.image, (round(x), round(y)), (round(x + width), round(y + height)), colour, -1)

    def ring(
        self, x: float, y: float, radius: float, thick: float, share: float, colour: Colour, base: Colour = LINE
    ) -> None:
        """A ring filled clockwise from the top for a share 0..1 of it."""
        self._arc(x, y, radius, thick, 0.0, 1.0, base)
        if share > 0:
            self._arc(x, y, radius, thick, 0.0, min(share, 1.0), colour)

    def dashed_ring(self, x: float, y: float, radius: float, thick: float, colour: Colour, dashes: int = 10) -> None:
        for k in range(dashes):
            self._arc(x, y, radius, thick, k / dashes, (k + 0.55) / dashes, colour)

    def _arc(self, x: float, y: float, radius: float, thick: float, start: float, end: float, colour: Colour) -> None:
        """A thick arc, from and to a share of the circle, clockwise from the top."""
        # As one polygon: OpenCV takes three times as long to draw an ellipse with a thick line.
        way = _way(start, end)
        half = max(round(thick), 1) / 2
        edges = np.concatenate([way * (radius + half), way[::-1] * max(radius - half, 0.0)])
        self.polygon(edges + np.array([x, y]), colour)

    def dot(self, x: float, y: float, radius: float, colour: Colour) -> None:
        cv2.circle(self.image, _fixed(x, y), round(radius * 2**_SHIFT), colour, -1, cv2.LINE_AA, _SHIFT)

    def line(self, a: NDArray[np.float64], b: NDArray[np.float64], thick: float, colour: Colour) -> None:
        cv2.line(self.image, _fixed(*a), _fixed(*b), colour, max(round(thick), 1), cv2.LINE_AA, _SHIFT)

    def lines(self, pieces: NDArray[np.float64], thick: float, colour: Colour) -> None:
        """Several lines (n, 2, 2) of one kind, the same to the pixel as one by one: a call for each takes longer."""
        fixed = np.round(pieces * 2**_SHIFT).astype(np.int32)
        cv2.polylines(self.image, list(fixed), False, colour, max(round(thick), 1), cv2.LINE_AA, _SHIFT)

    def polygon(self, points: NDArray[np.float64], colour: Colour) -> None:
        fixed = np.round(points * 2**_SHIFT).astype(np.int32)
        cv2.fillPoly(self.image, [fixed], colour, cv2.LINE_AA, _SHIFT)

    def icon(self, icon: Icon, x: float, y: float, size: float) -> None:
        """A tick, cross, question or exclamation mark of `size` around (x, y), each on a shape of its own."""
        side = max(round(size), 4)
        x0, y0 = round(x - side / 2), round(y - side / 2)
        if x0 < 0 or y0 < 0 or x0 + side > self.width or y0 + side > self.height:
            return
        colour, alpha = _icon(icon, side)
        under = self.image[y0 : y0 + side, x0 : x0 + side]
        under[:] = (under * (1 - alpha) + colour * alpha).astype(np.uint8)


def text_width(text: str, size: float, weight: int = MEDIUM) -> float:
    """Pixels that a line takes."""
    return _text_width(text, round(size), weight)


@lru_cache(maxsize=512)
def _text_width(text: str, size: int, weight: int) -> float:
    box = cv2.getTextSize((0, 0), text, (0, 0), _fonts.sans, size, weight, 0, (-10_000, 100_000))
    return float(box[2])


def fitting(text: str, size: float, weight: int, most: float | None) -> float:
    """The size, at most `size`, at which a line is no wider than `most`."""
    if most is None:
        return size
    width = text_width(text, size, weight)
    return size if width <= most else max(size * most / width, 6.0)


def wrapped(text: str, size: float, weight: int, most: float) -> list[str]:
    """`text` in lines of at most `most` pixels."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, weight) <= most:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _fixed(x: float, y: float) -> tuple[int, int]:
    return round(float(x) * 2**_SHIFT), round(float(y) * 2**_SHIFT)


class _Fonts(local):
    """One for each thread: writing sets the size and the weight of a font, and whoever else writes has them too."""

    def __init__(self) -> None:
        self.sans = cv2.FontFace("sans")  # comes with OpenCV 5, all weights, Latin, Greek, Cyrillic, Chinese


_fonts = _Fonts()


@lru_cache(maxsize=32)
def _way(start: float, end: float) -> NDArray[np.float64]:
    """Points (n, 2) along a circle of radius 1, from and to a share of it."""
    turns = np.linspace(2 * np.pi * start, 2 * np.pi * end, 3 + round(60 * (end - start)))
    return np.stack([np.sin(turns), -np.cos(turns)], axis=1)


@lru_cache(maxsize=32)
def _plain(width: int, height: int, colour: Colour) -> Image:
    return np.full((height, width, 3), colour, np.uint8)


@lru_cache(maxsize=32)
def _rounded(width: int, height: int, radius: int) -> Image:
    mask = np.zeros((height, width), np.uint8)
    r = min(radius, width // 2, height // 2)
    mask[r : height - r, :] = 255
    mask[:, r : width - r] = 255
    for x in (r, width - 1 - r):
        for y in (r, height - 1 - r):
            cv2.circle(mask, (x, y), r, 255, -1)
    return mask


@lru_cache(maxsize=64)
def _icon(icon: Icon, side: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Colour (side, side, 3) and opacity (side, side, 1) of an icon."""
    big = side * _FINE
    shape = np.zeros((big, big), np.uint8)
    sign = np.zeros((big, big), np.uint8)
    draw = {"ok": _tick, "fault": _cross, "watch": _exclamation, "unknown": _question}[icon]
    draw(shape, sign, big)
    small_shape, small_sign = (
        cv2.resize(m, (side, side), interpolation=cv2.INTER_AREA)[..., None] / 255 for m in (shape, sign)
    )
    colour = small_sign * np.array(WHITE) + (1 - small_sign) * np.array(_ICON_COLOURS[icon])
    return colour.astype(np.float32), np.maximum(small_shape, small_sign).astype(np.float32)


def _strokes(mask: Image, big: int, thick: float, *lines: tuple[tuple[float, float], ...]) -> None:
    for line in lines:
        points = np.array([[(round(x * big), round(y * big)) for x, y in line]], np.int32)
        cv2.polylines(mask, list(points), False, 255, round(thick * big))


def _tick(shape: Image, sign: Image, big: int) -> None:
    cv2.circle(shape, (big // 2, big // 2), round(0.48 * big), 255, -1)
    _strokes(sign, big, 0.12, ((0.27, 0.53), (0.44, 0.69), (0.74, 0.34)))


def _cross(shape: Image, sign: Image, big: int) -> None:
    corners = [(0.3, 0.02), (0.7, 0.02), (0.98, 0.3), (0.98, 0.7), (0.7, 0.98), (0.3, 0.98), (0.02, 0.7), (0.02, 0.3)]
    cv2.fillPoly(shape, [np.array([(round(x * big), round(y * big)) for x, y in corners], np.int32)], 255)
    _strokes(sign, big, 0.12, ((0.31, 0.31), (0.69, 0.69)), ((0.69, 0.31), (0.31, 0.69)))


def _exclamation(shape: Image, sign: Image, big: int) -> None:
    cv2.fillPoly(
        shape,
        [np.array([(big // 2, round(0.03 * big)), (big - 1, round(0.95 * big)), (0, round(0.95 * big))], np.int32)],
        255,
    )
    _strokes(sign, big, 0.1, ((0.5, 0.36), (0.5, 0.62)))
    cv2.circle(sign, (big // 2, round(0.8 * big)), round(0.065 * big), 255, -1)


def _question(shape: Image, sign: Image, big: int) -> None:
    cv2.circle(shape, (big // 2, big // 2), round(0.48 * big), 255, -1)
    size = round(0.78 * big)
    box = cv2.getTextSize((0, 0), "?", (0, 0), _fonts.sans, size, BOLD)
    cv2.putText(
        sign, "?", (round((big - box[2]) / 2), round(0.5 * big + 0.35 * size)), (255, 255, 255), _fonts.sans, size, BOLD
    )
