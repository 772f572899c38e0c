"""The plain counter to compare with: oscillation of one landmark, no knowledge of tools or postures.

The rule: the x of mid-hips (on the chest at the wall: of mid-shoulders) in trunk lengths, smoothed over 0.3 s. A
turning point is where the signal has come back from its extreme by a threshold that is scaled to the signal: 35 % of
the spread between its 10th and 90th percentile, at least 0.04 of the trunk. Passes are the sweeps between turning
points, and the one under way at the end if it is as long. It knows the move, so that it may choose the landmark; the
pipeline does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rich.table import Table
from truth import pass_range, truth_of

from benchmarks.proving.kept import Kept, Track
from benchmarks.proving.score import Score
from smr_vision.body import Array
from smr_vision.moves import load_moves
from smr_vision.pose import LANDMARKS

SMOOTH_S: Final = 0.3
SHARE: Final = 0.35
LEAST: Final = 0.04


@dataclass(frozen=True)
class Counted:
    """What the plain counter made of one clip by one model."""

    name: str
    model: str
    move: str
    counted: int
    off: int
    true: int


def _middle(track: Track, joint: str) -> Array:
    return np.asarray(track.xy[:, [LANDMARKS[f"left_{joint}"], LANDMARKS[f"right_{joint}"]]].mean(1))


def count(t: Array, track: Track, move: str) -> int:
    """Passes by the rule."""
    shoulders, hips = _middle(track, "shoulder"), _middle(track, "hip")
    found = np.isfinite(hips[:, 0])
    if found.sum() < 5:
        return 0
    trunk = float(np.nanmedian(np.linalg.norm(shoulders - hips, axis=1)))
    x = (shoulders if move == "pec" else hips)[:, 0]
    x = np.interp(t, t[found], x[found]) / max(trunk, 1.0)
    wide = max(round(SMOOTH_S / float(np.median(np.diff(t)))), 1)
    x = np.convolve(np.pad(x, (wide // 2, wide - 1 - wide // 2), mode="edge"), np.ones(wide) / wide, "valid")
    least = max(SHARE * float(np.percentile(x, 90) - np.percentile(x, 10)), LEAST)
    passes, low, high, way = 0, x[0], x[0], 0
    for value in x:
        low, high = min(low, value), max(high, value)
        if way <= 0 and value - low > least:
            passes, way, high = passes + 1, 1, value
        elif way >= 0 and high - value > least:
            passes, way, low = passes + 1, -1, value
    return passes


def plain_counts(kept: Kept) -> list[Counted]:
    """The counter on a clip, by each model's poses; as exact as the pipeline's counts are judged."""
    truth = truth_of(kept.truth)
    move = load_moves()[truth.move] if truth.move else None
    fewest, most = pass_range(truth, move)
    out = []
    for model, track in kept.tracks.items():
        passes = count(kept.t, track, str(kept.truth["move"]))
        off = max(fewest - passes, passes - most, 0)
        out.append(Counted(kept.name, model, truth.move or "none", passes, off, truth.pass_count))
    return out


def plain_table(counted: Sequence[Counted], scores: Sequence[Score]) -> Table:
    """The counter and the pipeline side by side."""
    table = Table(title="plain counter and pipeline, passes")
    for name in (
        "",
        "clips",
        "exact: counter",
        "pipeline",
        "within 1: counter",
        "pipeline",
        "MAE: counter",
        "pipeline",
    ):
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    for move in [*sorted({c.move for c in counted} - {"none"}), "all"]:
        plain = [c for c in counted if c.move == move or (move == "all" and c.move != "none")]
        ours = [s.result for s in scores if s.move == move or (move == "all" and s.move != "none")]
        if not plain:
            continue
        table.add_row(
            move, str(len(plain)),
            *_pair([c.off == 0 for c in plain], [r.passes_exact for r in ours]),
            *_pair([c.off <= 1 for c in plain], [r.passes_off <= 1 for r in ours]),
            f"{np.mean([min(c.off / max(c.true, 1), 1) for c in plain]):.3f}",
            f"{np.mean([min(r.passes_off / max(r.truth.pass_count, 1), 1) for r in ours]):.3f}",
        )  # fmt: skip
    nobody = [c.counted for c in counted if c.move == "none"]
    if nobody:
        table.add_row("none: passes told", str(len(nobody)), f"{np.mean(nobody):.1f} a clip",
                      f"{np.mean([s.result.passes for s in scores if s.move == 'none']):.1f} a clip")  # fmt: skip
    return table


def _pair(plain: list[bool], ours: list[bool]) -> tuple[str, str]:
    return f"{100 * np.mean(plain):.0f} %", f"{100 * np.mean(ours):.0f} %"
