"""From landmarks to named measures: joint angles, heights above the floor, distances, and the view."""

from smr_vision.body.anthropometry import HIP_WIDTH_H, SHANK_H, SHOULDER_HALF_H, THIGH_H, TRUNK_H
from smr_vision.body.estimator import FACING_DEG, Body, BodyEstimator, View, pixels_per_metre, size_of, stature_of
from smr_vision.body.geometry import SIDES, Array, angle_at, opposite
from smr_vision.body.seen_joints import SEEN, SIDE_ON_DEG

__all__ = [
    "FACING_DEG", "HIP_WIDTH_H", "SEEN", "SHANK_H", "SHOULDER_HALF_H", "SIDES", "SIDE_ON_DEG", "THIGH_H",
    "TRUNK_H", "Array", "Body", "BodyEstimator", "View", "angle_at", "opposite", "pixels_per_metre", "size_of",
    "stature_of",
]  # fmt: skip
