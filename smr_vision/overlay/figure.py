"""What is painted on the person: the skeleton, the target zone on the segment, and the ring on the tool."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import isnan
from typing import Final

import cv2
import numpy as np

from smr_vision.body import SEEN, Array, Body, opposite
from smr_vision.coach import Feedback, ZoneName
from smr_vision.coach.sets import place_hidden
from smr_vision.moves import Move
from smr_vision.overlay.brush import GREEN, INK, ORANGE, SKY, VERMILLION, WHITE, Brush, Colour
from smr_vision.pipeline.result import FrameResult
from smr_vision.pose import LANDMARKS
from smr_vision.tool.axis import SegmentAxis, joint_of

ZONE_COLOURS: Final[dict[ZoneName, Colour]] = {"green": GREEN, "amber": ORANGE, "red": VERMILLION}
_FAR: Final[Colour] = (150, 160, 172)
_LIMBS: Final = (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"), ("ankle", "foot_index"))
_JOINTS: Final = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")

# Half the thickness of the body at a joint, statures: chest depth, knee and ankle girths [ANSUR II, rounded].
_HALF_THICK_H: Final = {
    "shoulders": 0.055,
    "hips": 0.058,
    "knee": 0.034,
    "ankle": 0.021,
    "shoulder": 0.05,
    "hip": 0.055,
}
_OF_ELSE_H: Final = 0.05
_CHEST_HALF_H: Final = 0.045  # height of the band painted across the chest
_SEAT_H: Final = 0.075  # from the hip joints down to the seat
_ZONE_OPACITY: Final = 0.5
_FIFTHS: Final = np.linspace(0.0, 1.0, 5)  # corners along each edge of a band
STRIPE_PX: Final = 7.0
_TOOL_RADIUS_H: Final = 0.04  # of a tool that isn't seen: a roller of 14 cm


@dataclass(frozen=True)
class Placing:
    """From camera pixels to the picture that is shown: enlarged, and mirrored when `width` is given."""

    scale: float = 1.0
    mirrored_width: float | None = None

    def __call__(self, points: Array) -> Array:
        placed: Array = np.asarray(points, np.float64) * self.scale
        if self.mirrored_width is not None:
            placed = placed * (-1.0, 1.0) + (self.mirrored_width, 0.0)
        return placed


class Figure:
    """Paints one moment's findings on the person."""

    def __init__(self, brush: Brush, placing: Placing) -> None:
        self._brush = brush
        self._place = placing
        self.thick = max((brush.height + brush.width) / 2 / 190, 1.6)

    def draw(self, seen: FrameResult) -> None:
        body, feedback = seen.body, seen.feedback
        if body is None:
            return
        move = feedback.move if feedback is not None and feedback.phase not in ("ready", "out") else None
        if move is not None and feedback is not None and seen.axis is not None:
            self._zone(body, seen.axis, move, feedback.side)
        self._skeleton(body)
        if feedback is not None and move is not None and seen.axis is not None:
            self._tool(body, seen.axis, move, feedback)

    def _skeleton(self, body: Body) -> None:
        far = opposite(body.near)
        joints = {side: self._joints(body, side) for side in (far, body.near)}
        for side, colour, thick in ((far, _FAR, 0.8), (body.near, SKY, 1.25)):
            at = joints[side]
            for a, b in _LIMBS:
                if a in at and b in at:
                    self._brush.line(at[a], at[b], thick * self.thick, colour)
            if "shoulder" in at and "hip" in at:
                self._brush.line(at["shoulder"], at["hip"], thick * self.thick, colour)
            for joint in _JOINTS:
                if joint in at:
                    x, y = at[joint]
                    self._brush.dot(x, y, 1.5 * thick * self.thick, WHITE if side == body.near else _FAR)

    def _joints(self, body: Body, side: str) -> dict[str, Array]:
        names = {joint for limb in _LIMBS for joint in limb}
        seen = {n: LANDMARKS[f"{side}_{n}"] for n in names if body.pose.visibility[LANDMARKS[f"{side}_{n}"]] >= SEEN}
        return {name: self._place(body.pose.xy[index]) for name, index in seen.items()}

    def _zone(self, body: Body, axis: SegmentAxis, move: Move, side: str | None) -> None:
        """The zone's bands, see-through, with stripes where it is amber: not by colour alone."""
        bands = [(colour, self._place(band)) for colour, band in zone_bands(body, axis, move, side)]
        x0, y0, x1, y1 = self._around([band for _, band in bands])
        if x1 <= x0 or y1 <= y0:
            return
        under = self._brush.image[y0:y1, x0:x1]
        paint = Brush(under.copy())
        offset = np.array([x0, y0], float)
        for colour, band in bands:
            paint.polygon(band - offset, ZONE_COLOURS[colour])
            if colour == "amber":
                paint.lines(_stripes(band - offset), 0.4 * self.thick, WHITE)
        cv2.addWeighted(under, 1 - _ZONE_OPACITY, paint.image, _ZONE_OPACITY, 0, dst=under)
        for colour, band in bands:  # an edge that is seen on cloth of the same colour
            for edge, thick in ((INK, 1.5), (WHITE, 0.7)) if colour == "green" else ():
                self._brush.lines(np.stack([band, np.roll(band, -1, axis=0)], axis=1), thick * self.thick, edge)

    def _around(self, shapes: list[Array]) -> tuple[int, int, int, int]:
        points = np.concatenate(shapes)
        low, high = np.floor(points.min(axis=0)).astype(int) - 1, np.ceil(points.max(axis=0)).astype(int) + 2
        return max(low[0], 0), max(low[1], 0), min(high[0], self._brush.width), min(high[1], self._brush.height)

    def _tool(self, body: Body, axis: SegmentAxis, move: Move, feedback: Feedback) -> None:
        contact = feedback.contact
        if isnan(contact.position) or place_hidden(contact, feedback.tool):
            return
        colour = ZONE_COLOURS[feedback.zone] if feedback.zone is not None else WHITE
        detection = contact.detection
        if detection is not None:
            x, y = self._place(detection.near)
            radius = detection.radius * self._place.scale
            self._brush.ring(x, y, radius + self.thick, 2.4 * self.thick, 0, WHITE, WHITE)
            self._brush.ring(x, y, radius + self.thick, 1.4 * self.thick, 0, colour, colour)
        else:
            radius = _TOOL_RADIUS_H * body.stature_px
            drop = half_thick(move, contact.position) * body.stature_px + radius
            below = _normal(axis) * drop if move.segment.kind == "between" else np.array([0.0, 0.0])
            if move.segment.kind == "floor":
                below = np.array([0.0, _SEAT_H * body.stature_px + radius])
            x, y = self._place(axis.at(contact.position) + below)
            self._brush.dashed_ring(x, y, radius * self._place.scale, 1.4 * self.thick, colour)
        x, y = self._place(contact_point(body, axis, move, contact.position))
        self._brush.dot(x, y, 2.3 * self.thick, WHITE)
        self._brush.dot(x, y, 1.6 * self.thick, colour)


def zone_bands(body: Body, axis: SegmentAxis, move: Move, side: str | None) -> Iterator[tuple[ZoneName, Array]]:
    """The target zone as polygons (n, 2) in camera pixels: green, and amber where the zone is wider."""
    (low, high), (least, most) = move.zone.green, move.zone.amber
    for colour, start, end in (("green", low, high), ("amber", least, low), ("amber", high, most)):
        if end - start > 1e-6:
            yield colour, _band(body, axis, move, side, start, end)  # type: ignore[misc]


def contact_point(body: Body, axis: SegmentAxis, move: Move, position: float) -> Array:
    """Where the tool meets the skin, camera pixels."""
    at: Array = axis.at(position)
    if move.segment.kind == "between":
        at = at + _normal(axis) * half_thick(move, position) * body.stature_px
    elif move.segment.kind == "floor":
        at = at + np.array([0.0, _SEAT_H * body.stature_px])
    return at


def _band(body: Body, axis: SegmentAxis, move: Move, side: str | None, start: float, end: float) -> Array:
    places = start + (end - start) * _FIFTHS
    middle = axis.zero + places[:, None] * axis.unit
    if move.segment.kind == "between":
        half = np.array([half_thick(move, p) for p in places.tolist()])[:, None]
        across = _normal(axis) * (half * body.stature_px)
    elif move.segment.kind == "across":
        down = body.point("mid_hips") - body.point(joint_of(move.segment.start, side))
        across = np.tile(down / max(float(np.hypot(*down)), 1.0) * _CHEST_HALF_H * body.stature_px, (len(places), 1))
    else:
        middle += np.array([0.0, 0.6 * _SEAT_H * body.stature_px])
        across = np.tile([0.0, 0.5 * _SEAT_H * body.stature_px], (len(places), 1))
    return np.concatenate([middle - across, (middle + across)[::-1]])


def half_thick(move: Move, position: float) -> float:
    """Half the body's thickness at a place along the segment, statures."""
    start, end = _joint_thick(move.segment.start), _joint_thick(move.segment.end)
    return start + (end - start) * min(max(position, 0.0), 1.0)


@lru_cache(maxsize=32)
def _joint_thick(joint: str) -> float:
    return _HALF_THICK_H.get(joint.rsplit("_", maxsplit=1)[-1].rsplit(" ", maxsplit=1)[-1], _OF_ELSE_H)


def _normal(axis: SegmentAxis) -> Array:
    """Unit vector across the segment, pointing down in the picture: towards the tool."""
    normal = np.array([-axis.unit[1], axis.unit[0]]) / max(axis.length, 1e-9)
    return normal if normal[1] >= 0 else -normal


def _stripes(band: Array) -> Array:
    """Lines (n, 2, 2) across a band, `STRIPE_PX` apart."""
    half = len(band) // 2
    upper, lower = band[:half], band[half:][::-1]
    count = int(np.hypot(*(upper[-1] - upper[0])) / STRIPE_PX)
    shares = ((np.arange(count) + 0.5) / max(count, 1))[:, None]
    return np.stack([end[0] + shares * (end[-1] - end[0]) for end in (upper, lower)], axis=1)
