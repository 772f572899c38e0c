"""Files of the recipes, by ffmpeg and those who put its films into other containers, GStreamer and OpenCV's writer."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from benchmarks.formats import boxes
from benchmarks.formats.film import COUNT, RATE, Image, draw
from benchmarks.formats.light import deep
from benchmarks.formats.recipes import CHROMA, COLOURS, HDR, WIDE, Recipe, drawn_size
from benchmarks.formats.remuxing import REMUXED, remux

ENCODERS: Final = {
    "h264": ("libx264", "-preset", "veryfast", "-crf", "8"),
    "hevc": ("libx265", "-preset", "ultrafast", "-crf", "8", "-tag:v:0", "hvc1"),
    "hevc10": ("libx265", "-preset", "ultrafast", "-crf", "8", "-tag:v:0", "hvc1"),
    "av1": ("libsvtav1", "-preset", "10", "-crf", "12"),
    "vp8": ("libvpx", "-deadline", "realtime", "-cpu-used", "8", "-crf", "4", "-b:v", "4M"),
    "vp9": ("libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-crf", "8", "-b:v", "0"),
    "mpeg4": ("mpeg4", "-q:v", "1"),
    "mjpeg": ("mjpeg", "-q:v", "1"),
    "prores": ("prores_ks",),
}
_GST: Final = {
    "h264": "x264enc key-int-max=15 qp-max=12 ! h264parse",
    "vp8": "vp8enc target-bitrate=6000000 deadline=1",
    "vp9": "vp9enc target-bitrate=6000000 deadline=1",
    "mjpeg": "jpegenc quality=97",
}
_GST_MUX: Final = {
    "mp4": "mp4mux",
    "mov": "qtmux",
    "mkv": "matroskamux",
    "webm": "webmmux",
    "avi": "avimux",
    "ts": "mpegtsmux",
    "fragmented mp4": "mp4mux fragment-duration=500",
    "flv": "flvmux",
    "3gp": "3gppmux",
}


@lru_cache(maxsize=8)
def _raw(size: tuple[int, int], shape: str, bars: bool, colours: str) -> tuple[bytes, tuple[int, int]]:
    """The film's pictures as they are stored, and their width and height."""
    colours = colours if colours in WIDE else ""
    pictures = [draw(k, size) for k in range(COUNT)]
    if bars:
        pictures = [np.pad(p, ((0, 0), (size[0] // 4 // 2 * 2,) * 2, (0, 0))) for p in pictures]
    pictures = [_STORED[shape](p) for p in pictures] if shape in _STORED else pictures
    stored = [deep(p, colours) if colours else p for p in pictures]
    return b"".join(p.tobytes() for p in stored), (pictures[0].shape[1], pictures[0].shape[0])


# How a picture is stored that a display matrix turns upright.
_STORED: Final[dict[str, Callable[[Image], Image]]] = {
    "rotated 90": np.rot90,
    "rotated 180": lambda p: p[::-1, ::-1],
    "rotated 270": lambda p: np.rot90(p, -1),
    "mirrored": lambda p: p[:, ::-1],
    "upside down, mirrored": lambda p: p[::-1],
    "rotated 90, mirrored": lambda p: p.transpose(1, 0, 2),
}


def make(recipe: Recipe, path: Path) -> None:
    """Write the recipe's file. Raises RuntimeError with the maker's words where it can't be made."""
    raw, stored = _raw(drawn_size(recipe), recipe.shape, recipe.structure == "bars", recipe.colours)
    if recipe.maker == "gstreamer":
        _run(_gst(recipe, path), raw)
        return
    if recipe.maker == "opencv":
        _opencv(recipe, path)
        return
    before = recipe.before_remuxing
    first = path.with_suffix(f".first.{before.ends}") if recipe.maker in REMUXED else path
    _run(_command(before, first, stored), raw)
    if recipe.shape in boxes.TURNS:
        boxes.turn(first, recipe.shape, *stored)
    if recipe.structure == "empty edit":
        boxes.set_edits(first, [(0.5, None), (COUNT / RATE, 0.0)])
    if recipe.structure == "two edits":
        boxes.set_edits(first, [(0.5, 0.25), (0.75, 1.0)])
    if recipe.structure == "starts between key frames":
        boxes.set_edits(first, [(COUNT / RATE - 0.45, 0.45)])
    if recipe.maker in REMUXED:
        remux(recipe.maker, recipe.container, first, path, lambda command, place: _run(command, place=place))
        first.unlink()
    if recipe.structure == "cut off":
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * 0.7)])


def _command(recipe: Recipe, path: Path, size: tuple[int, int]) -> list[str]:
    matrix, range_, transfer, primaries, tagged = COLOURS[recipe.colours]
    form = CHROMA.get(
        (recipe.codec, recipe.chroma), {"hevc10": "yuv420p10le", "mjpeg": "yuvj420p"}.get(recipe.codec, "yuv420p")
    )
    if recipe.colours in HDR and form == "yuv420p":
        form = "yuv420p10le"
    if recipe.shape == "HD" and recipe.colours == "untagged":
        matrix = "bt709"
    command = [
        "ffmpeg",
        "-nostdin",
        "-y",
        "-v",
        "error",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb48le" if recipe.colours in WIDE else "rgb24",
        "-s",
        f"{size[0]}x{size[1]}",
        "-r",
        str(RATE),
    ]
    command += ["-itsoffset", "0.5"] if recipe.structure == "late video" else []
    command += ["-i", "pipe:0"]
    if recipe.structure in ("sound", "late video", "late sound"):
        late = ["-itsoffset", "0.3"] if recipe.structure == "late sound" else []
        command += [*late, "-f", "lavfi", "-t", str(COUNT / RATE), "-i", "sine=440:sample_rate=48000"]
    if recipe.structure in ("two tracks", "cover"):
        seconds = 0.1 if recipe.structure == "cover" else 2
        command += ["-f", "lavfi", "-t", str(seconds), "-i", "color=red:s=128x96:r=10"]
    filters = _colours(recipe, matrix, range_, form)
    filters += (
        ["setsar=4/3"] if recipe.shape == "wide pixels" else ["setsar=8/9"] if recipe.shape == "narrow pixels" else []
    )
    if recipe.shape == "cropped":
        filters.insert(0, "pad=336:208:0:0:red")
    filters.append(f"settb=1/60000,setpts='{_times(recipe)}'")
    chosen = "0:v" if recipe.structure != "two tracks" else "1:v"
    command += ["-filter:v:0", ",".join(filters)] if chosen == "0:v" else ["-filter:v:1", ",".join(filters)]
    command += ["-fps_mode", "passthrough", "-enc_time_base", "1/60000"]
    command += [
        "-c:v",
        *ENCODERS[recipe.codec],
        "-g",
        "250" if recipe.times == "one key frame" else "12",
        *_groups(recipe),
    ]
    if tagged and recipe.codec not in ("mjpeg", "mpeg4", "vp8"):
        command += [
            "-colorspace",
            matrix,
            "-color_trc",
            transfer,
            "-color_primaries",
            primaries,
            "-color_range",
            range_,
        ]
    if recipe.chroma == "interlaced":
        command += ["-flags", "+ildct+ilme", *(["-x264-params", "tff=1:bframes=0"] if recipe.codec == "h264" else [])]
    if recipe.codec == "vp8" and recipe.chroma == "alpha":
        command += ["-auto-alt-ref", "0"]  # or libvpx refuses
    command += [*_maps(recipe), *_container(recipe)]
    return [*command, str(path)]


def _colours(recipe: Recipe, matrix: str, range_: str, form: str) -> list[str]:
    flags = "flags=accurate_rnd+full_chroma_int+bicubic"
    return [f"scale=out_color_matrix={matrix.removesuffix('nc')}:out_range={range_}:{flags}", f"format={form}"]


def _times(recipe: Recipe) -> str:
    step = 60000 // RATE
    return {
        "phone's rate": f"N*{step}+{step // 3}*mod(N*7,3)/2",
        "left-out pictures": f"N*{step}+if(gt(N,20),{step}*16,0)",
        "from 3 h on": f"N*{step}+3*3600*60000",
        "negative first": f"N*{step}-{2 * step}",
    }.get(recipe.times, f"N*{step}")


def _groups(recipe: Recipe) -> list[str]:
    if recipe.codec not in ("h264", "hevc", "hevc10"):
        return []
    deep = recipe.times in ("B-frames", "open groups")
    if recipe.codec == "h264":
        values = f"open-gop={int(recipe.times == 'open groups')}:bframes={3 if deep else 0}:b-pyramid=normal"
        return [] if recipe.chroma == "interlaced" else ["-x264-params", values]
    values = f"open-gop={int(recipe.times == 'open groups')}:bframes={3 if deep else 0}:log-level=error:info=0"
    return ["-x265-params", values]


def _maps(recipe: Recipe) -> list[str]:
    if recipe.structure in ("sound", "late video", "late sound"):
        coder = {"webm": "libopus", "flv": "aac", "avi": "mp3"}.get(recipe.container, "aac")
        return ["-map", "0:v", "-map", "1:a", "-c:a", coder]
    if recipe.structure == "two tracks":
        return ["-map", "1:v", "-map", "0:v", "-disposition:v:0", "0", "-disposition:v:1", "default"]
    if recipe.structure == "cover":
        cover = ["-c:v:1", "mjpeg", "-frames:v:1", "1", "-disposition:v:1", "attached_pic"]
        return ["-map", "0:v", "-map", "1:v", *cover]
    return ["-map", "0:v"]


def _container(recipe: Recipe) -> list[str]:
    options: list[str] = []
    if recipe.times.startswith("timescale"):
        options += ["-video_track_timescale", recipe.times.split()[1].replace(",", "")]
    if recipe.container == "fragmented mp4":
        options += ["-movflags", "frag_keyframe+empty_moov"]
    if recipe.structure == "index first":
        options += ["-movflags", "+faststart"]
    if recipe.structure == "data track":
        options += ["-write_tmcd", "1", "-timecode", "01:00:00:00"]
    if recipe.shape == "cropped":
        kind = "h264" if recipe.codec == "h264" else "hevc"
        options += ["-bsf:v:0", f"{kind}_metadata=crop_right=16:crop_bottom=28"]
    if recipe.times in ("negative first", "from 3 h on"):
        options += ["-avoid_negative_ts", "disabled"]
    return options


def _gst(recipe: Recipe, path: Path) -> list[str]:
    width, height = drawn_size(recipe)
    source = (
        f"fdsrc fd=0 ! rawvideoparse format=rgb width={width} height={height} framerate={RATE}/1 ! "
        f"videoconvert ! video/x-raw,format=I420 ! {_GST[recipe.codec]} ! {_GST_MUX[recipe.container]} ! "
        f"filesink location={path}"
    )
    return ["gst-launch-1.0", "-q", *source.split()]


def _opencv(recipe: Recipe, path: Path) -> None:
    code = cv2.VideoWriter.fourcc(*("MJPG" if recipe.codec == "mjpeg" else "mp4v"))
    writer = cv2.VideoWriter(str(path), code, RATE, drawn_size(recipe))
    for k in range(COUNT):
        writer.write(cv2.cvtColor(draw(k, drawn_size(recipe)), cv2.COLOR_RGB2BGR))
    writer.release()


def _run(command: list[str], raw: bytes = b"", place: Path | None = None) -> None:
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=120, check=False, cwd=place)
    except FileNotFoundError as e:
        raise RuntimeError(f"{command[0]} is not there") from e
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace").strip()[-300:])
