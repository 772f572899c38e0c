"""Clips in, piece by piece: what lies on the disk is what was received, so that an upload goes on after any break."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from smr_vision.batch.jobs import CLIPS
from smr_vision.desk.name_guesses import filmed_at
from smr_vision.desk.places import Places, tame
from smr_vision.desk.records import QueuedClip, Records
from smr_vision.errors import InputError, OutputError, UsageError, cannot_write

LARGEST: Final = 64 << 30
SPARE: Final = 1 << 30  # of the disk is left free: the analysis writes too
BLOCK: Final = 1 << 20
PART: Final = ".part"


def _settle(file: BinaryIO, rest: bytes) -> None:
    """Write the rest, and wait until the disk has all of it."""
    file.write(rest)
    file.flush()
    os.fsync(file.fileno())


class OutOfStepError(UsageError):
    """A piece that does not go on where the last one ended; `received` says where it did."""

    def __init__(self, received: int) -> None:
        super().__init__("This piece does not follow the last one.")
        self.received = received


class Uploads:
    """Receives the pieces of clips; one piece of a clip at a time."""

    def __init__(self, places: Places, records: Records) -> None:
        self._places = places
        self._records = records
        self._busy: set[str] = set()

    def begin(
        self,
        name: str,
        size: int,
        mark: str,
        *,
        person: str | None,
        move: str | None,
        side: str | None,
        guessed: bool = False,
    ) -> QueuedClip:
        """Announce a clip; one that was announced and is not whole goes on. `guessed`: nobody said whose it is."""
        tamed = tame(name)
        if Path(tamed).suffix not in CLIPS:
            raise InputError(f"{tamed} is no clip. Clips end in .mp4, .mov, .mkv, .webm, .avi and the like.")
        if not 0 < size <= LARGEST:
            raise InputError(f"{tamed} is empty or larger than 64 GB. Cut it into shorter clips.")
        if shutil.disk_usage(self._places.own).free < size + SPARE:
            raise InputError(f"The disk has no room for {tamed}. Free some space and try again.")
        filmed = filmed_at(tamed, datetime.now(UTC))
        asked = {"person": person, "move": move, "side": side, "guessed": guessed}
        when = filmed.astimezone(UTC).isoformat(timespec="seconds") if filmed else None
        return self._records.add_job(tamed, size, mark, {**asked, "filmed_at": when})

    def received(self, job: QueuedClip) -> int:
        """Bytes of the clip that are here."""
        if job.state != "uploading":
            return job.size
        try:
            return self._part(job).stat().st_size
        except OSError:
            return 0

    async def take(self, identity: str, offset: int, length: int | None, pieces: AsyncIterator[bytes]) -> int:
        """Add a piece of so many bytes; how much is here now. What came of a piece that broke off stays, and counts."""
        if identity in self._busy:
            raise UsageError("This clip is being received already.")
        self._busy.add(identity)
        try:
            job = await asyncio.to_thread(self._records.job, identity)
            if job.state != "uploading":
                return job.size
            if length is None:
                raise UsageError("A piece says how long it is.")
            return await self._write(job, offset, length, pieces)
        finally:
            self._busy.discard(identity)

    async def _write(self, job: QueuedClip, offset: int, length: int, pieces: AsyncIterator[bytes]) -> int:
        part = self._part(job)
        had = self.received(job)
        if offset != had:
            raise OutOfStepError(had)
        if had + length > job.size:
            raise UsageError("More came than was announced.")
        try:
            part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if shutil.disk_usage(part.parent).free < SPARE // 2:
                raise OutputError("The disk is full. Free some space; the upload goes on where it was.")
            block = bytearray()
            with part.open("ab") as file:
                async for piece in pieces:  # no more than its length: the server sees to that
                    had += len(piece)
                    block += piece
                    if len(block) >= BLOCK:  # on a thread: a slow disk must not hold up the pages
                        await asyncio.to_thread(file.write, bytes(block))
                        block.clear()
                await asyncio.to_thread(_settle, file, bytes(block))
            if had == job.size:
                await asyncio.to_thread(self._finish, job)
        except OSError as e:
            raise cannot_write(job.name, e) from e
        return had

    def _finish(self, job: QueuedClip) -> None:
        """The clip is whole: it gets its name, and waits to be analysed."""
        part = self._part(job)
        if part.exists():
            part.replace(self._places.clip(job.id, job.name))
        self._records.move_job(job.id, "waiting", only_from=("uploading",))

    def repair(self) -> None:
        """After a start: a clip that became whole just before the desk ended is taken up."""
        for job in self._records.jobs(most=10_000):
            if job.state == "uploading" and (
                self.received(job) == job.size or self._places.clip(job.id, job.name).exists()
            ):
                self._finish(job)

    def _part(self, job: QueuedClip) -> Path:
        clip = self._places.clip(job.id, job.name)
        return clip.with_name(clip.name + PART)
