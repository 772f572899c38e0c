"""Pictures of a clip with their poses, in order, worked out on several cores.

One landmarker keeps one core busy, so the clip is cut into stretches and each gets a landmarker of
its own, warmed up on the moments before. Stretches and warm-up are fixed in seconds: the poses are
the same for any number of workers. Of several, the pictures are decoded here, once, and those measured are handed over
(`smr_vision.pose.handover`).
Not every picture is measured (`smr_vision.video.sampling`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

from smr_vision.pose import Pose, PoseSource
from smr_vision.pose.handover import handed_over
from smr_vision.pose.serving import PoseSources
from smr_vision.pose.stretches import STRETCH_S, stretches_of
from smr_vision.pose.verified import SharedLandmarker
from smr_vision.pose.warm_start import WARM_UP_S, WarmStart
from smr_vision.runtime.machine import trim_heap
from smr_vision.video import ClipReader, Frame
from smr_vision.video.sampling import FrameSampler, border_near


def posed(
    clip: ClipReader, sources: PoseSources, workers: int, *, pictures: bool = True
) -> Iterator[tuple[Frame, Pose | None]]:
    """Frames of `clip` with their poses, by landmarkers from `sources`; None: between two that are measured. Of several
    `workers` the third and those after it are processes, the second where it pays. Unless `pictures` are wanted of all
    frames, those measured have what pose, finder and room look at."""
    if workers == 1:
        verifier = SharedLandmarker(sources.verifier())
        with verifier:
            yield from _on_one_core(clip, lambda: sources.tracker(verifier))
        return
    # No more of them than there are stretches: one without work only takes memory.
    workers = min(workers, sum(1 for _ in stretches_of(clip)))
    yield from handed_over(clip, sources, workers, pictures=pictures)


def _on_one_core(clip: ClipReader, new_source: Callable[[], PoseSource]) -> Iterator[tuple[Frame, Pose | None]]:
    """The same stretches one after the other, on the thread of the caller."""
    cuts = stretches_of(clip)
    _, end = next(cuts)
    coming = next(cuts, None)
    sampler = FrameSampler(clip.info.fps)
    with ExitStack() as now, ExitStack() as soon:

        def started(start: float) -> WarmStart:
            return soon.enter_context(WarmStart(new_source, clip.info.path, start, clip.reading))

        source: PoseSource = now.enter_context(new_source())
        warming: WarmStart | None = None
        for frame in clip:
            if not sampler.measures(frame.t, decoded=frame.decoded):
                yield frame, None
                continue
            while frame.t >= end:
                if warming is None:  # the clip goes on longer than it said, or leaps
                    warming = started(end)
                    warming.warm_up()
                now.close()
                trim_heap()
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
