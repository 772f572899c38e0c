"""Walking: steps whose standing foot does not slide."""

from __future__ import annotations

import numpy as np

from .body import Pose, Shape
from .geometry import Array
from .scene import BystanderSpec, SceneSpec
from .standing import standing

_STEP_S = 0.56  # seconds a step
_STRIDE = 0.72  # of the longest that `standing` takes


class Walk:
    """Up and down past the roller (the walking negative), or once through the picture (a bystander)."""

    def __init__(self, shape: Shape, scene: SceneSpec, through: BystanderSpec | None = None) -> None:
        self.shape = shape
        leg = shape.lengths["thigh"] + shape.lengths["shank"]
        self.speed = 2 * 0.36 * leg * _STRIDE / _STEP_S  # metres a second
        self.through = through
        half, lane = scene.posture.get("walk_half", 1.1), scene.posture.get("walk_lane", 0.35)
        self.ends = (np.array([-half, lane]), np.array([half, lane]))
        self.turn_s = 1.4
        self.leg_s = float(np.linalg.norm(self.ends[1] - self.ends[0])) / self.speed

    def pose(self, t: float) -> Pose:
        """The walking body at time t, seconds."""
        if self.through is not None:
            a, b = np.array(self.through.start), np.array(self.through.stop)
            way = b - a
            heading = float(np.degrees(np.arctan2(way[1], way[0])))
            gone = (t - self.through.from_s) * self.speed
            return self._step(a + way / np.linalg.norm(way) * gone, heading, t, 1.0)
        u = t % (2 * (self.leg_s + self.turn_s))
        back = u >= self.leg_s + self.turn_s
        u -= (self.leg_s + self.turn_s) * back
        a, b = self.ends[::-1] if back else self.ends
        heading = 180.0 if back else 0.0
        if u < self.leg_s:
            return self._step(a + (b - a) * u / self.leg_s, heading, u, min(1.0, 4 * u, 4 * (self.leg_s - u)))
        share = (u - self.leg_s) / self.turn_s
        return self._step(b, heading + 180 * share, u, 0.25)

    def _step(self, at: Array, heading: float, t: float, size: float) -> Pose:
        phase = (t / _STEP_S) % 2
        saw = (
            1 - 2 * phase if phase < 1 else 2 * phase - 3
        )  # the left foot goes back on the floor, then forward in the air
        swing = -np.sin(np.pi * phase)
        return standing(self.shape, at, heading, _STRIDE * saw * size, 0.5 * swing * size, 4.0, 12.0).pose
