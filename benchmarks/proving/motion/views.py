"""Random cameras round somebody, as the filming guide allows and 10 degrees beyond, and what they see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.proving.motion.actor import pick
from benchmarks.proving.motion.vectors import Array
from samples.studio.camera import Camera, orbit
from smr_vision.pose import LANDMARKS

# Degrees off the side on which the right side is near, towards the feet (or the wall). Floor moves are filmed from the
# side (`SIDE_ON_DEG`), the chest from the side to obliquely behind, the glute from the side to the front. 10 beyond.
OFF: Final = {
    "thoracic": (-40.0, 40.0),
    "calf": (-40.0, 40.0),
    "glute": (-10.0, 75.0),
    "pec": (-80.0, 10.0),
    "none": (-60.0, 60.0),
}
SIZES: Final = ((640, 480), (854, 480), (640, 360), (1280, 720), (480, 640))
FPS: Final = {10: 0.22, 12: 0.2, 15: 0.28, 20: 0.2, 25: 0.04, 30: 0.05, 60: 0.01}


@dataclass(frozen=True)
class View:
    """A camera and what befalls it: `knock_s` when it is knocked (None: never), by how much (right, down) of the
    distance to the person; `cut`: how much of the person lies outside of the picture."""

    camera: Camera
    azimuth: float
    off: float
    elevation: float
    vfov: float
    fps: int
    knock_s: float | None
    knock: tuple[float, float]
    cut: str


def draw_view(rng: np.random.Generator, move: str, side: str | None, body: Array, seconds: float) -> View:
    """A camera for a body (n, 33, 3): near enough to see it well, far enough to see it whole (mostly)."""
    low, high = OFF[move]
    off = pick(rng, low, high)
    mirrored = side == "L" if side else rng.random() < 0.5
    if side and move in ("calf", "glute") and rng.random() < 0.1:
        mirrored = not mirrored  # the worked side is the far one
    azimuth = 180.0 - off if mirrored else off
    elevation, vfov = pick(rng, 2, 20), pick(rng, 30, 60)
    width, height = SIZES[int(rng.choice(len(SIZES), p=[0.35, 0.25, 0.15, 0.15, 0.1]))]
    if width < height and move not in ("pec", "none"):
        width, height = 640, 480
    low_end, high_end = body.reshape(-1, 3).min(0), body.reshape(-1, 3).max(0)
    target = (low_end + high_end) / 2
    fill, distance = pick(rng, 0.62, 0.92), 3.0
    camera = orbit(azimuth, elevation, distance, target, vfov, width, height, float(rng.normal(0, 1)))
    for _ in range(3):
        seen = camera.project(body[:: max(len(body) // 24, 1)])
        xy = seen[..., :2].reshape(-1, 2)
        span = np.ptp(xy, axis=0) / np.array([width, height])
        distance = float(np.linalg.norm(camera.eye - target)) * float(span.max()) / fill
        shift = (xy.min(0) + xy.max(0)) / 2 - np.array([width, height]) / 2
        right, down, _ = camera.axes
        target = target + (right * shift[0] + down * shift[1]) / camera.focal * float(np.median(seen[..., 2]))
        camera = orbit(azimuth, elevation, max(distance, 1.0), target, vfov, width, height, camera.roll)
    cut = ""
    if rng.random() < 0.05:
        cut = "legs" if rng.random() < 0.6 else "head"
        ends = body[:, [LANDMARKS["left_ankle"], LANDMARKS["right_ankle"]] if cut == "legs" else [0]].mean((0, 1))
        away = (target - ends) * pick(rng, 0.5, 0.9)
        camera = orbit(azimuth, elevation, max(distance, 1.0), target + away, vfov, width, height, camera.roll)
    knock_s = pick(rng, 0.3, 0.8) * seconds if rng.random() < 0.05 else None
    knock = (float(rng.normal(0, 0.05)), float(rng.normal(0, 0.05)))
    fps = int(rng.choice(list(FPS), p=list(FPS.values())))
    return View(camera, azimuth, off, elevation, vfov, fps, knock_s, knock, cut)


def shift_px(view: View, t: Array) -> Array:
    """By how much the knock has moved the picture, (n, 2) px."""
    if view.knock_s is None:
        return np.zeros((len(t), 2))
    share = np.clip((t - view.knock_s) / 0.15, 0, 1)[:, None]
    return np.asarray(share * np.array(view.knock) * view.camera.width)
