"""The live coach with its devices: camera, pose, voice, window, disk.

Three threads joined by slots that hold only the latest: the camera's, the pose's with the coach, and the
main one with the display and the keys. Nothing waits in a queue, so the picture is never behind.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import Any, Final

from smr_vision.errors import DeviceError
from smr_vision.live.bystanders import Crowd
from smr_vision.live.camera import Camera
from smr_vision.live.coaching import Kept, LiveCoach, Shown
from smr_vision.live.display import Display
from smr_vision.live.grabber import RECONNECT_S, STALLED_S, FrameGrabber
from smr_vision.live.logbook import Logbook
from smr_vision.live.stage_messages import Now, Utterance
from smr_vision.live.stop_orders import Orders
from smr_vision.live.voice import Voice
from smr_vision.pipeline.river import ToolDetector
from smr_vision.pose import PoseSource
from smr_vision.session import Session
from smr_vision.video import Frame
from smr_vision.video.letterbox import BarsWatch
from smr_vision.video.sampling import LiveFrameSampler

FRAME_WAIT_S: Final = 0.1  # the pose thread looks up this often whether it should stop
GONE: Final = "The camera is gone and did not come back. What was done is kept (`smr history`)."
SILENT: Final = "The camera gives no picture. Close other programs that use it, or choose another with --camera."
LOST: Final = Utterance("I have no picture. I go on once the camera is back.", "cue", "lost", good_s=4.0)
HERE_S: Final = 1.0  # a camera that was silent for longer may not come back
JOIN_S: Final = 5.0
Times = tuple[float, float, float, float]


@dataclass(frozen=True)
class Devices:
    """All that a session touches; doubles in tests are real implementations of the same interfaces. A camera that is
    gone is waited for so long. Without a `crowd` nobody looks for somebody else in the picture."""

    camera: Camera
    poses: PoseSource
    finder: ToolDetector | None
    voice: Voice
    display: Display[Any]
    clock: Callable[[], float] = time.monotonic
    patience_s: float = RECONNECT_S
    crowd: Crowd | None = None


@dataclass(frozen=True)
class Timing:
    """When one picture came from the camera, was taken up, came back from the pose, was coached, drawn and
    shown, seconds by the clock."""

    captured: float
    taken: float
    posed: float
    coached: float
    drawn: float
    shown: float


class LiveSession:
    """Runs one session to its end. `watch` is told the timing of every picture shown (for benchmarks)."""

    def __init__(
        self, devices: Devices, coach: LiveCoach, logbook: Logbook, watch: Callable[[Timing], None] | None = None
    ) -> None:
        self._devices = devices
        self._coach = coach
        self._log = logbook
        self._watch = watch
        self._keys: SimpleQueue[str] = SimpleQueue()
        self._news = threading.Condition()
        self._latest: tuple[Shown, Times] | None = None
        self._stop = threading.Event()
        self._failure: BaseException | None = None
        self._over = self._done = False  # the coach has stopped; because the plan is done
        self._muted = self._leaving = self._told_lost = False
        self._last: Shown | None = None

    def run(self) -> Session:
        """Run until the plan is done, the clip ends or the person quits. What there is is kept in any case.

        Raises DeviceError when the camera stays away or a device fails for good, after keeping.
        """
        with Orders() as orders:
            return self._run(orders)

    def _run(self, orders: Orders) -> Session:
        problem: BaseException | None = None
        whole = True
        try:
            with ExitStack() as stack:
                camera, clock, patience_s = self._devices.camera, self._devices.clock, self._devices.patience_s
                grabber = stack.enter_context(
                    FrameGrabber(camera, clock=clock, on_frame=self._log.film, reconnect_s=patience_s)
                )
                # The camera is there; the model is loaded before it runs, so that a clip loses no start.
                poses = stack.enter_context(self._devices.poses)
                if self._devices.crowd is not None:
                    stack.enter_context(self._devices.crowd)
                worker = threading.Thread(target=self._work, args=(grabber, poses), name="pose", daemon=True)
                orders.wait_for_me()
                grabber.start()
                worker.start()
                stack.callback(worker.join, JOIN_S)
                stack.callback(self._stop.set)
                self._show_until_over(grabber, orders)
                whole = self._devices.camera.cut_off is None
        # It is raised again once what there is has been kept.
        except BaseException as error:  # noqa: BLE001
            problem = error
        kept: Kept | None = None
        try:
            kept = self._coach.finish()
        # The same: the journal knows how far it was.
        except Exception as error:  # noqa: BLE001
            problem = problem or error
        session = self._log.finish(kept, complete=problem is None and whole)
        if problem is not None:
            raise problem
        return session

    def _show_until_over(self, grabber: FrameGrabber, orders: Orders) -> None:
        """The main thread's part: the window and its keys. Returns when the session has ended well."""
        while True:
            orders.obey()
            # Read before all that is asked next: what ended the coach was there before it had ended.
            over = self._over
            with self._news:
                if self._latest is None:
                    self._news.wait(FRAME_WAIT_S)
                latest, self._latest = self._latest, None
            if latest is not None:
                self._show(*latest)
            elif self._misses(grabber):
                self._show_lost(grabber)
            failure = self._failure or grabber.failure
            if failure is not None:
                raise failure
            if self._pressed_quit(grabber) or (over and latest is None and self._done):
                return
            if grabber.state == "gone" or grabber.missing_s > STALLED_S + self._devices.patience_s:
                raise DeviceError(GONE if grabber.frames else SILENT)
            if over and latest is None:
                return

    def _show(self, shown: Shown, times: Times) -> None:
        self._last, self._told_lost = shown, False
        drawing = self._devices.display.draw(shown, muted=self._muted)
        drawn = self._devices.clock()
        self._devices.display.show(drawing)
        if self._watch is not None:
            self._watch(Timing(*times, drawn, self._devices.clock()))

    def _misses(self, grabber: FrameGrabber) -> bool:
        """Whether pictures are missing. After the last one that counts the camera may go."""
        over = self._last is not None and self._last.now.stage == "over"
        return not over and (grabber.state == "lost" or grabber.missing_s > STALLED_S)

    def _show_lost(self, grabber: FrameGrabber) -> None:
        if not self._told_lost:
            self._told_lost = True
            self._devices.voice.say(LOST)
        if self._last is not None:
            left = self._devices.patience_s - max(grabber.silent_s - STALLED_S, 0)
            self._devices.display.show(self._devices.display.lost(self._last, left))

    def _pressed_quit(self, grabber: FrameGrabber) -> bool:
        """Hand the keys on; whether one of them ends the session now. The first `q` leads to the summary, where there
        are pictures to lead there."""
        pressed = self._devices.display.keys()
        for key in pressed:
            if key == "closed" or (key == "q" and (self._leaving or self._last is None or grabber.silent_s > HERE_S)):
                return True
            if key == "q":
                self._leaving = True
                self._keys.put(key)
            elif key == "f":
                self._devices.display.full_screen()
            elif key == "m":
                self._muted = self._devices.voice.mute()
            else:
                self._keys.put(key)
        return False

    def _work(self, grabber: FrameGrabber, poses: PoseSource) -> None:
        """The pose thread: latest picture, its pose, the coach, the voice, the journal. Pictures that are not measured
        are shown with what was seen last."""
        sampler, bars = LiveFrameSampler(), BarsWatch()
        shown: Shown | None = None
        try:
            while not self._stop.is_set():
                given = grabber.latest(FRAME_WAIT_S)
                if given is None:
                    if grabber.over:
                        break
                    continue
                frame, captured = given
                taken = self._devices.clock()
                if not sampler.measures(frame.t) and shown is not None:
                    shown = replace(shown, frame=frame)
                    self._hand_over(shown, (captured, taken, taken, taken))
                    continue
                frame = bars.advance(frame) if type(frame) is Frame else frame
                pose = poses.detect(frame)
                posed = self._devices.clock()
                shown = self._coach.advance(frame, pose, self._pressed())
                self._utter(shown.now)
                self._log.checkpoint(self._coach, shown.frame.t)
                coached = self._devices.clock()
                self._hand_over(shown, (captured, taken, posed, coached))
                if shown.now.stage == "over":
                    self._done = True
                    break
        except BaseException as error:  # noqa: BLE001 - raised again in the main thread
            self._failure = error
        self._over = True

    def _hand_over(self, shown: Shown, times: Times) -> None:
        with self._news:
            self._latest = shown, times
            self._news.notify()

    def _pressed(self) -> tuple[str, ...]:
        keys: list[str] = []
        try:
            while True:
                keys.append(self._keys.get_nowait())
        except Empty:
            return tuple(keys)

    def _utter(self, now: Now) -> None:
        if now.tick:
            self._devices.voice.tick()
        for line in now.lines:
            self._devices.voice.say(line)
