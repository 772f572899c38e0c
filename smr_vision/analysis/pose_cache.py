"""A clip coached again by the poses and sights of an earlier analysis (`--reuse-poses`)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from smr_vision.analysis.poses_file import FORMAT, NAME, ClipAccount, UnfitError, detection_of, read_records
from smr_vision.body import Array, Body
from smr_vision.body.picture_change import Change
from smr_vision.errors import InputError, shown
from smr_vision.moves import Move
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pose import ModelName, Pose, model_path
from smr_vision.runtime.machine import bundled_model
from smr_vision.tool import DetectorResult
from smr_vision.tool.axis import SegmentAxis, line_of
from smr_vision.tool.detector import MODEL, RollerDetector
from smr_vision.video import ClipReader, Frame
from smr_vision.video.lazy import LaterFrame, Pictures
from smr_vision.video.parts import NotByPartsError

_ENDS: Final = 1 << 16  # bytes of a clip's or model's beginning and end by which it is known again

Provenance = Mapping[str, object]


def provenance(clip: ClipReader, model: ModelName | Path) -> dict[str, object]:
    """What poses depend on: the clip, the pose model, the tool finder. Compared before they are used again."""
    info = clip.info
    bundle = model if isinstance(model, Path) else model_path(model)
    return {
        "clip": [_fingerprint(info.path), info.width, info.height, info.duration_s],
        "model": model if isinstance(model, str) else model.name,
        "models": [_fingerprint(bundle), _fingerprint(bundled_model(MODEL, "roller finder"))],
        "format": FORMAT,
    }


def identity_of(clip: ClipReader, model: str, options: PipelineOptions) -> str:
    """What the results of one analysis bear, so that they are known to belong together: made of the clip and of what
    was asked about it. Who asks the same again gets the same results."""
    asked = [options.move, options.side, options.start_at, options.strictness, model, FORMAT]
    moves = [move.model_dump_json() for _, move in sorted(options.moves.items())]
    told = json.dumps([_fingerprint(clip.info.path), asked, moves])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _fingerprint(path: Path) -> str:
    """A clip or a model by its size, its first and its last bytes."""
    size = path.stat().st_size
    mark = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        mark.update(file.read(_ENDS))
        file.seek(max(size - _ENDS, 0))
        mark.update(file.read(_ENDS))
    return mark.hexdigest()[:24]


def find_kept(out: Path, clip: ClipReader, model: ModelName | Path) -> KeptPoses:
    """The newest poses of `clip` in the results in `out`; InputError in one line when there are none that fit."""
    stem = clip.info.path.stem
    name = re.compile(re.escape(stem) + r"(?:-(\d+))?")
    numbered = [(int(m[1] or 1), f / NAME) for f in _folders(out) if (m := name.fullmatch(f.name))]
    paths = [path for _, path in sorted(numbered, reverse=True) if path.is_file()]
    again = "Analyse it once without --reuse-poses."
    if not paths:
        raise InputError(f"{shown(clip.info.path)}: no poses are kept in {shown(out / stem)}. {again}")
    wanted = provenance(clip, model)
    wrong = []
    for path in paths:
        try:
            kept = KeptPoses(path, wanted)
        except UnfitError as e:
            wrong.append(f"{shown(path)} {e}.")
            continue
        if kept.provenance.get("reading") == "in order" != clip.reading:
            raise NotByPartsError(f"{shown(clip.info.path)} was read in order before")
        return kept
    raise InputError(f"{wrong[0]} {again}")


def _folders(out: Path) -> list[Path]:
    try:
        return [path for path in out.iterdir() if path.is_dir()]
    except OSError:
        return []


class KeptPoses:
    """The poses, the room and the sights of a clip, by the times of its pictures; stands in for whoever finds them."""

    def __init__(self, path: Path, wanted: Provenance) -> None:
        self._records, self._times, self._lines, self.provenance = read_records(path)
        for key, what in (
            ("format", "was written by another version of smr"),
            ("clip", "is of another clip"),
            ("model", f"was made with the model {self.provenance.get('model')}, not {wanted['model']}"),
            ("models", "was made by other weights of the models than this version of smr has"),
        ):
            if self.provenance.get(key) != wanted[key]:
                raise UnfitError(what)
        self._rows = {float(t): row for row, t in enumerate(self._records["t"])}
        self._passed_over = set(self._times.tolist()) - self._rows.keys()
        self._finder: RollerDetector | None = None

    @property
    def account(self) -> ClipAccount:
        """What was to be said of the clip when it was read."""
        return ClipAccount.kept(self.provenance)

    def posed(self, clip: ClipReader, pictures: Pictures, *, decoded: bool) -> Iterator[tuple[Frame, Pose | None]]:
        """Frames with their poses, None: between two measured; all `decoded`, or each when it is looked at."""
        frames = clip if decoded else (LaterFrame(t, pictures) for t in self._times.tolist())
        for frame in frames:
            yield frame, None if frame.t in self._passed_over else self._pose(self._row(frame.t))

    def estimate(self, frame: Frame, pose: Pose) -> Array:
        """Where the room has moved, (2,) pixels."""
        del pose
        camera_motion: Array = self._records["room"][self._row(frame.t)].copy()
        return camera_motion

    def compare(self, frame: Frame, pose: Pose, camera_motion: Array) -> Change | None:
        """How far the picture was another one than the one before."""
        del pose, camera_motion
        shares = self._records["change"][self._row(frame.t)]
        return None if np.isnan(shares[0]) else Change(*(float(v) for v in shares))

    def detect(
        self, frame: Frame, body: Body, axis: SegmentAxis, move: Move, side: str | None
    ) -> DetectorResult | None:
        """What the finder saw; it looks again where it did not look along this segment."""
        row = self._row(frame.t)
        looked = int(self._records["looked"][row])
        if looked >= 0 and self._lines[looked] == line_of(move.segment, side):
            chance = float(self._records["chance"][row])
            return None if np.isnan(chance) else DetectorResult(detection_of(self._records["sight"][row]), axis, chance)
        if self._finder is None:
            self._finder = RollerDetector()
        return self._finder.detect(frame, body, axis, move, side)

    def _row(self, t: float) -> int:
        try:
            return self._rows[t]
        except KeyError:
            raise InputError(
                f"The kept poses have none at {t:.3f} s: the clip is not what it was. Analyse it without --reuse-poses."
            ) from None

    def _pose(self, row: int) -> Pose:
        record = self._records[row]
        xy, world, visibility = (record[k].astype(np.float64) for k in ("xy", "world", "visibility"))
        return Pose(float(record["t"]), xy, world, visibility)
