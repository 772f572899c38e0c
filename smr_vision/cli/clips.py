"""Clips one after the other, as `smr analyse` does them: progress, results, history. One that fails stops no other."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from smr_vision.errors import SmrError, shown
from smr_vision.runtime.progress import progress_shown, say
from smr_vision.runtime.stop import heeding

if TYPE_CHECKING:
    from smr_vision.analysis import Outcome, Request
    from smr_vision.store import Store


def analyse_clips(
    requests: Sequence[Request], *, as_json: bool = False, db: str | None = None, moves: Path | None = None
) -> int:
    """Analyse the clips and print what came of each; the exit code, that of the first failure."""
    from smr_vision.analysis import analyse  # noqa: PLC0415 - brings the video library and the rest
    from smr_vision.pose.workers import processes_kept  # noqa: PLC0415

    code = 0
    with ExitStack() as stack:
        if len(requests) > 1:
            stack.enter_context(processes_kept())
        store = _history(requests, db, stack)
        for number, request in enumerate(requests, start=1):
            title = shown(request.clip.name) + (f" ({number} of {len(requests)})" if len(requests) > 1 else "")
            try:
                with progress_shown(f"Analysing {title}") as progress:
                    outcome = analyse(request, heeding(progress))
                if store is not None:
                    store.add_session(outcome.session, outcome.folder)
            except SmrError as e:
                say(f"smr: {e}")
                code = code or e.exit_code
            else:
                _print(outcome, moves, as_json=as_json, named=request.options.move is not None)
    return code


def _history(requests: Sequence[Request], db: str | None, stack: ExitStack) -> Store | None:
    """The history, opened before the long work starts: better to fail now than after it."""
    if not any(request.person for request in requests):
        return None
    from smr_vision.store import Store  # noqa: PLC0415 - only where somebody is named

    return stack.enter_context(Store(db))


def _print(outcome: Outcome, moves: Path | None, *, as_json: bool, named: bool) -> None:
    if as_json:
        record = outcome.session.model_dump(mode="json", by_alias=True)
        sys.stdout.write(json.dumps(record | {"folder": str(outcome.folder)}) + "\n")
        sys.stdout.flush()
        return
    from smr_vision.cli.summary import print_session  # noqa: PLC0415

    print_session(outcome.session, moves, outcome.folder, named=named)
