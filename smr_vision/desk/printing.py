"""Reports laid out as PDF, in a process of its own: what a page asks for in time and memory is none of the desk's, and
has limits.

`python -m smr_vision.desk.printing` takes the order on stdin, a line of JSON: for each report the files that hold the
pages it may be, where its PDF goes, whether all go into the first one; and bytes of memory at most.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from smr_vision.desk.worker import end_with_desk, limit_memory
from smr_vision.errors import SmrError, UsageError, cannot_write
from smr_vision.report.pdf import laid_out_to_fit, pdf_of

MEMORY: Final = 3 << 30  # of addresses; 60 full reports in one PDF ask for 1.1 GB
START_S, EACH_S = 60.0, 30.0  # a busy machine takes 10 s to start and 5 s for a full report [E]
TOO_MUCH: Final = "These reports need more memory than there is. Take fewer at once, or those of one page."
STOPPED: Final = "The desk was stopped before the reports were done."
TOO_LONG: Final = "These reports took too long. Take fewer at once, or those of one page."


class Printer:
    """Has reports laid out, until it is ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._ended = False

    def end(self) -> None:
        """Break off what is under way, and take nothing more: the desk stops."""
        with self._lock:
            self._ended = True
            for process in self._running:
                process.kill()

    def printed(self, reports: Iterable[Iterable[str]], folder: Path, *, together: bool = False) -> list[Path]:
        """The PDFs of reports, in their order; a single one of all of them where they go `together`.

        Of each report are given the pages it may be, see `smr_vision.report.forms.for_paper`. All files lie in
        `folder`. UsageError where it can't be done.
        """
        order: dict[str, Any] = {"reports": [], "together": together, "memory": MEMORY}
        try:
            for number, pages in enumerate(reports):
                if self._ended:
                    raise UsageError(STOPPED)
                files = []
                for place, html in enumerate(pages):
                    files.append(folder / f"{number}-{place}.html")
                    files[-1].write_text(html, encoding="utf-8")
                order["reports"].append({"pages": [str(f) for f in files], "out": str(folder / f"{number}.pdf")})
        except OSError as e:
            raise cannot_write("The reports", e) from e
        told = self._done_apart(order, START_S + EACH_S * len(order["reports"]))
        if "pdfs" not in told:
            raise UsageError(STOPPED if self._ended else told.get("error", TOO_MUCH))
        return [Path(path) for path in told["pdfs"]]

    def _done_apart(self, order: dict[str, Any], patience_s: float) -> dict[str, Any]:
        """What the process says came of it; nothing where it died."""
        command = [sys.executable, "-m", "smr_vision.desk.printing"]
        with subprocess.Popen(  # noqa: S603 - our own module by name
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            self._begin(process)
            try:
                with suppress(BrokenPipeError):
                    process.stdin.write(json.dumps(order) + "\n")
                    process.stdin.flush()
                process.wait(patience_s)  # it says one line, which the pipe holds
            except subprocess.TimeoutExpired:
                raise UsageError(TOO_LONG) from None
            finally:
                process.kill()
                with self._lock:
                    self._running.discard(process)
            said = process.stdout.read().strip()
        with suppress(ValueError):
            found: dict[str, Any] = json.loads(said)
            return found
        return {}

    def _begin(self, process: subprocess.Popen[str]) -> None:
        with self._lock:
            self._running.add(process)
            if self._ended:
                process.kill()


def main() -> int:
    """Do what stdin says; the line on stdout says what came of it."""
    order = json.loads(sys.stdin.readline())
    os.umask(0o077)
    limit_memory(order["memory"])
    end_with_desk()
    try:
        told: dict[str, Any] = {"pdfs": _laid_out(order)}
    except SmrError as e:
        told = {"error": str(e)}
    except MemoryError:
        told = {"error": TOO_MUCH}
    except OSError as e:
        told = {"error": str(cannot_write("The report", e))}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


def _laid_out(order: dict[str, Any]) -> list[str]:
    """Write the PDFs; where they lie."""
    found = []
    for report in order["reports"]:
        pages = (Path(page).read_text(encoding="utf-8") for page in report["pages"])
        found.append((laid_out_to_fit(pages), report["out"]))
        if not order["together"]:
            Path(report["out"]).write_bytes(pdf_of([found.pop()[0]]))
    if order["together"]:
        Path(found[0][1]).write_bytes(pdf_of([one for one, _ in found]))
    return [r["out"] for r in (order["reports"][:1] if order["together"] else order["reports"])]


if __name__ == "__main__":
    sys.exit(main())
