"""Pictures of a clip with their poses, in order, worked out on several cores.

One landmarker keeps one core busy, so the clip is cut into stretches and each gets a landmarker of
its own, warmed up on the moments before. Stretches and warm-up are fixed in seconds: the poses are
the same for any number of workers. The pictures are decoded a second time, in order, for whoever
looks at them next; that is cheap beside the pose, and keeps memory flat.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Final

from smr_vision.pose import Pose, PoseSource
from smr_vision.video import ClipReader, Frame

STRETCH_S: Final = 10.0
WARM_UP_S: Final = 0.6  # docs/performance.md: beyond this the poses of a late starter differ no less
AHEAD: Final = 1  # stretches that may wait, worked out, for each worker

Poses = dict[float, Pose]


def posed(clip: ClipReader, new_source: Callable[[], PoseSource], workers: int) -> Iterator[tuple[Frame, Pose]]:
    """Frames of `clip` with their poses. `new_source` makes a landmarker; `workers` of them run side by side."""
    stop = threading.Event()
    path = clip.info.path
    length = clip.info.duration_s
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(max_workers=workers, thread_name_prefix="pose"))
        stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        stack.callback(stop.set)
        waiting: deque[tuple[float, Future[Poses]]] = deque()
        starts = _starts(length)

        def fill() -> None:
            while len(waiting) < workers * (1 + AHEAD):
                start = next(starts, None)
                if start is None:
                    return
                end = start + STRETCH_S if length > 0 else float("inf")
                waiting.append((end, pool.submit(_stretch, path, start, end, new_source, stop)))

        fill()
        for frame in clip:
            while frame.t >= waiting[0][0] and len(waiting) > 1:
                waiting.popleft()
                fill()
            if frame.t >= waiting[0][0]:  # the clip goes on longer than it said
                end = waiting[0][0] + STRETCH_S
                waiting.append((end, pool.submit(_stretch, path, waiting[0][0], end, new_source, stop)))
                waiting.popleft()
            poses = waiting[0][1].result()
            yield frame, poses.get(frame.t) or Pose.nobody(frame.t)


def _starts(length: float) -> Iterator[float]:
    for number in count():
        start = number * STRETCH_S
        if number and start >= length:
            return
        yield start


def _stretch(
    path: Path, start: float, end: float, new_source: Callable[[], PoseSource], stop: threading.Event
) -> Poses:
    """Poses of the frames with start <= t < end, by a landmarker warmed up on what comes before."""
    poses: Poses = {}
    with ClipReader(path, max(start - WARM_UP_S, 0.0), end) as clip, new_source() as source:
        for frame in clip:
            if stop.is_set():
                break
            pose = source.detect(frame)
            if frame.t >= start:
                poses[frame.t] = pose
    return poses
