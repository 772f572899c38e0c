"""What was wrong, marked on the person: the joint and its angle, how high it is, or where the tool touches."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, isnan, nan
from typing import Final

import numpy as np

from smr_vision.body import Array, Body, opposite
from smr_vision.coach.checks import outside_by
from smr_vision.moves import Check
from smr_vision.overlay.brush import BOLD, INK, VERMILLION, WHITE, Brush, text_width
from smr_vision.overlay.figure import Placing, contact_point
from smr_vision.pipeline.result import FrameResult
from smr_vision.pose import LANDMARKS
from smr_vision.tool.axis import joint_of

# The joint at which an angle is, between the two it goes to; "level" and "upright" are lines through it.
_ANGLES: Final = {
    "knee_angle": ("hip", "knee", "ankle"),
    "hip_angle": ("shoulder", "hip", "knee"),
    "elbow_angle": ("shoulder", "elbow", "wrist"),
    "trunk_tilt": ("level", "hip", "shoulder"),
    "thigh_tilt": ("level", "hip", "knee"),
    "shank_tilt": ("level", "knee", "ankle"),
    "shoulder_drop": ("level", "opposite shoulder", "shoulder"),
    "trunk_lean": ("upright", "hip", "shoulder"),
    "lean": ("upright", "ankle", "shoulder"),
}
# The joint that is too high or too low: a line goes from it to the floor.
_HEIGHTS: Final = {
    "hip_height": "hip", "hip_clearance": "hip", "shoulder_height": "shoulder", "trunk_top": "shoulder",
    "knee_height": "knee", "ankle_height": "ankle", "wrist_height": "wrist", "hand_height": "wrist",
}  # fmt: skip
_PLACES: Final = {
    "hand_level": "wrist", "ankle_along_other_shank": "ankle", "ankle_above_other_shank": "ankle",
    "ankle_to_other_knee": "ankle", "ankle_by_other_ankle": "ankle", "hip_roll": "hip", "shoulder_roll": "shoulder",
    "foot_turn": "foot_index",
}  # fmt: skip
_RING: Final = 4.6  # thicknesses of a limb
_ARC: Final = 9.0
_CASING: Final = 0.5  # a white edge round what is drawn, so that it is seen on any cloth


class Mark:
    """Marks on one picture what a check found wrong in it; `thick` is that of a limb, `unit` the size of the type."""

    def __init__(self, brush: Brush, placing: Placing, thick: float, unit: float) -> None:
        self._brush = brush
        self._place = placing
        self._thick = thick
        self._unit = unit

    def draw(self, seen: FrameResult, check: Check) -> None:
        """Nothing is drawn of what no place of the body shows, like a tempo."""
        body, feedback = seen.body, seen.feedback
        if body is None or feedback is None:
            return
        name, value = worst_of(check, seen)
        role, _, base = name.rpartition(" ")
        side = body.near if not role else joint_of(f"{role} hip", feedback.side).partition("_")[0]
        if name == "contact" and seen.axis is not None:
            self._ring(self._place(contact_point(body, seen.axis, feedback.move, value)))
        elif base in _ANGLES:
            start, at, end = (self._point(body, joint, side) for joint in _ANGLES[base])
            self._angle(start, at, end, f"{value:.0f}\N{DEGREE SIGN}")
        elif base in _HEIGHTS:
            at = self._point(body, _HEIGHTS[base], side)
            self._line(at, at + np.array([0.0, max(value, 0.0) * body.stature_px * self._place.scale]))
            self._ring(at)
        elif base in _PLACES:
            self._ring(self._point(body, _PLACES[base], side))

    def _point(self, body: Body, joint: str, side: str) -> Array:
        """A joint in the picture; of a line through the joint before it, which way it goes."""
        if joint in ("level", "upright"):
            return np.array([nan, nan]) if joint == "level" else np.array([nan, -1.0])
        role, _, base = joint.rpartition(" ")
        side = opposite(side) if role else side
        return self._place(body.pose.xy[LANDMARKS[f"{side}_{base}"]])

    def _angle(self, start: Array, at: Array, end: Array, text: str) -> None:
        to = end - at
        if isnan(start[0]):  # a line through the joint: upright, or level towards where the limb goes
            start = at + (np.array([0.0, -1.0]) if start[1] < 0 else np.array([1.0 if to[0] >= 0 else -1.0, 0.0]))
            reach = 1.6 * _ARC * self._thick
            self._line(at, at + reach * (start - at))
        radius = _ARC * self._thick
        first, last = (atan2(float(way[1]), float(way[0])) for way in (start - at, to))
        turn = (last - first + np.pi) % (2 * np.pi) - np.pi
        ways = first + turn * np.linspace(0.0, 1.0, 17)
        arc = at + radius * np.stack([np.cos(ways), np.sin(ways)], axis=1)
        for colour, thick in ((WHITE, 1.3 + 2 * _CASING), (VERMILLION, 1.3)):
            for a, b in pairwise(arc):
                self._brush.line(a, b, thick * self._thick, colour)
        self._ring(at)
        middle = first + turn / 2
        self._label(text, at + 2.1 * radius * np.array([np.cos(middle), np.sin(middle)]))

    def _ring(self, at: Array) -> None:
        x, y = at
        radius = _RING * self._thick
        for colour, thick in ((WHITE, 1.3 + 2 * _CASING), (VERMILLION, 1.3)):
            self._brush.ring(x, y, radius, thick * self._thick, 1.0, colour, colour)

    def _line(self, a: Array, b: Array) -> None:
        for colour, thick in ((WHITE, 1.0 + 2 * _CASING), (VERMILLION, 1.0)):
            self._brush.line(a, b, thick * self._thick, colour)

    def _label(self, text: str, at: Array) -> None:
        u = self._unit
        width, height = text_width(text, u, BOLD) + 0.6 * u, 1.4 * u
        x = min(max(at[0] - width / 2, 0.0), self._brush.width - width)
        y = min(max(at[1] - height / 2, 0.0), self._brush.height - height)
        self._brush.card(x, y, width, height, INK, 0.8)
        self._brush.text(text, x + width / 2, y + height / 2, u, WHITE, weight=BOLD, align="centre")


def worst_of(check: Check, seen: FrameResult) -> tuple[str, float]:
    """The measure of a check that lies furthest outside of its bound in this moment, and its value; "" and NaN: none
    that a moment has."""
    body, feedback = seen.body, seen.feedback
    found = ("", nan)
    worst = -np.inf
    if body is None or feedback is None:
        return found
    for bound in (bound for rule in check.rules for bound in rule.bounds):
        of_body = bound.measure.rpartition(" ")[2] in _ANGLES.keys() | _HEIGHTS.keys() | _PLACES.keys()
        if bound.measure != "contact" and not of_body:
            continue
        at_tool = bound.measure == "contact"
        value = feedback.contact.position if at_tool else body.measure(bound.measure, feedback.side)
        beyond = outside_by(bound, value)
        if not isnan(value) and beyond > worst:
            found, worst = (bound.measure, value), beyond
    return found
