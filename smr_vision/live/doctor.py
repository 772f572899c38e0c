"""`smr doctor`: is everything here that the live coach needs? Each line is ok or says what to do."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from smr_vision.errors import DeviceError, SmrError
from smr_vision.live.camera import Camera, DeviceCamera, NoPictureError
from smr_vision.live.sounds import SilentPlayer, open_player
from smr_vision.live.voice import CommandEngine, system_engine
from smr_vision.live.window import has_display
from smr_vision.pose import MediaPipePose, PoseSource
from smr_vision.store import default_db
from smr_vision.tool.detector import RollerNet
from smr_vision.video import Frame

CAMERAS: Final = 4  # indices tried
LOOKED_S: Final = 2.0  # how long a camera's rate is measured
SLOW_FPS: Final = 20.0  # below this passes that go too fast are told late
SLOW_POSE_MS: Final = 66.0  # slower than this the picture falls below 15 a second
LEAST_FREE_MB: Final = 500

CameraOf = Callable[[int], Camera]


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is in order, what was found or what to do, and whether `smr live` needs it."""

    name: str
    ok: bool
    says: str
    needed: bool = True


def examine(
    camera_of: CameraOf = DeviceCamera,
    poses: Callable[[], PoseSource] = MediaPipePose,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Finding]:
    """Look at one thing after another."""
    yield from cameras(camera_of, clock)
    yield model(poses, clock)
    yield roller_finder()
    display = has_display()
    yield Finding("Display", display, "a window opens" if display else "none: run `smr live` on a desktop")
    yield from sound()
    yield disk(default_db().parent)


def run(write: Callable[[str], object] = sys.stdout.write, found: Iterator[Finding] | None = None) -> int:
    """Write a line for each thing; 0 when all that is needed is there, else 5."""
    good = True
    for finding in found if found is not None else examine():
        mark = "ok  " if finding.ok else ("FIX " if finding.needed else "note")
        write(f"{mark}  {finding.name:<9} {finding.says}\n")
        good = good and (finding.ok or not finding.needed)
    return 0 if good else DeviceError.exit_code


def cameras(camera_of: CameraOf, clock: Callable[[], float]) -> Iterator[Finding]:
    """Each camera that opens, with the size and rate it reaches."""
    some = False
    for index in range(CAMERAS):
        camera = camera_of(index)
        try:
            camera.open()
        except NoPictureError:
            some = True
            yield _dark(index)
            continue
        except DeviceError:
            continue
        some = True
        try:
            yield _rate(index, camera, clock)
        finally:
            camera.close()
    if not some:
        yield Finding(
            "Camera", False, "none opens: plug one in, close programs that use it, or name a phone's URL with --camera"
        )


def _rate(index: int, camera: Camera, clock: Callable[[], float]) -> Finding:
    name = f"Camera {index}"
    first = camera.read()
    started, frames = clock(), 0
    while first is not None and clock() - started < LOOKED_S:
        if camera.read() is None:
            break
        frames += 1
    if first is None or not frames:
        return _dark(index)
    rate = frames / (clock() - started)
    height, width = first.image.shape[:2]
    says = f"{width} x {height}, {rate:.0f} pictures a second"
    if rate < SLOW_FPS:
        return Finding(name, False, f"{says}: turn on more light, or use a better cable or port", needed=False)
    return Finding(name, True, says)


def _dark(index: int) -> Finding:
    says = "opens but gives no picture: close programs that use it, allow this one to"
    return Finding(f"Camera {index}", False, says)


def model(poses: Callable[[], PoseSource], clock: Callable[[], float]) -> Finding:
    """The pose model loads, and how long it takes for a picture."""
    image = np.full((480, 640, 3), 127, np.uint8)
    try:
        with poses() as source:
            source.detect(Frame(0.0, image))
            started = clock()
            for number in range(1, 6):
                source.detect(Frame(number / 30, image))
            took_ms = 1000 * (clock() - started) / 5
    except SmrError as error:
        return Finding("Pose", False, str(error))
    says = f"the model runs, {took_ms:.0f} ms a picture with nobody in it"
    if took_ms > SLOW_POSE_MS:
        return Finding("Pose", False, f"{says}: close other programs, or use --model lite", needed=False)
    return Finding("Pose", True, says)


def roller_finder() -> Finding:
    try:
        RollerNet()
    except SmrError as error:
        return Finding("Roller", False, str(error))
    return Finding("Roller", True, "the finder of rollers and balls loads")


def sound() -> Iterator[Finding]:
    """Whether something can be heard: not needed, the screen says it all."""
    told: list[str] = []
    player = open_player(told.append)
    player.close()
    heard = not isinstance(player, SilentPlayer)
    yield Finding("Sounds", heard, "a sound device opens" if heard else told[0], needed=False)
    engine = system_engine()
    if engine is None:
        yield Finding("Voice", False, "none: install espeak-ng to hear the coach", needed=False)
        return
    works = _speaks(engine) if isinstance(engine, CommandEngine) else True
    says = "speaks" if works else "does not reach a sound device: check the sound settings"
    yield Finding("Voice", works, says, needed=False)


def _speaks(engine: CommandEngine) -> bool:
    try:
        engine.start("Hello.")
        while engine.busy():
            time.sleep(0.05)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def disk(folder: Path) -> Finding:
    """Room for the history: little is needed; a full disk loses sessions."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free // 2**20
    if free < LEAST_FREE_MB:
        return Finding("Disk", False, f"only {free} MB free: make room, or set SMR_DATA to a folder elsewhere")
    return Finding("Disk", True, f"{free // 1024} GB free")
