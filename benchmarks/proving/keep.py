"""Keeps films with truth beside them as poses and looks.

    python -m benchmarks.proving.keep FILMS OUT [--models full heavy] [--only PATTERN] [--looks-only]

FILMS holds NAME.mp4 with NAME.json (docs/contract.md); OUT gets NAME.npz. What is kept already is left alone, but
for `--looks-only`: it looks for the tool again, by poses that are kept (the finder has new weights), in whole films or
in those of the pictures looked at (`samples.studio.looks`). A film without truth is kept too, as one in which
nobody rolls.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.proving.kept import LOOK, Kept, Replay, Track, load, numbers_of, save
from smr_vision.body import BodyEstimator
from smr_vision.body.camera_motion import CameraMotion
from smr_vision.body.person_lock import PersonLock
from smr_vision.moves import Move, load_moves
from smr_vision.pipeline.river import CameraMotionSource
from smr_vision.pose import Pose
from smr_vision.pose.clip_poses import posed
from smr_vision.pose.verified import VerifiedPoses
from smr_vision.tool.axis import axis_of, line_of
from smr_vision.tool.detector import RollerDetector
from smr_vision.video import ClipReader, Frame
from smr_vision.video.sampling import look_of


def lines(moves: dict[str, Move]) -> dict[str, tuple[Move, str | None]]:
    """A move and side for each line along which a tool may be looked for."""
    return {line_of(move.segment, side): (move, side) for move in moves.values() for side in move.sides}


def keep(film: Path, models: list[str], before: Kept | None) -> Kept:
    """Look at a film once for each model; by the poses of `before`, where there are some."""
    tracks: dict[str, Track] = {}
    times: list[float] = []
    size = (0, 0)
    for model in models:
        camera_motion = CameraMotion() if before is None else Replay(before, model)
        with ClipReader(film) as reader:
            posed_frames = ((f, pose) for f, pose in _posed(reader, model, before) if pose is not None)
            times, size, tracks[model] = look_at(posed_frames, camera_motion)
    truth = _truth(film, times) if before is None else before.truth
    return Kept(film.stem, truth, np.array(times), size, tracks)


def look_at(
    pictures: Iterable[tuple[Frame, Pose]], camera_motion: CameraMotionSource
) -> tuple[list[float], tuple[int, int], Track]:
    """Look along all segments in pictures with their poses, in order; their times, size, and what is to be kept."""
    times: list[float] = []
    poses, rooms = [], []
    size, looked = (0, 0), -1
    meter, person = BodyEstimator(), PersonLock()
    finder, segments = RollerDetector(), lines(load_moves())
    looks: dict[str, list[np.ndarray]] = {line: [] for line in segments}
    for frame, pose in pictures:
        size = frame.image.shape[1], frame.image.shape[0]
        times.append(frame.t)
        poses.append(pose)
        rooms.append(camera_motion.estimate(frame, pose))
        body = meter.estimate(person.filter(pose), rooms[-1])
        now = look_of(frame.t)
        for line, (move, side) in segments.items():
            if now == looked or body is None:
                looks[line].append(np.full(LOOK, np.nan))
            else:
                axis = axis_of(body, move.segment, side)
                looks[line].append(numbers_of(finder.detect(frame, body, axis, move, side)))
        looked = now
    return (
        times,
        size,
        Track(
            np.array([p.xy for p in poses]),
            np.array([p.world for p in poses]),
            np.array([p.visibility for p in poses]),
            np.array(rooms),
            {line: np.array(some) for line, some in looks.items()},
        ),
    )


def _posed(reader: ClipReader, model: str, before: Kept | None) -> Iterator[tuple[Frame, Pose | None]]:
    if before is None:
        yield from posed(reader, VerifiedPoses(model), 1)  # type: ignore[arg-type]
        return
    poses = {pose.t: pose for pose in before.poses(model)}
    pictures, looks = sum(1 for _ in reader), len({look_of(t) for t in poses})
    if pictures >= len(poses):
        yield from ((frame, poses.get(frame.t)) for frame in reader)
        return
    if pictures != looks:
        raise SystemExit(f"{before.name}: {pictures} pictures for {looks} looks.")
    by_look = groupby(poses.values(), lambda pose: look_of(pose.t))
    for picture, (_, some) in zip(reader, by_look, strict=True):
        yield from ((Frame(pose.t, picture.image), pose) for pose in some)


def _truth(film: Path, times: list[float]) -> dict[str, Any]:
    path = film.with_suffix(".json")
    if path.exists():
        truth: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return {k: v for k, v in truth.items() if k not in ("joints_px", "equipment_px", "tool_px")}
    return nobody_rolls(film.stem, times)


def nobody_rolls(name: str, times: list[float]) -> dict[str, Any]:
    """The truth of pictures in which nobody rolls."""
    unknown = [None] * len(times)
    frames = {"t": times, "knee_L": [], "knee_R": [], "contact": unknown, "on_target": [0] * len(times)}
    return {
        "name": name, "move": "none", "side": None, "negative": True, "camera": {}, "turning_points": [],
        "passes": [], "pass_count": 0, "faults": [], "frames_truth": frames,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("films", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--models", nargs="+", default=["full", "heavy"])
    parser.add_argument("--only", default="*")
    parser.add_argument("--looks-only", action="store_true")
    options = parser.parse_args()
    for film in sorted(options.films.glob("[!.]*.mp4")):
        out = options.out / f"{film.stem}.npz"
        if not fnmatch(film.stem, options.only) or out.exists() != options.looks_only:
            continue
        before = load(out) if options.looks_only else None
        save(keep(film, options.models if before is None else list(before.tracks), before), out)
        print(out.name, flush=True)


if __name__ == "__main__":
    main()
