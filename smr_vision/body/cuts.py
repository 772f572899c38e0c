"""Where a clip was cut: somebody is, from one picture to the next, in another posture in the same room.

Three things tell that from a knocked camera, a flash, a lens that focuses and somebody who moves: the room has not
changed; in the pictures right before and after hardly anything has; and it is no way that the movement before and after
would have gone. The last counts because recordings stutter. Webcams, calls and screen recorders show a picture twice or
for half a second, or lose some, and the next one is as far off as the time that was lost.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from smr_vision.body import Array
from smr_vision.body.picture_change import ALL_JOINTS, JOINTS, Change
from smr_vision.pose import Pose

LONGEST_STEP_S: Final = 0.15  # between two pictures further apart somebody may move and be still again
# Measured on shuffled clips, and on them with noise, knocks, lenses that focus and shaken; and on clips that
# stutter, in which there is no cut [docs/accuracy_log.md]:
AROUND: Final = 0.6  # the room has changed by no more than this share of what the person has
SHAPE_AROUND: Final = 0.65  # the same in coarse shapes
LEAST_SHAPE: Final = 0.2  # share of the person's shapes that are others
LEAST_WAY: Final = 0.008  # of the person's size: the upper quartile of the joints' ways
LEAST_USUAL: Final = 0.005  # of the person's size: poses of somebody who lies still differ by that
STANDS_OUT: Final = (1.15, 1.5)  # shapes and ways, over those before and after
TOGETHER: Final = 2.5  # one times the other
UNMOVED: Final = (0.02, 0.004)  # share of the person changed, and way, of a picture that may be the one before
LONGEST_WAIT_S: Final = 0.6  # a picture that stays for longer is somebody who lies still
LATELY_S: Final = 2.0  # as in this time somebody may have gone while a picture stayed,
ON_AVERAGE: Final = 0.7  # at this share of the fastest: they begin and stop
SHORTEST_S: Final = 0.03  # between two pictures: those that waited come at once, their times say nothing
MIXED: Final = (0.0, 0.25, 0.5, 0.75, 1.0)  # shares of the movement after in what lies between it and the one before


@dataclass(frozen=True, eq=False)
class _Step:
    """From one picture to the next, at `t`: seconds, for how many more the one before may have stayed, what has
    changed, and the joints' ways (8, 2) of the person's size."""

    t: float
    seconds: float
    waited_s: float
    change: Change
    ways: Array

    @cached_property
    def way(self) -> float:
        return _quartile(self.ways)

    @cached_property
    def pace(self) -> Array:
        """Ways a second (8, 2)."""
        return self.ways / max(self.seconds + self.waited_s, SHORTEST_S)

    @property
    def unmoved(self) -> bool:
        return self.change.person <= UNMOVED[0] and self.way < UNMOVED[1]


class CutWatch:
    """Tells a moment later that the clip was cut before a picture: that it differs, stands out among those around it,
    in the picture and in the pose, and does not lie where the movement went."""

    def __init__(self) -> None:
        self._steps: deque[_Step | None] = deque(maxlen=4)
        self._moving: list[_Step] = []  # of late
        self._before: tuple[Pose, Array] | None = None
        self.suspected = False  # whether the clip may have been cut before the last picture

    def advance(self, pose: Pose, change: Change | None, camera_motion: Array) -> bool:
        """Add a picture; whether the clip was cut before the picture before it."""
        step = self._step(pose, change, camera_motion)
        self._before = (pose, camera_motion) if pose.found else None
        self._steps.append(step)
        if step is not None and not step.unmoved:
            self._moving = [*(s for s in self._moving if s.t > step.t - LATELY_S - LONGEST_WAIT_S), step]
        known = [s for s in self._steps if s is not None]
        if len(known) < len(self._steps) or any(s.seconds > LONGEST_STEP_S for s in known):
            self.suspected = False
            return False
        self.suspected = len(known) >= 3 and self._stands_out(known[-1], known[-3:-1], None)
        if len(known) < 4 or not self._stands_out(known[2], (known[0], known[1], known[3]), known[3]):
            return False
        self._moving = [s for s in self._moving if s is not known[2]]
        return True

    def _step(self, pose: Pose, change: Change | None, camera_motion: Array) -> _Step | None:
        if self._before is None or not pose.found or change is None:
            return None
        last, waited = self._steps[-1] if self._steps else None, 0.0
        if last is not None and last.unmoved:
            waited = min(last.waited_s + last.seconds, LONGEST_WAIT_S)
        before, room = self._before
        size = max(float(np.hypot(*np.ptp(before.xy[ALL_JOINTS], axis=0))), 1.0)
        ways = (pose.xy[JOINTS] - before.xy[JOINTS] - (camera_motion - room)) / size
        return _Step(pose.t, pose.t - before.t, waited, change, ways)

    def _stands_out(self, step: _Step, others: Sequence[_Step], after: _Step | None) -> bool:
        change = step.change
        if change.room > AROUND * change.person or change.room_shape > SHAPE_AROUND * change.shape:
            return False
        if change.shape < LEAST_SHAPE or step.way < LEAST_WAY:
            return False
        shape = change.shape / max(*(s.change.shape for s in others), 0.05)
        # Over a longer step somebody goes further: pictures are not always as far apart.
        usual = max(*(s.way * max(step.seconds / s.seconds, 1.0) for s in others), LEAST_USUAL)
        if shape <= STANDS_OUT[0] or shape * step.way <= TOGETHER * usual:
            return False
        left = self._unexplained(step, after)
        return left > LEAST_WAY and left > STANDS_OUT[1] * usual and shape * left > TOGETHER * usual

    def _unexplained(self, step: _Step, after: _Step | None) -> float:
        """What is left of a step's way after what the movement before it, the one after it, and what lies between them
        would have gone; nobody knows whether a picture was lost on the way."""
        before = [s for s in self._moving if s.t < step.t]
        one = max((s.pace for s in before[-2:]), key=_quartile, default=np.zeros_like(step.ways))
        other = one if after is None else after.pace
        left = step.way
        for share in MIXED:
            pace = (1 - share) * one + share * other
            if (square := float((pace * pace).sum())) > 0:
                seconds = float((step.ways * pace).sum()) / square
                seconds = min(max(seconds, 0.0), 2 * max(step.seconds, SHORTEST_S) + step.waited_s)
                left = min(left, _quartile(step.ways - seconds * pace))
        if step.waited_s:
            lately = [s for s in before if s.t > step.t - step.waited_s - LATELY_S]
            fastest = max((_quartile(s.pace) for s in (*lately, *([after] if after else ()))), default=0.0)
            left -= ON_AVERAGE * fastest * (step.seconds + step.waited_s)
        return left


def _quartile(ways: Array) -> float:
    """The upper quartile of the joints' ways."""
    return float(np.percentile(np.hypot(ways[:, 0], ways[:, 1]), 75))
