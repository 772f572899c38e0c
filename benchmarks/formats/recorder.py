"""Files of Chromium's own MediaRecorder: what a page or a call records. Their times are those of a real clock."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Final

import cv2
from playwright.sync_api import Error

from benchmarks.formats.film import COUNT, RATE, draw
from benchmarks.formats.referees import Browser

KINDS: Final = (
    "video/webm;codecs=vp8", "video/webm;codecs=vp9", "video/webm;codecs=av01", "video/webm;codecs=h264",
    "video/x-matroska;codecs=avc1", "video/mp4;codecs=avc1", "video/mp4;codecs=vp9", "video/mp4;codecs=av01",
)  # fmt: skip
WAYS: Final = ("", "turned meanwhile", "in pieces", "nothing moves for a while")

_RECORD: Final = """
async ([kind, way, pictures, rate]) => {
  if (!MediaRecorder.isTypeSupported(kind)) throw new Error('not recorded here: ' + kind);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [320, 180];
  const pen = canvas.getContext('2d');
  const images = await Promise.all(pictures.map((text) => new Promise((yes) => {
    const image = new Image(); image.onload = () => yes(image); image.src = 'data:image/png;base64,' + text;
  })));
  pen.drawImage(images[0], 0, 0);
  const recorder = new MediaRecorder(canvas.captureStream(rate), {mimeType: kind, videoBitsPerSecond: 8e6});
  const pieces = [];
  recorder.ondataavailable = (event) => pieces.push(event.data);
  const done = new Promise((yes) => { recorder.onstop = yes; });
  recorder.start(...(way === 'in pieces' ? [300] : []));
  for (let k = 0; k < images.length; k++) {
    if (way === 'turned meanwhile' && k === images.length / 2) [canvas.width, canvas.height] = [180, 320];
    if (way === 'nothing moves for a while' && k === images.length / 2)
      await new Promise((yes) => setTimeout(yes, 2000));
    pen.drawImage(images[k], 0, 0, canvas.width, canvas.height);
    await new Promise((yes) => setTimeout(yes, 1000 / rate));
  }
  recorder.stop();
  await done;
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  let text = '';
  for (let i = 0; i < bytes.length; i += 8190) text += String.fromCharCode.apply(null, bytes.subarray(i, i + 8190));
  return btoa(text);
}
"""


def record(chrome: Browser, kind: str, way: str, path: Path) -> None:
    """Write the film as Chromium records it. Raises RuntimeError in its words where it doesn't."""
    pictures = [base64.b64encode(cv2.imencode(".png", draw(k)[..., ::-1])[1]).decode() for k in range(COUNT)]
    try:
        text: str = chrome.page.evaluate(_RECORD, [kind, way, pictures, RATE])
    except Error as error:
        raise RuntimeError(error.message.splitlines()[0]) from error
    path.write_bytes(base64.b64decode(text))
