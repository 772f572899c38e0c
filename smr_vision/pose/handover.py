"""One decoder for all: the pictures of a clip are decoded here, and those measured handed to a thread that finds poses.

Where poses take so long that it pays to decode elsewhere too, the stretches that have not begun are read by whoever
finds their poses, in processes. That is judged once, by the time that a pose takes and the processor time of all.
Without video they send the pictures along, and nobody else decodes. The poses are the same.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from smr_vision.pose import Pose
from smr_vision.pose.serving import Picture, PoseSources, Stretch, early
from smr_vision.pose.stretches import STRETCH_S, at_once, stretches_of
from smr_vision.pose.workers import Coming, Team
from smr_vision.runtime.machine import trim_heap
from smr_vision.video import ClipReader, DecodedFrame, Ending, Frame, SentFrame, UnseenFrame
from smr_vision.video.sampling import FrameSampler, border_near

HELD_PIXELS: Final = 40e6  # of pictures that wait for a pose: 19 of 1920x1080, 60 MB
HELD_SMALL: Final = 16  # of those measured, where nobody wants the large ones: 36 MB, with their colours
JUDGED_AFTER: Final = 20  # poses: two seconds of most clips
WORTH: Final = 1.1  # decoding elsewhere has to gain a tenth,
START_S: Final = 0.6  # and more than a process takes to start


def handed_over(
    clip: ClipReader, sources: PoseSources, workers: int, *, pictures: bool = True
) -> Iterator[tuple[Frame, Pose | None]]:
    """Frames of `clip` with their poses, as `posed` gives them; `clip` knows at the end how it ended."""
    sampler = FrameSampler(clip.info.fps)
    most = int(HELD_PIXELS / (clip.info.width * clip.info.height)) if pictures else HELD_SMALL
    held: deque[tuple[Frame, Coming | None]] = deque()
    awaited = 0  # poses of those held
    with Team(sources) as team:
        course = _Course(clip, team, workers, pictures=pictures)
        for frame in course.decoded():
            coming = None
            if sampler.measures(frame.t, decoded=frame.decoded):
                frame, coming = course.hand(frame)  # noqa: PLW2901 - small, where that is all that is wanted
            elif not pictures:
                frame = UnseenFrame(frame.t)  # noqa: PLW2901 - what was decoded for others takes 25 MB of 4K
            held.append((frame, coming))
            awaited += coming is not None
            # One at least is awaited while the next pictures are decoded.
            while held and (
                (whose := held[0][1]) is None
                or whose.ready
                or ((len(held) if pictures else awaited) > most and awaited > 1)
            ):
                awaited -= whose is not None
                yield course.posed(*held.popleft())
        course.all_handed()
        while held:
            yield course.posed(*held.popleft())
        yield from course.sent()


class _Course:
    """The stretches of a clip: who finds the poses of each, and for how long the pictures are decoded here."""

    def __init__(self, clip: ClipReader, team: Team, workers: int, *, pictures: bool) -> None:
        self._clip, self._team, self._workers, self._pictures = clip, team, workers, pictures
        self._cuts = stretches_of(clip)
        self._cut = next(self._cuts, None)  # the next to begin
        self._begun: deque[Coming] = deque()  # that of the pictures that are decoded now, and those after it
        self._end = 0.0  # of the last one begun
        self._reads = False  # whether stretches are read by who finds their poses
        self._judged = not clip.jumps or workers == 1
        self._poses = 0
        self._decoding_s = 0.0
        self._since = (0.0, 0.0, 0.0, 0.0)
        team.grow(1)
        self._begin()

    def decoded(self) -> Iterator[Frame]:
        """The pictures of the clip, in order, as long as they are decoded here."""
        frames = iter(self._clip)
        while True:
            before = time.thread_time()
            frame = next(frames, None)
            self._decoding_s += time.thread_time() - before
            if frame is None:
                return
            yield frame

    def hand(self, frame: Frame) -> tuple[Frame, Coming]:
        """Hand over a picture that is measured; what is to be kept of it, and where its pose will come from."""
        while frame.t >= self._begun[0].stretch.end:
            if len(self._begun) == 1:
                self._begin()
            self._begun.popleft().all_handed()
            trim_heap()
            if self._reads:
                self._fill()
        if self._cut is not None and len(self._begun) == 1 and frame.t >= early(self._cut[0]):
            self._begin()
        assert isinstance(frame, DecodedFrame | SentFrame)
        if not self._pictures:
            frame = SentFrame(frame.t, frame.size, None, frame.small, frame.film)
        for coming in self._begun:
            stretch = coming.stretch
            if stretch.handed and frame.t >= stretch.early:
                coming.hand(frame)
        return frame, self._begun[0]

    def all_handed(self) -> None:
        """That was the last picture that is decoded here."""
        for coming in self._begun:
            coming.all_handed()

    def posed(self, frame: Frame, coming: Coming | None) -> tuple[Frame, Pose | None]:
        """A picture with its pose; waits for it."""
        if coming is None:
            return frame, None
        pose = coming.pose(frame.t)
        if not self._judged:
            self._judge(frame.t)
        return frame, pose

    def sent(self) -> Iterator[tuple[Frame, Pose | None]]:
        """All after the last picture that was decoded here, where others read it."""
        ending = self._clip.ending
        if self._pictures or ending is None or ending.whole:
            return
        whole = False
        while not whole:
            while self._begun and self._begun[0].stretch.handed:
                self._begun.popleft()
            self._fill()
            if not self._begun:  # the clip goes on longer than it said
                self._begin()
            coming = self._begun.popleft()
            for found in coming.all():
                if isinstance(found, Ending):
                    whole = found.whole
                    ending = replace(found, parts=ending.parts + found.parts, silences=ending.silences + found.silences)
                elif isinstance(found, Picture):
                    yield found.frame, found.pose
            trim_heap()
        self._clip.end(ending)

    def _begin(self) -> None:
        """Begin the next stretch. Where the clip goes on longer than it said, nobody has kept its warm-up."""
        if self._cut is None:
            cut, handed = (self._end, border_near(self._end + STRETCH_S)), False
        else:
            cut, handed = self._cut, not self._reads
        self._cut, self._end = next(self._cuts, None), cut[1]
        stretch = Stretch(self._clip.info.path, *cut, reading=self._clip.reading, handed=handed)
        self._begun.append(Coming(replace(stretch, pictures=not self._pictures and self._reads)))
        self._team.begin(self._begun[-1])

    def _fill(self) -> None:
        while self._cut is not None and len(self._begun) < at_once(self._workers):
            self._begin()

    def _judge(self, t: float) -> None:
        """Once: whether poses take so much longer than all cores together that decoding elsewhere is worth it."""
        self._poses += 1
        now = time.process_time(), time.process_time() - time.thread_time(), self._decoding_s, t
        if self._poses == 1:
            self._since = now
        if self._poses <= JUDGED_AFTER:
            return
        self._judged = True
        spent, others, decoding, film_s = (b - a for a, b in zip(self._since, now, strict=True))
        handed = min(JUDGED_AFTER * self._team.pose_s, others)  # on a busy machine a pose takes longer than it costs
        shared = (spent + decoding * self._pictures) / self._workers  # without pictures nothing is decoded twice
        gained = (handed - shared) * (self._clip.info.duration_s - t) / film_s
        if handed > WORTH * shared and gained > START_S:
            self._reads = True
            if not self._pictures:
                self._clip.until(self._end)
            self._team.grow(self._workers)
            self._fill()
