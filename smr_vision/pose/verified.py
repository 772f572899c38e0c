"""A pose that is followed from picture to picture, checked now and then against a fresh look.

A landmarker that follows somebody looks where they were in the picture before. When it starts wrong
(it took a gym ball for the head of a person lying down, in every picture of half a minute), it stays
wrong and is sure of it. Looking at a picture afresh goes wrong in far fewer than one in a hundred
pictures, and where it does, the mirrored picture says otherwise [docs/accuracy_log.md].
"""

import threading
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import cv2
import numpy as np

from smr_vision.pose import LANDMARKS, MediaPipePose, ModelName, Pose, PoseSource, mirrored
from smr_vision.pose.letterboxed import PoseInFilm
from smr_vision.video import Frame, SmallFrame

EVERY_S: Final = 6.0  # following goes wrong where it starts: looking every 3 s finds no more [docs/accuracy_log.md]
RETRIES: Final = 4  # so often a start that the mirrored picture speaks against is looked at again
RETRY_S: Final = 0.5  # while the landmarker that follows is wrong or has lost whom it followed, look this often
# Two looks at one person contradict each other from this median distance of their joints on, in trunk
# lengths. On 199 pictures of 28 clips looks that agree differ by less than 0.2, the others by 0.8 and more.
APART: Final = 0.5
SAME_PLACE: Final = 0.4  # overlap of their boxes: less is somebody else, about whom nothing is said here
_JOINTS: Final = [LANDMARKS[f"{s}_{j}"] for s in ("left", "right") for j in ("shoulder", "hip", "knee", "ankle")]


class VerifiedPose:
    """A `PoseSource` that follows by one landmarker and checks by another, which looks at single pictures.

    Where the two contradict each other about the same person and the mirrored picture bears the fresh
    look out, poses are taken afresh until the follower, started again, agrees. A follower starts with a fresh look,
    which can't contradict itself: whether it may go on from there the mirrored picture says.
    """

    def __init__(self, tracker: PoseSource, verifier: PoseSource) -> None:
        self._tracker = tracker
        self._verifier = verifier
        self._stack = ExitStack()
        self._next_t: float | None = None
        self._wrong = False
        self._doubts = RETRIES  # looks that a start may still wait for to be borne out

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self._tracker)
            stack.enter_context(self._verifier)
            self._stack = stack.pop_all()
        self._next_t, self._wrong, self._doubts = None, False, RETRIES
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def detect(self, frame: Frame) -> Pose:
        """The pose in `frame`; frames come in the order of time."""
        due = self._next_t is None or frame.t >= self._next_t
        if self._wrong:
            return self._afresh(frame, due)
        pose = self._tracker.detect(frame)
        if not pose.found and self._next_t is not None:
            self._next_t = min(self._next_t, frame.t + RETRY_S)  # whoever is found next may be followed wrongly
            self._doubts = RETRIES
        if not (due and pose.found):
            return pose
        self._next_t = frame.t + EVERY_S
        fresh = self._verifier.detect(frame)
        if contradict(pose, fresh):
            if not contradict(fresh, self._in_the_mirror(frame)):
                self._wrong, self._next_t = True, frame.t + RETRY_S
                return fresh
        elif self._doubts:
            self._doubts = self._doubts - 1 if contradict(fresh, self._in_the_mirror(frame)) else 0
            if self._doubts:
                self._next_t = frame.t + RETRY_S
        return pose

    def _afresh(self, frame: Frame, due: bool) -> Pose:
        fresh = self._verifier.detect(frame)
        if due:
            # An empty picture makes the follower lose whom it follows, so that it searches again.
            self._tracker.detect(SmallFrame(frame.t, np.zeros_like(frame.look), frame.size))
            pose = self._tracker.detect(frame)
            self._wrong = not pose.found or contradict(pose, fresh) or contradict(fresh, self._in_the_mirror(frame))
            self._next_t, self._doubts = frame.t + (RETRY_S if self._wrong else EVERY_S), 0
        return fresh

    def _in_the_mirror(self, frame: Frame) -> Pose:
        turned = np.ascontiguousarray(cv2.flip(frame.look, 1), np.uint8)
        return mirrored(self._verifier.detect(SmallFrame(frame.t, turned, frame.size)), frame.size[0])


def contradict(a: Pose, b: Pose) -> bool:
    """Whether two poses of one picture can't both be right about the person they are of."""
    if not (a.found and b.found):
        return False
    trunk = max(_trunk(a), _trunk(b), 1.0)
    apart = float(np.median(np.linalg.norm(a.xy[_JOINTS] - b.xy[_JOINTS], axis=1))) / trunk
    return apart > APART and _overlap(a, b) > SAME_PLACE


def _trunk(pose: Pose) -> float:
    """Mid-shoulders to mid-hips, pixels."""
    ends = [(pose.xy[LANDMARKS[f"left_{j}"]] + pose.xy[LANDMARKS[f"right_{j}"]]) / 2 for j in ("shoulder", "hip")]
    return float(np.linalg.norm(ends[0] - ends[1]))


def _overlap(a: Pose, b: Pose) -> float:
    """Intersection over union of the boxes round the bodies."""
    lows = [p.xy.min(axis=0) for p in (a, b)]
    highs = [p.xy.max(axis=0) for p in (a, b)]
    both = float(np.prod(np.clip(np.minimum(*highs) - np.maximum(*lows), 0.0, None)))
    areas = [float(np.prod(high - low)) for low, high in zip(lows, highs, strict=True)]
    return both / max(sum(areas) - both, 1.0)


class SharedLandmarker:
    """A landmarker for single pictures that several threads share: it remembers nothing, so one is enough.

    Open from the first `with` to the end of the last.
    """

    def __init__(self, source: PoseSource) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._users = 0

    def __enter__(self) -> Self:
        with self._lock:
            if self._users == 0:
                self._source.__enter__()
            self._users += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._source.__exit__(kind, error, trace)

    def detect(self, frame: Frame) -> Pose:
        """The pose in `frame`, whatever was seen before."""
        with self._lock:
            return self._source.detect(frame)


@dataclass(frozen=True)
class VerifiedPoses:
    """Makes the pose sources of a clip: followers for its stretches, and one looker that serves them all."""

    model: ModelName | Path

    def verifier(self) -> PoseSource:
        return MediaPipePose(self.model, single_pictures=True)

    def tracker(self, verifier: PoseSource) -> PoseSource:
        return PoseInFilm(VerifiedPose(MediaPipePose(self.model), verifier))


def verified_pose(model: ModelName | Path) -> PoseSource:
    """A pose source for pictures in order from anywhere: followed, and looked at again."""
    sources = VerifiedPoses(model)
    return sources.tracker(sources.verifier())


def two_people() -> MediaPipePose:
    """Looks whether there are two people in a picture: with the smallest model, as their joints don't matter."""
    return MediaPipePose("lite", single_pictures=True, most=2)
