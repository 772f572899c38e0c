"""Pictures that need not be decoded: no other picture is made from them, and nobody will look at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2  # noqa: F401 - before PyAV, or OpenCV's windows hang (see decoding.py)

# isort: split
from av.packet import Packet
from av.video.stream import VideoStream

_SLICES: Final = range(1, 6)  # H.264: kinds of unit that hold parts of a picture
# HEVC (ITU-T H.265, table 7-1): those that do, and of these the ones whose picture none of its layer is made from.
_HEVC_SLICES: Final = range(32)
_HEVC_ALONE: Final = range(0, 15, 2)
_H264_HEAD: Final = 5  # bytes of what a file says of its pictures (ISO/IEC 14496-15), up to that with the length
_HEVC_HEAD: Final = 22


@dataclass(frozen=True, order=True)
class PassedOver:
    """A picture that was not decoded: its time and how long it stays, in the stream's own seconds."""

    stamp: float
    stays_s: float


class Thinner:
    """Tells of the packets of a stream, in the order in which they are stored, which may be passed over.

    Of each slot of time (`slot_of` a stream's time) the first picture is looked at. A packet is passed over where it is
    known that its picture is not the first, so one too many is decoded at times, and never one too few.
    """

    def __init__(self, stream: VideoStream, slot_of: Callable[[float], int]) -> None:
        self._slot_of = slot_of
        self._first: dict[int, float] = {}
        codec, extra = stream.codec_context.name, bytes(stream.codec_context.extradata or b"")
        # Units with their lengths before them, as in MP4 and Matroska; how many bytes a length takes.
        self._length = self._layers = 0
        if codec == "h264" and len(extra) > _H264_HEAD and extra[0] == 1:
            self._length = (extra[_H264_HEAD - 1] & 3) + 1
        elif codec == "hevc" and len(extra) > _HEVC_HEAD and extra[0] == 1:
            self._layers = extra[_HEVC_HEAD - 1] >> 3 & 7  # 0: not told, and then nothing is passed over
            self._length = (extra[_HEVC_HEAD - 1] & 3) + 1 if self._layers else 0

    def passes_over(self, packet: Packet[VideoStream]) -> PassedOver | None:
        """The picture of `packet`, if it may be passed over."""
        base = packet.time_base
        if packet.pts is None or base is None:
            return None
        stamp = float(packet.pts * base)
        slot = self._slot_of(stamp)
        first = self._first.setdefault(slot, stamp)
        if stamp <= first:
            self._first[slot] = stamp
            return None
        if not (packet.is_disposable or (self._length and self._stands_alone(packet))):
            return None
        return PassedOver(stamp, float((packet.duration or 0) * base))

    def _stands_alone(self, packet: Packet[VideoStream]) -> bool:
        """Whether no picture is made from that of a packet: its first slice says so."""
        data, at = memoryview(packet), 0
        while at + self._length + 1 < len(data):
            size = int.from_bytes(data[at : at + self._length])
            head, more = data[at + self._length], data[at + self._length + 1]
            if self._layers:
                if (kind := head >> 1 & 63) in _HEVC_SLICES:
                    # Of a lower layer, those of a higher one may be made.
                    return kind in _HEVC_ALONE and (more & 7) == self._layers
            elif head & 31 in _SLICES:
                return head >> 5 & 3 == 0
            at += self._length + size
        return False
