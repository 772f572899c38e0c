"""Kept clips beside what was acted in them: measured and true joints, moment by moment. Needs the studio's extra."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.proving.kept import Kept, load
from benchmarks.proving.motion.errors import JOINTS, canonical
from benchmarks.proving.motion.vectors import Array
from samples.studio.body import JOINTS as RIG
from samples.studio.film import Performance, scene_camera
from samples.studio.proving import factors_of, scene_of
from samples.studio.scene import SCENES, SceneSpec, load_scene
from smr_vision.pose import LANDMARKS

EVERY: Final = 2  # pictures: every second one is enough
KNOWN: Final = {"full", "heavy"}


@dataclass(frozen=True, eq=False)
class Clip:
    """A clip by one model: (n, 12, 2) trunk lengths and (n, 12, 3) metres, measured and true, in the canonical view."""

    name: str
    move: str
    model: str
    off: float
    step_s: float
    flat: Array
    true_flat: Array
    world: Array
    true_world: Array
    visibility: Array
    contact: Array
    height: float


def scene_for(kept: Kept) -> SceneSpec | None:
    """The scene of a clip of the studio's."""
    if kept.name.startswith("prove_"):
        number = int(kept.name.removeprefix("prove_"))
        return None if number % 2 else scene_of(number, factors_of(number))
    path = SCENES / f"{kept.name}.toml"
    return load_scene(path) if path.exists() else None


def read(paths: list[Path]) -> Iterator[Clip]:
    """All clips by all models."""
    for path in paths:
        kept = load(path)
        scene = scene_for(kept)
        if scene is not None and not scene.no_tool:  # a move mimed is errors of neither that move nor none
            yield from clips_of(kept, scene)
            print(path.stem, flush=True)


def clips_of(kept: Kept, scene: SceneSpec) -> Iterator[Clip]:
    """One clip by each model that looked at it."""
    acted = Performance(scene)
    rows = np.arange(0, len(kept.t), EVERY)
    frames = [acted.frame(float(kept.t[k])) for k in rows]
    joints = np.stack([f.pose.joints for f in frames])
    cameras = [scene_camera(scene, acted.sway, float(kept.t[k])) for k in rows]
    pixels = np.stack([c.project(j)[:, :2] for c, j in zip(cameras, joints, strict=True)])
    axes = np.stack([np.stack(c.axes) for c in cameras])
    middle = joints[:, [names().index(("hip", s)) for s in "LR"]].mean(1, keepdims=True)
    deep = np.einsum("nij,nkj->nki", axes, joints - middle)
    order = [names().index((j, s)) for s in "LR" for j in JOINTS]
    truth = kept.truth
    contact = np.array([np.nan if c is None else c for c in truth["frames_truth"]["contact"]], np.float64)[rows]
    trunk = np.median(np.linalg.norm(np.diff(_middles(pixels[:, order]), axis=1)[:, 0], axis=1))
    for model in set(kept.tracks) & KNOWN:
        track = kept.tracks[model]
        of = [LANDMARKS[f"{s}_{j}"] for s in ("left", "right") for j in JOINTS]
        flat, world = track.xy[rows][:, of] / trunk, track.world[rows][:, of]
        flip, off = canonical(scene.camera.azimuth)
        yield Clip(
            kept.name, str(truth["move"]), model, off, float(np.median(np.diff(kept.t[rows]))), _turned(flat, flip),
            _turned(pixels[:, order] / trunk, flip), _turned(world, flip), _turned(deep[:, order], flip),
            _swapped(track.visibility[rows], flip), contact, acted.shape.height,
        )  # fmt: skip


def names() -> list[tuple[str, str]]:
    """Joint and side of the studio's joints, in its order."""
    return [(name.split("_")[0], name.split("_")[1]) for name in RIG]


def _middles(joints: Array) -> Array:
    """Middles of shoulders and hips, (n, 2, 2)."""
    k = len(JOINTS)
    s, h = JOINTS.index("shoulder"), JOINTS.index("hip")
    return np.stack([(joints[:, s] + joints[:, k + s]) / 2, (joints[:, h] + joints[:, k + h]) / 2], 1)


def _turned(joints: Array, flip: bool) -> Array:
    """In the canonical view, in which the right side is near."""
    if not flip:
        return joints
    k = len(JOINTS)
    out = np.concatenate([joints[:, k:], joints[:, :k]], 1)
    out[..., 0] *= -1
    return out


def _swapped(visibility: Array, flip: bool) -> Array:
    order = list(range(len(LANDMARKS)))
    if flip:
        order = [LANDMARKS[n.replace("left", "-").replace("right", "left").replace("-", "right")] for n in LANDMARKS]
    return visibility[:, order]
