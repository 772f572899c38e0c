"""Ctrl-C, SIGTERM, a closed terminal and kill -9 at random moments of each command: nothing corrupt, nothing lost.

    python -m tests.stops [--tries 50] [--seed 1] [--only analyse|batch|live|history]

A try starts the real command on a clip of three seconds with the `lite` model, and stops it after a time that lies
anywhere in the length of an undisturbed run. Then what was there before must be there unchanged, whatever has a
result's name must be whole, the history must be sound and hold every session it has confirmed, and no process may
be left. After Ctrl-C and SIGTERM there is no temporary file either. In the end the command, undisturbed, must work.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from smr_vision.session import read_session
from smr_vision.store import Store
from smr_vision.video import ClipReader, Frame
from smr_vision.video.writer import ClipWriter
from tests.report.sample import make_session, make_set, write_folder

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples" / "videos" / "thoracic_good.mp4"
SIGNALS = {
    "Ctrl-C": signal.SIGINT, "SIGTERM": signal.SIGTERM, "terminal closed": signal.SIGHUP, "kill -9": signal.SIGKILL,
}  # fmt: skip
CODES = {
    signal.SIGINT: {0, 130, -2}, signal.SIGTERM: {0, 143, -15}, signal.SIGHUP: {0, 129, -1}, signal.SIGKILL: {0, -9},
}  # fmt: skip
STOPS_S = 60  # a worker that is still loading stops when it has loaded, which takes long on a busy machine
COMMANDS = ("analyse", "batch", "live", "history")
SMR = (sys.executable, "-m", "smr_vision.cli")
WRITER = """
import sys
from pathlib import Path
from smr_vision.store import Store
from tests.report.sample import make_session, make_set
with Store() as store:
    for number in range(20):
        at = f"2026-11-21T18:00:{number:02}+00:00"
        session = make_session(make_set(passes=number + 4), person="Zoe", recorded_at=at)
        print(store.add_session(session, Path(f"folder {number}")), flush=True)
"""


class Stops:
    """A folder in which commands are stopped, with something in it that must not be lost."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "out"
        self._clip = short_clip(folder / "clips" / "roll.mp4")
        shutil.copy(self._clip, folder / "clips" / "again.mp4")
        session = make_session(make_set(picture="faults/1.png"), person="Ana", recorded_at="2026-11-01T18:00:00+00:00")
        write_folder(self.out / "earlier", session)
        self._environment = {**os.environ, "SMR_DATA": str(folder / "data"), "COLUMNS": "100"}
        self._history = folder / "data" / "history.sqlite"
        with Store(self._history) as store:
            store.add_session(session, self.out / "earlier")
        self._before = self._hashes()
        self.running = 0  # tries in which the signal met the command at work

    def command(self, name: str, number: int = 0) -> list[str]:
        """The command line; `history` changes from try to try: it is read, written and partly forgotten."""
        quick = ("--model", "lite", "--person", "Ana")
        if name == "analyse":
            return [*SMR, "analyse", str(self._clip), "--out", str(self.out), "--move", "thoracic", *quick]
        if name == "batch":
            return [*SMR, "batch", str(self._clip.parent), "--out", str(self.out), "--workers", "2", *quick]
        if name == "live":
            source = ("--camera", str(self._clip), "--yes", "--no-window", "--no-voice", "--record", str(self.out))
            return [*SMR, "live", "thoracic", *source, *quick]
        page = (*SMR, "history", "Ana", "--html", str(self.out / "ana.html"))
        return list(((sys.executable, "-c", WRITER), (*SMR, "forget", "Zoe"), page)[number % 3])

    def run(self, name: str, number: int = 0) -> tuple[int, float]:
        """An undisturbed run: its exit code and seconds."""
        began = time.monotonic()
        run = subprocess.run(
            self.command(name, number), env=self._environment, cwd=ROOT, capture_output=True, check=False
        )
        return run.returncode, time.monotonic() - began

    def stop(self, name: str, number: int, how: signal.Signals, after_s: float) -> list[str]:
        """Start the command and stop it; what is wrong afterwards."""
        started = subprocess.Popen(
            self.command(name, number), env=self._environment, cwd=ROOT, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        try:
            text, messages = started.communicate(timeout=after_s)
        except subprocess.TimeoutExpired:
            # A terminal sends Ctrl-C to all that run in it, a system's other signals go to the one.
            (os.killpg if how == signal.SIGINT else os.kill)(started.pid, how)
            try:
                text, messages = started.communicate(timeout=STOPS_S)
            except subprocess.TimeoutExpired:
                os.killpg(started.pid, signal.SIGKILL)
                started.communicate()
                self._looked_at([], tidy=False)
                return [f"did not stop within {STOPS_S} s"]
        # A writer that was killed at once has kept nobody whom the next command could forget.
        nobody = name == "history" and number % 3 == 1 and "Nobody called Zoe" in messages
        self.running += started.returncode != 0 and not nobody
        wrong = []
        # In its first moment a signal meets Python itself, before a line of ours has run.
        if how == signal.SIGKILL or "smr_vision" in messages or "Traceback" not in messages:
            if started.returncode not in CODES[how] and not nobody:
                wrong.append(f"exit code {started.returncode}: {messages[-300:]}")
            # After kill -9 the workers speak for themselves; and the writer of the history is no smr.
            if "Traceback" in messages and how != signal.SIGKILL and not (name == "history" and number % 3 == 0):
                wrong.append(f"a traceback: {messages[-1500:]}")
        if not gone(started.pid):
            wrong.append("a process was left")
        confirmed = text.split() if name == "history" and number % 3 == 0 else []
        return wrong + self._looked_at(confirmed, tidy=how != signal.SIGKILL)

    def _looked_at(self, confirmed: list[str], *, tidy: bool) -> list[str]:
        """What is wrong with what lies in the folder; then what is new is taken away."""
        wrong = [f"{name} changed" for name, was in self._before.items() if self._hashes().get(name) != was]
        for path in self.out.iterdir():
            if path.name.startswith("."):
                left = [p for p in path.rglob("*") if p.is_file()]
                wrong += [f"left behind: {path.name} {len(left)} files"] if tidy else []
            elif path.is_dir():
                wrong += damage(path, live=path.name.startswith("live-"), tidy=tidy)
            elif path.suffix == ".part":
                wrong += [f"left behind: {path.name}"] if tidy else []
            elif not path.read_text(encoding="utf-8").rstrip().endswith("</html>"):
                wrong.append(f"{path.name} is cut off")
            if path.name != "earlier":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        return wrong + self._history_wrong(confirmed)

    def _history_wrong(self, confirmed: list[str]) -> list[str]:
        database = sqlite3.connect(self._history)
        (sound,) = database.execute("PRAGMA integrity_check").fetchone()
        known = {row[0] for row in database.execute("SELECT id FROM sessions")}
        database.close()
        wrong = [] if sound == "ok" else [f"the history: {sound}"]
        wrong += [f"session {one} was confirmed and is lost" for one in confirmed if one not in known]
        with Store(self._history) as store:
            entries = store.entries()
            if len(store.sessions()) != len(entries):
                wrong.append("a session in the history can't be read")
        if not any(entry.folder == self.out / "earlier" for entry in entries):
            wrong.append("the earlier session is lost")
        return wrong

    def _hashes(self) -> dict[str, str]:
        files = (p for p in (self.out / "earlier").rglob("*") if p.is_file())
        return {str(p.relative_to(self.out)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def short_clip(path: Path) -> Path:
    """Three seconds of a sample, small."""
    path.parent.mkdir(parents=True)
    with ClipReader(SAMPLE, 5.0, 8.0) as clip, ClipWriter(path, 320, 180) as out:
        for number, frame in enumerate(clip):
            if number % 2 == 0:
                out.write(Frame(frame.t, np.asarray(cv2.resize(frame.image, (320, 180)), np.uint8)))
    return path


def damage(folder: Path, *, live: bool, tidy: bool) -> list[str]:
    """What is not whole in a folder of results."""
    names = {path.name for path in folder.iterdir()}
    needed = set() if live or folder.name == "earlier" else {"session.json", "series.csv", "poses.npz", "report.html"}
    wrong = [f"{folder.name}: no {name}" for name in needed - names]
    if tidy:
        wrong += [f"{folder.name}: left {name}" for name in names if name.endswith(".part") or ".part." in name]
    if "session.json" in names:
        read_session(folder / "session.json")
    if "batch.json" in names:
        json.loads((folder / "batch.json").read_text())
    if "report.html" in names and not (folder / "report.html").read_text().rstrip().endswith("</html>"):
        wrong.append(f"{folder.name}: half a report")
    if "poses.npz" in names:
        len(np.load(folder / "poses.npz")["records"])
    for name in names & {"annotated.mp4", "recording.mp4"}:
        with ClipReader(folder / name) as clip:
            pictures = sum(1 for _ in clip)
            if clip.damaged or not pictures:
                wrong.append(f"{folder.name}/{name}: {clip.damaged}")
    return wrong


def gone(group: int) -> bool:
    """Whether the processes of a group have ended, a moment after the first one has."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def tried(names: Sequence[str], tries: int, seed: int) -> dict[str, tuple[int, list[str]]]:
    """Stop each command in each way; by command, how often it was at work then, and what was wrong."""
    found: dict[str, tuple[int, list[str]]] = {}
    with tempfile.TemporaryDirectory(prefix="smr-stops-") as scratch:
        stops = Stops(Path(scratch))
        for name in names:
            wrong: list[str] = []
            stops.running = 0
            lengths = [stops.run(name, kind)[1] for kind in range(3 if name == "history" else 1)]
            stops._looked_at([], tidy=False)
            for how, number in SIGNALS.items():
                chance = random.Random(f"{seed}/{name}/{how}")
                for one in range(tries):
                    kind, before = one % len(lengths), stops.running
                    after_s = chance.uniform(0, 1.05 * lengths[kind])
                    problems = stops.stop(name, one, number, after_s)
                    if stops.running == before and after_s > 0.5 * lengths[kind]:
                        lengths[kind] *= 0.7  # too late: the machine has less to do now than when it was timed
                    wrong += [f"{how} after {after_s:.2f} s: {problem}" for problem in problems]
            code, _ = stops.run(name)
            if code:
                wrong.append(f"undisturbed, afterwards, it ends with {code}")
            wrong += stops._looked_at([], tidy=False)
            found[name] = stops.running, wrong
    return found


def main() -> int:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has those it starts in the background ignore it
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=50, help="for each command and each way to stop it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=COMMANDS)
    options = parser.parse_args()
    names = [options.only] if options.only else list(COMMANDS)
    began = time.monotonic()
    failed = Counter[str]()
    for name, (running, wrong) in tried(names, options.tries, options.seed).items():
        failed[name] = len(wrong)
        print(f"{name}: {len(SIGNALS)} x {options.tries} stops, {running} of them at work, {len(wrong)} wrong")
        for line in wrong:
            print(f"  {line}")
    print(f"in {time.monotonic() - began:.0f} s")
    return int(any(failed.values()))


if __name__ == "__main__":
    sys.exit(main())
