"""A picture of each stage of the live coach, as the window shows it: those in docs/live.

    xvfb-run -s "-screen 0 1280x720x24" python benchmarks/phases.py samples/videos build/live

Sample clips go through the real pose model, coach and drawing into a real window; the pictures are taken off
the screen (needs imagemagick). Look at each of them.
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from routine import rolled

from smr_vision.live.coaching import LiveCoach, Shown
from smr_vision.live.flow import Flow
from smr_vision.live.routine import DEFAULT, Plan, load_routine, plan_for_move
from smr_vision.live.screens import SIZE, Screens
from smr_vision.live.stage_messages import Now
from smr_vision.live.window import open_window
from smr_vision.moves import load_moves
from smr_vision.overlay.brush import Image
from smr_vision.pose import Pose
from smr_vision.pose.verified import verified_pose
from smr_vision.tool.detector import RollerDetector
from smr_vision.video import Frame

When = Callable[[Shown], bool]


@dataclass
class Actor:
    """A clip with its poses: rolled forth and back, or held still at its first turning point."""

    path: Path
    poses: list[Pose] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clip = rolled(self.path)
        self.images = self.clip.images
        with verified_pose("full") as model:
            frames = (Frame(k * self.clip.step_s, image) for k, image in enumerate(self.images))
            self.poses = [model.detect(frame) for frame in frames]

    def rolling(self) -> Iterator[tuple[Image, Pose]]:
        return self._of(self.clip.order())

    def still(self) -> Iterator[tuple[Image, Pose]]:
        return self._of(itertools.chain(range(self.clip.first), itertools.repeat(self.clip.first)))

    def _of(self, order: Iterable[int]) -> Iterator[tuple[Image, Pose]]:
        return ((self.images[k], self.poses[k]) for k in order)


def plan(move: str, seconds: float = 45.0, side: str | None = None) -> Plan:
    whole = plan_for_move(move, load_moves(), side)  # type: ignore[arg-type]
    return replace(whole, items=tuple(replace(item, seconds=seconds) for item in whole.items))


def play(
    flow: Flow, acted: Iterator[tuple[Image, Pose]], step_s: float, when: When, *, pause: bool = False,
) -> Shown:  # fmt: skip
    """Go through a clip until its picture is the one wanted; `pause` presses space after 8 s."""
    coach = LiveCoach(flow, RollerDetector())
    for number, (image, pose) in enumerate(itertools.islice(acted, 4000)):
        t = number * step_s
        keys = ("space",) if pause and abs(t - 8.0) < step_s / 2 else ()
        shown = coach.advance(Frame(t, image), replace(pose, t=t), keys)
        if when(shown):
            return shown
    raise SystemExit("the picture wanted never came")


class Studio:
    """Shows pictures in the real window and takes them off the screen."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._window = open_window(*SIZE)

    def take(self, name: str, picture: Image) -> None:
        for _ in range(10):
            self._window.show(picture)
            self._window.keys()
            time.sleep(0.05)
        path = self._folder / f"{name}.jpg"
        subprocess.run(["import", "-window", "root", "-quality", "88", str(path)], check=True)
        print(path, flush=True)

    def shot(self, name: str, shown: Shown) -> None:
        height, width = shown.frame.image.shape[:2]
        self.take(name, Screens((width, height)).draw(shown))


def quiet(now: Now) -> bool:
    return now.stage == "rolling" and now.banner is None and now.breath is None


def said(severity: str) -> When:
    return lambda s: s.now.banner is not None and s.now.banner.severity == severity and s.now.stage == "rolling"


def passes(least: int) -> When:
    """So many passes, and nothing wrong."""

    def when(shown: Shown) -> bool:
        feedback = shown.result.feedback
        if not quiet(shown.now) or feedback is None or feedback.pass_count < least:
            return False
        return not any(v.violated or v.state == "fault" for v in feedback.verdicts)

    return when


def after(seconds: float, stage: str) -> When:
    """So long after a stage began."""
    began: list[float] = []

    def when(shown: Shown) -> bool:
        if shown.now.stage != stage:
            began.clear()
            return False
        began.append(shown.now.t)
        return shown.now.t - began[0] >= seconds

    return when


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    studio = Studio(given.out)

    walk = Actor(given.clips / "negative_walking.mp4")
    step = walk.clip.step_s
    studio.shot("safety", play(Flow(plan("thoracic"), ask_screen=True), walk.rolling(), step, after(2.0, "screen")))
    asked = Flow(plan("thoracic"), ask_discomfort=True)
    studio.shot("steps", play(asked, walk.rolling(), step, after(3.0, "setup")))

    calf = Actor(given.clips / "calf_good.mp4")
    step = calf.clip.step_s
    waiting = Flow(plan("calf", side="left"), ask_discomfort=True)
    ready: When = lambda s: s.now.instruction == "Hold it there" and s.now.t > 3  # noqa: E731
    studio.shot("setup", play(waiting, calf.still(), step, ready))
    studio.shot("countdown", play(Flow(plan("calf", side="left")), calf.still(), step, lambda s: s.now.count == 2))

    back = Actor(given.clips / "thoracic_good.mp4")
    step = back.clip.step_s
    studio.shot("rolling", play(Flow(plan("thoracic")), back.rolling(), step, passes(3)))
    breathing: When = lambda s: s.now.breath is not None and s.now.breath.half == "in" and s.now.breath.share > 0.6  # noqa: E731
    held = play(Flow(plan("thoracic")), back.rolling(), step, breathing)
    studio.shot("hold", held)
    height, width = held.frame.image.shape[:2]
    studio.take("lost", Screens((width, height)).lost(held.frame.image, 12.0))
    paused: When = lambda s: s.now.paused  # noqa: E731
    studio.shot("paused", play(Flow(plan("thoracic")), back.rolling(), step, paused, pause=True))
    # One set, then away: the rest, and after the last set the summary.
    studio.shot("rest", play(Flow(plan("thoracic", 10.0), ask_discomfort=True), _leaving(back, walk), step,
                             after(20.0, "rest")))  # fmt: skip
    one = plan("thoracic", 10.0)
    short = Flow(replace(one, items=one.items[:1], closing=load_routine(DEFAULT).closing))
    studio.shot("summary", play(short, _leaving(back, walk), step, after(7.0, "summary")))

    faulty = Actor(given.clips / "thoracic_faults.mp4")
    step = faulty.clip.step_s
    studio.shot("cue", play(Flow(plan("thoracic")), faulty.rolling(), step, said("form")))
    studio.shot("safety-cue", play(Flow(plan("thoracic")), faulty.rolling(), step, said("safety")))
    studio.shot("praise", play(Flow(plan("thoracic")), faulty.rolling(), step, said("praise")))

    glute = Actor(given.clips / "glute_good.mp4")
    studio.shot("glute", play(Flow(plan("glute", side="right")), glute.rolling(), glute.clip.step_s, passes(2)))

    cut = Actor(given.clips / "calf_cropped.mp4")
    told: When = lambda s: s.now.stage == "framing" and bool(s.now.instruction)  # noqa: E731
    studio.shot("framing", play(Flow(plan("calf", side="left")), cut.still(), cut.clip.step_s, told))


def _leaving(rolls: Actor, walks: Actor) -> Iterator[tuple[Image, Pose]]:
    """25 s of rolling, then somebody who walks."""
    return itertools.chain(itertools.islice(rolls.rolling(), round(25 / rolls.clip.step_s)), walks.rolling())


if __name__ == "__main__":
    main()
