"""What a phone and its codec do to a picture: bloom, blur, shake, noise, colour, compression."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from .geometry import Array


@dataclass(frozen=True)
class Post:
    """Effects in the order they are applied; zeros and ones change nothing."""

    bloom: float = 0.0
    blur_px: float = 0.0
    motion_px: float = 0.0
    motion_deg: float = 0.0
    gain: float = 1.0
    warmth: float = 0.0  # -1 blue .. 1 orange
    tint: float = 0.0  # -1 magenta .. 1 green
    gamma: float = 1.0
    contrast: float = 1.0
    saturation: float = 1.0
    haze: float = 0.0  # veiling glare, 0..0.5
    vignette: float = 0.0
    noise: float = 0.0  # standard deviation in bytes
    jpeg: int = 0  # 0: none


def develop_look(rgb: Array, post: Post, rng: np.random.Generator) -> Array:
    """(H, W, 3) uint8 in, the same out."""
    x: Array = rgb.astype(np.float32)
    if post.bloom:
        bright = np.maximum(x - 225, 0)
        small = cv2.resize(bright, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
        glow = cv2.GaussianBlur(small, (0, 0), 1.5) * 2 + cv2.GaussianBlur(small, (0, 0), 5.5) * 4
        x += post.bloom * cv2.resize(glow, (x.shape[1], x.shape[0]), interpolation=cv2.INTER_LINEAR)
    if post.blur_px:
        x = cv2.GaussianBlur(x, (0, 0), post.blur_px)
    if post.motion_px >= 1:
        n = int(np.ceil(post.motion_px)) | 1
        kernel = np.zeros((n, n), np.float32)
        a = np.radians(post.motion_deg)
        d = (n - 1) / 2 * np.array([np.cos(a), np.sin(a)])
        c = (n - 1) / 2
        cv2.line(
            kernel,
            tuple(np.round([c - d[0], c - d[1]]).astype(int).tolist()),
            tuple(np.round([c + d[0], c + d[1]]).astype(int).tolist()),
            1.0,
        )
        x = cv2.filter2D(x, -1, kernel / kernel.sum())
    balance = np.array(
        [1 + 0.14 * post.warmth - 0.04 * post.tint, 1 + 0.06 * post.tint, 1 - 0.16 * post.warmth - 0.04 * post.tint],
        np.float32,
    )
    x = x * balance * post.gain
    if post.saturation != 1:
        grey = x.mean(2, keepdims=True)
        x = grey + (x - grey) * post.saturation
    x = 255 * (np.clip(x, 0, 255) / 255) ** post.gamma
    x = (x - 128) * post.contrast + 128
    if post.haze:
        x = x * (1 - post.haze) + 190 * post.haze
    if post.vignette:
        h, w = x.shape[:2]
        v, u = np.mgrid[0:h, 0:w]
        r2 = ((u / w - 0.5) ** 2 + (v / h - 0.5) ** 2) * 2
        x *= (1 - post.vignette * r2)[..., None]
    if post.noise:
        coarse: Array = rng.standard_normal((x.shape[0] // 2 + 1, x.shape[1] // 2 + 1, 3)).astype(np.float32)
        coarse = cv2.resize(coarse, (x.shape[1], x.shape[0]), interpolation=cv2.INTER_LINEAR)
        fine = rng.standard_normal(x.shape, np.float32)
        x += post.noise * (0.7 * fine + 0.7 * coarse)
    out = np.clip(x, 0, 255).astype(np.uint8)
    if post.jpeg:
        _, data = cv2.imencode(".jpg", out[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, post.jpeg])
        out = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))[..., ::-1]
    return out
