"""How a session compares with the truth of its clip: the figures of one clip, and of many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from truth import FaultMatch, Truth, match_faults, pass_range

from smr_vision.coach import SetDone
from smr_vision.moves import Move
from smr_vision.pipeline.result import FrameResult


@dataclass(frozen=True)
class Result:
    """One clip, measured. Errors are medians unless they say otherwise; NaN where nothing was to measure."""

    truth: Truth
    passes: int
    passes_exact: bool
    passes_off: int
    target_error: float  # seconds per 30 s
    knee_error: float
    contact_median: float
    contact_p95: float
    seen_share: float
    zone_share: float  # of frames with the right colour
    on_share: float  # of frames rightly told as on target (green or amber) or off it (red)
    faults: FaultMatch
    recognised: bool
    sets: tuple[SetDone, ...]
    uncounted: bool  # told that passes can't be known from this view: neither exact nor within one


def compare(truth: Truth, moments: list[FrameResult], sets: tuple[SetDone, ...], moves: dict[str, Move]) -> Result:
    move = moves[truth.move] if truth.move else None
    passes, uncounted = sum(len(s.passes) for s in sets), any(s.uncounted for s in sets)
    fewest, most = pass_range(truth, move)
    seconds = float(truth.t[-1] - truth.t[0]) if len(truth.t) > 1 else 1.0
    at = np.clip(np.searchsorted(truth.t, [m.t - 1e-3 for m in moments]), 0, len(truth.t) - 1)
    step = float(np.median(np.diff(truth.t)))
    right_target = float(truth.on_target.sum()) * step
    target = sum(s.time_on_target_s for s in sets)
    right_move = [m.feedback if m.feedback and m.feedback.move.id == truth.move else None for m in moments]
    # What the program says is not known errs by nothing.
    contact = np.array([f.contact.position if f and f.contact.sure else np.nan for f in right_move])
    error = np.abs(contact - truth.contact[at])
    rolling = np.isfinite(truth.contact[at])
    seen = np.array([bool(m.feedback and m.feedback.contact.source == "seen") for m in moments])
    pairs = [(a, b) for a, b in zip(contact, truth.contact[at], strict=True) if np.isfinite(a) and np.isfinite(b)]
    zones = [(move.zone.colour(a), move.zone.colour(b)) for a, b in pairs] if move else []
    return Result(
        truth=truth,
        passes=passes,
        passes_exact=fewest <= passes <= most and not uncounted,
        passes_off=max(fewest - passes, passes - most, 0),
        target_error=abs(target - right_target) / seconds * 30 if truth.move else target / seconds * 30,
        knee_error=_knee_error(truth, moments, at),
        contact_median=_nan(np.nanmedian, error),
        contact_p95=_nan(lambda e: np.nanpercentile(e, 95), error),
        seen_share=float(seen[rolling].mean()) if rolling.any() else float("nan"),
        zone_share=_share([a == b for a, b in zones]),
        on_share=_share([(a == "red") == (b == "red") for a, b in zones]),
        faults=match_faults(truth, sets),
        recognised={(s.move.id, s.side) for s in sets} == ({(truth.move, truth.side)} if truth.move else set()),
        sets=sets,
        uncounted=uncounted,
    )


def _nan(of: Callable[[NDArray[np.float64]], object], values: NDArray[np.float64]) -> float:
    return float(of(values)) if np.isfinite(values).any() else float("nan")  # type: ignore[arg-type]


def _share(right: list[bool]) -> float:
    return float(np.mean(right)) if right else float("nan")


def _knee_error(truth: Truth, moments: list[FrameResult], at: NDArray[np.intp]) -> float:
    """Median error of the near knee, degrees, where the camera is side-on."""
    if not truth.side_on:
        return float("nan")
    errors = [
        abs(m.body.measures["knee_angle"] - truth.knees[m.body.near][k])
        for m, k in zip(moments, at, strict=True)
        if m.body is not None
    ]
    return _nan(np.nanmedian, np.array(errors))


def summary(results: list[Result]) -> dict[str, str]:
    """The figures that count, over all clips."""
    moving = [r for r in results if r.truth.move]
    rest = [r for r in results if not r.truth.move]
    return {
        "passes exact": f"{sum(r.passes_exact for r in results)}/{len(results)}",
        "worst off by": str(max((r.passes_off for r in results), default=0)),
        "off target, s per 30 s, median / worst": _pair([r.target_error for r in moving], 2),
        "knee, degrees, side-on, median / worst": _pair([r.knee_error for r in moving]),
        "contact, median / worst clip": _pair([r.contact_median for r in moving], 3),
        "contact, 95 % / worst clip": _pair([r.contact_p95 for r in moving], 3),
        "tool seen, median / worst clip": _pair([r.seen_share for r in moving], 2, min),
        "zone right, median / worst clip": _pair([r.zone_share for r in moving], 2, min),
        "on or off target right, median / worst": _pair([r.on_share for r in moving], 2, min),
        "faults found": f"{sum(len(r.faults.found) for r in results)}/{sum(len(r.truth.faults) for r in results)}",
        "false faults": str(sum(len(r.faults.false) for r in results)),
        "move and side right": f"{sum(r.recognised for r in results)}/{len(results)}",
        "sets where nobody rolls": str(sum(len(r.sets) for r in rest)),
    }


def _pair(values: list[float], digits: int = 1, worst: Callable[[list[float]], float] = max) -> str:
    known = [v for v in values if not np.isnan(v)]
    return f"{np.median(known):.{digits}f} / {worst(known):.{digits}f}" if known else "-"
