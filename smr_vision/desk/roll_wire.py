"""The devices of a live session that are in a browser: its camera, its screen and keys, its voice.

Pictures come as JPEG with the time they were taken at; what is shown goes out as small JSON. Of both only the latest
counts; what is said is never left out, and says for how long it is good.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final

import cv2
import numpy as np

from smr_vision.coach import CLOSES_S
from smr_vision.desk.roll_view import view_of
from smr_vision.errors import DeviceError, SmrError
from smr_vision.live.coaching import Shown
from smr_vision.live.stage_messages import Utterance
from smr_vision.video import Frame
from smr_vision.video.frame import fitting

WAIT_S: Final = 0.5
PAUSE_S: Final = 3.0  # without a picture for longer the session stood still
STOOD_S: Final = CLOSES_S + 0.1  # what a standstill counts as: a set that was on has ended
RELOAD_S: Final = 15.0  # a page that said good-bye may have been loaded anew
AWAY_S: Final = 40.0  # a browser that is gone without a word may come back
PICTURE_SIDE: Final = 800  # pixels, of a picture that is sent back where the camera is not the browser's
LOST: Final = "The browser is gone. What was done is kept."
Send = Callable[[str | bytes, bool], None]  # what, and whether only the latest of its kind counts


class SentCamera:
    """A `Camera` whose pictures are sent; of those that wait only the latest is looked at."""

    ends = False
    cut_off: str | None = None

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._waiting: tuple[float, bytes] | None = None
        self._over = False
        self._last: tuple[float, float] | None = None  # the latest picture's time as it was sent, and as it counts
        self.sent_at = 0.0

    def put(self, sent_at: float, jpeg: bytes) -> None:
        """A picture that was taken at `sent_at` seconds by the browser's clock, which may begin anew."""
        with self._news:
            self._waiting = sent_at, jpeg
            self._news.notify()

    def hang_up(self) -> None:
        """No more pictures are waited for."""
        with self._news:
            self._over = True
            self._news.notify()

    def open(self) -> None:
        """It is the browser that opens it."""

    def read(self) -> Frame | None:
        while not self._over:
            with self._news:
                if self._waiting is None:
                    self._news.wait(WAIT_S)
                given, self._waiting = self._waiting, None
            frame = self._frame(*given) if given is not None else None
            if frame is not None:
                return frame
        return None

    def close(self) -> None:
        self.hang_up()

    def _frame(self, sent_at: float, jpeg: bytes) -> Frame | None:
        try:
            image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
        except cv2.error:
            return None
        if image is None:
            return None
        last, self._last = self._last, (sent_at, self._counted(sent_at))
        if last is not None and self._last[1] <= last[1]:
            self._last = last
            return None  # the same moment again
        self.sent_at = sent_at
        return Frame(self._last[1], np.ascontiguousarray(image, np.uint8))

    def _counted(self, sent_at: float) -> float:
        """The session's time of a picture: that of the browser, without standstills."""
        if self._last is None:
            return 0.0
        before, counted = self._last
        gone = sent_at - before
        return counted + (gone if 0 <= gone <= PAUSE_S else STOOD_S)


class SentVoice:
    """Hands lines to the browser, which says them, or shows them where it can't."""

    def __init__(self, send: Callable[[dict[str, object]], None]) -> None:
        self._send = send
        self._muted = False

    def say(self, line: Utterance) -> None:
        if line.say:
            self._send({"say": line.say, "kind": line.kind, "sound": line.sound, "good_s": line.good_s})

    def tick(self) -> None:
        self._send({"tick": True})

    def mute(self) -> bool:
        self._muted = not self._muted
        return self._muted

    def close(self) -> None:
        """It is the browser's."""


class SentDisplay:
    """A `Display` in a browser, which may go and come back."""

    def __init__(self, camera: SentCamera | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._camera = camera
        self._clock = clock
        self._keys: SimpleQueue[str] = SimpleQueue()
        self._send: Send | None = None
        self._gone: tuple[float, bool] | None = clock(), False  # since when nobody looks, and whether they said so
        self._leaving = False
        self._failure: SmrError | None = None
        self._lock = threading.Lock()

    # What the browser does

    def connect(self, send: Send) -> None:
        """A browser looks on; the one before no longer does."""
        with self._lock:
            self._send, self._gone, self._leaving = send, None, False

    def disconnect(self, send: Send, *, said: bool) -> None:
        """It doesn't any more: closed by the person (`said`), or gone."""
        with self._lock:
            if self._send == send:
                self._send, self._gone = None, (self._clock(), said or self._leaving)

    def leave(self) -> None:
        """The page is being left, by the person: its socket may break before it can say so (a browser that closes a
        tab in mid-answer resets it)."""
        with self._lock:
            self._leaving = True
            if self._gone is not None:
                self._gone = self._gone[0], True

    @property
    def connected(self) -> bool:
        return self._send is not None

    def press(self, key: str) -> None:
        self._keys.put(key)

    def end(self, failure: SmrError) -> None:
        """The session has to end now."""
        self._failure = failure

    def tell(self, told: dict[str, object]) -> None:
        """Send something that is no moment of the session."""
        self._hand_on(json.dumps(told), False)

    # What the session does

    def draw(self, shown: Shown, *, muted: bool) -> str | bytes:
        sent_at = self._camera.sent_at if self._camera is not None else shown.frame.t
        view = view_of(shown) | {"at": sent_at, "muted": muted}
        if shown.now.stage == "over" and self._camera is not None:
            self._camera.hang_up()
        told = json.dumps(view)
        return told if self._camera is not None else _with_picture(told, shown.frame)

    def lost(self, last: Shown, left_s: float) -> str | bytes:
        del last
        return json.dumps({"lost": round(max(left_s, 0.0))})

    def show(self, drawing: str | bytes) -> None:
        self._hand_on(drawing, True)

    def keys(self) -> tuple[str, ...]:
        if self._failure is not None:
            self._hang_up()
            raise self._failure
        gone = self._gone
        if gone is not None:
            since, said = gone
            if self._clock() - since > (RELOAD_S if said else AWAY_S):
                self._hang_up()
                if not said:
                    raise DeviceError(LOST)
                return ("closed",)
        pressed: list[str] = []
        try:
            while True:
                pressed.append(self._keys.get_nowait())
        except Empty:
            return tuple(pressed)

    def full_screen(self) -> None:
        """The page does that by itself."""

    def close(self) -> None:
        self._hang_up()

    def _hand_on(self, told: str | bytes, latest: bool) -> None:
        with self._lock:
            if self._send is not None:
                self._send(told, latest)

    def _hang_up(self) -> None:
        if self._camera is not None:
            self._camera.hang_up()


def _with_picture(told: str, frame: Frame) -> bytes:
    """An answer with its picture: the length of the JSON in four bytes, the JSON, a JPEG."""
    small = cv2.resize(frame.look, fitting(frame.size, PICTURE_SIDE), interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 75])
    words = told.encode()
    return len(words).to_bytes(4, "big") + words + jpeg.tobytes()
