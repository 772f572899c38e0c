"""Landmarkers in processes of their own, one a core.

In threads they wait for each other and for the coach at Python's lock: a tenth of the time on two cores. A process
gets stretches of a clip to go through, and sends back poses, which are small. It reads a stretch itself, or is handed
the pictures by whoever decodes them for other ends too.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context, resource_tracker
from queue import Empty, SimpleQueue
from typing import Final, Literal

from smr_vision.errors import DeviceError
from smr_vision.pose.serving import GONE, Found, Picture, PoseSources, Stretch, serve, unpacked
from smr_vision.runtime.shielded import run_shielded
from smr_vision.video import DecodedFrame, Ending, SentFrame

LEAVE_S: Final = 5.0  # a process that has been told to go is given this long
IN_HAND: Final = 2  # pictures that a process has been handed: the one it is at, and the next


Handed = SentFrame | DecodedFrame
Pictures = SimpleQueue[Handed | None]
"""Pictures to be measured, from the warm-up on; None: that was the last."""


class PoseProcess:
    """A process that finds the poses of stretches, one stretch at a time. It does not outlive us."""

    def __init__(self, sources: PoseSources) -> None:
        self.sources = sources
        context = get_context("spawn")  # threads and libraries of this process do not survive a fork
        theirs_in, self._out = context.Pipe(duplex=False)
        self._in, theirs_out = context.Pipe(duplex=False)
        self._process = context.Process(target=serve, args=(sources, theirs_in, theirs_out), daemon=True)
        try:
            run_shielded(self._start)
        except OSError as e:
            raise DeviceError(
                f"No more processes can be started ({e.strerror or e}). Close other programs, or use --workers 1."
            ) from e
        except BaseException:
            if self._process.pid is not None:  # a stop, in the midst of it: nobody else knows of the process
                self.stop()
            raise
        # Ours alone from here on, so that each side hears when the other is gone.
        theirs_in.close()
        theirs_out.close()

    def _start(self) -> None:
        with deaf_to_ctrl_c(), _no_threads_for_numpy():
            self._process.start()

    def stop(self) -> None:
        """End it, in the middle of a stretch too; whoever waits for its poses hears of it. May be called twice."""
        self._process.terminate()
        self._process.join(LEAVE_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def close(self) -> None:
        """Let go of it; nobody waits for poses any more."""
        self.stop()
        self._out.close()
        self._in.close()
        self._process.close()

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.is_alive()

    def found(self, stretch: Stretch) -> Iterator[Found]:
        """What a stretch holds, in order, as it is found. Raises what went wrong there, or DeviceError when the
        process is gone."""
        with _told_when_gone():
            self._out.send(stretch)
            while (said := self._said()) is not None:
                yield said

    def found_of(self, stretch: Stretch, pictures: Pictures) -> Iterator[Found]:
        """The same of a stretch whose `pictures` are handed over as they come."""
        with _told_when_gone():
            self._out.send(stretch)
            waiting, more = 0, True
            while more or waiting:
                picture = _next_of(pictures, wait=not waiting) if more and waiting < IN_HAND else False
                if picture is not False:
                    more = picture is not None
                    waiting += int(picture is not None and picture.t >= stretch.start)
                    if picture is not None:
                        picture = SentFrame(picture.t, picture.size, None, picture.small, picture.film)
                    self._out.send(picture)
                elif (said := self._said()) is not None:
                    waiting -= 1
                    yield said
            self._said()  # that it is through

    def _said(self) -> Found | None:
        said = self._in.recv()
        if isinstance(said, BaseException):
            raise said
        return said if said is None or isinstance(said, Picture | Ending) else unpacked(said)


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Processes started inside never hear the Ctrl-C that is meant for all, not even while they are still loading:
    they end when we do. We hear it right afterwards."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # started later on, with the first process, it would open our ears again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _no_threads_for_numpy() -> Iterator[None]:
    """Processes started inside load numpy in half the time: its algebra starts no threads, for which they have no
    core."""
    name = "OPENBLAS_NUM_THREADS"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


@contextmanager
def _told_when_gone() -> Iterator[None]:
    try:
        yield
    except GONE as e:
        raise DeviceError(
            "A process that finds poses died, out of memory perhaps. Close other programs, or use --workers 1."
        ) from e


def _next_of(pictures: Pictures, *, wait: bool) -> Handed | Literal[False] | None:
    """The next picture; False: none is there yet."""
    try:
        return pictures.get(block=wait)
    except Empty:
        return False
