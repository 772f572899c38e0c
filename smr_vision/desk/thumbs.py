"""A small picture from the middle of a clip, for a session that has none."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

import cv2

from smr_vision.errors import SmrError
from smr_vision.runtime.atomic_write import atomic_write
from smr_vision.video import ClipReader

HEIGHT: Final = 270


def make_thumb(clip: Path, out: Path) -> None:
    """Keep a picture of the clip at `out`; nothing where it can't be read."""
    with suppress(SmrError):
        if not clip.is_file():
            return
        with ClipReader(clip, max_height=HEIGHT, one_core=True) as reader:
            picture = next(iter(reader.since(reader.info.duration_s / 2)), None)
            if picture is None:
                return
            ok, encoded = cv2.imencode(".jpg", cv2.cvtColor(picture.image, cv2.COLOR_RGB2BGR))
        if ok:
            atomic_write(out, encoded.tobytes())
