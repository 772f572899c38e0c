"""Draws on the pictures of a clip what the coach sees and says."""

from smr_vision.overlay.drawing import Overlay, person_points

__all__ = ["Overlay", "person_points"]  # fmt: skip
