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
    # Only where a clip is asked for. The reader opens no playlist: the file may come from anyone.
    from smr_vision.video import ClipReader  # noqa: PLC0415

    # isort: split
    import av  # noqa: PLC0415

    out = io.BytesIO()
    try:
        with ClipReader(path) as source, av.open(out, "w", format="mp4") as target:
            width = max(2, min(WIDTH, source.info.width) // 2 * 2)
            stream = target.add_stream("libx264", rate=FPS, options={"crf": "30", "preset": "veryfast"})
            stream.width = width
            stream.height = max(2, round(source.info.height * width / source.info.width / 2) * 2)
            stream.pix_fmt = "yuv420p"
            stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
            stream.codec_context.gop_size = FPS  # a key frame a second, so that a jump is quick
            due = 0.0
            for frame in source:
                if frame.t < due:
                    continue
                due = frame.t + 0.9 / FPS
                picture = av.VideoFrame.from_ndarray(frame.image, "rgb24")
                small = picture.reformat(stream.width, stream.height, "yuv420p")
                small.pts, small.time_base = round(frame.t * 1000), Fraction(1, 1000)
                target.mux(stream.encode(small))
            target.mux(stream.encode(None))
    except (av.FFmpegError, OSError, InputError) as e:
        raise InputError(f"{shown(path)} can't be read as a clip. Run `smr report` without --embed-clip.") from e
    return out.getvalue()
