"""Ends sessions of Roll now in all the ways they end, in real Chromium, and looks at what is left of them.

    python -m tests.desk.roll_ends [--tries 20] [--only killed] [--at-once 3]

Needs Debian's chromium and ffmpeg, and playwright from PyPI. Each try is a desk and a browser of its own; somebody
rolls in the film. Much of a try is waiting for a browser that may come back: several at once take turns on two cores.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from playwright.sync_api import Error, Page

from benchmarks.roll import family, started
from smr_vision.desk.people import DeskStore
from smr_vision.desk.places import Places
from smr_vision.desk.roll_wire import AWAY_S, RELOAD_S
from smr_vision.session import read_session
from smr_vision.video import ClipReader
from tests.desk.roll_browser import ROOT, chromium, desk, film, opened, playing, wait_for

CLIP: Final = ROOT / "samples" / "videos" / "calf_good.mp4"
SLOW_S: Final = 60.0  # to write down a session on a busy machine
LOOPED_S: Final = 300.0  # the film may be over once before a busy machine has begun: it comes again
ROLLED_S: Final = 3.0  # of pictures at least that a recording has by then
DARK_S: Final = 8.0  # before somebody comes into the picture
WRITTEN_S: Final = 2.0  # of a desk that is killed at most the last second is lost: what was shown has to be older
Way = Callable[[Page, "subprocess.Popen[str]"], None]


def closed(page: Page, server: subprocess.Popen[str]) -> None:
    """The tab is closed."""
    del server
    page.close()
    time.sleep(RELOAD_S)


def killed(page: Page, server: subprocess.Popen[str]) -> None:
    """The browser is killed."""
    del page
    for pid in family(os.getpid()) - family(server.pid):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if b"chromium" in command.split(b"\0")[0]:
            os.kill(pid, signal.SIGKILL)
    time.sleep(AWAY_S)


def server_killed(page: Page, server: subprocess.Popen[str]) -> None:
    """The desk is killed."""
    time.sleep(WRITTEN_S)
    server.kill()
    server.wait()
    wait_for(page, "document.querySelector('#screen').textContent.includes('does not answer')")


def stopped(page: Page, server: subprocess.Popen[str]) -> None:
    """The desk is stopped."""
    del page
    server.terminate()
    server.wait(SLOW_S)


def camera_back(page: Page, server: subprocess.Popen[str]) -> None:
    """The camera is pulled out and put in again; then the person finishes."""
    del server
    pull = "document.querySelector('#live').srcObject.getVideoTracks()[0].stop()"
    page.evaluate(pull)
    wait_for(page, "document.querySelector('#screen').textContent.includes('camera gives no picture')")
    wait_for(page, "document.querySelector('#live').srcObject.getVideoTracks()[0].readyState === 'live'")
    wait_for(page, "document.querySelector('#screen').hidden || window.roll.now.stage !== 'rolling'")
    finish(page)


def camera_gone(page: Page, server: subprocess.Popen[str]) -> None:
    """The camera is pulled out for good, and the person finishes."""
    del server
    page.evaluate(
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError'); };"
        "document.querySelector('#live').srcObject.getVideoTracks()[0].stop()"
    )
    wait_for(page, "document.querySelector('#screen').textContent.includes('camera gives no picture')")
    finish(page)


def finish(page: Page) -> None:
    end = time.monotonic() + SLOW_S
    while not page.evaluate("window.roll.over"):
        assert time.monotonic() < end, "the session did not end"
        page.keyboard.press("q")
        page.wait_for_timeout(1000)


WAYS: Final[dict[str, tuple[Way, str]]] = {
    "closed": (closed, "complete"),
    "killed": (killed, "interrupted"),
    "server_killed": (server_killed, "interrupted"),
    "stopped": (stopped, "interrupted"),
    "camera_back": (camera_back, "complete"),
    "camera_gone": (camera_gone, "complete"),
}


def run(camera: Path, data: Path, way: Way) -> str:
    """One session to its end; what the history says of it. Fails where its record or its recording is not there."""
    with desk(data) as (address, server):
        try:
            with chromium(*playing(camera)) as browser:
                page = opened(browser, address)
                page.get_by_label("Keep the video").check()
                started(page, "calf")
                wait_for(page, "window.roll.now.passes > 0 && window.roll.now.on_target_s > 3", LOOPED_S)
                way(page, server)
        except Error:
            if way is not killed:  # of that one there is nothing left to close
                raise
        wait(lambda: _state(data) != "running")
    folder = next((data / "desk" / "rolled").iterdir())
    session = read_session(folder / "session.json")
    assert sum(len(s.passes) for s in session.sets) >= 1, session.sets
    recording = next(folder.glob("recording*.mp4"))
    with ClipReader(recording) as reader:
        times = [frame.t for frame in reader]
    assert times[-1] >= ROLLED_S, times[-1]
    return _state(data)


def _state(data: Path) -> str:
    entries = DeskStore(str(Places(data).history)).page(most=1)
    return entries[0].state if entries else "nothing"


def wait(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SLOW_S
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)


def tried(camera: Path, folder: Path, name: str, number: int) -> str | None:
    """One session ended that way; what is wrong with what is left of it."""
    way, right = WAYS[name]
    try:
        state = run(camera, folder / f"{name}-{number}", way)
    except (AssertionError, Error, OSError, StopIteration) as e:
        return f"{type(e).__name__}: {e}"
    return None if state == right else f"kept as {state}, not as {right}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=20)
    parser.add_argument("--only", choices=tuple(WAYS))
    parser.add_argument("--at-once", type=int, default=1)
    given = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as made, ProcessPoolExecutor(given.at_once) as pool:
        folder = Path(made)
        camera = film(CLIP, folder / "camera.mjpeg", before_s=DARK_S)
        for name in [given.only] if given.only is not None else WAYS:
            wrong = [w for w in pool.map(partial(tried, camera, folder, name), range(given.tries)) if w is not None]
            failed += len(wrong)
            right = given.tries - len(wrong)
            print(f"{name}: {right} of {given.tries} kept as {WAYS[name][1]}, with a recording that plays", flush=True)
            for one in wrong:
                print(f"  {one}", flush=True)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
