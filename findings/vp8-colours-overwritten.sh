#!/bin/sh
# VP8 in WebM: what the container says of the colours is lost as soon as a picture is decoded.
#
# Versions: PyAV 18.1.0 (FFmpeg 8 in its wheel), numpy 2.4.6, Linux x86_64.
# Input:    VP8 in WebM whose Colour element says BT.709 and full range, as Chromium's MediaRecorder writes it of a canvas.
# Expected: the decoded pictures say BT.709 and full range, as they do where the very same is told of VP9.
# Seen:     the stream says so until the first picture is decoded; the picture, and from then on the stream too, say
#           BT.601 (5, BT.470BG) and limited range. Turned into RGB by that, colours are wrong by up to 16 of 255; Chromium
#           shows them by the container.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import av
import numpy as np

BT709, FULL = 1, 2


def told(coder):
    name = f"{coder}.webm"
    with av.open(name, "w") as out:
        stream = out.add_stream(coder, rate=20)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.colorspace, stream.codec_context.color_range = BT709, FULL
        for _ in range(4):
            picture = av.VideoFrame.from_ndarray(np.full((180, 320, 3), 128, np.uint8), "rgb24").reformat(format="yuv420p")
            picture.colorspace, picture.color_range = BT709, FULL
            out.mux(stream.encode(picture))
        out.mux(stream.encode())
    with av.open(name) as clip:
        coder = clip.streams.video[0].codec_context
        before = int(coder.colorspace), int(coder.color_range)
        picture = next(clip.decode(video=0))
        return before, (int(picture.colorspace), int(picture.color_range)), (int(coder.colorspace), int(coder.color_range))


for coder in ("libvpx", "libvpx-vp9"):
    print(coder, "container, picture, stream afterwards:", *told(coder))
assert told("libvpx-vp9") == ((BT709, FULL),) * 3
before, picture, afterwards = told("libvpx")
assert before == (BT709, FULL), before
assert picture == afterwards == (5, 1), (picture, afterwards)
print("as described")
PYTHON
