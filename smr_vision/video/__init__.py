"""Clips in, with the exact time of every picture."""

from smr_vision.video.frame import (
    GREY_WIDTH,
    LOOK_SIDE,
    DecodedFrame,
    Frame,
    SentFrame,
    SmallFrame,
    UnseenFrame,
    fitting,
)
from smr_vision.video.reader import ClipInfo, ClipReader, Ending

__all__ = [
    "GREY_WIDTH", "LOOK_SIDE", "ClipInfo", "ClipReader", "DecodedFrame", "Ending", "Frame", "SentFrame",
    "SmallFrame", "UnseenFrame", "fitting",
]  # fmt: skip
