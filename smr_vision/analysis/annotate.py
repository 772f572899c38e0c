"""The annotated clip, drawn and encoded; beside the rest, where there are cores for it."""

from __future__ import annotations

from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Final

from smr_vision.coach.cues import CuePlanner
from smr_vision.overlay import Overlay
from smr_vision.pipeline.river import Seen
from smr_vision.runtime.shielded import undisturbed
from smr_vision.video import ClipInfo, Frame, fitting
from smr_vision.video.writer import ClipWriter

MOST_SIDE: Final = 1280  # of the annotated clip: what a phone or a report shows of it, at half the cost of 1080p
WAITING: Final = 4  # pictures that may wait to be drawn on; then whoever brings them waits


class Annotator:
    """Draws over each picture and writes it; beside the rest, unless there is only one of the `workers`. It draws
    on the very pictures it is given, which are those of the clip at most `MOST_SIDE` on their long side, unless they
    come in `full_size`."""

    def __init__(self, path: Path, info: ClipInfo, *, workers: int, full_size: bool = False) -> None:
        size = info.width, info.height
        width, height = size if full_size else fitting(size, MOST_SIDE)
        self._overlay = Overlay(width, height, width / info.width)
        self._cues = CuePlanner()
        self._writer = ClipWriter(path, width, height, threads=max(1, workers // 4))
        # Two of these in the place of one that knows a limit: a stop may come in the midst of `put` and `get` of those
        # that are written in Python, and leave them locked for good.
        self._queue: SimpleQueue[tuple[Frame, Seen] | None] = SimpleQueue()
        self._room: SimpleQueue[None] = SimpleQueue()
        for _ in range(WAITING):
            self._room.put(None)
        self._thread = None if workers == 1 else Thread(target=self._run, name="annotate", daemon=True)
        self._error: BaseException | None = None
        self.end_s: float | None = None

    def __enter__(self) -> Annotator:
        self._writer.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is not None:
            self._error = self._error or error  # what still waits need not be drawn
        if self._thread is not None and self._thread.ident is not None:
            self._queue.put(None)
            self._thread.join()
        self._writer.end_s = self.end_s
        failed = self._error
        self._writer.__exit__(type(failed) if failed is not None else None, failed, None)
        if failed is not None and error is None:
            raise failed

    def write(self, frame: Frame, seen: Seen) -> None:
        """Annotate one picture; raises what went wrong with an earlier one."""
        if self._error is not None:
            raise self._error
        if self._thread is None:
            self._draw(frame, seen)
            return
        if self._thread.ident is None:  # only now, when `__exit__` is sure to come: it would wait for ever for its end
            undisturbed(self._thread.start)
        self._room.get()
        self._queue.put((frame, seen))

    def _run(self) -> None:
        while (one := self._queue.get()) is not None:
            if self._error is None:
                try:
                    self._draw(*one)
                except BaseException as e:  # noqa: BLE001 - raised where the pictures come from
                    self._error = e
            self._room.put(None)

    def _draw(self, frame: Frame, seen: Seen) -> None:
        cue = self._cues.update(seen.feedback) if seen.feedback is not None else None
        self._overlay.draw(frame.image, seen, cue)
        self._writer.write(frame)
