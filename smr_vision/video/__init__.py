"""Clips in, with the exact time of every picture."""

from smr_vision.video.clip_info import ClipInfo, Ending
from smr_vision.video.frame import (
    GREY_WIDTH,
    LOOK_SIDE,
    DecodedFrame,
    Frame,
    LazyFrame,
    SentFrame,
    SmallFrame,
    UnseenFrame,
    fitting,
)
from smr_vision.video.reader import ClipReader

__all__ = [
    "GREY_WIDTH", "LOOK_SIDE", "ClipInfo", "ClipReader", "DecodedFrame", "Ending", "Frame", "LazyFrame", "SentFrame",
    "SmallFrame", "UnseenFrame", "fitting",
]  # fmt: skip
