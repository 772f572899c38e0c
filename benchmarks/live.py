"""How the live coach keeps up: latency, memory, voice, and the same passes live as analysed.

    python benchmarks/live.py latency CLIP [--seconds 60]  640x480 at 30 a second, the full model
    python benchmarks/live.py soak CLIP [--frames 36000]   memory over so many frames, all through pose and drawing
    python benchmarks/live.py voice                        from cue to sound, into a null sink (needs parec)
    python benchmarks/live.py same CLIP...                 passes counted live and from the file

With a display (or under xvfb-run) latency includes a real window. Figures of one machine are in docs/live.md.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np

from smr_vision.body import Body
from smr_vision.coach.cues import Cue
from smr_vision.live import LiveOptions, run_live
from smr_vision.live.camera import ClipCamera
from smr_vision.live.coaching import LiveCoach
from smr_vision.live.display import Drawn
from smr_vision.live.flow import Flow
from smr_vision.live.routine import Plan, plan_for_move
from smr_vision.live.running import Devices, Timing
from smr_vision.live.screens import SIZE, Screens
from smr_vision.live.stage_messages import Utterance
from smr_vision.live.voice import NoVoice, open_voice
from smr_vision.live.window import NoWindow, ScreenWindow, Window, has_display
from smr_vision.moves import Move, load_moves
from smr_vision.overlay.brush import Image
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.result import FrameResult
from smr_vision.pipeline.river import PipelineRun
from smr_vision.pose.verified import verified_pose
from smr_vision.tool import DetectorResult
from smr_vision.tool.axis import SegmentAxis
from smr_vision.tool.detector import RollerDetector
from smr_vision.video import ClipReader, Frame

FPS = 30.0
LOUD = 300  # of 32768: a sample of speech rather than of silence


@dataclass
class TimedNet:
    """The roller finder, with the seconds that its inference takes by `clock`."""

    clock: Callable[[], float] = time.perf_counter
    net: RollerDetector = field(default_factory=RollerDetector)
    took: list[float] = field(default_factory=list)

    def detect(
        self, frame: Frame, body: Body, axis: SegmentAxis, move: Move, side: str | None
    ) -> DetectorResult | None:
        started = self.clock()
        look = self.net.detect(frame, body, axis, move, side)
        self.took.append(self.clock() - started)
        return look


def pictures(clip: Path) -> list[Image]:
    """The pictures of a clip, 640x480."""
    with ClipReader(clip) as reader:
        return [np.ascontiguousarray(cv2.resize(frame.image, (640, 480)), np.uint8) for frame in reader]


def endless(images: list[Image]) -> Iterator[Frame]:
    """A clip forth and back without end, 30 pictures a second."""
    order = [*range(len(images)), *range(len(images) - 2, 0, -1)]
    for number, index in enumerate(itertools.cycle(order)):
        yield Frame(number / FPS, images[index])


class SteadyCamera:
    """Gives a picture each thirtieth of a second, as a webcam does."""

    ends = False

    def __init__(self, frames: Iterator[Frame], seconds: float) -> None:
        self._frames = frames
        self._seconds = seconds
        self._started: float | None = None

    def open(self) -> None: ...

    def read(self) -> Frame | None:
        frame = next(self._frames)
        self._started = time.monotonic() if self._started is None else self._started
        if frame.t > self._seconds:
            self.ends = True
            return None
        time.sleep(max(self._started + frame.t - time.monotonic(), 0.0))
        return frame

    def close(self) -> None: ...


def latency(clip: Path, seconds: float, move: str) -> None:
    timings: list[Timing] = []
    window: Window = ScreenWindow(*SIZE) if has_display() else NoWindow()
    net = TimedNet()
    with tempfile.TemporaryDirectory() as folder:
        options = LiveOptions(move=move, ask=False, yes=True, db=Path(folder) / "bench.sqlite")
        camera = SteadyCamera(endless(pictures(clip)), seconds)
        cpu = time.process_time()
        run_live(
            options, devices=Devices(camera, verified_pose("full"), net, NoVoice(), Drawn(window)), watch=timings.append
        )
        cpu = time.process_time() - cpu
    steady = [t for t in timings if t.captured > timings[0].captured + 3]
    print(f"{len(steady)} pictures shown in {steady[-1].shown - steady[0].shown:.0f} s, {os.getloadavg()[0]:.1f} load")
    net_ms = 1000 * statistics.median(net.took)
    show("taken to shown", [t.shown - t.captured for t in steady])
    show("waiting for the pose", [t.taken - t.captured for t in steady])
    show("pose", [t.posed - t.taken for t in steady])
    show("coach, journal, words", [t.coached - t.posed for t in steady])
    print(f"{'of it the roller net':24} p50 {net_ms:6.1f} ms")
    show("drawing", [t.drawn - t.coached for t in steady])
    show("window", [t.shown - t.drawn for t in steady])
    print(f"processor time {cpu / seconds:.2f} cores")


def show(name: str, seconds: list[float]) -> None:
    p50, p95 = np.percentile(np.array(seconds) * 1000, [50, 95])
    print(f"{name:24} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms")


def soak(clip: Path, count: int, move: str) -> None:
    """Every frame through pose, coach and drawing; resident memory as it goes."""
    plan = plan_for_move(move, load_moves())
    # Sets enough for 36,000 pictures, 20 minutes; how long the rest takes is added up for each picture.
    flow = Flow(Plan(plan.title, tuple(replace(i, seconds=40.0) for i in plan.items) * 10))
    net = TimedNet(time.thread_time)
    coach = LiveCoach(flow, net)
    screens = Screens((640, 480))
    own: list[float] = []
    images = pictures(clip)
    held_mb = sum(image.nbytes for image in images) / 2**20
    first_mb = 0.0
    started = time.monotonic()
    with verified_pose("full") as poses:
        for number, frame in enumerate(itertools.islice(endless(images), count)):
            pose = poses.detect(frame)
            before, inferred = time.thread_time(), len(net.took)
            shown = coach.advance(frame, pose)
            if number % 20 == 19:
                coach.so_far()  # as for the journal
            own.append(time.thread_time() - before - sum(net.took[inferred:]))
            screens.draw(shown)
            if number % 2000 == 1999:
                rate = (number + 1) / (time.monotonic() - started)
                memory = resident_mb() - held_mb
                first_mb = first_mb or memory
                print(
                    f"{number + 1:6} pictures  {memory:6.1f} MB ({memory - first_mb:+.1f}), the clip's own pictures "
                    f"({held_mb:.0f}) left out  {rate:4.1f} a second  own code p50 {1000 * np.median(own):.2f} ms, "
                    f"p95 {1000 * np.percentile(own, 95):.2f} ms  {os.getloadavg()[0]:.1f} load",
                    flush=True,
                )
                own.clear()
                net.took.clear()


def resident_mb() -> float:
    fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def voice() -> None:
    """From handing a cue over to the first loud sample at the sink's monitor."""
    recorder = ["parec", "-d", "@DEFAULT_MONITOR@", "--raw", "--format=s16le", "--rate=16000", "--channels=1"]
    loud = threading.Event()
    with subprocess.Popen([*recorder, "--latency-msec=10"], stdout=subprocess.PIPE) as listening:

        def listen() -> None:
            assert listening.stdout is not None
            while chunk := listening.stdout.read(320):
                if np.abs(np.frombuffer(chunk, np.int16).astype(int)).max() > LOUD:
                    loud.set()

        threading.Thread(target=listen, daemon=True).start()
        speaker = open_voice(True, print)
        time.sleep(1.0)
        took = []
        for check in [c for m in load_moves().values() for c in m.checks][:20]:
            cue = Cue(0.0, check.cue, check.say, "note", check.severity, check.id)
            loud.clear()
            started = time.monotonic()
            speaker.say(Utterance(cue.say, "cue"))  # without its sound: the words are what is waited for
            if loud.wait(5):
                took.append(time.monotonic() - started)
            time.sleep(3.5)
        speaker.close()
        listening.kill()
    show(f"cue to voice, {len(took)} cues", took)


def same(clips: list[Path]) -> None:
    """Each clip from the file, and played in real time to the live coach: its passes may differ by one."""
    moves = load_moves()
    for clip in clips:
        name = clip.stem.split("_")[0]
        move = name if name in moves else None
        with ClipReader(clip) as reader, verified_pose("full") as poses:
            pipeline = PipelineRun(PipelineOptions(moves, move), RollerDetector())
            seen: list[FrameResult] = [pipeline.advance(frame, poses.detect(frame)) for frame in reader]
            done = pipeline.finish()
        with tempfile.TemporaryDirectory() as folder:
            options = LiveOptions(move=move, ask=False, yes=True, db=Path(folder) / "bench.sqlite")
            devices = Devices(ClipCamera(clip), verified_pose("full"), RollerDetector(), NoVoice(), Drawn(NoWindow()))
            live = run_live(options, devices=devices)
        told = live.totals.pass_count, sum(len(s.passes) for s in done)
        print(
            f"{clip.stem:18} live {told[0]:3} passes, from the file {told[1]:3}  "
            f"{'' if abs(told[0] - told[1]) <= 1 else 'DIFFERENT  '}"
            f"{live.source.frames} of {len(seen)} pictures looked at, load {os.getloadavg()[0]:.1f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["latency", "soak", "voice", "same"])
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--frames", type=int, default=36_000)
    parser.add_argument("--move", help="the move in the clip; where its name does not begin with it")
    given = parser.parse_args()
    if given.what == "voice":
        voice()
        return
    if not given.clips:
        sys.exit("name a clip")
    move = given.move or given.clips[0].stem.split("_")[0]
    if given.what == "latency":
        latency(given.clips[0], given.seconds, move)
    elif given.what == "soak":
        soak(given.clips[0], given.frames, move)
    else:
        same(given.clips)


if __name__ == "__main__":
    main()
