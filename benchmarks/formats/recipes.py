"""The combinations: codec, container, pixels, times, shape and structure, each alone and mixed at random by seed."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.formats import boxes
from benchmarks.formats.film import COUNT, HD, RATE, SIZE, Image, draw
from benchmarks.formats.light import deep

ISO: Final = ("mp4", "mov", "3gp", "fragmented mp4")
CONTAINERS: Final = {
    "h264": (*ISO, "mkv", "avi", "ts", "flv"), "hevc": ("mp4", "mov", "mkv", "ts", "fragmented mp4"),
    "hevc10": ("mp4", "mov", "mkv"), "av1": ("mp4", "mkv", "webm"), "vp8": ("webm", "mkv"), "vp9": ("webm", "mkv", "mp4"),
    "mpeg4": ("mp4", "mov", "avi", "mkv", "3gp"), "mjpeg": ("avi", "mov", "mkv"), "prores": ("mov", "mkv"),
}  # fmt: skip
FILES: Final = {"fragmented mp4": "mp4"}
ENCODERS: Final = {
    "h264": ("libx264", "-preset", "veryfast", "-crf", "8"),
    "hevc": ("libx265", "-preset", "ultrafast", "-crf", "8", "-tag:v:0", "hvc1"),
    "hevc10": ("libx265", "-preset", "ultrafast", "-crf", "8", "-tag:v:0", "hvc1"),
    "av1": ("libsvtav1", "-preset", "10", "-crf", "12"),
    "vp8": ("libvpx", "-deadline", "realtime", "-cpu-used", "8", "-crf", "4", "-b:v", "4M"),
    "vp9": ("libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-crf", "8", "-b:v", "0"),
    "mpeg4": ("mpeg4", "-q:v", "1"), "mjpeg": ("mjpeg", "-q:v", "1"), "prores": ("prores_ks",),
}  # fmt: skip
# Matrix, range, transfer and primaries as ffmpeg names them, and whether the stream says so.
COLOURS: Final = {
    "BT.601": ("smpte170m", "tv", "smpte170m", "smpte170m", True), "BT.709": ("bt709", "tv", "bt709", "bt709", True),
    "BT.709 full": ("bt709", "pc", "bt709", "bt709", True), "BT.601 full": ("smpte170m", "pc", "smpte170m", "smpte170m", True),
    "untagged": ("smpte170m", "tv", "", "", False), "BT.2020": ("bt2020nc", "tv", "bt2020-10", "bt2020", True),
    "PQ": ("bt2020nc", "tv", "smpte2084", "bt2020", True), "HLG": ("bt2020nc", "tv", "arib-std-b67", "bt2020", True),
}  # fmt: skip
HDR: Final = ("PQ", "HLG")
WIDE: Final = ("BT.2020", *HDR)
TIMES: Final = (
    "constant", "B-frames", "open groups", "phone's rate", "left-out pictures", "from 3 h on", "negative first", "timescale 1000",
    "timescale 600", "timescale 1,000,000", "one key frame",
)  # fmt: skip
SHAPES: Final = ("plain", *boxes.TURNS, "wide pixels", "narrow pixels", "cropped", "HD", "odd size")
STRUCTURES: Final = (
    "plain", "sound", "late video", "late sound", "index first", "starts between key frames", "empty edit", "two edits",
    "two tracks", "cover", "cut off", "bars", "data track",
)  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """One combination; every field's first value is the plain one."""

    codec: str
    container: str
    colours: str = "BT.709"
    chroma: str = "4:2:0"
    times: str = "constant"
    shape: str = "plain"
    structure: str = "plain"
    maker: str = "ffmpeg"

    @property
    def name(self) -> str:
        """What it is, in words."""
        plain = {f.name: f.default for f in fields(self)}
        odd = [str(getattr(self, f)) for f in plain if f not in ("codec", "container") and getattr(self, f) != plain[f]]
        return ", ".join((f"{self.codec} in {self.container}", *odd))

    @property
    def ends(self) -> str:
        """The file name's ending."""
        return FILES.get(self.container, self.container)

    @property
    def possible(self) -> bool:
        """Whether such a file can be made at all."""
        iso = self.container in ISO
        checks = (
            self.container in CONTAINERS[self.codec],
            self.chroma == "4:2:0" or (self.codec, self.chroma) in CHROMA,
            self.colours not in WIDE or self.codec in ("hevc10", "vp9", "av1"),
            self.codec not in ("mjpeg", "prores") or self.colours in ("BT.709", "BT.601 full", "untagged"),
            self.codec != "mjpeg" or self.colours == "BT.601 full",
            self.codec not in ("vp8", "mpeg4") or self.colours in ("untagged", "BT.601", "BT.709"),
            self.times not in ("B-frames", "open groups") or self.codec in ("h264", "hevc", "hevc10"),
            not self.times.startswith("timescale") or self.container in ("mp4", "mov"),
            self.times != "from 3 h on" or self.container in ("mkv", "ts", "mp4"),
            self.times != "negative first" or self.container in ("mp4", "mov"),
            self.times not in ("phone's rate", "left-out pictures") or self.container not in ("avi", "flv"),
            self.shape not in boxes.TURNS or self.container in ("mp4", "mov", "3gp"),
            self.shape != "cropped" or (self.codec in ("h264", "hevc", "hevc10") and self.container not in ("avi", "ts", "flv")),
            self.shape not in ("wide pixels", "narrow pixels") or self.container not in ("avi", "flv", "webm"),
            self.shape != "odd size" or self.chroma == "4:4:4",
            self.structure not in ("empty edit", "two edits", "index first") or self.container in ("mp4", "mov"),
            self.structure not in ("late video", "late sound", "sound") or self.container != "3gp",
            self.structure != "starts between key frames" or self.container in ("mp4", "mov"),
            self.structure not in ("two tracks",) or self.container in ("mp4", "mov", "mkv", "ts"),
            self.structure != "cover" or self.container in ("mp4", "mov"),
            self.structure != "data track" or iso and self.container in ("mp4", "mov"),
            not (self.structure in ("two edits", "empty edit", "starts between key frames") and self.times != "constant"),
            not (self.container == "fragmented mp4" and self.shape in boxes.TURNS),
        )
        return all(checks)


CHROMA: Final = {
    ("h264", "4:2:2"): "yuv422p", ("h264", "4:4:4"): "yuv444p", ("h264", "4:2:0 10 bit"): "yuv420p10le",
    ("hevc10", "4:2:2"): "yuv422p10le", ("hevc10", "4:4:4"): "yuv444p10le", ("vp9", "4:4:4"): "yuv444p",
    ("vp9", "4:2:0 10 bit"): "yuv420p10le", ("vp9", "alpha"): "yuva420p", ("vp8", "alpha"): "yuva420p",
    ("prores", "4:2:2"): "yuv422p10le", ("prores", "4:4:4 alpha"): "yuva444p10le", ("mjpeg", "4:2:2"): "yuvj422p",
    ("mjpeg", "4:4:4"): "yuvj444p", ("h264", "interlaced"): "yuv420p", ("mpeg4", "interlaced"): "yuv420p",
    ("h264", "grey"): "gray", ("av1", "4:2:0 10 bit"): "yuv420p10le",
}  # fmt: skip


def all_recipes(count: int, seed: int = 20261129) -> list[Recipe]:
    """Each value of each factor with each codec and container alone, then pairs of two factors at random, `count` in all."""
    found: dict[Recipe, None] = {}
    plain = [_plain(codec, container) for codec, boxes_ in CONTAINERS.items() for container in boxes_]
    kinds = {
        "colours": tuple(COLOURS), "chroma": ("4:2:0", *dict.fromkeys(k for _, k in CHROMA)), "times": TIMES,
        "shape": SHAPES, "structure": STRUCTURES, "maker": MAKERS,
    }  # fmt: skip
    for recipe in plain:
        found[recipe] = None
        for factor, values in kinds.items():
            for value in values:
                found[replace(recipe, **{factor: value})] = None
    made = [r for r in found if makes(r)]
    rng = random.Random(seed)
    while len(made) < count:
        one, other = rng.sample(sorted(kinds), 2)
        mixed = replace(rng.choice(plain), **{one: rng.choice(kinds[one]), other: rng.choice(kinds[other])})
        if makes(mixed) and mixed not in found:
            found[mixed] = None
            made.append(mixed)
    return made


def _plain(codec: str, container: str) -> Recipe:
    colours = {"mjpeg": "BT.601 full", "mpeg4": "untagged", "vp8": "untagged", "hevc10": "BT.709"}.get(codec, "BT.709")
    return Recipe(codec, container, colours, chroma={"prores": "4:2:2"}.get(codec, "4:2:0"))


MAKERS: Final = ("ffmpeg", "mkvmerge", "gstreamer", "opencv")
_GST: Final = {
    "h264": "x264enc key-int-max=15 qp-max=12 ! h264parse", "vp8": "vp8enc target-bitrate=6000000 deadline=1",
    "vp9": "vp9enc target-bitrate=6000000 deadline=1", "mjpeg": "jpegenc quality=97",
}  # fmt: skip
_GST_MUX: Final = {"mp4": "mp4mux", "mov": "qtmux", "mkv": "matroskamux", "webm": "webmmux", "avi": "avimux", "ts": "mpegtsmux",
                   "fragmented mp4": "mp4mux fragment-duration=500", "flv": "flvmux", "3gp": "3gppmux"}  # fmt: skip


def makes(recipe: Recipe) -> bool:
    """Whether the recipe is possible with its maker."""
    if not recipe.possible:
        return False
    alone = replace(recipe, maker="ffmpeg") == _plain(recipe.codec, recipe.container)
    if recipe.maker == "mkvmerge":
        return recipe.container == "mkv" and recipe.structure not in ("cut off", "late sound", "late video")
    if recipe.maker == "gstreamer":
        return alone and recipe.codec in _GST and recipe.container in _GST_MUX
    if recipe.maker == "opencv":
        return alone and (recipe.codec, recipe.container) in (("mpeg4", "mp4"), ("mjpeg", "avi"), ("mpeg4", "avi"))
    return True


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
    "rotated 90": np.rot90, "rotated 180": lambda p: p[::-1, ::-1], "rotated 270": lambda p: np.rot90(p, -1),
    "mirrored": lambda p: p[:, ::-1], "upside down, mirrored": lambda p: p[::-1],
    "rotated 90, mirrored": lambda p: p.transpose(1, 0, 2),
}  # fmt: skip


def drawn_size(recipe: Recipe) -> tuple[int, int]:
    """Width and height of the film's pictures, without bars."""
    if recipe.shape == "odd size":
        return 319, 181
    return HD if recipe.shape == "HD" else SIZE


def upright_size(recipe: Recipe) -> tuple[int, int]:
    """Width and height that a person sees, with square pixels."""
    width, height = drawn_size(recipe)
    if recipe.structure == "bars":
        width += 2 * (width // 4 // 2 * 2)
    if recipe.shape in ("wide pixels", "narrow pixels"):
        width = round(width * (4 / 3 if recipe.shape == "wide pixels" else 8 / 9))
    return width, height


def make(recipe: Recipe, path: Path) -> None:
    """Write the recipe's file. Raises RuntimeError with the maker's words where it can't be made."""
    raw, stored = _raw(drawn_size(recipe), recipe.shape, recipe.structure == "bars", recipe.colours)
    if recipe.maker == "gstreamer":
        _run(_gst(recipe, path), raw)
        return
    if recipe.maker == "opencv":
        _opencv(recipe, path)
        return
    first = path.with_suffix(".first.mkv") if recipe.maker == "mkvmerge" else path
    _run(_command(recipe, first, stored), raw)
    if recipe.maker == "mkvmerge":
        _run(["mkvmerge", "-q", "-o", str(path), str(first)])
        first.unlink()
    if recipe.shape in boxes.TURNS:
        boxes.turn(path, recipe.shape, *stored)
    if recipe.structure == "empty edit":
        boxes.set_edits(path, [(0.5, None), (COUNT / RATE, 0.0)])
    if recipe.structure == "two edits":
        boxes.set_edits(path, [(0.5, 0.25), (0.75, 1.0)])
    if recipe.structure == "starts between key frames":
        boxes.set_edits(path, [(COUNT / RATE - 0.45, 0.45)])
    if recipe.structure == "cut off":
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * 0.7)])


def _command(recipe: Recipe, path: Path, size: tuple[int, int]) -> list[str]:
    matrix, range_, transfer, primaries, tagged = COLOURS[recipe.colours]
    form = CHROMA.get((recipe.codec, recipe.chroma), {"hevc10": "yuv420p10le", "mjpeg": "yuvj420p"}.get(recipe.codec, "yuv420p"))
    if recipe.colours in HDR and form == "yuv420p":
        form = "yuv420p10le"
    if recipe.shape == "HD" and recipe.colours == "untagged":
        matrix = "bt709"
    command = ["ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb48le" if recipe.colours in WIDE else "rgb24", "-s", f"{size[0]}x{size[1]}",
               "-r", str(RATE)]  # fmt: skip
    command += ["-itsoffset", "0.5"] if recipe.structure == "late video" else []
    command += ["-i", "pipe:0"]
    if recipe.structure in ("sound", "late video", "late sound"):
        late = ["-itsoffset", "0.3"] if recipe.structure == "late sound" else []
        command += [*late, "-f", "lavfi", "-t", str(COUNT / RATE), "-i", "sine=440:sample_rate=48000"]
    if recipe.structure in ("two tracks", "cover"):
        seconds = 0.1 if recipe.structure == "cover" else 2
        command += ["-f", "lavfi", "-t", str(seconds), "-i", "color=red:s=128x96:r=10"]
    filters = _colours(recipe, matrix, range_, form)
    filters += ["setsar=4/3"] if recipe.shape == "wide pixels" else ["setsar=8/9"] if recipe.shape == "narrow pixels" else []
    if recipe.shape == "cropped":
        filters.insert(0, "pad=336:208:0:0:red")
    filters.append(f"settb=1/60000,setpts='{_times(recipe)}'")
    chosen = "0:v" if recipe.structure != "two tracks" else "1:v"
    command += ["-filter:v:0", ",".join(filters)] if chosen == "0:v" else ["-filter:v:1", ",".join(filters)]
    command += ["-fps_mode", "passthrough", "-enc_time_base", "1/60000"]
    command += ["-c:v", *ENCODERS[recipe.codec], "-g", "250" if recipe.times == "one key frame" else "12", *_groups(recipe)]
    if tagged and recipe.codec not in ("mjpeg", "mpeg4", "vp8"):
        command += ["-colorspace", matrix, "-color_trc", transfer, "-color_primaries", primaries, "-color_range", range_]
    if recipe.chroma == "interlaced":
        command += ["-flags", "+ildct+ilme", *(["-x264-params", "tff=1:bframes=0"] if recipe.codec == "h264" else [])]
    command += [*_maps(recipe), *_container(recipe)]
    return [*command, str(path)]


def _colours(recipe: Recipe, matrix: str, range_: str, form: str) -> list[str]:
    flags = "flags=accurate_rnd+full_chroma_int+bicubic"
    return [f"scale=out_color_matrix={matrix.removesuffix('nc')}:out_range={range_}:{flags}", f"format={form}"]


def _times(recipe: Recipe) -> str:
    step = 60000 // RATE
    return {
        "phone's rate": f"N*{step}+{step // 3}*mod(N*7,3)/2", "left-out pictures": f"N*{step}+if(gt(N,20),{step}*16,0)",
        "from 3 h on": f"N*{step}+3*3600*60000", "negative first": f"N*{step}-{2 * step}",
    }.get(recipe.times, f"N*{step}")  # fmt: skip


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
    source = (f"fdsrc fd=0 ! rawvideoparse format=rgb width={width} height={height} framerate={RATE}/1 ! videoconvert ! "
              f"video/x-raw,format=I420 ! {_GST[recipe.codec]} ! {_GST_MUX[recipe.container]} ! filesink location={path}")  # fmt: skip
    return ["gst-launch-1.0", "-q", *source.split()]


def _opencv(recipe: Recipe, path: Path) -> None:
    import cv2

    code = cv2.VideoWriter.fourcc(*("MJPG" if recipe.codec == "mjpeg" else "mp4v"))
    writer = cv2.VideoWriter(str(path), code, RATE, drawn_size(recipe))
    for k in range(COUNT):
        writer.write(cv2.cvtColor(draw(k, drawn_size(recipe)), cv2.COLOR_RGB2BGR))
    writer.release()


def _run(command: list[str], raw: bytes = b"") -> None:
    done = subprocess.run(command, input=raw, capture_output=True, timeout=120, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace").strip()[-300:])
