"""What the trainer draws on pictures of a clip: each picture keeps its own layer of lines, arrows, angles and words."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import atan2, cos, degrees, hypot, pi, sin
from typing import Annotated, Final, Literal

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from smr_vision.corrections import Outdated
from smr_vision.desk.records import Records
from smr_vision.errors import UsageError
from smr_vision.report.svg import FONT, tag

MOST: Final = 100  # drawings of one session
LONG_SIDE: Final = 1000.0  # of a drawing, in its own units; a picture's longer side
POINTS: Final = {"line": 2, "arrow": 2, "angle": 3, "text": 1}
INKS: Final = {"yellow": "#ffd23f", "red": "#ff6a5c", "blue": "#4cc3ff", "green": "#4be38a", "white": "#ffffff"}
HALO: Final = "#101418"
WIDTH, HEAD, ARC, LETTERS = 6.0, 34.0, 70.0, 36.0
BROAD, EDGE = 0.62, 8.0  # a letter's width by its height, about; room left at the edges

Share = Annotated[float, Field(ge=0, le=1)]
Place = tuple[float, float]


class Shape(BaseModel):
    """A line, arrow, angle (its corner in the middle) or text. Points are shares of the picture's width and height."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["line", "arrow", "angle", "text"]
    points: Annotated[tuple[tuple[Share, Share], ...], Field(max_length=3)]
    ink: Literal["yellow", "red", "blue", "green", "white"] = "yellow"
    words: Annotated[str, Field(max_length=120)] = ""

    @model_validator(mode="after")
    def _whole(self) -> Shape:
        if len(self.points) != POINTS[self.kind]:
            raise ValueError(f"a shape of the kind {self.kind} has {POINTS[self.kind]} points")
        if self.kind == "text" and not self.words.strip():
            raise ValueError("a text needs words")
        return self


_SHAPES: Final = TypeAdapter(tuple[Shape, ...])


@dataclass(frozen=True, slots=True)
class Drawing:
    """The layer of one picture: what is drawn, words below it, whether it goes into the report."""

    id: str
    t_s: float
    shapes: tuple[Shape, ...]
    words: str
    in_report: bool
    changed_at: str


class Drawings:
    """Keeps them in the desk's own records."""

    def __init__(self, records: Records) -> None:
        self._database = records.database

    def of(self, session_id: str) -> list[Drawing]:
        """All drawings of a session, in the order of the clip; one that can't be read is left out."""
        with self._database.read() as run:
            rows = run(
                "SELECT id, t_s, shapes, words, in_report, changed_at FROM drawings WHERE session_id = :id"
                " ORDER BY t_s",
                {"id": session_id},
            )
        found = []
        for identity, t_s, shapes, words, in_report, changed_at in rows:
            try:
                drawn = _SHAPES.validate_json(shapes)
            except ValidationError:
                continue
            found.append(Drawing(identity, t_s, drawn, words, bool(in_report), changed_at))
        return found

    def keep(
        self,
        session_id: str,
        identity: str | None,
        seen: str | None,
        *,
        t_s: float,
        shapes: Sequence[Shape],
        words: str,
        in_report: bool,
    ) -> str:
        """Keep a layer; its id. `seen` says when that which is replaced was changed, as the giver saw it."""
        values = {
            "id": identity or uuid.uuid4().hex, "session": session_id, "t": t_s, "words": words, "in": int(in_report),
            "shapes": json.dumps([s.model_dump() for s in shapes], ensure_ascii=False),
            "now": datetime.now(UTC).isoformat(timespec="microseconds"),
        }  # fmt: skip
        with self._database.write() as run:
            if identity is None:
                if len(run("SELECT id FROM drawings WHERE session_id = :session", values)) >= MOST:
                    raise UsageError("There are too many drawings. Remove some first.")
                run("INSERT INTO drawings VALUES (:id, :session, :t, :shapes, :words, :in, :now)", values)
            else:
                self._unchanged(
                    run("SELECT changed_at FROM drawings WHERE id = :id AND session_id = :session", values), seen
                )
                run(
                    "UPDATE drawings SET shapes = :shapes, words = :words, in_report = :in, changed_at = :now"
                    " WHERE id = :id",
                    values,
                )
        return str(values["id"])

    def remove(self, session_id: str, identity: str, seen: str | None) -> None:
        with self._database.write() as run:
            values = {"id": identity, "session": session_id}
            self._unchanged(
                run("SELECT changed_at FROM drawings WHERE id = :id AND session_id = :session", values), seen
            )
            run("DELETE FROM drawings WHERE id = :id", values)

    @staticmethod
    def _unchanged(rows: Sequence[tuple[object, ...]], seen: str | None) -> None:
        if not rows or rows[0][0] != seen:
            raise Outdated("This picture was drawn on in another window meanwhile. Look at it as it is now.")


def as_svg(picture: str, size: tuple[int, int], shapes: Sequence[Shape], title: str) -> Markup:
    """A picture (a `data:` URI; width, height) with what was drawn on it."""
    scale = LONG_SIDE / max(size)
    width, height = size[0] * scale, size[1] * scale
    body = [tag("title", str(Markup.escape(title))), tag("image", href=picture, width=width, height=height)]
    for shape in shapes:
        body += _drawn(shape, [(x * width, y * height) for x, y in shape.points], width)
    drawing = tag("svg", *body, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width:g} {height:g}", role="img")
    return Markup(drawing)  # noqa: S704 - `tag` escapes


def _drawn(shape: Shape, at: Sequence[Place], width: float) -> Iterator[str]:
    """One shape: a dark halo first, so that it can be told from any picture."""
    for ink, more in ((HALO, 5.0), (INKS[shape.ink], 0.0)):
        if shape.kind == "text":
            yield _words(at[0], shape.words, ink, more, width)
            continue
        for path in _paths(shape, at):
            yield tag(
                "path", d=path, fill="none", stroke=ink, stroke_width=WIDTH + more, stroke_linecap="round",
                stroke_linejoin="round",
            )  # fmt: skip
        if shape.kind == "angle":
            a, corner, b = at
            half = atan2(*_sum(_unit(corner, a), _unit(corner, b))[::-1])
            place = (
                corner[0] + 1.7 * ARC * cos(half) - 0.6 * LETTERS,
                corner[1] + 1.7 * ARC * sin(half) + 0.35 * LETTERS,
            )
            yield _words(place, f"{angle_of(a, corner, b):.0f}°", ink, more, width)


def _paths(shape: Shape, at: Sequence[Place]) -> Iterator[str]:
    yield "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in at)
    if shape.kind == "arrow":
        (x0, y0), (x1, y1) = at
        way = atan2(y1 - y0, x1 - x0)
        wings = [(x1 - HEAD * cos(way + turn), y1 - HEAD * sin(way + turn)) for turn in (0.45, -0.45)]
        yield "M{:.1f} {:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}".format(*wings[0], x1, y1, *wings[1])
    if shape.kind == "angle":
        a, corner, b = at
        ends = [(corner[0] + ARC * u[0], corner[1] + ARC * u[1]) for u in (_unit(corner, a), _unit(corner, b))]
        turn = (atan2(*_way(corner, b)[::-1]) - atan2(*_way(corner, a)[::-1])) % (2 * pi)
        sweep = int(turn < pi)
        yield "M{:.1f} {:.1f}A{r:g} {r:g} 0 0 {s} {:.1f} {:.1f}".format(*ends[0], *ends[1], r=ARC, s=sweep)


def _words(at: Place, words: str, ink: str, more: float, width: float) -> str:
    """Words that would leave the picture begin further left, and are smaller where it has no room for them."""
    x, y = at
    size = min(LETTERS, (width - 2 * EDGE) / (BROAD * len(words)))
    return tag(
        "text", str(Markup.escape(words)), x=min(x, width - EDGE - BROAD * size * len(words)), y=y, font_size=size,
        font_family=FONT, font_weight="bold", fill=ink, stroke=ink if more else "none", stroke_width=more or None,
        stroke_linejoin="round",
    )  # fmt: skip


def angle_of(a: Place, corner: Place, b: Place) -> float:
    """The angle at a corner, 0 to 180 degrees."""
    (ax, ay), (bx, by) = _way(corner, a), _way(corner, b)
    return degrees(abs(atan2(ax * by - ay * bx, ax * bx + ay * by)))


def _way(start: Place, end: Place) -> Place:
    return end[0] - start[0], end[1] - start[1]


def _unit(start: Place, end: Place) -> Place:
    x, y = _way(start, end)
    far = hypot(x, y) or 1.0
    return x / far, y / far


def _sum(one: Place, other: Place) -> Place:
    return one[0] + other[0], one[1] + other[1]
