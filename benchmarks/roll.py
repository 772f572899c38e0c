"""Roll now in real Chromium, whose camera plays a film: how fast it is, and whether it finds what `smr analyse` finds.

    python -m benchmarks.roll samples/videos/calf_good.mp4 [--seconds 60]
    python -m benchmarks.roll --same samples/videos/*.mp4 [--move calf]

The first tells the time from the camera's picture to the drawn answer, answers a second, processor time of server and
browser as shares of one core, and memory at the start and the end; with minutes of `--seconds`, how it grows by the
hour. Close all else; `taskset -c 0` shows half a two-core machine. The second plays each clip once, touches nothing,
and tells passes, seconds on target and faults beside those of `smr analyse` on the very film, and how long after its
picture each cue was heard. Where they differ the film is analysed with the model that live uses too: what differs
between the models is no fault of what lies between camera and coach.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
from playwright.sync_api import Page

from benchmarks.truth import read_truth
from smr_vision.desk.routines import Routines
from smr_vision.live.routine import RoutinePart
from smr_vision.moves import load_moves
from smr_vision.video import ClipReader
from tests.desk.roll_browser import (
    EMPTY_S,
    analysed,
    as_clip,
    chromium,
    desk,
    film,
    opened,
    playing,
    rolled,
    wait_for,
)

SETTLED_S: Final = 12.0  # the model is loaded and the page has settled
TICKS: Final = os.sysconf("SC_CLK_TCK")
OWN: Final = ("Pss_Anon:", "Pss_Shmem:", "SwapPss:")
LOOK_S: Final = 10.0  # memory is looked at so often
MOST_S: Final = 60.0  # a film has been played by so long after its own time, on a busy machine too
ENDED_S: Final = 6.0  # of the dark room that ends it: a set has ended by then
LIVE, CLIPS = "full", "heavy"  # the models of the live coach and of `smr analyse`
Sets = list[dict[str, Any]]
LONG: Final = "A long one"
LISTEN: Final = """() => {
  // A line goes out just before the moment that brought it, which says when its picture was taken.
  const roll = window.roll, line = roll.line.bind(roll), show = roll.stage.show.bind(roll.stage);
  window.heard = [];
  roll.line = (said) => { line(said); window.heard.push({ ...said, at: performance.now(), late: null }); };
  roll.stage.show = (now) => {
    show(now);
    for (const one of window.heard) one.late ??= one.at - 1000 * now.at;
  };
}"""


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


def memory_mb(pids: Iterable[int]) -> float:
    """What processes hold of their own, swapped out or not; what they share among them counts once. Files mapped into
    them are left out: other programs share those, and come and go."""
    total = 0
    for pid in pids:
        try:
            told = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in told.splitlines() if line.startswith(OWN))
    return total * 1024 / 1e6


def _an_hour(times: list[float], memory: list[float]) -> str:
    """Memory at the beginning, in the middle and at the end, and how much it grows by the hour: by the straight line
    through the second half, as in the first things are still loaded."""
    half = len(times) // 2
    grows = np.polyfit(times[half:], memory[half:], 1)[0] * 3600
    return f"{memory[0]:.0f}, {memory[half]:.0f}, {memory[-1]:.0f} MB: {grows:+.0f} MB an hour"


def started(page: Page, move: str | None = None, routine: str = "") -> None:
    """Press start, and say that nothing stands against it; from here on nothing is touched."""
    if routine:
        page.locator("label.tile", has_text=routine).click()
    elif move is not None:
        page.locator(f"label:has([value='move:{move}'])").click()
    wait_for(page, "document.querySelector('#camera-says').textContent.includes('outline')")
    page.click("#start")
    page.click("#safe")
    wait_for(page, "window.roll?.now")


def keep_routine(data: Path, clip: Path, seconds: float) -> None:
    """A routine of the clip's move that lasts longer than `seconds`: one move alone is over after its dose."""
    moves, side = load_moves(), read_truth(clip.with_suffix(".json")).side
    part = RoutinePart(move=move_of(clip), sets=5, seconds=120.0, rest_s=10.0, sides=(side,) if side else None)
    Routines(data / "desk" / "routines", moves).keep(LONG, [part] * (1 + int(seconds / (5 * 120.0))))


def measure(clip: Path, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        # Over and over, with somebody in every picture: a dark room is less work.
        camera = film(clip, Path(folder) / "camera.mjpeg", after_s=0.0, before_s=0.0)
        with desk(Path(folder) / "data") as (address, server_process), chromium(*playing(camera)) as browser:
            keep_routine(Path(folder) / "data", clip, SETTLED_S + seconds)
            page = opened(browser, address)
            started(page, routine=LONG)
            page.wait_for_timeout(SETTLED_S * 1000)
            server, everybody = family(server_process.pid), family(os.getpid())
            others = everybody - server - {os.getpid()}
            before = time.monotonic(), processor_s(server), processor_s(others)
            page.evaluate("window.roll.lags.length = 0")
            grown: list[tuple[float, float, float]] = []
            lags: list[float] = []
            while (gone := time.monotonic() - before[0]) < seconds:
                grown.append((gone, memory_mb(server), memory_mb(others)))
                page.wait_for_timeout(min(LOOK_S, seconds - gone) * 1000)
                lags += page.evaluate("window.roll.lags.splice(0)")  # it keeps the last 20,000
            grown.append((gone, memory_mb(server), memory_mb(others)))
            lags.sort()
            gone = time.monotonic() - before[0]
            cores = (processor_s(server) - before[1]) / gone, (processor_s(others) - before[2]) / gone
            print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, {gone:.0f} s")
            median, most = lags[len(lags) // 2], lags[int(0.95 * len(lags))]
            print(f"camera to drawn answer: median {median:.0f} ms, 95 % {most:.0f} ms")
            print(f"answers {len(lags) / gone:.1f} a second")
            print(f"processor: server {cores[0]:.2f}, browser {cores[1]:.2f} of a core")
            times, *memory = (list(one) for one in zip(*grown, strict=True))
            for name, used in zip(("server", "browser"), memory, strict=True):
                print(f"memory of the {name}: {_an_hour(times, used)}", flush=True)
            assert page.evaluate("!window.roll.over"), "The routine was over before the time was."


def move_of(clip: Path) -> str:
    """The move that a clip's name begins with."""
    word = clip.stem.removeprefix("rnd_").split("_")[0]
    return next(name for name in load_moves() if name.startswith(word))


def same(clip: Path, move: str) -> None:
    """Play a clip once, and tell what came of it beside what is in the clip."""
    with ClipReader(clip) as reader:
        seconds = EMPTY_S + reader.info.duration_s + ENDED_S
    with tempfile.TemporaryDirectory() as folder:
        camera, data = film(clip, Path(folder) / "camera.mjpeg"), Path(folder) / "data"
        with desk(data) as (address, _), chromium(*playing(camera)) as browser:
            page = opened(browser, address)
            started(page, move)
            page.evaluate(LISTEN)
            rolling = False
            end = time.monotonic() + seconds + MOST_S
            while time.monotonic() < end:
                stage = page.evaluate("window.roll.over ? 'ended' : window.roll.now.stage")
                rolling = rolling or stage == "rolling"
                if stage == "ended" or (rolling and stage in ("setup", "rest", "summary", "framing")):
                    break
                page.wait_for_timeout(200)
            page.wait_for_timeout(6000)  # the set that is on ends by itself
            page.keyboard.press("q")
            wait_for(page, "document.querySelector('#screen').textContent.includes('Read it all')")
            heard = page.evaluate("window.heard")
            lags = sorted(page.evaluate("window.roll.lags"))
        live = rolled(data)[0]["sets"]
        clip_as_played = as_clip(camera, seconds)
        by_model = files(clip_as_played, move, Path(folder), live)
        cues = [line["late"] for line in heard if line["kind"] == "cue" and line["late"] is not None]
        late = f", {len(cues)} cues at most {max(cues):.0f} ms" if cues else ""
        print(
            f"{clip.stem}: browser {told(live)}{_pace(live, by_model[CLIPS])}; "
            f"clip {'; '.join(f'{model} {told(sets)}' for model, sets in by_model.items())}\n"
            f"    camera to drawn answer: median {lags[len(lags) // 2]:.0f} ms{late}, load {os.getloadavg()[0]:.1f}",
            flush=True,
        )


def files(clip: Path, move: str, folder: Path, live: Sets) -> dict[str, Sets]:
    """What `smr analyse` finds in a clip, by model: its own; and where that is not what live found, the one of live."""
    found = {CLIPS: analysed(clip, move, folder / CLIPS, CLIPS)}
    if not alike(live, found[CLIPS]):
        found[LIVE] = analysed(clip, move, folder / LIVE, LIVE)
    return found


def alike(one: Sets, other: Sets) -> bool:
    """Whether passes differ by one at most, seconds on target by one in thirty (or one), and faults not at all."""
    (passes, seconds, faults), (others, other_seconds, other_faults) = sums(one), sums(other)
    near = abs(seconds - other_seconds) <= max(1.0, other_seconds / 30)
    return abs(passes - others) <= 1 and near and faults == other_faults


def sums(sets: Sets) -> tuple[int, float, list[str]]:
    """Passes, seconds on target, the checks that failed."""
    seconds = sum(s["time_on_target_s"] or 0.0 for s in sets)
    return sum(len(s["passes"]) for s in sets), seconds, sorted({f["check"] for s in sets for f in s["faults"]})


def told(sets: Sets) -> str:
    passes, seconds, faults = sums(sets)
    return f"{passes} passes, {seconds:.1f} s, {' '.join(faults) or 'no fault'}"


def _pace(live: Sets, clip: Sets) -> str:
    """How fast the film was played, by its passes: chromium's camera shows no picture less when it is late."""
    took, takes = (_rolled_s(sets) for sets in (live, clip))
    return f" (played at {takes / took:.2f} of its speed)" if took and takes else ""


def _rolled_s(sets: Sets) -> float:
    """From the middle of the first pass to the middle of the last."""
    middles = [(p["start_s"] + p["end_s"]) / 2 for s in sets for p in s["passes"]]
    return float(middles[-1] - middles[0]) if middles else 0.0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--same", action="store_true")
    parser.add_argument("--move", help="the move in the clips; where their names do not begin with it")
    given = parser.parse_args()
    for one in given.clips:
        if given.same:
            same(one, given.move or move_of(one))
        else:
            measure(one, given.seconds)
