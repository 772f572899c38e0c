"""When what is done: the studio's timeline, over all moments at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.proving.motion.actor import Actor, Sway
from benchmarks.proving.motion.figure import Posture, mix
from benchmarks.proving.motion.timeline import Timeline
from benchmarks.proving.motion.vectors import Array, smooth

Flags = NDArray[np.bool_]
SURELY = 0.999  # of a posture: then it is that one


@dataclass(frozen=True, eq=False)
class Acted:
    """n moments of a body and its tool: `contact` where it would be on it, `touching` and `loaded` whether it is."""

    t: Array
    posture: Posture
    contact: Array
    touching: Flags
    loaded: Flags
    tool: Array


def contact_of(line: Timeline, t: Array, sway: Sway) -> Array:
    """Where the contact is, (n,), in the move's units."""
    now = np.full(len(t), line.rest)
    for sweep in line.sweeps:
        u = np.clip((t - sweep.start) / (sweep.end - sweep.start), 0, 1) ** sweep.skew
        now = np.where(t >= sweep.start, sweep.low + (sweep.high - sweep.low) * (0.5 - 0.5 * np.cos(np.pi * u)), now)
    for stretch in line.stretches:
        if stretch.phase.hold:
            now = now + 0.006 * sway.lean * ((t >= stretch.start) & (t < stretch.end))
    return now


def weights_of(line: Timeline, t: Array) -> dict[str, Array]:
    """How much of each pose there is, (n,) each; they sum to 1."""
    weights = {line.stretches[0].phase.pose: np.ones(len(t))}
    for stretch in line.stretches[1:]:
        half = stretch.phase.blend / 2
        share = smooth((t - stretch.start + half) / (2 * half))
        weights = {name: w * (1 - share) for name, w in weights.items()}
        name = stretch.phase.pose
        weights[name] = weights.get(name, np.zeros(len(t))) + share
    return weights


def act(actor: Actor, line: Timeline, t: Array, sway: Sway) -> Acted:
    """Play the timeline."""
    contact = contact_of(line, t, sway)
    weights = weights_of(line, t)
    posture = mix([actor.pose(name, contact, sway) for name in weights], np.stack(list(weights.values())))
    on = sum((w for name, w in weights.items() if name in actor.touching), np.zeros(len(t)))
    loaded = sum((w for name, w in weights.items() if name in actor.loaded), np.zeros(len(t)))
    return Acted(t, posture, contact, on > SURELY, loaded > 0.5, actor.tool_at(contact))
