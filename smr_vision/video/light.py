"""Colours that an ordinary screen can't show, made fit for one: high dynamic range and the wide colours of BT.2020.

Phones film so by default. Taken for ordinary colours such pictures are washed out: skin turns grey, and what was learnt
of rollers no longer holds. They become what a browser shows of them on an ordinary screen.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import Final

import cv2  # before PyAV, or OpenCV's windows hang (see decoding.py)

# isort: split
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

_WIDE: Final = 9  # AVCOL_PRI_BT2020
_BITS: Final = 6  # of each colour that the table tells apart: an error of 2 of 255
_PLACE: Final = np.minimum((np.arange(256) + (1 << (7 - _BITS))) >> (8 - _BITS), (1 << _BITS) - 1).astype(np.int32)
WHITE: Final = 203.0  # cd/m2 of an ordinary white, ITU-R BT.2408
_HLG_PEAK: Final = 1000.0  # cd/m2, ITU-R BT.2100
# What Chromium 156 shows on an ordinary screen of so many times WHITE, in the screen's light (1: its white), measured
# with a ramp of grey in PQ and in HLG, the same for both: half the light, and a knee that ends at 1000 cd/m2.
_KNEE: Final = (
    (0.0, 1.0, 1.281, 1.626, 1.970, 2.463, 2.956, 3.448, 3.941, 4.433, 4.926),
    (0.0, 0.502, 0.604, 0.680, 0.742, 0.811, 0.863, 0.905, 0.943, 0.973, 1.0),
)
# BT.2020 primaries to those of sRGB and BT.709, linear light, ITU-R BT.2087.
_TO_SCREEN: Final = np.array(
    [[1.660491, -0.587641, -0.072850], [-0.124550, 1.132900, -0.008349], [-0.018151, -0.100579, 1.118730]]
)


class Light(IntEnum):
    """How the numbers of a picture stand for light, where an ordinary screen can't show it as it is."""

    WIDE = 14
    PQ = 16  # AVCOL_TRC_SMPTE2084
    HLG = 18  # AVCOL_TRC_ARIB_STD_B67

    @classmethod
    def of(cls, picture: VideoFrame) -> Light | None:
        """As the picture says; None for ordinary ones."""
        transfer = int(picture.color_trc)
        if transfer in (cls.PQ, cls.HLG):
            return cls(transfer)
        return cls.WIDE if int(picture.color_primaries) == _WIDE else None


def on_screen(image: NDArray[np.uint8], light: Light) -> NDArray[np.uint8]:
    """RGB (height, width, 3) as decoded, in the colours of an ordinary screen (sRGB)."""
    red, green, blue = cv2.split(image)
    place = cv2.LUT(red, _PLACE << 2 * _BITS) + cv2.LUT(green, _PLACE << _BITS) + cv2.LUT(blue, _PLACE)
    found: NDArray[np.uint8] = np.take(_table(light), place.astype(np.int32, copy=False), axis=0)
    return found


@lru_cache(maxsize=3)
def _table(light: Light) -> NDArray[np.uint8]:
    """sRGB (64 * 64 * 64, 3) of every coarse colour, red the slowest."""
    signal = np.arange(1 << _BITS) * float(1 << (8 - _BITS)) / 255.0
    rgb = np.stack(np.meshgrid(signal, signal, signal, indexing="ij"), axis=-1).reshape(-1, 3)
    shown = {Light.WIDE: _ordinary, Light.PQ: _pq, Light.HLG: _hlg}[light](np.minimum(rgb, 1.0))
    if light is not Light.WIDE:
        most = np.maximum(shown.max(axis=1, keepdims=True), 1e-9)
        shown = shown * np.interp(most, *_KNEE) / most
    return np.round(255 * _srgb(np.clip(shown @ _TO_SCREEN.T, 0, 1))).astype(np.uint8)


def _ordinary(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Light of the screen of an sRGB signal, IEC 61966-2-1: what browsers take BT.709 and BT.2020 for."""
    return np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)


def _pq(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Light in units of WHITE of a PQ signal, SMPTE ST 2084."""
    power = signal ** (1 / 78.84375)
    base = np.maximum(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)
    return np.asarray(10000 / WHITE * base ** (1 / 0.1593017578125), np.float64)


def _hlg(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Light in units of WHITE of an HLG signal on a screen of 1000 cd/m2, ITU-R BT.2100."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    luma = scene @ (0.2627, 0.6780, 0.0593)
    return np.asarray(_HLG_PEAK / WHITE * scene * luma[:, None] ** 0.2, np.float64)


def _srgb(light: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
