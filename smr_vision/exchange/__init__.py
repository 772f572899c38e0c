"""Open formats, out and in: landmarks as TRC and CSV, what happened as WebVTT and JSON."""

from smr_vision.exchange.export import KINDS, export
from smr_vision.exchange.recording import LandmarkRecording, read_landmarks

__all__ = ["KINDS", "LandmarkRecording", "export", "read_landmarks"]
