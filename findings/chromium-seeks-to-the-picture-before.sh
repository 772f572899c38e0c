#!/bin/sh
# Chromium: seeking an MP4 to the very time of a picture shows, for every third one, the picture before.
#
# Versions: Chromium 156 (Debian 12, headless, taken from PATH), Playwright 1.65.0 driving it, PyAV 18.1.0, numpy 2.4.6.
# Input:    120 pictures of H.264 in MP4, 30, 29.97 and 25 a second, each with its number in black and white. `currentTime`
#           is set to the time of a picture as the file has it, k / 30, in the nearest number that JavaScript knows;
#           what <video> shows then is read from a canvas.
# Expected: picture k: it is shown from its time on, that moment included.
# Seen:     at 30 a second 39 of the 120, mostly each third (2, 5, 8 ...), show picture k - 1; at 29.97 there are 40. Where
#           times are whole microseconds (25 a second) none. It is as if the time that is asked for lost what is beyond
#           its microseconds and that of the picture were rounded: 66,666 and 66,667 for 2 / 30 s. Even of the times that
#           `requestVideoFrameCallback` tells as `mediaTime`, some lead to the picture before (1.001 s to number 29).
set -eu
chromium=$(command -v chromium)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6 playwright==1.65.0
cd "$folder"
"$folder/venv/bin/python" - "$chromium" <<'PYTHON'
import pathlib
import sys
from fractions import Fraction

import av
import numpy as np
from playwright.sync_api import sync_playwright

COUNT, BITS = 120, 7


def write(name, rate):
    with av.open(name, "w") as out:
        stream = out.add_stream("libx264", rate=rate, options={"g": "30", "crf": "10"})
        stream.width, stream.height, stream.pix_fmt = 32 * BITS, 64, "yuv420p"
        for k in range(COUNT):  # its number in white and black, bit by bit
            image = np.zeros((64, 32 * BITS, 3), np.uint8)
            for bit in range(BITS):
                image[:, 32 * bit : 32 * bit + 32] = 255 * (k >> bit & 1)
            picture = av.VideoFrame.from_ndarray(image, "rgb24")
            picture.pts, picture.time_base = k, 1 / rate
            out.mux(stream.encode(picture))
        out.mux(stream.encode())
    with av.open(name) as clip:
        return [float(p.pts * p.time_base) for p in clip.decode(video=0)]


SHOWN = """async ([address, times, bits]) => {
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  const ready = new Promise((yes, no) => { video.onloadeddata = yes; video.onerror = () => no(video.error.message); });
  video.src = address;
  await ready;
  const pen = Object.assign(document.createElement('canvas'), {width: 32 * bits, height: 64}).getContext('2d');
  const found = [];
  for (const time of times) {
    const there = new Promise((yes) => { video.onseeked = yes; });
    const shown = new Promise((yes) => video.requestVideoFrameCallback(yes));
    video.currentTime = time;
    await there;
    await Promise.race([shown, new Promise((yes) => setTimeout(yes, 1500))]);  // the same one again is not told
    pen.drawImage(video, 0, 0);
    let number = 0;
    for (let bit = 0; bit < bits; bit++)
      number += pen.getImageData(32 * bit + 16, 32, 1, 1).data[0] > 127 ? 1 << bit : 0;
    found.push(number);
  }
  return found;
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
    for rate, least, most in ((Fraction(30), 30, 45), (Fraction(30000, 1001), 30, 45), (Fraction(25), 0, 0)):
        times = write("clip.mp4", rate)
        address = f"{pathlib.Path('clip.mp4').resolve().as_uri()}?{rate}"
        shown = page.evaluate(SHOWN, [address, times[::-1], BITS])[::-1]
        before = [k for k, number in enumerate(shown) if number == k - 1]
        print(f"{float(rate):.2f} a second: the picture before for {len(before)} of {COUNT}: {before[:12]}")
        assert all(number in (k - 1, k) for k, number in enumerate(shown)), shown
        assert least <= len(before) <= most, before
    chrome.close()
print("as described")
PYTHON
