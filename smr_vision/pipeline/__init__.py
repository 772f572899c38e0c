"""The river from pictures to feedback, and its public face."""

from smr_vision.pipeline.public import FrameResult, Pipeline, load_move, open_video

__all__ = ["FrameResult", "Pipeline", "load_move", "open_video"]
