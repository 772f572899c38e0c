"""How fast Roll now is, in real Chromium with its fake camera: python -m benchmarks.roll samples/videos/calf_good.mp4

Tells the time from the camera's picture to the drawn answer, answers a second, processor time of server and browser as
shares of one core, and memory at the start and the end. Close all else; `taskset -c 0` shows half a two-core machine.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from tests.desk.roll_check import chromium, film, opened

SETTLED_S = 12.0  # the model is loaded and the page has settled
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def family(root: int) -> set[int]:
    """A process and all that it started."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(path.parent.name)] = int(fields[1])
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def processor_s(pids: Iterable[int]) -> float:
    """Seconds of processor time so far, user and system."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6


def measure(clip: Path, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        camera = film(clip, Path(folder) / "camera.mjpeg")
        command = [sys.executable, "-m", "smr_vision.cli", "desk", "--data", f"{folder}/data", "--no-browser"]
        fake = ("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={camera}")
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as desk, chromium(*fake) as browser:
            assert desk.stdout is not None
            page = opened(browser, desk.stdout.readline().strip())
            page.wait_for_function("document.querySelector('#camera-says').textContent.includes('outline')")
            page.click("#start")
            page.wait_for_function("window.roll?.now", timeout=60_000)
            page.keyboard.press("Space")
            page.wait_for_timeout(SETTLED_S * 1000)
            server, everybody = family(desk.pid), family(os.getpid())
            others = everybody - server - {os.getpid()}
            before = time.monotonic(), processor_s(server), processor_s(others), memory_mb(desk.pid)
            page.evaluate("window.roll.lags.length = 0")
            page.wait_for_timeout(seconds * 1000)
            lags = sorted(page.evaluate("window.roll.lags"))
            gone = time.monotonic() - before[0]
            cores = (processor_s(server) - before[1]) / gone, (processor_s(others) - before[2]) / gone
            print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, {gone:.0f} s")
            median, most = lags[len(lags) // 2], lags[int(0.95 * len(lags))]
            print(f"camera to drawn answer: median {median:.0f} ms, 95 % {most:.0f} ms")
            print(f"answers {len(lags) / gone:.1f} a second")
            print(f"processor: server {cores[0]:.2f}, browser {cores[1]:.2f} of a core")
            print(f"memory of the server: {before[3]:.0f} MB, then {memory_mb(desk.pid):.0f} MB")
            desk.terminate()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    measure(given.clip, given.seconds)
