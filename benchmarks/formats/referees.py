"""What others show of a file: Chromium's <video>, ffmpeg, GStreamer; and what we read.

Each gives `Shown`: the size of the upright picture, and of each picture its time in seconds and what it tells.
"""

from __future__ import annotations

import base64
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2  # noqa: F401 - before PyAV
import numpy as np
from playwright.sync_api import Error, Page, sync_playwright

from benchmarks.formats.film import Reading, read
from smr_vision.errors import SmrError
from smr_vision.video import ClipReader

SEEKS: Final = 20
PATIENCE_S: Final = 60


@dataclass(frozen=True)
class Shown:
    """What one of them makes of a file; `refused` in its words where it is not read."""

    size: tuple[int, int] = (0, 0)
    pictures: tuple[tuple[float, Reading | None], ...] = ()
    refused: str | None = None
    warned: str | None = None

    @property
    def times(self) -> dict[int, float]:
        """Seconds after the first picture at which each number is first shown."""
        found: dict[int, float] = {}
        for t, reading in self.pictures:
            if reading is not None:
                found.setdefault(reading.index, t - self.pictures[0][0])
        return found

    @property
    def patches(self) -> np.ndarray | None:
        """Colours of the patches (8, 3), the median over the pictures."""
        seen = [reading.patches for _, reading in self.pictures if reading is not None]
        return np.median(seen, axis=0) if seen else None


def ours(path: Path) -> Shown:
    """As smr-vision reads it."""
    try:
        with ClipReader(path) as clip:
            pictures = tuple((frame.t, read(frame.image)) for frame in clip)
            said = "; ".join(filter(None, (clip.damaged, *clip.assumed)))
            return Shown((clip.info.width, clip.info.height), pictures, warned=said or None)
    except SmrError as error:
        return Shown(refused=str(error))


def ffmpeg(path: Path) -> Shown:
    """As Debian's ffmpeg shows it."""
    command = ["ffmpeg", "-nostdin", "-i", path, "-map", "0:v:0?", "-vf", "showinfo=checksum=0",
               "-fps_mode", "passthrough", "-sws_flags", "accurate_rnd+full_chroma_int",
               "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)
    log = done.stderr.decode(errors="replace")
    sizes = re.findall(r"pts_time:(\S+).*? s:(\d+)x(\d+)", log)
    return _from_raw([(float(t), int(w), int(h)) for t, w, h in sizes], done.stdout, log)


def gstreamer(path: Path) -> Shown:
    """As GStreamer shows it."""
    pipeline = (
        f"filesrc location={path} ! decodebin name=d d. ! queue ! videoconvert ! videoflip method=automatic ! "
        "video/x-raw,format=RGB ! identity silent=false name=look ! fdsink fd=3"
    )
    raw = path.with_suffix(".gst.rgb")
    command = f"exec 3>'{raw}'; exec gst-launch-1.0 -v {pipeline}"
    try:
        done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=PATIENCE_S, check=False)
        log = done.stdout.decode(errors="replace")
        data = raw.read_bytes()
    except subprocess.TimeoutExpired:
        return Shown(refused="did not end")
    finally:
        raw.unlink(missing_ok=True)
    caps = re.findall(r"look\.GstPad:src: caps = .*?width=\(int\)(\d+), height=\(int\)(\d+)", log)
    times = re.findall(r"chain.*?\(\s*(\d+) bytes, .*?pts: (\d+):(\d+):([\d.]+)", log)
    if not caps or not times:
        return Shown(refused=done.stderr.decode(errors="replace")[-200:])
    width, height = map(int, caps[0])
    stride = (width * 3 + 3) // 4 * 4
    pictures = []
    for k, (size, hours, minutes, seconds) in enumerate(times):
        if int(size) != stride * height or len(data) < (k + 1) * int(size):
            break
        rows = np.frombuffer(data, np.uint8, int(size), k * int(size)).reshape(height, stride)[:, : width * 3]
        pictures.append((int(hours) * 3600 + int(minutes) * 60 + float(seconds), read(rows.reshape(height, width, 3))))
    return Shown((width, height), tuple(pictures))


def _from_raw(sizes: list[tuple[float, int, int]], data: bytes, log: str) -> Shown:
    out = re.findall(r"Stream #0:0.*?rawvideo.*?, (\d+)x(\d+)", log)
    if not out or not sizes:
        return Shown(refused=log.strip().splitlines()[-1] if log.strip() else "no picture")
    width, height = map(int, out[-1])
    count = len(data) // (width * height * 3)
    images = np.frombuffer(data, np.uint8, count * width * height * 3).reshape(count, height, width, 3)
    pictures = tuple((t, read(image)) for (t, _, _), image in zip(sizes, images, strict=False))
    return Shown((width, height), pictures)


def players() -> str:
    """Names and versions of who is asked."""
    asked = (["chromium", "--version"], ["ffmpeg", "-version"], ["gst-launch-1.0", "--version"])
    first = [subprocess.run(c, capture_output=True, text=True, check=False).stdout.split("\n")[0] for c in asked]
    return ", ".join(re.sub(r"(\d+\.\d+[.\d]*).*", r"\1", line) for line in first)


_LOOK: Final = """
async ([address, seeks]) => {
  const video = document.createElement('video');
  video.muted = true; video.preload = 'auto';
  document.body.replaceChildren(video);
  const until = (name, ms) => new Promise((yes, no) => {
    video.addEventListener(name, yes, {once: true});
    video.addEventListener('error', () => no(new Error('cannot play: ' + (video.error || {}).message)), {once: true});
    setTimeout(() => no(new Error('waited for ' + name)), ms);
  });
  const ready = until('loadeddata', 8000);
  video.src = address;
  await ready;
  if (!video.videoWidth) throw new Error('no picture is played');
  const size = [video.videoWidth, video.videoHeight];  // of the first picture: others may have another
  const canvas = document.createElement('canvas');
  const shrink = Math.min(1, 320 / Math.max(video.videoWidth, video.videoHeight));
  canvas.width = Math.round(video.videoWidth * shrink); canvas.height = Math.round(video.videoHeight * shrink);
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  const length = Number.isFinite(video.duration) ? video.duration : 2;
  const start = video.seekable.length ? video.seekable.start(0) : 0;
  const looks = [];
  let silent = 0;
  for (let k = 0; k < seeks && silent < 3; k++) {
    const at = k === 0 ? start : start + (k + 0.37) / seeks * (length - start);
    if (at >= length) break;
    const shown = new Promise((yes) => {
      video.requestVideoFrameCallback((_, about) => yes(about.mediaTime));
      setTimeout(() => yes(null), 1500);
    });
    const sought = until('seeked', 8000);
    video.currentTime = at;
    await sought;
    const time = await shown;
    if (time === null) { silent++; continue; }
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    const data = pen.getImageData(0, 0, canvas.width, canvas.height).data;
    let text = '';
    for (let i = 0; i < data.length; i += 8190) text += String.fromCharCode.apply(null, data.subarray(i, i + 8190));
    looks.push([time, btoa(text)]);
  }
  return {size, width: canvas.width, height: canvas.height, looks};
}
"""


class Browser:
    """Chromium with a page that shows files. A context manager's value, see `browser`."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def look(self, path: Path) -> Shown:
        """As <video> shows it after each of `SEEKS` seeks."""
        try:
            told: dict[str, Any] = self.page.evaluate(_LOOK, [path.resolve().as_uri(), SEEKS])
        except Error as error:
            return Shown(refused=error.message.splitlines()[0])
        width, height = told["width"], told["height"]
        pictures = []
        for t, text in told["looks"]:
            pixels = np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 4)
            pictures.append((float(t), read(np.ascontiguousarray(pixels[..., :3]))))
        return Shown(tuple(told["size"]), tuple(pictures))


@contextmanager
def browser(folder: Path, chromium: str = "/usr/bin/chromium") -> Iterator[Browser]:
    """Chromium on a page in `folder`, which may show the files there."""
    page_file = folder / "look.html"
    page_file.write_text("<!doctype html><title>look</title><body>", "utf-8")
    flags = ["--no-sandbox", "--allow-file-access-from-files", "--autoplay-policy=no-user-gesture-required"]
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium, args=flags)
        try:
            page = chrome.new_page()
            page.goto(page_file.resolve().as_uri())
            yield Browser(page)
        finally:
            chrome.close()
