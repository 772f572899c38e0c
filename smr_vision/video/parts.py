"""Whether parts of a clip may be read by themselves: then they hold what the whole clip has there.

A sound clip is read by many at once, each a part. In a damaged one, and in recordings that were joined, what a part
holds depends on what was read before it: whether a picture could be decoded, how often the clock was set anew. Such a
clip is read in order, by one reader, from its start: so it gives the same however many would have read it.
"""

from __future__ import annotations

from functools import lru_cache
from math import inf
from pathlib import Path
from typing import Final, Literal

import cv2  # noqa: F401 - before PyAV, or OpenCV's windows hang (see decoding.py)

# isort: split
import av
import av.error
from av.container import InputContainer

from smr_vision.video.clock import LEAP_S, horizon

Reading = Literal["freely", "by parts", "in order"]
"""How a clip is read. Freely: on all cores, from anywhere, whatever it holds. By parts: by one of several who read the
same clip; NotByPartsError where they might see different things. In order: from its start, on one core, every picture
decoded."""

# Only containers that hold their own pictures: playlists and scripts (HLS, DASH, concat) could make
# FFmpeg open other files or the network. The sound formats are here to be told apart from rubbish.
_CONTAINERS: Final = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,apng,mpegts,mpeg,mpegvideo,mjpeg,m4v,h264,hevc,"
    "obu,ivf,flv,asf,ogg,mxf,nut,dv,wtv,rm,yuv4mpegpipe,mp3,wav,flac,aac"
)
_BEFORE_DATA: Final = 8  # bytes of an AVI's chunk before its data, where the index points


class NotByPartsError(Exception):
    """The clip has to be read in order: parts of it don't hold what the whole has there."""


def opened(path: Path) -> InputContainer:
    """Open a file as a clip and nothing else."""
    return av.open(
        # "file:" keeps names such as "http:x.mp4" from being taken for addresses.
        f"file:{path}",
        options={"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"},
        metadata_errors="replace",
    )


@lru_cache(maxsize=8)  # each stretch of a clip opens it anew
def one_clock(path: Path, index: int, duration_s: float, size: int, changed_ns: int) -> bool:
    """Whether a time of track `index` is one place of it: nothing is missing, times never start over, and the index of
    an AVI, whose pictures have no times but are counted, lists all of them where they are.

    `size` and `changed_ns` tell a file from what it was before. Nothing is decoded: a gigabyte takes about a second.
    """
    del size, changed_ns
    last_at = horizon(duration_s)
    counted = []
    try:
        with opened(path) as container:
            stream = container.streams[index]
            by_count = container.format.name == "avi"
            # Where a piece is missing in it, what is read after a jump begins a picture late.
            longest = LEAP_S if container.format.name == "mpegts" else inf
            listed = [(e.timestamp, e.pos + _BEFORE_DATA, e.size) for e in stream.index_entries] if by_count else []
            first = last = None
            for packet in container.demux(stream):
                stamp = packet.pts if packet.dts is None else packet.dts
                if packet.is_corrupt:
                    return False
                if stamp is None or packet.time_base is None:
                    continue
                if by_count and packet.size:
                    counted.append((stamp, packet.pos, packet.size))
                at = float(stamp * packet.time_base)
                first = at if first is None else first
                # B-frames come in another order than they are shown, but by less than this.
                if last is not None and not (last - LEAP_S < at <= last + longest and at - first <= last_at):
                    return False
                last = at
    except (av.error.FFmpegError, IndexError, OSError):
        return False
    return not by_count or counted == [entry for entry in listed if entry[2]]
