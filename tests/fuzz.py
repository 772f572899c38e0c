"""Hostile input by the hundred: clips, sessions, moves, poses, routines, tables, landmarks, what is exported and what a
desk takes in. None may hang, crash, or leave half.

    python -m tests.fuzz [--clips 500] [--sessions 500] [--moves 500] [--poses 500]
        [--routines 500] [--tables 500] [--landmarks 500] [--exports 500] [--desks 500] [--seed 1] [--keep build/fuzz]

The work is done in a process of its own, because what reads clips is native code: should it die or hang, the case
is named and the next one is tried in a new process. A case is made of the seed and its number, so that it can be
made again: `--only clips/17`. Exit code 1 when anything was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

KINDS = ("clips", "sessions", "moves", "poses", "routines", "tables", "landmarks", "exports", "desks")
LIMIT_S = 30.0  # for one case; the slowest that is right takes a few seconds on a busy machine
MEMORY = 6 << 30  # address space of the process: a header that asks for more must be refused


@dataclass
class Tally:
    """What came of the cases of one kind."""

    outcomes: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    slowest_s: float = 0.0


class _Watchdog(threading.Thread):
    """Ends the process when a case takes too long: by its own work, or, should it wait for ever, by the clock."""

    def __init__(self, process: subprocess.Popen[str], over: threading.Event) -> None:
        super().__init__(daemon=True)
        self._process = process
        self._over = over
        self.bit = False

    def run(self) -> None:
        began, before = time.monotonic(), self._worked_s()
        while not self._over.wait(0.5):
            if self._worked_s() - before > LIMIT_S or time.monotonic() - began > 10 * LIMIT_S:
                self.bit = True
                self._process.kill()
                return

    def _worked_s(self) -> float:
        """Seconds of processor time: a busy machine is no hang."""
        with suppress(OSError):
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return 0.0


class Worker:
    """The process that takes the cases; started anew after one that it did not survive."""

    def __init__(self, seed: int, folder: Path) -> None:
        self._command = [sys.executable, "-m", "tests.fuzz", "--worker", "--seed", str(seed), "--keep", str(folder)]
        self._messages = folder / "messages.txt"
        self._process: subprocess.Popen[str] | None = None

    def do(self, case: str) -> dict[str, str]:
        """What came of a case: its outcome, and why."""
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        over = threading.Event()
        watchdog = _Watchdog(process, over)
        watchdog.start()
        try:
            process.stdin.write(case + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        finally:
            over.set()
            watchdog.join()
        if answer:
            return dict(json.loads(answer))
        code = self.close()
        if watchdog.bit:
            return {"outcome": "hang", "why": f"no answer within {LIMIT_S:.0f} s of work"}
        return {"outcome": "crash", "why": f"the process ended with {code}"}

    def _start(self) -> subprocess.Popen[str]:
        with self._messages.open("a") as messages:
            process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=messages, text=True
            )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", self._messages.read_text()
        self._process = process
        return process

    def close(self) -> int | None:
        """End the process; its exit code, had it ended before."""
        process, self._process = self._process, None
        if process is None:
            return None
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                pipe.close()  # type: ignore[union-attr]
        return process.wait()

    @property
    def said(self) -> str:
        return self._messages.read_text(errors="replace")


def work(seed: int, folder: Path) -> None:
    """The worker's side: a case a line in, what came of it a line out."""
    import resource

    from tests.fuzz_cases import Cases

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    answers = sys.stdout
    sys.stdout = sys.stderr
    cases = Cases(folder)
    answers.write("ready\n")
    answers.flush()
    for line in sys.stdin:
        kind, _, number = line.strip().partition("/")
        answers.write(json.dumps(cases.do(kind, random.Random(f"{seed}/{line.strip()}"), number)) + "\n")
        answers.flush()


def run(cases: list[str], seed: int, keep: Path | None = None) -> dict[str, Tally]:
    """Try the cases; the tally of each kind. What went wrong stays in `keep`."""
    tallies: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory(prefix="smr-fuzz-") as scratch:
        folder = Path(scratch)
        worker = Worker(seed, folder)
        try:
            for case in cases:
                tally = tallies.setdefault(case.partition("/")[0], Tally())
                began = time.monotonic()
                answer = worker.do(case)
                tally.slowest_s = max(tally.slowest_s, time.monotonic() - began)
                tally.outcomes[answer["outcome"]] += 1
                if answer["outcome"] not in ("done", "refused"):
                    tally.problems.append(f"{case}: {answer['outcome']}: {answer['why']}")
                    _keep(folder, case, keep)
        finally:
            worker.close()
        if "Traceback" in worker.said:
            next(iter(tallies.values())).problems.append(f"a traceback: {worker.said[-2000:]}")
    return tallies


def _keep(folder: Path, case: str, keep: Path | None) -> None:
    if keep is None:
        return
    keep.mkdir(parents=True, exist_ok=True)
    for path in (p for p in (folder / "case").glob("*") if p.is_file()):
        (keep / f"{case.replace('/', '-')}-{path.name}").write_bytes(path.read_bytes())


def listed(options: argparse.Namespace) -> Iterator[str]:
    for kind in KINDS:
        for number in range(getattr(options, kind)):
            yield f"{kind}/{number}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for kind in KINDS:
        parser.add_argument(f"--{kind}", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="one case again, like clips/17")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"))
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options.seed, options.keep)
        return 0
    began = time.monotonic()
    tallies = run([options.only] if options.only else list(listed(options)), options.seed, options.keep)
    for kind, tally in tallies.items():
        counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(tally.outcomes.items()))
        print(f"{kind}: {counts}; the slowest took {tally.slowest_s:.1f} s")
        for problem in tally.problems:
            print(f"  {problem}")
    print(f"in {time.monotonic() - began:.0f} s")
    return int(any(tally.problems for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
