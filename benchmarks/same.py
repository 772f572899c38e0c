"""The same clip at another rate, size, rotation, depth and container: are passes and faults the same?

    python benchmarks/same.py samples/videos/thoracic_faults.mp4 [--model heavy] [--only PATTERN]

Prints a line a copy: passes, faults with when they start, time on target; and what differs from the clip as it is.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from fractions import Fraction
from pathlib import Path
from typing import Final

import cv2  # before PyAV, or OpenCV's windows hang

# isort: split
import av
import numpy as np

from smr_vision.moves import load_moves
from smr_vision.pipeline.river import Watcher, Wishes
from smr_vision.pose.clip_poses import posed
from smr_vision.pose.verified import WatchedPoses
from smr_vision.tool.detector import RollerNet
from smr_vision.video import ClipReader, Frame

Frames = Iterable[Frame]
HDR: Final = {"x265-params": "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"}
PQ: Final = {"x265-params": "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"}


def at_rate(fps: float) -> Callable[[Frames], Iterator[Frame]]:
    """The clip at another constant rate, each moment shown by the last picture before it, as converters do it."""

    def change(frames: Frames) -> Iterator[Frame]:
        number, before = 0, None
        for frame in frames:
            while before is not None and number / fps < frame.t - 1e-6:
                yield Frame(number / fps, before.image)
                number += 1
            before = frame

    return change


def uneven(frames: Frames) -> Iterator[Frame]:
    """Every fourth picture or so left out, and now and then four in a row."""
    chance, left_out = random.Random(1), 0
    for frame in frames:
        left_out = left_out - 1 if left_out > 0 else chance.choice((0, 0, 0, 0, 0, 0, 0, 1, 1, 4))
        if left_out == 0:
            yield frame


def as_is(frames: Frames) -> Iterator[Frame]:
    yield from frames


@dataclass(frozen=True)
class Copy:
    """How a copy is made: its file's ending, codec, pixels, height, how it is turned, what happens to its times."""

    ending: str = "mp4"
    codec: str = "libx264"
    pixels: str = "yuv420p"
    height: int | None = None
    rotation: int = 0
    frames: Callable[[Frames], Iterator[Frame]] = as_is
    options: dict[str, str] = field(default_factory=lambda: {"crf": "20"})


COPIES: Final[dict[str, Copy]] = {
    "10 fps": Copy(frames=at_rate(10)),
    "25 fps": Copy(frames=at_rate(25)),
    "60 fps": Copy(frames=at_rate(60)),
    "240 fps": Copy(frames=at_rate(240), height=240),
    "uneven rate": Copy(frames=uneven),
    "240 high": Copy(height=240),
    "odd, 361 high": Copy(height=361, pixels="yuv444p"),
    "4K (2160 high)": Copy(height=2160),
    "turned 90": Copy(rotation=90),
    "turned 180": Copy(rotation=180),
    "turned 270": Copy(rotation=270),
    "MOV, HEVC 10 bit HLG": Copy("mov", "libx265", "yuv420p10le", options=HDR),
    "MP4, HEVC 10 bit PQ": Copy("mp4", "libx265", "yuv420p10le", options=PQ),
    "MKV, strong compression": Copy("mkv", options={"crf": "33"}),
    "WebM, VP9": Copy("webm", "libvpx-vp9", options={"crf": "33", "b": "0", "cpu-used": "8", "deadline": "realtime"}),
    "AVI, MJPEG": Copy("avi", "mjpeg", "yuvj420p", options={"qscale": "4"}),
    "transport stream": Copy("ts"),
    "GIF": Copy("gif", "gif", "rgb8", height=240, options={}, frames=at_rate(10)),
}


def written(source: Path, copy: Copy, folder: Path) -> Path:
    """Make the copy."""
    path = folder / f"copy.{copy.ending}"
    turns = copy.rotation // 90
    container = "mpegts" if copy.ending == "ts" else None
    with ClipReader(source) as clip, av.open(str(path), "w", format=container) as out:
        height = copy.height or clip.info.height
        width = round(clip.info.width * height / clip.info.height / 2) * 2
        stream = out.add_stream(copy.codec, rate=30, options=copy.options)
        stream.width, stream.height = (height, width) if turns % 2 else (width, height)
        stream.pix_fmt = copy.pixels
        steady = copy.ending in ("avi", "gif")  # these know no uneven times
        base = Fraction(1, 1000)
        if steady:
            rate = 10 if copy.ending == "gif" else round(clip.info.fps)
            stream.codec_context.framerate, base = Fraction(rate), Fraction(1, rate)
        stream.time_base = stream.codec_context.time_base = base
        if copy.rotation:
            stream.set_display_rotation(copy.rotation)
        for frame in copy.frames(clip):
            image = cv2.resize(frame.image, (width, height), interpolation=cv2.INTER_AREA)
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(np.rot90(image, -turns)), "rgb24")
            picture.pts, picture.time_base = round(frame.t / base), base
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    return path


@dataclass(frozen=True)
class Found:
    """What the program found in a clip."""

    passes: int
    faults: tuple[tuple[str, float], ...]
    on_target_s: float
    size: str


def found_in(path: Path, model: str) -> Found:
    watcher = Watcher(Wishes(load_moves()), RollerNet())
    with ClipReader(path) as clip:
        pictures = 0
        for frame, pose in posed(clip, WatchedPoses(model), 2):  # type: ignore[arg-type]
            if pose is not None:
                watcher.update(frame, pose)
            pictures += 1
        size = f"{clip.info.width} x {clip.info.height}, {pictures}"
    sets = watcher.finish()
    faults = tuple(sorted((f.check.id, round(f.start_s, 1)) for s in sets for f in s.faults))
    return Found(sum(len(s.passes) for s in sets), faults, sum(s.time_on_target_s for s in sets), size)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--model", default="heavy")
    parser.add_argument("--only", default="*", help="copies whose name matches")
    options = parser.parse_args(arguments)
    print("| copy | pixels, pictures | passes | faults (start, s) | on target, s | the same |")
    print("|---|---|---|---|---|---|")
    first = found_in(options.clip, options.model)
    _print("as it is", first, first)
    for name, copy in COPIES.items():
        if fnmatch(name, options.only):
            with tempfile.TemporaryDirectory() as folder:
                _print(name, found_in(written(options.clip, copy, Path(folder)), options.model), first)


def _print(name: str, found: Found, first: Found) -> None:
    same = found.passes == first.passes and [c for c, _ in found.faults] == [c for c, _ in first.faults]
    faults = ", ".join(f"{check} {start}" for check, start in found.faults) or "none"
    cells = (name, found.size, str(found.passes), faults, f"{found.on_target_s:.1f}", "yes" if same else "NO")
    print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
