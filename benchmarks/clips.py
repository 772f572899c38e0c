"""Long clips out of a short one: its pictures over and over, copied as they are."""

from __future__ import annotations

from pathlib import Path

import cv2  # noqa: F401 - before PyAV, or OpenCV's windows hang

# isort: split
import av


def repeated(sample: Path, seconds: float, path: Path) -> Path:
    """Write `sample` as often as makes about `seconds`; at least once."""
    with av.open(str(sample)) as source, av.open(str(path), "w") as out:
        stream = source.streams.video[0]
        target = out.add_stream_from_template(stream)
        packets = [p for p in source.demux(stream) if p.size]
        length = sum(p.duration or 0 for p in packets)
        copies = [(bytes(p), p.pts or 0, p.dts or 0, p.duration or 0, p.is_keyframe) for p in packets]
        base = stream.time_base
        assert base is not None
        for turn in range(max(1, round(seconds / float(length * base)))):
            for data, pts, dts, duration, is_keyframe in copies:
                packet = av.Packet(data)
                packet.pts, packet.dts, packet.duration = pts + turn * length, dts + turn * length, duration
                packet.is_keyframe, packet.stream, packet.time_base = is_keyframe, target, base
                out.mux(packet)
    return path
