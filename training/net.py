"""The roller finder's net: a crop in, five heat maps and a few numbers out. About 0.3 million weights."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from smr_vision.tool.crop import HEIGHT, KINDS, WIDTH
from training.crops import POINTS

CELL = 4  # crop pixels a cell of a heat map
CHANNELS = 3 + len(KINDS) - 1
NUMBERS = 3  # touching (logit), log of the radius in crop pixels, log of the spread of the contact


def _conv(inputs: int, outputs: int, stride: int = 1, size: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class _Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _conv(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.second(self.first(x)))


class RollerFinder(nn.Module):
    """(n, CHANNELS, HEIGHT, WIDTH) -> heat maps (n, 5, HEIGHT/4, WIDTH/4) as logits, numbers (n, 3)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(_conv(CHANNELS, 16, 2), _conv(16, 24, 2), _Block(24))
        self.down1 = nn.Sequential(_conv(24, 48, 2), _Block(48), _Block(48))
        self.down2 = nn.Sequential(_conv(48, 64, 2), _Block(64), _Block(64))
        self.down3 = nn.Sequential(_conv(64, 64, 2), _Block(64))
        self.up3 = _conv(64, 64, size=1)
        self.up2 = _conv(64, 48, size=1)
        self.mix1 = _Block(48)
        self.up1 = _conv(48, 24, size=1)
        self.mix0 = _Block(24)
        self.maps = nn.Conv2d(24, len(POINTS), 1)
        self.head = nn.Sequential(nn.Linear(64, 48), nn.ReLU(inplace=True), nn.Linear(48, NUMBERS))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        a = self.stem(x)
        b = self.down1(a)
        c = self.down2(b)
        d = self.down3(c)
        c = c + functional.interpolate(self.up3(d), size=(HEIGHT // 16, WIDTH // 16), mode="nearest")
        b = self.mix1(b + functional.interpolate(self.up2(c), size=(HEIGHT // 8, WIDTH // 8), mode="nearest"))
        a = self.mix0(a + functional.interpolate(self.up1(b), size=(HEIGHT // 4, WIDTH // 4), mode="nearest"))
        return self.maps(a), self.head(d.mean(dim=(2, 3)))


@torch.no_grad()
def load_folded(net: RollerFinder, path: Path, crops: Tensor) -> None:
    """Take the weights of an exported net, whose normalisations are folded into its convolutions. They are unfolded by
    what `crops` (n, CHANNELS, HEIGHT, WIDTH) bring about, so that training goes on as if it had never been exported."""
    kept = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in onnx.load(str(path)).graph.initializer}
    folded = [t for name, t in kept.items() if name.startswith("onnx::")]
    pairs = iter(zip(folded[::2], folded[1::2], strict=True))
    seen: dict[nn.BatchNorm2d, Tensor] = {}
    last = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    convolutions = [m for m in net.modules() if isinstance(m, nn.Conv2d) and m.bias is None]
    for conv, norm in zip(convolutions, last, strict=True):
        weight, bias = next(pairs)
        conv.weight.copy_(weight)
        norm.running_mean.zero_()
        norm.running_var.fill_(1 - norm.eps)
        norm.weight.fill_(1)
        norm.bias.copy_(bias)
        norm.register_forward_hook(lambda m, inputs, _: seen.__setitem__(m, inputs[0]))
    for name, module in (("maps", net.maps), ("head.0", net.head[0]), ("head.2", net.head[2])):
        module.weight.copy_(kept[f"{name}.weight"])
        module.bias.copy_(kept[f"{name}.bias"])
    net.eval()
    net(crops)
    for norm, inputs in seen.items():
        mean, var = inputs.mean((0, 2, 3)), inputs.var((0, 2, 3))
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(var)
        norm.weight.copy_((var + norm.eps).sqrt())
        norm.bias.add_(mean)
        norm._forward_hooks.clear()


def places(maps: Tensor) -> Tensor:
    """Centres of mass of heat maps (n, k, h, w) in crop pixels, (n, k, 2)."""
    n, k, h, w = maps.shape
    share = maps.reshape(n, k, -1).softmax(-1).reshape(n, k, h, w)
    x = (share.sum(2) * (torch.arange(w) + 0.5)).sum(-1)
    y = (share.sum(3) * (torch.arange(h) + 0.5)).sum(-1)
    return torch.stack([x, y], -1) * CELL
