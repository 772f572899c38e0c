"""One decoder for all: the pictures of a clip are decoded here, and those measured handed to processes that find poses.

One process is handed them, at first. Where poses take so long that it pays to decode a second time, which is judged by
the processor time that both have taken, all processes read the stretches that have not begun, each its own. The poses
are the same.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from typing import Final

from smr_vision.pose import Pose
from smr_vision.pose.cuts import STRETCH_S, stretches_of
from smr_vision.pose.serving import PoseSources, Stretch, early
from smr_vision.pose.team import AHEAD, Coming, Team
from smr_vision.runtime.machine import trim_heap
from smr_vision.video import ClipReader, DecodedFrame, Frame, SentFrame
from smr_vision.video.sampling import FrameSampler, border_near

HELD_PIXELS: Final = 40e6  # of pictures that wait for a pose: 19 of 1920x1080, 60 MB
JUDGED_AFTER: Final = 20  # poses: two seconds of most clips
WORTH: Final = 1.1  # decoding twice has to gain a tenth


def handed_over(clip: ClipReader, sources: PoseSources, workers: int) -> Iterator[tuple[Frame, Pose | None]]:
    """Frames of `clip` with their poses, as `posed` gives them."""
    sampler = FrameSampler(clip.info.fps)
    most = int(HELD_PIXELS / (clip.info.width * clip.info.height))
    held: deque[tuple[Frame, Coming | None]] = deque()
    awaited = 0  # poses of those held
    with Team(sources) as team:
        course = _Course(clip, team, workers)
        for frame in course.decoded():
            coming = course.hand(frame) if sampler.measures(frame.t, decoded=frame.decoded) else None
            held.append((frame, coming))
            awaited += coming is not None
            # One at least is awaited while the next pictures are decoded.
            while held and ((whose := held[0][1]) is None or whose.ready or (len(held) > most and awaited > 1)):
                awaited -= whose is not None
                yield course.posed(*held.popleft())
        course.all_handed()
        while held:
            yield course.posed(*held.popleft())


class _Course:
    """The stretches of a clip whose pictures are all decoded here, and who finds the poses of each."""

    def __init__(self, clip: ClipReader, team: Team, workers: int) -> None:
        self._clip, self._team, self._workers = clip, team, workers
        self._cuts = stretches_of(clip)
        self._cut = next(self._cuts, None)  # the next to begin
        self._begun: deque[Coming] = deque()  # that of the pictures that are decoded now, and those after it
        self._reads = False  # whether stretches are read by who finds their poses
        self._judged = not clip.jumps or workers == 1
        self._poses = 0
        self._decoding_s = 0.0
        self._since = (0.0, 0.0, 0.0)
        team.grow(1)
        self._begin()

    def decoded(self) -> Iterator[Frame]:
        """The pictures of the clip, in order."""
        frames = iter(self._clip)
        while True:
            before = time.thread_time()
            frame = next(frames, None)
            self._decoding_s += time.thread_time() - before
            if frame is None:
                return
            yield frame

    def hand(self, frame: Frame) -> Coming:
        """Hand over a picture that is measured; where its pose will come from."""
        while frame.t >= self._begun[0].stretch.end:
            if len(self._begun) == 1:
                self._begin()
            self._begun.popleft().all_handed()
            trim_heap()
            if self._reads:
                self._fill()
        if self._cut is not None and len(self._begun) == 1 and frame.t >= early(self._cut[0]):
            self._begin()
        for coming in self._begun:
            stretch = coming.stretch
            if stretch.handed and frame.t >= stretch.early:
                assert isinstance(frame, DecodedFrame)
                coming.hand(SentFrame(frame.t, frame.size, None, frame.small, frame.film))
        return self._begun[0]

    def all_handed(self) -> None:
        """That was the last picture."""
        for coming in self._begun:
            coming.all_handed()

    def posed(self, frame: Frame, coming: Coming | None) -> tuple[Frame, Pose | None]:
        """A picture with its pose; waits for it."""
        if coming is None:
            return frame, None
        pose = coming.pose(frame.t)
        if not self._judged:
            self._judge(coming)
        return frame, pose

    def _begin(self) -> None:
        """Begin the next stretch. Where the clip goes on longer than it said, nobody has kept its warm-up."""
        if self._cut is None:
            end = self._begun[-1].stretch.end
            cut, handed = (end, border_near(end + STRETCH_S)), False
        else:
            cut, handed = self._cut, not self._reads
        self._cut = next(self._cuts, None)
        self._begun.append(Coming(Stretch(self._clip.info.path, *cut, reading=self._clip.reading, handed=handed)))
        self._team.begin(self._begun[-1])

    def _fill(self) -> None:
        while self._cut is not None and len(self._begun) < self._workers * (1 + AHEAD):
            self._begin()

    def _judge(self, coming: Coming) -> None:
        """Once: whether poses take so much longer than all that is done here that decoding twice is worth it."""
        self._poses += 1
        now = coming.spent, time.process_time(), self._decoding_s
        if self._poses == 1:
            self._since = now
        if self._poses <= JUDGED_AFTER:
            return
        self._judged = True
        posing, here, decoding = (b - a for a, b in zip(self._since, now, strict=True))
        if posing > WORTH * (posing + here + decoding) / self._workers:
            self._reads = True
            self._team.grow(self._workers)
            self._fill()
