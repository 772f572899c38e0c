"""How far the contact rolls from picture to picture, by nets that have learned how a body's joints go along with it.

Where the rolling goes into the picture, no single joint shows it: it moves as little as landmarks wander. All of them
together do: trunk and legs grow and shrink, a shoulder nears a planted hand, depths change. A net looks at how
somebody has been seen in the last seconds and says with which weights the joints' movements add up to the contact's.
Moves name the net of their segment (`sway`); those that name none go by the half-speed rule. What it learned from:
models/sway.md.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from math import exp, log, nan
from typing import Any, Final

import cv2
import numpy as np

from smr_vision.body import Array
from smr_vision.errors import ModelError
from smr_vision.pose import LANDMARKS, Pose
from smr_vision.runtime.machine import bundled_model
from smr_vision.tool.axis import Rolled
from smr_vision.tool.contact import DetectorResult

# Most doubt of a net's step at which range and tempo are told by it, segment lengths: at a wall twice what it doubts
# from behind, under a seat what it doubts with the feet towards the camera, 1.8 cm (docs/accuracy_log.md).
MOST_DOUBT: Final[Mapping[str, float]] = {"wall": 0.05, "seat": 0.08}
CONTEXT_S: Final = 3.0  # how somebody has been seen is the mean of so long: a pass or two
_LEAST_SPREAD: Final = 1e-3  # segment lengths
_SEEN_NO_SPREAD: Final = -1.0  # logarithm of the spread where no tool was seen,
_NO_LOOK: Final = (0.0, 0.0, -2.0, 0.0)  # and all numbers of a look before the first one
_NAMES: Final = (
    "nose",
    *(f"{side}_{j}" for j in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle") for side in ("left", "right")),
)
_RIGHT: Final = [LANDMARKS[name] for name in _NAMES]
_LEFT: Final = [LANDMARKS[n.replace("left", "-").replace("right", "left").replace("-", "right")] for n in _NAMES]
_HIPS: Final = [_NAMES.index("left_hip"), _NAMES.index("right_hip")]
PLACES: Final = 5 * len(_NAMES) + 1  # numbers of a moment that move: joints in the picture and in 3-D, the seen contact
CONTEXT: Final = 6 * len(_NAMES) + 4  # and of how somebody is seen: both round the hips, visibilities, the look


class BodyWatch:
    """What the net is told of each moment; a left working side is told as the mirror image of a right one."""

    def __init__(self, side: str | None) -> None:
        self._of, self._sign = (_LEFT, -1.0) if side == "left" else (_RIGHT, 1.0)
        self._look = np.array(_NO_LOOK)
        self._seen = nan  # where the tool was seen last
        self._recent: deque[tuple[float, Array]] = deque()
        self._sum = np.zeros(CONTEXT)

    def add(
        self, pose: Pose, size: tuple[float, float], camera_motion: Array, look: DetectorResult | None
    ) -> tuple[Array, Array]:
        """Add a moment with somebody of `size` (metres, pixels); `look` is None where nobody looked for the tool.

        The joints' places (PLACES,), statures, and the seen contact, NaN before the first sight; the mean of how
        somebody was seen of late (CONTEXT,).
        """
        metres, pixels = size
        if look is not None and look.detection is not None:
            seen = look.detection
            self._seen = seen.position
            self._look = np.array([seen.position, 1.0, log(max(seen.spread, _LEAST_SPREAD)), look.chance])
        elif look is not None:
            self._look = np.array([self._look[0], 0.0, _SEEN_NO_SPREAD, look.chance])
        flat = (pose.xy[self._of] - camera_motion) / pixels * (self._sign, 1.0)
        deep = (pose.world[self._of] / metres * (self._sign, 1.0, 1.0)).ravel()
        round_hips = (flat - flat[_HIPS].mean(axis=0)).ravel()
        now = np.concatenate([round_hips, deep, pose.visibility[self._of], self._look])
        self._recent.append((pose.t, now))
        self._sum += now
        while self._recent[0][0] < pose.t - CONTEXT_S + 1e-6:
            self._sum -= self._recent.popleft()[1]
        return np.concatenate([flat.ravel(), deep, [self._seen]]), self._sum / len(self._recent)


class Sway:
    """Follows one set: how far the contact rolls between pictures. `name` is that of the net, `side` the working one.

    Raises
    ------
    ModelError
        When the net's file is missing or damaged.
    """

    def __init__(self, name: str, side: str | None) -> None:
        path = bundled_model(f"sway_{name}.onnx", "net of the rolling")
        try:
            self._net: Any = cv2.dnn.readNetFromONNX(str(path), engine=cv2.dnn.ENGINE_CLASSIC)
        except cv2.error as e:
            raise ModelError(f"{path.name} is damaged. Reinstall smr-vision.") from e
        self._side, self._most_doubt = side, MOST_DOUBT[name]
        self._watch = BodyWatch(side)
        self._before: Array | None = None

    def advance(
        self, pose: Pose, size: tuple[float, float], camera_motion: Array, look: DetectorResult | None
    ) -> Rolled | None:
        """Add a moment, as for `BodyWatch.add`; None at the first one."""
        places, context = self._watch.add(pose, size, camera_motion, look)
        before, self._before = self._before, places
        if before is None:
            return None
        self._net.setInput(context.astype(np.float32)[None])
        weights, doubt = self._net.forward(["weights", "doubt"])
        moved = np.nan_to_num(places - before)
        return Rolled(float(weights[0].astype(np.float64) @ moved), exp(float(doubt[0, 0])) <= self._most_doubt)

    def forget(self) -> None:
        """What comes does not follow on what was."""
        self._watch = BodyWatch(self._side)
        self._before = None
