"""One recorded clip, from the file to the folder of results."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import cv2

from smr_vision.analysis.annotate import MOST_SIDE, Annotator
from smr_vision.analysis.interpolation import moments
from smr_vision.analysis.pictures import FaultPictures
from smr_vision.analysis.pose_cache import KeptPoses, find_kept, identity_of, provenance
from smr_vision.analysis.poses_file import NAME, ClipAccount, PoseKeeper
from smr_vision.analysis.series import SeriesWriter
from smr_vision.errors import NobodyError, cannot_read, cannot_write, shown
from smr_vision.overlay import Overlay
from smr_vision.overlay.blur_faces import FaceBlur
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.river import PipelineRun, ToolDetector
from smr_vision.pose import ModelName, Pose, PoseSource
from smr_vision.pose.clip_poses import posed
from smr_vision.pose.verified import VerifiedPoses
from smr_vision.runtime.atomic_write import settle
from smr_vision.runtime.machine import limit_heap
from smr_vision.session import record as kept
from smr_vision.session.builder import session_of
from smr_vision.tool.detector import RollerDetector
from smr_vision.video import LOOK_SIDE, ClipReader, Frame, fitting
from smr_vision.video.lazy import Pictures
from smr_vision.video.parts import NotByPartsError, Reading
from smr_vision.video.sampling import FrameSampler

# Somebody must be there for this share of the clip and this long, or there is nobody to analyse.
LEAST_SHARE: Final = 0.02
LEAST_S: Final = 0.5

Progress = Callable[[float, float], None]
"""Called with seconds done and seconds in all."""


@dataclass(frozen=True)
class Request:
    """What to analyse and how. `reuse` is a folder of results: the poses kept there are used again. More than one of
    `workers` are processes: a script that asks for them keeps its own work under `if __name__ == "__main__":`. The
    annotated clip is at most 1280 pixels on its long side, unless `full_size`."""

    clip: Path
    out: Path
    options: PipelineOptions
    person: str | None = None
    tool: str | None = None
    model: ModelName | Path = "heavy"
    video: bool = True
    workers: int = 1
    blur_faces: bool = False
    full_size: bool = False
    reuse: Path | None = None

    @property
    def model_name(self) -> str:
        return self.model if isinstance(self.model, str) else self.model.name


@dataclass(frozen=True)
class Outcome:
    """What came of it, and where it lies."""

    session: kept.Session
    folder: Path


def analyse(
    request: Request,
    progress: Progress | None = None,
    source: PoseSource | None = None,
    finder: ToolDetector | None = None,
) -> Outcome:
    """Analyse one clip and write its folder; nothing half-written is left behind when it fails.

    Raises InputError, NobodyError, OutputError, ModelError. `source` stands in for MediaPipe, `finder` for the roller
    finder. It sets up the process for this work; `analyse_as_guest` leaves it as it is.
    """
    cv2.setNumThreads(1)  # the cores have poses to find, and small pictures gain nothing from threads
    limit_heap()
    return analyse_as_guest(request, progress, source, finder)


def analyse_as_guest(
    request: Request,
    progress: Progress | None = None,
    source: PoseSource | None = None,
    finder: ToolDetector | None = None,
) -> Outcome:
    """The same in a process that is somebody else's."""
    # With video the other cores draw and encode.
    alone = request.workers == 1 or request.video or source is not None
    # Results are the same for any number of workers: several threads of a decoder also find damage in pictures that
    # nobody looks at, so what one of them finds counts. Of what was given up nothing is left.
    for one_core in (True,) if alone else (False, True):
        with suppress(NotByPartsError):
            return _analysed(request, "by parts", progress, source, finder, one_core=one_core)
    return _analysed(request, "in order", progress, source, finder)


def _analysed(
    request: Request,
    reading: Reading,
    progress: Progress | None,
    source: PoseSource | None,
    finder: ToolDetector | None,
    *,
    one_core: bool = True,
) -> Outcome:
    most = None if request.full_size else MOST_SIDE
    thin = not request.video and request.reuse is None
    with ClipReader(request.clip, max_side=most, one_core=one_core, thin=thin, reading=reading) as clip:
        again = find_kept(request.reuse, clip, request.model) if request.reuse is not None else None
        part = _working_folder(request.out)
        try:
            session = _watch(request, clip, part, progress=progress, source=source, finder=finder, again=again)
            folder = settle(part, request.out, request.clip.stem)
        except OSError as e:
            shutil.rmtree(part, ignore_errors=True)
            raise cannot_write(request.out, e) from e
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    return Outcome(session, folder)


def _working_folder(out: Path) -> Path:
    try:
        out.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=out))
    except OSError as e:
        raise cannot_write(out, e) from e


def _watch(
    request: Request,
    clip: ClipReader,
    folder: Path,
    *,
    progress: Progress | None,
    source: PoseSource | None,
    finder: ToolDetector | None,
    again: KeptPoses | None,
) -> kept.Session:
    """Run the clip through the river and write what comes out of it into `folder`."""
    size = clip.info.width, clip.info.height
    small = fitting(size, LOOK_SIDE)
    pictures = FaultPictures(folder, Overlay(*small, small[0] / size[0]))
    faces = FaceBlur() if request.blur_faces else None
    identity = identity_of(clip, request.model_name, request.options)
    frames = measured = found = 0
    last = 0.0
    with ExitStack() as stack:
        series = stack.enter_context(SeriesWriter(folder / "series.csv", identity))
        keeper = stack.enter_context(PoseKeeper(folder / NAME))
        sink = stack.enter_context(_annotator(request, clip, folder)) if request.video else None
        if again is not None:
            pipeline = PipelineRun(request.options, again, again, again)
            posed_frames = again.posed(
                clip, stack.enter_context(Pictures(request.clip, clip.reading)), decoded=request.video
            )
        else:
            pipeline = PipelineRun(request.options, finder or RollerDetector())
            posed_frames = _posed(request, clip, source)
        for moment in moments(pipeline, _read(request.clip, posed_frames), pictures=request.video):
            frame, result = moment.frame, moment.result
            frames, last = frames + 1, frame.t
            series.write(result, measured=moment.measured)
            picture = frame
            if faces is not None and (moment.measured or sink is not None):
                picture = faces.covered(frame, result.pose, moment.found)
            if moment.measured:
                measured, found = measured + 1, found + int(moment.found.found)
                keeper.write(result, moment.found)
                pictures.write(picture, result)
            else:
                keeper.pass_over(frame.t)
            if sink is not None:
                sink.write(picture, result)
            if progress is not None:
                progress(frame.t, clip.info.duration_s)
        series.settle(pipeline.finish())
        pictures.finish()  # while the clip is open: by kept poses they are decoded only now
        account = ClipAccount.of(clip) if again is None else again.account
        if sink is not None:
            sink.end_s = account.end_s
        demand_somebody(shown(request.clip), measured, found, last)
        made_of = again.provenance if again is not None else provenance(clip, request.model)
        keeper.finish({**made_of, "reading": clip.reading, **asdict(account), "session": identity})
    return _write_results(
        request,
        folder,
        pipeline,
        kept.Source(
            path=shown(request.clip),
            width=clip.info.width,
            height=clip.info.height,
            duration_s=round(account.end_s, 3),
            frames=frames,
        ),
        identity=identity,
        pictures=pictures,
        share=found / max(measured, 1),
        account=account,
    )


def demand_somebody(name: str, measured: int, found: int, last: float) -> None:
    """NobodyError unless somebody was `found` in enough of the `measured` pictures, the last at `last` seconds."""
    if found < LEAST_SHARE * measured or found * last < LEAST_S * max(measured, 1):
        raise NobodyError(f"{name}: nobody to analyse in it. Film one person, whole in the picture, in good light.")


def notes_of(pipeline: PipelineRun, account: ClipAccount) -> list[str]:
    """What a reader of the session has to know."""
    notes = [account.damaged] if account.damaged else []
    if account.slowed > 1:
        notes.append(
            f"slow motion, stretched {account.slowed:.3g} times by the phone: all times here are those of life"
        )
    notes += account.assumed
    if pipeline.remark is not None:
        notes.append(pipeline.remark)
    return notes


def _read(clip: Path, frames: Iterator[tuple[Frame, Pose | None]]) -> Iterator[tuple[Frame, Pose | None]]:
    """`frames`; what the system says against reading them is no failure of writing, for which the rest is taken."""
    try:
        yield from frames
    except OSError as e:
        raise cannot_read(clip, e) from e


def _annotator(request: Request, clip: ClipReader, folder: Path) -> Annotator:
    return Annotator(folder / "annotated.mp4", clip.info, workers=request.workers, full_size=request.full_size)


def _posed(request: Request, clip: ClipReader, source: PoseSource | None) -> Iterator[tuple[Frame, Pose | None]]:
    if source is not None:
        sampler = FrameSampler(clip.info.fps)
        with source:
            for frame in clip:
                yield frame, source.detect(frame) if sampler.measures(frame.t, decoded=frame.decoded) else None
        return
    yield from posed(clip, VerifiedPoses(request.model), request.workers, pictures=request.video)


def _write_results(
    request: Request,
    folder: Path,
    pipeline: PipelineRun,
    source: kept.Source,
    *,
    identity: str,
    pictures: FaultPictures,
    share: float,
    account: ClipAccount,
) -> kept.Session:
    from smr_vision.report import write_report  # noqa: PLC0415 - templates, needed once at the end

    sets = pipeline.finish()
    session = session_of(
        sets,
        source=source,
        pose_share=share,
        model=request.model_name,
        automatic=request.options.move is None,
        tool=request.tool,
        strictness=request.options.strictness,
        person=request.person,
        notes=notes_of(pipeline, account),
        complete=account.damaged is None,
        pictures=pictures.finish(),
        identity=identity,
    )
    pictures.keep_only(fault.picture for s in session.sets for fault in s.faults)
    session.write(folder / "session.json")
    write_report([folder / "session.json"], folder / "report.html", moves=request.options.moves)
    return session
