"""The small drawings: dose, zones, coverage along the segment, checks, and the trend over sessions."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from smr_vision.report import svg
from smr_vision.report.facts import CheckFact, SetFacts
from smr_vision.report.plots import WIDE, ZONE_WORDS, PlotSize, zone_spans
from smr_vision.report.svg import Axis
from smr_vision.report.words import check_share, seconds

LETTER = 7.5  # width of a letter of 13 units, about
END_WORDS = 85  # room for the names of the segment's ends


def dose_bar(s: SetFacts) -> Markup | None:
    """Seconds on target against the dose of one set."""
    done = s.on_target_s
    if s.card.dose_s is None or done is None:
        return None
    low, high = s.card.dose_s
    x = Axis(0, max(high * 1.25, done * 1.05), 0, 180)
    body = [
        svg.rect(0, 9, 180, 12, "track", radius=6),
        svg.rect(x(low), 5, x(high) - x(low), 20, "green", opacity=0.25, radius=3),
        svg.rect(0, 9, x(done), 12, "line", radius=6),
        svg.line(x(low), 3, x(low), 27, "green", width=1.5),
        svg.line(x(high), 3, x(high), 27, "green", width=1.5),
        svg.text(x(low), 40, f"{low:.0f} s", anchor="middle"),
        svg.text(x(high), 40, f"{high:.0f} s", anchor="middle"),
    ]
    words = f"{seconds(done)} on target; the dose of one set is {low:.0f} to {high:.0f} seconds."
    return svg.drawing(body, width=180, height=44, name=f"set{s.number}-dose", title="Time on target", desc=words)


def coverage_strip(s: SetFacts, frame: PlotSize = WIDE) -> Markup | None:
    """Where along the segment the time was spent: the taller, the longer."""
    if not s.coverage:
        return None
    x = Axis(s.coverage[0].low, s.coverage[-1].high, 0, frame.width)
    longest = max(b.seconds for b in s.coverage) or 1.0
    body = []
    for zone, low, high in zone_spans(s, x.low, x.high):
        body += [
            svg.rect(x(low), 58, x(high) - x(low), 10, zone, opacity=0.35),
            svg.texture(x(low), 58, x(high) - x(low), 10, zone),
        ]
        middle = (x(low) + x(high)) / 2
        if x(high) - x(low) > 40 and END_WORDS < middle < frame.width - END_WORDS:
            body.append(svg.text(middle, 84, ZONE_WORDS[zone], anchor="middle", colour="ink"))
    columns = "".join(
        f"M{x(b.low) + 1:.1f} 55v{-52 * (b.seconds / longest):.1f}h{x(b.high) - x(b.low) - 2:.1f}V55z"
        for b in s.coverage
        if b.seconds
    )
    body.append(svg.tag("path", d=columns, **svg.fill("line")))
    body += [
        svg.text(0, 84, s.card.ends[0]),
        svg.text(frame.width, 84, s.card.ends[1], anchor="end"),
    ]
    most = max(s.coverage, key=lambda b: b.seconds)
    where = f", {ZONE_WORDS[most.zone]}" if most.zone else ""
    words = (
        f"From {s.card.ends[0]} to {s.card.ends[1]}. Longest at {(most.low + most.high) / 2:.2f} of the segment{where}."
    )
    return svg.drawing(
        body,
        width=frame.width,
        height=90,
        name=f"set{s.number}-coverage-{frame.name}",
        title="Coverage",
        desc=words,
        class_=frame.name,
    )


def swatch(zone: str) -> Markup:
    """The zone's look, for the words beside it."""
    body = [svg.rect(0, 0, 16, 12, zone, opacity=0.45, radius=2), svg.texture(0, 0, 16, 12, zone)]
    return Markup(svg.tag("svg", *body, viewBox="0 0 16 12", class_="swatch", aria_hidden="true"))  # noqa: S704


def check_bar(check: CheckFact, name: str) -> Markup:
    """Right, wrong and not seen, as shares of the set."""
    total = check.ok_s + check.fault_s + check.unknown_s or 1.0
    ok, wrong = 160 * (check.ok_s / total), 160 * (check.fault_s / total)
    body = [
        svg.rect(0, 2, 160, 8, "track", radius=4),
        svg.rect(0, 2, ok, 8, "green", opacity=0.85, radius=2),
        svg.rect(ok, 2, wrong, 8, "red", opacity=0.5),
        svg.texture(ok, 2, wrong, 8, "red"),
    ]
    said = "not seen" if check.share is None else f"right {check_share(check)}"
    return svg.drawing(body, width=160, height=12, name=name, title=check.title, desc=said)


def trend(values: Sequence[float | None], *, name: str, title: str, unit: str) -> Markup | None:
    """One measure over the sessions, oldest first, the last one marked."""
    seen = [v for v in values if v is not None]
    if len(seen) < 2:
        return None
    last = "" if values[-1] is None else f"{values[-1]:.0f}{unit}"
    x = Axis(0, len(values) - 1, 10, min(210.0, 249 - LETTER * len(last)))
    y = Axis(0, max(seen) * 1.1 or 1.0, 52, 14)
    points = [None if v is None else (x(i), y(v)) for i, v in enumerate(values)]
    body = [svg.line(10, 52, 250, 52), svg.polyline(points, "left", 2)]
    body += [svg.tag("circle", cx=p[0], cy=p[1], r=2.5, **svg.fill("left")) for p in points if p]
    if points[-1] is not None and values[-1] is not None:
        at = points[-1]
        body += [
            svg.tag("circle", cx=at[0], cy=at[1], r=4.5, **svg.fill("line")),
            svg.text(at[0] + 9, at[1] + 4, last, size=13, colour="ink"),
        ]
    words = ", ".join("not measured" if v is None else f"{v:.0f}{unit}" for v in values)
    return svg.drawing(body, width=260, height=58, name=name, title=title, desc=f"Oldest to newest: {words}.")
