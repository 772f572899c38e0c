"""Trains the roller finder and writes `models/roller.onnx`.

    python -m training.photographs EXERCISES CROPS
    python -m training.roller STILLS --crops CROPS [--minutes 40] [--start models/roller.onnx]

STILLS is the folder that `python -m samples.studio.stills` filled, EXERCISES real photographs (`training.photographs`).
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from smr_vision.tool.crop import HEIGHT, WIDTH
from training.batches import Crops
from training.crops import POINTS, store
from training.judge import VISIBLE, calibrate, evaluate, reliability
from training.net import CELL, CHANNELS, RollerFinder, load_folded, places

RATE: Final = 2.5e-3
WEIGHTS: Final = torch.tensor([2.0, 2.0, 1.0, 1.5, 1.5])  # of the points' errors, in the order of POINTS
MEET: Final = 50  # steps between two meetings of trainings side by side
TAUGHT: Final = 2.0  # weight of what the teacher says


def losses(maps: Tensor, numbers: Tensor, truth: dict[str, Tensor]) -> tuple[Tensor, dict[str, float]]:
    """The sum to be made small, and its parts for people."""
    where = places(maps)
    points = truth["points"]
    inside = (points > 0).all(-1) & (points < torch.tensor([float(WIDTH), float(HEIGHT)])).all(-1)
    known = (inside & points.isfinite().all(-1)).float() * WEIGHTS
    target = torch.nan_to_num(points)
    error = (where - target).abs().sum(-1) / CELL
    spread = _spread_loss(maps, target)
    total = (known * (0.5 * error + spread)).sum() / known.sum().clamp(min=1)

    touching = truth["touching"]
    sure = (((touching < 0.5) | (truth["visible"] > VISIBLE)) & ~truth["ambiguous"]).float()
    presence = functional.binary_cross_entropy_with_logits(numbers[:, 0], touching * 0.98 + 0.01, reduction="none")
    presence = (presence * sure).sum() / sure.sum().clamp(min=1)
    radius = (numbers[:, 1] - truth["radius"].clamp(min=1).log()).abs() * touching
    radius = radius.sum() / touching.sum().clamp(min=1)

    foot, start, end = where[:, 0], where[:, 3], where[:, 4]
    unit = end - start
    along = ((foot - start) * unit).sum(-1) / (unit**2).sum(-1).clamp(min=16)
    off = (along - truth["along"]).abs().clamp(max=2)
    log_spread = numbers[:, 2].clamp(-5, 1)
    told = ((off / log_spread.exp() + log_spread) * touching).sum() / touching.sum().clamp(min=1)
    total = total + presence + radius + 0.15 * told
    parts = {
        "points": float((known * error).detach().sum() / known.sum()),
        "presence": float(presence.detach()),
        "radius": float(radius.detach()),
        "told": float(told.detach()),
    }
    return total, parts


def unlike(teacher: RollerFinder, maps: Tensor, numbers: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """How far a net has gone from what its teacher says of places, on crops that were not mixed: there the teacher has
    seen more people than there are truths here."""
    with torch.no_grad():
        taught, told = teacher(batch["image"])
    share = taught.flatten(2).log_softmax(-1)
    off = (share.exp() * (share - maps.flatten(2).log_softmax(-1))).sum(-1).mean(1)
    off = off + 0.2 * (numbers[:, 1:] - told[:, 1:]).abs().sum(1)
    plain = batch["plain"].float()
    return (off * plain).sum() / plain.sum().clamp(min=1)


def _spread_loss(maps: Tensor, target: Tensor) -> Tensor:
    """Cross entropy of each heat map against a small bell at its point, (n, k)."""
    n, k, h, w = maps.shape
    x = (torch.arange(w) + 0.5) * CELL
    y = (torch.arange(h) + 0.5) * CELL
    width = 1.25 * CELL
    bx = torch.exp(-(((x - target[..., :1]) / width) ** 2) / 2)
    by = torch.exp(-(((y - target[..., 1:]) / width) ** 2) / 2)
    bell = by[..., :, None] * bx[..., None, :]
    bell = bell / bell.sum((2, 3), keepdim=True).clamp(min=1e-6)
    log_share = maps.reshape(n, k, -1).log_softmax(-1).reshape(n, k, h, w)
    return -(bell * log_share).sum((2, 3))


class Company:
    """Trainings side by side, one a core, that meet halfway now and then through a folder (gossip averaging).

    On a core that others use as well, one training on two threads is slower than two on one thread each.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._read: dict[Path, float] = {}
        folder.mkdir(parents=True, exist_ok=True)

    @torch.no_grad()
    def meet(self, net: RollerFinder) -> None:
        """Leave our weights; take the mean with those of others that are new."""
        partial = self._folder / f"{self._name}.part"
        torch.save(net.state_dict(), partial)
        partial.rename(self._folder / f"{self._name}.pt")
        ours = net.state_dict()
        for path in self._folder.glob("*.pt"):
            if path.stem == self._name or path.stat().st_mtime <= self._read.get(path, 0.0):
                continue
            self._read[path] = path.stat().st_mtime
            for key, value in torch.load(path).items():
                if value.is_floating_point():
                    ours[key].lerp_(value, 0.5)


def train(
    crops: Crops,
    minutes: float,
    out: Path,
    *,
    start: Path | None = None,
    rate: float = RATE,
    company: str | None = None,
    taught_by: Path | None = None,
) -> RollerFinder:
    """Train for a while, the rate falling to nothing by the end of it; `taught_by` weights that know places well."""
    seed = sum(map(ord, company or ""))
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    others = Company(out.parent / "company", company) if company else None
    net = RollerFinder().to(memory_format=torch.channels_last)  # a third faster on a CPU
    if start is not None and start.suffix == ".onnx":
        load_folded(net, start, crops.batch(crops.drawn(random), random)["image"])
    elif start is not None:
        net.load_state_dict(torch.load(start))
    teacher = RollerFinder().eval()
    if taught_by is not None:
        load_folded(teacher, taught_by, crops.batch(crops.drawn(random), random)["image"])
    averaged = torch.optim.swa_utils.AveragedModel(
        net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.998), use_buffers=True
    )
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-3)
    begun, step, smooth = time.time(), 0, {}
    while (share := (time.time() - begun) / (60 * minutes)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * share)))
        net.train()
        batch = crops.batch(crops.drawn(random), random)
        maps, numbers = net(batch["image"].contiguous(memory_format=torch.channels_last))
        loss, parts = losses(maps, numbers, batch)
        if taught_by is not None:
            loss = loss + TAUGHT * unlike(teacher, maps, numbers, batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        averaged.update_parameters(net)
        step += 1
        if others is not None and step % MEET == 0:
            others.meet(net)
        smooth = {k: 0.98 * smooth.get(k, v) + 0.02 * v for k, v in parts.items()}
        if step % 500 == 0:
            crops.reload()
            torch.save(averaged.module.state_dict(), out.with_suffix(".pt"))
        if step % 100 == 0:
            figures = evaluate(averaged.module, crops) if step % 500 == 0 else {}
            print(f"step {step} {share:.0%}", {k: round(v, 3) for k, v in {**smooth, **figures}.items()}, flush=True)
    final: Any = averaged.module
    return final


def export(net: RollerFinder, path: Path) -> None:
    """Write the net as ONNX, as OpenCV's dnn module reads it."""
    net.eval()
    torch.onnx.export(
        net,
        (torch.zeros(1, CHANNELS, HEIGHT, WIDTH),),
        str(path),
        input_names=["crop"],
        output_names=["maps", "numbers"],
        opset_version=13,
        dynamo=False,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stills", type=Path)
    parser.add_argument("--crops", type=Path, default=Path("build/crops"))
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--rate", type=float, default=RATE, help="learning rate at the start")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("models/roller.onnx"))
    parser.add_argument("--company", help="a name: train along with others that have the same folder of --out")
    parser.add_argument("--start", type=Path, help="go on from these weights")
    parser.add_argument("--taught-by", type=Path, help="weights (.onnx) that know places well")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.crops.mkdir(parents=True, exist_ok=True)
    for shard in sorted(options.stills.glob("shard_*")):
        out = options.crops / f"{shard.name}.npz"
        if (shard / "truth.jsonl").exists() and not out.exists():
            print(shard.name, store(shard, out), "crops", flush=True)
    crops = Crops(options.crops)
    print(len(crops.train), "crops to train on,", len(crops.test), "held back;", ", ".join(POINTS), flush=True)
    net = train(
        crops, options.minutes, options.out, start=options.start, rate=options.rate, company=options.company,
        taught_by=options.taught_by,
    )  # fmt: skip
    print({k: round(v, 4) for k, v in evaluate(net, crops).items()})
    torch.save(net.state_dict(), options.out.with_suffix(".pt"))
    print("chance scaled and shifted by", calibrate(net, crops))
    for row in reliability(net, crops):
        print("| {} | {} | {} | {:.2f} | {:.2f} |".format(*row))
    export(net, options.out)


if __name__ == "__main__":
    main()
