"""Pictures of a clip with their poses, in order, worked out on several cores.

One landmarker keeps one core busy, so the clip is cut into stretches and each gets a landmarker of
its own, warmed up on the moments before. Stretches and warm-up are fixed in seconds: the poses are
the same for any number of workers. Several workers are processes that send back poses alone; the
pictures are decoded a second time, in order, for whoever looks at them next: that is cheap beside
the pose, and keeps memory flat.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from math import inf
from queue import SimpleQueue
from typing import Final

from smr_vision.memory import give_back
from smr_vision.pose import Pose, PoseSource
from smr_vision.second_look import Looker
from smr_vision.side_by_side import PoseProcess, PoseSources, Stretch
from smr_vision.video import ClipReader, Frame

STRETCH_S: Final = 20.0
LONG_STRETCH_S: Final = 40.0  # of a clip long enough that a machine with many cores has work for all the same:
MANY: Final = 8
LEAST_STRETCH_S: Final = 6.0  # a landmarker takes 0.15 s to be made, and its warm-up
WARM_UP_S: Final = 0.2  # docs/performance.md: beyond this the poses of a late starter differ no less
AHEAD: Final = 1  # stretches that may wait, worked out, for each worker


def posed(clip: ClipReader, sources: PoseSources, workers: int) -> Iterator[tuple[Frame, Pose]]:
    """Frames of `clip` with their poses, by landmarkers from `sources`; several `workers` are processes."""
    looker = Looker(sources.looker())
    if workers == 1:
        with looker:
            yield from _on_one_core(clip, lambda: sources.follower(looker))
    else:
        yield from _side_by_side(clip, sources, looker, workers)


def _on_one_core(clip: ClipReader, new_source: Callable[[], PoseSource]) -> Iterator[tuple[Frame, Pose]]:
    """The same stretches one after the other, on the thread of the caller."""
    cuts = stretches(clip.info.duration_s)
    _, end = next(cuts)
    coming = next(cuts, None)
    with ExitStack() as now, ExitStack() as soon:
        source: PoseSource = now.enter_context(new_source())
        warming: PoseSource | None = None
        for frame in clip:
            while frame.t >= end:
                if warming is None:  # the clip goes on longer than it said, or leaps
                    warming = soon.enter_context(new_source())
                    with ClipReader(clip.info.path, max(end - WARM_UP_S, 0.0), end, one_core=True) as before:
                        for early in before:
                            warming.detect(early)
                now.close()
                give_back()
                now.push(soon.pop_all())
                source, warming = warming, None
                end = coming[1] if coming is not None else end + STRETCH_S
                coming = next(cuts, None)
            pose = source.detect(frame)
            if coming is not None and frame.t >= end - WARM_UP_S:
                if warming is None:
                    warming = soon.enter_context(new_source())
                warming.detect(frame)
            yield frame, pose


def _side_by_side(clip: ClipReader, sources: PoseSources, looker: Looker, workers: int) -> Iterator[tuple[Frame, Pose]]:
    length = clip.info.duration_s
    cuts = stretches(length)
    waiting: deque[_Coming] = deque()
    free: SimpleQueue[PoseProcess] = SimpleQueue()
    with ExitStack() as stack:
        processes: list[PoseProcess] = []
        for _ in range(workers):
            processes.append(PoseProcess(sources, looker))
            stack.callback(processes[-1].close)
            free.put(processes[-1])
        pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="pose")
        stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        for process in processes:
            stack.callback(process.stop)  # or the pool would wait for its poses
        stack.enter_context(looker)  # while the others are starting

        def begin(start: float, end: float) -> None:
            stretch = Stretch(clip.info.path, max(start - WARM_UP_S, 0.0), start, end)
            waiting.append(_Coming(stretch, free, pool))

        def fill() -> None:
            while len(waiting) < workers * (1 + AHEAD) and (cut := next(cuts, None)) is not None:
                begin(*cut)

        fill()
        for frame in clip:
            while frame.t >= waiting[0].end:
                if len(waiting) == 1:  # the clip goes on longer than it said
                    begin(waiting[0].end, waiting[0].end + STRETCH_S)
                waiting.popleft()
                fill()
            yield frame, waiting[0].pose(frame.t)


def stretches(length: float) -> Iterator[tuple[float, float]]:
    """Start and end, in seconds, of the stretches of a clip of `length` seconds (0: not known).

    They get shorter towards the end, so that all workers end at about the same time.
    """
    if length <= 0:
        yield 0.0, inf
        return
    most = min(max(length / MANY, STRETCH_S), LONG_STRETCH_S)
    start = 0.0
    while start < length:
        left = length - start
        end = start + min(most, max(LEAST_STRETCH_S, left / 2))
        if length - end < LEAST_STRETCH_S / 2:
            end = max(length, start + LEAST_STRETCH_S)
        yield start, end
        start = end


class _Coming:
    """The poses of a stretch, from the first process that is free.

    They can be asked for, in order, while it is still at work.
    """

    def __init__(self, stretch: Stretch, free: SimpleQueue[PoseProcess], pool: ThreadPoolExecutor) -> None:
        self.end = stretch.end
        self._stretch = stretch
        self._free = free
        self._poses: SimpleQueue[Pose | None] = SimpleQueue()  # None: it has ended, well or not
        self._next: Pose | None = None
        self._ended = False
        self._work: Future[None] = pool.submit(self._run)

    def pose(self, t: float) -> Pose:
        """The pose at `t`, which grows from call to call; raises what went wrong."""
        while not self._ended and (self._next is None or self._next.t < t):
            self._next = self._poses.get()
            if self._next is None:
                self._ended = True
                self._work.result()
        return self._next if self._next is not None and self._next.t == t else Pose.nobody(t)

    def _run(self) -> None:
        process = self._free.get()
        try:
            for pose in process.poses(self._stretch):
                self._poses.put(pose)
        finally:
            self._poses.put(None)
            self._free.put(process)
