"""The net of the rolling: how somebody is seen in, weights of the joints' movements out. 14,000 weights of its own."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from smr_vision.tool.sway import CONTEXT, PLACES

HIDDEN = 64
LEAST_SHOWN = 0.6  # share of the rolling
FURTHEST = 4.0  # spreads: somebody seen as nobody before is taken for the nearest that was


class SwayNet(nn.Module):
    """(n, ..., CONTEXT) -> weights (n, ..., PLACES) and the logarithm of the doubt (n, ..., 1)."""

    mean: Tensor
    spread: Tensor
    shrunk: Tensor  # of people not trained on a share of the rolling shows: first + second * doubt

    def __init__(self, mean: Tensor, spread: Tensor) -> None:
        super().__init__()
        self.register_buffer("shrunk", torch.tensor([1.0, 0.0]))
        self.register_buffer("mean", mean)
        self.register_buffer("spread", spread)
        self.body = nn.Sequential(
            nn.Linear(CONTEXT, HIDDEN), nn.Tanh(), nn.Dropout(0.1),
            nn.Linear(HIDDEN, HIDDEN), nn.Tanh(), nn.Dropout(0.1),
        )  # fmt: skip
        self.weights = nn.Linear(HIDDEN, PLACES)
        self.doubt = nn.Linear(HIDDEN, 1)
        nn.init.normal_(self.weights.weight, 0, 0.02)
        nn.init.zeros_(self.doubt.weight)
        nn.init.constant_(self.doubt.bias, -2.5)

    def forward(self, context: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.body(((context - self.mean) / self.spread).clamp(-FURTHEST, FURTHEST))
        doubt = self.doubt(seen).clamp(-4.0, 0.0)
        return self.weights(seen) / (self.shrunk[0] + self.shrunk[1] * doubt.exp()).clamp(LEAST_SHOWN, 1.0), doubt


def export(net: SwayNet, path: Path) -> None:
    """Write the net as ONNX, as OpenCV's dnn module reads it."""
    net.eval()
    torch.onnx.export(
        net, (torch.zeros(1, CONTEXT),), str(path), input_names=["context"], output_names=["weights", "doubt"],
        opset_version=13, dynamo=False,
    )  # fmt: skip
