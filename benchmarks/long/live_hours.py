"""Hours of `smr live` from a file as camera, by the clock of the film."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

import numpy as np

from benchmarks.live import resident_mb
from benchmarks.routine import rolled
from benchmarks.taken import processor_s
from smr_vision.body import Body
from smr_vision.live import LiveOptions, run_live
from smr_vision.live.camera import ClipCamera
from smr_vision.live.display import Drawn
from smr_vision.live.running import Devices
from smr_vision.live.voice import NoVoice
from smr_vision.live.window import NoWindow
from smr_vision.moves import Move
from smr_vision.pose import Pose, PoseSource
from smr_vision.pose.verified import verified_pose
from smr_vision.store import Store
from smr_vision.tool import DetectorResult
from smr_vision.tool.axis import SegmentAxis, line_of
from smr_vision.tool.detector import RollerDetector
from smr_vision.video import ClipReader, Frame
from smr_vision.video.writer import ClipWriter

FPS: Final = 10  # of the film: every picture is measured
SET_S: Final = 90.0
REST_S: Final = 20.0
PARTS: Final = 50  # the most that a routine has, of five sets each
SAMPLE_S: Final = 120.0  # of film between two looks at memory, handles and threads
GROWS_MB: Final = 20.0  # over the second half: more is no noise


def forth_and_back(clip: Path, path: Path) -> Path:
    """The rolling of a sample clip, and the same backwards, so that its end leads to its start."""
    film = rolled(clip)
    step = max(round(1 / FPS / film.step_s), 1)
    order = [*range(film.first, film.last, step), *range(film.last, film.first, -step)]
    height, width = film.images[0].shape[:2]
    with ClipWriter(path, width, height) as out:
        for n, k in enumerate(order):
            out.write(Frame(n / FPS, film.images[k]))
    return path


class RoundCamera:
    """A clip as camera, again and again: the file is opened anew for each round. Gives a picture when the one before
    was taken up; its clock is the film's."""

    cut_off: str | None = None

    def __init__(self, clip: Path, round_s: float, until: Callable[[float], bool]) -> None:
        self.t = 0.0
        self.ends = False
        self.waited = 0  # times that a picture was not measured: the next comes after a while
        self.round = -1
        self.taken_up = threading.Semaphore(1)
        self._round_s = round_s
        self._until = until
        self._clip = clip
        self._one: ClipCamera | None = None

    def open(self) -> None:
        self.close()
        self._one = ClipCamera(self._clip, clock=lambda: self.t, sleep=lambda seconds: None)
        self._one.open()
        self.round += 1

    def read(self) -> Frame | None:
        self.waited += not self.taken_up.acquire(timeout=5.0)
        assert self._one is not None
        frame = self._one.read()
        if frame is None:
            self.open()
            frame = self._one.read()
        if frame is None or self._until(self.t):
            self.ends = True
            return None
        self.t = self.round * self._round_s + frame.t
        return Frame(self.t, frame.image)

    def close(self) -> None:
        if self._one is not None:
            self._one.close()


@dataclass
class RoundPoses(PoseSource):
    """The real model's poses of the first round, given again in each; tells the camera when a picture is taken up."""

    camera: RoundCamera
    round_s: float
    model: PoseSource = field(default_factory=lambda: verified_pose("full"))
    known: dict[int, Pose] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.model.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self.model.__exit__(None, None, None)

    def detect(self, frame: Frame) -> Pose:
        self.camera.taken_up.release()
        place = round(frame.t % self.round_s * FPS)
        pose = self.known.get(place)
        if pose is None:
            pose = self.known[place] = self.model.detect(frame)
        return Pose(frame.t, pose.xy, pose.world, pose.visibility)


@dataclass
class RoundFinder:
    """The same for what the finder sees along a line."""

    camera: RoundCamera
    round_s: float
    net: RollerDetector = field(default_factory=RollerDetector)
    known: dict[tuple[int, str], DetectorResult | None] = field(default_factory=dict)

    def detect(
        self, frame: Frame, body: Body, axis: SegmentAxis, move: Move, side: str | None
    ) -> DetectorResult | None:
        key = round(self.camera.t % self.round_s * FPS), line_of(move.segment, side)
        if key not in self.known:
            self.known[key] = self.net.detect(frame, body, axis, move, side)
        return self.known[key]


@dataclass(frozen=True)
class Held:
    """What the process holds after so much film."""

    film_s: float
    memory_mb: float
    handles: int
    threads: int

    @classmethod
    def now(cls, film_s: float) -> Self:
        return cls(film_s, resident_mb(), len(list(Path("/proc/self/fd").iterdir())), threading.active_count())


def live(clip: Path, move: str, hours: float, minutes: float) -> bool:
    started, spent, held = time.monotonic(), 0.0, list[Held]()
    with tempfile.TemporaryDirectory() as folder:
        film = forth_and_back(clip, Path(folder) / "film.mp4")
        with ClipReader(film) as reader:
            round_s = sum(1 for _ in reader) / FPS

        def over(t: float) -> bool:
            nonlocal spent
            if t < 2 * round_s:  # all poses are known
                spent = processor_s()
            if t >= SAMPLE_S * len(held):
                held.append(Held.now(t))
                print(held[-1], f"{(time.monotonic() - started) / 60:.1f} min", flush=True)
            return t >= 3600 * hours or time.monotonic() - started > 60 * minutes

        camera = RoundCamera(film, round_s, over)
        devices = Devices(
            camera, RoundPoses(camera, round_s), RoundFinder(camera, round_s), NoVoice(), Drawn(NoWindow()),
            clock=lambda: camera.t,
        )  # fmt: skip
        routine, db = Path(folder) / "long.toml", Path(folder) / "history.sqlite"
        part = f'[[parts]]\nmove = "{move}"\nsets = 5\nseconds = {SET_S}\nrest_s = {REST_S}\n'
        routine.write_text('title = "Long"\npurpose = "To last"\n' + PARTS * part, encoding="utf-8")
        options = LiveOptions(routine=str(routine), ask=False, yes=True, person="Ana", db=db)
        session = run_live(options, devices=devices)
        with Store(db) as store:
            kept = store.sessions("Ana")
        size = db.stat().st_size
    held.append(Held.now(camera.t))
    half = [one for one in held if one.film_s >= camera.t / 2]
    grown = Held(0.0, *(getattr(half[-1], k) - getattr(half[0], k) for k in ("memory_mb", "handles", "threads")))
    passes = [one.pass_count for one in session.sets]
    on_target = [one.time_on_target_s or 0.0 for one in session.sets]
    cost_s = (processor_s() - spent) / max(camera.t - 2 * round_s, 1.0)
    few, many = min(passes, default=0), max(passes, default=0)
    print(
        f"{camera.t / 3600:.2f} h of film in {(time.monotonic() - started) / 60:.1f} minutes, {camera.waited} waits, "
        f"{1000 * cost_s:.0f} ms of processor time for a second of film: "
        f"{len(passes)} sets of {few} to {many} passes, {np.median(on_target):.1f} s on target; "
        f"history {size / 2**20:.2f} MB, {'as told' if kept == [session] else 'NOT AS TOLD'}; over the second half "
        f"{grown.memory_mb:+.1f} MB, {grown.handles:+} handles, {grown.threads:+} threads"
    )
    flat = grown.memory_mb < GROWS_MB and grown.handles <= 0 and grown.threads <= 0
    return flat and kept == [session] and len(session.sets) > 0
