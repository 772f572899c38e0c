"""Pictures of a clip with their poses, in order, worked out on several cores.

One landmarker keeps one core busy, so the clip is cut into stretches and each gets a landmarker of
its own, warmed up on the moments before. Stretches and warm-up are fixed in seconds: the poses are
the same for any number of workers. Several workers are processes. Where all pictures are wanted, to be
drawn on, they send back poses alone, and the pictures are decoded a second time, in order: to hold those of a
whole stretch would take too much memory. Where not, they send small pictures too, and nobody else decodes.
Not every picture is measured (`smr_vision.video.pace`).
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from math import inf
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

from smr_vision.pose import Pose, PoseSource
from smr_vision.pose.processes import Found, Picture, PoseProcess, PoseSources, Stretch
from smr_vision.pose.verified import Looker
from smr_vision.pose.warm_start import WARM_UP_S, LateStarter
from smr_vision.runtime.heap import give_back
from smr_vision.runtime.shielded import undisturbed
from smr_vision.video import ClipReader, Ending, Frame
from smr_vision.video.pace import Pace, border_near

STRETCH_S: Final = 20.0
LONG_STRETCH_S: Final = 40.0  # of a clip long enough that a machine with many cores has work for all the same:
MANY: Final = 8
LEAST_STRETCH_S: Final = 6.0  # a landmarker takes 0.15 s to be made, and its warm-up
AHEAD: Final = 1  # stretches that may wait, worked out, for each worker


def posed(
    clip: ClipReader, sources: PoseSources, workers: int, *, pictures: bool = True
) -> Iterator[tuple[Frame, Pose | None]]:
    """Frames of `clip` with their poses, by landmarkers from `sources`; None: between two that are measured. Several
    `workers` are processes. Unless `pictures` are wanted of all frames, those measured have what pose, finder and room
    look at, and it is the workers alone who decode."""
    looker = Looker(sources.looker())
    if clip.reading == "in order":
        yield from _in_order(clip, sources, looker)
    elif workers == 1:
        with looker:
            yield from _on_one_core(clip, lambda: sources.follower(looker))
    else:
        # No more of them than there are stretches: one without work only takes memory.
        workers = min(workers, sum(1 for _ in stretches(clip.info.duration_s)))
        if pictures or not clip.jumps:  # without jumps each stretch is decoded from the start, and doubts have no end
            yield from _side_by_side(clip, sources, looker, workers)
        else:
            yield from _undecoded(clip, sources, looker, workers)


def _in_order(clip: ClipReader, sources: PoseSources, looker: Looker) -> Iterator[tuple[Frame, Pose | None]]:
    """All by one landmarker from start to end: of such a clip no part can be read by itself, to warm up on either."""
    pace = Pace(clip.info.fps)
    with looker, sources.follower(looker) as source:
        for frame in clip:
            yield frame, source.detect(frame) if pace.measures(frame.t) else None


def _on_one_core(clip: ClipReader, new_source: Callable[[], PoseSource]) -> Iterator[tuple[Frame, Pose | None]]:
    """The same stretches one after the other, on the thread of the caller."""
    cuts = stretches(clip.info.duration_s)
    _, end = next(cuts)
    coming = next(cuts, None)
    pace = Pace(clip.info.fps)
    with ExitStack() as now, ExitStack() as soon:

        def started(start: float) -> LateStarter:
            return soon.enter_context(LateStarter(new_source, clip.info.path, start, clip.reading))

        source: PoseSource = now.enter_context(new_source())
        warming: LateStarter | None = None
        for frame in clip:
            if not pace.measures(frame.t, decoded=frame.decoded):
                yield frame, None
                continue
            while frame.t >= end:
                if warming is None:  # the clip goes on longer than it said, or leaps
                    warming = started(end)
                    warming.warm_up()
                now.close()
                give_back()
                now.push(soon.pop_all())
                source, warming = warming, None
                end = coming[1] if coming is not None else border_near(end + STRETCH_S)
                coming = next(cuts, None)
            pose = source.detect(frame)
            if coming is not None and frame.t >= end - WARM_UP_S:
                if warming is None:
                    warming = started(end)
                warming.detect(frame)
            yield frame, pose


def _side_by_side(
    clip: ClipReader, sources: PoseSources, looker: Looker, workers: int
) -> Iterator[tuple[Frame, Pose | None]]:
    cuts = stretches(clip.info.duration_s)
    pace = Pace(clip.info.fps)
    waiting: deque[_Coming] = deque()
    with _team(sources, looker, workers) as asked:

        def begin(start: float, end: float) -> None:
            coming = _Coming(Stretch(clip.info.path, start, end, reading=clip.reading))
            waiting.append(coming)
            asked.put(coming)

        def fill() -> None:
            while len(waiting) < workers * (1 + AHEAD) and (cut := next(cuts, None)) is not None:
                begin(*cut)

        fill()
        for frame in clip:
            if not pace.measures(frame.t, decoded=frame.decoded):
                yield frame, None
                continue
            while frame.t >= waiting[0].end:
                if len(waiting) == 1:  # the clip goes on longer than it said
                    begin(waiting[0].end, border_near(waiting[0].end + STRETCH_S))
                waiting.popleft()
                give_back()
                fill()
            yield frame, waiting[0].pose(frame.t)


def _undecoded(
    clip: ClipReader, sources: PoseSources, looker: Looker, workers: int
) -> Iterator[tuple[Frame, Pose | None]]:
    """The same, all pictures from the workers; how `clip` ended is written into it, as if it had been read."""
    cuts = stretches(clip.info.duration_s)
    waiting: deque[_Coming] = deque()
    ending = Ending(0.0, False, None, 0)
    end = 0.0
    with _team(sources, looker, workers) as asked:
        while True:
            while len(waiting) < workers * (1 + AHEAD) and (cut := next(cuts, None)) is not None:
                waiting.append(_Coming(Stretch(clip.info.path, *cut, pictures=True, reading=clip.reading)))
                asked.put(waiting[-1])
            if not waiting:  # the clip goes on longer than it said
                further = border_near(end + STRETCH_S)
                waiting.append(_Coming(Stretch(clip.info.path, end, further, pictures=True, reading=clip.reading)))
                asked.put(waiting[-1])
            coming = waiting.popleft()
            end = coming.end
            for found in coming.all():
                if isinstance(found, Ending):
                    ending = replace(found, parts=ending.parts + found.parts, silences=ending.silences + found.silences)
                elif isinstance(found, Picture):
                    yield found.frame, found.pose
            give_back()
            if ending.whole:
                clip.end(ending)
                return


@contextmanager
def _team(sources: PoseSources, looker: Looker, workers: int) -> Iterator[SimpleQueue[_Coming | None]]:
    """Processes that work off what is put into the queue, each with a thread here that brings its poses."""
    asked: SimpleQueue[_Coming | None] = SimpleQueue()

    def bring(process: PoseProcess) -> None:
        try:
            with looker:
                while (coming := asked.get()) is not None:
                    coming.take(process)
        except Exception as e:  # noqa: BLE001 - the looker can't be opened: raised where the poses are asked for
            while (coming := asked.get()) is not None:
                coming.fail(e)

    processes: list[PoseProcess] = []
    threads: list[Thread] = []
    with ExitStack() as stack:
        for _ in range(workers):
            processes.append(PoseProcess(sources, looker))
            stack.callback(processes[-1].close)
            # A daemon: the program waits for none of them where it doesn't end by way of the lines below.
            threads.append(Thread(target=bring, args=(processes[-1],), name="poses", daemon=True))
        try:
            undisturbed(lambda: _start(threads))
            yield asked
        finally:
            for process in processes:
                process.stop()
            with suppress(Empty):
                while True:
                    asked.get_nowait()
            for _ in threads:
                asked.put(None)
            # Given up and thrown away when the program itself ends, by then threads stand still: no waiting for them.
            for thread in threads:
                if thread.is_alive() and not sys.is_finalizing():
                    thread.join()


def _start(threads: Sequence[Thread]) -> None:
    for thread in threads:
        thread.start()


def stretches(length: float) -> Iterator[tuple[float, float]]:
    """Start and end, in seconds, of the stretches of a clip of `length` seconds (0: not known).

    They get shorter towards the end, so that all workers end at about the same time. Each begins where a slot of the
    pace does, and so does its warm-up.
    """
    if length <= 0:
        yield 0.0, inf
        return
    most = min(max(length / MANY, STRETCH_S), LONG_STRETCH_S)
    start = 0.0
    while start < length:
        left = length - start
        end = border_near(start + min(most, max(LEAST_STRETCH_S, left / 2)))
        if length - end < LEAST_STRETCH_S / 2:
            end = max(length, start + LEAST_STRETCH_S)
        yield start, end
        start = end


class _Coming:
    """The poses of a stretch. They can be asked for, in order, while a process is still at work on them."""

    def __init__(self, stretch: Stretch) -> None:
        self.end = stretch.end
        self._stretch = stretch
        self._found: SimpleQueue[Found | BaseException | None] = SimpleQueue()  # None: that was the last
        self._next: Pose | None = None
        self._ended = False
        self._all = self.all()

    def pose(self, t: float) -> Pose:
        """The pose at `t`, which grows from call to call; raises what went wrong."""
        while not self._ended and (self._next is None or self._next.t < t):
            found = next(self._all, None)
            self._next, self._ended = found if isinstance(found, Pose) else None, found is None
        return self._next if self._next is not None and self._next.t == t else Pose.nobody(t)

    def all(self) -> Iterator[Found]:
        """All that was found, in order; raises what went wrong."""
        while (found := self._found.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found

    def take(self, process: PoseProcess) -> None:
        """Have a process find them."""
        try:
            for found in process.found(self._stretch):
                self._found.put(found)
            self._found.put(None)
        except BaseException as e:  # noqa: BLE001 - raised where the poses are asked for
            self.fail(e)

    def fail(self, error: BaseException) -> None:
        """There are no more poses; `error` is raised where they are asked for."""
        self._found.put(error)
