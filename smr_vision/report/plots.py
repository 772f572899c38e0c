"""The plots over time: contact with zones and passes, knee angle, tempo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from smr_vision.report import svg
from smr_vision.report.coverage import segment_range
from smr_vision.report.facts import SetFacts
from smr_vision.report.svg import Axis
from smr_vision.report.words import clock, passes, percent
from smr_vision.session.series import Column, Series

RIGHT = 12.0
PIXELS_A_POINT = 2.5
ROUND_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600)
ARROWS = {"up": "\N{UPWARDS ARROW}", "down": "\N{DOWNWARDS ARROW}", "left": "\N{LEFTWARDS ARROW}",
          "right": "\N{RIGHTWARDS ARROW}"}  # fmt: skip
ZONE_WORDS = {"green": "target", "amber": "edge", "red": "keep off"}


@dataclass(frozen=True, slots=True)
class PlotSize:
    """The size a plot is drawn for; `left` is the room for the words beside it."""

    name: str
    width: float
    left: float


WIDE = PlotSize("wide", 720.0, 92.0)
NARROW = PlotSize("narrow", 370.0, 66.0)  # the same plot for a phone, shown instead of the wide one


def plots_of(s: SetFacts, frame: PlotSize = WIDE) -> list[tuple[str, Markup]]:
    """The plots of a set that there is something to show in, each with its caption."""
    found = []
    if any(c is not None for c in s.series.contact):
        found.append((_contact_caption(s), _contact(s, frame)))
    if s.set.passes and any(p.speed_cm_s is not None for p in s.set.passes):
        found.append(("Tempo of each pass, cm/s", _tempo(s, frame)))
    if any(k is not None for k in (*s.series.knee_left, *s.series.knee_right)):
        found.append(("Knee angle, degrees", _knee(s, frame)))
    return found


def _contact_caption(s: SetFacts) -> str:
    if s.set.unplaced:
        return "How far it rolled, and each pass (where on the body is not known)"
    guessed = any(c is not None and not seen for c, seen in zip(s.series.contact, s.series.seen, strict=True))
    return "Where it touched, and each pass" + (" (dashed: worked out from the body)" if guessed else "")


def in_frames(s: SetFacts, frames: Sequence[PlotSize]) -> list[tuple[tuple[str, Markup], ...]]:
    """Each plot once for every frame."""
    return list(zip(*(plots_of(s, frame) for frame in frames), strict=True))


def _time_axis(s: SetFacts, frame: PlotSize) -> Axis:
    return Axis(s.set.start_s, max(s.set.end_s, s.set.start_s + 0.1), frame.left, frame.width - RIGHT)


def _time_marks(x: Axis, top: float, bottom: float) -> Iterable[str]:
    length, room = x.high - x.low, x.end - x.start
    step = next((n for n in ROUND_S if length / n * 62 <= room), length)  # a time that long is no clip: no marks
    first = x.low // step + 1
    for number in range(int((x.high - first * step) / step) + 1):
        t = (first + number) * step
        if t < x.high:
            yield svg.line(x(t), top, x(t), bottom)
            yield svg.text(x(t), bottom + 15, clock(t), anchor="middle")


def _cursor(top: float, bottom: float) -> str:
    """The line that shows the clip's present moment, once the page's script places it."""
    return svg.tag(
        "line", x1=-9.0, y1=top, x2=-9.0, y2=bottom, stroke=svg.PALETTE["ink"], stroke_width=1.5, class_="cursor"
    )


def _draw(
    s: SetFacts, frame: PlotSize, kind: str, title: str, desc: str, *, height: float, body: Sequence[str]
) -> Markup:
    x = _time_axis(s, frame)
    return svg.drawing(
        body, width=frame.width, height=height, name=f"set{s.number}-{kind}-{frame.name}", title=f"{title}, {s.label}",
        desc=desc, class_=f"plot {frame.name}", data_start=f"{x.low:.3f}", data_end=f"{x.high:.3f}",
        data_x0=f"{x.start / frame.width:.5f}", data_x1=f"{x.end / frame.width:.5f}",
    )  # fmt: skip


def thinned(t_s: Sequence[float], values: Column, points: float) -> list[tuple[float, float] | None]:
    """At most about `points` of the curve: the lowest and highest of each stretch, in order; None where it breaks."""
    size = max(1, round(2 * len(t_s) / points))
    kept: list[tuple[float, float] | None] = []
    for i in range(0, len(t_s), size):
        part = [(v, j) for j, v in enumerate(values[i : i + size], start=i) if v is not None]
        if not part:
            kept.append(None)
            continue
        kept += [(t_s[j], values[j] or 0.0) for j in sorted({min(part)[1], max(part)[1]})]
    return kept


def _curve(series: Series, values: Column, x: Axis, y: Axis, colour: str, *, dash: str | None = None) -> str:
    points = [
        None if p is None else (x(p[0]), y(p[1]))
        for p in thinned(series.t_s, values, (x.end - x.start) / PIXELS_A_POINT)
    ]
    return svg.polyline(points, colour, 1.9, dash)


def zone_spans(s: SetFacts, low: float, high: float) -> list[tuple[str, float, float]]:
    """The zones between two contacts, cut to that stretch."""
    if s.card.green is None or s.card.amber is None or s.set.unplaced:
        return []  # no zone is known, or not where in them it was
    (start, end), (first, last) = s.card.green, s.card.amber
    spans = [("red", low, first), ("amber", first, start), ("green", start, end), ("amber", end, last)]
    spans.append(("red", max(end, last), high))
    return [(z, max(a, low), min(b, high)) for z, a, b in spans if min(b, high) > max(a, low)]


def _contact(s: SetFacts, frame: PlotSize) -> Markup:
    top, bottom, height = 26.0, 166.0, 202.0
    x = _time_axis(s, frame)
    y = Axis(*segment_range(s.series, s.card), top, bottom)
    body, said = [], top - 11
    for zone, low, high in zone_spans(s, y.low, y.high):
        place = (x.start, y(low), x.end - x.start, y(high) - y(low))
        body += [svg.rect(*place, zone, opacity=0.13), svg.texture(*place, zone)]
        middle = y((low + high) / 2) + 4
        if place[3] >= 9 and middle >= said + 11:
            said = middle
            body.append(svg.text(frame.left - 8, middle, ZONE_WORDS[zone], anchor="end", colour="ink"))
    body += _time_marks(x, top, bottom)
    if not s.set.unplaced:
        body += [
            svg.text(frame.left - 8, top - 8, s.card.ends[0], anchor="end", size=10),
            svg.text(frame.left - 8, bottom + 15, s.card.ends[1], anchor="end", size=10),
        ]
    for number, one in enumerate(s.set.passes, start=1):
        a, b = x(one.start_s), x(one.end_s)
        body.append(svg.tag("path", d=f"M{a + 1:.1f} 21v-4H{b - 1:.1f}v4", **svg.stroke("soft", 1.0)))
        if b - a > 15:
            label = f"{number}{ARROWS[one.direction]}" if b - a > 22 else str(number)
            body.append(svg.text((a + b) / 2, 12, label, anchor="middle", colour="ink"))
    body += _contact_curves(s.series, x, y)
    for hold in s.holds:
        if hold.along is None:
            continue
        body.append(svg.line(x(hold.start_s), y(hold.along), x(hold.end_s), y(hold.along), "right", width=5))
        above = y(hold.along) - 7 if hold.along > y.low + (y.high - y.low) / 4 else y(hold.along) + 16
        body.append(svg.text((x(hold.start_s) + x(hold.end_s)) / 2, above, "hold", anchor="middle", colour="ink"))
    body += _fault_marks(s, x, bottom + 26, frame.left)
    body.append(_cursor(top, bottom))
    return _draw(s, frame, "contact", "Where the body was on the tool", _contact_words(s), height=height, body=body)


def _contact_curves(series: Series, x: Axis, y: Axis) -> Iterable[str]:
    """Solid where the tool was seen, dashed where its place was worked out."""
    for seen, dash in ((True, None), (False, "5 4")):
        part = tuple(c if was == seen else None for c, was in zip(series.contact, series.seen, strict=True))
        if any(c is not None for c in part):
            yield _curve(series, part, x, y, "line", dash=dash)


def _fault_marks(s: SetFacts, x: Axis, lane: float, left: float) -> Iterable[str]:
    if s.counted:
        yield svg.text(left - 8, lane + 4, "to look at", anchor="end", colour="ink")
    for fact in s.counted:
        start, end = x(fact.fault.start_s), x(fact.fault.end_s)
        yield svg.line(start, lane, max(end, start + 3), lane, "red", width=4)
        yield svg.tag("circle", cx=start, cy=lane, r=7.0, **svg.fill("ink"))
        yield svg.text(start, lane + 3.5, str(fact.number), size=10, anchor="middle", colour="paper")


def _contact_words(s: SetFacts) -> str:
    zones = s.set.time_by_zone_s
    total = zones.green + zones.amber + zones.red
    words = f"{passes(s.set.pass_count).capitalize()} from {clock(s.set.start_s)} to {clock(s.set.end_s, end=True)}."
    if total:
        words += f" {percent(zones.green / total)} of the time in the target zone,"
        words += f" {percent(zones.amber / total)} at its edge, {percent(zones.red / total)} off it."
    if s.counted:
        words += f" Marked: {', '.join(f'{f.number} {f.title} at {clock(f.fault.start_s)}' for f in s.counted)}."
    return words


def _tempo(s: SetFacts, frame: PlotSize) -> Markup:
    top, bottom, height = 10.0, 76.0, 96.0
    x = _time_axis(s, frame)
    speeds = [p.speed_cm_s for p in s.set.passes if p.speed_cm_s is not None]
    y = Axis(0, max([*speeds, *(s.card.tempo_cm_s or ()), s.tempo.fast_cm_s or 0]) * 1.12, bottom, top)
    body = []
    if s.card.tempo_cm_s:
        low, high = 0.0, s.card.tempo_cm_s[1]
        body.append(svg.rect(x.start, y(high), x.end - x.start, y(low) - y(high), "green", opacity=0.16))
        body.append(svg.text(frame.left - 8, y((low + high) / 2) + 4, f"calm to {high:g}", anchor="end", colour="ink"))
    body += _time_marks(x, top, bottom)
    for one in s.set.passes:
        if one.speed_cm_s is None:
            continue
        a, b = x(one.start_s) + 1.5, x(one.end_s) - 1.5
        body.append(svg.rect(a, y(one.speed_cm_s), b - a, bottom - y(one.speed_cm_s), "left", opacity=0.75, radius=2))
        if b - a > 16:
            body.append(svg.text((a + b) / 2, y(one.speed_cm_s) - 3, f"{one.speed_cm_s:.1f}", anchor="middle", size=10))
    if s.tempo.fast_cm_s and s.tempo.fast_cm_s <= y.high:
        level = y(s.tempo.fast_cm_s)
        body.append(
            svg.tag(
                "path", d=f"M{x.start:.1f} {level:.1f}H{x.end:.1f}", stroke_dasharray="5 4", **svg.stroke("red", 1.3)
            )
        )
        body.append(svg.text(frame.left - 8, level + 4, "too fast", anchor="end", colour="ink"))
    body.append(_cursor(top, bottom))
    words = f"Passes took {min(speeds):.1f} to {max(speeds):.1f} centimetres a second."
    return _draw(s, frame, "tempo", "Tempo of each pass", words, height=height, body=body)


def _knee(s: SetFacts, frame: PlotSize) -> Markup:
    top, bottom, height = 20.0, 94.0, 114.0
    x = _time_axis(s, frame)
    sides = [("left", s.series.knee_left, None), ("right", s.series.knee_right, "6 4")]
    sides = [(side, values, dash) for side, values, dash in sides if any(v is not None for v in values)]
    seen = [v for _, values, _ in sides for v in values if v is not None]
    y = Axis(max(0.0, 30 * (min(seen) // 30)), min(180.0, 30 * (max(seen) // 30 + 1)), bottom, top)
    body = []
    level = y.low
    while level <= y.high:
        body += [
            svg.line(x.start, y(level), x.end, y(level)),
            svg.text(frame.left - 8, y(level) + 4, f"{level:.0f}°", anchor="end"),
        ]
        level += 30 if y.high - y.low <= 90 else 60
    body += _time_marks(x, top, bottom)
    for place, (side, values, dash) in enumerate(sides):
        body.append(_curve(s.series, values, x, y, side, dash=dash))
        body += [
            svg.tag("path", d=f"M{x.start + 62 * place:.0f} 8h16", stroke_dasharray=dash, **svg.stroke(side, 2.2)),
            svg.text(x.start + 62 * place + 21, 12, side),
        ]
    body.append(_cursor(top, bottom))
    words = (
        f"Between {min(seen):.0f} and {max(seen):.0f} degrees; seen: {' and '.join(side for side, _, _ in sides)} knee."
    )
    return _draw(s, frame, "knee", "Knee angle", words, height=height, body=body)
