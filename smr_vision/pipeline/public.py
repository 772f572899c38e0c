"""The way from pictures to feedback, for programs: pictures in, one `FrameResult` each out, nothing written."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, get_args, runtime_checkable

import numpy as np

from smr_vision.body import Array
from smr_vision.errors import InputError, UsageError, shown
from smr_vision.moves import Move, load_moves, read_move
from smr_vision.pipeline.options import AUTO, PipelineOptions
from smr_vision.pipeline.result import FrameResult
from smr_vision.pipeline.river import PipelineRun, ToolDetector
from smr_vision.pipeline.valid_input import (
    DemandedLooks,
    FrameDemands,
    built_rightly,
    called_rightly,
    demand_choices,
    demand_clip,
    demand_film,
    demand_path,
    demand_seer,
)
from smr_vision.pose import ModelName, Pose, PoseSource
from smr_vision.pose.clip_poses import posed
from smr_vision.pose.verified import VerifiedPoses, verified_pose
from smr_vision.tool.detector import RollerDetector
from smr_vision.video import ClipReader, Frame
from smr_vision.video.letterbox import BarsWatch


@runtime_checkable
class Landmarks(Protocol):
    """Landmarks that come without pictures: frames to go through, and the pose of each."""

    def __iter__(self) -> Iterator[Frame]: ...

    def source(self) -> PoseSource:
        """The pose of each frame."""
        ...


@built_rightly
@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """How to coach; `run` coaches one clip, camera or recording. It never changes: threads may share it.

    Parameters
    ----------
    move : str or Move
        A move by its name (`smr moves list`), one from `load_move`, or "auto" to recognise it.
    side : {"auto", "left", "right"}
        Which side is worked, where the move has sides.
    model : {"lite", "full", "heavy"} or Path
        Pose model; "full" takes two thirds of the time of "heavy". A path names a MediaPipe `.task` file.
    strictness : {"beginner", "standard", "strict"}
        How exact the form has to be; safety checks are never loosened.
    start_at : float, optional
        Where the tool starts along the segment, in its lengths, for when it can't be seen.
    poses : PoseSource or Landmarks, optional
        Landmarks from elsewhere, in the place of MediaPipe. `Landmarks` serve any number of runs, a `PoseSource`
        one at a time.
    finder : ToolDetector, optional
        Finds roller or ball in a picture, in the place of the one that comes along.
    workers : int
        Processes that find poses, for clips from `open_video`. With more than one, a script keeps its own work
        under `if __name__ == "__main__":`.

    Raises
    ------
    UsageError
        When the choices are not known or don't fit together.

    Examples
    --------
    >>> import smr_vision as smr
    >>> results = list(smr.Pipeline(move="thoracic").run(smr.open_video("roll.mp4")))
    >>> max((result.feedback.pass_count for result in results if result.feedback is not None), default=0)
    5
    >>> results[-1].pose.world.shape
    (33, 3)

    Finished sets, with their passes and faults, come from `analyse`.
    """

    move: str | Move = AUTO
    side: str = AUTO
    model: ModelName | Path = "heavy"
    strictness: str = "standard"
    start_at: float | None = None
    poses: PoseSource | Landmarks | None = None
    finder: ToolDetector | None = None
    workers: int = 1

    def __post_init__(self) -> None:
        """Refuse what can't be meant."""
        demand_choices(side=self.side, strictness=self.strictness, start_at=self.start_at, workers=self.workers)
        move = self._named_move
        if self.side != AUTO and move is not None and not move.sided:
            raise UsageError(f"side={self.side!r}: the move {move.id} has no sides. Leave side away.")
        if not isinstance(self.model, Path) and self.model not in get_args(ModelName):
            raise UsageError(f"model={self.model!r}: choose lite, full or heavy, or give the Path of a .task file.")
        if not isinstance(self.poses, Landmarks) or isinstance(self.poses, type):
            demand_seer(self.poses, "poses", "__enter__", "__exit__")
        demand_seer(self.finder, "finder")

    def run(self, video: Iterable[Frame] | Landmarks) -> FrameResults:
        """Coach what `video` shows, one picture after the other.

        Parameters
        ----------
        video : iterable of Frame, or Landmarks
            `open_video(path)`; any frames of your own (a camera, say), their times growing; or landmarks
            that need no pictures (`Landmarks`). In those no tool is seen, so the move has to be named, and the
            tool is assumed.

        Returns
        -------
        iterator of FrameResult
            One for each picture that is measured, worked out when it is asked for: of a clip from `open_video` ten a
            second, or all of one with 15 a second or fewer; of your own frames all. `close()` ends it early.

        Raises
        ------
        UsageError
            When `video` holds no frames, or a frame or pose is not of the shape it should be.
        InputError
            While iterating, when the clip can't be read on.
        ModelError, DeviceError
            While iterating, when the pose model is missing or does not run here.
        """
        if isinstance(video, str | bytes | Path):
            raise UsageError("run() takes frames, not a path. Give it smr.open_video(path).")
        demand_film(video, "run() takes smr.open_video(path), smr.Frame one after another")
        if (bare := isinstance(video, Landmarks)) and self._named_move is None:
            raise UsageError("No roller can be seen in landmarks alone: name the move, as in move='calf'.")
        own = None if self.finder is None else DemandedLooks(self.finder.detect)
        finder = own or (None if bare else RollerDetector())
        return FrameResults(PipelineRun(self.options, finder, _StillCamera() if bare else None), self._posed(video))

    @property
    def options(self) -> PipelineOptions:
        """What is asked of the coach, as the rest of the program says it."""
        move = self._named_move
        known = _moves()
        return PipelineOptions(
            moves=known if move is None else {**known, move.id: move},
            move=None if move is None else move.id,
            side="left" if self.side == "left" else "right" if self.side == "right" else None,
            start_at=self.start_at,
            strictness=self.strictness,
        )

    @property
    def pose_source(self) -> PoseSource | None:
        """Where the landmarks come from; None: MediaPipe."""
        return self.poses.source() if isinstance(self.poses, Landmarks) else self.poses

    @property
    def _named_move(self) -> Move | None:
        if isinstance(self.move, Move):
            return self.move
        if self.move == AUTO:
            return None
        known = _moves()
        name = str(self.move)
        if name.endswith(".toml"):
            raise UsageError(f"move={name!r}: a move file has to be read first. Give smr.load_move({name!r}).")
        if name not in known:
            raise UsageError(f"move={self.move!r}: there is no such move. Choose {AUTO} or one of: {', '.join(known)}.")
        return known[name]

    def _posed(self, video: Iterable[Frame] | Landmarks) -> Iterator[tuple[Frame, Pose | None]]:
        source = video.source() if isinstance(video, Landmarks) else self.pose_source
        if source is None and isinstance(video, ClipReader):
            yield from posed(video, VerifiedPoses(self.model), self.workers, pictures=not video.thin)
            return
        with source or verified_pose(self.model) as poses:
            demands, bars = FrameDemands(), BarsWatch()
            for given in video:
                frame = demands.frame(given)
                frame = bars.advance(frame) if source is None and type(frame) is Frame else frame
                yield frame, demands.pose(poses.detect(frame), frame)


class FrameResults(Iterator[FrameResult]):
    """One clip, camera or recording on its way through the pipeline."""

    def __init__(self, pipeline: PipelineRun, posed_frames: Iterator[tuple[Frame, Pose | None]]) -> None:
        self.pipeline = pipeline
        self.frames = self.measured = self.found = 0  # pictures so far, those measured, and those with somebody
        self.last_s = 0.0
        self._closed = False
        self._steps = self._step(posed_frames)

    def __next__(self) -> FrameResult:
        """Take the next picture; UsageError after `close()`."""
        if self._closed:
            raise UsageError("This run was closed. Leave the loop after close(), or call run() again.")
        return next(self._steps)

    def close(self) -> None:
        """End it, and let go of the pose model; may be called twice."""
        self._closed = True
        self._steps.close()

    def _step(self, posed_frames: Iterator[tuple[Frame, Pose | None]]) -> Generator[FrameResult]:
        try:
            for frame, pose in posed_frames:
                self.frames, self.last_s = self.frames + 1, frame.t
                if pose is None:
                    continue
                result = self.pipeline.advance(frame, pose)
                self.measured, self.found = self.measured + 1, self.found + int(pose.found)
                yield result
        finally:
            if isinstance(posed_frames, Generator):
                posed_frames.close()


@called_rightly
def open_video(path: str | Path) -> ClipReader:
    """Open a clip.

    Parameters
    ----------
    path : str or Path
        Any file that FFmpeg reads.

    Returns
    -------
    ClipReader
        To be iterated once, giving a `Frame` for each picture: `t` in seconds after the first, by the file's own
        timestamps; `image` uint8 (height, width, 3), RGB, upright, square pixels. A context manager.
        `info` has `width`, `height` (pixels), `duration_s`, `fps`.

    Raises
    ------
    InputError
        When there is no such file, or it can't be read as a clip.
    """
    return ClipReader(demand_clip(path))


@called_rightly
def load_move(path: str | Path) -> Move:
    """Read a move file.

    Parameters
    ----------
    path : str or Path
        A `.toml` file (see docs/moves.md).

    Returns
    -------
    Move
        To be given as `move=`.

    Raises
    ------
    InputError
        When the file can't be read.
    UsageError
        When it is no move: the message names the key and what is allowed. Or when it names one that comes along.

    Examples
    --------
    >>> import smr_vision as smr
    >>> smr.load_move("adductors.toml").title
    'Inner thigh'
    """
    path = demand_path(path, "A move file")
    try:
        with path.open("rb"):
            pass
    except OSError as e:
        if str(path) in _moves():
            raise UsageError(f"{path} comes along: it goes by its name, as in move={str(path)!r}.") from e
        raise InputError(f"{shown(path)}: can't be read ({e.strerror}). Name a move file.") from e
    return read_move(path)


@lru_cache(maxsize=1)
def _moves() -> Mapping[str, Move]:
    return MappingProxyType(load_moves())


class _StillCamera:
    """The room in landmarks without pictures: it does not move."""

    def estimate(self, frame: Frame, pose: Pose) -> Array:
        del frame, pose
        return np.zeros(2)
