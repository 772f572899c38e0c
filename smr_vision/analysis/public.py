"""`smr_vision.analysis`: a clip, a camera's pictures or recorded landmarks to a session, from a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from smr_vision.analysis import Progress, Request, analyse_as_guest, demand_somebody, notes_of
from smr_vision.analysis.pose_cache import identity_of
from smr_vision.analysis.poses_file import ClipAccount
from smr_vision.coach import SetDone
from smr_vision.errors import CancelledError, UsageError, cannot_read, shown
from smr_vision.moves import Move
from smr_vision.pipeline.options import AUTO
from smr_vision.pipeline.public import FrameResults, Landmarks, Pipeline
from smr_vision.pipeline.river import ToolDetector
from smr_vision.pipeline.valid_input import called_rightly, demand_callable, demand_clip, demand_film, demand_path
from smr_vision.pose import ModelName, PoseSource
from smr_vision.session import record as kept
from smr_vision.session.builder import session_of
from smr_vision.video import ClipReader, Frame
from smr_vision.video.parts import NotByPartsError, Reading


@called_rightly
def analyse(
    clip: str | Path | Iterable[Frame] | Landmarks,
    *,
    move: str | Move = AUTO,
    side: str = AUTO,
    model: ModelName | Path = "heavy",
    strictness: str = "standard",
    start_at: float | None = None,
    poses: PoseSource | Landmarks | None = None,
    finder: ToolDetector | None = None,
    workers: int = 1,
    out: str | Path | None = None,
    video: bool = True,
    progress: Callable[[float, float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> kept.Session:
    """Analyse a whole clip.

    Parameters
    ----------
    clip : str or Path, iterable of Frame, or Landmarks
        A clip by its path; frames of your own; or landmarks without pictures.
    move, side, model, strictness, start_at, poses, finder, workers : various
        As in `Pipeline`.
    out : str or Path, optional
        Folder in which to write what `smr analyse` writes, in a folder named after the clip. Only for a clip by its
        path. Nothing is written unless it is given.
    video : bool
        With `out`: write the annotated clip too.
    progress : callable, optional
        Called after each picture with the seconds done and the seconds in all (0: not known).
    cancel : callable, optional
        Asked after each picture; when it says True the analysis ends. `threading.Event().is_set` is one.

    Returns
    -------
    Session
        Sets, passes, holds, faults; times in seconds, extents in lengths of the move's segment.

    Raises
    ------
    InputError
        When the clip can't be read.
    NobodyError
        When nobody is in it.
    UsageError
        When the choices are not known or don't fit together.
    OutputError
        When `out` can't be written.
    ModelError, DeviceError
        When the pose model is missing or does not run here.
    CancelledError
        When `cancel` said so; nothing half-written is left.

    Examples
    --------
    >>> import smr_vision as smr
    >>> session = smr.analyse("roll.mp4", move="thoracic")
    >>> session.sets[0].passes[0].direction
    'up'
    """
    demand_callable(progress, "progress")
    demand_callable(cancel, "cancel")
    demand_film(clip, "analyse() takes the path of a clip, smr.Frame one after another")
    pipeline = Pipeline(
        move=move, side=side, model=model, strictness=strictness, start_at=start_at, poses=poses, finder=finder,
        workers=workers,
    )  # fmt: skip
    tell = _told(progress, cancel)
    if out is None:
        if not isinstance(clip, str | Path):
            return _in_memory(clip, pipeline, tell)
        clip = demand_clip(clip)
        try:
            return _read(clip, "by parts", pipeline, tell)
        except NotByPartsError:
            return _read(clip, "in order", pipeline, tell)
    if not isinstance(clip, str | Path):
        raise UsageError("Results can be written for a clip by its path alone. Leave out away.")
    folder = demand_path(out, "The folder out")
    request = Request(demand_clip(clip), folder, pipeline.options, model=model, video=video, workers=workers)
    return analyse_as_guest(request, tell, pipeline.pose_source, finder).session


def _told(progress: Progress | None, cancel: Callable[[], bool] | None) -> Progress:
    def tell(done: float, total: float) -> None:
        if progress is not None:
            progress(done, total)
        if cancel is not None and cancel():
            raise CancelledError(f"Cancelled after {done:.1f} s of the clip, as asked.")

    return tell


def _read(clip: str | Path, reading: Reading, pipeline: Pipeline, tell: Progress) -> kept.Session:
    with ClipReader(clip, one_core=True, thin=pipeline.poses is None, reading=reading) as reader:
        return _in_memory(reader, pipeline, tell)


def _in_memory(clip: Iterable[Frame] | Landmarks, pipeline: Pipeline, tell: Progress) -> kept.Session:
    with ExitStack() as stack:
        reader = clip if isinstance(clip, ClipReader) else None
        name = shown(reader.info.path) if reader is not None else "The recording"
        total = reader.info.duration_s if reader is not None else 0.0
        run = pipeline.run(clip)
        stack.callback(run.close)
        try:
            for result in run:
                tell(result.t, total)
        except OSError as e:
            raise cannot_read(name, e) from e
        demand_somebody(name, run.measured, run.found, run.last_s)
        return _session(run, reader, pipeline, unseen=isinstance(clip, Landmarks))


def _session(run: FrameResults, reader: ClipReader | None, pipeline: Pipeline, *, unseen: bool) -> kept.Session:
    sets = run.pipeline.finish()
    provenance: dict[str, Any] = {"path": "", "width": 0, "height": 0, "duration_s": run.last_s}
    if reader is not None:
        provenance = {"path": shown(reader.info.path), "width": reader.info.width, "height": reader.info.height}
        provenance["duration_s"] = round(reader.end_s, 3)
    named = pipeline.model.name if isinstance(pipeline.model, Path) else pipeline.model
    identity: str | None = None
    account = ClipAccount(run.last_s)
    if reader is not None:
        account = ClipAccount.of(reader)
        identity = identity_of(reader, named, pipeline.options)
    return session_of(
        sets,
        source=kept.Source(frames=run.frames, **provenance),
        pose_share=run.found / max(run.measured, 1),
        model=named,
        automatic=pipeline.options.move is None,
        tool=None,
        strictness=pipeline.strictness,
        person=None,
        notes=[*notes_of(run.pipeline, account), *(_unjudged(sets) if unseen else ())],
        complete=account.damaged is None,
        identity=identity,
    )


def _unjudged(sets: Sequence[SetDone]) -> Iterator[str]:
    """What is not told of sets in landmarks alone: no fault is no good form."""
    for move in {one.move.id: one.move for one in sets}.values():
        seconds = [one.check_s for one in sets if one.move.id == move.id]
        unjudged = [c.title for c in move.checks if not any(ok or bad for ok, bad, _ in (of[c.id] for of in seconds))]
        kinds = " or ".join(dict.fromkeys(tool.kind for tool in move.tools))
        told = f"its place is assumed, and {len(unjudged)} of {len(move.checks)} checks not judged"
        yield f"without pictures the {kinds} can't be seen: {told}{': ' * bool(unjudged)}{', '.join(unjudged)}"
