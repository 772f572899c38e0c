"""What this process and those it started have taken: memory, and processor time."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path


def megabytes() -> float:
    """What this process and those it started hold, what they share counted once (Linux: proportional set size)."""
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False
    )
    used = 0.0
    for process in ("self", *found.stdout.split()):
        with suppress(OSError):  # the ps itself, gone by now
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
            used += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) * 1024 / 1e6
    return used


def processor_s() -> float:
    """Of this process, and of those that it started and waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
