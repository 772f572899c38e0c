"""One clip of somebody rolling in many formats: the same passes, faults and time on target?

python -m benchmarks.formats.sessions CLIP --move thoracic --out FOLDER [--write docs/formats.md]
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import smr_vision as smr
from benchmarks.formats import boxes
from benchmarks.formats.table import made_with
from benchmarks.speed import put

NEAR_S: Final = 0.2
# Name, ending, and how ffmpeg makes it of the clip.
WAYS: Final = {
    "H.264, MP4": ("mp4", "-c:v libx264 -crf 16"),
    "H.264, B-frames, open groups": ("mp4", "-c:v libx264 -crf 16 -x264-params open-gop=1:bframes=3"),
    "H.264, 4:4:4": ("mkv", "-c:v libx264 -crf 16 -pix_fmt yuv444p"),
    "H.264, full range": ("mp4", "-vf scale=out_range=pc -c:v libx264 -crf 16 -color_range pc"),
    "H.264, transport stream": ("ts", "-c:v libx264 -crf 16"),
    "H.264, fragments": ("mp4", "-c:v libx264 -crf 16 -movflags frag_keyframe+empty_moov"),
    "H.264, AVI with B-frames": ("avi", "-c:v libx264 -crf 16 -bf 3"),
    "H.264, starts at 3 h": ("mkv", "-c:v libx264 -crf 16 -output_ts_offset 10800"),
    # With its own thresholds mpdecimate leaves out seconds in which somebody moves; recorders what is the same.
    "H.264, unchanged pictures left out": (
        "mp4", "-vf mpdecimate=hi=128:lo=64:frac=0.01 -fps_mode vfr -c:v libx264 -crf 16"
    ),
    "H.264, narrow pixels": ("mp4", "-vf scale=iw*9/8:ih,setsar=8/9 -c:v libx264 -crf 16"),
    "H.264, stored on its side": ("mp4", "-vf transpose=cclock -c:v libx264 -crf 16"),
    "HEVC": ("mp4", "-c:v libx265 -preset veryfast -crf 16 -tag:v hvc1"),
    "HEVC, 10 bit": ("mov", "-c:v libx265 -preset veryfast -crf 16 -pix_fmt yuv420p10le -tag:v hvc1"),
    "VP8": ("webm", "-c:v libvpx -deadline realtime -crf 6 -b:v 6M"),
    "VP9": ("webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 16 -b:v 0"),
    "AV1": ("mkv", "-c:v libsvtav1 -preset 10 -crf 20"),
    "MPEG-4": ("avi", "-c:v mpeg4 -q:v 2"),
    "ProRes": ("mov", "-c:v prores_ks -profile:v 2"),
    "BT.2020, HLG, HEVC": (
        "mov", "-vf zscale=min=170m:tin=709:pin=709:rin=tv:t=arib-std-b67:p=2020:m=2020_ncl:r=tv:npl=203,"
        "format=yuv420p10le -c:v libx265 -preset veryfast -crf 16 -tag:v hvc1"
    ),
    "in black bars": ("mp4", "-vf pad=iw*2:ih:iw/2:0:black -c:v libx264 -crf 16"),
    "in blurred bars": (
        "mp4", "-filter_complex [0]split[a][b];[a]scale=iw*2:-2,crop=iw:ih/2,boxblur=20:3[c];[c][b]overlay=(W-w)/2:0 "
        "-c:v libx264 -crf 16"
    ),
    "Motion JPEG": ("avi", "-c:v mjpeg -q:v 2 -pix_fmt yuvj420p"),
}  # fmt: skip


def make(clip: Path, way: str, folder: Path) -> Path:
    """The clip in another format."""
    ends, how = WAYS[way]
    path = folder / f"{''.join(c if c.isalnum() else '-' for c in way)}.{ends}"
    if not path.exists():
        subprocess.run(["ffmpeg", "-nostdin", "-y", "-v", "error", "-i", clip, "-an", *how.split(), path], check=True)
        if "on its side" in way:
            with smr.open_video(path) as stored:
                boxes.turn(path, "rotated 90", stored.info.width, stored.info.height)
    return path


@dataclass(frozen=True)
class Came:
    """What came of the clip in one format."""

    way: str
    session: smr.Session

    @property
    def passes(self) -> int:
        """How many in all sets."""
        return self.session.totals.pass_count

    @property
    def faults(self) -> list[str]:
        """Those of all sets."""
        return sorted(fault.check for one in self.session.sets for fault in one.faults)

    @property
    def on_target_s(self) -> float:
        """Seconds; 0 where nothing is known of them."""
        return self.session.totals.time_on_target_s or 0.0

    def same_as(self, other: Came) -> bool:
        """Whether both say the same of whoever was filmed."""
        told = (self.passes, self.faults) == (other.passes, other.faults)
        return told and abs(self.on_target_s - other.on_target_s) <= NEAR_S

    def line(self, first: Came) -> str:
        """A row of the table, beside the first one."""
        cells = (
            self.way, str(self.passes), f"{self.on_target_s:.1f}", ", ".join(self.faults),
            "; ".join(self.session.notes), "yes" if self.same_as(first) else "**no**",
        )  # fmt: skip
        return "| " + " | ".join(cells) + " |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--move", default="auto")
    parser.add_argument("--model", default="full")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--write", type=Path, help="a page with a place for the table")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    came: list[Came] = []
    for way in WAYS:
        session = smr.analyse(make(given.clip, way, given.out), move=given.move, model=given.model)
        came.append(Came(way, session))
        print(came[-1].line(came[0]), flush=True)
    same = sum(one.same_as(came[0]) for one in came)
    told = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True).stdout
    table = [
        "| format | passes | s on target | faults | said of it | the same |", "|---|---|---|---|---|---|",
        *(one.line(came[0]) for one in came), "",
        f"{same} of {len(came)} the same. `{given.clip.name}`, model {given.model}. {made_with()}; files made by "
        f"{re.split(' Copyright|-', told)[0]}.",
    ]  # fmt: skip
    print(table[-1])
    if given.write is not None:
        put(given.write, "sessions", table)
    return int(same < len(came))


if __name__ == "__main__":
    sys.exit(main())
