"""A practice's own name, logo and colours on its reports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
PAPERS: Final = {"light": "#eef3f1", "dark": "#1b2225"}  # the washes of style.css: there colours are read least well
LEAST_CONTRAST: Final = 4.55  # WCAG 2.2, 1.4.3 asks for 4.5 of text of ordinary size; the rest is for rounding
STEP: Final = 0.04

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Brand:
    """What stands at the head and foot of a report. `logo` is a `data:` URI; colours are like `#15404d`."""

    name: str = ""
    contact: str = ""
    footer: str = ""
    colour: str | None = None
    second: str | None = None
    logo: str | None = None

    @property
    def style(self) -> Markup:
        """The colours as style sheet, each made as dark or light as it takes to be read on the paper it is on."""
        rules = []
        for scheme, paper in PAPERS.items():
            named = (("accent", self.colour), ("link", self.second or self.colour))
            told = "".join(f"--{name}: {legible(colour, paper)};" for name, colour in named if colour)
            if told:
                rules.append(f"@media screen and (prefers-color-scheme: {scheme}) {{ :root {{ {told} }} }}")
                if scheme == "light":
                    rules.append(f"@media print {{ :root {{ {told} }} }}")
        return Markup("\n".join(rules))  # noqa: S704 - made of checked colours


def legible(colour: str, paper: str) -> str:
    """The colour, moved towards black or white until text in it can be read on the paper."""
    if not COLOUR.fullmatch(colour):
        raise ValueError(f"{colour!r} is no colour like #15404d")
    found, ground = _rgb(colour), _rgb(paper)
    goal = (0.0, 0.0, 0.0) if _light(ground) > 0.5 else (1.0, 1.0, 1.0)
    while contrast(found, ground) < LEAST_CONTRAST:
        r, g, b = ((1 - STEP) * v + STEP * w for v, w in zip(found, goal, strict=True))
        found = (r, g, b)
    return "#" + "".join(f"{round(255 * v):02x}" for v in found)


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast of two colours, 1 to 21, by WCAG 2.2."""
    high, low = sorted((_light(one), _light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _light(colour: Rgb) -> float:
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _rgb(colour: str) -> Rgb:
    r, g, b = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return r, g, b
