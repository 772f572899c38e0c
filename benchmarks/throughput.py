"""One way to go through a clip, measured in a process of its own; `speed.py` starts them and compares.

    python benchmarks/throughput.py WAY CLIP [--model full] [--workers 2] [--repeat N]

Prints one line of JSON: seconds and pictures, or what the way measures besides.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.baseline import plain
from benchmarks.taken import megabytes, processor_s
from smr_vision.analysis import Request, analyse
from smr_vision.analysis.annotate import MOST_SIDE, Annotator
from smr_vision.batch import JobOptions, find_jobs, run_jobs
from smr_vision.body.camera_motion import CameraMotion
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.river import PipelineRun
from smr_vision.pose import MediaPipePose
from smr_vision.tool.detector import RollerDetector
from smr_vision.video import ClipReader, Frame
from smr_vision.video.sampling import FrameSampler

Numbers = dict[str, Any]
MOVES = load_moves()


def analysis(options: argparse.Namespace, *, video: bool) -> Numbers:
    """`smr analyse`, as it is."""
    with tempfile.TemporaryDirectory() as out:
        request = _request(options, Path(out), video=video)
        return _timed(lambda: analyse(request).session.source.frames)


def reuse(options: argparse.Namespace) -> Numbers:
    """A first analysis, then others by its poses; seconds of each."""
    with tempfile.TemporaryDirectory() as out:
        request = _request(options, Path(out), video=False)
        found: Numbers = {"fresh": _timed(lambda: analyse(request).session.source.frames)["seconds"]}
        again = replace(request, reuse=request.out)
        for name, asked_for in (
            ("strictness", replace(request.options, strictness="strict")),
            ("other segment", replace(request.options, side="left")),
        ):
            asked = replace(again, options=asked_for, out=Path(out) / name)
            found[name] = _timed(lambda asked=asked: analyse(asked).session.source.frames)["seconds"]
        return found


def limit(options: argparse.Namespace, *, finder: bool) -> Numbers:
    """Inference alone: pictures in memory, a landmarker a core, the pose in those that the analysis measures, and the
    tool finder on each of them in which somebody is on the tool (the analysis looks half as often)."""
    cv2.setNumThreads(1)  # as the analysis does
    frames, calls = _watched(options)
    step = frames[-1].t + frames[1].t - frames[0].t
    share = len(frames) * options.repeat // options.workers

    def work(part: int) -> None:
        net, pace = RollerDetector(), FrameSampler(1 / (frames[1].t - frames[0].t))
        with MediaPipePose(options.model) as source:
            for number in range(part * share, (part + 1) * share):
                turn, at = divmod(number, len(frames))
                if not pace.measures(frames[at].t + turn * step):
                    continue
                source.detect(Frame(frames[at].t + turn * step, frames[at].image))
                if finder and at in calls:
                    net.detect(*calls[at])

    def run() -> int:
        threads = [threading.Thread(target=work, args=(part,)) for part in range(options.workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return share * options.workers

    return _timed(run)


def _watched(options: argparse.Namespace) -> tuple[list[Frame], dict[int, tuple[Any, ...]]]:
    """The pictures of the clip, and what the finder may be asked for each in which somebody is on the tool."""
    calls: dict[int, tuple[Any, ...]] = {}
    frames: list[Frame] = []
    pipeline = PipelineRun(_wishes(), RollerDetector())
    with ClipReader(options.clip) as clip, MediaPipePose(options.model) as source:
        for frame in clip:
            seen = pipeline.advance(frame, source.detect(frame))
            if seen.axis is not None and seen.feedback is not None:
                calls[len(frames)] = (frame, seen.body, seen.axis, seen.feedback.move, seen.feedback.side)
            frames.append(frame)
    return frames, calls


def memory(options: argparse.Namespace, *, video: bool) -> Numbers:
    """Megabytes in use at each minute of the clip, and the least and the most from minute 5 on."""
    minutes: list[float] = []
    late: list[float] = []
    looked = 0.0

    def look(done: float, _: float) -> None:
        nonlocal looked
        if done < looked:
            return
        looked = done + 5
        used = megabytes()
        if done >= 300:
            late.append(used)
        if done >= 60 * (len(minutes) + 1):
            minutes.append(used)
            print(f"minute {len(minutes)}: {used:.0f} MB", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as out:
        request = _request(options, Path(out), video=video)
        numbers = _timed(lambda: analyse(request, look).session.source.frames)
    return {**numbers, "minutes": minutes, "least": min(late, default=0.0), "most": max(late, default=0.0)}


def stages(options: argparse.Namespace) -> Numbers:
    """Milliseconds of processor time a picture of each stage, one after the other on one core."""
    cv2.setNumThreads(1)  # as the analysis does
    spent: dict[str, float] = defaultdict(float)

    @contextmanager
    def counted(stage: str) -> Iterator[None]:
        start = time.process_time()
        yield
        spent[stage] += time.process_time() - start

    net = RollerDetector()

    class Finder:
        @staticmethod
        def detect(*asked: Any) -> Any:
            with counted("tool finder"):
                return net.detect(*asked)

    class Room:
        def __init__(self) -> None:
            self._room = CameraMotion()

        def estimate(self, *seen: Any) -> Any:
            with counted("room"):
                return self._room.estimate(*seen)

    pipeline = PipelineRun(_wishes(), Finder(), Room())
    pictures = 0
    with (
        tempfile.TemporaryDirectory() as out,
        ClipReader(options.clip, max_side=MOST_SIDE, one_core=True) as clip,
    ):
        sink = Annotator(Path(out) / "a.mp4", clip.info, workers=1)
        frames, pace, seen = iter(clip), FrameSampler(clip.info.fps), None
        with MediaPipePose(options.model) as source, sink:
            while True:
                with counted("decode"):
                    frame = next(frames, None)
                if frame is None:
                    break
                pictures += 1
                if pace.measures(frame.t) or seen is None:
                    with counted("make small"):
                        frame.look  # noqa: B018 - it is made when it is asked for, and kept
                    with counted("pose"):
                        pose = source.detect(frame)
                    with counted("watch"):
                        seen = pipeline.advance(frame, pose)
                with counted("colours"):
                    frame.image  # noqa: B018
                with counted("draw"):
                    sink._overlay.draw(frame.image, seen, None)
                with counted("encode"):
                    sink._writer.write(frame)
    spent["body and coach"] = spent.pop("watch") - spent["tool finder"] - spent["room"]
    return {stage: 1000 * seconds / pictures for stage, seconds in spent.items()}


def batch(options: argparse.Namespace) -> Numbers:
    """`smr batch` over a folder, without video."""
    with tempfile.TemporaryDirectory() as out:
        jobs = find_jobs(options.clip, JobOptions(PipelineOptions(MOVES), model=options.model, video=False))

        def run() -> int:
            done = list(run_jobs(jobs, Path(out), workers=options.workers))
            assert all(one.error is None for one in done), [one.error for one in done]
            return len(done)

        return _timed(run)


def warm_up(options: argparse.Namespace) -> Numbers:
    """Median and 95th percentile of the joints' distance, pixels, from a landmarker that ran from the start."""
    with ClipReader(options.clip) as clip:
        frames = list(clip)

    def joints(start: float, end: float) -> dict[float, Any]:
        with MediaPipePose(options.model) as source:
            return {f.t: source.detect(f).xy for f in frames if start <= f.t < end}

    whole = joints(0.0, 1e9)
    found: Numbers = {}
    for seconds in (0.0, 0.2, 0.4, 0.6, 1.0, 2.0, 3.0):
        off: list[float] = []
        for start in (4.0, 7.0, 10.0):
            late = joints(start - seconds, start + 5)
            off += [float(d) for t in late if t >= start for d in np.hypot(*(late[t] - whole[t]).T)]
        found[str(seconds)] = [float(np.nanmedian(off)), float(np.nanpercentile(off, 95))]
    return found


def _wishes() -> PipelineOptions:
    return PipelineOptions(MOVES, "calf", "right")


def _request(options: argparse.Namespace, out: Path, *, video: bool) -> Request:
    return Request(options.clip, out, _wishes(), model=options.model, video=video, workers=options.workers)


def once(options: argparse.Namespace, *, thin: bool) -> Numbers:
    """What can't be saved: one decode, made small, and a pose where it is measured."""
    cv2.setNumThreads(1)  # as the analysis does
    with MediaPipePose(options.model) as source, ClipReader(options.clip, one_core=True, thin=thin) as clip:
        pace = FrameSampler(clip.info.fps)

        def run() -> int:
            for frame in clip:
                if pace.measures(frame.t, decoded=frame.decoded):
                    source.detect(frame)
            return clip.frames_read

        return _timed(run)


def _timed(run: Callable[[], int]) -> Numbers:
    start, cpu = time.perf_counter(), processor_s()
    pictures = run()
    return {
        "seconds": time.perf_counter() - start,
        "cpu": processor_s() - cpu,
        "pictures": pictures,
    }


WAYS: dict[str, Callable[[argparse.Namespace], Numbers]] = {
    "plain": lambda o: _timed(lambda: plain(o.clip, o.model)),
    "video": lambda o: analysis(o, video=True),
    "no-video": lambda o: analysis(o, video=False),
    "pose": lambda o: limit(o, finder=False),
    "pose+finder": lambda o: limit(o, finder=True),
    "once": lambda o: once(o, thin=False),
    "once-thin": lambda o: once(o, thin=True),
    "reuse": reuse,
    "memory": lambda o: memory(o, video=True),
    "memory-no-video": lambda o: memory(o, video=False),
    "stages": stages,
    "batch": batch,
    "warm-up": warm_up,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--model", default="full")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=1)
    chosen = parser.parse_args()
    print(json.dumps(WAYS[chosen.way](chosen)))


if __name__ == "__main__":
    main()
