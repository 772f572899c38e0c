"""Small pieces of SVG as text, escaped.

Colours are presentation attributes (the light palette), so that they hold in print, where the page's
style sheet does not reach into a drawing; each shape also has a class, by which the page's style sheet
replaces the colour in dark mode.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from markupsafe import Markup

# Okabe and Ito's colours, told apart by people who do not see red or green; never the only sign of anything.
PALETTE = {
    "green": "#009e73",
    "amber": "#e69f00",
    "red": "#d55e00",
    "left": "#0072b2",
    "right": "#a3457b",
    "line": "#15404d",
    "ink": "#26343a",
    "soft": "#5c6a70",
    "grid": "#dfe3e1",
    "paper": "#ffffff",
    "track": "#e6eae8",
}
FONT = "Noto Sans, Segoe UI, system-ui, sans-serif"


def tag(name: str, *children: str, **attributes: object) -> str:
    """An element; `text_anchor` becomes `text-anchor`, `class_` becomes `class`, None is left out."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_plain(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def _plain(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def fill(colour: str) -> dict[str, object]:
    return {"class_": f"fill-{colour}", "fill": PALETTE[colour]}


def stroke(colour: str, width: float = 1.0) -> dict[str, object]:
    return {"class_": f"stroke-{colour}", "stroke": PALETTE[colour], "stroke_width": width, "fill": "none"}


def text(x: float, y: float, words: str, *, size: float = 11, anchor: str = "start", colour: str = "soft") -> str:
    return tag("text", escape(words), x=x, y=y, font_size=size, text_anchor=anchor, **fill(colour))


def line(x1: float, y1: float, x2: float, y2: float, colour: str = "grid", *, width: float = 1.0) -> str:
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, **stroke(colour, width))


def rect(
    x: float, y: float, width: float, height: float, colour: str, *, opacity: float = 1.0, radius: float = 0
) -> str:
    return tag(
        "rect", x=x, y=y, width=max(width, 0.0), height=max(height, 0.0), rx=radius or None,
        fill_opacity=opacity if opacity < 1 else None, **fill(colour),
    )  # fmt: skip


def texture(x: float, y: float, width: float, height: float, zone: str) -> str:
    """What tells the zones apart without colour: amber dotted, red hatched, green plain."""
    if width <= 0 or height <= 0 or zone == "green":
        return ""
    if zone == "amber":
        rows = "".join(
            f"M{x + 4 + (j % 2) * 4:.0f} {y + 4 + j * 8:.0f}H{x + width:.0f}" for j in range(int(height / 8))
        )
        # Dashes of no length with round ends are dots.
        look = {"stroke_linecap": "round", "stroke_dasharray": "0.01 8", "stroke_opacity": 0.55}
        return tag("path", d=rows, **look, **stroke("amber", 1.8)) if rows else ""
    hatch, c = [], 3.0 - height  # diagonals y = x - c through the rectangle, cut at its edges
    while c < width:
        left, right = max(0.0, c), min(width, c + height)
        hatch.append(f"M{x + left:.0f} {y + left - c:.0f}l{right - left:.0f} {right - left:.0f}")
        c += 7
    return tag("path", d="".join(hatch), stroke_opacity=0.45, **stroke("red", 1.0))


@dataclass(frozen=True, slots=True)
class Axis:
    """Maps values to pixels along one direction."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        clamped = min(max(value, self.low), self.high)
        return self.start + (clamped - self.low) / ((self.high - self.low) or 1.0) * (self.end - self.start)


def drawing(
    body: Iterable[str], *, width: float, height: float, name: str, title: str, desc: str, **data: object
) -> Markup:
    """A complete SVG with the name and description that a screen reader says; `name` is unique in the page."""
    head = tag("title", escape(title), id=f"{name}-t") + tag("desc", escape(desc), id=f"{name}-d")
    return Markup(  # noqa: S704 - every text in it went through escape or quoteattr
        tag(
            "svg", head, *body, viewBox=f"0 0 {width:g} {height:g}", role="img", font_family=FONT,
            aria_labelledby=f"{name}-t {name}-d", xmlns="http://www.w3.org/2000/svg", **data,
        )
    )  # fmt: skip


def polyline(points: Iterable[tuple[float, float] | None], colour: str, width: float, dash: str | None = None) -> str:
    """A line through the points; a None breaks it."""
    path, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        path.append(f"{pen}{point[0]:.1f} {point[1]:.1f}")
        pen = "L"
    return tag(
        "path", d="".join(path), stroke_linejoin="round", stroke_linecap="round", stroke_dasharray=dash,
        **stroke(colour, width),
    )  # fmt: skip
