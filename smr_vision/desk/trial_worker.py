"""Coaches a clip again by a move that is being written: `python -m smr_vision.desk.trial_worker`, the order on stdin.

The poses are those that were kept; what came of it is one line of JSON on stdout.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from smr_vision.desk.own_moves import NAME, known_moves
from smr_vision.desk.worker import MEMORY, limit_memory
from smr_vision.errors import SmrError
from smr_vision.moves import move_from


def main() -> int:
    order = json.loads(sys.stdin.readline())
    os.umask(0o077)
    limit_memory(MEMORY)
    try:
        told: dict[str, Any] = {"folder": str(_coached(order))}
    except SmrError as e:
        told = {"error": str(e).replace(str(order["clip"]), Path(order["clip"]).name)}
    except MemoryError:
        told = {"error": "The clip needs more memory than there is. Choose a shorter one."}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


def _coached(order: dict[str, Any]) -> Path:
    from smr_vision.analysis import Request, analyse  # noqa: PLC0415 - the limits come first
    from smr_vision.pipeline.options import PipelineOptions  # noqa: PLC0415

    move = move_from(order["text"], NAME)
    moves = {**known_moves(Path(order["moves"])).moves, move.id: move}
    kept = Path(order["kept"])
    request = Request(
        clip=Path(order["clip"]),
        out=Path(order["out"]),
        options=PipelineOptions(moves, move.id, strictness=order["strictness"]),
        model=order["model"],
        video=order["video"],
        reuse=kept.parent,
    )
    return analyse(request).folder


if __name__ == "__main__":
    sys.exit(main())
