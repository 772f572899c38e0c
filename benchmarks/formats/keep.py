"""Make the files of `tests/video/formats` again, with what is to be read of them.

    python -m benchmarks.formats.keep

Their times are those they were made with; their colours those that were drawn, of high dynamic range those that
Chromium shows.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.formats import recorder, referees
from benchmarks.formats.__main__ import NEAR, SHOWN_HDR, truth_times
from benchmarks.formats.film import PATCHES, SIZE
from benchmarks.formats.making import make
from benchmarks.formats.recipes import HDR, Recipe, alone, upright_size

FOLDER: Final = Path("tests/video/formats")
# One of each kind, and the pairs that went wrong once.
CHOSEN: Final = (
    "h264 in mp4", "h264 in mp4, B-frames", "h264 in mov, open groups", "h264 in mp4, rotated 90",
    "h264 in mov, rotated 270", "h264 in 3gp, rotated 180", "h264 in mp4, mirrored",
    "h264 in mp4, rotated 90, mirrored", "h264 in mp4, wide pixels", "h264 in mkv, narrow pixels",
    "h264 in mp4, cropped", "h264 in mp4, interlaced", "h264 in mp4, BT.709 full", "h264 in mov, BT.601",
    "h264 in mkv, untagged", "h264 in mp4, 4:2:2", "h264 in mkv, 4:4:4", "h264 in mp4, phone's rate",
    "h264 in mp4, left-out pictures", "h264 in mkv, from 3 h on", "h264 in mp4, negative first",
    "h264 in mov, timescale 600", "h264 in mp4, one key frame", "h264 in mp4, late video", "h264 in mp4, late sound",
    "h264 in mp4, starts between key frames", "h264 in mov, empty edit", "h264 in mp4, two edits",
    "h264 in mp4, two tracks", "h264 in mov, cover", "h264 in fragmented mp4", "h264 in ts", "h264 in flv",
    "h264 in avi", "h264 in avi, B-frames", "h264 in avi, gstreamer", "h264 in mkv, mkvmerge", "hevc in mp4",
    "hevc10 in mov, HLG", "hevc10 in mp4, PQ", "av1 in webm", "vp8 in webm, untagged", "vp9 in webm, BT.2020",
    "vp9 in webm, PQ", "vp9 in mkv, alpha", "mpeg4 in avi, untagged, opencv", "mjpeg in avi, BT.601 full",
    "prores in mov, 4:2:2",
)  # fmt: skip
RECORDED: Final = (
    ("video/webm;codecs=vp8", ""), ("video/webm;codecs=vp9", "turned meanwhile"), ("video/mp4;codecs=avc1", ""),
)  # fmt: skip


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    by_name = {recipe.name: recipe for recipe in alone()}
    unknown = [name for name in CHOSEN if name not in by_name]
    if unknown:
        raise SystemExit(f"no such recipes: {unknown}")
    kept: list[dict[str, Any]] = []
    with referees.browser(Path("build")) as chrome:
        for number, name in enumerate(CHOSEN):
            recipe = by_name[name]
            path = FOLDER / f"{number:02}.{recipe.ends}"
            make(recipe, path)
            shown = chrome.look(path)
            kept.append(
                {
                    "file": path.name,
                    "name": name,
                    "size": upright_size(recipe),
                    "times": {str(k): round(t, 4) for k, t in truth_times(recipe).items()},
                    "patches": _patches(recipe, shown),
                    "near": NEAR[recipe.colours in HDR],
                }
            )
        for number, (kind, way) in enumerate(RECORDED, len(CHOSEN)):
            path = FOLDER / f"{number:02}.{'mp4' if 'mp4' in kind else 'webm'}"
            recorder.record(chrome, kind, way, path)
            shown = chrome.look(path)
            kept.append(
                {
                    "file": path.name,
                    "name": f"MediaRecorder {kind} {way}".strip(),
                    "size": SIZE,  # of the first picture
                    "times": {str(k): round(t, 4) for k, t in shown.times.items()},
                    "patches": _rounded(shown.patches),
                    "near": NEAR[False],
                }
            )
    (FOLDER / "truth.json").write_text("[\n" + ",\n".join(map(json.dumps, kept)) + "\n]" + "\n", "utf-8")
    return 0


def _patches(recipe: Recipe, shown: referees.Shown) -> list[list[int]]:
    if not shown.refused and shown.patches is not None and recipe.colours in HDR:
        return _rounded(shown.patches)
    return _rounded(SHOWN_HDR if recipe.colours in HDR else np.array(PATCHES, float))


def _rounded(patches: np.ndarray | None) -> list[list[int]]:
    assert patches is not None
    return [[round(float(v)) for v in row] for row in patches]


if __name__ == "__main__":
    sys.exit(main())
