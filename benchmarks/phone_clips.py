"""Clips as phones film them, made of a small sample: enlarged, with the noise of a sensor, at a phone's bit rate.

python -m benchmarks.phone_clips FOLDER [NAME ...] [--seconds 20]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final

import cv2  # before PyAV, or OpenCV's windows hang

# isort: split
import av
import numpy as np

SAMPLE: Final = Path(__file__).parents[1] / "samples" / "videos" / "calf_faults.mp4"
NOISE: Final = 3.0  # of 255, standard deviation: a phone indoors [E]
_FIELDS: Final = 6  # of noise, each shifted at random: as many as the encoder can't learn


@dataclass(frozen=True)
class PhoneClip:
    """How a clip is encoded. Bit rates are those of an iPhone's settings (130 MB a minute of 1080p30 in H.264, 175 of
    1080p60; in HEVC 60, 90, and 170 of 4K30)."""

    width: int
    height: int
    fps: int
    codec: str
    megabits: float
    deep: bool = False  # 10 bits a colour
    b_frames: int = 2
    options: dict[str, str] = field(default_factory=dict)


PHONE_CLIPS: Final = {
    "1080p30": PhoneClip(1920, 1080, 30, "libx264", 17),
    "1080p30-no-b": PhoneClip(1920, 1080, 30, "libx264", 17, b_frames=0),
    "1080p60": PhoneClip(1920, 1080, 60, "libx264", 23),
    "1080p30-hevc": PhoneClip(1920, 1080, 30, "libx265", 8),
    "4k30-hevc10": PhoneClip(3840, 2160, 30, "libx265", 23, deep=True),
}


def make(name: str, folder: Path, seconds: float = 20.0) -> Path:
    """Write a clip of about so many seconds, unless it is there."""
    path = folder / f"{name}-{seconds:g}s.mp4"
    if path.exists():
        return path
    kind = PHONE_CLIPS[name]
    part = path.with_suffix(".part")
    with av.open(str(part), "w", format="mp4") as out:
        speed = {"preset": "veryfast" if kind.codec == "libx264" else "ultrafast", "g": str(kind.fps)}
        if kind.codec == "libx265":
            speed["x265-params"] = f"log-level=error:keyint={kind.fps}:bframes={kind.b_frames}"
        stream = out.add_stream(kind.codec, rate=kind.fps, options={**speed, "bf": str(kind.b_frames)})
        stream.width, stream.height = kind.width, kind.height
        stream.pix_fmt = "yuv420p10le" if kind.deep else "yuv420p"
        stream.bit_rate = round(kind.megabits * 1e6)
        stream.time_base = Fraction(1, 90_000)
        if kind.codec == "libx265":
            stream.codec_context.codec_tag = "hvc1"
        for number, planes in enumerate(_pictures(kind, round(seconds * kind.fps))):
            picture = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            if kind.deep:
                picture = picture.reformat(format="yuv420p10le")
            picture.pts, picture.time_base = number * 90_000 // kind.fps, stream.time_base
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    return part.rename(path)


def _pictures(kind: PhoneClip, count: int):  # type: ignore[no-untyped-def]
    """Planes of YUV 4:2:0, (1.5 height, width) of uint8: the sample forth and back, enlarged, under fresh noise."""
    with av.open(str(SAMPLE)) as source:
        stream = source.streams.video[0]
        film = [p.to_ndarray(format="bgr24") for p in source.decode(stream)]
        rate = float(stream.average_rate or 20)
    random = np.random.default_rng(22)
    shape = kind.height * 3 // 2, kind.width
    fields = [np.round(random.normal(0, NOISE, shape)).astype(np.int16) for _ in range(_FIELDS)]
    last, clean = -1, np.zeros(shape, np.int16)
    for number in range(count):
        turn, at = divmod(int(number / kind.fps * rate), len(film))
        at = len(film) - 1 - at if turn % 2 else at
        if at != last:
            large = cv2.resize(film[at], (kind.width, kind.height), interpolation=cv2.INTER_CUBIC)
            last, clean = at, cv2.cvtColor(large, cv2.COLOR_BGR2YUV_I420).astype(np.int16)
        noise = fields[number % _FIELDS]
        shift = int(random.integers(shape[0]))
        yield np.clip(clean + np.roll(noise, shift, axis=0), 0, 255).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", default=list(PHONE_CLIPS), help=", ".join(PHONE_CLIPS))
    parser.add_argument("--seconds", type=float, default=20.0)
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    for name in chosen.names:
        path = make(name, chosen.folder, chosen.seconds)
        print(f"{path}: {path.stat().st_size * 8 / chosen.seconds / 1e6:.1f} Mbit/s")


if __name__ == "__main__":
    main()
