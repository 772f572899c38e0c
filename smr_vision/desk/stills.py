"""Pictures of a clip: a small one from the middle of an annotated clip, and one at a moment, as a report can hold it.

That is decoded in a process of its own, as all that is uploaded:
`python -m smr_vision.desk.stills` takes the order on stdin and gives a JPEG on stdout.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from smr_vision.desk.logo import JPEG, made_apart, size_told
from smr_vision.errors import InputError, SmrError
from smr_vision.runtime.atomic_write import atomic_write

SIDE: Final = 1280
QUALITY: Final = 85
THUMB_HEIGHT: Final = 270
NEAR_S: Final = 0.002  # a page knows times to a part of this; pictures are further apart
PATIENCE_S: Final = 60.0


def still_at(clips: list[Path], t_s: float, folder: Path) -> tuple[bytes, tuple[int, int]]:
    """The picture that the first of the clips that can be read shows from `t_s` on, as JPEG, with its width and height;
    kept in `folder`, so that it is decoded once. InputError where there is none."""
    path = folder / f"{round(t_s * 1000):09d}.jpg"
    try:
        content = path.read_bytes()
    except OSError:
        content = next((found for clip in clips if (found := _decoded(clip, t_s))), b"")
        if content:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            atomic_write(path, content)
    size = size_told(content)
    if size is None:
        raise InputError("The clip is not on this machine any more, or ends before that moment.")
    return content, size


def _decoded(clip: Path, t_s: float) -> bytes:
    """The picture as JPEG; nothing where it can't be had."""
    order = json.dumps({"clip": str(clip), "t_s": t_s}).encode()
    made = made_apart("smr_vision.desk.stills", order, PATIENCE_S)
    return made if made.startswith(JPEG) else b""


def make_thumb(clip: Path, out: Path) -> None:
    """Keep a small picture from the middle of the clip at `out`; nothing where it can't be read."""
    import cv2  # noqa: PLC0415 - as in `main`

    from smr_vision.video import ClipReader  # noqa: PLC0415

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


def main() -> int:
    from smr_vision.desk.worker import MEMORY, limit_memory  # noqa: PLC0415 - only in the process of its own

    limit_memory(MEMORY)
    import cv2  # noqa: PLC0415 - the limit comes first

    from smr_vision.video import ClipReader  # noqa: PLC0415

    order = json.loads(sys.stdin.buffer.read())
    since = max(order["t_s"] - NEAR_S, 0.0)
    try:
        with ClipReader(Path(order["clip"]), max_side=SIDE, one_core=True) as reader:
            picture = next((f for f in reader.since(since) if f.t >= since), None)
            if picture is None:
                return 3
            image = cv2.cvtColor(picture.image, cv2.COLOR_RGB2BGR)
    except SmrError as e:
        return e.exit_code
    ok, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not ok:
        return 3
    sys.stdout.buffer.write(encoded.tobytes())
    return 0


if __name__ == "__main__":
    sys.exit(main())
