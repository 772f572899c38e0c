"""A clip coached again by the poses and sights of an earlier analysis (`--reuse-poses`)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from smr_vision.analysis.keep import FORMAT, RECORD, detection_of
from smr_vision.body import Array, Body
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

NAME: Final = "poses.npz"
_ENDS: Final = 1 << 16  # bytes of a clip's or model's beginning and end by which it is known again
_LONGEST: Final = 300  # letters of a note
_MOST: Final = 1e6  # no pixel, metre or second of a clip is beyond

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
        except _Unfit as e:
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


def read_kept(path: Path) -> tuple[Array, Array, Array, Array]:
    """Times (n,), pixels (n, 33, 2), world landmarks (n, 33, 3) and visibility (n, 33) of the person who was coached,
    from `poses.npz`; NaN where it was nobody or somebody else. InputError where it is missing or no such file."""
    if not path.is_file():
        raise InputError(f"{shown(path)}: no poses are kept there. Analyse the clip again.")
    try:
        records, _, _, told = _read(path)
    except _Unfit as e:
        raise InputError(f"{shown(path)} {e}. Analyse the clip again.") from e
    if told.get("format") != FORMAT or not len(records):
        raise InputError(f"{shown(path)} was written by another version of smr. Analyse the clip again.")
    other = ~records["watched"]
    xy, world, visibility = (records[name].astype(np.float64) for name in ("xy", "world", "visibility"))
    xy[other], world[other], visibility[other] = np.nan, np.nan, 0.0
    return records["t"].astype(np.float64), xy, world, visibility


class _Unfit(Exception):  # noqa: N818 - no error by itself: another file may fit
    """Says in words why kept poses can't be used."""


class KeptPoses:
    """The poses, the room and the sights of a clip, by the times of its pictures; stands in for whoever finds them."""

    def __init__(self, path: Path, wanted: Provenance) -> None:
        self._records, self._times, self._lines, self.provenance = _read(path)
        for key, what in (
            ("format", "was written by another version of smr"),
            ("clip", "is of another clip"),
            ("model", f"was made with the model {self.provenance.get('model')}, not {wanted['model']}"),
            ("models", "was made by other weights of the models than this version of smr has"),
        ):
            if self.provenance.get(key) != wanted[key]:
                raise _Unfit(what)
        self._rows = {float(t): row for row, t in enumerate(self._records["t"])}
        self._passed_over = set(self._times.tolist()) - self._rows.keys()
        self._finder: RollerDetector | None = None

    @property
    def end_s(self) -> float:
        """When the last picture leaves the screen, seconds."""
        return float(self.provenance["end_s"])

    @property
    def damaged(self) -> str | None:
        """What of the clip was lost, in words."""
        return None if self.provenance["damaged"] is None else str(self.provenance["damaged"])

    @property
    def slowed(self) -> float:
        """How many times the phone stretched the clip's time."""
        return float(self.provenance["slowed"])

    @property
    def assumed(self) -> tuple[str, ...]:
        """What was made of whiles without a picture, in words."""
        said = self.provenance.get("assumed", [])
        return tuple(str(line)[:_LONGEST] for line in said[:3]) if isinstance(said, list) else ()

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


def _read(path: Path) -> tuple[Any, Any, list[str], dict[str, Any]]:
    """The records, the times of all pictures, the lines looked along and what the file says of itself; it may come from
    anyone."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            if "about" not in data.files:
                raise _Unfit("was written by another version of smr")
            records, lines = data["records"], [str(line) for line in data["looked"]]
            told = json.loads(str(data["about"]))
            times = data["times"] if "times" in data.files else records["t"]
    except _Unfit:
        raise
    except Exception as e:  # what numpy and zipfile raise at a damaged file is nowhere written
        raise _Unfit("is damaged") from e
    if not isinstance(told, dict) or (told.get("format") == FORMAT and not _sound(records, times, lines, told)):
        raise _Unfit("is damaged")
    return records, times, lines, told


def _sound(records: Any, times: Any, lines: list[str], told: dict[str, Any]) -> bool:
    """Whether kept poses can be what this program kept: their kind, their times, and no number beyond reason."""
    if records.dtype != RECORD or records.ndim != 1 or not len(records):
        return False
    if times.dtype != np.float64 or times.ndim != 1 or not np.isin(records["t"], times).all():
        return False
    if not {"damaged", "end_s", "slowed"} <= told.keys():
        return False
    if any(not isinstance(told[k], int | float) or not 0 <= told[k] < _MOST for k in ("end_s", "slowed")):
        return False
    numbers = [records[name].reshape(len(records), -1) for name in ("xy", "world", "visibility", "room", "sight")]
    xy, world, visibility, camera_motion, detection = (
        np.where(np.abs(n) < _MOST, n, np.where(np.isnan(n), n, np.inf)) for n in numbers
    )
    someone = np.isfinite(xy).all(axis=1) & np.isfinite(world).all(axis=1)
    nobody = np.isnan(xy).all(axis=1) & np.isnan(world).all(axis=1)
    unseen = np.isnan(detection[:, 0])
    return bool(
        (someone | nobody).all()
        and ((visibility >= 0) & (visibility <= 1)).all()
        and np.isfinite(camera_motion).all()
        and (unseen | np.isfinite(np.delete(detection, (3, 4), axis=1)).all(axis=1)).all()
        and not np.isinf(detection).any()
        and (np.isnan(records["chance"]) | ((records["chance"] >= 0) & (records["chance"] <= 1))).all()
        and all(np.isfinite(t).all() and (np.diff(t, prepend=-1.0) > 0).all() for t in (records["t"], times))
        and ((records["looked"] >= -1) & (records["looked"] < len(lines))).all()
    )
