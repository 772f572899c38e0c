"""Analyses one clip of the desk's, in a process of its own: `python -m smr_vision.desk.worker`, the order on stdin.

It says how far it is in lines of JSON on stdout. It ends with the desk (stdin closes), and a clip that asks for more
memory or time than any clip should is given up.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from datetime import UTC
from pathlib import Path
from time import monotonic
from typing import Any, Final

from smr_vision.errors import SmrError, UsageError
from smr_vision.runtime.stop import heed_stops

MEMORY: Final = 12 << 30  # of addresses; MediaPipe and the video library ask for some 3 GB
TELL_S: Final = 0.3


def main() -> int:
    """Do what stdin says; the last line on stdout says what came of it."""
    order = json.loads(sys.stdin.readline())
    heed_stops()
    os.umask(0o077)
    limit_memory(MEMORY)
    end_with_desk()
    try:
        folder = _analyse(order)
    except SmrError as e:
        _say(error=str(e).replace(str(order["clip"]), Path(order["clip"]).name))
        return e.exit_code
    except MemoryError:
        _say(error="The clip needs more memory than there is. Make it smaller or shorter.")
        return 5
    _say(folder=str(folder))
    return 0


def _analyse(order: dict[str, Any]) -> Path:
    from smr_vision.analysis import Request, analyse  # noqa: PLC0415 - the limits come first
    from smr_vision.desk.own_moves import known_moves  # noqa: PLC0415
    from smr_vision.pipeline.options import PipelineOptions  # noqa: PLC0415
    from smr_vision.video.clip_info import made_at  # noqa: PLC0415

    told = 0.0
    moves = known_moves(Path(order["moves"])).moves
    if order["move"] is not None and order["move"] not in moves:
        raise UsageError("The move named for this clip is not here any more. Name another, and try again.")

    filmed = made_at(Path(order["clip"]))
    if filmed is not None:
        _say(filmed=filmed.astimezone(UTC).isoformat(timespec="seconds"))

    def progress(done: float, total: float) -> None:
        nonlocal told
        if monotonic() - told > TELL_S:
            told = monotonic()
            _say(done=done, total=total)

    outcome = analyse(
        Request(
            clip=Path(order["clip"]),
            out=Path(order["out"]),
            options=PipelineOptions(moves, order["move"], order["side"], strictness=order["strictness"]),
            person=order["person"],
            model=order["model"],
            workers=order["workers"],
        ),
        progress,
    )
    return outcome.folder


def _say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def limit_memory(addresses: int) -> None:
    """Where the system can: no more memory than this for the process, and no picture of it when it dies."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - Unix has it

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        addresses = addresses if most == resource.RLIM_INFINITY else min(addresses, most)
        resource.setrlimit(resource.RLIMIT_AS, (addresses, addresses))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end_with_desk() -> None:
    """The desk holds the other end of stdin: when it is gone, so are we. It clears up at its start."""

    def wait() -> None:
        sys.stdin.read()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
