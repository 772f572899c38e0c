"""Render the sample clips: `python -m samples.studio [NAME ...] [--out DIR] [--short]`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from .film import OVERSAMPLE, Film, Frame, Reel
from .scene import SCENES, SceneSpec, all_scenes, load_scene
from .truth import build_truth

DEFAULT_OUT = Path(__file__).parent.parent / "videos"
SHORT_S = 2.0  # seconds of each clip that --short renders
SHORT_SCENES = ("thoracic_good", "calf_good", "glute_good", "pectoral_good")
_SHEET_COLUMNS, _SHEET_WIDTH = 4, 400


def render(scene: SceneSpec, out: Path, short: bool, oversample: float = OVERSAMPLE) -> Path:
    """Write `<name>.mp4` and `<name>.json` for one scene; returns the clip's path."""
    cv2.setNumThreads(1)  # the workers share the machine
    began = time.perf_counter()
    film = Film(scene, oversample)
    line = film.performance.timeline
    first = 0.0
    count = round(line.duration * scene.fps)
    if short:  # from a little before the rolling begins
        first = max(0.0, (line.sweeps[0].start if line.sweeps else 0.0) - 0.5)
        count = round(min(SHORT_S, line.duration - first) * scene.fps)
    frames: list[Frame] = []
    cameras, visible = [], []
    partial = out / f".{scene.name}.mp4"
    with Reel(partial, scene.fps, scene.resolution, scene.crf) as reel:
        for k in range(count):
            frame = film.performance.frame(first + k / scene.fps)
            rgb, seen = film.draw(frame)
            reel.write(rgb)
            frames.append(frame)
            cameras.append(film.camera(frame.t))
            visible.append(seen)
    partial.replace(out / f"{scene.name}.mp4")
    truth = build_truth(film.performance, frames, cameras, visible)
    (out / f"{scene.name}.json").write_text(json.dumps(truth, separators=(",", ":")) + "\n")
    print(f"{scene.name}: {count} frames in {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return out / f"{scene.name}.mp4"


def contact_sheet(clips: list[Path], out: Path) -> None:
    """One picture with a frame from the middle of every clip, named."""
    tiles = []
    for clip in clips:
        reader = cv2.VideoCapture(str(clip))
        reader.set(cv2.CAP_PROP_POS_FRAMES, int(reader.get(cv2.CAP_PROP_FRAME_COUNT) * 0.55))
        ok, image = reader.read()
        reader.release()
        if not ok:
            raise OSError(f"cannot read {clip} back")
        height = _SHEET_WIDTH * 3 // 4
        scale = min(_SHEET_WIDTH / image.shape[1], height / image.shape[0])
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        tile = np.full((height + 24, _SHEET_WIDTH, 3), 245, np.uint8)
        top, left = (height - small.shape[0]) // 2, (_SHEET_WIDTH - small.shape[1]) // 2
        tile[top : top + small.shape[0], left : left + small.shape[1]] = small
        cv2.putText(tile, clip.stem, (8, height + 17), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (30, 30, 30), 1, cv2.LINE_AA)
        tiles.append(tile)
    while len(tiles) % _SHEET_COLUMNS:
        tiles.append(np.full_like(tiles[0], 245))
    rows = [np.hstack(tiles[k : k + _SHEET_COLUMNS]) for k in range(0, len(tiles), _SHEET_COLUMNS)]
    cv2.imwrite(str(out), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 85])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m samples.studio", description=__doc__)
    parser.add_argument("names", nargs="*", help="scenes to render (default: all)")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT)
    parser.add_argument(
        "--short",
        action="store_true",
        help=f"only {SHORT_S:g} s of each of {len(SHORT_SCENES)} moves, to try the studio",
    )
    parser.add_argument("--workers", type=int, default=2, help="processes")
    args = parser.parse_args()
    chosen = args.names or (list(SHORT_SCENES) if args.short else [s.name for s in all_scenes()])
    missing = [n for n in chosen if not (SCENES / f"{n}.toml").exists()]
    if missing:
        parser.error(f"no scene {missing[0]!r} in {SCENES}")
    args.out.mkdir(parents=True, exist_ok=True)
    scenes = [load_scene(SCENES / f"{n}.toml") for n in chosen]
    with ProcessPoolExecutor(max_workers=args.workers) as pool:
        clips = list(pool.map(render, scenes, [args.out] * len(scenes), [args.short] * len(scenes)))
    if not args.names:
        contact_sheet(clips, args.out / "contact_sheet.jpg")


if __name__ == "__main__":
    main()
