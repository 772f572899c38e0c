"""One clip of somebody rolling in many formats: the same passes, faults and time on target?

python -m benchmarks.formats.sessions CLIP --move thoracic --out FOLDER
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

import smr_vision as smr
from benchmarks.formats import boxes

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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--move", default="auto")
    parser.add_argument("--model", default="full")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    table = Table("", "passes", "s on target", "faults", "said of it")
    rows, wrong = [], 0
    for way in WAYS:
        session = smr.analyse(make(given.clip, way, given.out), move=given.move, model=given.model)
        seconds = session.totals.time_on_target_s
        rows.append((session.totals.pass_count, seconds, sorted(f.check for s in session.sets for f in s.faults)))
        first, last = rows[0], rows[-1]
        same = first[0] == last[0] and first[2] == last[2] and abs((first[1] or 0) - (seconds or 0)) <= NEAR_S
        wrong += not same
        told = "-" if seconds is None else f"{seconds:.2f}"
        notes = "; ".join(session.notes)
        table.add_row(way, str(last[0]), told, ", ".join(last[2]), notes, style=None if same else "red")
    Console().print(table)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
