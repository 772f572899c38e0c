"""`smr live`: from the command's options to a session that runs, and to its exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from smr_vision.coach.recogniser import Side
from smr_vision.errors import UsageError, cannot_write
from smr_vision.live import safety
from smr_vision.live.address import without_password
from smr_vision.live.camera import Camera, camera_of
from smr_vision.live.coaching import Kept, LiveCoach
from smr_vision.live.display import Drawn
from smr_vision.live.flow import Flow
from smr_vision.live.key_menu import BROWSER, choose
from smr_vision.live.logbook import Film, Logbook, Tell
from smr_vision.live.routine import DEFAULT, Plan, load_routine, plan_for_move, plan_of
from smr_vision.live.running import Devices, LiveSession, Timing
from smr_vision.live.screens import SIZE
from smr_vision.live.voice import open_voice
from smr_vision.live.window import NoWindow, open_window
from smr_vision.moves import Move, load_moves
from smr_vision.pose import ModelName
from smr_vision.pose.verified import two_people, verified_pose
from smr_vision.session import Session
from smr_vision.session import record as kept
from smr_vision.session.builder import session_of
from smr_vision.store import Journal, Store
from smr_vision.tool.detector import RollerDetector


@dataclass(frozen=True)
class LiveOptions:
    """What `smr live` was asked for. `ask` is False without a terminal; `yes` accepts the safety screen; `record` is
    where the record goes, and with `film` the video. With `menu` an arm opens a list; with `choose` the window asks
    what to do."""

    move: str | None = None
    side: Side | None = None
    routine: str = DEFAULT
    camera: str = "0"
    voice: bool = True
    window: bool = True
    record: Path | None = None
    film: bool = True
    person: str | None = None
    yes: bool = False
    ask: bool = True
    model: ModelName | Path = "full"
    strictness: str = "standard"
    moves_folder: Path | None = None
    db: str | Path | None = None
    choose: bool = False
    menu: bool = False
    tool: str | None = None


def _to_stderr(line: str) -> None:
    sys.stderr.write(line + "\n")


def run_live(
    options: LiveOptions, *, tell: Tell = _to_stderr, devices: Devices | None = None,
    watch: Callable[[Timing], None] | None = None,
) -> Session:  # fmt: skip
    """Run a live session to its end; the session that was kept.

    Raises UsageError, InputError, DeviceError or KeyboardInterrupt, after keeping what there was.
    """
    moves = load_moves(options.moves_folder)
    if options.choose and devices is None:
        options = _asked(options, moves)
    plan = _plan(options, moves)
    camera = devices.camera if devices else camera_of(options.camera)
    with ExitStack() as stack:
        store = stack.enter_context(Store(options.db))
        flow = Flow(plan, ask_screen=_must_ask(options, store, tell), ask_discomfort=options.ask)
        stack.callback(lambda: store.accept_screen(options.person) if flow.screen_accepted else None)
        if devices is None:
            devices = _open_devices(options, camera, stack, tell)
        folder = _record_folder(options.record)
        if folder is not None:
            stack.callback(_remove_if_empty, folder)
        coach = LiveCoach(
            flow, devices.finder, strictness=options.strictness, moves=moves, menu=options.menu, crowd=devices.crowd
        )
        began = datetime.now(UTC)
        logbook = Logbook(
            StoreJournal(store, folder),
            lambda found, complete: session_record(found, complete, options, began),
            tell,
            Film(folder, tell) if folder is not None and options.film else None,
        )
        session = LiveSession(devices, coach, logbook, watch).run()
    if logbook.failed is not None:
        raise logbook.failed
    return session


def _asked(options: LiveOptions, moves: Mapping[str, Move]) -> LiveOptions:
    """The same, with what was chosen in a window of its own."""
    window = open_window(*SIZE)
    try:
        chosen = choose(window, moves, options.camera)
    finally:
        window.close()
    if chosen is None:
        raise UsageError(f"Nothing was chosen. Name a move, `smr live calf`. {BROWSER}")
    return replace(options, move=chosen.move, routine=chosen.routine or options.routine, camera=chosen.camera)


def _plan(options: LiveOptions, moves: Mapping[str, Move]) -> Plan:
    if options.move is not None:
        return plan_for_move(options.move, moves, options.side)
    return plan_of(load_routine(options.routine), moves)


def _must_ask(options: LiveOptions, store: Store, tell: Tell) -> bool:
    """Whether the safety screen has to be shown; once per person, and not to a script."""
    if options.yes:
        store.accept_screen(options.person)
        return False
    if store.screen_accepted_at(options.person) is not None:
        return False
    if not options.ask:
        tell(f"{safety.TITLE}: {' '.join(safety.LINES)}")
    return options.ask


def _open_devices(options: LiveOptions, camera: Camera, stack: ExitStack, tell: Tell) -> Devices:
    window = open_window(*SIZE) if options.window else NoWindow()
    stack.callback(window.close)
    voice = open_voice(options.voice, tell)
    stack.callback(voice.close)
    return Devices(camera, verified_pose(options.model), RollerDetector(), voice, Drawn(window), crowd=two_people())


def _record_folder(parent: Path | None) -> Path | None:
    """A new folder for this session's video and record, named by the time."""
    if parent is None:
        return None
    folder = parent / f"live-{datetime.now():%Y-%m-%d-%H%M%S}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    return folder


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


class StoreJournal:
    """Keeps the session in the history as it goes, and as `session.json` in its folder, where it has one: what is
    killed leaves its record beside its video."""

    def __init__(self, store: Store, folder: Path | None) -> None:
        self._store = store
        self._folder = folder
        self._journal: Journal | None = None

    def write(self, session: Session, *, final: bool) -> None:
        try:
            self._to_history(session, final=final)
        finally:  # where the history can't be written there may be room beside the video
            if self._folder is not None:
                try:
                    session.write(self._folder / "session.json")
                except OSError as error:
                    raise cannot_write(self._folder, error) from error

    def _to_history(self, session: Session, *, final: bool) -> None:
        if self._journal is None:
            self._journal = self._store.begin(session, self._folder)
        if final:
            self._journal.finish(session)
        else:
            self._journal.checkpoint(session)


def session_record(found: Kept, complete: bool, options: LiveOptions, began: datetime) -> Session:
    """The record of a live session: its sets, with the discomfort that was said."""
    model = options.model if isinstance(options.model, str) else options.model.name
    notes = [f"paused for {found.paused_s:.0f} s in all: times here leave pauses out"] if found.paused_s >= 0.5 else []
    session = session_of(
        found.sets,
        source=kept.Source(
            path=without_password(options.camera), width=found.size[0], height=found.size[1],
            duration_s=round(found.seconds, 3), frames=found.frames,
        ),
        pose_share=found.pose_share, model=model, automatic=False, tool=options.tool, strictness=options.strictness,
        person=options.person, notes=notes, complete=complete, recorded_at=began,
        identity=sha256(f"{options.camera} {began.isoformat()}".encode()).hexdigest()[:16],
    )  # fmt: skip
    sets = tuple(
        one.model_copy(update={"discomfort": felt}) for one, felt in zip(session.sets, found.discomfort, strict=True)
    )
    return session.model_copy(update={"sets": sets})
