"""Trains a net of the rolling and writes `models/sway_NAME.onnx`.

    python -m training.sway wall|seat [--count 1200] [--seconds 70 25] [--kept FOLDER ...] [--without 0|1]

First on motion sequences alone (`benchmarks.proving.motion`, by seeds that neither its dev nor its test part has),
then, a quarter of each batch, on the dev part of the rendered clips too: there real landmarks tell how much of it to
believe. `--without` leaves every second of these clips away, for figures of clips not trained on. The test part is
never read.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from benchmarks.proving.kept import Kept, load, look_of
from benchmarks.proving.motion import draw, views
from smr_vision.body import Array
from smr_vision.body.estimator import size_of
from smr_vision.body.side_lock import SideLock
from smr_vision.body.time_window import TimeWindow
from smr_vision.moves import load_moves
from smr_vision.tool.axis import line_of
from smr_vision.tool.sway import BodyWatch
from smr_vision.video.sampling import slot_of
from training.sway_net import SwayNet, export

MOVES: Final = {"wall": ("pec", "pectoral", 0), "seat": ("glute", "glute", 1)}  # in truths, in files, part of the seed
MOMENTS: Final = 130  # of a sequence, ten a second
LAGS: Final = (5, 10, 20, 35)  # moments over which the rolling is compared: parts of a pass to two passes
BATCH, RENDERED = 32, 8
RATE: Final = 2e-3
BEFORE_S, AFTER_S, FAULT_S = 0.7, 0.5, 1.0  # round the sweeps and faults of form of a rendered clip: not rolling alone
OF_FORM: Final = {"not_leaning", "no_rotation", "ankle_not_crossed"}  # in these the body moves otherwise besides
GAINS, REAL_GAINS = 1.0, 2.0  # weight of sweeps that come out too small or too large: on real landmarks most do
# What shows of the rolling of clips left away, by the doubt told: 28 of the chest's, 71 of the glute's, by both models.
SHRUNK: Final = {"wall": (0.91, -2.88), "seat": (1.05, -3.0)}
LEAST_POWER: Final = 0.3  # of the rolling in a sequence from which its gain is told


@dataclass(frozen=True, eq=False)
class Told:
    """What a net is told of sequences, and the truth: (n, MOMENTS, PLACES), (n, MOMENTS, CONTEXT), (n, MOMENTS)."""

    places: Tensor
    context: Tensor
    contact: Tensor

    def at(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.places[rows], self.context[rows], self.contact[rows]


def told(kept: Kept, model: str, side: str, line: str, contact: Array) -> tuple[Array, Array, Array]:
    """What the product's `Sway` would be told of a clip, ten times a second, and the contact (n,), NaN: not rolling."""
    track, sides, watch = kept.tracks[model], SideLock(), BodyWatch(side)
    metres, pixels = TimeWindow(3.0), TimeWindow(3.0)
    rows, slot = [], -1
    for k, measured in enumerate(kept.poses(model)):
        if slot_of(measured.t) == slot or not measured.found:
            continue
        slot = slot_of(measured.t)
        pose = sides.filter(measured)
        for window, value in zip((metres, pixels), size_of(pose), strict=True):
            window.add(pose.t, value)
        size = max(metres.median, 0.01), max(pixels.median, 1.0)
        look = look_of(track.looks[line][k])
        rows.append((*watch.add(pose, size, track.camera_motion[k], look), contact[k]))
    places, context, truth = zip(*rows, strict=True)
    return np.array(places), np.array(context), np.array(truth)


def drawn(name: str, count: int) -> Iterator[tuple[Array, Array, Array]]:
    """Motion sequences of one move, of seeds of their own, by either pose model in turn."""
    kind, move, part = MOVES[name]
    segment = load_moves()[move].segment
    draw.LINES = tuple(line_of(segment, side) for side in ("left", "right"))  # type: ignore[misc]
    views.FPS = {10: 0.6, 12: 0.2, 15: 0.2}  # type: ignore[misc]
    for number in range(1000, 1000 + count):
        rng = np.random.default_rng([70, number, part])
        scene = None
        while scene is None:
            scene = draw._roll(rng, kind, kind)
        model = draw.MODELS[number % 2]
        track = draw.track(np.random.default_rng([71, number]), scene, model)
        camera, side = scene.view.camera, "left" if scene.side == "L" else "right"
        kept = Kept(str(number), {}, scene.t, (camera.width, camera.height), {model: track})
        sequence = told(kept, model, side, line_of(segment, side), scene.contact)
        if len(sequence[0]) >= LAGS[-1]:
            yield sequence


def rendered(name: str, folders: Iterable[Path], without: int | None) -> Iterator[tuple[Array, Array, Array]]:
    """The dev part of the kept clips of one move by each pose model; all but every second one, from `without` on."""
    kind, move, _ = MOVES[name]
    segment = load_moves()[move].segment
    paths = [path for folder in folders for path in sorted(folder.glob("*.npz"))]
    clips = [kept for path in paths if (kept := load(path)).truth.get("split", "dev") == "dev"]
    for number, kept in enumerate([kept for kept in clips if kept.truth["move"] == kind]):
        if number % 2 == without:
            continue
        side = "left" if kept.truth["side"] == "L" else "right"
        for model in draw.MODELS:
            if model in kept.tracks:
                yield told(kept, model, side, line_of(segment, side), _rolling(kept))


def _rolling(kept: Kept) -> Array:
    """The contact of a rendered clip while the body does nothing but roll, (n,)."""
    truth, t = kept.truth, kept.t
    frames = truth["frames_truth"]
    drawn = np.array([np.nan if c is None else c for c in frames["contact"]], np.float64)
    contact = drawn[np.searchsorted(frames["t"], t - 1e-3)]  # not every picture of a quick film has a pose
    for fault in truth["faults"]:
        if fault["fault"] in OF_FORM:
            contact[(t > fault["start"] - FAULT_S) & (t < fault["end"] + FAULT_S)] = np.nan
    turns = [point["t"] for point in truth["turning_points"]]
    if turns:
        last = max([turns[-1], *(p["end"] for p in truth["passes"])])
        contact[(t < turns[0] - BEFORE_S) | (t > last + AFTER_S)] = np.nan
    return contact


def packed(sequences: Iterator[tuple[Array, Array, Array]]) -> Told:
    """Sequences of one length: the last moment stays, or the rest is left away."""
    rows = []
    for places, context, contact in sequences:
        at = np.minimum(np.arange(MOMENTS), len(contact) - 1)
        beyond = np.where(np.arange(MOMENTS) < len(contact), contact[at], np.nan)
        rows.append((places[at].astype(np.float32), context[at].astype(np.float32), beyond.astype(np.float32)))
    return Told(*(torch.from_numpy(np.stack(column)) for column in zip(*rows, strict=True)))


def rolled(net: SwayNet, places: Tensor, context: Tensor) -> tuple[Tensor, Tensor]:
    """The contact from the first moment on, and the logarithm of the doubt, (n, MOMENTS) and one less."""
    weights, doubt = net(context[:, 1:])
    steps = (weights * torch.nan_to_num(places[:, 1:] - places[:, :-1])).sum(-1)
    return torch.cat([torch.zeros(len(steps), 1), steps.cumsum(1)], 1), doubt[..., 0]


def loss_of(found: Tensor, doubt: Tensor, truth: Tensor, gains: float) -> Tensor:
    """How unlikely the truth is by what was found and how far it was doubted, over parts of a pass and whole ones; and
    how much too small or too large sweeps come out, which the first alone would shrink."""
    total = torch.zeros(())
    for lag in LAGS:
        way, true = found[:, lag:] - found[:, :-lag], truth[:, lag:] - truth[:, :-lag]
        known = true.isfinite().float()
        true = torch.nan_to_num(true)
        off = ((way - true) / doubt[:, lag - 1 :].exp()).abs()
        unlikely = torch.where(off < 3, off**2 / 2, 3 * off - 4.5) + doubt[:, lag - 1 :]
        total = total + (unlikely * known).sum() / known.sum().clamp(min=1)
        power = (true * true * known).sum(1)
        gain = (way * true * known).sum(1) / (power + 0.05) - power / (power + 0.05)
        total = total + gains * ((gain**2).clamp(max=1) * (power > LEAST_POWER)).mean()
    return total


def train(net: SwayNet, motion: Told, real: Told | None, seconds: float, rate: float) -> None:
    """Train for so many seconds of the processor, the rate falling to nothing."""
    optimiser = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=1e-2)
    begun = time.process_time()
    net.train()
    while (share := (time.process_time() - begun) / seconds) < 1:
        for group in optimiser.param_groups:
            group["lr"] = rate * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * share)))
        batch = motion.at(torch.randint(len(motion.contact), (BATCH if real is None else BATCH - RENDERED,)))
        if real is not None:
            more = real.at(torch.randint(len(real.contact), (RENDERED,)))
            batch = tuple(torch.cat(pair) for pair in zip(batch, more, strict=True))  # type: ignore[assignment]
        places, context, contact = batch
        # Nobody is seen quite like anybody here; nor twice alike by the same landmarks.
        other = 0.25 * torch.randn(BATCH, 1, context.shape[2]) + 0.05 * torch.randn(context.shape)
        gains = GAINS if real is None else REAL_GAINS
        loss = loss_of(*rolled(net, places, context + other * net.spread), contact, gains)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
    net.eval()


def begun_by(motion: Told) -> SwayNet:
    """A net that begins with the one set of weights that fits all sequences best over a second."""
    mean = motion.context.flatten(0, 1).mean(0)
    net = SwayNet(mean, motion.context.flatten(0, 1).std(0).clamp(min=0.02))
    way = torch.nan_to_num(motion.places[:, 10:] - motion.places[:, :-10])
    true = motion.contact[:, 10:] - motion.contact[:, :-10]
    way, true = way[true.isfinite()], true[true.isfinite()]
    square = way.T @ way / len(way) + 2e-4 * torch.eye(way.shape[1])
    net.weights.bias.data = torch.linalg.solve(square, way.T @ true / len(way))
    return net


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=tuple(MOVES))
    parser.add_argument("--count", type=int, default=1200)
    parser.add_argument("--seconds", type=float, nargs=2, default=(70, 25))
    parser.add_argument("--kept", type=Path, nargs="+", default=[Path("benchmarks/proving/clips")])
    parser.add_argument("--without", type=int, choices=(0, 1), help="leave every second rendered clip away")
    parser.add_argument("--motion", type=Path, help="keep what was drawn here, and take it from here (.pt)")
    parser.add_argument("--begun", type=Path, help="the same for the net trained on motion alone")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    motion = _motion(options)
    net = _begun(options, motion)
    if options.seconds[1]:
        train(net, motion, packed(rendered(options.name, options.kept, options.without)), options.seconds[1], RATE / 2)
    net.shrunk = torch.tensor(SHRUNK[options.name])
    export(net, options.out or Path(f"models/sway_{options.name}.onnx"))


def _begun(options: Any, motion: Told) -> SwayNet:
    """A net trained on motion alone."""
    net = begun_by(motion)
    if options.begun is not None and options.begun.exists():
        net.load_state_dict(torch.load(options.begun))
        return net
    train(net, motion, None, options.seconds[0], RATE)
    if options.begun is not None:
        torch.save(net.state_dict(), options.begun)
    return net


def _motion(options: Any) -> Told:
    if options.motion is not None and options.motion.exists():
        return Told(*torch.load(options.motion))
    motion = packed(drawn(options.name, options.count))
    if options.motion is not None:
        torch.save((motion.places, motion.context, motion.contact), options.motion)
    return motion


if __name__ == "__main__":
    main()
