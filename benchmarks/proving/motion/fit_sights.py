"""Fits what the roller finder says: its kept looks along every line of rendered clips, against the studio's truth.

python -m benchmarks.proving.motion.fit_sights KEPT ... [--out sights.json]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.proving.kept import Kept, load
from benchmarks.proving.motion.acted import KNOWN, scene_for
from benchmarks.proving.motion.errors import canonical
from benchmarks.proving.motion.fit import spread_out
from benchmarks.proving.motion.sights import on_tool, role_of
from benchmarks.proving.motion.vectors import Array, unit
from samples.studio.camera import Camera
from samples.studio.film import Frame, Performance, scene_camera
from samples.studio.scene import SceneSpec

LEAST: Final = 4  # sights from which something can be said of places


def line_truth(line: str, frame: Frame) -> tuple[Array, Array]:
    """Zero (3,) and unit (3,) of a line, metres."""
    pose = frame.pose

    def joint(name: str) -> Array:
        if name.startswith("mid_"):
            base = name.removeprefix("mid_").removesuffix("s")
            return (pose.joint(f"{base}_L") + pose.joint(f"{base}_R")) / 2
        side, base = name.split("_")
        return pose.joint(f"{base}_{side[0].upper()}")

    kind, start, end = line.split()[:3]
    zero = joint(start)
    if kind == "between":
        return zero, joint(end) - zero
    if kind == "floor":
        ahead = (joint(end) - zero) * [1, 1, 0]
        return zero, unit(ahead) * float(pose.shape.lengths["pelvis_width"])
    aside = (pose.joint("shoulder_L") - pose.joint("shoulder_R")) * [1, 1, 0] * (1 if "left" in end else -1)
    return zero, unit(aside) * float(pose.shape.lengths["shoulder_half_width"])


def examples_of(kept: Kept, scene: SceneSpec) -> list[dict[str, Any]]:
    """One clip by each model."""
    acted = Performance(scene)
    out = []
    frames: dict[int, Frame] = {}
    for model in sorted(set(kept.tracks) & KNOWN):
        track = kept.tracks[model]
        rows = np.flatnonzero(np.any([np.isfinite(n[:, 15]) for n in track.looks.values()], axis=0)).tolist()
        for row in rows:
            if row not in frames:
                frames[row] = acted.frame(float(kept.t[row]))
        of = [frames[row] for row in rows]
        cameras = [scene_camera(scene, acted.sway, f.t) for f in of]
        numbers = {name: looks[rows] for name, looks in track.looks.items()}
        flip, off = canonical(scene.camera.azimuth)
        lines, tool = _looks(kept, numbers, of, cameras, flip)
        about = {"name": kept.name, "move": kept.truth["move"], "model": model, "off": round(off, 1)}
        out.append({**about, "in_picture": not scene.no_tool, "tool": tool, "lines": lines})
    return out


def _looks(
    kept: Kept, looks: Mapping[str, Array], frames: list[Frame], cameras: list[Camera], flip: bool
) -> tuple[dict[str, list[float]], list[float]]:
    """Figures of each line by role, and of the tool."""
    move, side = kept.truth["move"], kept.truth["side"]
    contact = np.array([np.nan if f.contact is None or move == "none" else f.contact for f in frames])
    lines = {}
    tool = [0.0] * 10
    for name, numbers in looks.items():
        ends = [line_truth(name, f) for f in frames]
        true = np.array([np.linalg.norm(np.diff(c.project(np.stack([z, z + u]))[:, :2], axis=0)) for c, (z, u) in
                         zip(cameras, ends, strict=True)])  # fmt: skip
        mine = on_tool(name, move, side)
        looked = np.isfinite(numbers[:, 15]) & (np.isfinite(contact) | (move == "none"))
        lines[role_of(name, side, flip)] = _line(numbers[looked], contact[looked], true[looked], mine=mine)
        if mine and ("mid" in name or move == "calf"):
            tool = _tool(numbers, frames, cameras, flip)
    return lines, tool


def _line(numbers: Array, contact: Array, true: Array, *, mine: bool) -> list[float]:
    """`sights.Line` of looks (m, LOOK) with contacts, true lengths of the segment (m,); `mine`: the tool is on it."""
    if not len(numbers):
        return [-4.5, 0.4, 0.5, 0.0, 0.1, 0.05, -2.3, 0.3, 1.0]
    chance = np.clip(numbers[:, 15], 0.002, 0.998)
    logit = np.log(chance / (1 - chance))
    length = float(np.median(np.hypot(numbers[:, 13], numbers[:, 14]) / np.maximum(true, 1)))
    seen = np.isfinite(numbers[:, 7])
    bias, gain, wander, jitter, spread, spread_sd = 0.5, 0.0, 0.1, 0.05, -2.3, 0.3
    if seen.sum() >= LEAST:
        middle = float(np.nanmean(contact)) if np.isfinite(contact).any() else 0.0
        along, c = numbers[seen, 7], np.nan_to_num(contact[seen] - middle)
        gain = float((c * (along - along.mean())).sum() / ((c**2).sum() + 0.02))
        rest = along - gain * c
        bias = float(np.median(rest)) - (middle if mine else 0.0)
        jitter = float(np.std(np.diff(rest, 2)) / np.sqrt(6)) if seen.sum() > LEAST else 0.02
        wander = float(np.sqrt(max(rest.var() - jitter**2, 0.0)))
        logs = np.log(numbers[seen, 8])
        spread, spread_sd = float(logs.mean()), float(logs.std())
    figures = (logit.mean(), logit.std(), bias, gain, wander, jitter, spread, spread_sd, length)
    return [round(float(v), 4) for v in figures]


def _tool(numbers: Array, frames: list[Frame], cameras: list[Camera], flip: bool) -> list[float]:
    """How far off near end, middle and radius are: 5 means, 5 spreads."""
    off = []
    for row, frame, camera in zip(numbers, frames, cameras, strict=True):
        if np.isnan(row[3]):
            continue
        ends = sorted(frame.tool.ends, key=lambda p: float(np.linalg.norm(p - camera.eye)))
        near, middle = (camera.project(p) for p in (ends[0], frame.tool.centre))
        trunk = np.diff(camera.project(np.stack([frame.pose.mid_shoulder, frame.pose.mid_hip]))[:, :2], axis=0)
        size = float(np.linalg.norm(trunk))
        radius = camera.focal * frame.tool.tool.radius / near[2]
        x = -1.0 if flip else 1.0
        found = (row[:2] + row[3:5]) / 2
        off.append([*((row[:2] - near[:2]) / size * [x, 1]), *((found - middle[:2]) / size * [x, 1]),
                    np.log(max(row[2], 1e-3) / radius)])  # fmt: skip
    if len(off) < LEAST:
        return [0.0] * 10
    values = np.array(off)
    return [round(float(v), 4) for v in (*np.median(values, axis=0), *values.std(axis=0))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kept", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("sights.json"))
    options = parser.parse_args()
    examples = []
    for path in [p for folder in options.kept for p in sorted(folder.glob("*.npz"))]:
        kept = load(path)
        scene = scene_for(kept)
        if scene is not None:
            examples += examples_of(kept, scene)
            print(path.stem, flush=True)
    data = {
        "from": "benchmarks.proving.motion.fit_sights on the studio's samples and the dev part of its random clips",
        "line": "chance (logit), its spread, bias, gain, wander, jitter, spread (log), its spread, length",
        "examples": spread_out(examples),
    }
    options.out.write_text(json.dumps(data, separators=(",", ":")) + "\n")
    for e in examples:
        own = {k: v for k, v in e["lines"].items() if v[2] != 0.5 and v[0] > 0}
        print(e["name"], e["model"], e["move"], "tool", e["tool"], own)


if __name__ == "__main__":
    main()
