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
        extra = bytes(stream.codec_context.extradata or b"")
        # Units with their lengths before them, as in MP4 and Matroska; how many bytes a length takes.
        self._length = (extra[4] & 3) + 1 if stream.codec_context.name == "h264" and extra[:1] == b"\x01" else 0

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
        """Whether no picture is made from that of an H.264 packet: its first slice says so."""
        data, at = memoryview(packet), 0
        while at + self._length < len(data):
            size = int.from_bytes(data[at : at + self._length])
            head = data[at + self._length]
            if head & 31 in _SLICES:
                return head >> 5 & 3 == 0
            at += self._length + size
        return False
