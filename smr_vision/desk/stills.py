"""Pictures of a clip: at a moment, as a report can hold it, and a small one from its middle."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

import cv2

from smr_vision.desk.logo import size_told
from smr_vision.errors import InputError, SmrError
from smr_vision.runtime.atomic_write import atomic_write
from smr_vision.video import ClipReader

SIDE: Final = 1280
QUALITY: Final = 85
THUMB_HEIGHT: Final = 270
NEAR_S: Final = 0.002  # a page knows times to a part of this; pictures are further apart


def still_at(clips: list[Path], t_s: float, folder: Path) -> tuple[bytes, tuple[int, int]]:
    """The picture that the first of the clips that can be read shows from `t_s` on, as JPEG, with its width and height;
    kept in `folder`, so that it is decoded once. InputError where there is none."""
    path = folder / f"{round(t_s * 1000):09d}.jpg"
    try:
        content = path.read_bytes()
    except OSError:
        content = b""
        for clip in clips:
            try:
                content = _decoded(clip, t_s)
            except SmrError:
                continue
            if content:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                atomic_write(path, content)
                break
    size = size_told(content)
    if size is None:
        raise InputError("The clip is not on this machine any more, or ends before that moment.")
    return content, size


def _decoded(clip: Path, t_s: float) -> bytes:
    with ClipReader(clip, max_side=SIDE, one_core=True) as reader:
        picture = next((f for f in reader.since(max(t_s - NEAR_S, 0.0)) if f.t >= t_s - NEAR_S), None)
        if picture is None:
            return b""
        image = cv2.cvtColor(picture.image, cv2.COLOR_RGB2BGR)
    ok, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return encoded.tobytes() if ok else b""


def make_thumb(clip: Path, out: Path) -> None:
    """Keep a small picture from the middle of the clip at `out`; nothing where it can't be read."""
    with suppress(SmrError):
        if not clip.is_file():
            return
        with ClipReader(clip, max_height=THUMB_HEIGHT, one_core=True) as reader:
            picture = next(iter(reader.since(reader.info.duration_s / 2)), None)
            if picture is None:
                return
            ok, encoded = cv2.imencode(".jpg", cv2.cvtColor(picture.image, cv2.COLOR_RGB2BGR))
        if ok:
            atomic_write(out, encoded.tobytes())
