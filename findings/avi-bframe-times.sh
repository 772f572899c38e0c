#!/bin/sh
# AVI with B-frames: the times that FFmpeg gives to decoded pictures go back and forth.
#
# Versions: PyAV 18.1.0 (FFmpeg 8 in its wheel), numpy 2.4.6, Linux x86_64.
# Input:    H.264 with three B-frames between others, written to AVI by the same library: 24 grey pictures at 20 a second,
#           each brighter than the one before, so that their true order can be seen.
# Expected: pictures come out in the order of showing, and their `pts` grow, as from MP4 or Matroska.
# Seen:     they come in the order of showing, and `pts` go back and forth (3, 2, 6, 5, 7, 4 ...): AVI numbers its packets as
#           they are stored, and that number becomes the `pts` of whichever picture was stored there. `dts` of the decoded
#           pictures grow by one, and give the right distances.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import av
import numpy as np

COUNT = 24


def write(name):
    with av.open(name, "w") as out:
        stream = out.add_stream("libx264", rate=20, options={"x264-params": "bframes=3:b-adapt=0:scenecut=0", "crf": "4"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for k in range(COUNT):
            image = np.full((180, 320, 3), 20 + 8 * k, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(image, "rgb24")))
        out.mux(stream.encode())


def read(name):
    with av.open(name) as clip:
        pictures = list(clip.decode(video=0))
    shades = [float(p.to_ndarray(format="gray").mean()) for p in pictures]
    assert len(pictures) == COUNT, len(pictures)
    assert all(a < b for a, b in zip(shades, shades[1:])), "not in the order of showing"
    return [p.pts for p in pictures], [p.dts for p in pictures if p.dts is not None]


def grows(stamps):
    return all(a < b for a, b in zip(stamps, stamps[1:]))


write("clip.mkv")
write("clip.avi")
pts, _ = read("clip.mkv")
assert grows(pts), pts
pts, dts = read("clip.avi")
print("pts of an AVI:", pts[:12])
print("dts of the same:", dts[:12])
assert not grows(pts), "the times of an AVI's pictures grow now"
assert grows(dts) and {b - a for a, b in zip(dts, dts[1:])} == {1}, dts
print("as described")
PYTHON
