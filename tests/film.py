"""Tiny clips made on the spot, none of them committed."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]


class Film:
    """Makes clips whose pictures carry their number, so that a test can tell which one it got.

    The upper left quarter is red, the upper right green, the lower left blue; the lower right has the
    number, as a row of eight black or white bars, lowest bit first.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def picture(number: int, width: int = 128, height: int = 96) -> Image:
        image = np.zeros((height, width, 3), np.uint8)
        image[: height // 2, : width // 2] = (220, 30, 30)
        image[: height // 2, width // 2 :] = (30, 220, 30)
        image[height // 2 :, : width // 2] = (30, 30, 220)
        for bit, columns in enumerate(np.array_split(np.arange(width // 2, width), 8)):
            image[height // 2 :, columns] = 255 * (number >> bit & 1)
        return image

    @staticmethod
    def number(image: Image) -> int:
        height, width = image.shape[:2]
        bars = np.array_split(image[height // 2 + 4 : -4, width // 2 :].mean((0, 2)), 8)
        return sum((np.median(bar) > 127) << bit for bit, bar in enumerate(bars))

    def __call__(
        self,
        name: str = "clip.mp4",
        *,
        times: Sequence[float] | int = 20,
        size: tuple[int, int] = (128, 96),
        codec: str = "libx264",
        pix_fmt: str = "yuv420p",
        keyframe_every: int = 5,
        b_frames: int = 0,
        rotation: int = 0,
        mirrored: bool = False,
        sound: bool = False,
        pixel_ratio: Fraction | None = None,
        container: str | None = None,
        options: dict[str, str] | None = None,
        tags: dict[str, str] | None = None,
    ) -> Path:
        """Film pictures 0, 1, 2 ... at `times` in seconds (a number: that many, ten a second)."""
        path = self._folder / name
        moments = [i / 10 for i in range(times)] if isinstance(times, int) else times
        fast_start = {"movflags": "+faststart+use_metadata_tags"} if path.suffix in (".mp4", ".mov") else {}
        wanted = {"g": str(keyframe_every), **(options or {})}
        if codec == "libx265":  # its own threads, besides the codec's
            wanted["x265-params"] = ":".join(filter(None, [wanted.get("x265-params"), "pools=none"]))
        with av.open(f"file:{path}", "w", format=container, options=fast_start) as out:
            out.metadata.update(tags or {})
            stream = out.add_stream(codec, rate=10, options=wanted)
            stream.width, stream.height = size
            stream.pix_fmt = pix_fmt
            stream.codec_context.max_b_frames = b_frames
            if codec.startswith("libx26"):
                stream.codec_context.thread_count = 1  # with several an encoder once crashed on its way out
            if not isinstance(times, int):
                stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
            if rotation or mirrored:
                stream.set_display_rotation(rotation, hflip=mirrored)
            if pixel_ratio:
                stream.codec_context.sample_aspect_ratio = pixel_ratio
            silence = out.add_stream("aac", rate=48000) if sound else None
            packets = []
            for number, moment in enumerate(moments):
                frame = av.VideoFrame.from_ndarray(self.picture(number, *size), "rgb24")
                frame.time_base = Fraction(1, 1000)
                frame.pts = round(moment * 1000)
                packets += stream.encode(frame)
            packets += stream.encode(None)
            steps = np.diff([*moments, 2 * moments[-1] - moments[-2] if len(moments) > 1 else moments[-1] + 0.1])
            for packet, step in zip(sorted(packets, key=lambda p: p.pts), steps, strict=True):
                packet.duration = round(step / packet.time_base)
            out.mux(packets)
            if silence:
                for block in range(48 * len(moments) // 10):
                    quiet = av.AudioFrame.from_ndarray(np.zeros((1, 2048), np.int16), "s16", "stereo")
                    quiet.rate, quiet.pts = 48000, block * 1024
                    out.mux(silence.encode(quiet))
                out.mux(silence.encode(None))
        return path
