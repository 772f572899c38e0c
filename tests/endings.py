"""Every way a live session can end, again and again: one exit code, one line, `complete` only if it is, nothing lost.

    python -m tests.endings [--tries 20] [--only NAME ...]

Each try runs `smr live` in a process of its own, on a virtual display of its own (needs xvfb and xdotool): the real
command, window, journal, history and video, with a camera and poses that are acted. It is ended at a random moment of
a set. Then the exit code and what was said have to be the ones below, the history must hold the session with what was
rolled until then, and the video must be whole as far as it goes.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from smr_vision.store import Store
from smr_vision.video import ClipReader

ROOT = Path(__file__).parents[1]
FPS = 15
ENDS_S = 60.0
WINDOW = "smr-vision"

# The acted side, run in the other process. Its pictures come as fast as a camera's would at double speed.
ACTED = """
import errno, os, sys, time
from smr_vision.runtime.stop import heed_stops
heed_stops()
import smr_vision.cli.main  # OpenCV before PyAV
from smr_vision.live import session as live
from smr_vision.cli import __main__
from smr_vision.errors import DeviceError
from smr_vision.live.display import Drawn
from smr_vision.live import grabber, running
from smr_vision.live.running import Devices
from smr_vision.live.voice import NoVoice
from smr_vision.live.screens import SIZE
from smr_vision.live.window import open_window
from smr_vision.video import Frame
from smr_vision.video.writer import ClipWriter
from smr_vision.store import Store
from tests.doubles import ActedPoses, FakeCamera, frames
from tests.live.test_live import contact, rolls
from tests.people import Eyes

how, after_s, fps = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
grabber.RETRY_S, running.STALLED_S = 0.05, 1.0

class Real(FakeCamera):
    def read(self):
        time.sleep(0.5 / fps)
        frame = super().read()
        if frame is not None and frame.t < after_s:
            if frame.t > 5.0 and not told:
                told.append(1)
                print("rolling", flush=True)
            return frame
        match how:
            case "the clip ends": self.ends = True
            case "a clip that is cut off": self.ends, self.cut_off = True, "cut off"
            case "the camera's thread fails": raise ZeroDivisionError("in the camera's thread")
            case "the camera is gone": self.gone = True
            case "the camera hangs": time.sleep(4.0)
            case _: return frame
        return None

    def open(self):
        if getattr(self, "gone", False):
            raise DeviceError("no camera")

told = []
write, put = ClipWriter.write, Store._put
full = OSError(errno.ENOSPC, "No space left on device")

def write_until(self, frame):
    if how == "the video fails" and frame.t > after_s:
        raise DeviceError("recording.mp4 could not be written: the disk is full.")
    write(self, frame)

def put_until(self, *given, **named):
    if how == "the disk is full" and told and time.monotonic() > began + after_s / 2:
        raise DeviceError("history.sqlite could not be written: the disk is full. Free some space and try again.")
    return put(self, *given, **named)

class Poses(ActedPoses):
    def detect(self, frame):
        if how == "the coach fails" and frame.t > after_s:
            raise ZeroDivisionError("in the coach")
        return super().detect(frame)

ClipWriter.write, Store._put = write_until, put_until
began = time.monotonic()
length = 12.0 if how in ("the video fails", "the disk is full", "the clip ends") else 300.0
def opened(options, shot, stack, tell):
    window = open_window(*SIZE)
    stack.callback(window.close)
    return Devices(shot, Poses(rolls(900.0)), Eyes(contact), NoVoice(), Drawn(window), patience_s=0.5)
live.camera_of = lambda text: Real(frames(length, fps))
live._open_devices = opened
sys.argv = ["smr", "live", "thoracic", "--yes", "--person", "Ana", "--db", sys.argv[4], "--record", sys.argv[5]]
__main__.main()
"""


@dataclass(frozen=True)
class Display:
    """A virtual display: its name, and the process that is it."""

    name: str
    server: int


@dataclass(frozen=True)
class Ending:
    """What ends a session, from outside unless the acted devices do it; and how it has to have ended."""

    code: int
    said: str  # the beginning of the last line on stderr; "" where there is none
    complete: bool
    lines: int = 1
    bug: bool = False  # told with its traceback
    do: Callable[[int, Display], None] = lambda process, display: None
    kept: bool = True  # the history takes it


# What a window manager sends when the X of a window is clicked.
CLOSED = """
import ctypes, sys
x = ctypes.CDLL("libX11.so.6")
x.XOpenDisplay.restype, x.XInternAtom.restype = ctypes.c_void_p, ctypes.c_ulong
display, window = ctypes.c_void_p(x.XOpenDisplay(sys.argv[1].encode())), int(sys.argv[2])
class Message(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("sent", ctypes.c_int),
                ("display", ctypes.c_void_p), ("window", ctypes.c_ulong), ("what", ctypes.c_ulong),
                ("format", ctypes.c_int), ("data", ctypes.c_long * 5), ("rest", ctypes.c_long * 16)]
protocols, delete = (x.XInternAtom(display, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW"))
message = Message(33, 0, 1, display, window, protocols, 32, (ctypes.c_long * 5)(delete))
x.XSendEvent(display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(message))
x.XSync(display, 0)
"""


def _key(process: int, display: Display, *, close: bool = False) -> None:
    environment = {**os.environ, "DISPLAY": display.name}
    found = subprocess.run(
        ["xdotool", "search", "--sync", "--name", WINDOW], env=environment, capture_output=True, text=True, check=True
    )
    window = found.stdout.split()[0]
    if close:
        subprocess.run([sys.executable, "-c", CLOSED, display.name, window], check=True)
    else:
        subprocess.run(["xdotool", "key", "--window", window, "q"], env=environment, check=True)


def _sent(number: int) -> Callable[[int, Display], None]:
    return lambda process, display: os.kill(process, number)


def _display_gone(process: int, display: Display) -> None:
    os.kill(display.server, signal.SIGKILL)


STOPPED = "smr: stopped."
GONE = "smr: The camera is gone"
ENDINGS = {
    "the clip ends": Ending(0, "", True, 0),
    "a clip that is cut off": Ending(0, "", False, 0),
    "q": Ending(0, "", True, 0, do=_key),
    "the window is closed": Ending(0, "", True, 0, do=lambda p, d: _key(p, d, close=True)),
    "Ctrl-C": Ending(130, STOPPED, False, do=_sent(signal.SIGINT)),
    "SIGTERM": Ending(143, STOPPED, False, do=_sent(signal.SIGTERM)),
    "the terminal is closed": Ending(129, "", False, 0, do=_sent(signal.SIGHUP)),
    "the display is gone": Ending(5, "smr: The display is gone", False, do=_display_gone),
    "the camera is gone": Ending(5, GONE, False),
    "the camera hangs": Ending(5, GONE, False),
    "the camera's thread fails": Ending(1, "ZeroDivisionError: in the camera's thread", False, bug=True),
    "the coach fails": Ending(1, "ZeroDivisionError: in the coach", False, bug=True),
    "the disk is full": Ending(5, "smr: history.sqlite could not be written", False, 3, kept=False),
    "the video fails": Ending(5, "smr: recording.mp4 could not be written", True, 2),
}


@contextmanager
def display() -> Iterator[Display]:
    """A virtual display of our own."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x720x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as told:
            name = f":{told.readline().strip()}"
        try:
            yield Display(name, server.pid)
        finally:
            server.kill()
            for left in (f"/tmp/.X{name[1:]}-lock", f"/tmp/.X11-unix/X{name[1:]}"):
                Path(left).unlink(missing_ok=True)


def ended(name: str, after_s: float) -> list[str]:
    """End a session so, after `after_s` of its pictures; what is wrong."""
    ending = ENDINGS[name]
    with display() as where, tempfile.TemporaryDirectory(prefix="smr-ending-") as scratch:
        history, record = Path(scratch) / "history.sqlite", Path(scratch) / "record"
        (Path(scratch) / "tmp").mkdir()
        environment = {
            **os.environ,
            "DISPLAY": where.name,
            "TMPDIR": str(Path(scratch) / "tmp"),
            "PYTHONPATH": str(ROOT),
        }
        with subprocess.Popen(
            [sys.executable, "-c", ACTED, name, str(after_s), str(FPS), str(history), str(record)],
            env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as smr:  # fmt: skip
            assert smr.stdout is not None
            began: list[str] | None = None
            for line in smr.stdout:
                if line == "rolling\n":
                    began = [line]
                    break
            if began is not None:
                time.sleep(max(after_s - 5.0, 0) / 2)
                ending.do(smr.pid, where)
            try:
                text, messages = smr.communicate(timeout=ENDS_S)
            except subprocess.TimeoutExpired:
                smr.kill()
                smr.communicate()
                return [f"did not end in {ENDS_S:.0f} s"]
        wrong = _told(ending, smr.returncode, messages)
        return wrong + _kept(ending, history, record, Path(scratch) / "tmp") + ([] if began else [f"no set: {text}"])


def _told(ending: Ending, code: int, messages: str) -> list[str]:
    lines = messages.splitlines()
    wrong = [] if code == ending.code else [f"exit code {code}, not {ending.code}: {messages[-300:]}"]
    if ending.bug:
        last = lines[-1] if lines else ""
        return wrong + ([] if last == ending.said and "Traceback" in messages else [f"said {messages[-500:]}"])
    said = len(lines) == ending.lines and (not lines or lines[-1].startswith(ending.said))
    # To a closed terminal nothing could be said; here it is a pipe, which takes it.
    return wrong + ([] if said or code == 129 else [f"said {messages[-500:]!r}"])


def _kept(ending: Ending, history: Path, record: Path, rescued: Path) -> list[str]:
    wrong = []
    with Store(history) as store:
        sessions = store.sessions()
    if ending.kept:
        wrong += [] if len(sessions) == 1 else [f"{len(sessions)} sessions kept"]
        for session in sessions:
            if session.complete is not ending.complete:
                wrong.append(f"complete is {session.complete}")
            if not session.sets or session.sets[0].pass_count < 1:
                wrong.append("what was rolled is lost")
    elif not list(rescued.glob("smr-live-*/session.json")):
        wrong.append("the session was not rescued")
    (folder,) = record.iterdir()
    names = {path.name for path in folder.iterdir()}
    if not {"recording.mp4", "session.json"} <= names or any(".part" in name for name in names):
        wrong.append(f"in the folder lie {sorted(names)}")
    else:
        with ClipReader(folder / "recording.mp4") as clip:
            pictures = sum(1 for _ in clip)
            if clip.damaged or pictures < 2 * FPS:
                wrong.append(f"the video: {pictures} pictures, {clip.damaged}")
    return wrong


def main() -> int:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has those it starts in the background ignore it
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # and nohup that
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=list(ENDINGS), default=list(ENDINGS))
    options = parser.parse_args()
    failed = 0
    for name in options.only:
        chance = random.Random(f"{options.seed}/{name}")
        started = time.monotonic()
        wrong = [line for _ in range(options.tries) for line in ended(name, chance.uniform(6.0, 9.0))]
        each = (time.monotonic() - started) / options.tries
        failed += bool(wrong)
        lines = [f"{name}: {options.tries} times, {len(wrong)} wrong, {each:.0f} s each", *(f"  {w}" for w in wrong)]
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
