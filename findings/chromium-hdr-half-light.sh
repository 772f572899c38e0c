#!/bin/sh
# High dynamic range in Chromium on an ordinary screen: white is shown with half its light.
#
# Versions: Chromium 156 (Debian 12, headless, taken from PATH), Playwright 1.65.0 driving it, PyAV 18.1.0, numpy 2.4.6.
# Input:    AV1, 10 bit, BT.2020, one grey at a time: 20, 100, 203 (the white of ordinary pictures by ITU-R BT.2408) and
#           1,000 cd/m2, in PQ (SMPTE ST 2084) and in HLG (ARIB STD-B67), drawn from <video> on a canvas.
# Expected: 203 cd/m2 comes out as white or nearly (255), as the standard for putting ordinary pictures into HDR has it,
#           with a knee above.
# Seen:     up to 203 cd/m2 the canvas holds half of the light: 187 of 255 for white, 137 for 100 cd/m2, 63 for 20; from
#           there a knee that reaches 255 at 1,000 cd/m2. PQ and HLG come out alike within 2.
set -eu
chromium=$(command -v chromium)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6 playwright==1.65.0
cd "$folder"
"$folder/venv/bin/python" - "$chromium" <<'PYTHON'
import math
import pathlib
import sys

import av
import numpy as np
from playwright.sync_api import sync_playwright

WANTED = {20: 63, 100: 137, 203: 187, 1000: 255}


def pq(nits):
    y = (nits / 10000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375


def hlg(nits):
    scene = (nits / 1000) ** (1 / 1.2)  # grey: the luma is the light itself
    if scene <= 1 / 12:
        return math.sqrt(3 * scene)
    return 0.17883277 * math.log(12 * scene - 0.28466892) + 0.55991073


def write(name, signal, transfer):
    with av.open(name, "w") as out:
        stream = out.add_stream("libsvtav1", rate=10, options={"preset": "10", "crf": "10"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p10le"
        coder = stream.codec_context
        coder.colorspace, coder.color_range, coder.color_primaries, coder.color_trc = 9, 1, 9, transfer
        for _ in range(5):
            picture = av.VideoFrame(320, 180, "yuv420p10le")
            for plane, value in zip(picture.planes, (64 + 876 * signal, 512, 512)):
                samples = np.full(plane.buffer_size // 2, round(value), "<u2")
                plane.update(samples.tobytes())
            picture.colorspace, picture.color_range, picture.color_primaries, picture.color_trc = 9, 1, 9, transfer
            out.mux(stream.encode(picture))
        out.mux(stream.encode())


LOOK = """async (address) => {
  const video = document.createElement('video');
  video.muted = true;
  const ready = new Promise((yes, no) => { video.onloadeddata = yes; video.onerror = () => no(video.error.message); });
  video.src = address;
  await ready;
  const shown = new Promise((yes) => video.requestVideoFrameCallback(yes));
  video.currentTime = 0.25;
  await shown;
  const pen = Object.assign(document.createElement('canvas'), {width: 320, height: 180}).getContext('2d');
  pen.drawImage(video, 0, 0);
  return Array.from(pen.getImageData(160, 90, 1, 1).data);
}"""

page_file = pathlib.Path("look.html")
page_file.write_text("<!doctype html><title>look</title>")
with sync_playwright() as playwright:
    chrome = playwright.chromium.launch(
        executable_path=sys.argv[1], args=["--no-sandbox", "--allow-file-access-from-files"]
    )
    page = chrome.new_page()
    page.goto(page_file.resolve().as_uri())
    print("version", chrome.version)
    for nits, wanted in WANTED.items():
        found = {}
        for kind, signal, transfer in (("PQ", pq(nits), 16), ("HLG", hlg(nits), 18)):
            name = f"{kind}{nits}.webm"
            write(name, signal, transfer)
            found[kind] = page.evaluate(LOOK, pathlib.Path(name).resolve().as_uri())[0]
        print(nits, "cd/m2:", found)
        assert all(abs(value - wanted) <= 3 for value in found.values()), (nits, found, wanted)
    chrome.close()
print("as described")
PYTHON
