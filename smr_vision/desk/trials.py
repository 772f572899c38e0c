"""A move that is being written, tried on a stored clip: one trial at a time, a newer one ends the one before."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Final

from smr_vision.desk.desk import Desk
from smr_vision.errors import InputError, UsageError
from smr_vision.session import Session, read_session

PATIENCE_S: Final = 600.0


class Trials:
    """Keeps what came of the latest trial, until the next one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._latest = 0

    def coach(self, text: str, session_id: str, *, video: bool) -> tuple[Session, Path]:
        """The session that the clip is by this move, and its folder; InputError where the clip can't be used."""
        clip = self._desk.clip(session_id)
        kept = self._desk.store.folder(session_id)
        if clip is None or not (kept / "poses.npz").is_file():
            raise InputError("The clip of that session is not on this machine any more. Choose another one.")
        own = self._desk.places.trial
        out = own / uuid.uuid4().hex
        order = {
            "text": text, "clip": str(clip), "kept": str(kept), "out": str(out), "video": video,
            "moves": str(self._desk.places.moves), "strictness": self._desk.settings.strictness,
            "model": read_session(kept / "session.json").versions.get("model", "heavy"),
        }  # fmt: skip
        with self._lock:
            self._end()
            self._latest += 1
            number = self._latest
            process = self._process = subprocess.Popen(
                [sys.executable, "-m", "smr_vision.desk.trial_worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
            )  # fmt: skip
        try:
            said, _ = process.communicate(json.dumps(order) + "\n", timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise UsageError("That took too long. Choose a shorter clip.") from None
        with self._lock:
            if number != self._latest:
                shutil.rmtree(out, ignore_errors=True)
                raise UsageError("A newer trial took the place of this one.")
        told = _last(said)
        if "folder" not in told:
            raise UsageError(told.get("error", "The clip could not be looked at with this move. Choose another one."))
        for other in own.iterdir():
            if other != out:
                shutil.rmtree(other, ignore_errors=True)
        folder = Path(told["folder"])
        return read_session(folder / "session.json"), folder

    def clip(self) -> Path | None:
        """The annotated clip of the latest trial."""
        return next(iter(self._desk.places.trial.glob("*/*/annotated.mp4")), None)

    def _end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            with suppress(OSError):
                self._process.kill()


def _last(said: str) -> dict[str, str]:
    """The last line that is JSON: a library may write to stdout as well."""
    for line in reversed(said.splitlines()):
        with suppress(ValueError):
            found: dict[str, str] = json.loads(line)
            return found
    return {}
