"""What is done to crops while training, so that no two looks at one are alike: place, wear, light, colour."""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from smr_vision.tool.crop import HEIGHT, WIDTH
from training.crops import PAD

STRANGE: Final = 0.15  # share of crops whose colours and textures are thrown about


def placed(
    image: NDArray[np.uint8], points: NDArray[np.float32], random: np.random.Generator | None
) -> tuple[NDArray[np.uint8], NDArray[np.float32], float]:
    """The inner window of a padded crop, moved about at random."""
    if random is None:
        return image[PAD:-PAD, PAD:-PAD], points, 1.0
    turn, scale = math.radians(random.normal(0, 3)), math.exp(random.normal(0, 0.06))
    c, s = scale * math.cos(turn), scale * math.sin(turn)
    matrix = np.array([[c, -s], [s, c]])
    centre = np.array([WIDTH, HEIGHT]) / 2
    shift = centre - matrix @ (centre + PAD) + random.normal(0, 3.0, 2)
    out = cv2.warpAffine(
        image,
        np.hstack([matrix, shift[:, None]]),
        (WIDTH, HEIGHT),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    moved = (points + PAD) @ matrix.T.astype(np.float32) + shift.astype(np.float32)
    return out.astype(np.uint8), moved.astype(np.float32), scale


def worn(image: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """Blur, coarse pixels, grain, a patch in front."""
    if random.random() < 0.25:
        image = cv2.GaussianBlur(image, (0, 0), random.uniform(0.4, 1.6)).astype(np.uint8)
    if random.random() < 0.15:
        small = cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        image = cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR).astype(np.uint8)
    if random.random() < 0.3:
        image = np.clip(image + random.normal(0, random.uniform(2, 10), image.shape), 0, 255).astype(np.uint8)
    if random.random() < 0.15:
        x, y = int(random.uniform(0, WIDTH - 24)), int(random.uniform(0, HEIGHT - 20))
        image = image.copy()
        image[y : y + int(random.uniform(6, 20)), x : x + int(random.uniform(6, 24))] = random.integers(0, 255, 3)
    return image


def recoloured(pixels: Tensor) -> Tensor:
    """Other light and other colours for each crop."""
    n = len(pixels)
    mean = pixels.mean((2, 3), keepdim=True)
    pixels = (pixels - mean) * (1 + 0.25 * torch.randn(n, 1, 1, 1)).clamp(0.5, 1.6) + mean
    pixels = pixels * (1 + 0.12 * torch.randn(n, 3, 1, 1)) + 0.06 * torch.randn(n, 1, 1, 1)
    pixels = pixels.clamp(1e-3, 1) ** torch.exp(0.25 * torch.randn(n, 1, 1, 1))
    swap = torch.rand(n) < 0.35
    order = torch.stack([torch.randperm(3) for _ in range(n)])
    swapped = pixels.gather(1, order[:, :, None, None].expand_as(pixels))
    pixels = torch.where(swap[:, None, None, None], swapped, pixels)
    strange = torch.rand(n) < STRANGE
    if strange.any():
        pixels = pixels.clone()
        pixels[strange] = _strange(pixels[strange])
    grey = (torch.rand(n) < 0.12)[:, None, None, None]
    return torch.where(grey, pixels.mean(1, keepdim=True).expand_as(pixels), pixels)


def _strange(pixels: Tensor) -> Tensor:
    """Each crop seen through a small filter drawn at random, which keeps shapes and changes colours and textures
    (random convolution, Xu et al., ICLR 2021)."""
    n, _, height, width = pixels.shape
    filters = 0.25 * torch.randn(n * 3, 3, 3, 3)
    filters[:, :, 1, 1] += 0.5 * torch.randn(n * 3, 3)
    seen = functional.conv2d(pixels.reshape(1, n * 3, height, width), filters, padding=1, groups=n)
    seen = seen.reshape(n, 3, height, width)
    low, high = seen.amin((1, 2, 3), keepdim=True), seen.amax((1, 2, 3), keepdim=True)
    seen = (seen - low) / (high - low).clamp(min=1e-3)
    share = torch.rand(n, 1, 1, 1)
    return share * pixels + (1 - share) * seen
