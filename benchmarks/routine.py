"""A whole routine, unattended: four moves, both sides, two sets, from one film and with the real pose model.

    python benchmarks/routine.py samples/videos [--seconds 12]

The film is stitched from the good sample clips: each set begins as its clip does and is then rolled forth
and back; the other side is the mirrored clip; between the sets somebody walks past. The session goes by the
film's own clock, as fast as the model is. Everything else is `smr live` itself. Exit code 1 when a set is
missing or the session does not end by itself.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from smr_vision.live import LiveOptions, run_live
from smr_vision.live.display import Drawn
from smr_vision.live.next_stage import LONGEST
from smr_vision.live.routine import DEFAULT, Item, Plan, load_routine, plan_of
from smr_vision.live.running import Devices
from smr_vision.live.stage_messages import Utterance
from smr_vision.live.summary import SUMMARY_S
from smr_vision.live.window import NoWindow
from smr_vision.moves import load_moves
from smr_vision.overlay.brush import Image
from smr_vision.pose import Pose, PoseSource
from smr_vision.pose.verified import verified_pose
from smr_vision.session import Set as SetRecord
from smr_vision.store import Store
from smr_vision.tool.detector import RollerDetector
from smr_vision.video import ClipReader, Frame

SET_UP_S = 6.0  # sitting, lying back, before the first pass
AWAY_S = 20.0  # between two sets


@dataclass(frozen=True)
class Rolled:
    """A clip's pictures, how long each is shown, and the first and last picture of its rolling."""

    images: list[Image]
    step_s: float
    first: int
    last: int
    side: str | None

    def order(self) -> Iterator[int]:
        """From the beginning to the end of the rolling, and from there back and forth."""
        return itertools.chain(
            range(self.last),
            itertools.cycle([*range(self.last, self.first, -1), *range(self.first, self.last)]),
        )


@lru_cache(maxsize=2)
def rolled(path: Path) -> Rolled:
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    with ClipReader(path) as reader:
        frames = list(reader)
    times = np.array([frame.t for frame in frames])
    turns = [turn["t"] for turn in truth["turning_points"]] or [0.0, times[-1]]
    first, last = (int(np.abs(times - t).argmin()) for t in (turns[0], turns[-1]))
    side = {"L": "left", "R": "right", None: None}[truth["side"]]
    return Rolled([f.image for f in frames], float(np.diff(times).mean()), first, last, side)


def film(plan: Plan, clips: Path) -> Iterator[Frame]:
    """The whole routine as pictures of one film."""
    t = 0.0
    for item in plan.items:
        clip = rolled(clips / f"{item.move.id}_good.mp4")
        for image in _until(clip, SET_UP_S + LONGEST * item.seconds):
            yield Frame(t, _for_side(image, clip, item))
            t += clip.step_s
        pause = SUMMARY_S + AWAY_S if item is plan.items[-1] else AWAY_S
        walk = rolled(clips / "negative_walking.mp4")
        for image in _until(walk, pause):
            yield Frame(t, image)
            t += walk.step_s


def _until(clip: Rolled, seconds: float) -> Iterator[Image]:
    return (clip.images[k] for k in itertools.islice(clip.order(), round(seconds / clip.step_s)))


def _for_side(image: Image, clip: Rolled, item: Item) -> Image:
    mirrored = item.side is not None and item.side != clip.side
    return np.ascontiguousarray(cv2.flip(image, 1), np.uint8) if mirrored else image


class InStep:
    """A camera that waits until its last picture was taken up, so that none is lost; its clock is the film's."""

    ends = False

    def __init__(self, frames: Iterator[Frame]) -> None:
        self._frames = frames
        self.taken_up = threading.Semaphore(1)
        self.t = 0.0

    def open(self) -> None: ...

    def read(self) -> Frame | None:
        self.taken_up.acquire(timeout=5.0)
        frame = next(self._frames, None)
        self.ends = frame is None
        self.t = self.t if frame is None else frame.t
        return frame

    def close(self) -> None: ...


@dataclass
class Poses:
    """The real model, which tells the camera when it has taken a picture up."""

    camera: InStep
    model: PoseSource = field(default_factory=lambda: verified_pose("full"))

    def __enter__(self) -> Self:
        self.model.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.model.__exit__(kind, error, trace)

    def detect(self, frame: Frame) -> Pose:
        self.camera.taken_up.release()
        return self.model.detect(frame)


@dataclass
class Listener:
    """A voice that prints what is said, and when."""

    camera: InStep
    ticks: int = 0

    def say(self, line: Utterance) -> None:
        print(f"{self.camera.t:7.1f} s  {line.say}", flush=True)

    def tick(self) -> None:
        self.ticks += 1

    def mute(self) -> bool:
        return False

    def close(self) -> None: ...


def routine_file(folder: Path, seconds: float) -> Path:
    """The routine after training with shorter sets, and rests that last until the next set of the film."""
    routine = load_routine(DEFAULT)
    rest = LONGEST * seconds + SET_UP_S - seconds + AWAY_S / 4
    parts = "".join(
        f'[[parts]]\nmove = "{part.move}"\nsets = 2\nseconds = {seconds}\nrest_s = {rest}\n' for part in routine.parts
    )
    path = folder / "short.toml"
    path.write_text(f'title = "{routine.title}"\npurpose = "{routine.purpose}"\n{parts}', encoding="utf-8")
    return path


def run(clips: Path, seconds: float) -> bool:
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        db, routine = Path(folder) / "routine.sqlite", routine_file(Path(folder), seconds)
        plan = plan_of(load_routine(str(routine)), load_moves())
        camera = InStep(film(plan, clips))
        devices = Devices(
            camera, Poses(camera), RollerDetector(), Listener(camera), Drawn(NoWindow()), clock=lambda: camera.t,
        )  # fmt: skip
        options = LiveOptions(routine=str(routine), ask=False, yes=True, person="Ana", db=db)
        session = run_live(options, devices=devices)
        with Store(db) as store:
            (kept,) = store.sessions("Ana")
    by_itself = not camera.ends  # the film goes on after the session
    print()
    for number, item in enumerate(plan.items):
        found: SetRecord | None = session.sets[number] if number < len(session.sets) else None
        did = "missing" if found is None else f"{found.pass_count:3} passes, {found.time_on_target_s:5.1f} s on target"
        print(f"{item.move.titled(item.side)}, set {item.number} of {item.of}: {did}")
    wanted = [(item.move.id, item.side) for item in plan.items]
    good = [(s.move, s.side) for s in session.sets] == wanted and session.complete and kept == session and by_itself
    print(
        f"{len(session.sets)} of {len(wanted)} sets{'' if good else ', NOT AS PLANNED'}; "
        f"ended by itself: {'yes' if by_itself else 'no'}; {camera.t / 60:.1f} minutes of film, "
        f"{session.source.frames} pictures, in {(time.monotonic() - started) / 60:.1f} minutes"
    )
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path)
    parser.add_argument("--seconds", type=float, default=12.0, help="on target, of each set")
    given = parser.parse_args()
    sys.exit(0 if run(given.clips, given.seconds) else 1)


if __name__ == "__main__":
    main()
