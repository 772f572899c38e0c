"""What stays of a live session: the journal, written as it goes, and the video if wanted.

Both have a thread of their own, so that a slow disk never holds up the coach.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Full, Queue
from typing import Final, Protocol

from smr_vision.errors import DeviceError, SmrError
from smr_vision.live.coaching import Kept, LiveCoach
from smr_vision.session import Session
from smr_vision.video import Frame
from smr_vision.video.writer import ClipWriter

EVERY_S: Final = 0.6  # between checkpoints: with the writing, less than a second is lost to a crash
FILM_AHEAD: Final = 60  # pictures that may wait for the encoder; beyond that some are left out
END_S: Final = 30.0  # the encoder and the disk get this long to finish

Tell = Callable[[str], None]


class SessionSink(Protocol):
    """Where a session is written down: at first, again and again, and at the end."""

    def write(self, session: Session, *, final: bool) -> None: ...


class Logbook:
    """Writes down a live session. `build` makes the record of what there is to keep and whether it is whole.

    `failed` is what went wrong with the disk and was not made good by the end; the coaching goes on without.
    """

    def __init__(
        self, journal: SessionSink, build: Callable[[Kept, bool], Session], tell: Tell, film: Film | None = None
    ) -> None:
        self._journal = journal
        self._build = build
        self._tell = tell
        self._film = film
        self._next = -1e9
        self._news = threading.Condition()
        self._waiting: Kept | None = None
        self._latest = Kept((), (), 0.0, 0, 0.0, (0, 0))
        self._closing = False
        self.failed: SmrError | None = None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def film(self, frame: Frame) -> None:
        """Keep a picture, if a video is wanted."""
        if self._film is not None:
            self._film.add(frame)

    def checkpoint(self, coach: LiveCoach, t: float) -> None:
        """Write down how far the session is, about once a second of its pictures."""
        if t < self._next:
            return
        self._next = t + EVERY_S
        self._latest = kept = coach.so_far()
        with self._news:
            self._waiting = kept
            self._news.notify()

    def finish(self, kept: Kept | None, *, complete: bool) -> Session:
        """Write down the end, as far as it was told before where that can't be said; the session as it is kept."""
        with self._news:
            self._closing = True
            self._waiting = None
            self._news.notify()
        self._thread.join(END_S)
        unfilmed = self._film.close() if self._film is not None else None
        kept = kept or self._latest
        session = self._build(kept, complete)
        try:
            if kept.frames and not self._write(session, final=True):  # without a picture there was no session
                self._rescue(session)
        # A bug of the history's: it goes on up, once what was done is kept.
        except Exception:
            self._rescue(session)
            raise
        self.failed = self.failed or unfilmed
        return session

    def _run(self) -> None:
        while True:
            with self._news:
                while self._waiting is None and not self._closing:
                    self._news.wait()
                kept, self._waiting = self._waiting, None
            if kept is None:
                return
            with suppress(Exception):  # a bug of the history's is met again at the end, and told there
                self._write(self._build(kept, False), final=False)

    def _write(self, session: Session, *, final: bool) -> bool:
        """Write the session down; whether that went well. What fails is told once."""
        try:
            self._journal.write(session, final=final)
        except SmrError as error:
            if self.failed is None:
                self.failed = error
                if not final:
                    self._tell(f"{error} The coaching goes on.")
            return False
        self.failed = None
        return True

    def _rescue(self, session: Session) -> None:
        """The history can't be written: keep the session among the temporary files, mostly on another disk."""
        try:
            folder = Path(tempfile.mkdtemp(prefix="smr-live-"))
            session.write(folder / "session.json")
        except OSError:
            return
        self._tell(f"The session is kept in {folder / 'session.json'} instead.")


class Film:
    """The camera's pictures as MP4, encoded in a thread of its own; another size begins another file. Where that comes
    to an end before its time, the video ends there."""

    def __init__(self, folder: Path, tell: Tell) -> None:
        self._folder = folder
        self._tell = tell
        self._queue: Queue[Frame | None] = Queue(FILM_AHEAD)
        self._failed: SmrError | None = None
        self._thread = threading.Thread(target=self._run, name="film", daemon=True)
        self._thread.start()

    def add(self, frame: Frame) -> None:
        """Encode a picture soon; left out when the encoder is behind."""
        try:
            self._queue.put_nowait(frame)
        except Full:
            return

    def close(self) -> SmrError | None:
        """Finish the file; what went wrong, if anything did."""
        with suppress(Full):
            self._queue.put(None, timeout=END_S)
        self._thread.join(END_S)
        if self._thread.is_alive():
            return DeviceError("The video is not whole: the encoder did not finish. Free the machine, and film again.")
        return self._failed

    def _run(self) -> None:
        frame: Frame | None = self._queue.get()
        number = 1
        while frame is not None:
            try:
                frame = self._one_file(frame, number)
            # Whatever it is, the thread stays to empty the queue.
            except Exception as error:  # noqa: BLE001
                self._failed = error if isinstance(error, SmrError) else _not_encoded(error)
                self._tell(f"{self._failed} The video ends here; the coaching goes on.")
                self._drain()
                return
            number += 1

    def _one_file(self, frame: Frame, number: int) -> Frame | None:
        """Encode until the end or another size; the first picture of another size."""
        height, width = frame.image.shape[:2]
        name = "recording.mp4" if number == 1 else f"recording-{number}.mp4"
        with ClipWriter(self._folder / name, width, height, whole=False) as writer:
            following: Frame | None = frame
            while following is not None and following.image.shape[:2] == (height, width):
                writer.write(following)
                following = self._queue.get()
            return following

    def _drain(self) -> None:
        while self._queue.get() is not None:
            pass


def _not_encoded(error: Exception) -> DeviceError:
    return DeviceError(f"The video can't be encoded ({str(error) or type(error).__name__}). Update PyAV.")
