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
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from smr_vision.roller.crop import HEIGHT, WIDTH
from training import mix
from training.change import placed, recoloured, worn
from training.crops import PAD, POINTS, store
from training.mix import Image, Points
from training.net import CELL, CHANNELS, RollerFinder, load_folded, places
from training.photographs import FIRST_PERSON

Array = NDArray[np.float32]
BATCH: Final = 64
RATE: Final = 2.5e-3
WEIGHTS: Final = torch.tensor([2.0, 2.0, 1.0, 1.5, 1.5])  # of the points' errors, in the order of POINTS
MEET: Final = 50  # steps between two meetings of trainings side by side
HELD_BACK: Final = 10  # one person in this many is never trained on
REAL: Final = 0.3  # share of photographs in a batch
MIXED: Final = (0.5, 0.15, 0.35)  # of rendered crops: as they are, in real rooms, their tools in photographs
REMOVED: Final = 0.3  # share of tools that touch that are taken away: a posture alone is no evidence
TAUGHT: Final = 2.0  # weight of what the teacher says
TRIES: Final = 12  # photographs until one fits
VISIBLE: Final = 0.05  # less of the tool showing than this: whether it is there can't be asked


class Crops:
    """All stored crops, in memory: rendered ones and those of photographs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reload()

    def reload(self) -> None:
        """Read the folder again: pictures may still be coming."""
        parts = [np.load(p) for p in sorted(self.folder.glob("shard_*.npz"))]
        self.arrays = {k: np.concatenate([p[k] for p in parts]) for k in parts[0].files}
        # The trunk of somebody who sits on the tool: whether it lies under the trunk is a matter of a hand's breadth.
        kind, touching, person = (self.arrays[k] for k in ("kind", "touching", "person"))
        before = np.roll(np.arange(len(kind)), 1)
        beside = (kind[before] == 2) & (touching[before] == 1) & (person == person[before])
        self.ambiguous = (touching == 0) & (kind == 0) & beside
        held = self.arrays["person"] % HELD_BACK == 0
        self.real = person >= FIRST_PERSON
        self.train, self.test = np.flatnonzero(~held & ~self.real), np.flatnonzero(held & ~self.real)
        self.real_train, self.real_test = np.flatnonzero(~held & self.real), np.flatnonzero(held & self.real)

    def drawn(self, random: np.random.Generator) -> NDArray[np.int64]:
        """Numbers of crops to train on next."""
        real = round(REAL * BATCH)
        return np.concatenate(
            [random.choice(self.real_train, real), random.choice(self.train, BATCH - real, replace=False)]
        )

    def one(
        self, i: int, how: str, random: np.random.Generator, onto: NDArray[np.int64]
    ) -> tuple[Image, Points, float]:
        """A rendered crop as it is, in a real room (`room`) or its tool in a photograph (`tool`) out of those `onto`;
        the picture, its points, and by how much the tool is larger there."""
        image, points = self.arrays["image"][i], self.arrays["points"][i]
        shown = self.arrays["shown"][i]
        for _ in range(TRIES if how != "plain" else 0):
            j = int(random.choice(onto))
            photograph = self.arrays["image"][j]
            if how == "room":
                return mix.in_a_room(image, shown, photograph), points, 1.0
            if self.arrays["kind"][i] != self.arrays["kind"][j]:
                continue
            way = mix.carried(points, self.arrays["points"][j])
            made = None if way is None else mix.with_tool(photograph, image, shown, way, pad=PAD, random=random)
            if made is not None and way is not None:
                return made, mix.moved(points, way), float(np.hypot(*way[:, 0]))
        return image, points, 1.0

    def emptied(self, i: int, random: np.random.Generator) -> Image:
        """A rendered crop without its tool, half of them in a real room."""
        image, shown = self.arrays["image"][i], self.arrays["shown"][i]
        if random.random() < 0.5:
            return mix.without_tool(image, shown)
        person = np.where(shown == mix.TOOL_SHOWN, mix.ROOM, shown).astype(np.uint8)
        return mix.in_a_room(image, person, self.arrays["image"][int(random.choice(self.real_train))])

    def batch(
        self, index: NDArray[np.int64], random: np.random.Generator | None, mixed: str | None = None
    ) -> dict[str, Tensor]:
        """Crops as the net takes them; mixed, shifted, turned, recoloured when `random` is given. `mixed`: all of them
        in this one way (`room`, `tool`), with photographs held back and nothing else changed."""
        images, points, radii, plain, gone = [], [], [], [], []
        steady = np.random.default_rng(len(index))
        for i in index:
            image, where, larger = self.arrays["image"][i], self.arrays["points"][i], 1.0
            removed = False
            if self.real[i]:
                where = np.full_like(where, np.nan)
            elif mixed is not None:
                image, where, larger = self.one(int(i), mixed, steady, self.real_test)
            elif random is not None:
                how = str(random.choice(("plain", "room", "tool"), p=MIXED))
                if removed := bool(self.arrays["touching"][i] and random.random() < REMOVED):
                    image, where = self.emptied(int(i), random), where.copy()
                    where[:3] = np.nan
                else:
                    image, where, larger = self.one(int(i), how, random, self.real_train)
            gone.append(removed)
            plain.append(np.may_share_memory(image, self.arrays["image"]))
            image, where, scale = placed(image, where, random)
            images.append(image if random is None else worn(image, random))
            points.append(where)
            radii.append(self.arrays["radius"][i] * scale * larger)
        pixels = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 255
        if random is not None:
            pixels = recoloured(pixels)
        kinds = torch.from_numpy(self.arrays["kind"][index])
        planes = functional.one_hot(kinds, 3)[:, 1:].float()[:, :, None, None].expand(-1, -1, HEIGHT, WIDTH)
        return {
            "image": torch.cat([pixels - 0.5, planes], 1),
            "points": torch.from_numpy(np.stack(points)),
            "radius": torch.tensor(np.array(radii, np.float32)),
            "along": torch.from_numpy(self.arrays["along"][index]),
            "touching": torch.from_numpy(self.arrays["touching"][index] * ~np.array(gone)),
            "visible": torch.from_numpy(self.arrays["visible"][index]),
            "ambiguous": torch.from_numpy(self.ambiguous[index]),
            "plain": torch.tensor(plain),
        }


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


@torch.no_grad()
def evaluate(net: RollerFinder, crops: Crops) -> dict[str, float]:
    """Figures on the people held back."""
    net.eval()
    off, near, said, truth, visible, kinds, ends = [], [], [], [], [], [], []
    for i in range(0, len(crops.test), 128):
        index = crops.test[i : i + 128]
        batch = crops.batch(index, None)
        maps, numbers = net(batch["image"])
        where = places(maps)
        unit = where[:, 4] - where[:, 3]
        along = ((where[:, 0] - where[:, 3]) * unit).sum(-1) / (unit**2).sum(-1)
        off.append((along - batch["along"]).abs())
        near.append((where[:, 1] - batch["points"][:, 1]).norm(dim=-1) / batch["radius"].clamp(min=1))
        ends.append((where[:, 3:] - batch["points"][:, 3:]).norm(dim=-1).mean(-1))
        said.append(numbers[:, 0].sigmoid())
        truth.append(batch["touching"])
        visible.append(batch["visible"])
        kinds.append(crops.arrays["kind"][index])
    o, p, t, v, r, e = (torch.cat(x).numpy() for x in (off, said, truth, visible, near, ends))
    k = np.concatenate(kinds)
    clear = (t > 0.5) & (v > 0.2)
    figures = {
        "presence right": float(((p > 0.5) == (t > 0.5))[(t < 0.5) | (v > VISIBLE)].mean()),
        "seen": float((p[clear] > 0.5).mean()),
        "false": float((p[t < 0.5] > 0.5).mean()),
        "near in radii": float(np.nanmedian(r[clear])),
        "near within radius": float(np.nanmean(r[clear] < 1)),
        "ends px": float(np.nanmedian(e)),
    }
    figures |= {f"photographs {k}": v for k, v in real_figures(net, crops).items()}
    for number, name in enumerate(("between", "across", "floor")):
        these = (t > 0.5) & (k == number)
        if these.any():
            figures[f"{name} median"] = float(np.median(o[these]))
            figures[f"{name} 95 %"] = float(np.percentile(o[these], 95))
    return figures


@torch.no_grad()
def chances(net: RollerFinder, crops: Crops, index: NDArray[np.int64], mixed: str | None = None) -> Array:
    """The chance that a tool touches, for each crop."""
    parts = [index[i : i + 128] for i in range(0, len(index), 128)]
    return np.concatenate([net(crops.batch(p, None, mixed)["image"])[1][:, 0].sigmoid().numpy() for p in parts])


def real_figures(net: RollerFinder, crops: Crops) -> dict[str, float]:
    """How often a tool is told in photographs held back that have none, by crop and by picture (in any of its crops),
    and seen where a rendered one was put into them."""
    index = crops.real_test
    said, picture = chances(net, crops, index), crops.arrays["picture"][index]
    worst = np.array([said[picture == p].max() for p in np.unique(picture)])
    clear = crops.test[(crops.arrays["touching"][crops.test] > 0) & (crops.arrays["visible"][crops.test] > 0.2)][:600]
    seen = chances(net, crops, clear, "tool")
    return {
        "false": float((said > 0.5).mean()),
        "any": float((worst > 0.5).mean()),
        "any sure": float((worst > 0.75).mean()),
        "put in seen": float((seen > 0.5).mean()),
    }


def _judged(net: RollerFinder, crops: Crops) -> tuple[Array, Array, Array]:
    """Logits of the chance on what is held back, whether a tool touches, and whether a crop is of a photograph."""
    clear = (crops.arrays["touching"] < 0.5) | (crops.arrays["visible"] > VISIBLE)
    index = np.concatenate([crops.test[(clear & ~crops.ambiguous)[crops.test]], crops.real_test])
    said = chances(net, crops, index).clip(1e-6, 1 - 1e-6)
    return np.log(said / (1 - said)), crops.arrays["touching"][index] > 0.5, crops.real[index]


@torch.no_grad()
def calibrate(net: RollerFinder, crops: Crops) -> tuple[float, float]:
    """Scale and shift the logit of the chance so that it is a probability on what is held back, photographs and
    rendered crops counting alike; both go into the last layer."""
    logits, touching, real = _judged(net.eval(), crops)
    weight = np.where(real, 0.5 / max(real.sum(), 1), 0.5 / max((~real).sum(), 1))
    scale, shift = 1.0, 0.0
    for _ in range(50):  # Newton's steps of a logistic regression with two numbers
        p = 1 / (1 + np.exp(-(scale * logits + shift)))
        columns = np.stack([logits, np.ones_like(logits)], 1)
        slope = columns.T @ (weight * (touching - p))
        bend = (columns * (weight * p * (1 - p))[:, None]).T @ columns
        step = np.linalg.solve(bend + 1e-9 * np.eye(2), slope)
        scale, shift = scale + float(step[0]), shift + float(step[1])
    last: Any = net.head[2]
    last.weight[0] *= scale
    last.bias[0] = scale * last.bias[0] + shift
    return scale, shift


def reliability(net: RollerFinder, crops: Crops) -> list[tuple[str, str, int, float, float]]:
    """Ten bins of the chance on what is held back: of what, the bin, how many crops, the mean chance, the share of them
    in which a tool does touch."""
    logits, touching, real = _judged(net.eval(), crops)
    chance = 1 / (1 + np.exp(-logits))
    rows = []
    for name, of in (("rendered", ~real), ("photographs", real)):
        for k in range(10):
            inside = of & (chance >= k / 10) & ((chance < (k + 1) / 10) | (k == 9))
            if inside.any():
                means = float(chance[inside].mean()), float(touching[inside].mean())
                rows.append((name, f"{k / 10:.1f} to {(k + 1) / 10:.1f}", int(inside.sum()), *means))
    return rows


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
        load_folded(net, start, crops.batch(crops.drawn(random)[:BATCH], random)["image"])
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
