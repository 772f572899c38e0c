"""How long parts of a body are, as shares of stature: means of men and women."""

from __future__ import annotations

from typing import Final

TRUNK_H: Final = 0.304  # mid-shoulders to mid-hips [ANSUR II]
THIGH_H: Final = 0.233  # [ANSUR II]
SHANK_H: Final = 0.243  # [ANSUR II]
HIP_WIDTH_H: Final = 0.13  # between the hip joints of the rendered bodies with exact truth: 0.12-0.14
SHOULDER_HALF_H: Final = 0.096  # half the distance of the shoulder joints: rendered bodies, .094-.098
