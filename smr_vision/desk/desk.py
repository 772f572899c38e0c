"""All that a desk's pages stand on: where data lie, the history, the desk's own records, the queue."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from smr_vision.batch.jobs import CLIPS
from smr_vision.corrections import CorrectionRecord, corrected
from smr_vision.corrections.apply import Corrected, apply
from smr_vision.corrections.record import Correction, holding
from smr_vision.desk.name_guesses import changed_at
from smr_vision.desk.own_moves import known_moves
from smr_vision.desk.people import DeskStore
from smr_vision.desk.places import GIVEN, Places
from smr_vision.desk.printing import Printer
from smr_vision.desk.queue import Queue
from smr_vision.desk.records import QueuedClip, Records
from smr_vision.desk.settings import Settings, read_settings
from smr_vision.desk.uploads import Uploads
from smr_vision.errors import InputError
from smr_vision.moves import Move
from smr_vision.report.cards import MoveCard, card_from
from smr_vision.report.facts import SessionFacts, session_facts
from smr_vision.session import Session, read_session
from smr_vision.store import Forgotten
from smr_vision.store.files import clip_places

_FILMED = ("recording.mp4", "recording.part.mp4")  # of a live session; the second of one that was killed


class Desk:
    """A desk at work; a context manager."""

    def __init__(self, places: Places, *, db: str | None = None) -> None:
        places.make()
        self.places = places
        self.history = db or str(places.history)
        self.store = DeskStore(self.history)
        self.records = Records(places.records)
        self.uploads = Uploads(places, self.records)
        self.queue = Queue(places, self.records, lambda: self.settings, self._register)
        self.printer = Printer()
        self.moves: dict[str, Move] = {}
        self.cards: dict[str, MoveCard] = {}
        self.own_moves: frozenset[str] = frozenset()
        self.broken_moves: dict[str, str] = {}
        self.read_moves()
        self.store.moves = self.moves

    def read_moves(self) -> None:
        """Read the moves anew, those that come along and the user's own; whoever holds them sees it."""
        known = known_moves(self.places.moves)
        self.own_moves, self.broken_moves = known.own, known.broken
        for kept, found in (
            (self.moves, known.moves),
            (self.cards, {name: card_from(move) for name, move in known.moves.items()}),
        ):
            kept.update(found)  # type: ignore[arg-type]
            for gone in kept.keys() - found.keys():
                del kept[gone]

    def __enter__(self) -> Self:
        for left in self.places.own.glob(f"{GIVEN}*"):  # by a desk that was killed
            shutil.rmtree(left, ignore_errors=True)
        self.uploads.repair()
        self.queue.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.queue.stop()
        shutil.rmtree(self.places.trial, ignore_errors=True)
        self.records.close()
        self.store.close()

    @property
    def settings(self) -> Settings:
        return read_settings(self.places.settings)

    def _register(self, job: QueuedClip, folder: Path) -> str:
        """Take finished results into the history; done again it is the same session."""
        session = read_session(folder / "session.json")
        told = {"person": job.person, "recorded_at": self._filmed_at(job) or session.recorded_at}
        if told != {"person": session.person, "recorded_at": session.recorded_at}:
            session = session.model_copy(update=told)
            session.write(folder / "session.json")
        return self.store.add_session(corrected(session, folder, self.moves), folder)

    def _filmed_at(self, job: QueuedClip) -> str | None:
        """When a clip was filmed: as its name or the clip itself told, else its file's last change."""
        if job.filmed_at is not None:
            return job.filmed_at
        changed = changed_at(job.mark, datetime.now(UTC))
        return changed.isoformat(timespec="seconds") if changed else None

    def set_date(self, identity: str, recorded_at: str) -> None:
        """Say when a session was."""
        folder = self.store.folder(identity)
        session = read_session(folder / "session.json").model_copy(update={"recorded_at": recorded_at})
        session.write(folder / "session.json")
        self.store.put(identity, corrected(session, folder, self.moves), folder)

    def take_in(self, folder: Path) -> int:
        """Take in the results that lie in a folder and those in it; how many there were."""
        if not folder.is_dir():
            raise InputError("There is no such folder on this machine.")
        found = 0
        for path in [
            folder / "session.json",
            *sorted(folder.glob("*/session.json")),
            *sorted(folder.glob("*/*/session.json")),
        ]:
            if path.is_file() and ".batch" not in path.parts:
                self.store.add_session(corrected(read_session(path), path.parent, self.moves), path.parent)
                found += 1
        if not found:
            raise InputError("No results of `smr analyse` or `smr batch` lie there.")
        return found

    def session(self, identity: str) -> Session:
        """A session with its corrections."""
        folder = self.store.folder(identity)
        return corrected(read_session(folder / "session.json"), folder, self.moves)

    def in_parts(self, identity: str) -> tuple[Corrected, list[Correction]]:
        """A session with its corrections and the names of its parts, and all events."""
        folder = self.store.folder(identity)
        events = CorrectionRecord(folder).read()
        return apply(read_session(folder / "session.json"), holding(events), folder, self.moves), events

    def keep_corrected(self, identity: str) -> None:
        """The history follows the corrections."""
        self.store.put(identity, self.session(identity), self.store.folder(identity))

    def facts(self, identity: str) -> SessionFacts:
        return session_facts(self.session(identity), self.store.folder(identity), self.cards)

    def clip(self, identity: str) -> Path | None:
        """The clip a session was made from, if it is there."""
        folder = self.store.folder(identity)
        for job in self.records.jobs_of(session_id=identity):
            path = self.places.clip(job.id, job.name)
            if path.is_file():
                return path
        for name in _FILMED:
            if (folder / name).is_file():
                return folder / name
        source = read_session(folder / "session.json").source.path
        for path in clip_places(source, folder):
            # A session that was taken in may name any file: only a clip is given out.
            with suppress(OSError):  # a name that no file can have
                if path.suffix.lower() in CLIPS and path.is_file():
                    return path
        return None

    def forget(self, person: str) -> Forgotten:
        """Delete everything of a person: clips, results, records, notes; says what could not be deleted."""
        ids = [e.id for e in self.store.page(person=person, most=1_000_000)]
        jobs = [job for i in ids for job in self.records.jobs_of(session_id=i)]
        jobs += self.records.jobs_of(person=person)
        for job in jobs:
            self.queue.cancel(job.id)
        shutil.rmtree(self.places.trial, ignore_errors=True)
        gone = self.store.forget(person)
        for job in jobs:
            shutil.rmtree(self.places.clip_folder(job.id), ignore_errors=True)
            shutil.rmtree(self.places.results(job.id), ignore_errors=True)
        for identity in ids:
            self.places.thumb(identity).unlink(missing_ok=True)
            shutil.rmtree(self.places.stills(identity), ignore_errors=True)
        self.records.forget(person, ids)
        return gone
