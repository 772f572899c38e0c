"""The combinations: codec, container, pixels, times, shape and structure, each alone and mixed at random by seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, replace
from typing import Final

from benchmarks.formats import boxes
from benchmarks.formats.film import HD, SIZE
from benchmarks.formats.remuxing import REMUXED

ISO: Final = ("mp4", "mov", "3gp", "fragmented mp4")
CONTAINERS: Final = {
    "h264": (*ISO, "mkv", "avi", "ts", "flv"),
    "hevc": ("mp4", "mov", "mkv", "ts", "fragmented mp4"),
    "hevc10": ("mp4", "mov", "mkv", "fragmented mp4"),
    "av1": ("mp4", "mkv", "webm", "fragmented mp4"),
    "vp8": ("webm", "mkv"),
    "vp9": ("webm", "mkv", "mp4", "fragmented mp4"),
    "mpeg4": ("mp4", "mov", "avi", "mkv", "3gp"),
    "mjpeg": ("avi", "mov", "mkv"),
    "prores": ("mov", "mkv"),
}
FILES: Final = {"fragmented mp4": "mp4"}
# Matrix, range, transfer and primaries as ffmpeg names them, and whether the stream says so.
COLOURS: Final = {
    "BT.601": ("smpte170m", "tv", "smpte170m", "smpte170m", True),
    "BT.709": ("bt709", "tv", "bt709", "bt709", True),
    "BT.709 full": ("bt709", "pc", "bt709", "bt709", True),
    "BT.601 full": ("smpte170m", "pc", "smpte170m", "smpte170m", True),
    "untagged": ("smpte170m", "tv", "", "", False),
    "BT.2020": ("bt2020nc", "tv", "bt2020-10", "bt2020", True),
    "PQ": ("bt2020nc", "tv", "smpte2084", "bt2020", True),
    "HLG": ("bt2020nc", "tv", "arib-std-b67", "bt2020", True),
}
HDR: Final = ("PQ", "HLG")
WIDE: Final = ("BT.2020", *HDR)
TIMES: Final = (
    "constant",
    "B-frames",
    "open groups",
    "phone's rate",
    "left-out pictures",
    "from 3 h on",
    "negative first",
    "timescale 1000",
    "timescale 600",
    "timescale 1,000,000",
    "one key frame",
)
SHAPES: Final = ("plain", *boxes.TURNS, "wide pixels", "narrow pixels", "cropped", "HD", "odd size")
STRUCTURES: Final = (
    "plain",
    "sound",
    "late video",
    "late sound",
    "index first",
    "starts between key frames",
    "empty edit",
    "two edits",
    "two tracks",
    "cover",
    "cut off",
    "bars",
    "data track",
)


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
    def before_remuxing(self) -> Recipe:
        """What ffmpeg makes of it, before another program puts it into its own container."""
        return replace(self, container=REMUXED.get(self.maker, {}).get(self.container, self.container))

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
            # Nothing in these files says so: ProRes and MOV know no full range, and ffmpeg tells no colours of MPEG-4.
            self.codec != "prores" or self.colours != "BT.601 full",
            self.codec != "vp8" or self.colours in ("untagged", "BT.601", "BT.709"),
            self.codec != "mpeg4" or self.colours in ("untagged", "BT.601"),
            self.codec != "mpeg4" or self.colours == "untagged" or self.shape != "HD",
            self.times not in ("B-frames", "open groups") or self.codec in ("h264", "hevc", "hevc10"),
            not self.times.startswith("timescale") or self.container in ("mp4", "mov"),
            self.times != "from 3 h on" or self.container in ("mkv", "ts", "mp4"),
            self.times != "negative first" or self.container in ("mp4", "mov"),
            self.times not in ("phone's rate", "left-out pictures") or self.container not in ("avi", "flv"),
            self.shape not in boxes.TURNS or self.container in ("mp4", "mov", "3gp"),
            self.shape != "cropped"
            or (self.codec in ("h264", "hevc", "hevc10") and self.container not in ("avi", "ts", "flv")),
            self.shape not in ("wide pixels", "narrow pixels") or self.container not in ("avi", "flv", "webm"),
            self.shape != "odd size" or self.chroma == "4:4:4",
            self.structure not in ("empty edit", "two edits", "index first") or self.container in ("mp4", "mov"),
            self.structure not in ("late video", "late sound", "sound") or self.container != "3gp",
            self.structure != "starts between key frames" or self.container in ("mp4", "mov"),
            self.structure != "two tracks" or self.container in ("mp4", "mov", "mkv", "ts"),
            # Turned and cut is the first track, here the preview; and of VP8 the browser shows none to read.
            self.structure != "two tracks" or (self.shape not in (*boxes.TURNS, "cropped") and self.codec != "vp8"),
            self.structure != "cover" or self.container in ("mp4", "mov"),
            self.structure != "data track" or (iso and self.container in ("mp4", "mov")),
            not (
                self.structure in ("two edits", "empty edit", "starts between key frames") and self.times != "constant"
            ),
            not (self.container == "fragmented mp4" and self.shape in boxes.TURNS),
        )
        return all(checks)


CHROMA: Final = {
    ("h264", "4:2:2"): "yuv422p",
    ("h264", "4:4:4"): "yuv444p",
    ("h264", "4:2:0 10 bit"): "yuv420p10le",
    ("hevc10", "4:2:2"): "yuv422p10le",
    ("hevc10", "4:4:4"): "yuv444p10le",
    ("vp9", "4:4:4"): "yuv444p",
    ("vp9", "4:2:0 10 bit"): "yuv420p10le",
    ("vp9", "alpha"): "yuva420p",
    ("vp8", "alpha"): "yuva420p",
    ("prores", "4:2:2"): "yuv422p10le",
    ("prores", "4:4:4 alpha"): "yuva444p10le",
    ("mjpeg", "4:2:2"): "yuvj422p",
    ("mjpeg", "4:4:4"): "yuvj444p",
    ("h264", "interlaced"): "yuv420p",
    ("mpeg4", "interlaced"): "yuv420p",
    ("h264", "grey"): "gray",
    ("av1", "4:2:0 10 bit"): "yuv420p10le",
}


def alone() -> list[Recipe]:
    """Each value of each factor with each codec and container."""
    found = dict.fromkeys(_plains())
    for recipe in _plains():
        found |= {replace(recipe, **{factor: value}): None for factor, values in _kinds().items() for value in values}
    return [recipe for recipe in found if makes(recipe)]


def pairs(count: int, seed: int = 20261129) -> list[Recipe]:
    """So many recipes of two values at once, by chance."""
    found = dict.fromkeys(alone())
    known, kinds, plains, rng = len(found), _kinds(), _plains(), random.Random(seed)
    while len(found) < known + count:
        one, other = rng.sample(sorted(kinds), 2)
        mixed = replace(rng.choice(plains), **{one: rng.choice(kinds[one]), other: rng.choice(kinds[other])})
        if makes(mixed):
            found[mixed] = None
    return list(found)[known:]


def _plains() -> list[Recipe]:
    return [_plain(codec, container) for codec, containers in CONTAINERS.items() for container in containers]


def _kinds() -> dict[str, tuple[str, ...]]:
    return {
        "colours": tuple(COLOURS),
        "chroma": ("4:2:0", *dict.fromkeys(k for _, k in CHROMA)),
        "times": TIMES,
        "shape": SHAPES,
        "structure": STRUCTURES,
        "maker": MAKERS,
    }


def _plain(codec: str, container: str) -> Recipe:
    colours = {"mjpeg": "BT.601 full", "mpeg4": "untagged", "vp8": "untagged", "hevc10": "BT.709"}.get(codec, "BT.709")
    return Recipe(codec, container, colours, chroma={"prores": "4:2:2"}.get(codec, "4:2:0"))


MAKERS: Final = ("ffmpeg", *REMUXED, "gstreamer", "opencv")


def makes(recipe: Recipe) -> bool:
    """Whether the recipe is possible with its maker."""
    if recipe.maker in REMUXED:
        first = recipe.before_remuxing
        # They are given the film alone; and what is cut off first, they don't take.
        film = recipe.structure in (
            "plain",
            "index first",
            "empty edit",
            "two edits",
            "starts between key frames",
            "bars",
        )
        return recipe.container in REMUXED[recipe.maker] and first.possible and film
    if not recipe.possible:
        return False
    alone = replace(recipe, maker="ffmpeg") == _plain(recipe.codec, recipe.container)
    if recipe.maker == "gstreamer":
        return alone and recipe.codec in ("h264", "vp8", "vp9", "mjpeg")
    if recipe.maker == "opencv":
        return alone and (recipe.codec, recipe.container) in (("mpeg4", "mp4"), ("mjpeg", "avi"), ("mpeg4", "avi"))
    return True


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
