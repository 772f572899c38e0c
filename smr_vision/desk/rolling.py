"""The desk's live sessions: one at a time, on threads of their own, through the very coach of `smr live`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from smr_vision.desk.desk import Desk
from smr_vision.desk.roll_wire import SentCamera, SentDisplay, SentVoice
from smr_vision.desk.routines import Routines
from smr_vision.desk.web import RequestBody
from smr_vision.errors import SmrError, UsageError
from smr_vision.live import LiveOptions, run_live
from smr_vision.live.bystanders import Crowd
from smr_vision.live.camera import Camera, DeviceCamera
from smr_vision.live.running import Devices
from smr_vision.live.stage_messages import Utterance
from smr_vision.live.voice import Manner, Voice, open_voice
from smr_vision.pipeline.river import ToolDetector
from smr_vision.pose import ModelName, PoseSource

PATIENCE_S: Final = 600.0  # a page in the background sends nothing; somebody may answer the door
ENDS_S: Final = 40.0  # to write down a session, its video included
SCHEMES: Final = ("http://", "https://", "rtsp://")
STOPPED: Final = "The desk was stopped. What was done is kept."
_log = logging.getLogger(__name__)

Opened = tuple[PoseSource, ToolDetector, Crowd | None]


class RollRequest(RequestBody):
    """What somebody wants to do. `camera` is "browser", or an address to read on this machine. Who has `accepted` the
    safety screen isn't shown it again."""

    person: Annotated[str, Field(max_length=120)] | None = None
    move: Annotated[str, Field(max_length=80)] | None = None
    side: Literal["left", "right"] | None = None
    routine: Annotated[str, Field(max_length=80)] | None = None
    tool: Annotated[str, Field(max_length=40)] | None = None
    strictness: Literal["beginner", "standard", "strict"] = "standard"
    voice: Literal["browser", "computer", "off"] = "browser"
    camera: Annotated[str, Field(max_length=300)] = "browser"
    volume: Annotated[float, Field(ge=0, le=1)] = 1.0
    pace: Annotated[float, Field(ge=0.5, le=2)] = 1.0
    record: bool = False
    accepted: bool = False


class Roll:
    """One session: what the page talks to, and the thread it runs on."""

    def __init__(self, number: int, wish: RollRequest, run: Callable[[Roll], None]) -> None:
        self.number = number
        self.wish = wish
        self.sent = SentCamera() if wish.camera == "browser" else None
        self.display = SentDisplay(self.sent)
        self.outcome: dict[str, Any] | None = None  # how it ended, for the page
        self.thread = threading.Thread(target=run, args=(self,), name="roll", daemon=True)

    @property
    def over(self) -> bool:
        return self.outcome is not None

    @property
    def camera(self) -> Camera:
        return self.sent if self.sent is not None else DeviceCamera(self.wish.camera)


def open_eyes(model: ModelName = "full") -> Opened:
    """The pose, the tool's finder, and who tells whether somebody else is there."""
    from smr_vision.pose.verified import two_people, verified_pose  # noqa: PLC0415
    from smr_vision.tool.detector import RollerDetector  # noqa: PLC0415 - loads the models' library

    return verified_pose(model), RollerDetector(), two_people()


class Rolls:
    """Begins, finds and ends them."""

    def __init__(self, desk: Desk, routines: Routines, eyes: Callable[[], Opened] = open_eyes) -> None:
        self._desk = desk
        self._routines = routines
        self._eyes = eyes
        self._lock = threading.Lock()
        self._roll: Roll | None = None

    def begin(self, wish: RollRequest) -> Roll:
        """Start a session; one that nobody looks at any more ends for it."""
        if wish.camera != "browser" and not wish.camera.startswith(SCHEMES):
            raise UsageError("The address of a camera begins with http://, https:// or rtsp://.")
        options = self._options(wish)
        with self._lock:
            before = self._roll
            if before is not None and not before.over:
                if before.display.connected:
                    raise UsageError("Somebody is rolling in another window. Finish there first.")
                self._end(before)
            number = before.number + 1 if before is not None else 1
            self._roll = roll = Roll(number, wish, lambda roll: self._run(roll, options))
        roll.thread.start()
        return roll

    def found(self, number: int) -> Roll:
        roll = self._roll
        if roll is None or roll.number != number:
            raise UsageError("That session is over. Begin a new one.")
        return roll

    @property
    def under_way(self) -> Roll | None:
        """The session that goes on, if one does."""
        return self._roll if self._roll is not None and not self._roll.over else None

    def stop(self) -> None:
        """The desk ends: so does the session, with what there is."""
        with self._lock:
            if self._roll is not None and not self._roll.over:
                self._end(self._roll)

    def _end(self, roll: Roll) -> None:
        roll.display.end(SmrError(STOPPED))
        roll.thread.join(ENDS_S)

    def _options(self, wish: RollRequest) -> LiveOptions:
        places = self._desk.places
        routine = self._routines.path(wish.routine) if wish.move is None and wish.routine is not None else None
        if wish.move is None and routine is None:
            raise UsageError("Choose a move or a routine.")
        if wish.move is not None and wish.move not in self._desk.moves:
            raise UsageError("That move is not known here. Choose another.")
        kept = places.own / "rolled"
        kept.mkdir(mode=0o700, exist_ok=True)
        return LiveOptions(
            move=wish.move, side=wish.side, routine=str(routine), camera=wish.camera, record=kept, film=wish.record,
            person=wish.person or None, ask=True, strictness=wish.strictness, db=self._desk.history, menu=True,
            tool=wish.tool, yes=wish.accepted,
        )  # fmt: skip

    def _run(self, roll: Roll, options: LiveOptions) -> None:
        outcome: dict[str, Any] = {"ended": True}
        voice: Voice | None = None
        try:
            poses, finder, crowd = self._eyes()
            voice = self._voice(roll)
            devices = Devices(roll.camera, poses, finder, voice, roll.display, patience_s=PATIENCE_S, crowd=crowd)
            run_live(options, devices=devices, tell=lambda line: roll.display.tell({"note": line}))
        except SmrError as error:
            outcome["problem"] = str(error)
        # A bug: the page is told, and the desk goes on.
        except Exception:  # noqa: BLE001
            _log.exception("a live session failed")
            outcome["problem"] = "Something went wrong here. What was done is kept."
        finally:
            if voice is not None:
                voice.close()
        outcome["session"] = self._kept(options)
        roll.outcome = outcome
        roll.display.tell(outcome)

    def _voice(self, roll: Roll) -> Voice:
        spoken = SentVoice(roll.display.tell)
        if roll.wish.voice != "computer":
            return spoken
        manner = Manner(roll.wish.volume, roll.wish.pace)
        return Both(open_voice(True, lambda line: roll.display.tell({"note": line}), manner), spoken)

    def _kept(self, options: LiveOptions) -> str | None:
        """The session in the history, where it has anything in it."""
        newest = self._desk.store.page(person=options.person, most=1)
        folder = newest[0].folder if newest else None
        assert options.record is not None
        mine = folder is not None and Path(folder).is_relative_to(options.record)
        return newest[0].id if mine else None


class Both:
    """Says lines aloud on this machine and shows them in the browser, which plays the sounds."""

    def __init__(self, aloud: Voice, shown: Voice) -> None:
        self._aloud, self._shown = aloud, shown

    def say(self, line: Utterance) -> None:
        self._aloud.say(replace(line, sound=None))
        self._shown.say(line)

    def tick(self) -> None:
        self._shown.tick()

    def mute(self) -> bool:
        self._aloud.mute()
        return self._shown.mute()

    def close(self) -> None:
        self._aloud.close()
        self._shown.close()
