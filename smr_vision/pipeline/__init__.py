"""The river from pictures to feedback, and its public face."""

from smr_vision.pipeline.public import Pipeline, load_move, open_video
from smr_vision.pipeline.result import FrameResult

__all__ = ["FrameResult", "Pipeline", "load_move", "open_video"]
