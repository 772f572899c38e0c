"""Those who find poses, at work on the stretches of a clip; kept for the next clip where somebody says so."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Self

from smr_vision.pose import Pose
from smr_vision.pose.processes import Handed, Pictures, PoseProcess
from smr_vision.pose.serving import Found, PoseSources, Stretch
from smr_vision.pose.threads import PoseThread
from smr_vision.runtime.shielded import run_shielded

Finder = PoseThread | PoseProcess
_kept: ContextVar[list[Finder] | None] = ContextVar("kept", default=None)


class Coming:
    """What is found in a stretch. It can be asked for, in order, while a process is still at work on it. Pictures that
    are handed over may come before a process takes it.
    """

    def __init__(self, stretch: Stretch) -> None:
        self.stretch = stretch
        self._pictures: Pictures = SimpleQueue()
        self._found: SimpleQueue[Found | BaseException | None] = SimpleQueue()  # None: that was the last
        self._next: Pose | None = None
        self._ended = False

    def hand(self, picture: Handed) -> None:
        """Hand over one of its pictures, or of its warm-up."""
        self._pictures.put(picture)

    def all_handed(self) -> None:
        """There are no more pictures of it; may be said twice."""
        self._pictures.put(None)

    @property
    def through(self) -> bool:
        """Whether all was asked for."""
        return self._ended

    @property
    def ready(self) -> bool:
        """Whether the next pose is there."""
        return self._next is not None or self._ended or not self._found.empty()

    def pose(self, t: float) -> Pose:
        """The pose at `t`, which grows from call to call; raises what went wrong."""
        while not self._ended and (self._next is None or self._next.t < t):
            found = self._get()
            self._next = found if isinstance(found, Pose) else None
        if self._next is None or self._next.t != t:
            return Pose.nobody(t)
        found, self._next = self._next, None
        return found

    def all(self) -> Iterator[Found]:
        """All that was found and not asked for yet, in order; raises what went wrong."""
        while (found := self._get()) is not None:
            yield found

    def _get(self) -> Found | None:
        found = None if self._ended else self._found.get()
        if isinstance(found, BaseException):
            raise found
        self._ended = found is None
        return found

    def take(self, finder: Finder) -> None:
        """Have somebody find it."""
        try:
            stretch = self.stretch
            for found in finder.found_of(stretch, self._pictures) if stretch.handed else finder.found(stretch):
                self._found.put(found)
            self._found.put(None)
        except BaseException as e:  # noqa: BLE001 - raised where the poses are asked for
            self._found.put(e)


class Team:
    """Those who work off the stretches they are given, each on a thread here: the first looks itself, the others bring
    what their processes find."""

    def __init__(self, sources: PoseSources) -> None:
        self._sources = sources
        self._asked: SimpleQueue[Coming | None] = SimpleQueue()
        self._begun: list[Coming] = []
        self._finders: list[Finder] = []
        self._threads: list[Thread] = []

    def __enter__(self) -> Self:
        return self

    @property
    def pose_s(self) -> float:
        """Seconds that a pose takes the first of them."""
        first = self._finders[0]
        return first.pose_s if isinstance(first, PoseThread) else 0.0

    def grow(self, workers: int) -> None:
        """Be so many."""
        while len(self._finders) < workers:
            kind = PoseProcess if self._finders else PoseThread
            self._finders.append(_kept_one(self._sources, kind) or kind(self._sources))
            # A daemon: the program waits for none of them where it doesn't end by way of `__exit__`.
            thread = Thread(target=self._bring, args=(self._finders[-1],), name="poses", daemon=True)
            run_shielded(lambda: self._start(thread))  # noqa: B023 - it is done at once

    def _start(self, thread: Thread) -> None:
        thread.start()
        self._threads.append(thread)

    def _bring(self, finder: Finder) -> None:
        while (coming := self._asked.get()) is not None:
            coming.take(finder)

    def begin(self, coming: Coming) -> None:
        """Have it found by whoever is free."""
        self._begun = [one for one in self._begun if not one.through]
        self._begun.append(coming)
        self._asked.put(coming)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        kept = _kept.get()
        try:
            if kind is None and self._through() and kept is not None:
                kept += self._finders
                self._finders = []
            for finder in self._finders:
                finder.stop()
            with suppress(Empty):
                while True:
                    self._asked.get_nowait()
            for coming in self._begun:  # whoever waits for pictures
                coming.all_handed()
            for _ in self._threads:
                self._asked.put(None)
            # Given up and thrown away when the program itself ends, by then threads stand still: no waiting for them.
            for thread in self._threads:
                if thread.is_alive() and not sys.is_finalizing():
                    thread.join()
        finally:
            for finder in self._finders:
                finder.close()

    def _through(self) -> bool:
        """Wait until the processes have closed what they opened; whether none has failed."""
        with suppress(Exception):
            for coming in self._begun:
                deque(coming.all(), maxlen=0)
            return True
        return False


def _kept_one(sources: PoseSources, kind: type[Finder]) -> Finder | None:
    """One that was kept and has landmarkers of these sources."""
    kept = _kept.get() or []
    for number, finder in enumerate(kept):
        if isinstance(finder, kind) and finder.sources == sources and finder.alive:
            return kept.pop(number)
    return None


@contextmanager
def processes_kept() -> Iterator[None]:
    """Who finds poses, here or in processes, is kept from one clip to the next: all is loaded."""
    kept: list[Finder] = []
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)
        for finder in kept:
            finder.close()
