"""A small copy of the annotated clip, to travel inside the report (`--embed-clip`)."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

from smr_vision.errors import InputError, shown

WIDTH = 480
FPS = 12


def small_clip(path: Path) -> bytes:
    """The clip as H.264 in MP4 at most 480 pixels wide and 12 frames a second, with the same times."""
    import av  # noqa: PLC0415 - only where a clip is asked for

    out = io.BytesIO()
    try:
        with av.open(str(path)) as source, av.open(out, "w", format="mp4") as target:
            video = source.streams.video[0]
            width = min(WIDTH, video.width) // 2 * 2
            stream = target.add_stream("libx264", rate=FPS, options={"crf": "30", "preset": "veryfast"})
            stream.width, stream.height = width, round(video.height * width / video.width / 2) * 2
            stream.pix_fmt = "yuv420p"
            stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
            stream.codec_context.gop_size = FPS  # a key frame a second, so that a jump is quick
            due = 0.0
            for frame in source.decode(video):
                if frame.pts is None or frame.time < due:
                    continue
                due = frame.time + 0.9 / FPS
                small = frame.reformat(stream.width, stream.height, "yuv420p")
                small.pts, small.time_base = round(frame.time * 1000), Fraction(1, 1000)
                target.mux(stream.encode(small))
            target.mux(stream.encode(None))
    except (av.FFmpegError, OSError, IndexError) as e:
        raise InputError(f"{shown(path)} can't be read as a clip. Run `smr report` without --embed-clip.") from e
    return out.getvalue()
