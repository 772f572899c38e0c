"""One sign that can be made lying on a roller: an arm held straight up."""

from __future__ import annotations

from typing import Final

import numpy as np

from smr_vision.body import SIDES, Body, angle_at
from smr_vision.pose import LANDMARKS

HOLD_S: Final = 2.0  # [issue: live coach]
GAP_S: Final = 0.3  # a pose that slips for less than this doesn't count
# Measured on rendered people who give the sign, and on kept clips of rolling, in none of which an arm is up for longer
# than 0.7 s by these [docs/desk.md, `benchmarks/signs.py`].
STRAIGHT_DEG: Final = 110.0  # who is asked for a straight arm bends it, and its elbow is seen beside where it is
UPRIGHT: Final = 0.87  # cosine of 30 degrees: how steep the arm must be in the picture
# Of the stature, from shoulder to wrist: less is an arm that points at the camera, or a thing behind, taken for one.
FAR: Final = 0.2
SEEN: Final = 0.15  # an arm that was hidden till now is believed by the pose net only a second later


class ArmUp:
    """Follows whether an arm is held straight up; the sign is given once for each time it is raised."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._last = -1e9
        self._given = False

    @property
    def raised(self) -> bool:
        """Whether an arm is up, if only just: no moment to find fault with the hands."""
        return self._since is not None

    def held_s(self, t: float) -> float:
        return t - self._since if self._since is not None and not self._given else 0.0

    def detect(self, t: float, body: Body | None) -> bool:
        """Add a moment; True at the one when the sign is given."""
        if body is not None and any(straight_up(body, side) for side in SIDES):
            self._last = t
            self._since = t if self._since is None else self._since
        elif t - self._last > GAP_S:
            self._since, self._given = None, False
        if self._since is None or self._given or t - self._since < HOLD_S:
            return False
        self._given = True
        return True


def straight_up(body: Body, side: str) -> bool:
    """Whether the arm of a side is straight and points up, seen well enough to say. The hand may be above the
    picture: where the arm goes tells the elbow."""
    joints = [f"{side}_{joint}" for joint in ("shoulder", "elbow", "wrist")]
    above = float(body.pose.xy[LANDMARKS[joints[-1]], 1]) < 0
    if min(float(body.pose.visibility[LANDMARKS[j]]) for j in (joints[:-1] if above else joints)) < SEEN:
        return False
    shoulder, elbow, wrist = (body.point(j) for j in joints)
    arm = wrist - shoulder
    length = float(np.hypot(*arm))
    return (
        length > FAR * body.stature_px
        and -arm[1] / length > UPRIGHT
        and angle_at(shoulder, elbow, wrist) > STRAIGHT_DEG
    )
