"""The film in other colours: BT.2020, PQ and HLG, made from what a screen shows of it.

Numbers: ITU-R BT.2020 (primaries), SMPTE ST 2084 (PQ), ARIB STD-B67 and ITU-R BT.2100 (HLG), ITU-R BT.2408 (white of
ordinary pictures at 203 cd/m2, which is 58 % of PQ and 75 % of HLG).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

WHITE: Final = 203.0  # cd/m2
PEAK_HLG: Final = 1000.0
TO_2020: Final = np.array(
    [[0.627404, 0.329283, 0.043313], [0.069097, 0.919541, 0.011362], [0.016391, 0.088013, 0.895595]]
)

Image = NDArray[np.uint8]
Deep = NDArray[np.uint16]


def deep(image: Image, colours: str) -> Deep:
    """RGB (height, width, 3) of an sRGB screen as 16-bit RGB signals of `colours`."""
    light = _linear(image / 255.0) @ TO_2020.T
    signal = {"BT.2020": _gamma, "PQ": lambda x: _pq(x * WHITE), "HLG": _hlg}[colours](light)
    return np.round(np.clip(signal, 0, 1) * 65535).astype(np.uint16)


def _linear(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def _gamma(x: NDArray[np.float64]) -> NDArray[np.float64]:
    x = np.clip(x, 0, 1)
    return np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)


def _pq(nits: NDArray[np.float64]) -> NDArray[np.float64]:
    y = np.clip(nits / 10000, 0, 1) ** 0.1593017578125
    return np.asarray(((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375, np.float64)


def _hlg(light: NDArray[np.float64]) -> NDArray[np.float64]:
    shown = np.clip(light, 0, None) * WHITE / PEAK_HLG
    luma = np.maximum(shown @ (0.2627, 0.6780, 0.0593), 1e-9)[..., None]
    scene = np.clip(shown * luma ** ((1 - 1.2) / 1.2), 0, 1)  # the system's gamma at 1000 cd/m2
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), a * np.log(np.maximum(12 * scene - b, 1e-9)) + c)
