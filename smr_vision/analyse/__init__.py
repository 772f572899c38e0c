"""One recorded clip, from the file to the folder of results."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from smr_vision import session as kept
from smr_vision.analyse.keep import PoseKeeper
from smr_vision.analyse.pictures import FaultPictures
from smr_vision.analyse.record import session_of
from smr_vision.analyse.series import SeriesWriter
from smr_vision.coach import SetDone
from smr_vision.coach.cues import CuePlanner
from smr_vision.errors import NobodyError, cannot_write, shown
from smr_vision.overlay import Overlay
from smr_vision.overlay.faces import FaceBlur
from smr_vision.pose import ModelName, Pose, PoseSource
from smr_vision.roller.net import RollerNet
from smr_vision.second_look import looker_of, watched_pose
from smr_vision.stream import posed
from smr_vision.video import ClipReader, Frame
from smr_vision.video.writer import ClipWriter
from smr_vision.watcher import Seen, Watcher, Wishes

# Somebody must be there for this share of the clip and this long, or there is nobody to analyse.
LEAST_SHARE: Final = 0.02
LEAST_S: Final = 0.5

Progress = Callable[[float, float], None]
"""Called with seconds done and seconds in all."""


@dataclass(frozen=True)
class Request:
    """What to analyse and how."""

    clip: Path
    out: Path
    wishes: Wishes
    person: str | None = None
    tool: str | None = None
    model: ModelName | Path = "heavy"
    video: bool = True
    workers: int = 1
    blur_faces: bool = False

    @property
    def model_name(self) -> str:
        return self.model if isinstance(self.model, str) else self.model.name


@dataclass(frozen=True)
class Outcome:
    """What came of it, and where it lies."""

    session: kept.Session
    folder: Path


def analyse(request: Request, progress: Progress | None = None, source: PoseSource | None = None) -> Outcome:
    """Analyse one clip and write its folder; nothing half-written is left behind when it fails.

    Raises InputError, NobodyError, OutputError, ModelError. `source` stands in for MediaPipe in tests.
    """
    with ClipReader(request.clip) as clip:
        part = _working_folder(request.out)
        try:
            session = _watch(request, clip, part, progress, source)
            folder = _settle(part, request.out, request.clip.stem)
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


def _settle(part: Path, out: Path, stem: str) -> Path:
    """Give the finished folder its name: the clip's, or with -2, -3 ... when that is taken."""
    number = 1
    while True:
        folder = out / (stem if number == 1 else f"{stem}-{number}")
        if not folder.exists():
            try:
                return part.rename(folder)
            except OSError:
                if not folder.exists():
                    raise
        number += 1


def _watch(
    request: Request, clip: ClipReader, folder: Path, progress: Progress | None, source: PoseSource | None
) -> kept.Session:
    """Run the clip through the river and write what comes out of it into `folder`."""
    watcher = Watcher(request.wishes, RollerNet())
    pictures = FaultPictures(folder, Overlay(clip.info.width, clip.info.height))
    faces = FaceBlur() if request.blur_faces else None
    frames = found = 0
    last = 0.0
    with ExitStack() as stack:
        series = stack.enter_context(SeriesWriter(folder / "series.csv"))
        keeper = stack.enter_context(PoseKeeper(folder / "poses.npz"))
        sink = stack.enter_context(_Annotator(request, clip, folder)) if request.video else None
        for frame, pose in _poses(request, clip, source):
            seen = watcher.update(frame, pose)
            frames, found, last = frames + 1, found + int(pose.found), frame.t
            series.write(seen)
            keeper.write(seen)
            picture = faces.covered(frame, seen.pose, pose) if faces is not None else frame
            pictures.update(picture, seen)
            if sink is not None:
                sink.write(picture, seen)
            if progress is not None:
                progress(frame.t, clip.info.duration_s)
        if sink is not None:
            sink.end_s = clip.end_s
        if found < LEAST_SHARE * frames or found * last < LEAST_S * max(frames, 1):
            raise NobodyError(
                f"{shown(request.clip)}: nobody to analyse in it. Film one person, whole in the picture, in good light."
            )
        keeper.finish()
    sets = watcher.finish()
    share = found / max(frames, 1)
    return _write_results(request, clip, folder, sets, pictures=pictures, frames=frames, share=share)


def _poses(request: Request, clip: ClipReader, source: PoseSource | None) -> Iterator[tuple[Frame, Pose]]:
    if source is not None:
        with source:
            for frame in clip:
                yield frame, source.detect(frame)
        return
    with looker_of(request.model) as looker:
        yield from posed(clip, lambda: watched_pose(request.model, looker), request.workers)


def _write_results(
    request: Request,
    clip: ClipReader,
    folder: Path,
    sets: tuple[SetDone, ...],
    *,
    pictures: FaultPictures,
    frames: int,
    share: float,
) -> kept.Session:
    from smr_vision.report import write_report  # noqa: PLC0415 - templates, needed once at the end

    notes = [clip.damaged] if clip.damaged else []
    if clip.slowed > 1:
        notes.append(f"slow motion, stretched {clip.slowed:.3g} times by the phone: all times here are those of life")
    session = session_of(
        sets,
        source=kept.Source(
            path=shown(request.clip),
            width=clip.info.width,
            height=clip.info.height,
            duration_s=round(clip.end_s, 3),
            frames=frames,
        ),
        pose_share=share,
        model=request.model_name,
        automatic=request.wishes.move is None,
        tool=request.tool,
        strictness=request.wishes.strictness,
        person=request.person,
        notes=notes,
        complete=clip.damaged is None,
        pictures=pictures.names,
    )
    pictures.keep_only(fault.picture for s in session.sets for fault in s.faults)
    session.write(folder / "session.json")
    write_report([folder / "session.json"], folder / "report.html")
    return session


class _Annotator:
    """Draws over each picture and writes it to the annotated clip."""

    def __init__(self, request: Request, clip: ClipReader, folder: Path) -> None:
        self._overlay = Overlay(clip.info.width, clip.info.height)
        self._cues = CuePlanner()
        self._writer = ClipWriter(folder / "annotated.mp4", clip.info.width, clip.info.height)

    def __enter__(self) -> _Annotator:
        self._writer.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._writer.__exit__(*exc)  # type: ignore[arg-type]

    @property
    def end_s(self) -> float | None:
        return self._writer.end_s

    @end_s.setter
    def end_s(self, seconds: float) -> None:
        self._writer.end_s = seconds

    def write(self, frame: Frame, seen: Seen) -> None:
        """Annotate one picture."""
        image = frame.image.copy()
        cue = self._cues.update(seen.feedback) if seen.feedback is not None else None
        self._overlay.draw(image, seen, cue)
        self._writer.write(Frame(frame.t, image))
