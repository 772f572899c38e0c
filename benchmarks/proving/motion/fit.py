"""Fits the error model: what pose models and the finder make of rendered clips whose joints are known in 3-D.

    python -m benchmarks.proving.motion.fit KEPT ... [--out errors.json]

KEPT are folders of clips that were kept as poses and looks (`benchmarks.proving.keep`) and whose scenes the studio
knows: its samples and the dev part of its random clips. Each clip and model becomes one `Example` (`errors.py`): by how
much each joint is off in the mean, how that goes with the rolling, how it wanders and jitters. Needs the studio's
extra.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.proving.motion.acted import Clip, read
from benchmarks.proving.motion.errors import AXES, JOINTS
from benchmarks.proving.motion.vectors import Array

WANDERS: Final = 3  # ways in which a clip's errors wander together that are kept
RIDGE: Final = 0.3  # of the regressions on the view, in squares of what is regressed on
MOST: Final = 10  # examples of a move and model
CROSSED: Final = 0.6  # left and right are swapped where that brings them so much nearer to the truth,
APART: Final = 0.12  # trunk lengths, and are this far apart
SMOOTH_S: Final = 0.35  # slower than this is wander, faster jitter


def scale_of(clip: Clip) -> float:
    """World landmarks over true metres, in the plane of the picture."""
    a, b = clip.world[..., :2], clip.true_world[..., :2]
    good = np.isfinite(a).all(axis=(1, 2))
    return float((a[good] * b[good]).sum() / (b[good] ** 2).sum())


def depth_gains(clips: list[Clip]) -> list[float]:
    """Of each joint (left, right canonical): how much of true depth the pose model shows, over clips of one move."""
    gains = []
    for j in range(2 * len(JOINTS)):
        x, y = [], []
        for move in {c.move for c in clips}:
            of = [c for c in clips if c.move == move]
            true = np.array([np.nanmean(c.true_world[:, j, 2]) / c.height for c in of])
            seen = np.array([np.nanmean(c.world[:, j, 2]) / scale_of(c) / c.height for c in of])
            x.append(true - true.mean())
            y.append(seen - seen.mean())
        xs, ys = np.concatenate(x), np.concatenate(y)
        gains.append(float(np.clip((xs * ys).sum() / ((xs**2).sum() + 1e-4), 0.0, 1.3)))
    return gains


def put_right(clip: Clip) -> tuple[Clip, list[float]]:
    """The clip with left and right where they belong, and how often they were not: of the legs alone, then of the whole
    body, each the share of the pictures and events a minute."""
    k = len(JOINTS)
    flat, world, counts = clip.flat.copy(), clip.world.copy(), []
    minutes = len(flat) * clip.step_s / 60
    for part in (("shoulder", "hip"), ("knee", "ankle")):  # the trunk tells of the whole body
        left = [JOINTS.index(j) for j in part]
        right = [k + j for j in left]
        own = np.linalg.norm(flat[:, left + right] - clip.true_flat[:, left + right], axis=2).mean(1)
        crossed = np.linalg.norm(flat[:, left + right] - clip.true_flat[:, right + left], axis=2).mean(1)
        apart = np.linalg.norm(clip.true_flat[:, left] - clip.true_flat[:, right], axis=2).mean(1)
        wrong = (crossed < CROSSED * own) & (apart > APART)
        both = list(range(2 * k)) if "hip" in part else left + right
        other = [(j + k) % (2 * k) for j in both]
        for places in (flat, world):
            places[np.ix_(wrong, both)] = places[np.ix_(wrong, other)]
        counts.append([float(wrong.mean()), float((np.diff(wrong.astype(int)) == 1).sum() / minutes)])
    return replace(clip, flat=flat, world=world), [round(v, 3) for v in counts[1] + counts[0]]


def errors_of(clip: Clip, gains: Array) -> Array:
    """(n, 12, 5): x, y in the picture, trunk lengths; x, y, z of the world landmarks, statures, z after the gain."""
    flat = clip.flat - clip.true_flat
    world = clip.world / scale_of(clip)
    true = clip.true_world.copy()
    true[..., 2] *= gains
    return np.concatenate([flat, (world - true) / clip.height], 2)


def example(clip: Clip, errors: Array, swaps: list[float]) -> dict[str, Any]:
    """One clip's errors in few numbers."""
    n = len(errors)
    flat = errors.reshape(n, -1)
    flat = flat[np.isfinite(flat).all(axis=1)]
    contact = clip.contact[np.isfinite(errors).all(axis=(1, 2))]
    mean = np.median(flat, axis=0)
    rest = flat - flat.mean(axis=0)
    goes = np.zeros(flat.shape[1])
    rolling = np.isfinite(contact)
    if clip.move != "none" and rolling.sum() > 10 and np.ptp(contact[rolling]) > 0.1:
        c = contact - contact[rolling].mean()
        goes = (c[rolling, None] * rest[rolling]).sum(0) / (c[rolling] ** 2).sum()
        rest = rest - np.where(rolling, np.nan_to_num(c), 0.0)[:, None] * goes
    wide = max(round(SMOOTH_S / clip.step_s), 2)
    kernel = np.ones(wide) / wide
    padded = np.pad(rest, ((wide // 2, wide - 1 - wide // 2), (0, 0)), mode="edge")
    slow = np.stack([np.convolve(padded[:, j], kernel, "valid") for j in range(rest.shape[1])], 1)
    jitter = np.std(rest - slow, axis=0)
    u, s, v = np.linalg.svd(slow, full_matrices=False)
    ways = []
    for k in range(min(WANDERS, len(s))):
        lag = max(round(0.5 / clip.step_s), 1)
        a = u[:, k]
        rho = float(np.clip((a[:-lag] * a[lag:]).mean() / max((a**2).mean(), 1e-12), 0.05, 0.97))
        ways.append({"tau_s": round(lag * clip.step_s / -np.log(rho), 2),
                     "loads": _round(v[k] * s[k] / np.sqrt(len(slow)))})  # fmt: skip
    left = slow - (u[:, :WANDERS] * s[:WANDERS]) @ v[:WANDERS]
    logit = np.log(np.clip(clip.visibility, 0.004, 0.9985) / (1 - np.clip(clip.visibility, 0.004, 0.9985)))
    return {
        "name": clip.name, "move": clip.move, "model": clip.model, "off": round(clip.off, 1),
        "scale": round(scale_of(clip), 3), "mean": _round(mean), "goes": _round(goes), "wanders": ways,
        "rest": _round(left.std(axis=0)), "jitter": _round(jitter),
        "swaps": swaps, "visible": _round(logit.mean(axis=0), 2), "visible_sd": _round(logit.std(axis=0), 2),
    }  # fmt: skip


def _round(values: Array, digits: int = 3) -> list[float]:
    return [round(float(v), digits) for v in values]


def spread_out(examples: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """At most MOST examples of each move and model (with and without a tool about), from as many sides as there are."""

    def kind(e: dict[str, Any]) -> tuple[str, str, bool]:
        return e["move"], e["model"], e.get("in_picture", True)

    out = []
    for one in sorted({kind(e) for e in examples}):
        of = sorted((e for e in examples if kind(e) == one), key=lambda e: float(e["off"]))
        out += [of[k] for k in np.unique(np.linspace(0, len(of) - 1, min(MOST, len(of))).round().astype(int))]
    return out


def view_slopes(examples: list[dict[str, Any]]) -> dict[str, list[float]]:
    """Of each move: how much the mean error changes per radian that the camera stands off, by ridge regression."""
    out = {}
    for move in sorted({e["move"] for e in examples}):
        of = [e for e in examples if e["move"] == move]
        x = np.radians([e["off"] for e in of])
        y = np.array([e["mean"] for e in of])
        x, y = x - x.mean(), y - y.mean(axis=0)
        out[move] = _round((x[:, None] * y).sum(0) / ((x**2).sum() + RIDGE))
    return out


def table(examples: list[dict[str, Any]]) -> str:
    """What was fitted, for a reader: by move and model, thousandths of the trunk (picture) and of stature (depth)."""
    lines = [
        "| move | model | clips | bias | goes with rolling | wander | jitter | depth bias |",
        "|---|---|---|---|---|---|---|---|",
    ]
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for e in examples:
        groups[e["move"], e["model"]].append(e)
    for (move, model), of in sorted(groups.items()):
        shape = (len(of), 2 * len(JOINTS), AXES)
        mean, goes, jitter = (np.array([e[k] for e in of]).reshape(shape) for k in ("mean", "goes", "jitter"))
        wander = np.sqrt(sum(np.array([e["wanders"][k]["loads"] for e in of]) ** 2 for k in range(WANDERS))).reshape(
            shape
        )

        def typical(values: Array) -> int:
            return round(1000 * float(np.median(np.linalg.norm(values[..., :2], axis=-1))))

        deep = round(1000 * float(np.median(np.abs(mean[..., 4]))))
        lines.append(f"| {move} | {model} | {len(of)} | {typical(mean)} | {typical(goes)} | {typical(wander)} | "
                     f"{typical(jitter)} | {deep} |")  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kept", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("errors.json"))
    options = parser.parse_args()
    clips = list(read([p for folder in options.kept for p in sorted(folder.glob("*.npz"))]))
    righted = [put_right(c) for c in clips]
    clips, swaps = [c for c, _ in righted], [s for _, s in righted]
    gains = np.array(depth_gains(clips))
    examples = spread_out([example(c, errors_of(c, gains), s) for c, s in zip(clips, swaps, strict=True)])
    data = {
        "from": "benchmarks.proving.motion.fit on the studio's samples and the dev part of its random clips",
        "joints": [f"{s} {j}" for s in ("far", "near") for j in JOINTS],
        "axes": ["picture x", "picture y", "world x", "world y", "world z"],
        "depth_gain": _round(gains, 3),
        "slopes": view_slopes(examples),
        "examples": examples,
    }
    options.out.write_text(json.dumps(data, separators=(",", ":")) + "\n")
    print(table(examples))


if __name__ == "__main__":
    main()
