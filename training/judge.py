"""How good the roller finder is on what is held back, and its chance made a probability."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from training.batches import Crops
from training.net import RollerFinder, places

Array = NDArray[np.float32]
VISIBLE: Final = 0.05  # less of the tool showing than this: whether it is there can't be asked


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
        position = ((where[:, 0] - where[:, 3]) * unit).sum(-1) / (unit**2).sum(-1)
        off.append((position - batch["along"]).abs())
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
