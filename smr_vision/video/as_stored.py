"""What the container knows of a picture better than FFmpeg's decoder does: its colours, and its time in an AVI."""

from __future__ import annotations

import cv2  # noqa: F401 - before PyAV, or OpenCV's windows hang (see decoding.py)

# isort: split
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from smr_vision.video.upright import UNTAGGED


class AsStored:
    """Completes the pictures of one stream; to be made before anything of it is decoded."""

    def __init__(self, stream: VideoStream, container: str) -> None:
        coder = stream.codec_context
        self._coder = coder.name
        self._counted = container == "avi"
        self._colours = (
            int(coder.colorspace), int(coder.color_range), int(coder.color_primaries), int(coder.color_trc)
        )  # fmt: skip
        self._stamps: tuple[int, ...] = ()  # the last two

    def complete(self, picture: VideoFrame) -> None:
        """Give `picture` what it lacks."""
        self._colour(picture)
        if self._counted:
            self._order(picture)

    def _colour(self, picture: VideoFrame) -> None:
        """FFmpeg 8's decoder of VP8 overwrites the container's colours with what that format once meant, though
        Chromium records others in it, and takes HD that says nothing for BT.709 like any other; that of ProRes
        forgets them where its own header says nothing."""
        if self._coder == "vp8" or (self._colours[0] != UNTAGGED and picture.colorspace == UNTAGGED):
            picture.colorspace, picture.color_range, picture.color_primaries, picture.color_trc = self._colours

    def _order(self, picture: VideoFrame) -> None:
        """An AVI numbers its packets as they are stored, so where B-frames are shown in another order FFmpeg's `pts`
        go back and forth. Pictures come in order; their `dts` do too."""
        if picture.dts is not None:
            picture.pts = picture.dts
        elif len(self._stamps) == 2:  # the last ones, which the decoder held back
            picture.pts = 2 * self._stamps[1] - self._stamps[0]
        if picture.pts is not None:
            self._stamps = (*self._stamps[-1:], picture.pts)
