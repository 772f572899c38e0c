"""How somebody lies or stands for a move, as the camera should see them: a few strokes, from the move file alone.

The trunk's tilt, the heights of hips and ankles and the angles of the legs are what the move's posture
allows; from where it is seen says `views`. Places are shares of the picture's width and height (16:9), 0..1.
"""

from __future__ import annotations

from math import cos, radians, sin
from typing import Final

from smr_vision.moves import Move

Point = tuple[float, float]
_FLOOR: Final = 0.82  # where the floor is in the picture
_ASPECT: Final = 16 / 9
_TRUNK_H, _THIGH_H, _SHANK_H, _ARM_H, _HEAD_H = 0.30, 0.245, 0.246, 0.33, 0.13  # statures [as smr_vision.body]
_WIDE: Final = 0.62  # of the picture's width, for somebody who lies across it
_HIGH: Final = 0.7  # of its height at most
_PART: Final = 0.4  # of what is allowed, from below: bounds leave room above for cameras that stand high
_STANDS_H: Final = 0.42  # hips above this: on the feet
_SHORTER: Final = {"side": 1.0, "oblique": 0.75, "front": 0.6, "back": 0.6}  # somebody seen along the body


def silhouette_of(move: Move) -> list[list[Point]]:
    """Strokes: trunk with head, arm, leg, and the floor."""
    tilt = _middle(move, "trunk_tilt", 0.0, 90.0, 20.0)
    hip_h = _middle(move, "hip_height", 0.0, 0.5, 0.12)
    facing = _middle(move, "facing_up", -90.0, 90.0, 90.0)
    knee = min(_middle(move, "working knee_angle", 60.0, 180.0, 95.0 if facing > 0 and tilt < 30 else 170.0), 180.0)
    stands = hip_h >= _STANDS_H
    if stands:
        hip_h, knee, tilt = _THIGH_H + _SHANK_H, 180.0, max(tilt, 75.0)
    shoulder = (-_TRUNK_H * cos(radians(tilt)), hip_h + _TRUNK_H * sin(radians(tilt)))
    head = (shoulder[0] - _HEAD_H * cos(radians(tilt)), shoulder[1] + _HEAD_H * sin(radians(tilt)))
    leg = _leg(hip_h, knee, stands)
    up = facing >= 0
    # Hands on the floor behind who sits, under who lies face down; behind the head of who lies on the back.
    lies = tilt < 30 and up and not _has(move, "hand_height", at_most=True)
    hand = (head[0] + 0.02, head[1] + 0.04) if lies else (shoulder[0] + (-0.1 if up else 0.02), 0.0)
    if stands:
        hand = (shoulder[0] - 0.2, shoulder[1] + 0.05)
    strokes = [[head, shoulder, (0.0, hip_h)], [shoulder, hand], [(0.0, hip_h), *leg]]
    return _placed(strokes, _SHORTER[move.views[0]] if _along(move) else 1.0)


def _leg(hip_h: float, knee: float, stands: bool) -> list[Point]:
    if stands:
        return [(0.01, _SHANK_H), (0.0, 0.0)]
    bent = radians(180.0 - knee)
    rise = min(_THIGH_H * sin(bent / 2) * (1.0 if knee < 130 else 0.2), 0.9 * _THIGH_H)
    across = (_THIGH_H**2 - rise**2) ** 0.5
    at_knee = (across, hip_h + rise if knee < 130 else max(hip_h - 0.01, 0.04))
    drop = min(at_knee[1], _SHANK_H)
    if knee < 130:
        return [at_knee, (across + (_SHANK_H**2 - drop**2) ** 0.5, 0.0)]
    return [at_knee, (across + _SHANK_H, max(at_knee[1] - 0.06, 0.03))]


def _along(move: Move) -> bool:
    """Whether the camera looks along the body; who lies on the side is seen across from the front too."""
    return move.views[0] != "side" and not _has(move, "facing_up", at_most=True)


def _placed(strokes: list[list[Point]], shorter: float) -> list[list[Point]]:
    points = [p for stroke in strokes for p in stroke]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    high = max(y for _, y in points)
    size = min(_WIDE * _ASPECT / (right - left), _HIGH / high)  # of a stature, in heights of the picture
    middle = (left + right) / 2
    placed = [
        [(round(0.5 + (x - middle) * size * shorter / _ASPECT, 4), round(_FLOOR - y * size, 4)) for x, y in stroke]
        for stroke in strokes
    ]
    return [*placed, [(0.06, _FLOOR), (0.94, _FLOOR)]]


def _has(move: Move, measure: str, *, at_most: bool) -> bool:
    return any(b.measure == measure and (b.at_most < 900) is at_most for b in move.posture)


def _middle(move: Move, measure: str, low: float, high: float, usual: float) -> float:
    """A usual value of what a posture allows of a measure, within what is possible; `usual` where it says nothing."""
    for bound in move.posture:
        if bound.measure == measure:
            least, most = max(bound.at_least, low), min(bound.at_most, high)
            return least + _PART * (most - least)
    return usual
