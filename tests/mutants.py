"""Proves that the tests named in docs/words.md can fail: the product is broken in one place, and each has to notice.

    python -m tests.mutants [--only A1 B12 ...]

Each mutant (`tests.breakages`) is one change of the product's text, made in a copy of the project in a temporary
folder; the tests named beside it are run there, and every one of them has to fail. Before that all of them are run
unbroken, and have to pass. A test of the table "Faults once found" that no mutant names is told too. Exit code 1 when
anything is not so.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.breakages import BREAKAGES, Breakage

ROOT: Final = Path(__file__).parents[1]
COPIED: Final = ("smr_vision", "tests")  # of the rest nothing is changed: links do
LONGEST_S: Final = 300.0  # of work: a busy machine is no hang
IDLE_S: Final = 60.0  # without any: a hang
PROCESSES: Final = multiprocessing.get_context("forkserver")
LOADED: Final = [
    "pytest",
    "hypothesis",
    "numpy",
    "cv2",
    "av",
    "pydantic",
    "rich.console",
    "typer.testing",
]  # not by each
LOADED_ALREADY: Final = "ignore::pytest.PytestAssertRewriteWarning"
TABLE: Final = re.compile(r"^\| ([ABC]\d+) \|.*\|$", re.MULTILINE)


class Outcome(NamedTuple):
    """What came of a run of tests: those that failed or broke off, and all that was printed."""

    failed: frozenset[str]
    passed: frozenset[str]
    said: str


def named() -> dict[str, list[str]]:
    """The tests of each line of the table in docs/words.md."""
    text = (ROOT / "docs" / "words.md").read_text(encoding="utf-8").partition("## Faults once found")[2]
    return {m[1]: re.findall(r"`(test_\w+)`", m[0]) for m in TABLE.finditer(text)}


def files() -> dict[str, Path]:
    """In which file each test stands."""
    found = {}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for name in re.findall(r"^\s*def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            found.setdefault(name, path.relative_to(ROOT))
    return found


def run(folder: Path, tests: Iterable[str], where: dict[str, Path]) -> Outcome:
    """Run the tests, all their cases, in a copy."""
    wanted = sorted(set(tests))
    paths = sorted({str(where[name]) for name in wanted})
    log = folder / "said.txt"
    arguments = [
        "-q",
        "-rA",
        "--tb=no",
        "-p",
        "no:cacheprovider",
        "-W",
        LOADED_ALREADY,
        "-k",
        " or ".join(wanted),
        *paths,
    ]
    process = PROCESSES.Process(target=_tested, args=(folder, arguments, log))
    process.start()
    if _hangs(process):
        process.kill()
        return Outcome(frozenset(wanted), frozenset(), "did not end")
    said = log.read_text(encoding="utf-8", errors="replace")
    cases = re.findall(r"^(PASSED|FAILED|ERROR) \S+?::(?:\w+::)?(test_\w+)", said, re.MULTILINE)
    failed = frozenset(name for how, name in cases if how != "PASSED")
    return Outcome(failed & set(wanted), frozenset(name for how, name in cases) - failed, said)


def _hangs(process: BaseProcess) -> bool:
    """Wait for the end of a run; whether there is none."""
    worked, at = 0.0, time.monotonic()
    while process.exitcode is None:
        process.join(1.0)
        now = _worked_s(process.pid)
        if now > worked + 0.05:
            worked, at = now, time.monotonic()
        if worked > LONGEST_S or time.monotonic() - at > IDLE_S:
            return process.exitcode is None
    return False


def _worked_s(process: int | None) -> float:
    """Seconds of processor time, those of its children that have ended among them."""
    with suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _tested(folder: Path, arguments: list[str], log: Path) -> None:
    """In a process of its own, in the copy; what others made is loaded already, the product is not."""
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    os.environ["PYTHONPATH"] = str(folder)  # a program that a test starts is the broken one too
    with log.open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.exit(int(pytest.main(arguments)))


def copied(scratch: Path) -> Path:
    """A copy of the project, in which something may be broken."""
    folder = scratch / "project"
    folder.mkdir()
    for path in ROOT.iterdir():
        if path.name in COPIED:
            shutil.copytree(path, folder / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    return folder


def survived(breakage: Breakage, folder: Path, where: dict[str, Path]) -> list[str]:
    """What is wrong: tests that did not notice, or a place that is no longer there."""
    path = folder / "smr_vision" / breakage.file
    before = path.read_text(encoding="utf-8")
    if before.count(breakage.was) != 1:
        return [f"{breakage.file} holds {before.count(breakage.was)} times: {breakage.was!r}"]
    path.write_text(before.replace(breakage.was, breakage.becomes), encoding="utf-8")
    try:
        outcome = run(folder, breakage.tests, where)
    finally:
        path.write_text(before, encoding="utf-8")
    unnoticed = sorted(set(breakage.tests) - outcome.failed)
    return [f"not noticed by {name}" for name in unnoticed]


def checked(breakages: Sequence[Breakage]) -> list[str]:
    """Try all; what is wrong."""
    where = files()
    wrong = [f"{name} is no test" for b in breakages for name in b.tests if name not in where]
    if wrong:
        return wrong
    with tempfile.TemporaryDirectory(prefix="smr-mutants-") as scratch:
        folder = copied(Path(scratch))
        every = {name for b in breakages for name in b.tests}
        unbroken = run(folder, every, where)
        if unbroken.failed or every - unbroken.passed:
            return [f"fails unbroken: {sorted(every - unbroken.passed)}\n{unbroken.said[-3000:]}"]
        for b in breakages:
            found = survived(b, folder, where)
            verdict = "noticed" if not found else f"NOT RIGHT: {'; '.join(found)}"
            sys.stdout.write(f"{b.line} {b.file}: {b.what}: {verdict}\n")
            sys.stdout.flush()
            wrong += found
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", help="lines of the table, like A1 C16")
    options = parser.parse_args()
    PROCESSES.set_forkserver_preload(LOADED)
    chosen = [b for b in BREAKAGES if options.only is None or b.line in options.only]
    wrong = checked(chosen)
    proven = {name for b in BREAKAGES for name in b.tests}
    lacking = [f"{line}: no mutant for {n}" for line, tests in named().items() for n in tests if n not in proven]
    tests = {name for b in chosen for name in b.tests}
    sys.stdout.write(
        "\n".join([*wrong, *lacking, f"{len(chosen)} mutants, {len(tests)} tests, {len(wrong)} wrong"]) + "\n"
    )
    return int(bool(wrong or lacking))


if __name__ == "__main__":
    sys.exit(main())
