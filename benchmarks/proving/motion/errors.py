"""What a pose model makes of a body: the errors of real runs (`errors.json`, by `fit.py`), for any body and view.

The view is made canonical first: mirrored, where need be, so that the person's right side is near. Then each sequence
gets the errors of one clip that MediaPipe looked at, or of two blended: their mean, moved to the camera's place by the
move's slope; how they go with the contact; how they wander together; jitter; visibility.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.proving.motion.vectors import Array
from smr_vision.pose import LANDMARKS

JOINTS: Final = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
AXES: Final = 5  # of an error: x, y in the picture in trunk lengths; x, y, z of the world landmarks in statures
_PARENTS: Final = {  # whose errors the other landmarks have
    "pinky": "wrist", "index": "wrist", "thumb": "wrist", "heel": "ankle", "foot_index": "ankle",
}  # fmt: skip
SMALL: Final = 0.006  # further jitter of a landmark without a truth of its own, trunk lengths
LIKE_DEG: Final = 15.0  # examples filmed from about the same side are taken rather,
FARTHEST_DEG: Final = 30.0  # and the slope is not followed farther than this
FASTEST_HZ: Final = 1.4  # of what wanders: the fit takes what is quicker for jitter
JITTER_S: Final = 1 / 12  # landmarkers that follow somebody smooth what is quicker
OUTSIDE: Final = 0.03  # of the picture: farther out than this nothing was seen, as in `smr_vision.pose`
SWAPPED: Final = [LANDMARKS[n.replace("left", "-").replace("right", "left").replace("-", "right")] for n in LANDMARKS]


def canonical(azimuth: float) -> tuple[bool, float]:
    """Whether the view has to be mirrored for the right side to be near, and how far off the side the camera is then,
    degrees -90..90, positive towards the feet (or the wall)."""
    a = (azimuth + 180) % 360 - 180
    flip = abs(a) > 90
    return flip, float((180 - a + 180) % 360 - 180 if flip else a)


LEGS_SWAPPED: Final = [
    SWAPPED[k] if n.endswith(("knee", "ankle", "heel", "foot_index")) else k for k, n in enumerate(LANDMARKS)
]


@dataclass(frozen=True, eq=False)
class Example:
    """One clip's errors: arrays over (joints, axes) flattened, canonical order left (far), right (near). `swaps` of
    left and right: share of the pictures and events a minute, of the legs alone, of the whole body."""

    move: str
    model: str
    name: str
    off: float
    scale: float
    mean: Array
    goes: Array
    loads: Array
    taus: Array
    rest: Array
    jitter: Array
    swaps: tuple[float, float, float, float]
    visible: Array
    visible_sd: Array


@dataclass(frozen=True, eq=False)
class Errors:
    """All examples; `depth_gain` (12,): how much of true depth is shown; `slopes` by move: of the mean, per radian."""

    depth_gain: Array
    slopes: dict[str, Array]
    examples: tuple[Example, ...]


@cache
def errors() -> Errors:
    """The fitted model."""
    data: dict[str, Any] = json.loads(Path(__file__).with_name("errors.json").read_text(encoding="utf-8"))
    examples = tuple(
        Example(
            e["move"], e["model"], e["name"], e["off"], e["scale"], np.array(e["mean"]), np.array(e["goes"]),
            np.array([w["loads"] for w in e["wanders"]]), np.array([w["tau_s"] for w in e["wanders"]]),
            np.array(e["rest"]), np.array(e["jitter"]), e["swaps"], np.array(e["visible"]), np.array(e["visible_sd"]),
        )
        for e in data["examples"]
    )  # fmt: skip
    slopes = {move: np.array(s) for move, s in data["slopes"].items()}
    return Errors(np.array(data["depth_gain"]), slopes, examples)


def wandering(rng: np.random.Generator, t: Array, tau_s: float, columns: int) -> Array:
    """(n, columns) of unit variance that forget themselves within `tau_s`: sums of smooth waves, by random phases."""
    span = max(float(t[-1] - t[0]), 1.0)
    count = int(np.clip(span / tau_s * 2, 4, 40))
    rates = np.abs(rng.standard_cauchy((count, columns)))
    rates = np.clip(rates, 0.02, 12.0) / (2 * np.pi * tau_s)  # a first-order process has this spectrum,
    rates = np.minimum(rates, FASTEST_HZ)  # and what is quicker is jitter
    phases = rng.uniform(0, 2 * np.pi, (count, columns))
    waves = np.sin(2 * np.pi * rates[None] * t[:, None, None] + phases[None])
    return np.asarray(waves.sum(1) * np.sqrt(2 / count))


def jittering(rng: np.random.Generator, t: Array, columns: int) -> Array:
    """(n, columns) of about unit variance: as many values a second as the fitted clips had; between them, lines."""
    knots = np.arange(t[0], t[-1] + 2 * JITTER_S, JITTER_S)
    values = rng.standard_normal((len(knots), columns))
    at = (t - knots[0]) / JITTER_S
    left = at.astype(int)
    share = (at - left)[:, None]
    return np.asarray(values[left] * (1 - share) + values[left + 1] * share)


def now_and_then(rng: np.random.Generator, t: Array, share: float, per_s: float) -> NDArray[np.bool_]:
    """When something is so that is so in a `share` of the time, and comes `per_s` times a second, (n,)."""
    if not share * per_s > 0:
        return np.zeros(len(t), bool)
    lasts = (1 - share) / per_s, share / per_s
    now, on = float(t[0]), bool(rng.random() < share)
    out = np.zeros(len(t), bool)
    while now < t[-1]:
        until = now + float(rng.exponential(lasts[on]))
        out[(t >= now) & (t < until)] = on
        now, on = until, not on
    return out


@dataclass(frozen=True, eq=False)
class Measured:
    """`xy` (n, 33, 2) px, `world` (n, 33, 3) m, `visibility` (n, 33)."""

    xy: Array
    world: Array
    visibility: Array


@dataclass(frozen=True, eq=False)
class Shown:
    """What there is to measure: landmarks at `xy` (n, 33, 2) px and `deep` (n, 33, 3) m (right, down, away, from
    mid-hips) of a body of `height` m in a picture of `size`, filmed from `azimuth`; `contact` (n,), NaN: none; `move`
    as in a truth."""

    t: Array
    xy: Array
    deep: Array
    azimuth: float
    move: str
    contact: Array
    height: float
    size: tuple[int, int]


def measure(rng: np.random.Generator, model: str, shown: Shown) -> Measured:
    """What the model says of it."""
    move, t, xy, deep, contact, height = shown.move, shown.t, shown.xy, shown.deep, shown.contact, shown.height
    known = errors()
    flip, off = canonical(shown.azimuth)
    if flip:
        xy, deep = xy[:, SWAPPED], deep[:, SWAPPED] * (-1.0, 1.0, 1.0)
        xy = xy * (-1.0, 1.0)
    fit = [e for e in known.examples if e.move == move and e.model == model]
    near = np.exp(-np.abs(np.array([e.off for e in fit]) - off) / LIKE_DEG)
    a, b = (fit[k] for k in rng.choice(len(fit), 2, p=near / near.sum()))
    share = float(rng.beta(0.4, 0.4))
    n, k = len(t), len(JOINTS)

    def both(name: str) -> Any:
        return share * getattr(a, name) + (1 - share) * getattr(b, name)

    moved = float(np.clip(off - both("off"), -FARTHEST_DEG, FARTHEST_DEG))
    mean = both("mean") + known.slopes[move] * np.radians(moved)
    error = np.tile(mean, (n, 1))
    rolling = np.isfinite(contact)
    if rolling.any():
        error += np.where(rolling, contact - np.nanmean(contact), 0.0)[:, None] * both("goes")
    lead = a if share > 0.5 else b
    for tau, loads in zip(lead.taus, lead.loads, strict=True):
        error += wandering(rng, t, float(tau), 1) * loads
    error += wandering(rng, t, 1.0, 2 * k * AXES) * lead.rest
    error += jittering(rng, t, 2 * k * AXES) * lead.jitter
    spread, gains = _spread(rng, error.reshape(n, 2 * k, AXES), known.depth_gain)
    ends = [(xy[:, LANDMARKS[f"left_{j}"]] + xy[:, LANDMARKS[f"right_{j}"]]) / 2 for j in ("shoulder", "hip")]
    trunk = float(np.median(np.linalg.norm(ends[0] - ends[1], axis=1)))
    found = xy + spread[..., :2] * trunk
    deep = deep.copy()
    deep[..., 2] *= gains
    world = both("scale") * (deep + spread[..., 2:] * height)
    world -= world[:, [LANDMARKS["left_hip"], LANDMARKS["right_hip"]]].mean(1, keepdims=True)
    logit = both("visible") + both("visible_sd") * wandering(rng, t, 1.5, len(LANDMARKS))
    visibility = 1 / (1 + np.exp(-logit))
    for order, (seldom, often) in ((LEGS_SWAPPED, lead.swaps[:2]), (SWAPPED, lead.swaps[2:])):
        wrong = now_and_then(rng, t, seldom, often / 60)
        for values in (found, world, visibility):
            values[wrong] = values[wrong][:, order]
    if flip:
        found, world = found[:, SWAPPED] * (-1.0, 1.0), world[:, SWAPPED] * (-1.0, 1.0, 1.0)
        visibility = visibility[:, SWAPPED]
    share_of = found / np.array(shown.size)
    inside = ((share_of > -OUTSIDE) & (share_of < 1 + OUTSIDE)).all(-1)
    return Measured(found, world, np.where(inside, visibility, 0.0))


def _spread(rng: np.random.Generator, error: Array, gain: Array) -> tuple[Array, Array]:
    """Errors (n, 33, 5) and depth gains (33,) of all landmarks from those of the joints (n, 12, 5), (12,)."""
    n, k = len(error), len(JOINTS)
    spread = np.zeros((n, len(LANDMARKS), AXES))
    gains = np.ones(len(LANDMARKS))
    for s, side in enumerate(("left", "right")):
        for j, joint in enumerate(JOINTS):
            spread[:, LANDMARKS[f"{side}_{joint}"]] = error[:, s * k + j]
            gains[LANDMARKS[f"{side}_{joint}"]] = gain[s * k + j]
        for name, parent in _PARENTS.items():
            own = rng.standard_normal((n, AXES)) * SMALL + rng.standard_normal(AXES) * 2 * SMALL
            spread[:, LANDMARKS[f"{side}_{name}"]] = error[:, s * k + JOINTS.index(parent)] + own
            gains[LANDMARKS[f"{side}_{name}"]] = gain[s * k + JOINTS.index(parent)]
    head = (error[:, 0] + error[:, k]) / 2
    for index in range(LANDMARKS["left_shoulder"]):
        spread[:, index] = head + rng.standard_normal((n, AXES)) * SMALL
        gains[index] = gain[[0, k]].mean()
    return spread, gains
